package bowline

import "time"

// RequestsKept is how long answered requests are kept.
const RequestsKept = 14 * 24 * time.Hour

// CallerKind says who sent a request.
type CallerKind string

// The kinds of caller; empty where nobody was recognized.
const (
	CallerKey     CallerKind = "key"     // an API key
	CallerUser    CallerKind = "user"    // a person in the Portal
	CallerCompany CallerKind = "company" // a customer, in a browser
)

// AnsweredRequest is what is kept of one request: never its query, its body or
// a key.
type AnsweredRequest struct {
	InstanceID ID     // empty where nobody knows whose it was
	ID         string // the correlation id
	At         time.Time
	Area       string // of the server: api, portal, link, oauth or sdk
	Method     string
	Path       string
	Status     int
	Duration   time.Duration
	CallerKind CallerKind
	CallerID   ID
	CallerName string // when it is read; empty when there is none any more
	ErrorCode  string
	Message    string // what the caller was told
	LeftOut    int64  // successful reads before this one that were not kept
}
