package link

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

func nowForTests() time.Time { return time.Date(2025, 3, 4, 8, 0, 0, 0, time.UTC) }

func consentSettings(l *bowline.LinkSettings) {
	l.SourceTypes.Accounting.Consent = bowline.ConsentSettings{
		Terms: "Our terms for {companyName}.", TermsURL: "https://x.example/terms",
		Purpose:            bowline.ConsentSection{Header: "Why", Body: "So that {companyName} can lend."},
		Access:             bowline.ConsentSection{Body: "Read {platformName} daily, {bogus}."},
		AccountInformation: bowline.ConsentSection{Header: "You"},
		PlatformData:       bowline.ConsentSection{Header: "Data"},
		Retention:          bowline.ConsentSection{Header: "How long", Body: "A year."},
	}
	l.TermsAndContent = "Read this first."
}

const ourTerms = "By continuing you allow Harbour Lending to read the information listed here until you disconnect."

// TestConsentTexts is the table of link.md 2.5 for the consent screen.
func TestConsentTexts(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	section := func(id string) func(*ConsentView) string {
		return func(v *ConsentView) string {
			for _, s := range v.Sections {
				if s.ID == id {
					return s.Header + ": " + s.Body
				}
			}
			return "hidden"
		}
	}
	title := func(v *ConsentView) string { return v.Title }
	subtitle := func(v *ConsentView) string { return v.Subtitle }
	terms := func(v *ConsentView) string { return v.Terms }
	button := func(v *ConsentView) string { return v.Button }
	for _, c := range []struct {
		name    string
		set     func(*bowline.LinkSettings)
		options string
		locale  string
		look    func(*ConsentView) string
		want    string
	}{
		{"title", nil, ``, "", title, "Connect to Accounting Sandbox"},
		{"title, given", nil, `{"text":{"accounting.consents.title":"Join {platformName} and {companyName} {other}"}}`, "", title, "Join Accounting Sandbox and Harbour Lending {other}"},
		{"title, hidden", nil, `{"text":{"accounting.consents.title":""}}`, "", title, ""},
		{"title, given for another type", nil, `{"text":{"banking.consents.title":"x"}}`, "", title, "Connect to Accounting Sandbox"},
		{"subtitle", nil, ``, "", subtitle, "Harbour Lending asks to see part of your Accounting Sandbox account. Here is what that means."},
		{"subtitle, with another name", nil, `{"text":{"companyName":"Acme"}}`, "", subtitle, "Acme asks to see part of your Accounting Sandbox account. Here is what that means."},
		{"subtitle, given", nil, `{"text":{"accounting.consents.subtitle":"For {companyName}"}}`, "", subtitle, "For Harbour Lending"},
		{"subtitle, hidden", nil, `{"text":{"accounting.consents.subtitle":""}}`, "", subtitle, ""},

		{"terms", nil, ``, "", terms, ourTerms},
		{"terms, set: names are not filled in", consentSettings, ``, "", terms, "Our terms for {companyName}.\n\n[Terms and conditions](https://x.example/terms)\n\nRead this first."},
		{"terms, an address alone", func(l *bowline.LinkSettings) { l.SourceTypes.Accounting.Consent.TermsURL = "https://x.example" }, ``, "", terms, ourTerms + "\n\n[Terms and conditions](https://x.example)"},
		{"terms, given", consentSettings, `{"text":{"accounting.consents.termsAndConditions":"Mine {platformName}"}}`, "", terms, "Mine {platformName}\n\nRead this first."},
		{"terms, hidden", nil, `{"text":{"accounting.consents.termsAndConditions":""}}`, "", terms, ""},
		{"terms, deprecated", nil, `{"text":{"accounting.dataAccess.consent":"Old"}}`, "", terms, "Old"},
		{"terms, as set in every language", consentSettings, ``, "de-DE", terms, "Our terms for {companyName}.\n\n[Allgemeine Geschäftsbedingungen](https://x.example/terms)\n\nRead this first."},

		{"button", nil, ``, "", button, "Agree and continue"},
		{"button, given", nil, `{"text":{"accounting.consents.nextButton":"Go {companyName}"}}`, "", button, "Go {companyName}"},
		{"button, empty is none", nil, `{"text":{"accounting.consents.nextButton":""}}`, "", button, "Agree and continue"},
		{"button, deprecated", nil, `{"text":{"accounting.dataAccess.nextButton":"Old"}}`, "", button, "Old"},
		{"button, in German", nil, ``, "de-DE", button, "Zustimmen und weiter"},

		{"purpose, nothing set", nil, ``, "", section("purpose"), "hidden"},
		{"purpose, set", consentSettings, ``, "", section("purpose"), "Why: So that Harbour Lending can lend."},
		{"purpose, given", consentSettings, `{"text":{"accounting.consents.purpose":"Mine"}}`, "", section("purpose"), "Why: Mine"},
		{"purpose, hidden", consentSettings, `{"text":{"accounting.consents.purpose":""}}`, "", section("purpose"), "hidden"},
		{"purpose, our header in another language", consentSettings, ``, "de-DE", section("purpose"), "Zweck: So that Harbour Lending can lend."},
		{"purpose, header given", consentSettings, `{"text":{"accounting.consents.headers.purpose":"**Why** {companyName}"}}`, "", section("purpose"), "**Why** {companyName}: So that Harbour Lending can lend."},
		{"purpose, an empty header is the default", nil, `{"text":{"accounting.consents.purpose":"x","accounting.consents.headers.purpose":""}}`, "", section("purpose"), "Purpose: x"},
		{"purpose, an empty header over one that is set", consentSettings, `{"text":{"accounting.consents.headers.purpose":""}}`, "", section("purpose"), "Why: So that Harbour Lending can lend."},
		{"access, set", consentSettings, ``, "", section("access"), "Access: Read Accounting Sandbox daily, {bogus}."},
		{"access, given", nil, `{"text":{"accounting.consents.access":"{platformName}","accounting.consents.headers.access":"H"}}`, "", section("access"), "H: Accounting Sandbox"},
		{"account information without content", consentSettings, ``, "", section("accountInformation"), "hidden"},
		{"account information, given", consentSettings, `{"text":{"accounting.consents.accountInformation":"{companyName}"}}`, "", section("accountInformation"), "You: Harbour Lending"},
		{"account information, deprecated", nil, `{"text":{"accounting.consents.accountInfo":"x","accounting.consents.headers.accountInformation":"H"}}`, "", section("accountInformation"), "H: x"},
		{"platform data, header set", consentSettings, ``, "", section("platformData"), "Data: "},
		{"platform data, header given", consentSettings, `{"text":{"accounting.consents.headers.platformData":"H"}}`, "", section("platformData"), "H: "},
		{"platform data, hidden without items", nil, `{"sourceTypes":{"accounting":{"dataTypes":[]}}}`, "", section("platformData"), "hidden"},
		{"retention, set", consentSettings, ``, "", section("retention"), "How long: A year."},
		{"retention, given", nil, `{"text":{"accounting.consents.retention":"x","accounting.consents.headers.retention":"H"}}`, "", section("retention"), "H: x"},
		{"order", consentSettings, `{"text":{"accounting.consents.accountInformation":"x"}}`, "", func(v *ConsentView) string {
			var ids []string
			for _, s := range v.Sections {
				ids = append(ids, s.ID)
			}
			return strings.Join(ids, " ")
		}, "purpose access accountInformation platformData retention"},
	} {
		l := bowline.DefaultLinkSettings()
		if c.set != nil {
			c.set(&l)
		}
		l.Locales = []string{"en-US", "de-DE"}
		pg := st.pageOf(t, l, c.options, func(pg *page) { pg.visit.Locale = c.locale })
		if got := c.look(st.consent(pg, keyAccounting)); got != c.want {
			t.Errorf("%s:\n  %q\n  not %q", c.name, got, c.want)
		}
	}
}

func TestAdditionalConsentTexts(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	text := func(options string, set func(*bowline.LinkSettings)) string {
		l := bowline.DefaultLinkSettings()
		if set != nil {
			set(&l)
		}
		c := st.pageOf(t, l, options).set.consents[bowline.Accounting]
		return strings.Join([]string{c.additionalTitle, c.additionalSubtitle, c.additionalTerms, c.additionalButton}, " / ")
	}
	for _, c := range []struct {
		options string
		set     func(*bowline.LinkSettings)
		want    string
	}{
		{``, nil, "Share your data with Harbour Lending / Your software is already connected. With your permission, Harbour Lending may use what it reads once more. / " + ourTerms + " / Share data"},
		{`{"text":{"accounting.additionalConsents.title":"T {companyName}","accounting.additionalConsents.subtitle":"S","accounting.additionalConsents.termsAndConditions":"C","accounting.additionalConsents.nextButton":"B"}}`, nil, "T {companyName} / S / C / B"},
		{`{"text":{"accounting.additionalConsents.title":"","accounting.additionalConsents.subtitle":"","accounting.additionalConsents.termsAndConditions":"","accounting.additionalConsents.nextButton":""}}`, nil, " /  /  / Share data"},
		{`{"text":{"accounting.dataAccess.additionalConsent.title":"OT","accounting.dataAccess.additionalConsent.subtitle":"OS","accounting.consents.termsAndConditions":"First"}}`, nil, "OT / OS / First / Share data"},
		{`{"text":{"accounting.additionalConsents.title":"T","accounting.additionalConsents.subtitle":"S"}}`, consentSettings, "T / S / Our terms for {companyName}.\n\n[Terms and conditions](https://x.example/terms)\n\nRead this first. / Share data"},
	} {
		if got := text(c.options, c.set); got != c.want {
			t.Errorf("%s:\n  %q\n  not %q", c.options, got, c.want)
		}
	}
}

func TestConsentOfAnIntegration(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	in := catalog.Integration{Key: "acme", Name: "Acme", SourceType: "Accounting", DataTypes: []string{"Invoices"}}
	own := in
	own.ConsentButton, own.ListsOwnData = "Connect to Acme", true

	pg := st.pageOf(t, bowline.DefaultLinkSettings(), ``)
	if v := st.s.drawConsent(pg, own, false); v.Button != "Connect to Acme" || len(v.Sections) != 0 {
		t.Errorf("the provider's own consent is %+v", v)
	}
	pg = st.pageOf(t, bowline.DefaultLinkSettings(), `{"text":{"accounting.consents.nextButton":"Mine"},"sourceTypes":{"accounting":{"dataTypes":["x"]}}}`)
	if v := st.s.drawConsent(pg, own, false); v.Button != "Mine" || len(v.Sections) != 0 {
		t.Errorf("the page's words do not win: %+v", v)
	}

	pg = st.pageOf(t, bowline.DefaultLinkSettings(), ``)
	mine, theirs := st.s.drawConsent(pg, own, false), st.s.drawConsent(pg, own, true)
	if theirs.Button != "Agree and make a link" || !theirs.HandOver || !strings.Contains(consentText(*theirs), "somebody else signs in to Acme") {
		t.Errorf("the consent for a colleague is %q", consentText(*theirs))
	}
	if textVersion(consentText(*mine)) == textVersion(consentText(*theirs)) {
		t.Error("one's own consent and that for a colleague are the same text")
	}
	l := bowline.DefaultLinkSettings()
	l.HandOver = false
	if v := st.s.drawConsent(st.pageOf(t, l, ``), in, false); v.CanHandOver {
		t.Error("the consent offers a hand-over that is switched off")
	}
}

func TestConsentTextIsAllThatIsShown(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	l := bowline.DefaultLinkSettings()
	consentSettings(&l)
	const want = `# Connect to Accounting Sandbox

Harbour Lending asks to see part of your Accounting Sandbox account. Here is what that means.

## Why

So that Harbour Lending can lend.

## Access

Read Accounting Sandbox daily, {bogus}.

## Data

- Invoices

## How long

A year.

Our terms for {companyName}.

[Terms and conditions](https://x.example/terms)

Read this first.

[Agree and continue]
`
	pg := st.pageOf(t, l, `{"sourceTypes":{"accounting":{"dataTypes":["Invoices"]}}}`)
	if got := consentText(*st.consent(pg, keyAccounting)); got != want {
		t.Errorf("%s\nnot\n%s", got, want)
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	fill := filler("Acme {client}", "B{")
	for text, want := range map[string]string{
		"":                                "",
		"{platform}{client}":              "Acme {client}B{",
		"{platformName}, {companyName}.":  "Acme {client}, B{.",
		"{Platform} {x} {} { {{platform}": "{Platform} {x} {} { {Acme {client}",
		"{client":                         "{client",
		"a } b { c {client} {":            "a } b { c B{ {",
	} {
		if got := fill.Replace(text); got != want {
			t.Errorf("%q becomes %q, not %q", text, got, want)
		}
	}
}

// TestNamesStayNames gives the parties names that would be markup.
func TestNamesStayNames(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	for name, want := range map[string]string{
		"Plain & Sons (UK) Ltd.":      "Plain & Sons (UK) Ltd.",
		"[x](https://evil.example)":   `\[x\](https://evil.example)`,
		"**bold** _it_ `code` ~no~":   "\\*\\*bold\\*\\* \\_it\\_ \\`code\\` \\~no\\~",
		"<br/><b>":                    `\<br/\>\<b\>`,
		"a|b":                         `a\|b`,
		`back\slash`:                  `back\\slash`,
		"- item":                      `\- item`,
		"# head":                      `\# head`,
		"1. first":                    `1\. first`,
		"12) twelfth":                 `12\) twelfth`,
		"2026 Ltd.":                   "2026 Ltd.",
		"two\n\nparagraphs\r\n- item": "two paragraphs - item",
		"Café 100% + more":            "Café 100% + more",
		"{platformName}":              "{platformName}",
	} {
		if got := bowline.EscapeMarkdown(name); got != want {
			t.Errorf("%q becomes %q, not %q", name, got, want)
		}
		in := catalog.Integration{Key: "acme", Name: name, SourceType: "Accounting"}
		pg := st.pageOf(t, bowline.DefaultLinkSettings(), ``, func(pg *page) { pg.profile.Name = name })
		v := st.s.drawConsent(pg, in, true)
		landing := st.pageOf(t, fullSettings(), ``, func(pg *page) { pg.profile.Name = name }).set.landing
		for _, text := range []string{v.Title, v.Subtitle, v.Terms, landing.Title} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is shown in %q", name, text)
			}
		}
	}
	// A text of the options may be markup; the names in it may not.
	pg := st.pageOf(t, bowline.DefaultLinkSettings(), fmt.Sprintf(`{"text":{"companyName":%q,"accounting.consents.purpose":"[{companyName}](https://ok.example)"}}`, "[x](https://evil.example)"))
	if got := st.consent(pg, keyAccounting).Sections[0].Body; got != `[\[x\](https://evil.example)](https://ok.example)` {
		t.Errorf("purpose: %q", got)
	}
}
