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
	// Button is the provider's own image for the button that leads to it.
	Button Button `json:"button"`
	// DataTypes are the lines of the consent screen, such as "Invoices and
	// bills", in the order shown.
	DataTypes []string `json:"dataTypes"`
	// OAuth is empty when there are Credentials: an integration has exactly one
	// of the two.
	OAuth OAuth `json:"oauth"`
	// Inputs are asked of the customer before the sign-in.
	Inputs []Field `json:"inputs"`
	// SignIn says who has to sign in.
	SignIn SignIn `json:"signIn"`
	// Keep says what to remember of the provider's answers.
	Keep Keep `json:"keep"`
	// API says how requests to the provider's API look.
	API API `json:"api"`
	// Tenant tells the one organisation that a grant reaches; nil where Tenants
	// lists them, or nobody tells.
	Tenant *Tenant `json:"tenant"`
	// Tenants says how to list the organisations that one grant reaches; nil
	// when a grant reaches exactly one.
	Tenants *Tenants `json:"tenants"`
	// Company says where the connected business tells its name; nil when it
	// does not.
	Company *Company `json:"company"`
	// Disconnect ends one connection of a grant that reaches several
	// organisations, and leaves the others; nil where only the grant ends.
	Disconnect *Call `json:"disconnect"`
	// Notices say how the provider tells that a grant has ended; nil for one that
	// has to be asked.
	Notices *Notices `json:"notices"`
	// Failures say how to read the provider's errors.
	Failures Failures `json:"failures"`
	// Rows makes several rows of the picker, nil for one.
	Rows *Rows `json:"rows"`
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
	// Status is StatusActive, StatusLimited or StatusWithdrawn.
	Status string `json:"status"`
	// Setup tells an operator how to register with the provider.
	Setup Setup `json:"setup"`
	// Limits are the provider's, for the generated docs.
	Limits Limits `json:"limits"`
	// Notes are what else to know about the provider, one sentence each.
	Notes []string `json:"notes"`
	// Unverified are facts in this file for which nobody has found a public
	// source, one sentence each.
	Unverified []string `json:"unverified"`

	// What an operator set up (With), nil for nothing. It is behind a pointer
	// because fmt prints members that are not exported without asking their
	// types, and stops at pointers.
	own     *Registration
	asked   bool // an operator wants it enabled
	builtin bool // the file is one of the binary's
}

// The values of Integration.Status.
const (
	StatusActive    = "active"
	StatusLimited   = "limited"   // the provider lets few apps in
	StatusWithdrawn = "withdrawn" // others have stopped offering it; off unless an operator enables it
)

// Limits are cliffs of a provider over which a connection can fall; 0 where
// none is known.
type Limits struct {
	// Connections is how many businesses an app may have connected at first.
	Connections int `json:"connections"`
	// ConsentDays is after how many days the customer has to agree again.
	ConsentDays int `json:"consentDays"`
	// CodeSeconds is how long a code is good for.
	CodeSeconds int `json:"codeSeconds"`
	// AccessTokenSeconds is how long an access token usually lives.
	AccessTokenSeconds int `json:"accessTokenSeconds"`
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
