package bowline

import "time"

// AuthorizationStatus is where one attempt to authorize a connection stands.
//
//	(browser holds the sealed state) ──callback──► exchanging ──► linked
//	                                                   │    └───► choosing ──► linked
//	                                                   └────────► failed ◄──────┘
type AuthorizationStatus string

// The states of an authorization. Nothing is stored before the callback: until
// then the attempt lives sealed in a cookie of the browser that started it.
const (
	AuthorizationExchanging AuthorizationStatus = "exchanging"
	AuthorizationChoosing   AuthorizationStatus = "choosing"
	AuthorizationLinked     AuthorizationStatus = "linked"
	AuthorizationFailed     AuthorizationStatus = "failed"
)

// Authorization is one callback from a provider. StateHash is unique, so that
// a state is consumed once; a second arrival finds the first one's result.
type Authorization struct {
	ID             ID
	InstanceID     ID
	CompanyID      ID
	ConnectionID   ID
	IntegrationKey string
	StateHash      string // SHA-256 of the state parameter, hex
	Status         AuthorizationStatus
	Outcome        int    // link.md 4.6: 0 while open, else 200, 403, 500 or 501
	Reason         string // a key of the screen's texts, never raw provider text
	StatusText     string // the provider's words, cleaned and capped
	CorrelationID  string
	Tenants        []Tenant // to choose from while choosing
	Context        string   // JSON: what is chosen while guided steps remain, and what was linked
	Hop            string   // names the page that waits for the result in another tab; empty for none
	HandOverID     ID       // set when a colleague signed in for the owner
	StartedAt      time.Time
	ClaimedAt      time.Time
	FinishedAt     *time.Time
	ExpiresAt      time.Time // after this an unfinished one is failed and wiped
}

// Tenant is an organisation at a provider that a grant gives access to.
type Tenant struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Values are what else the integration wants kept of it, such as the id of
	// the connection at the provider.
	Values map[string]string `json:"values,omitempty"`
}

// Grant is the set of tokens behind a linked connection. It exists in clear in
// memory only; the store seals it, bound to the connection's id.
type Grant struct {
	ConnectionID ID                `json:"-"`
	AccessToken  string            `json:"accessToken,omitempty"`
	RefreshToken string            `json:"refreshToken,omitempty"`
	IDToken      string            `json:"idToken,omitempty"`
	TokenType    string            `json:"tokenType,omitempty"`
	Scopes       []string          `json:"scopes,omitempty"`
	Claims       map[string]any    `json:"claims,omitempty"` // OpenID claims of the person who signed in
	Extra        map[string]string `json:"extra,omitempty"`  // what else requests need: typed values, or variables such as "callback.realmId"
	ExpiresAt    time.Time         `json:"expiresAt,omitzero"`
	// IssuedAt is when the access token was asked for, zero when not known.
	IssuedAt time.Time `json:"issuedAt,omitzero"`
	// RefreshExpiresAt is when the refresh token ends, zero when not told.
	RefreshExpiresAt time.Time `json:"refreshExpiresAt,omitzero"`
	Version          int64     `json:"-"` // grows with every token change
	// RenewAt is when storing the grant schedules its next renewal or check;
	// zero for never by itself. It is not read back.
	RenewAt time.Time `json:"-"`
	// Family is the authorization that the tokens come from. Connections of one
	// family share them: whoever renews one has renewed them all.
	Family ID `json:"family,omitempty"`
}

// String never prints a token.
func (Grant) String() string { return "Grant[redacted]" }

// GoString never prints a token.
func (Grant) GoString() string { return "Grant[redacted]" }
