package link

import "github.com/bowline/bowline"

// Step names a screen.
type Step string

// The screens of link.md 1.3 that the journey has today.
const (
	StepMain     Step = "main"
	StepPicker   Step = "picker"
	StepConsent  Step = "consent"
	StepHandoff  Step = "handoff"
	StepTenants  Step = "tenants"
	StepSuccess  Step = "success"
	StepError    Step = "error"
	StepDone     Step = "done"
	StepExpired  Step = "expired"
	StepNotFound Step = "notFound"
)

// View is everything that the browser needs to draw one step. The step's own
// member is set; success and error are sheets and bring main along, to stand
// behind them.
type View struct {
	Flow    string      `json:"flow"` // sealed proof; the browser sends it back with the action
	Step    Step        `json:"step"`
	Locale  string      `json:"locale"`
	Company CompanyView `json:"company"`
	Client  ClientView  `json:"client"`

	Main    *MainView    `json:"main,omitempty"`
	Picker  *PickerView  `json:"picker,omitempty"`
	Consent *ConsentView `json:"consent,omitempty"`
	Handoff *HandoffView `json:"handoff,omitempty"`
	Tenants *TenantsView `json:"tenants,omitempty"`
	Success *SuccessView `json:"success,omitempty"`
	Error   *ErrorView   `json:"error,omitempty"`
	Done    *DoneView    `json:"done,omitempty"`
}

// CompanyView is the business whose books are connected.
type CompanyView struct {
	ID   bowline.ID `json:"id"`
	Name string     `json:"name"`
}

// ClientView is the fintech that asks.
type ClientView struct {
	Name    string `json:"name"`
	LogoURL string `json:"logoUrl,omitempty"`
}

// MainView is the list of source types (link.md 1.3.3).
type MainView struct {
	Types     []TypeCard `json:"types"`
	CanFinish bool       `json:"canFinish"`
}

// TypeCard is one source type on the main screen. State is empty, pending,
// linked or lost.
type TypeCard struct {
	SourceType  bowline.SourceType `json:"sourceType"`
	Required    bool               `json:"required"`
	State       string             `json:"state"`
	Connections []ConnectionTile   `json:"connections"`
	Actions     []string           `json:"actions"`
}

// ConnectionTile is a connection on the main screen and on the last one.
type ConnectionTile struct {
	ID         bowline.ID     `json:"id"`
	Name       string         `json:"name"`
	LogoURL    string         `json:"logoUrl"`
	Status     bowline.Status `json:"status"`
	TenantName string         `json:"tenantName,omitempty"`
}

// Tile is an integration as the picker shows it.
type Tile struct {
	Key      string `json:"key"`
	Name     string `json:"name"`
	LogoURL  string `json:"logoUrl"`
	Sandbox  bool   `json:"sandbox"`
	Provider string `json:"provider,omitempty"`
}

// PickerView lists the integrations of a source type (link.md 1.3.4).
type PickerView struct {
	SourceType   bowline.SourceType `json:"sourceType"`
	Integrations []Tile             `json:"integrations"`
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
}

// ConsentSection is one accordion of the consent screen.
type ConsentSection struct {
	ID     string   `json:"id"`
	Header string   `json:"header"`
	Body   string   `json:"body,omitempty"`
	Items  []string `json:"items,omitempty"`
}

// HandoffView sends the browser to the provider (link.md 1.3.8).
type HandoffView struct {
	Integration Tile   `json:"integration"`
	URL         string `json:"url"`
}

// TenantsView asks which organisation to connect (link.md 1.3.10).
type TenantsView struct {
	Integration Tile         `json:"integration"`
	Items       []TenantTile `json:"items"`
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
	CanAddAnother bool               `json:"canAddAnother"`
}

// ErrorView says what went wrong in the customer's words (link.md 1.3.13).
type ErrorView struct {
	Integration   *Tile  `json:"integration,omitempty"`
	Code          string `json:"code"`
	Title         string `json:"title"`
	Message       string `json:"message"`
	CanRetry      bool   `json:"canRetry"`
	CorrelationID string `json:"correlationId,omitempty"`
}

// DoneView ends the visit: a redirect when the fintech configured one, a
// confirmation otherwise (link.md 1.3.20).
type DoneView struct {
	RedirectURL string           `json:"redirectUrl,omitempty"`
	Connections []ConnectionTile `json:"connections"`
}

// Action is what the customer did on a screen.
type Action struct {
	Flow           string             `json:"flow"`
	Action         string             `json:"action"`
	SourceType     bowline.SourceType `json:"sourceType"`
	IntegrationKey string             `json:"integrationKey"`
	ConnectionID   bowline.ID         `json:"connectionId"`
	TenantID       string             `json:"tenantId"`
}

// The names of actions.
const (
	ActConnect      = "connect"
	ActReplace      = "replace"
	ActAddAnother   = "addAnother"
	ActResume       = "resume"
	ActReconnect    = "reconnect"
	ActFinish       = "finish"
	ActChoose       = "choose"
	ActAccept       = "accept"
	ActSelectTenant = "selectTenant"
	ActCancel       = "cancel"
	ActContinue     = "continue"
	ActRetry        = "retry"
	ActBack         = "back"
)
