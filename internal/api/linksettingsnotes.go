package api

import "github.com/danielgtaylor/huma/v2"

// lookSchemas are the schemas of settings. Their members may be left out of a
// request, although every answer has them.
var lookSchemas = []string{
	"LinkSettings", "SourceTypesSettings", "SourceTypeSettings", "ConsentSettings", "ConsentSection", "LandingSettings",
	"InviteSettings", "PanelSettings", "ManageSettings", "LinkBranding", "Contrast", "SettingsWarning", "PreviewDraft", "PreviewProfile",
}

// leaveOut allows requests to leave out members of settings.
func leaveOut(schemas map[string]*huma.Schema) {
	for _, name := range lookSchemas {
		schemas[name].Required = nil
		schemas[name].PrecomputeMessages() // requests are checked by what that gathers
	}
}

// lookNotes describes the members of settings.
var lookNotes = map[string]map[string]string{
	"LinkSettings": {
		"showSandboxIntegrations": "Customers can choose sandbox integrations. Default: true.",
		"allowTokenless":          "Pages of the origins in the CORS settings may embed the journey without a company access token. Whoever knows a company's id can then act for it. Default: false.",
		"oneTimeLinks":            "Link URLs carry a one-time password, and lead nowhere without. Switches the invite page off. Default: false.",
		"multiEntity":             "Where an account has several organisations, several can be connected at once. Default: false.",
		"mobileWarning":           "Warns on a phone of software that is hard to connect there. Default: false.",
		"handOver":                "Customers can ask a colleague to sign in. Default: true.",
		"recommendAnother":        "Suggests one more bank account after the first. Default: true.",
		"securedBy":               "Shows the mark under the card. Default: true.",
		"navigationBar":           "Shows a bar with the logo, in the secondary colour. Default: false.",
		"exitMessage":             "Asks before an embedded journey is closed, in the place of our own words. At most 250 characters.",
		"supportText":             "Markdown, at most 1000 characters. Shown where somebody may be stuck.",
		"securityUrl":             "Your page about data security, https.",
		"termsAndContent":         "Markdown, at most 5000 characters. Shown with the terms of every consent.",
		"locales":                 "Languages that customers can choose. The first is the default, and the language of these texts. Default: en-US.",
	},
	"SourceTypeSettings": {
		"enabled":  "Customers are asked for this kind of software. Default: true.",
		"optional": "They can finish without it. Default: false for accounting, true for the others.",
	},
	"ConsentSettings": {
		"message":   "Markdown, at most 500 characters, below the title; {companyName} and {platformName} are filled in. Empty: our own.",
		"terms":     "Markdown, at most 5000 characters, in the place of our own terms.",
		"termsUrl":  "Where the full terms are, https.",
		"dataTypes": "What is shared, at most 50 lines of Markdown of at most 250 characters. Empty: what the integration says.",
	},
	"ConsentSection": {
		"header": "Plain text, at most 50 characters. Empty: our own.",
		"body":   "Markdown, at most 500 characters; {companyName} and {platformName} are filled in. Empty: the section is not shown. Platform data has the list of data types instead.",
	},
	"LandingSettings": {
		"enabled":     "Greets before anything else. Default: false.",
		"title":       "Markdown, at most 50 characters. Empty: our own.",
		"body":        "Markdown, at most 500 characters. Empty: our own.",
		"companyLogo": "Shows your logo there. Default: false.",
	},
	"InviteSettings": {
		"title": "Plain text, at most 50 characters. Empty: our own.",
		"body":  "Markdown, at most 500 characters. Empty: our own.",
	},
	"PanelSettings": {
		"header": "Plain text, at most 50 characters. Beside the card of hosted pages, where the window is wide enough. Empty: none.",
		"body":   "Markdown, at most 500 characters. Empty: none.",
	},
	"ManageSettings": {
		"enabled":  "Customers see what they have connected, and can disconnect and reconnect it: embedded with a company access token, hosted after a one-time password. Default: false.",
		"title":    "Plain text, at most 50 characters. Empty: our own.",
		"subtitle": "Plain text, at most 250 characters. Empty: our own.",
	},
	"SettingsWarning": {
		"code":    "What it is about, such as noIntegration.",
		"member":  "The member of the settings.",
		"message": "For people.",
	},
	"Contrast": {
		"primaryOnWhite": "Contrast of the primary colour, or of ours, on white: 1 to 21 (WCAG 2.2).",
		"labelColor":     "What reads better on it: #ffffff or #000000.",
		"warning":        "lowContrast below 4.5: links are drawn darker than the colour is.",
	},
	"LinkBranding": {
		"heroUrl":        "Picture behind the card on wide pages: https, or one that was uploaded.",
		"primaryColor":   "Colour of buttons and links, #rgb or #rrggbb. One that would be hard to read is corrected.",
		"secondaryColor": "Colour of the navigation bar, #rgb or #rrggbb.",
		"colorScheme":    "light or dark. Empty: what the customer's device prefers.",
	},
}
