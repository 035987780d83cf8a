package link

import "github.com/bowline/bowline"

// Step names a screen.
type Step string

// The screens of link.md 1.3, and those of the two things that it does not
// know: handing a step to somebody else, and going on with another device.
const (
	StepGate         Step = "gate"    // nothing is told yet; the script opens it
	StepInvite       Step = "invite"  // 1.3.1
	StepLanding      Step = "landing" // 1.3.2
	StepMain         Step = "main"
	StepPicker       Step = "picker"
	StepNotListed    Step = "notListed" // 1.3.4, missing integration
	StepConsent      Step = "consent"
	StepGuide        Step = "guide"       // 1.3.6 and 1.3.11
	StepCredentials  Step = "credentials" // 1.3.7
	StepHandoff      Step = "handoff"
	StepClosed       Step = "closed" // 1.3.9
	StepTenants      Step = "tenants"
	StepSuccess      Step = "success"
	StepError        Step = "error"
	StepShare        Step = "share"   // 1.3.16
	StepShared       Step = "shared"  // 1.3.16, "access approved"
	StepManage       Step = "manage"  // 1.3.17, and the Connections SDK (3.2)
	StepManaged      Step = "managed" // one of them in detail
	StepDisconnect   Step = "disconnect"
	StepDisconnected Step = "disconnected"
	StepMismatch     Step = "mismatch" // 1.3.18
	StepHandOver     Step = "handover"
	StepDevice       Step = "device"
	StepHelper       Step = "helper" // what the colleague sees
	StepDone         Step = "done"
	StepExpired      Step = "expired"
	StepNotFound     Step = "notFound"
)

// View is everything that the browser needs to draw one step. The step's own
// member is set. Sheets bring along what stands behind them: success and error
// main or manage, disconnect and disconnected managed, mismatch main or managed.
type View struct {
	Flow    string      `json:"flow"` // sealed proof; the browser sends it back with the action
	Post    string      `json:"post"` // path that takes this view's actions
	Step    Step        `json:"step"`
	Locale  string      `json:"locale"`
	Locales []string    `json:"locales,omitempty"` // offered by the language toggle, if more than one
	Company CompanyView `json:"company"`
	Client  ClientView  `json:"client"`

	Exit        string   `json:"exit,omitempty"`        // ExitClose or ExitAsk: what the X does, embedded only
	ExitMessage string   `json:"exitMessage,omitempty"` // the fintech's own words for the exit overlay
	Events      []Event  `json:"events,omitempty"`      // callbacks for the host page, in order
	Warnings    []string `json:"warnings,omitempty"`    // for the host's developers: the console shows each once

	Gate         *GateView         `json:"gate,omitempty"`
	Invite       *InviteView       `json:"invite,omitempty"`
	Landing      *LandingView      `json:"landing,omitempty"`
	Main         *MainView         `json:"main,omitempty"`
	Picker       *PickerView       `json:"picker,omitempty"`
	NotListed    *NotListedView    `json:"notListed,omitempty"`
	Consent      *ConsentView      `json:"consent,omitempty"`
	Guide        *GuideView        `json:"guide,omitempty"`
	Credentials  *CredentialsView  `json:"credentials,omitempty"`
	Handoff      *HandoffView      `json:"handoff,omitempty"`
	Closed       *ClosedView       `json:"closed,omitempty"`
	Tenants      *TenantsView      `json:"tenants,omitempty"`
	Success      *SuccessView      `json:"success,omitempty"`
	Error        *ErrorView        `json:"error,omitempty"`
	Share        *ShareView        `json:"share,omitempty"`
	Shared       *SharedView       `json:"shared,omitempty"`
	Manage       *ManageView       `json:"manage,omitempty"`
	Managed      *ManagedView      `json:"managed,omitempty"`
	Disconnect   *DisconnectView   `json:"disconnect,omitempty"`
	Disconnected *DisconnectedView `json:"disconnected,omitempty"`
	Mismatch     *MismatchView     `json:"mismatch,omitempty"`
	HandOver     *HandOverView     `json:"handover,omitempty"`
	Device       *DeviceView       `json:"device,omitempty"`
	Helper       *HelperView       `json:"helper,omitempty"`
	Done         *DoneView         `json:"done,omitempty"`
}

// The values of View.Exit (link.md 1.3.19).
const (
	ExitClose = "close" // nothing would be lost
	ExitAsk   = "ask"
)

// Event is a callback of the embedded journey (link.md 1.4 and 2.2). The
// member that the type names is set.
type Event struct {
	Type       EventType       `json:"type"`
	Text       string          `json:"text,omitempty"` // Markdown, with EventConsent
	Connection *ConnectionArgs `json:"connection,omitempty"`
	Error      *ErrorArgs      `json:"error,omitempty"`
}

// EventType names a callback.
type EventType string

// The callbacks that the server decides about.
const (
	EventConsent           EventType = "consent"
	EventConnectionStarted EventType = "connectionStarted"
	EventConnection        EventType = "connection"
	EventError             EventType = "error"
	EventFinish            EventType = "finish"
	EventDisconnect        EventType = "disconnect" // of the Connections SDK, as is the next
	EventReconnect         EventType = "reconnect"
)

// ConnectionArgs is ConnectionCallbackArgs of link.md 2.2.
type ConnectionArgs struct {
	ConnectionID   bowline.ID         `json:"connectionId"`
	IntegrationID  bowline.ID         `json:"integrationId"`
	IntegrationKey string             `json:"integrationKey"`
	PlatformName   string             `json:"platformName"`
	SourceID       bowline.ID         `json:"sourceId"`
	SourceType     bowline.SourceType `json:"sourceType"`
}

// ErrorArgs is ErrorCallbackArgs of link.md 2.2.
type ErrorArgs struct {
	CorrelationID   string `json:"correlationId,omitempty"`
	Message         string `json:"message,omitempty"`
	ErrorCode       int    `json:"errorCode,omitempty"`
	UserRecoverable bool   `json:"userRecoverable"`
}

// CompanyView is the business whose books are connected.
type CompanyView struct {
	ID   bowline.ID `json:"id"`
	Name string     `json:"name"`
}

// ClientView is the fintech that asks, and how it wants to be seen.
type ClientView struct {
	Name           string `json:"name"`
	LogoURL        string `json:"logoUrl,omitempty"`
	IconURL        string `json:"iconUrl,omitempty"`
	HeroURL        string `json:"heroUrl,omitempty"`        // behind the card, where there is room
	PrimaryColor   string `json:"primaryColor,omitempty"`   // #rgb or #rrggbb
	SecondaryColor string `json:"secondaryColor,omitempty"` // of the navigation bar
	ColorScheme    string `json:"colorScheme,omitempty"`    // light or dark; empty follows the device
	NavigationBar  bool   `json:"navigationBar,omitempty"`
	HideMark       bool   `json:"hideMark,omitempty"` // no "Secured by"
	SupportText    string `json:"supportText,omitempty"`
	SecurityURL    string `json:"securityUrl,omitempty"` // the fintech's page about data security
	// Panel stands beside the card of hosted pages, and of the preview.
	Panel *PanelView `json:"panel,omitempty"`
}

// PanelView is what the fintech says beside the card.
type PanelView struct {
	Header string `json:"header,omitempty"` // plain
	Body   string `json:"body,omitempty"`   // Markdown
}
