package link

import (
	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
)

// Reasons why an authorization failed. They are stored, counted, and name the
// words on the error screen; they never hold a provider's text.
const (
	reasonDenied        = "denied"
	reasonExpired       = "expired"
	reasonOtherBrowser  = "otherBrowser"
	reasonRefused       = "refused"
	reasonUnavailable   = "unavailable"
	reasonMisconfigured = "misconfigured"
	reasonInvalid       = "invalid"
	reasonWrongIssuer   = "wrongIssuer"
	reasonNoTenants     = "noTenants"
	reasonMismatch      = "mismatch"
	reasonInterrupted   = "interrupted"
	reasonGone          = "gone"
	reasonWorking       = "working"
	reasonTooMany       = "tooMany"
	reasonCancelled     = "cancelled"
	reasonCredentials   = "credentials" // what was typed is not accepted
	reasonPermission    = "permission"  // what was typed is accepted, but may not read enough
	reasonRole          = "role"        // who signed in may not allow this
	reasonPlan          = "plan"        // the business's subscription lacks it
	reasonConnected     = "connected"   // somebody else's sign-in was faster
	reasonFault         = "fault"       // ours; no authorization is about it
)

// reasonOf turns a failure of the OAuth client into a reason of ours.
func reasonOf(err error) string {
	switch oauth.ReasonOf(err) {
	case oauth.Denied:
		return reasonDenied
	case oauth.Refused:
		return reasonRefused
	case oauth.Misconfigured:
		return reasonMisconfigured
	case oauth.Invalid:
		return reasonInvalid
	case oauth.WrongIssuer:
		return reasonWrongIssuer
	case oauth.Role:
		return reasonRole
	case oauth.Lapsed:
		return reasonPlan
	}
	return reasonUnavailable
}

// outcomeOf gives the status code of link.md 4.6 for a reason. A sign-in that may
// not allow this, and a subscription that lacks it, are neither the customer's
// change of mind nor software that is not supported: they are everything else.
func outcomeOf(reason string) (code int, message string) {
	if reason == reasonConnected { // linked already (link.md 4.6)
		return outcomeNothing, ""
	}
	if reason == reasonDenied || reason == reasonCancelled {
		return 403, "User cancelled"
	}
	return 500, "Unknown error occurred"
}

// canRetry says whether the same attempt may succeed when it is made again.
func canRetry(reason string) bool {
	switch reason {
	case reasonWorking, reasonTooMany, reasonGone, reasonOtherBrowser, reasonConnected:
		return false
	}
	return true
}

// describe says in the fintech's timeline what a reason means.
func describe(reason string) string {
	switch reason {
	case reasonDenied:
		return "The customer declined at the provider."
	case reasonCancelled:
		return "The customer stopped before finishing."
	case reasonExpired:
		return "The sign-in took longer than allowed."
	case reasonRefused:
		return "The provider did not accept the authorization code."
	case reasonUnavailable:
		return "The provider did not answer."
	case reasonMisconfigured:
		return "The provider refused the integration's set-up."
	case reasonInvalid:
		return "The provider's answer could not be used."
	case reasonWrongIssuer:
		return "The answer came from another issuer."
	case reasonNoTenants:
		return "The account has no organization to connect."
	case reasonMismatch:
		return "The customer signed in to another organization than before."
	case reasonCredentials:
		return "The platform did not accept the credentials."
	case reasonPermission:
		return "The credentials lack permissions at the platform."
	case reasonRole:
		return "The person who signed in may not connect the account."
	case reasonPlan:
		return "The customer's subscription with the provider does not include this."
	case reasonConnected:
		return "The connection was linked by another sign-in meanwhile, and stays as it is."
	case reasonInterrupted:
		return "Bowline was interrupted while exchanging the code."
	}
	return "The attempt failed."
}

// ErrNotFound answers for a company that is not there. It hides from a visitor
// whether something was deleted, never existed, or belongs to somebody else.
var ErrNotFound error = bowline.Errorf(bowline.CodeNotFound, "This link does not lead anywhere.")

// NotFound is the view for an address that leads nowhere.
func NotFound() View { return View{Step: StepNotFound, Locale: defaultLocale} }

// simpleError is the view of an error about which nothing else is known or may
// be told: it has no proof, so it only sends the customer back to the start. An
// empty locale is the default one.
func simpleError(reason, locale string) View {
	if locale == "" {
		locale = defaultLocale
	}
	title, message := wordsOf(locale).problem(reason, filler("", ""))
	return View{Step: StepError, Locale: locale, Error: &ErrorView{Code: reason, Title: title, Message: message}}
}

// IsTooMany says whether a view sends somebody away who tries too often.
func IsTooMany(v View) bool { return v.Error != nil && v.Error.Code == reasonTooMany }

// Fault is the view for a failure of ours.
func Fault(correlationID string) View {
	v := simpleError(reasonFault, "")
	v.Error.CorrelationID = correlationID
	return v
}
