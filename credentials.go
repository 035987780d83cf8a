package bowline

import "time"

// Credentials are what opens the provider's API for a connection: a token that
// is fresh at the time of the answer, or what the customer typed. They exist in
// answers only.
type Credentials struct {
	// Type is CredentialsOAuth or CredentialsTyped.
	Type        string     `json:"type"`
	AccessToken string     `json:"accessToken,omitempty"`
	TokenType   string     `json:"tokenType,omitempty"`
	ExpiresAt   *time.Time `json:"expiresAt,omitempty"` // nil for never, and where the provider does not say
	Scopes      []string   `json:"scopes,omitempty"`
	TenantID    string     `json:"tenantId,omitempty"`
	// Credentials are what the customer typed, by the names of the form.
	Credentials map[string]string `json:"credentials,omitempty"`
	// Values are what else requests need, by the names of an update of
	// authorization, such as realmId.
	Values map[string]string `json:"values,omitempty"`
	// APIURL is where the provider's API begins for this connection.
	APIURL string `json:"apiUrl,omitempty"`
}

// The values of Credentials.Type.
const (
	CredentialsOAuth = "oauth"
	CredentialsTyped = "credentials"
)

// String prints nothing of it.
func (Credentials) String() string { return "Credentials[redacted]" }

// GoString prints nothing of it.
func (Credentials) GoString() string { return "Credentials[redacted]" }
