package bowline

import (
	"fmt"
	"strings"
	"time"
)

// SourceType says what kind of records an integration holds. The values are a
// closed, case-sensitive list (platform-api section 0.1, W4).
type SourceType string

// The source types of platform-api section 2.1.
const (
	Accounting SourceType = "Accounting"
	Banking    SourceType = "Banking"
	BankFeed   SourceType = "BankFeed"
	Commerce   SourceType = "Commerce"
	Expense    SourceType = "Expense"
	Other      SourceType = "Other"
	Unknown    SourceType = "Unknown"
)

// Single says whether a company has at most one active connection of the type
// (platform-api section 2.2). In the journey a new one takes the place of the
// former; through the API a second one is refused.
func (t SourceType) Single() bool { return t == Accounting || t == BankFeed }

// Connection is one company's link to one integration (platform-api section
// 2.1). LinkURL is filled by [Links] when the connection is shown.
type Connection struct {
	ID                   ID                `json:"id"`
	InstanceID           ID                `json:"-"`
	CompanyID            ID                `json:"-"`
	IntegrationID        ID                `json:"integrationId"`
	IntegrationKey       string            `json:"integrationKey"`
	SourceID             ID                `json:"sourceId"`
	SourceType           SourceType        `json:"sourceType"`
	PlatformName         string            `json:"platformName"`
	LinkURL              string            `json:"linkUrl"`
	Status               Status            `json:"status"`
	LastSync             *time.Time        `json:"lastSync,omitempty"`
	Created              time.Time         `json:"created"`
	DataConnectionErrors []ConnectionError `json:"dataConnectionErrors,omitempty"`
	ConnectionInfo       map[string]string `json:"connectionInfo,omitempty"`

	TenantID    string     `json:"-"` // the organisation at the provider
	TenantName  string     `json:"-"`
	CompanyName string     `json:"-"` // the business's name inside the platform
	LinkedAt    *time.Time `json:"-"`
	Version     int64      `json:"-"` // grows with every change; guards compare-and-set
}

// Show fills the addresses.
func (c *Connection) Show(l Links) { c.LinkURL = l.Connection(c.CompanyID, c.ID) }

// Identify says which organisation the connection leads to. The fintech reads
// it in connectionInfo, whose values are strings (platform-api section 0.1, W5).
func (c *Connection) Identify(t Tenant, companyName string) {
	c.TenantID, c.TenantName, c.CompanyName = t.ID, t.Name, companyName
	info := map[string]string{}
	for name, value := range map[string]string{"tenantId": t.ID, "tenantName": t.Name, "companyName": companyName} {
		if value != "" {
			info[name] = value
		}
	}
	c.ConnectionInfo = info
}

// MaxConnectionErrors bounds the list kept on a connection; the oldest go.
const MaxConnectionErrors = 20

// ConnectionError is one failed attempt or lost grant (platform-api section 2.1).
type ConnectionError struct {
	StatusCode    string     `json:"statusCode"` // a number as a string, by contract
	StatusText    string     `json:"statusText"`
	ErrorMessage  string     `json:"errorMessage"`
	ErroredOnUTC  time.Time  `json:"erroredOnUtc"`
	Status        string     `json:"status,omitempty"` // Active or Resolved
	ResolvedOnUTC *time.Time `json:"resolvedOnUtc,omitempty"`
}

// Values of ConnectionError.Status.
const (
	ErrorActive   = "Active"
	ErrorResolved = "Resolved"
)

// Fail appends an active error, dropping the oldest beyond the limit.
func (c *Connection) Fail(e ConnectionError) {
	e.Status = ErrorActive
	kept := c.DataConnectionErrors
	if drop := len(kept) + 1 - MaxConnectionErrors; drop > 0 {
		kept = kept[drop:]
	}
	c.DataConnectionErrors = append(append([]ConnectionError(nil), kept...), e)
}

// resolve marks every active error as resolved.
func (c *Connection) resolve(now time.Time) {
	errs := append([]ConnectionError(nil), c.DataConnectionErrors...)
	for i := range errs {
		if errs[i].Status == ErrorActive {
			errs[i].Status, errs[i].ResolvedOnUTC = ErrorResolved, &now
		}
	}
	c.DataConnectionErrors = errs
}

// Status is where a connection stands (platform-api section 2.2).
//
//	create ──► PendingAuth ──link──► Linked ──unlink──► Unlinked
//	             │    ▲                │ ▲                  │
//	             └fail┘           revoke │ link             │ link
//	                                   ▼ │                  │
//	                            Deauthorized ◄── (same) ────┘
type Status string

// The states of a connection.
const (
	PendingAuth  Status = "PendingAuth"
	Linked       Status = "Linked"
	Unlinked     Status = "Unlinked"
	Deauthorized Status = "Deauthorized"
)

// Trigger is what may happen to a connection.
type Trigger string

// The triggers of platform-api section 2.2.
const (
	TriggerCreate Trigger = "create"
	TriggerLink   Trigger = "link"   // authorization succeeded
	TriggerFail   Trigger = "fail"   // an attempt failed or was cancelled
	TriggerUnlink Trigger = "unlink" // the fintech or the customer ended it
	TriggerRevoke Trigger = "revoke" // the provider ended it
	TriggerDelete Trigger = "delete"
)

// TriggerNote marks a line of the history that tells of something without a
// change of state. It is no trigger of the state machine.
const TriggerNote Trigger = "note"

// transitions is the whole state machine. A failed attempt on a connection
// that was linked before leaves its state and says nothing to consumers: the
// catalogue knows connection.failed for PendingAuth only.
var transitions = map[Status]map[Trigger]struct {
	to    Status
	event EventType
}{
	"": {TriggerCreate: {PendingAuth, ConnectionCreated}},
	PendingAuth: {
		TriggerLink:   {Linked, ConnectionConnected},
		TriggerFail:   {PendingAuth, ConnectionFailed},
		TriggerDelete: {"", ConnectionDeleted},
	},
	Linked: {
		TriggerLink:   {Linked, ""},
		TriggerFail:   {Linked, ""},
		TriggerUnlink: {Unlinked, ConnectionDisconnected},
		TriggerRevoke: {Deauthorized, ConnectionDisconnected},
		TriggerDelete: {"", ConnectionDeleted},
	},
	Unlinked: {
		TriggerLink:   {Linked, ConnectionReconnected},
		TriggerFail:   {Unlinked, ""},
		TriggerDelete: {"", ConnectionDeleted},
	},
	Deauthorized: {
		TriggerLink:   {Linked, ConnectionReconnected},
		TriggerFail:   {Deauthorized, ""},
		TriggerDelete: {"", ConnectionDeleted},
	},
}

// Next returns the state that a trigger leads to and the event that goes with
// it; the event is empty where consumers are told nothing. A trigger that the
// state does not know is a CodeInvalid [Error].
func (s Status) Next(t Trigger) (Status, EventType, error) {
	next, ok := transitions[s][t]
	if !ok {
		return s, "", Errorf(CodeInvalid, "A connection that is %s cannot %s.", s.describe(), t)
	}
	return next.to, next.event, nil
}

func (s Status) describe() string {
	if s == "" {
		return "not there"
	}
	return string(s)
}

// Apply moves the connection along one transition and keeps its dates and
// errors in step. It returns the event's type, empty for none.
func (c *Connection) Apply(t Trigger, now time.Time) (EventType, error) {
	to, event, err := c.Status.Next(t)
	if err != nil {
		return "", fmt.Errorf("connection %s: %w", c.ID, err)
	}
	if t == TriggerLink {
		c.LinkedAt = &now
		c.resolve(now)
	}
	if t != TriggerDelete { // a deleted connection is reported as it last was
		c.Status = to
	}
	return event, nil
}

// ConnectionHistory is one line of a connection's timeline (link.md 5.9).
type ConnectionHistory struct {
	ID            ID        `json:"id"`
	InstanceID    ID        `json:"-"`
	CompanyID     ID        `json:"companyId"`
	ConnectionID  ID        `json:"connectionId"`
	At            time.Time `json:"at"`
	Trigger       Trigger   `json:"trigger"`
	From          Status    `json:"from,omitempty"`
	To            Status    `json:"to,omitempty"`
	Reason        string    `json:"reason,omitempty"` // for people; never raw provider text
	Actor         Actor     `json:"actor"`
	CorrelationID string    `json:"correlationId,omitempty"`
}

// Actor says on whose behalf something was done: "customer", "system",
// "provider", or "key:<api key id>".
type Actor string

// Actors that are not an API key.
const (
	ActorCustomer Actor = "customer"
	ActorProvider Actor = "provider"
	ActorSystem   Actor = "system"
)

// ActorUser names a person of the fintech's staff as the actor.
func ActorUser(id ID) Actor { return Actor(userActor + string(id)) }

const userActor = "user:"

// User returns whose action it was, if a person's of the staff.
func (a Actor) User() (id ID, ok bool) {
	text, ok := strings.CutPrefix(string(a), userActor)
	return ID(text), ok
}

// ActorKey names an API key as the actor.
func ActorKey(id ID) Actor { return Actor("key:" + string(id)) }
