package bowline

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func TestDefaultLinkSettingsAreValid(t *testing.T) {
	t.Parallel()
	l := DefaultLinkSettings()
	if err := l.Validate(); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	back := LinkSettings{}
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back, l) {
		t.Errorf("%+v comes back as %+v (%v)", l, back, err)
	}
}

func TestLinkSettingsValidate(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("é", n) }
	for _, c := range []struct {
		set   func(*LinkSettings)
		names string // "" when valid
	}{
		{func(l *LinkSettings) { l.Landing.Title = long(50) }, ""},
		{func(l *LinkSettings) { l.Landing.Title = long(51) }, "landing.title must have at most 50 characters"},
		{func(l *LinkSettings) { l.Landing.Body = long(500) + "" }, ""},
		{func(l *LinkSettings) { l.Landing.Body = long(501) }, "landing.body"},
		{func(l *LinkSettings) { l.Landing.Body = "one\r\n\ttwo" }, ""},
		{func(l *LinkSettings) { l.Landing.Body = "a\x00b" }, "landing.body must not hold control"},
		{func(l *LinkSettings) { l.Landing.Body = "a\u0085b" }, "landing.body"},
		{func(l *LinkSettings) { l.Landing.Body = "\xff" }, "landing.body must be UTF-8"},
		{func(l *LinkSettings) { l.Invite.Title = long(51) }, "invite.title"},
		{func(l *LinkSettings) { l.Invite.Title = "a\nb" }, "invite.title must not hold line breaks"},
		{func(l *LinkSettings) { l.Invite.Body = long(501) }, "invite.body"},
		{func(l *LinkSettings) { l.ManageConnections = ManageSettings{true, long(50), long(250)} }, ""},
		{func(l *LinkSettings) { l.ManageConnections.Title = long(51) }, "manageConnections.title must have at most 50"},
		{func(l *LinkSettings) { l.ManageConnections.Subtitle = long(251) }, "manageConnections.subtitle must have at most 250"},
		{func(l *LinkSettings) { l.ManageConnections.Subtitle = "a\nb" }, "manageConnections.subtitle must not hold line breaks"},
		{func(l *LinkSettings) { l.LeftPanel = PanelSettings{long(50), long(499) + "\n"} }, ""},
		{func(l *LinkSettings) { l.LeftPanel.Header = long(51) }, "leftPanel.header must have at most 50"},
		{func(l *LinkSettings) { l.LeftPanel.Header = "a\nb" }, "leftPanel.header must not hold line breaks"},
		{func(l *LinkSettings) { l.LeftPanel.Body = long(501) }, "leftPanel.body must have at most 500"},
		{func(l *LinkSettings) { l.LeftPanel.Body = "a\x00b" }, "leftPanel.body must not hold control characters"},
		{func(l *LinkSettings) { l.ExitMessage = long(250) }, ""},
		{func(l *LinkSettings) { l.ExitMessage = long(251) }, "exitMessage"},
		{func(l *LinkSettings) { l.SupportText = long(1001) }, "supportText"},
		{func(l *LinkSettings) { l.TermsAndContent = long(5001) }, "termsAndContent"},
		{func(l *LinkSettings) { l.SecurityURL = "https://example.com/s%20x?a=b#c" }, ""},
		{func(l *LinkSettings) { l.SecurityURL = "http://example.com" }, "securityUrl must be an absolute https"},
		{func(l *LinkSettings) { l.SecurityURL = "javascript:alert(1)" }, "securityUrl"},
		{func(l *LinkSettings) { l.SecurityURL = "https://" }, "securityUrl"},
		{func(l *LinkSettings) { l.SecurityURL = "https://u:p@example.com" }, "securityUrl"},
		{func(l *LinkSettings) { l.SecurityURL = "https://example.com/" + long(2048) }, "securityUrl"},
		{func(l *LinkSettings) { l.SourceTypes.Banking.Consent.TermsURL = "https://example.com/a)b" }, "sourceTypes.banking.consent.termsUrl"},
		{func(l *LinkSettings) { l.SourceTypes.Banking.Consent.TermsURL = "https://example.com/a b" }, "termsUrl"},
		{func(l *LinkSettings) { l.SourceTypes.Banking.Consent.Terms = long(5001) }, "sourceTypes.banking.consent.terms"},
		{func(l *LinkSettings) { l.SourceTypes.Commerce.Consent.Purpose.Header = long(51) }, "sourceTypes.commerce.consent.purpose.header"},
		{func(l *LinkSettings) { l.SourceTypes.Commerce.Consent.Access.Body = long(501) }, "sourceTypes.commerce.consent.access.body"},
		{func(l *LinkSettings) { l.SourceTypes.Accounting.Consent.AccountInformation.Header = "a\tb" }, "accountInformation.header"},
		{func(l *LinkSettings) { l.SourceTypes.Accounting.Consent.PlatformData.Header = "\x1b" }, "platformData.header"},
		{func(l *LinkSettings) { l.SourceTypes.Accounting.Consent.Retention.Body = "\x7f" }, "retention.body"},
		{func(l *LinkSettings) { l.SourceTypes.Accounting.Consent.DataTypes = []string{"Invoices", " "} }, "dataTypes[1] must not be empty"},
		{func(l *LinkSettings) { l.SourceTypes.Accounting.Consent.DataTypes = []string{long(251)} }, "dataTypes[0]"},
		{func(l *LinkSettings) { l.SourceTypes.Accounting.Consent.DataTypes = make([]string, 51) }, "at most 50 entries"},
		{func(l *LinkSettings) { l.Locales = []string{"fr-CA", "en-US"} }, ""},
		{func(l *LinkSettings) { l.Locales = nil }, "locales must name"},
		{func(l *LinkSettings) { l.Locales = []string{"fr"} }, "locales can hold en-US"},
		{func(l *LinkSettings) { l.Locales = []string{"en-US", "en-US"} }, "locales holds en-US twice"},
	} {
		l := DefaultLinkSettings()
		c.set(&l)
		err := l.Validate()
		if c.names == "" && err != nil || c.names != "" && (CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), c.names)) {
			t.Errorf("%v, not %q", err, c.names)
		}
	}
}

func TestBrandingValidate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		branding Branding
		names    string
	}{
		{Branding{}, ""},
		{Branding{"https://example.com/hero.png", "#0b5", "#00BB55", "dark"}, ""},
		{Branding{HeroURL: "http://example.com/hero.png"}, "heroUrl"},
		{Branding{HeroURL: "data:image/png;base64,AA"}, "heroUrl"},
		{Branding{PrimaryColor: "red"}, "primaryColor"},
		{Branding{PrimaryColor: "#12"}, "primaryColor"},
		{Branding{PrimaryColor: "#1234"}, "primaryColor"},
		{Branding{SecondaryColor: "#00bb5g"}, "secondaryColor"},
		{Branding{SecondaryColor: "#fff;}"}, "secondaryColor"},
		{Branding{ColorScheme: "Dark"}, "colorScheme"},
	} {
		err := c.branding.Validate()
		if c.names == "" && err != nil || c.names != "" && (CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), c.names)) {
			t.Errorf("%+v: %v, not %q", c.branding, err, c.names)
		}
	}
}

// TestDocsNameEverySetting keeps docs/customizing.md complete.
func TestDocsNameEverySetting(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("docs/customizing.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	var walk func(typ reflect.Type)
	walk = func(typ reflect.Type) {
		for i := range typ.NumField() {
			field := typ.Field(i)
			if field.Type.Kind() == reflect.Struct {
				walk(field.Type)
				continue
			}
			if name := field.Tag.Get("json"); !regexp.MustCompile("`[A-Za-z.]*" + name + "`").MatchString(doc) {
				t.Errorf("docs/customizing.md does not name %s", name)
			}
		}
	}
	walk(reflect.TypeFor[LinkSettings]())
	walk(reflect.TypeFor[Branding]())
	for _, key := range append(append([]string{}, TextKeys...), SourceTypeTextKeys...) {
		if last := key[strings.LastIndex(key, ".")+1:]; !strings.Contains(doc, last+"`") {
			t.Errorf("docs/customizing.md does not name the text %s", key)
		}
	}
	for alias := range textAliases {
		if last := alias[strings.LastIndex(alias, ".")+1:]; !strings.Contains(doc, last+"`") {
			t.Errorf("docs/customizing.md does not name the older text %s", alias)
		}
	}
}

// TestBrowserKnowsTheLocales keeps the two lists of languages the same.
func TestBrowserKnowsTheLocales(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("web/ui/src/view.ts")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`export type Locale =([^;]*);`).FindSubmatch(text)
	if list == nil {
		t.Fatal("view.ts has no type Locale")
	}
	var theirs []string
	for _, name := range regexp.MustCompile(`"([^"]+)"`).FindAllSubmatch(list[1], -1) {
		theirs = append(theirs, string(name[1]))
	}
	if !reflect.DeepEqual(theirs, Locales) {
		t.Errorf("the browser speaks %v, the server %v", theirs, Locales)
	}
}
