package link

import (
	"time"

	"github.com/bowline/bowline"
)

// What each screen is drawn from.

// GateView is a page that tells nothing until its script has opened it: mail
// scanners that only read addresses use nothing up (link.md 4.3).
type GateView struct {
	// Kind says what the script sends with "open": "otp" takes link.otp or otp
	// from the address, "code" the fragment.
	Kind string `json:"kind"`
}

// InviteView asks a new company for its name (link.md 1.3.1).
type InviteView struct {
	Title   string `json:"title"`
	Body    string `json:"body"`
	Problem string `json:"problem,omitempty"` // what is wrong with the name that was sent
}

// LandingView greets (link.md 1.3.2). Title and body hold Markdown.
type LandingView struct {
	Title    string `json:"title"`
	Body     string `json:"body"`
	Button   string `json:"button"`
	ShowLogo bool   `json:"showLogo"`
}

// MainView is the list of source types (link.md 1.3.3).
type MainView struct {
	Title     *string    `json:"title,omitempty"`    // Markdown; absent: our own words, empty: none
	Subtitle  *string    `json:"subtitle,omitempty"` // likewise
	Types     []TypeCard `json:"types"`
	CanFinish bool       `json:"canFinish"`
	CanManage bool       `json:"canManage,omitempty"` // there is a list of what is connected
}

// TypeCard is one source type on the main screen. State is empty, pending,
// linked, lost or shareable.
type TypeCard struct {
	SourceType  bowline.SourceType `json:"sourceType"`
	Required    bool               `json:"required"`
	State       string             `json:"state"`
	Connections []ConnectionTile   `json:"connections"`
	Actions     []string           `json:"actions"`
	Recommend   bool               `json:"recommend,omitempty"` // "Add another" is recommended (1.3.22)
}

// ConnectionTile is a connection on the main screen and on the last one.
type ConnectionTile struct {
	ID         bowline.ID     `json:"id"`
	Name       string         `json:"name"`
	LogoURL    string         `json:"logoUrl,omitempty"`
	Monogram   string         `json:"monogram,omitempty"`
	Color      string         `json:"color,omitempty"`
	Status     bowline.Status `json:"status"`
	TenantName string         `json:"tenantName,omitempty"`
}

// Tile is an integration as the picker shows it, or one of the rows that its
// provider lists.
type Tile struct {
	Key      string `json:"key"` // of the integration, with /ID behind it for a row of a list
	Name     string `json:"name"`
	LogoURL  string `json:"logoUrl,omitempty"` // absent where a monogram says enough
	Monogram string `json:"monogram,omitempty"`
	Color    string `json:"color,omitempty"` // of a drawn tile, #rrggbb; with LogoURL the picture fills it
	Sandbox  bool   `json:"sandbox"`
	Provider string `json:"provider,omitempty"`
	Linked   bool   `json:"linked,omitempty"` // the company is connected to it already
	Device   string `json:"device,omitempty"` // DeviceDesktop, DevicePackage or DeviceLarge: a warning on a phone
}

// The values of Tile.Device (link.md 1.3.4, "Mobile").
const (
	DeviceDesktop = "desktop" // cannot be done on a phone
	DevicePackage = "package" // needs something installed on a computer
	DeviceLarge   = "large"   // pages that are hard to use on a small screen
)

// PickerView lists the integrations of a source type (link.md 1.3.4).
type PickerView struct {
	SourceType   bowline.SourceType `json:"sourceType"`
	Integrations []Tile             `json:"integrations"`
	CanHandOver  bool               `json:"canHandOver"`
	Preselected  string             `json:"preselected,omitempty"` // key of the only choice
}

// NotListedView takes the name of software that is not on offer. Sent says
// that it has been noted.
type NotListedView struct {
	SourceType bowline.SourceType `json:"sourceType"`
	Name       string             `json:"name,omitempty"`
	Sent       bool               `json:"sent"`
}

// ConsentView is what the customer agrees to (link.md 1.3.5). Its texts may
// hold the safe subset of Markdown.
type ConsentView struct {
	SourceType  bowline.SourceType `json:"sourceType"`
	Integration Tile               `json:"integration"`
	Title       string             `json:"title"`
	Subtitle    string             `json:"subtitle"`
	Sections    []ConsentSection   `json:"sections"`
	Terms       string             `json:"terms"`
	Button      string             `json:"button"`
	ButtonImage *ButtonImage       `json:"buttonImage,omitempty"` // the provider's own, which says Button
	Who         string             `json:"who,omitempty"`         // has to sign in, when that cannot be anybody
	Leads       bool               `json:"leads"`                 // the provider's sign-in follows at once
	HandOver    bool               `json:"handOver,omitempty"`    // somebody else will sign in
	CanHandOver bool               `json:"canHandOver"`
}

// ButtonImage holds the addresses of a button's pictures, the second one for
// when a pointer is over it.
type ButtonImage struct {
	Default string `json:"default"`
	Hover   string `json:"hover"`
}

// ConsentSection is one accordion of the consent screen.
type ConsentSection struct {
	ID     string   `json:"id"`
	Header string   `json:"header"`
	Body   string   `json:"body,omitempty"`
	Items  []string `json:"items,omitempty"`
}

// GuideView is one guided step before or after the sign-in (link.md 1.3.6 and
// 1.3.11), as the integration declares it. Body holds Markdown.
type GuideView struct {
	Integration Tile        `json:"integration"`
	Phase       string      `json:"phase"` // GuideBefore or GuideAfter
	Index       int         `json:"index"` // from 0
	Count       int         `json:"count"`
	Title       string      `json:"title"`
	Body        string      `json:"body"`
	Confirm     string      `json:"confirm,omitempty"` // text of a box to tick before going on
	Copies      []GuideCopy `json:"copies,omitempty"`
	Link        *GuideLink  `json:"link,omitempty"`
	Leads       bool        `json:"leads,omitempty"` // the provider's sign-in follows at once
	CanHandOver bool        `json:"canHandOver"`
}

// The values of GuideView.Phase.
const (
	GuideBefore = "before"
	GuideAfter  = "after"
)

// GuideCopy is a value to copy into the software.
type GuideCopy struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// GuideLink leads to help outside.
type GuideLink struct {
	Label string `json:"label"`
	URL   string `json:"url"`
}

// CredentialsView asks for what the software wants to know (link.md 1.3.7).
// What was typed never comes back, except values that are no secrets.
type CredentialsView struct {
	Integration Tile              `json:"integration"`
	Fields      []CredentialField `json:"fields"`
	Leads       bool              `json:"leads,omitempty"`   // the provider's sign-in follows: these are no credentials
	Problem     string            `json:"problem,omitempty"` // about the form as a whole
	CanHandOver bool              `json:"canHandOver"`
}

// CredentialField is one field of the form.
type CredentialField struct {
	Name        string        `json:"name"`
	Label       string        `json:"label"`
	Help        string        `json:"help,omitempty"`
	Secret      bool          `json:"secret"`
	Optional    bool          `json:"optional,omitempty"`
	Prefix      string        `json:"prefix,omitempty"`
	Suffix      string        `json:"suffix,omitempty"`
	Placeholder string        `json:"placeholder,omitempty"`
	DocsURL     string        `json:"docsUrl,omitempty"`
	Options     []FieldOption `json:"options,omitempty"` // to choose from; none for a text
	Value       string        `json:"value,omitempty"`
	Problem     string        `json:"problem,omitempty"`
}

// FieldOption is one of the values that a field offers.
type FieldOption struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// HandoffView sends the browser to the provider (link.md 1.3.8).
type HandoffView struct {
	Integration Tile   `json:"integration"`
	Mode        string `json:"mode"`          // HandoffRedirect or HandoffTab
	URL         string `json:"url"`           // of the provider, or of ours that leads there
	Who         string `json:"who,omitempty"` // has to sign in, when that cannot be anybody
	CanHandOver bool   `json:"canHandOver"`
}

// The values of HandoffView.Mode.
const (
	HandoffRedirect = "redirect" // leave in the same tab
	HandoffTab      = "tab"      // open a new tab and ask for the result
)

// ClosedView is what the provider's tab shows at the end (link.md 1.3.9).
type ClosedView struct {
	Outcome string `json:"outcome"` // ClosedLinked, ClosedFailed, ClosedChoose or ClosedWorking
	Name    string `json:"name"`    // of the platform
}

// The values of ClosedView.Outcome.
const (
	ClosedLinked  = "linked"
	ClosedFailed  = "failed"
	ClosedChoose  = "choose" // one more question waits on the page that opened this tab
	ClosedWorking = "working"
)

// TenantsView asks which organisation to connect, or which ones (link.md 1.3.10).
type TenantsView struct {
	Integration Tile         `json:"integration"`
	Items       []TenantTile `json:"items"`
	Multiple    bool         `json:"multiple"`
}

// TenantTile is one organisation to choose.
type TenantTile struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// SuccessView says that a connection is linked (link.md 1.3.12).
type SuccessView struct {
	SourceType    bowline.SourceType `json:"sourceType"`
	Integration   Tile               `json:"integration"`
	ConnectionID  bowline.ID         `json:"connectionId"`
	TenantName    string             `json:"tenantName,omitempty"`
	TenantNames   []string           `json:"tenantNames,omitempty"` // when several were connected at once
	CanAddAnother bool               `json:"canAddAnother"`
	CanFinish     bool               `json:"canFinish"`       // nothing that is required is missing
	More          bool               `json:"more"`            // there is more that could be connected
	Again         bool               `json:"again,omitempty"` // the organization was connected before: it is that connection
	Note          string             `json:"note,omitempty"`  // what was disconnected by it
}

// ErrorView says what went wrong in the customer's words (link.md 1.3.13).
type ErrorView struct {
	Integration   *Tile  `json:"integration,omitempty"`
	Code          string `json:"code"`
	Title         string `json:"title"`
	Message       string `json:"message"`
	CanRetry      bool   `json:"canRetry"`
	Leads         bool   `json:"leads,omitempty"`       // trying again goes to the provider's sign-in at once
	CanHandOver   bool   `json:"canHandOver,omitempty"` // somebody else could do what this sign-in may not
	CorrelationID string `json:"correlationId,omitempty"`
}

// ShareView asks whether what is connected may be used once more (link.md 1.3.16).
type ShareView struct {
	SourceType  bowline.SourceType `json:"sourceType"`
	Connections []ConnectionTile   `json:"connections"`
	Title       string             `json:"title"`
	Subtitle    string             `json:"subtitle"`
	DataTypes   []string           `json:"dataTypes"`
	Terms       string             `json:"terms"`
	Button      string             `json:"button"`
}

// SharedView says that the access was approved.
type SharedView struct {
	SourceType bowline.SourceType `json:"sourceType"`
}

// HandOverView gives a link that lets somebody else do the sign-in.
type HandOverView struct {
	Integration Tile      `json:"integration"`
	URL         string    `json:"url"`
	Expires     time.Time `json:"expires"`
}

// DeviceView gives the way to go on with another device.
type DeviceView struct {
	Integration *Tile     `json:"integration,omitempty"` // when it is the reason
	URL         string    `json:"url"`
	Code        string    `json:"code"` // the part of the address that differs, easy to read aloud
	QR          QRCode    `json:"qr"`
	Expires     time.Time `json:"expires"`
}

// QRCode is a QR symbol (ISO/IEC 18004) without its quiet zone: Size modules a
// side, and the dark ones as an SVG path in a view box of that size.
type QRCode struct {
	Size int    `json:"size"`
	Path string `json:"path"`
}

// HelperView is what somebody sees who was asked to sign in.
type HelperView struct {
	Integration Tile      `json:"integration"`
	DataTypes   []string  `json:"dataTypes"`
	Who         string    `json:"who,omitempty"` // has to sign in, when that cannot be anybody
	Expires     time.Time `json:"expires"`
}

// DoneView ends the visit: a redirect when the fintech configured one, a
// confirmation otherwise (link.md 1.3.20).
type DoneView struct {
	RedirectURL string           `json:"redirectUrl,omitempty"`
	Connections []ConnectionTile `json:"connections"`
	Helper      bool             `json:"helper,omitempty"` // the visitor signed in for somebody else
}
