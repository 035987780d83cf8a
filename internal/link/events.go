package link

import "github.com/bowline/bowline"

// The callbacks of an embedded journey (link.md 1.4). They travel with the view
// that they belong to, so that the host hears of a thing when its customer sees
// it, once, and in the order in which it happened.

// withEvents adds callbacks to a view, after those that it has.
func withEvents(v View, events ...Event) View {
	v.Events = append(append([]Event(nil), v.Events...), events...)
	return v
}

func eventConsent(text string) Event { return Event{Type: EventConsent, Text: text} }

func eventStarted(c bowline.Connection) Event {
	return Event{Type: EventConnectionStarted, Connection: argsOf(c)}
}

func eventConnection(c bowline.Connection) Event {
	return Event{Type: EventConnection, Connection: argsOf(c)}
}

func eventError(code int, message, correlationID string, recoverable bool) Event {
	return Event{Type: EventError, Error: &ErrorArgs{
		CorrelationID: correlationID, Message: message, ErrorCode: code, UserRecoverable: recoverable,
	}}
}

func eventFinish() Event { return Event{Type: EventFinish} }

func argsOf(c bowline.Connection) *ConnectionArgs {
	return &ConnectionArgs{
		ConnectionID: c.ID, IntegrationID: c.IntegrationID, IntegrationKey: c.IntegrationKey,
		PlatformName: c.PlatformName, SourceID: c.SourceID, SourceType: c.SourceType,
	}
}

// errorCodeOf gives the errorCode of link.md 1.4 for a reason of ours.
func errorCodeOf(reason string) int {
	switch reason {
	case reasonDenied, reasonCancelled:
		return 403
	case reasonMismatch, reasonConnected:
		return 409
	case reasonCredentials, reasonPermission, reasonRole, reasonPlan:
		return 422
	case reasonTooMany:
		return 429
	case reasonUnavailable:
		return 503
	}
	return 500
}
