package catalog

import "slices"

// OAuth says how to speak OAuth 2.0 with the provider. Endpoints come from the
// issuer's discovery document, from the file, or from both; for each endpoint
// the file wins. URLs, scopes and parameters may hold variables (Values).
type OAuth struct {
	// Issuer is the provider's identifier (OpenID Connect Discovery 1.0,
	// RFC 8414), compared byte for byte with the iss of answers and id_tokens.
	Issuer string `json:"issuer"`
	// Discovery says to read Issuer + "/.well-known/openid-configuration".
	// True when the file is silent and Issuer is set; meaningless without one.
	Discovery bool `json:"discovery"`
	// AuthorizeURL, TokenURL, RevokeURL, UserinfoURL and JWKSURL are absolute
	// http(s) URLs, "" when discovery tells them or the provider has none.
	AuthorizeURL string `json:"authorizeUrl"`
	TokenURL     string `json:"tokenUrl"`
	RevokeURL    string `json:"revokeUrl"`
	UserinfoURL  string `json:"userinfoUrl"`
	JWKSURL      string `json:"jwksUrl"`
	// ClientID, ClientSecret and PrivateKey identify the operator's app. A file
	// without them waits for an operator's Registration.
	ClientID     string `json:"clientId"`
	ClientSecret Secret `json:"clientSecret"`
	// PrivateKey is PEM (PKCS #8, PKCS #1 or SEC 1), for PrivateKeyJWT.
	PrivateKey Secret `json:"privateKey"`
	// ClientAuthentication is how the token endpoint learns who we are: Basic,
	// Post, SecretOnly, PrivateKeyJWT or None.
	ClientAuthentication string `json:"clientAuthentication"`
	// Scopes are asked for in this order, joined by ScopeSeparator (" " unless
	// the provider deviates from RFC 6749 section 3.3).
	Scopes         []string `json:"scopes"`
	ScopeSeparator string   `json:"scopeSeparator"`
	// PKCE sends an S256 challenge (RFC 7636); false only for providers that
	// refuse a request carrying one, or change the kind of grant because of it.
	PKCE bool `json:"pkce"`
	// AuthorizeParams, TokenParams and RefreshParams are sent with every
	// authorization request, every token request, and every refresh on top of
	// those; they cannot replace a parameter of the protocol. One whose
	// variables have no value is left out.
	AuthorizeParams map[string]string `json:"authorizeParams"`
	TokenParams     map[string]string `json:"tokenParams"`
	RefreshParams   map[string]string `json:"refreshParams"`
	// CodeParameter is the name of the code in the callback, "code" when the
	// file is silent.
	CodeParameter string `json:"codeParameter"`
	// TokenFormat is how the body of a token request is written: FormatForm, or
	// FormatJSON for providers that want it so.
	TokenFormat string `json:"tokenFormat"`
	// Expires and RefreshExpires say where an answer tells the end of its
	// tokens; nil for expires_in in seconds, and for nothing.
	Expires        *Expiry `json:"expires"`
	RefreshExpires *Expiry `json:"refreshExpires"`
	// Refresh says what is special about refreshing.
	Refresh Refresh `json:"refresh"`
	// Revoke says how the grant is ended where that is not RFC 7009 at
	// RevokeURL; nil for that.
	Revoke *Call `json:"revoke"`
	// RevokeEnds is what that ends: EndsGrant, the usual, or EndsAccount.
	RevokeEnds string `json:"revokeEnds"`
	// IssParameter rules the iss parameter of the callback (RFC 9207): ""
	// checks it when it is sent, IssRequired also refuses its absence.
	IssParameter string `json:"issParameter"`
}

// The values of OAuth.ClientAuthentication.
const (
	// Basic sends id and secret in the Authorization header (RFC 6749 section
	// 2.3.1).
	Basic = "basic"
	// Post sends id and secret in the body.
	Post = "post"
	// SecretOnly sends the secret in the body and no id.
	SecretOnly = "secretOnly"
	// PrivateKeyJWT sends an assertion signed with PrivateKey (RFC 7523 section
	// 2.2).
	PrivateKeyJWT = "privateKeyJwt"
	// None sends the id in the body and no secret: a public client.
	None = "none"
)

// IssRequired is the value of OAuth.IssParameter that refuses a callback
// without iss.
const IssRequired = "required"

// The values of OAuth.RevokeEnds.
const (
	EndsGrant = "grant" // the tokens of one sign-in; so does ""
	// EndsAccount ends the app's access to the account, and with it what other
	// sign-ins to the same account gave.
	EndsAccount = "account"
)

// The formats of a body.
const (
	FormatForm = "form" // application/x-www-form-urlencoded
	FormatJSON = "json"
)

// Expiry says where an answer tells when a token ends, and how.
type Expiry struct {
	// Field is a member of the answer.
	Field string `json:"field"`
	// Form is ExpirySeconds from now, an ExpiryUnix time in seconds, or an
	// ExpiryISO time (RFC 3339).
	Form string `json:"form"`
}

// The values of Expiry.Form.
const (
	ExpirySeconds = "seconds"
	ExpiryUnix    = "unix"
	ExpiryISO     = "iso"
)

// Refresh says what is special about a provider's refresh tokens (RFC 6749
// section 6). Durations are in seconds unless the name says otherwise; 0 means
// that nothing is known.
type Refresh struct {
	// URL and ClientAuthentication differ from those of the code where set.
	URL                  string `json:"url"`
	ClientAuthentication string `json:"clientAuthentication"`
	// Never says that the access token does not expire, so that nothing is
	// refreshed.
	Never bool `json:"never"`
	// Rotates says that each answer brings a new refresh token that replaces
	// the former; true when the file is silent.
	Rotates bool `json:"rotates"`
	// Grace is how long the former one still works after that.
	Grace int `json:"grace"`
	// Window is how long before the end of the access token a refresh is
	// accepted; an earlier one is refused. 0 for any time.
	Window int `json:"window"`
	// IdleDays is how long a refresh token lives unused, EndDays how long after
	// the consent every refresh token ends.
	IdleDays int `json:"idleDays"`
	EndDays  int `json:"endDays"`
	// Rate is how many refreshes the provider allows an app; zero where nothing
	// is known.
	Rate Rate `json:"rate"`
}

// Rate is a provider's limit: so many requests in any so many seconds.
type Rate struct {
	Requests int `json:"requests"`
	Seconds  int `json:"seconds"`
}

// HasScope reports whether the integration asks for scope by itself.
func (o OAuth) HasScope(scope string) bool { return slices.Contains(o.Scopes, scope) }
