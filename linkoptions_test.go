package bowline

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestParseLinkOptions(t *testing.T) {
	t.Parallel()
	yes, no := new(true), new(false)
	for _, c := range []struct {
		text     string
		want     LinkOptions
		warnings string // parts, in order, joined by |
	}{
		{``, LinkOptions{}, ``},
		{` `, LinkOptions{}, ``},
		{`null`, LinkOptions{}, ``},
		{`{}`, LinkOptions{}, ``},
		{`{"hideBorder":true}`, LinkOptions{HideBorder: yes}, ``},
		{`{"nonModal":true}`, LinkOptions{HideBorder: yes}, `nonModal is deprecated`},
		{`{"nonModal":true,"hideBorder":false}`, LinkOptions{HideBorder: no}, `nonModal is deprecated`},
		{`{"showLandingPage":false,"showSandboxIntegrations":false}`, LinkOptions{ShowLandingPage: no, ShowSandboxIntegrations: no}, ``},
		{`{"enableAdditionalConsent":true,"enableMultiEntityLinking":true}`, LinkOptions{EnableAdditionalConsent: yes, EnableMultiEntityLinking: yes}, ``},
		{`{"showLandingPage":null,"sourceTypes":null,"text":null,"theme":null,"nonce":null}`, LinkOptions{}, ``},
		{`{"nonce":"abc"}`, LinkOptions{}, ``},
		{`{"theme":{"colors":{"primary":"#0A7"}}}`, LinkOptions{PrimaryColor: "#0A7"}, ``},
		{`{"theme":{"colors":{"primary":"red"}}}`, LinkOptions{}, `primary must be #rgb`},
		{`{"theme":{"fonts":{},"colors":{"secondary":"#000"}}}`, LinkOptions{}, `"secondary"|"fonts"`},
		{`{"ShowLandingPage":true,"extra":1}`, LinkOptions{}, `"ShowLandingPage" is not|"extra" is not`},
		{`{"sourceTypes":{}}`, LinkOptions{SourceTypes: &SourceTypesOptions{}}, ``},
		{`{"sourceTypes":{"accounting":{"optional":true,"enableIntegrations":false,"enableFileUpload":true}}}`,
			LinkOptions{SourceTypes: &SourceTypesOptions{Accounting: &SourceTypeOptions{Optional: true}}}, ``},
		{`{"sourceTypes":{"banking":{}}}`, // what is shown can be connected, unless it says otherwise
			LinkOptions{SourceTypes: &SourceTypesOptions{Banking: &SourceTypeOptions{EnableIntegrations: true}}}, ``},
		{`{"sourceTypes":{"commerce":{"enableIntegrations":true,"optional":false,"allowedIntegrations":["abcd"],"dataTypes":["**Orders**"]}}}`,
			LinkOptions{SourceTypes: &SourceTypesOptions{Commerce: &SourceTypeOptions{
				EnableIntegrations: true, AllowedIntegrations: []string{"abcd"}, DataTypes: []string{"**Orders**"}}}}, ``},
		{`{"sourceTypes":{"commerce":{"enableIntegrations":true,"allowedIntegrations":[],"dataTypes":[]}}}`,
			LinkOptions{SourceTypes: &SourceTypesOptions{Commerce: &SourceTypeOptions{
				EnableIntegrations: true, AllowedIntegrations: []string{}, DataTypes: []string{}}}}, ``},
		{`{"sourceTypes":{"businessDocuments":{"optional":true},"payroll":{}}}`, LinkOptions{SourceTypes: &SourceTypesOptions{}}, `"payroll"`},
		{`{"text":{"companyName":"Acme","main.title":""}}`, LinkOptions{Text: map[string]string{"companyName": "Acme", "main.title": ""}}, ``},
		{`{"text":{"companyname":"Acme","accounting.fileUpload.subtitle":"x","banking.consents.communication":"x"}}`,
			LinkOptions{Text: map[string]string{}}, `"companyname"`},
		{`{"text":{"accounting.dataAccess.consent":"old"}}`,
			LinkOptions{Text: map[string]string{"accounting.consents.termsAndConditions": "old"}}, `"accounting.dataAccess.consent" is deprecated`},
		{`{"text":{"accounting.dataAccess.consent":"old","accounting.consents.termsAndConditions":"new"}}`,
			LinkOptions{Text: map[string]string{"accounting.consents.termsAndConditions": "new"}}, `deprecated`},
		{`{"text":{"accounting.dataAccess.consent":"old","accounting.consents.termsAndConditions":""}}`,
			LinkOptions{Text: map[string]string{"accounting.consents.termsAndConditions": ""}}, `deprecated`},
		{`{"text":{"accounting.dataAccess.consent":"old","accounting.consents.termsAndConditions":null}}`,
			LinkOptions{Text: map[string]string{"accounting.consents.termsAndConditions": "old"}}, `deprecated`},
		{`{"text":{"banking.dataAccess.nextButton":"Go","commerce.dataAccess.additionalConsent.title":"T",
			"commerce.dataAccess.additionalConsent.subtitle":"S","banking.consents.accountInfo":"A"}}`,
			LinkOptions{Text: map[string]string{
				"banking.consents.nextButton": "Go", "commerce.additionalConsents.title": "T",
				"commerce.additionalConsents.subtitle": "S", "banking.consents.accountInformation": "A"}},
			`accountInfo|dataAccess.nextButton|subtitle|title`},
		{`{"text":{"banking.dataTypes":["blog"],"banking.dataAccess.dataTypes":["old"],"commerce.dataTypes":["x"]}}`,
			LinkOptions{Text: map[string]string{}, DataTypes: map[SourceType][]string{Banking: {"old"}, Commerce: {"x"}}},
			`dataAccess.dataTypes|"banking.dataTypes"|"commerce.dataTypes"`},
		{`{"text":{"companyName":"A\u0000\u0007B\nC"}}`, LinkOptions{Text: map[string]string{"companyName": "AB\nC"}}, `control characters`},
		{`{"text":{"accounting.consents.headers.access":"` + strings.Repeat("é", 51) + `"}}`,
			LinkOptions{Text: map[string]string{"accounting.consents.headers.access": strings.Repeat("é", 49) + "…"}}, `is cut`},
		{`{"text":{"accounting.consents.headers.access":"` + strings.Repeat("é", 50) + `"}}`,
			LinkOptions{Text: map[string]string{"accounting.consents.headers.access": strings.Repeat("é", 50)}}, ``},
	} {
		got, warnings, err := ParseLinkOptions(json.RawMessage(c.text))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s\n  gives %+v (%v)\n  not   %+v", c.text, got, err, c.want)
		}
		wanted := strings.Split(c.warnings, "|")
		if c.warnings == "" {
			wanted = nil
		}
		if len(warnings) != len(wanted) {
			t.Errorf("%s warns %q", c.text, warnings)
			continue
		}
		for i, part := range wanted {
			if !strings.Contains(warnings[i], part) {
				t.Errorf("%s warns %q, not of %q", c.text, warnings[i], part)
			}
		}
	}
}

func TestLinkOptionsRefused(t *testing.T) {
	t.Parallel()
	many := func(n int, entry string) string { return strings.TrimSuffix(strings.Repeat(entry+",", n), ",") }
	var keys []string
	for i := range maxTextKeys + 1 {
		keys = append(keys, fmt.Sprintf(`"k%d":""`, i))
	}
	for _, c := range []struct{ text, names string }{
		{`[]`, "options must be an object"},
		{`"x"`, "options must"},
		{`{`, "options must"},
		{`{} {}`, "options must"},
		{`{"hideBorder":"true"}`, "options.hideBorder must be true or false"},
		{`{"nonModal":1}`, "options.nonModal"},
		{`{"nonce":1}`, "options.nonce"},
		{`{"theme":"dark"}`, "options.theme"},
		{`{"theme":{"colors":[]}}`, "options.theme.colors"},
		{`{"theme":{"colors":{"primary":7}}}`, "options.theme.colors.primary"},
		{`{"sourceTypes":[]}`, "options.sourceTypes"},
		{`{"sourceTypes":{"accounting":true}}`, "options.sourceTypes.accounting"},
		{`{"sourceTypes":{"accounting":{"optional":"yes"}}}`, "options.sourceTypes.accounting.optional"},
		{`{"sourceTypes":{"accounting":{"allowedIntegrations":"abcd"}}}`, "options.sourceTypes.accounting.allowedIntegrations"},
		{`{"sourceTypes":{"accounting":{"dataTypes":[1]}}}`, "options.sourceTypes.accounting.dataTypes"},
		{`{"sourceTypes":{"accounting":{"dataTypes":[` + many(maxOptionList+1, `"x"`) + `]}}}`, "at most 200"},
		{`{"text":"x"}`, "options.text"},
		{`{"text":{"main.title":["x"]}}`, "main.title"},
		{`{"text":{"banking.dataTypes":"x"}}`, "banking.dataTypes"},
		{`{"text":{"main.title":"` + strings.Repeat("x", maxText+1) + `"}}`, "main.title"},
		{`{"text":{` + strings.Join(keys, ",") + `}}`, "at most 200 keys"},
		{`{"nonce":"` + strings.Repeat("x", maxOptions) + `"}`, "at most 32768 bytes"},
	} {
		_, _, err := ParseLinkOptions(json.RawMessage(c.text))
		if CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), c.names) {
			t.Errorf("%.60s: %v, not %q", c.text, err, c.names)
		}
	}
}

func TestManyWarningsAreCut(t *testing.T) {
	t.Parallel()
	var members []string
	for i := range 100 {
		members = append(members, fmt.Sprintf(`"%s%d":1`, strings.Repeat("k", 100), i))
	}
	_, warnings, err := ParseLinkOptions(json.RawMessage("{" + strings.Join(members, ",") + "}"))
	if err != nil || len(warnings) != maxOptionWarnings || !strings.Contains(warnings[19], "81 more") || len(warnings[0]) > 200 {
		t.Errorf("%d warnings, the last %q (%v)", len(warnings), warnings[len(warnings)-1], err)
	}
}

func TestDataTypesOf(t *testing.T) {
	t.Parallel()
	o := LinkOptions{
		SourceTypes: &SourceTypesOptions{Accounting: &SourceTypeOptions{DataTypes: []string{}}, Banking: &SourceTypeOptions{}},
		DataTypes:   map[SourceType][]string{Accounting: {"old"}, Banking: {"old"}},
	}
	if got := o.DataTypesOf(Accounting); got == nil || len(got) != 0 {
		t.Errorf("accounting has %v, not the empty list that the new way says", got)
	}
	if got := o.DataTypesOf(Banking); len(got) != 1 {
		t.Errorf("banking has %v", got)
	}
	if got := o.DataTypesOf(Commerce); got != nil {
		t.Errorf("commerce has %v", got)
	}
}

// FuzzParseLinkOptions wants that whatever a browser sends stays within the
// limits and can be stored.
func FuzzParseLinkOptions(f *testing.F) {
	f.Add([]byte(`{"text":{"companyName":"\u0000x","banking.dataAccess.dataTypes":["a"]},"sourceTypes":{"banking":{"allowedIntegrations":[]}},"theme":{"colors":{"primary":"#fff"}}}`))
	f.Add([]byte(`{"nonModal":true,"text":{"accounting.consents.headers.access":"` + strings.Repeat("x", 60) + `"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		o, warnings, err := ParseLinkOptions(text)
		if err != nil {
			if CodeOf(err) != CodeInvalid {
				t.Fatal(err)
			}
			return
		}
		if len(warnings) > maxOptionWarnings || len(o.Text) > maxTextKeys {
			t.Errorf("%d warnings, %d texts", len(warnings), len(o.Text))
		}
		if o.PrimaryColor != "" && !HexColor(o.PrimaryColor) {
			t.Errorf("colour %q", o.PrimaryColor)
		}
		for key, value := range o.Text {
			known := textTable[key]
			if known.key != key || strings.ContainsFunc(value, forbidden) || len(value) > maxText*4 {
				t.Errorf("text %q: %q", key, value)
			}
		}
	})
}
