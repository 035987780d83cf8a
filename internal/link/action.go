package link

import (
	"encoding/json"

	"github.com/bowline/bowline"
)

// Action is what the customer did on a screen.
type Action struct {
	Flow           string             `json:"flow"`
	Action         string             `json:"action"`
	SourceType     bowline.SourceType `json:"sourceType"`
	IntegrationKey string             `json:"integrationKey"` // of a Tile
	ConnectionID   bowline.ID         `json:"connectionId"`
	TenantID       string             `json:"tenantId"`
	TenantIDs      []string           `json:"tenantIds"`
	Fields         map[string]string  `json:"fields"` // credentials by name
	Name           string             `json:"name"`   // of software that is not listed, or of a new company
	Locale         string             `json:"locale"`
	OTP            string             `json:"otp"`
	Code           string             `json:"code"`

	// Of the embedded journey, with every action: how the host wants it to be.
	Options json.RawMessage `json:"options"`
	Locales []string        `json:"locales"` // the browser's languages, with boot
	Resume  string          `json:"resume"`  // the flow that waited for a provider before a reload, with boot
	Led     *bool           `json:"led"`     // whether the page could open a tab for the sign-in
	Return  string          `json:"return"`  // address of the host page, for leaving in the same tab
}

// The names of actions.
const (
	ActBoot          = "boot"
	ActOpen          = "open"
	ActCreate        = "create"
	ActStart         = "start"
	ActLanguage      = "language"
	ActConnect       = "connect"
	ActReplace       = "replace"
	ActAddAnother    = "addAnother"
	ActResume        = "resume"
	ActReconnect     = "reconnect"
	ActShare         = "share"
	ActFinish        = "finish"
	ActChoose        = "choose"
	ActNotListed     = "notListed"
	ActRequest       = "request"
	ActLeave         = "leave"
	ActAccept        = "accept"
	ActConfirm       = "confirm"
	ActLater         = "later"
	ActSubmit        = "submit"
	ActCheck         = "check"
	ActManage        = "manage"
	ActDetails       = "details"
	ActDisconnect    = "disconnect"
	ActHandOver      = "handOver"
	ActDevice        = "device"
	ActSignIn        = "signIn"
	ActHelp          = "help"
	ActSelectTenant  = "selectTenant"
	ActSelectTenants = "selectTenants"
	ActCancel        = "cancel"
	ActContinue      = "continue"
	ActRetry         = "retry"
	ActBack          = "back"
)
