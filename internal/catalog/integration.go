package catalog

import (
	"fmt"
	"log/slog"
)

// Integration is one piece of software that a customer can connect. Values
// come from a Catalog and share its slices and maps: read them, never write.
type Integration struct {
	// Key is the four lower-case letters by which the API, URLs and files
	// name the integration. It never changes.
	Key string `json:"key"`
	// ID and SourceID are the API's integrationId and sourceId: UUIDs in
	// canonical form. A file without them gets ids derived from Key, the same
	// on every installation.
	ID       string `json:"id"`
	SourceID string `json:"sourceId"`
	// Name is what customers read, at most 100 characters.
	Name string `json:"name"`
	// SourceType groups the picker: Accounting, Banking, BankFeed, Commerce,
	// Expense, Other or Unknown.
	SourceType string `json:"sourceType"`
	// Sandbox marks an integration whose data is invented.
	Sandbox bool `json:"sandbox"`
	// Enabled is the state before an operator decides otherwise; true when the
	// file is silent.
	Enabled bool `json:"enabled"`
	// Order sorts the picker, lowest first; sandbox and beta entries come
	// after all others whatever their order.
	Order int `json:"order"`
	// Beta marks an integration that is offered with a warning.
	Beta bool `json:"beta"`
	// DataProvidedBy names the company behind the data, "" when it is the
	// integration itself.
	DataProvidedBy string `json:"dataProvidedBy"`
	// Description is one sentence for the picker and the generated docs.
	Description string `json:"description"`
	Logo        Logo   `json:"logo"`
	// DataTypes are the lines of the consent screen, such as "Invoices and
	// bills", in the order shown.
	DataTypes []string `json:"dataTypes"`
	// OAuth is empty when there are Credentials: an integration has exactly one
	// of the two.
	OAuth OAuth `json:"oauth"`
	// Tenants says how to list the organisations that one grant reaches; nil
	// when a grant reaches exactly one.
	Tenants *Tenants `json:"tenants"`
	// Company says where the connected business tells its name; nil when it
	// does not.
	Company *Company `json:"company"`
	// Device says what hardware the sign-in wants.
	Device Device `json:"device"`
	// RecommendAnother suggests one more account after the first; true for
	// Banking when the file is silent.
	RecommendAnother bool `json:"recommendAnother"`
	// ConsentButton is what the provider wants the consent button to say, such
	// as "Connect to Acme"; "" for the usual words.
	ConsentButton string `json:"consentButton"`
	// ListsOwnData says that the provider shows its own list of the data, so
	// that ours would only repeat it.
	ListsOwnData bool `json:"listsOwnData"`
	// Before and After guide the customer around the sign-in, one step a
	// screen.
	Before []GuideStep `json:"before"`
	After  []GuideStep `json:"after"`
	// Credentials asks for keys instead of a sign-in; nil for OAuth.
	Credentials *Credentials `json:"credentials"`
	// Claims renames the provider's user claims to the names of OpenID Connect
	// Core section 5.1: provider name to OpenID name.
	Claims map[string]string `json:"claims"`
}

// Kind is how a customer proves to the provider who they are.
type Kind string

// The kinds of integrations.
const (
	KindOAuth       Kind = "oauth"
	KindCredentials Kind = "credentials"
)

// Kind tells which of OAuth and Credentials the integration has.
func (in Integration) Kind() Kind {
	if in.Credentials != nil {
		return KindCredentials
	}
	return KindOAuth
}

// UsesCredentials says whether the customer types keys instead of signing in.
func (in Integration) UsesCredentials() bool { return in.Kind() == KindCredentials }

// Device says what hardware a sign-in wants (link.md 1.3.4, "Mobile").
type Device struct {
	// DesktopOnly cannot be done on a phone.
	DesktopOnly bool `json:"desktopOnly"`
	// NeedsPackage wants something installed on a computer.
	NeedsPackage bool `json:"needsPackage"`
	// MobileOptimised is false for pages that are hard to use on a small
	// screen; true when the file is silent.
	MobileOptimised bool `json:"mobileOptimised"`
}

// OAuth says how to speak OAuth 2.0 with the provider. Endpoints come from the
// issuer's discovery document, from the file, or from both; for each endpoint
// the file wins.
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
	ClientID     string `json:"clientId"`
	ClientSecret Secret `json:"clientSecret"`
	// ClientAuthentication is how the token endpoint learns who we are
	// (RFC 6749 section 2.3.1): Basic, Post or None.
	ClientAuthentication string `json:"clientAuthentication"`
	// Scopes are asked for in this order, joined by ScopeSeparator (" " unless
	// the provider deviates from RFC 6749 section 3.3).
	Scopes         []string `json:"scopes"`
	ScopeSeparator string   `json:"scopeSeparator"`
	// PKCE sends an S256 challenge (RFC 7636); false only for providers that
	// refuse a request carrying one.
	PKCE bool `json:"pkce"`
	// AuthorizeParams and TokenParams are sent with every authorization
	// request and every token request; they cannot replace a parameter of the
	// protocol.
	AuthorizeParams map[string]string `json:"authorizeParams"`
	TokenParams     map[string]string `json:"tokenParams"`
	// IssParameter rules the iss parameter of the callback (RFC 9207): ""
	// checks it when it is sent, IssRequired also refuses its absence.
	IssParameter string `json:"issParameter"`
}

// The values of OAuth.ClientAuthentication.
const (
	// Basic sends id and secret in the Authorization header.
	Basic = "basic"
	// Post sends id and secret in the form.
	Post = "post"
	// None sends the id in the form and no secret: a public client.
	None = "none"
)

// IssRequired is the value of OAuth.IssParameter that refuses a callback
// without iss.
const IssRequired = "required"

// Tenants describes the call that lists the organisations of a grant: a GET
// with the access token, answered with JSON.
type Tenants struct {
	// URL is absolute http(s).
	URL string `json:"url"`
	// Items is the dotted path to the array, "" when the document itself is
	// the array.
	Items string `json:"items"`
	// ID and Name are dotted paths within one item. An empty Name means that
	// the id is shown.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Multiple allows to connect several of them at once.
	Multiple bool `json:"multiple"`
}

// TenantVariable stands for the chosen tenant's id in Company.URL. It is
// filled in per request, not at start.
const TenantVariable = "${tenant.id}"

// Company describes the call that tells the name of the connected business: a
// GET with the access token, answered with JSON.
type Company struct {
	// URL is absolute http(s) and may hold TenantVariable in its path or query.
	URL string `json:"url"`
	// Name is the dotted path to the name.
	Name string `json:"name"`
}

// HasScope reports whether the integration asks for scope by itself.
func (o OAuth) HasScope(scope string) bool {
	for _, s := range o.Scopes {
		if s == scope {
			return true
		}
	}
	return false
}

// Secret is a text that never reaches a log, an error or a JSON answer:
// whatever prints it writes "[redacted]"; only Reveal returns the text.
type Secret string

const redacted = "[redacted]"

// Reveal returns the text itself. Each call is a place to look at in review.
func (s Secret) Reveal() string { return string(s) }

// String returns "[redacted]".
func (s Secret) String() string { return redacted }

// GoString returns "[redacted]", for %#v.
func (s Secret) GoString() string { return redacted }

// Format writes "[redacted]" for every verb, %x and %q included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue returns "[redacted]", for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON returns "[redacted]" as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
