package link

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
)

// Reasons why an authorization failed. They are stored, counted, and name the
// words on the error screen; they never hold a provider's text.
const (
	reasonDenied        = "denied"
	reasonExpired       = "expired"
	reasonOtherBrowser  = "otherBrowser"
	reasonRefused       = "refused"
	reasonUnavailable   = "unavailable"
	reasonMisconfigured = "misconfigured"
	reasonInvalid       = "invalid"
	reasonWrongIssuer   = "wrongIssuer"
	reasonNoTenants     = "noTenants"
	reasonMismatch      = "mismatch"
	reasonInterrupted   = "interrupted"
	reasonGone          = "gone"
	reasonWorking       = "working"
	reasonTooMany       = "tooMany"
	reasonCancelled     = "cancelled"
)

// reasonOf turns a failure of the OAuth client into a reason of ours.
func reasonOf(err error) string {
	switch oauth.ReasonOf(err) {
	case oauth.Denied:
		return reasonDenied
	case oauth.Refused:
		return reasonRefused
	case oauth.Misconfigured:
		return reasonMisconfigured
	case oauth.Invalid:
		return reasonInvalid
	case oauth.WrongIssuer:
		return reasonWrongIssuer
	}
	return reasonUnavailable
}

// outcomeOf gives the status code of link.md 4.6 for a reason.
func outcomeOf(reason string) (code int, message string) {
	if reason == reasonDenied || reason == reasonCancelled {
		return 403, "User cancelled"
	}
	return 500, "Unknown error occurred"
}

// errorText is one error screen. {platform} and {client} are filled in.
type errorText struct {
	title, message string
	retry          bool
}

var errorTexts = map[string]errorText{
	reasonDenied: {"You chose not to connect",
		"Nothing was shared with {client}. If that was a slip, you can try again.", true},
	reasonCancelled: {"You stopped before finishing",
		"Nothing was shared with {client}. You can start again whenever you like.", true},
	reasonExpired: {"That took a little too long",
		"For your safety a sign-in is only good for a few minutes. Please try again; nothing was shared.", true},
	reasonRefused: {"{platform} did not accept the sign-in",
		"The permission that {platform} gave had already ended when we used it. Trying again usually helps.", true},
	reasonUnavailable: {"{platform} is not answering right now",
		"This is not your fault and nothing was shared. Wait a minute, then try again.", true},
	reasonMisconfigured: {"{client} has to fix something first",
		"{platform} does not accept the connection as it is set up. Please tell {client}, and give them the reference below.", true},
	reasonInvalid: {"{platform} sent an answer we could not use",
		"Nothing was shared. Please try again; if it keeps happening, give {client} the reference below.", true},
	reasonWrongIssuer: {"We stopped to keep you safe",
		"The answer did not come from {platform}. Nothing was shared. Please start again from here.", true},
	reasonNoTenants: {"No business found in that account",
		"The person who signed in has no organization in {platform} that can be connected. Try again with another sign-in, or ask the administrator of the account.", true},
	reasonMismatch: {"That is another business",
		"This connection leads to a different organization in {platform}, and nothing was changed. Sign in again and pick the same one as before, or continue and add another connection.", true},
	reasonInterrupted: {"We were interrupted",
		"Something on our side stopped before your connection was ready. Nothing was shared; please try again.", true},
	reasonWorking: {"Almost there",
		"{platform} is taking its time to answer. Load this page again in a moment to see whether you are connected.", false},
	reasonTooMany: {"Please take a short break",
		"There were many tries in a short time. Wait a few minutes, then open your link again.", false},
	reasonGone: {"This connection was removed",
		"{client} removed it while you were signing in. You can start again from the list.", false},
	reasonOtherBrowser: {"Please finish in the browser where you started",
		"This sign-in began in another browser, or too long ago. Nothing was shared. Go back to that browser, or open the link that you were given here to start again.", false},
}

// filler puts the names of the software and of the fintech into a text of ours.
func filler(platform, client string) *strings.Replacer {
	return strings.NewReplacer("{platform}", platform, "{platformName}", platform,
		"{client}", client, "{companyName}", client)
}

// The default words of the consent screen (link.md 1.3.5), Bowline's own.
const (
	consentTitle    = "Connect to {platformName}"
	consentSubtitle = "{companyName} asks to see part of your {platformName} account. Here is what that means."
	consentAccess   = "You sign in on {platformName}'s own page. Neither {companyName} nor Bowline ever sees your password."
	consentTerms    = "By continuing you allow {companyName} to read the information listed here until you disconnect."
	consentButton   = "Agree and continue"
	headerAccess    = "Access"
	headerData      = "Platform data"
)

// consentText is the Markdown of everything on a consent screen, closed
// sections included: the evidence of what was agreed to.
func consentText(v ConsentView) string {
	var b strings.Builder
	b.WriteString("# " + v.Title + "\n\n" + v.Subtitle + "\n")
	for _, section := range v.Sections {
		b.WriteString("\n## " + section.Header + "\n\n")
		if section.Body != "" {
			b.WriteString(section.Body + "\n")
		}
		for _, item := range section.Items {
			b.WriteString("- " + item + "\n")
		}
	}
	b.WriteString("\n" + v.Terms + "\n\n[" + v.Button + "]\n")
	return b.String()
}

func textVersion(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// describe says in the fintech's timeline what a reason means.
func describe(reason string) string {
	switch reason {
	case reasonDenied:
		return "The customer declined at the provider."
	case reasonCancelled:
		return "The customer stopped before finishing."
	case reasonExpired:
		return "The sign-in took longer than allowed."
	case reasonRefused:
		return "The provider did not accept the authorization code."
	case reasonUnavailable:
		return "The provider did not answer."
	case reasonMisconfigured:
		return "The provider refused the integration's set-up."
	case reasonInvalid:
		return "The provider's answer could not be used."
	case reasonWrongIssuer:
		return "The answer came from another issuer."
	case reasonNoTenants:
		return "The account has no organization to connect."
	case reasonMismatch:
		return "The customer signed in to another organization than before."
	case reasonInterrupted:
		return "Bowline was interrupted while exchanging the code."
	}
	return "The attempt failed."
}

// ErrNotFound answers for a company that is not there. It hides from a visitor
// whether something was deleted, never existed, or belongs to somebody else.
var ErrNotFound error = bowline.Errorf(bowline.CodeNotFound, "This link does not lead anywhere.")

// NotFound is the view for an address that leads nowhere.
func NotFound() View { return View{Step: StepNotFound, Locale: defaultLocale} }

// simpleError is the view of an error about which nothing else is known or may
// be told: it has no proof, so it only sends the customer back to the start.
func simpleError(reason string) View {
	t := errorTexts[reason]
	return View{Step: StepError, Locale: defaultLocale, Error: &ErrorView{Code: reason, Title: t.title, Message: t.message}}
}

// IsTooMany says whether a view sends somebody away who tries too often.
func IsTooMany(v View) bool { return v.Error != nil && v.Error.Code == reasonTooMany }

// Fault is the view for a failure of ours.
func Fault(correlationID string) View {
	return View{Step: StepError, Locale: defaultLocale, Error: &ErrorView{
		Code: "fault", Title: "Something went wrong on our side",
		Message:       "Nothing was shared. Please wait a moment and load the page again.",
		CorrelationID: correlationID,
	}}
}
