package bowline

import (
	"encoding/json"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of people (link.md 5.6).
const (
	MaxUserName    = 100
	MaxUserEmail   = 254 // RFC 5321 section 4.5.3.1.3, less the angle brackets
	MinPassword    = 12  // characters
	MaxPassword    = 128
	MaxPreferences = 8 << 10 // bytes of JSON
	MaxUsers       = 1000    // of one instance
)

// Lifetimes of what lets people in.
const (
	InvitationLife  = 7 * 24 * time.Hour
	ResetLife       = 24 * time.Hour
	SessionIdle     = 12 * time.Hour      // a session that is not used ends then
	SessionLife     = 7 * 24 * time.Hour  // and any session then
	ExternalLife    = 12 * time.Hour      // or then, if it came by the sign-in service: who was removed there is out by then
	SignInsKept     = 90 * 24 * time.Hour // lines about who signed in, or failed to
	SetUpLife       = 24 * time.Hour      // of a link that makes the first administrator
	TestCompanies   = 50                  // companies of a test instance
	MaxInstanceName = MaxProfileName
)

// UserStatus says whether a person can work in an instance.
type UserStatus string

// The states of people.
const (
	UserActive   UserStatus = "Active"
	UserInvited  UserStatus = "Invited" // has no way to sign in yet
	UserDisabled UserStatus = "Disabled"
)

// User is a person of the fintech's staff, as one instance sees them.
type User struct {
	ID         ID         `json:"id"`
	Name       string     `json:"name"`
	Email      string     `json:"email"`
	Role       Role       `json:"role"`
	Status     UserStatus `json:"status"`
	External   bool       `json:"external"` // signs in with the sign-in service
	LastSignIn *time.Time `json:"lastSignIn,omitempty"`
	Created    time.Time  `json:"created"`
}

// Person is somebody as the deployment knows them, whichever instances they work
// in. It never leaves the server.
type Person struct {
	ID          ID
	Email, Name string
	Password    string // Argon2id with its parameters; empty for none
	Issuer      string // with Subject: the identity at the sign-in service
	Subject     string
	KnownAs     string // the address that the sign-in service last told of that identity; empty for none
	Locale      string
	Preferences string // JSON of the Portal's own
	Created     time.Time
	LastSignIn  *time.Time
}

// External says whether the person signs in with the sign-in service.
func (p Person) External() bool { return p.Subject != "" }

// CanSignIn says whether there is a way for them to sign in.
func (p Person) CanSignIn() bool { return p.Password != "" || p.External() }

// String never prints the password's hash.
func (p Person) String() string { return "Person[" + string(p.ID) + "]" }

// GoString never prints the password's hash.
func (p Person) GoString() string { return p.String() }

// Membership is what a person may do in an instance. Of the two roles, the one
// from an administrator and the one from groups at the sign-in service, the
// higher counts.
type Membership struct {
	InstanceID ID
	UserID     ID
	Given      Role // by an administrator; empty for none
	FromGroups Role
	Disabled   bool
	Created    time.Time
}

// Role is the one that counts.
func (m Membership) Role() Role { return HighestRole(m.Given, m.FromGroups) }

// Member is a person with a membership.
type Member struct {
	Person
	Membership
}

// User is the member as the API shows it.
func (m Member) User() User {
	u := User{
		ID: m.ID, Name: m.Name, Email: m.Email, Role: m.Role(), Status: UserActive, External: m.External(),
		LastSignIn: m.LastSignIn, Created: m.Membership.Created,
	}
	switch {
	case m.Disabled:
		u.Status = UserDisabled
	case !m.CanSignIn():
		u.Status = UserInvited
	}
	return u
}

// StaffSession is one browser in which somebody is signed in.
type StaffSession struct {
	ID       ID        `json:"id"`
	UserID   ID        `json:"-"`
	Hash     string    `json:"-"` // SHA-256 of what the cookie holds, hex
	Created  time.Time `json:"created"`
	LastSeen time.Time `json:"lastSeen"`
	Device   string    `json:"device"` // such as Firefox on Linux
	External bool      `json:"external"`
	Current  bool      `json:"current"` // the one that asks
}

// Over says whether the session has ended by then.
func (s StaffSession) Over(now time.Time) bool {
	life := SessionLife
	if s.External {
		life = ExternalLife
	}
	return now.Sub(s.LastSeen) >= SessionIdle || now.Sub(s.Created) >= life
}

// StaffLinkKind says what a one-time link is for.
type StaffLinkKind string

// The kinds of links.
const (
	LinkSetUp      StaffLinkKind = "setup"      // makes the first administrator
	LinkInvitation StaffLinkKind = "invitation" // lets somebody choose their password
	LinkReset      StaffLinkKind = "reset"      // lets them choose another one
)

// StaffLink is a link that works once. At rest there is only the hash of what it
// holds.
type StaffLink struct {
	Kind       StaffLinkKind
	Hash       string
	UserID     ID // empty for setup
	InstanceID ID // to which the invitation is; empty for others
	Created    time.Time
	Expires    time.Time
}

// StaffChange is a line of the history of people, keys, instances and sign-in.
type StaffChange struct {
	ID          ID        `json:"id"`
	InstanceID  ID        `json:"-"`
	At          time.Time `json:"at"`
	Actor       Actor     `json:"actor"`
	ActorName   string    `json:"actorName,omitempty"`
	What        string    `json:"what"`
	Subject     ID        `json:"subject,omitempty"`
	SubjectName string    `json:"subjectName,omitempty"`
	Detail      string    `json:"detail,omitempty"`
}

// StaffChangeKind sorts the lines of that history.
type StaffChangeKind string

// The kinds. What is none of the first three is a setting, so that no line is of
// none.
const (
	StaffChangePeople   StaffChangeKind = "people"
	StaffChangeKeys     StaffChangeKind = "keys"
	StaffChangeSignIns  StaffChangeKind = "signIns" // who came in, and who failed to
	StaffChangeSettings StaffChangeKind = "settings"
)

// StaffChangeKinds lists them.
func StaffChangeKinds() []StaffChangeKind {
	return []StaffChangeKind{StaffChangePeople, StaffChangeKeys, StaffChangeSignIns, StaffChangeSettings}
}

// CleanUserName returns a name that can be shown, or CodeInvalid.
func CleanUserName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || utf8.RuneCountInString(name) > MaxUserName || strings.ContainsFunc(name, unicode.IsControl) || !utf8.ValidString(name) {
		return "", Errorf(CodeInvalid, "name must have 1 to %d characters.", MaxUserName)
	}
	return name, nil
}

// CleanEmail returns an address as it was typed, without what surrounds it, or
// CodeInvalid.
func CleanEmail(email string) (string, error) {
	email = strings.TrimSpace(email)
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || len(email) > MaxUserEmail || strings.ContainsAny(email, "\"<> ,;") ||
		strings.ContainsFunc(email, unicode.IsControl) {
		return "", Errorf(CodeInvalid, "email must be an e-mail address, such as ada@example.com.")
	}
	return email, nil
}

// EmailKey is the form in which addresses are compared. That the part before the
// @ could tell cases apart is of no use to anybody.
func EmailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// CheckPreferences refuses what is no JSON object or too long.
func CheckPreferences(text []byte) error {
	var object map[string]json.RawMessage
	if len(text) > MaxPreferences || json.Unmarshal(text, &object) != nil || object == nil {
		return Errorf(CodeInvalid, "preferences must be a JSON object of at most %d bytes.", MaxPreferences)
	}
	return nil
}

// InstanceKind says what an instance is for.
type InstanceKind string

// The kinds of instances.
const (
	LiveInstance InstanceKind = "live"
	TestInstance InstanceKind = "test" // holds TestCompanies companies at most
)

// CleanInstanceName returns a name that can be shown, or CodeInvalid.
func CleanInstanceName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || utf8.RuneCountInString(name) > MaxInstanceName || strings.ContainsFunc(name, unicode.IsControl) || !utf8.ValidString(name) {
		return "", Errorf(CodeInvalid, "name must have 1 to %d characters.", MaxInstanceName)
	}
	return name, nil
}
