package link

import (
	"github.com/bowline/bowline"
)

// resolved is how one visit looks and what it offers: the product's defaults,
// the fintech's settings, the parameters of the Link URL and the options of
// the host page, the later ones winning (link.md 2.4). Every screen draws from
// it, and no default stands anywhere else.
type resolved struct {
	client            ClientView
	locale            string
	locales           []string // offered to the visitor; empty when there is no choice
	words             *words   // of the locale
	types             []typeSetting
	sandbox           bool // sandbox integrations are offered
	landing           *LandingView
	invite            InviteView
	mainTitle         *string
	mainSubtitle      *string
	consents          map[bowline.SourceType]consentTexts
	additionalConsent bool
	multiEntity       bool
	mobileWarning     bool
	handOver          bool
	recommendAnother  bool
	manage            bool
	manageTitle       string
	manageSubtitle    string
	exitMessage       string
	oneTimeLinks      bool
	allowTokenless    bool
	warnings          []string // for the developers of the host page
}

// typeSetting says how one source type takes part in a visit.
type typeSetting struct {
	sourceType   bowline.SourceType
	required     bool
	integrations bool
	allowed      []string // keys; nil: every one that is enabled
	dataTypes    []string // nil: those of the integration
}

// consentTexts are the words of the consent screens of one source type, with
// their placeholders: {companyName} and {platformName} in title, subtitle and
// the sections, nowhere else. Empty ones are hidden.
type consentTexts struct {
	title, subtitle, terms, button                 string // an empty button is the integration's or ours
	purpose, access, accountInformation, retention string
	headers                                        consentHeaders
	additionalTitle, additionalSubtitle            string
	additionalTerms, additionalButton              string
}

// typeOrder is how source types are listed (link.md 1.3.3).
var typeOrder = [...]bowline.SourceType{bowline.Accounting, bowline.Commerce, bowline.Banking}

// resolve settles how a visit looks, from everything that pg has gathered.
func (s *Service) resolve(pg page) resolved {
	r := resolver{settings: pg.settings, options: pg.options}
	if r.settings == nil {
		defaults := bowline.DefaultLinkSettings()
		r.settings = &defaults
	}
	if r.options == nil {
		r.options = &bowline.LinkOptions{}
	}
	set := resolved{
		locale:            chooseLocale(pg.visit.Locale, pg.languages, r.settings.Locales),
		sandbox:           choose(r.options.ShowSandboxIntegrations, choose(pg.visit.Sandbox, r.settings.ShowSandboxIntegrations)),
		additionalConsent: choose(r.options.EnableAdditionalConsent, false),
		multiEntity:       choose(r.options.EnableMultiEntityLinking, r.settings.MultiEntity),
		mobileWarning:     r.settings.MobileWarning,
		handOver:          r.settings.HandOver,
		recommendAnother:  r.settings.RecommendAnother,
		manage:            r.settings.ManageConnections.Enabled,
		oneTimeLinks:      r.settings.OneTimeLinks,
		allowTokenless:    r.settings.AllowTokenless,
		warnings:          pg.warnings,
	}
	if len(r.settings.Locales) > 1 {
		set.locales = r.settings.Locales
	}
	set.words, r.words = wordsOf(set.locale), wordsOf(set.locale)
	r.spoken = len(r.settings.Locales) > 0 && sameLanguage(set.locale, r.settings.Locales[0])
	set.client = r.client(pg.profile, pg.branding)
	for _, address := range []*string{&set.client.LogoURL, &set.client.IconURL, &set.client.HeroURL} {
		*address = s.Links.Current(*address)
	}
	if pg.visit.Only {
		set.client = unbranded(set.client)
	}
	// A page of somebody else has its own words around the card.
	if !pg.visit.SDK || pg.visit.Sample != nil {
		set.client.Panel = r.panel()
	}
	r.fill, r.plain = markdownFiller("", set.client.Name), filler("", set.client.Name)
	set.types = r.types()
	set.landing, set.invite = r.landing(), r.invite()
	set.mainTitle, set.mainSubtitle = r.given("main.title"), r.given("main.subtitle")
	set.manageTitle, set.manageSubtitle = r.manage(pg.visit)
	set.exitMessage = r.said(r.settings.ExitMessage, "")
	set.consents = make(map[bowline.SourceType]consentTexts, len(typeOrder))
	for _, t := range typeOrder {
		set.consents[t] = r.consent(t)
	}
	return set
}

// choose takes what was said, or else the lesser source. False is a value.
func choose(said *bool, otherwise bool) bool {
	if said != nil {
		return *said
	}
	return otherwise
}

// resolver holds the sources of one resolution.
type resolver struct {
	settings *bowline.LinkSettings
	options  *bowline.LinkOptions
	words    *words
	spoken   bool  // the visit is in the language of the settings' texts
	fill     names // in Markdown
	plain    names
}

// given is a text of the options, nil if they do not have it.
func (r *resolver) given(key string) *string {
	if text, ok := r.options.Text[key]; ok {
		return &text
	}
	return nil
}

// text is one that can be hidden: an option counts even when it is empty.
func (r *resolver) text(key, otherwise string) string {
	if text, ok := r.options.Text[key]; ok {
		return text
	}
	return otherwise
}

// label is one that cannot be hidden: an empty option is none.
func (r *resolver) label(key, otherwise string) string {
	if text := r.options.Text[key]; text != "" {
		return text
	}
	return otherwise
}

// said is a text of the settings where it is in the visitor's language, else our
// own (link.md 2.4, row 4). Texts for which we have none of our own are shown
// as they are in every language: to leave out what somebody agrees to would be
// worse.
func (r *resolver) said(setting, ours string) string {
	if setting != "" && r.spoken {
		return setting
	}
	return ours
}

// manage heads the list of what is connected. The Connections SDK has its own
// words (link.md 3.2).
func (r *resolver) manage(v visit) (title, subtitle string) {
	setting, words := r.settings.ManageConnections, r.words.Manage
	if v.Only {
		return words.AccountsTitle, r.plain.Replace(words.AccountsSubtitle)
	}
	return r.said(setting.Title, r.plain.Replace(words.Title)), r.said(setting.Subtitle, r.plain.Replace(words.Subtitle))
}

func (r *resolver) client(p bowline.Profile, b bowline.Branding) ClientView {
	c := ClientView{
		Name: r.label("companyName", p.Name), LogoURL: p.LogoURL, IconURL: p.IconURL, HeroURL: b.HeroURL,
		PrimaryColor: b.PrimaryColor, SecondaryColor: b.SecondaryColor, ColorScheme: b.ColorScheme,
		NavigationBar: r.settings.NavigationBar, HideMark: !r.settings.SecuredBy,
		SupportText: r.settings.SupportText, SecurityURL: r.settings.SecurityURL,
	}
	if r.options.PrimaryColor != "" {
		c.PrimaryColor = r.options.PrimaryColor
	}
	return c
}

// panel is what stands beside the card, if anything does in the visitor's language.
func (r *resolver) panel() *PanelView {
	setting := r.settings.LeftPanel
	panel := PanelView{Header: r.said(setting.Header, ""), Body: r.said(setting.Body, "")}
	if panel == (PanelView{}) {
		return nil
	}
	return &panel
}

// unbranded is a fintech without its looks, which the Connections SDK leaves to
// the host page (link.md 3.1).
func unbranded(c ClientView) ClientView {
	return ClientView{Name: c.Name, HideMark: c.HideMark, SupportText: c.SupportText, SecurityURL: c.SecurityURL}
}

// setting is what the settings say of a source type.
func (r *resolver) setting(t bowline.SourceType) *bowline.SourceTypeSettings {
	switch t {
	case bowline.Accounting:
		return &r.settings.SourceTypes.Accounting
	case bowline.Banking:
		return &r.settings.SourceTypes.Banking
	case bowline.Commerce:
		return &r.settings.SourceTypes.Commerce
	}
	return &bowline.SourceTypeSettings{}
}

// types are the source types that are asked for. If the options have a list, it
// takes the place of the settings'.
func (r *resolver) types() []typeSetting {
	types := make([]typeSetting, 0, len(typeOrder))
	for _, t := range typeOrder {
		setting := r.setting(t)
		asked := typeSetting{
			sourceType: t, required: !setting.Optional, integrations: setting.Enabled, dataTypes: setting.Consent.DataTypes,
		}
		if r.options.SourceTypes != nil {
			said := r.options.SourceTypes.Of(t)
			if said == nil {
				continue
			}
			asked.required, asked.integrations, asked.allowed = !said.Optional, said.EnableIntegrations, said.AllowedIntegrations
		}
		if len(asked.dataTypes) == 0 {
			asked.dataTypes = nil
		}
		if said := r.options.DataTypesOf(t); said != nil {
			asked.dataTypes = said
		}
		if asked.integrations {
			types = append(types, asked)
		}
	}
	return types
}

func (r *resolver) landing() *LandingView {
	setting := r.settings.Landing
	if !choose(r.options.ShowLandingPage, setting.Enabled) {
		return nil
	}
	return &LandingView{
		Title:    r.text("landing.title", r.said(setting.Title, r.fill.Replace(r.words.Landing.Title))),
		Body:     r.text("landing.subtitle", r.said(setting.Body, r.fill.Replace(r.words.Landing.Body))),
		Button:   r.label("landing.nextButton", r.words.Landing.Button),
		ShowLogo: setting.CompanyLogo,
	}
}

func (r *resolver) invite() InviteView {
	return InviteView{
		Title: r.said(r.settings.Invite.Title, r.words.Invite.Title),
		Body:  r.said(r.settings.Invite.Body, r.fill.Replace(r.words.Invite.Body)),
	}
}
