package bowline

import "time"

// HandOverKind says what a hand-over is for.
type HandOverKind string

// The kinds of hand-over.
const (
	HandOverColleague HandOverKind = "colleague" // somebody else signs in for the customer
	HandOverDevice    HandOverKind = "device"    // the customer goes on with another device
)

// HandOver is a link that is good for one browser, the first that opens it. A
// colleague's leads to the sign-in of one connection and nowhere else; it stays
// as the record of who signed in, apart from the consent of the one who asked.
// A device's leads to the screen that its maker was on.
type HandOver struct {
	ID           ID
	InstanceID   ID
	CompanyID    ID
	ConnectionID ID // empty: made before there was one
	Kind         HandOverKind
	CodeHash     string // of the code in the link, which is stored nowhere
	State        []byte // what the link continues; sealed at rest
	Created      time.Time
	ExpiresAt    time.Time

	OpenedAt        *time.Time
	OpenedFrom      string // network address
	UserAgent       string // capped at 300 characters
	AuthorizationID ID     // the sign-in that came of it
	FinishedAt      *time.Time
}

// String never prints what the link continues.
func (h HandOver) String() string { return "HandOver[" + string(h.ID) + "]" }

// GoString never prints what the link continues.
func (h HandOver) GoString() string { return h.String() }
