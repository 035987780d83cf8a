package bowline

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Locales are the languages that the product speaks, BCP 47. The first is the
// default.
var Locales = []string{"en-US", "en-GB", "fr-CA", "fr-FR", "de-DE", "es-ES", "nl-NL", "it-IT", "pt-PT"}

// LinkSettings is how a fintech wants its journey (link.md 5.2), as its staff
// set it. What a single visit asks for otherwise comes on top of it. The zero
// value is not the default; see [DefaultLinkSettings].
type LinkSettings struct {
	SourceTypes             SourceTypesSettings `json:"sourceTypes"`
	ShowSandboxIntegrations bool                `json:"showSandboxIntegrations"`
	// AllowTokenless lets pages of allowed origins embed the journey of any
	// company whose id they know, without a company access token.
	AllowTokenless bool `json:"allowTokenless"`
	// OneTimeLinks adds a one-time password to every Link URL, and refuses
	// visits without (link.md 4.3).
	OneTimeLinks     bool `json:"oneTimeLinks"`
	MultiEntity      bool `json:"multiEntity"`
	MobileWarning    bool `json:"mobileWarning"`
	HandOver         bool `json:"handOver"`         // customers may ask a colleague to sign in
	RecommendAnother bool `json:"recommendAnother"` // one more bank account is suggested
	SecuredBy        bool `json:"securedBy"`        // the mark under the card
	NavigationBar    bool `json:"navigationBar"`    // in the secondary colour, with the logo

	Landing           LandingSettings `json:"landing"`
	Invite            InviteSettings  `json:"invite"`
	LeftPanel         PanelSettings   `json:"leftPanel"`
	ManageConnections ManageSettings  `json:"manageConnections"`
	ExitMessage       string          `json:"exitMessage"` // in the place of ours, at most 250 characters

	SupportText     string `json:"supportText"`     // Markdown, at most 1000; shown where somebody may be stuck
	SecurityURL     string `json:"securityUrl"`     // https
	TermsAndContent string `json:"termsAndContent"` // Markdown, at most 5000, before linking

	// Locales are the languages that customers may choose, BCP 47; the first
	// is the default, and the one that the texts of these settings are in.
	Locales []string `json:"locales"`
}

// SourceTypesSettings says which kinds of software the journey asks for.
type SourceTypesSettings struct {
	Accounting SourceTypeSettings `json:"accounting"`
	Banking    SourceTypeSettings `json:"banking"`
	Commerce   SourceTypeSettings `json:"commerce"`
}

// SourceTypeSettings is one kind of software in the journey.
type SourceTypeSettings struct {
	Enabled  bool            `json:"enabled"`
	Optional bool            `json:"optional"`
	Consent  ConsentSettings `json:"consent"`
}

// ConsentSettings are the fintech's words on the consent screen of one source
// type. Empty means the product's own, or no such section. {companyName} is
// filled with the fintech's name and {platformName} with the software's.
type ConsentSettings struct {
	Message            string         `json:"message"`  // Markdown, at most 500; below the title
	Terms              string         `json:"terms"`    // Markdown, at most 5000
	TermsURL           string         `json:"termsUrl"` // https
	Purpose            ConsentSection `json:"purpose"`
	Access             ConsentSection `json:"access"`
	AccountInformation ConsentSection `json:"accountInformation"`
	PlatformData       ConsentSection `json:"platformData"` // its body is not used
	Retention          ConsentSection `json:"retention"`
	DataTypes          []string       `json:"dataTypes"` // Markdown; empty: those of the integration
}

// ConsentSection is one accordion. The header is plain text of at most 50
// characters, the body Markdown of at most 500.
type ConsentSection struct {
	Header string `json:"header"`
	Body   string `json:"body"`
}

// LandingSettings are the first screen, if there is to be one (link.md 1.3.2).
type LandingSettings struct {
	Enabled     bool   `json:"enabled"`
	Title       string `json:"title"` // Markdown, at most 50 characters
	Body        string `json:"body"`  // Markdown, at most 500
	CompanyLogo bool   `json:"companyLogo"`
}

// InviteSettings are the words of the page where a new company names itself
// (link.md 1.3.1).
type InviteSettings struct {
	Title string `json:"title"` // at most 50 characters
	Body  string `json:"body"`  // Markdown, at most 500
}

// PanelSettings are the fintech's own words beside the card of a hosted journey,
// where the window is wide enough for both. Empty ones are not shown.
type PanelSettings struct {
	Header string `json:"header"` // at most 50 characters
	Body   string `json:"body"`   // Markdown, at most 500
}

// ManageSettings let customers see what they have connected, end it and bring
// it back (link.md 1.3.17). Only visits that have shown who they are can: those
// with a company access token, and those that spent a one-time password. Both
// texts are plain; empty ones are ours.
type ManageSettings struct {
	Enabled  bool   `json:"enabled"`
	Title    string `json:"title"`    // at most 50 characters
	Subtitle string `json:"subtitle"` // at most 250
}

// DefaultLinkSettings is the journey of a fintech that has set nothing: books
// are asked for, banks and shops are welcome.
func DefaultLinkSettings() LinkSettings {
	return LinkSettings{
		SourceTypes: SourceTypesSettings{
			Accounting: SourceTypeSettings{Enabled: true},
			Banking:    SourceTypeSettings{Enabled: true, Optional: true},
			Commerce:   SourceTypeSettings{Enabled: true, Optional: true},
		},
		ShowSandboxIntegrations: true,
		HandOver:                true,
		RecommendAnother:        true,
		SecuredBy:               true,
		Locales:                 []string{Locales[0]},
	}
}

// Limits of link.md 5.2, in characters; those that it does not give are ours.
const (
	maxHeader    = 50
	maxSubtitle  = 250
	maxBody      = 500
	maxExit      = 250
	maxSupport   = 1000
	maxTerms     = 5000
	maxURL       = 2048
	maxDataTypes = 50
	maxDataType  = 250
)

// Validate refuses what could not be shown: texts over their limits or with
// control characters, addresses that are not https, languages that are not
// spoken. The error is a CodeInvalid [Error] that names the member.
func (l *LinkSettings) Validate() error {
	var c checker
	for _, t := range []struct {
		name     string
		settings *SourceTypeSettings
	}{
		{"accounting", &l.SourceTypes.Accounting},
		{"banking", &l.SourceTypes.Banking},
		{"commerce", &l.SourceTypes.Commerce},
	} {
		t.settings.Consent.check(&c, "sourceTypes."+t.name+".consent.")
	}
	c.markdown("landing.title", l.Landing.Title, maxHeader)
	c.markdown("landing.body", l.Landing.Body, maxBody)
	c.plain("invite.title", l.Invite.Title, maxHeader)
	c.markdown("invite.body", l.Invite.Body, maxBody)
	c.plain("leftPanel.header", l.LeftPanel.Header, maxHeader)
	c.markdown("leftPanel.body", l.LeftPanel.Body, maxBody)
	c.plain("manageConnections.title", l.ManageConnections.Title, maxHeader)
	c.plain("manageConnections.subtitle", l.ManageConnections.Subtitle, maxSubtitle)
	c.plain("exitMessage", l.ExitMessage, maxExit)
	c.markdown("supportText", l.SupportText, maxSupport)
	c.https("securityUrl", l.SecurityURL)
	c.markdown("termsAndContent", l.TermsAndContent, maxTerms)
	c.locales(l.Locales)
	return c.err
}

func (s *ConsentSettings) check(c *checker, at string) {
	c.markdown(at+"message", s.Message, maxBody)
	c.markdown(at+"terms", s.Terms, maxTerms)
	c.https(at+"termsUrl", s.TermsURL)
	for _, section := range []struct {
		name string
		text ConsentSection
	}{
		{"purpose", s.Purpose},
		{"access", s.Access},
		{"accountInformation", s.AccountInformation},
		{"platformData", s.PlatformData},
		{"retention", s.Retention},
	} {
		c.plain(at+section.name+".header", section.text.Header, maxHeader)
		c.markdown(at+section.name+".body", section.text.Body, maxBody)
	}
	if len(s.DataTypes) > maxDataTypes {
		c.refuse("%sdataTypes has at most %d entries.", at, maxDataTypes)
	}
	for i, item := range s.DataTypes {
		name := fmt.Sprintf("%sdataTypes[%d]", at, i)
		c.plain(name, item, maxDataType)
		if strings.TrimSpace(item) == "" {
			c.refuse("%s must not be empty.", name)
		}
	}
}

// checker keeps the first thing that is wrong.
type checker struct{ err error }

func (c *checker) refuse(format string, args ...any) {
	if c.err == nil {
		err := Errorf(CodeInvalid, format, args...)
		member, _, _ := strings.Cut(err.Message, " ") // each sentence begins with it
		c.err = err.At(member)
	}
}

// plain checks a text of one line.
func (c *checker) plain(name, text string, limit int) {
	c.length(name, text, limit)
	if strings.ContainsFunc(text, unicode.IsControl) {
		c.refuse("%s must not hold line breaks or other control characters.", name)
	}
}

// markdown checks a text of several lines.
func (c *checker) markdown(name, text string, limit int) {
	c.length(name, text, limit)
	if strings.ContainsFunc(text, forbidden) {
		c.refuse("%s must not hold control characters.", name)
	}
}

// forbidden says whether a character has no place in a text of several lines.
func forbidden(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

func (c *checker) length(name, text string, limit int) {
	if utf8.RuneCountInString(text) > limit {
		c.refuse("%s must have at most %d characters.", name, limit)
	}
	if !utf8.ValidString(text) {
		c.refuse("%s must be UTF-8.", name)
	}
}

// https checks an address that may be empty. Parentheses and spaces would end
// it where it stands in Markdown.
func (c *checker) https(name, address string) {
	if address == "" {
		return
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || len(address) > maxURL ||
		strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`()<>"\`, r) }) {
		c.refuse("%s must be an absolute https URL of at most %d characters, with everything unusual percent-encoded.", name, maxURL)
	}
}

func (c *checker) locales(list []string) {
	if len(list) == 0 {
		c.refuse("locales must name at least one language.")
	}
	for i, l := range list {
		if !slices.Contains(Locales, l) {
			c.refuse("locales can hold %s.", strings.Join(Locales, ", "))
		}
		if slices.Contains(list[:i], l) {
			c.refuse("locales holds %s twice.", l)
		}
	}
}
