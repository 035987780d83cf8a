package link

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/seal"
)

// stage resolves visits and draws screens without a store: nothing here reads
// one.
type stage struct{ s *Service }

func newStage(t *testing.T) stage {
	t.Helper()
	text, err := seal.Generate()
	fatal(t, err)
	sealer, err := seal.Parse(text)
	fatal(t, err)
	vars := map[string]string{"server.publicUrl": "http://bowline.test", "server.sandbox": "http://bowline.test/sandbox"}
	all, err := catalog.Load(catalog.Options{Vars: vars, Env: func(string) (string, bool) { return "x", true }})
	if err != nil { // it names the secrets of the sandbox integrations
		for _, line := range strings.Split(err.Error(), "\n") {
			if at := strings.Index(line, "server.secret."); at >= 0 {
				vars[line[at:at+len("server.secret.")+4]] = "secret"
			}
		}
		all, err = catalog.Load(catalog.Options{Vars: vars})
		fatal(t, err)
	}
	return stage{&Service{Catalog: all, Sealer: sealer, Links: bowline.NewLinks("http://bowline.test"), Now: nowForTests}}
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fullSettings has everything switched on, so that each detail can be seen.
func fullSettings() bowline.LinkSettings {
	l := bowline.DefaultLinkSettings()
	l.Landing.Enabled = true
	return l
}

// pageOf is the page of a visit with these settings and options.
func (st stage) pageOf(t *testing.T, l bowline.LinkSettings, options string, change ...func(*page)) page {
	t.Helper()
	pg := page{
		company: bowline.Company{ID: "c", Name: "Harbour Bakery"}, settings: &l,
		profile: bowline.Profile{Name: "Harbour Lending", LogoURL: "https://x/logo", IconURL: "https://x/icon"},
	}
	if options != "" {
		wanted, warnings, err := bowline.ParseLinkOptions(json.RawMessage(options))
		fatal(t, err)
		pg.options, pg.warnings, pg.visit.SDK = &wanted, warnings, true
	}
	for _, f := range change {
		f(&pg)
	}
	pg.set = st.s.resolve(pg)
	return pg
}

func (st stage) consent(pg page, key string) *ConsentView {
	in, _ := st.s.Catalog.Get(key)
	return st.s.drawConsent(pg, in, false)
}

const (
	keyAccounting = "mqjo"
	keyCommerce   = "aiwb"
	keyBanking    = "qhnd"
)

// TestResolve is the table of link.md 2.3 to 2.5: what was set, what the page
// asked for, and what the visitor gets.
func TestResolve(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	for _, c := range []struct {
		name    string
		set     func(*bowline.LinkSettings)
		options string
		visit   func(*page)
		look    func(page) any
		want    any
	}{
		{"product: landing is off", nil, ``, nil, func(pg page) any { return pg.set.landing == nil }, true},
		{"setting: landing is on", landingOn, ``, nil, landing, "Connect your software to Harbour Lending / It takes a few minutes. You choose what to connect, and you see what is shared before you agree. / Next / false"},
		{"setting: landing texts", landingTexts, ``, nil, landing, "Hello / *Welcome* / Next / true"},
		{"option: landing off although the setting says on", landingTexts, `{"showLandingPage":false}`, nil, func(pg page) any { return pg.set.landing == nil }, true},
		{"option: landing on although the setting says off", nil, `{"showLandingPage":true}`, nil, func(pg page) any { return pg.set.landing != nil }, true},
		{"option: landing texts", landingTexts, `{"text":{"landing.title":"T","landing.subtitle":"S","landing.nextButton":"Go"}}`, nil, landing, "T / S / Go / true"},
		{"option: empty texts hide, an empty button does not", landingTexts, `{"text":{"landing.title":"","landing.subtitle":"","landing.nextButton":""}}`, nil, landing, " /  / Next / true"},
		{"language: settings' texts are in the first one", landingTwo, ``, speakFrench, landing, "Connectez votre logiciel à Harbour Lending / Quelques minutes suffisent. Vous choisissez ce que vous connectez et vous voyez ce qui est partagé avant d’accepter. / Suivant / true"},
		{"language: an option wins in every one", landingTwo, `{"text":{"landing.title":"Bonjour"}}`, speakFrench, func(pg page) any { return pg.set.landing.Title }, "Bonjour"},

		{"product: sandboxes are shown", nil, ``, nil, sandbox, true},
		{"setting: sandboxes off", sandboxOff, ``, nil, sandbox, false},
		{"link parameter over setting", sandboxOff, ``, func(pg *page) { pg.visit.Sandbox = new(true) }, sandbox, true},
		{"link parameter false over setting", nil, ``, func(pg *page) { pg.visit.Sandbox = new(false) }, sandbox, false},
		{"option over link parameter", nil, `{"showSandboxIntegrations":true}`, func(pg *page) { pg.visit.Sandbox = new(false) }, sandbox, true},
		{"option false over setting", nil, `{"showSandboxIntegrations":false}`, nil, sandbox, false},

		{"product: no additional consent", nil, ``, nil, func(pg page) any { return pg.set.additionalConsent }, false},
		{"option: additional consent", nil, `{"enableAdditionalConsent":true}`, nil, func(pg page) any { return pg.set.additionalConsent }, true},
		{"product: one organisation at a time", nil, ``, nil, multiEntity, false},
		{"setting: several", severalOn, ``, nil, multiEntity, true},
		{"option: several", nil, `{"enableMultiEntityLinking":true}`, nil, multiEntity, true},
		{"option: not several", severalOn, `{"enableMultiEntityLinking":false}`, nil, multiEntity, false},

		{"product: name of the instance", nil, ``, nil, clientName, "Harbour Lending"},
		{"option: other name", nil, `{"text":{"companyName":"Acme"}}`, nil, clientName, "Acme"},
		{"option: an empty name is none", nil, `{"text":{"companyName":""}}`, nil, clientName, "Harbour Lending"},
		{"branding: colour", nil, ``, branded, func(pg page) any { return pg.set.client.PrimaryColor }, "#123456"},
		{"option: colour", nil, `{"theme":{"colors":{"primary":"#abc"}}}`, branded, func(pg page) any { return pg.set.client.PrimaryColor }, "#abc"},
		{"branding: the rest", nil, ``, branded, func(pg page) any {
			return pg.set.client.HeroURL + " " + pg.set.client.SecondaryColor + " " + pg.set.client.ColorScheme + " " + pg.set.client.IconURL
		}, "https://x/hero #654321 dark https://x/icon"},

		{"product: types", nil, ``, nil, types, "Accounting! Commerce Banking"},
		{"setting: types", func(l *bowline.LinkSettings) {
			l.SourceTypes.Accounting.Enabled, l.SourceTypes.Banking.Optional = false, false
		}, ``, nil, types, "Commerce Banking!"},
		{"option: types replace those of the settings", nil, `{"sourceTypes":{"banking":{"optional":false,"enableIntegrations":true},"accounting":{"optional":true,"enableIntegrations":true}}}`, nil, types, "Accounting Banking!"},
		{"option: a type that the settings have off", func(l *bowline.LinkSettings) { l.SourceTypes.Commerce.Enabled = false },
			`{"sourceTypes":{"commerce":{"optional":true,"enableIntegrations":true}}}`, nil, types, "Commerce"},
		{"option: no types", nil, `{"sourceTypes":{}}`, nil, types, ""},
		{"option: a type without integrations is hidden", nil, `{"sourceTypes":{"banking":{"optional":true,"enableIntegrations":false},"commerce":{"optional":true}}}`, nil, types, "Commerce"},
		{"option: allowed", nil, `{"sourceTypes":{"accounting":{"allowedIntegrations":["mqjo"]}}}`, nil, st.offered(bowline.Accounting), "mqjo"},
		{"option: unknown and foreign keys are ignored", nil, `{"sourceTypes":{"accounting":{"allowedIntegrations":["zzzz","aiwb","mqjo"]}}}`, nil, st.offered(bowline.Accounting), "mqjo"},
		{"option: none allowed hides the type", nil, `{"sourceTypes":{"accounting":{"allowedIntegrations":[]},"banking":{}}}`, nil, st.shown, "Banking"},
		{"option: only unknown ones hide the type", nil, `{"sourceTypes":{"accounting":{"allowedIntegrations":["zzzz"]},"banking":{}}}`, nil, st.shown, "Banking"},
		{"option: undefined allows all", nil, `{"sourceTypes":{"accounting":{}}}`, nil, func(pg page) any {
			return st.offered(bowline.Accounting)(pg) == st.offered(bowline.Accounting)(st.pageOf(t, fullSettings(), ``))
		}, true},
		{"sandboxes off hides types that have nothing else", sandboxOff, ``, nil, st.shown, ""},

		{"product: data types of the integration", nil, ``, nil, st.items, "Your name and contact details|Company details|Invoices and bills|Customers and suppliers|Payments|Chart of accounts|Profit and loss, and balance sheet|Bank accounts and their transactions"},
		{"setting: data types", dataTypes, ``, nil, st.items, "Set"},
		{"option: data types", dataTypes, `{"sourceTypes":{"accounting":{"dataTypes":["**Asked**","[x](https://x.example)"]}}}`, nil, st.items, "**Asked**|[x](https://x.example)"},
		{"option: types without data types keep the settings'", dataTypes, `{"sourceTypes":{"accounting":{}}}`, nil, st.items, "Set"},
		{"option: no data types hide the section", dataTypes, `{"sourceTypes":{"accounting":{"dataTypes":[]}}}`, nil, st.items, "no section"},
		{"option: deprecated data types", dataTypes, `{"text":{"accounting.dataAccess.dataTypes":["Old"]}}`, nil, st.items, "Old"},
		{"option: deprecated data types of the blog", dataTypes, `{"text":{"accounting.dataTypes":["Blog"]}}`, nil, st.items, "Blog"},
		{"option: the new list wins", dataTypes, `{"sourceTypes":{"accounting":{"dataTypes":["New"]}},"text":{"accounting.dataAccess.dataTypes":["Old"]}}`, nil, st.items, "New"},

		{"product: main has no words of ours", nil, ``, nil, mainTexts, "<nil> <nil>"},
		{"option: main texts", nil, `{"text":{"main.title":"**T**","main.subtitle":""}}`, nil, mainTexts, `"**T**" ""`},

		{"product: languages", nil, ``, nil, languages, "en-US []"},
		{"setting: languages", french, ``, nil, languages, "en-US [en-US fr-CA]"},
		{"visit: a language that is offered", french, ``, func(pg *page) { pg.visit.Locale = "fr-CA" }, languages, "fr-CA [en-US fr-CA]"},
		{"visit: one that is not", french, ``, func(pg *page) { pg.visit.Locale = "de-DE" }, languages, "en-US [en-US fr-CA]"},
		{"visit: a near one", french, ``, func(pg *page) { pg.visit.Locale = "fr-FR" }, languages, "fr-CA [en-US fr-CA]"},
		{"browser: best match", french, ``, func(pg *page) { pg.languages = []string{"es", "fr-BE"} }, languages, "fr-CA [en-US fr-CA]"},
		{"visit over browser", french, ``, func(pg *page) { pg.visit.Locale, pg.languages = "en-US", []string{"fr"} }, languages, "en-US [en-US fr-CA]"},

		{"setting: exit message", exitMessage, ``, nil, func(pg page) any { return pg.set.exitMessage }, "Stay?"},
		{"setting: exit message in another language", exitMessage, ``, func(pg *page) { pg.visit.Locale = "fr-CA" }, func(pg page) any { return pg.set.exitMessage }, ""},
		{"product: no left panel", nil, ``, nil, leftPanel, "none"},
		{"setting: left panel", leftPanelSet, ``, hostedVisit, leftPanel, "Head / **Body**"},
		{"setting: left panel in another language", leftPanelSet, ``, func(pg *page) { pg.visit.SDK, pg.visit.Locale = false, "fr-CA" }, leftPanel, "none"},
		{"setting: left panel, embedded", leftPanelSet, ``, func(pg *page) { pg.visit.SDK = true }, leftPanel, "none"},
		{"setting: left panel, previewed", leftPanelSet, ``, func(pg *page) { pg.visit.SDK, pg.visit.Sample = true, &sample{} }, leftPanel, "Head / **Body**"},
		{"warnings reach the page", nil, `{"bogus":1}`, nil, func(pg page) any { return len(pg.set.warnings) }, 1},
	} {
		l := bowline.DefaultLinkSettings()
		if c.set != nil {
			c.set(&l)
		}
		change := []func(*page){}
		if c.visit != nil {
			change = append(change, c.visit)
		}
		if got := c.look(st.pageOf(t, l, c.options, change...)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n  %v\n  not %v", c.name, got, c.want)
		}
	}
}

func landingOn(l *bowline.LinkSettings) { l.Landing.Enabled = true }

func landingTexts(l *bowline.LinkSettings) {
	l.Landing = bowline.LandingSettings{Enabled: true, Title: "Hello", Body: "*Welcome*", CompanyLogo: true}
}

func landingTwo(l *bowline.LinkSettings) {
	landingTexts(l)
	l.Locales = []string{"en-US", "fr-FR"}
}

func speakFrench(pg *page) { pg.visit.Locale = "fr-FR" }

func sandboxOff(l *bowline.LinkSettings) { l.ShowSandboxIntegrations = false }
func severalOn(l *bowline.LinkSettings)  { l.MultiEntity = true }
func french(l *bowline.LinkSettings)     { l.Locales = []string{"en-US", "fr-CA"} }
func dataTypes(l *bowline.LinkSettings)  { l.SourceTypes.Accounting.Consent.DataTypes = []string{"Set"} }

func exitMessage(l *bowline.LinkSettings) {
	french(l)
	l.ExitMessage = "Stay?"
}

func leftPanelSet(l *bowline.LinkSettings) {
	french(l)
	l.LeftPanel = bowline.PanelSettings{Header: "Head", Body: "**Body**"}
}

func hostedVisit(pg *page) { pg.visit.SDK = false }

func leftPanel(pg page) any {
	if p := pg.set.client.Panel; p != nil {
		return p.Header + " / " + p.Body
	}
	return "none"
}

func branded(pg *page) {
	pg.branding = bowline.Branding{HeroURL: "https://x/hero", PrimaryColor: "#123456", SecondaryColor: "#654321", ColorScheme: "dark"}
}

func landing(pg page) any {
	l := pg.set.landing
	return fmt.Sprintf("%s / %s / %s / %t", l.Title, l.Body, l.Button, l.ShowLogo)
}

func sandbox(pg page) any     { return pg.set.sandbox }
func multiEntity(pg page) any { return pg.set.multiEntity }
func clientName(pg page) any  { return pg.set.client.Name }
func languages(pg page) any   { return fmt.Sprint(pg.set.locale, " ", pg.set.locales) }

func mainTexts(pg page) any {
	quoted := func(s *string) string {
		if s == nil {
			return "<nil>"
		}
		return fmt.Sprintf("%q", *s)
	}
	return quoted(pg.set.mainTitle) + " " + quoted(pg.set.mainSubtitle)
}

func named(list []typeSetting) string {
	var names []string
	for _, t := range list {
		name := string(t.sourceType)
		if t.required {
			name += "!"
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func types(pg page) any { return named(pg.set.types) }

func (st stage) shown(pg page) any { return strings.ReplaceAll(named(st.s.shownTypes(pg)), "!", "") }

func (st stage) offered(of bowline.SourceType) func(page) any {
	return func(pg page) any {
		var keys []string
		for in := range st.s.offered(of, pg) {
			keys = append(keys, in.Key)
		}
		return strings.Join(keys, " ")
	}
}

func (st stage) items(pg page) any {
	for _, section := range st.consent(pg, keyAccounting).Sections {
		if section.ID == "platformData" {
			return strings.Join(section.Items, "|")
		}
	}
	return "no section"
}

// TestEverySettingIsRead changes one setting after the other and wants each to
// change something that a screen draws from.
func TestEverySettingIsRead(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	before := st.pageOf(t, fullSettings(), ``).set
	unread := map[string]string{
		"PlatformData.Body": "the list of data types stands in its place",
	}
	leaves := 0
	var walk func(path string, index []int, typ reflect.Type)
	walk = func(path string, index []int, typ reflect.Type) {
		if typ.Kind() == reflect.Struct {
			for i := range typ.NumField() {
				walk(path+"."+typ.Field(i).Name, append(slices.Clone(index), i), typ.Field(i).Type)
			}
			return
		}
		leaves++
		l := fullSettings()
		field := reflect.ValueOf(&l).Elem().FieldByIndex(index)
		switch typ.Kind() {
		case reflect.Bool:
			field.SetBool(!field.Bool())
		case reflect.String:
			field.SetString("changed")
		case reflect.Slice:
			field.Set(reflect.ValueOf([]string{"de-DE", "nl-NL"}))
		default:
			t.Fatalf("%s is a %s, which this test cannot change", path, typ)
		}
		same := reflect.DeepEqual(before, st.pageOf(t, l, ``).set)
		for name := range unread {
			if strings.HasSuffix(path, name) {
				same = !same
			}
		}
		if same {
			t.Errorf("nothing reads the setting %s", path)
		}
	}
	walk("", nil, reflect.TypeFor[bowline.LinkSettings]())
	branding := reflect.TypeFor[bowline.Branding]()
	for i := range branding.NumField() {
		pg := st.pageOf(t, fullSettings(), ``, func(pg *page) { reflect.ValueOf(&pg.branding).Elem().Field(i).SetString("changed") })
		if reflect.DeepEqual(before, pg.set) {
			t.Errorf("nothing reads the branding %s", branding.Field(i).Name)
		}
	}
	if leaves < 50 {
		t.Errorf("only %d settings were found", leaves)
	}
}

// TestEveryTextKeyIsRead does the same with the keys of the text option.
func TestEveryTextKeyIsRead(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	before := st.pageOf(t, fullSettings(), `{"text":{}}`).set
	keys := slices.Clone(bowline.TextKeys)
	for _, of := range typeOrder {
		for _, key := range bowline.SourceTypeTextKeys {
			keys = append(keys, bowline.TextKey(of, key))
		}
	}
	if len(keys) != 6+3*17 {
		t.Errorf("%d keys", len(keys))
	}
	for _, key := range keys {
		after := st.pageOf(t, fullSettings(), `{"text":{"`+key+`":"changed"}}`).set
		if reflect.DeepEqual(before, after) {
			t.Errorf("nothing reads the text %s", key)
		}
	}
}
