package bowline

import "time"

// Consent is the record of what a person agreed to before a connection was
// made: the exact text shown, not a reference to it.
type Consent struct {
	ID             ID
	InstanceID     ID
	CompanyID      ID
	ConnectionID   ID
	IntegrationKey string
	Kind           ConsentKind
	Text           string   // Markdown of everything on the screen
	TextVersion    string   // SHA-256 of Text, hex: equal texts have equal versions
	Locale         string   // BCP 47, e.g. en-US
	DataTypes      []string // as listed on the screen
	GrantedAt      time.Time
	GrantedFrom    string // network address of the browser
	UserAgent      string // capped at 300 characters
}

// ConsentKind says what a consent is for.
type ConsentKind string

// The kinds of consent.
const (
	ConsentConnect    ConsentKind = "connect"    // before a connection is made
	ConsentAdditional ConsentKind = "additional" // a further use of what is linked (link.md 1.3.16)
)
