package bowline

import "time"

// Limits of API keys (platform-api section 6).
const (
	MaxAPIKeys    = 10
	MaxAPIKeyName = 50
)

// APIKey lets a server of the fintech call the Platform API. The secret is
// shown once, at creation; at rest there is only its hash.
type APIKey struct {
	ID          ID        `json:"id"`
	InstanceID  ID        `json:"-"`
	Name        string    `json:"name,omitempty"`
	Secret      string    `json:"apiKey,omitempty"` // set in the answer to creation only
	Hash        string    `json:"-"`                // SHA-256 of the secret, hex
	Prefix      string    `json:"-"`                // first characters, to recognize a key by
	Bootstrap   bool      `json:"-"`                // came from the configuration
	CreatedDate time.Time `json:"createdDate"`
}

// String never prints the secret.
func (k APIKey) String() string { return "APIKey[" + string(k.ID) + "]" }

// GoString never prints the secret.
func (k APIKey) GoString() string { return k.String() }
