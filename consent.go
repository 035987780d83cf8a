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
	Text           string   // Markdown of everything on the screen
	TextVersion    string   // SHA-256 of Text, hex: equal texts have equal versions
	Locale         string   // BCP 47, e.g. en-US
	DataTypes      []string // as listed on the screen
	GrantedAt      time.Time
	GrantedFrom    string // network address of the browser
	UserAgent      string // capped at 300 characters
}
