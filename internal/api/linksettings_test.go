package api_test

import (
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

func TestLinkSettings(t *testing.T) {
	play(t, []row{
		{"defaults", "GET /settings/link", "", 200, []string{
			`"sourceTypes":{"accounting":{"enabled":true,"optional":false,"consent":{"message":"","terms":"","termsUrl":"","purpose":{"header":"","body":""}`,
			`"dataTypes":[]`, `"showSandboxIntegrations":true`, `"oneTimeLinks":false`, `"securedBy":true`, `"handOver":true`, `"locales":["en-US"]`,
			`"manageConnections":{"enabled":false,"title":"","subtitle":""}`,
		}, nil, nil, ""},
		{"manage connections", "PUT /settings/link", `{"manageConnections":{"enabled":true,"title":"Yours"}}`, 200,
			[]string{`"manageConnections":{"enabled":true,"title":"Yours","subtitle":""}`}, nil, nil, ""},
		{"replace", "PUT /settings/link", `{"oneTimeLinks":true,"securedBy":false,"locales":["fr-CA","en-US"],"supportText":"Call *us*","sourceTypes":{"banking":{"enabled":false},"accounting":{"consent":{"dataTypes":["Invoices"],"purpose":{"body":"For {companyName}"}}}}}`, 200,
			[]string{`"oneTimeLinks":true`, `"securedBy":false`, `"locales":["fr-CA","en-US"]`, `"banking":{"enabled":false,"optional":true`, `"accounting":{"enabled":true`, `"dataTypes":["Invoices"]`, `"handOver":true`}, nil, nil, ""},
		{"read back", "GET /settings/link", "", 200, []string{`"oneTimeLinks":true`, `"Call *us*"`, `"For {companyName}"`}, nil, nil, ""},
		{"replace again gives defaults back", "PUT /settings/link", `{"mobileWarning":true,"locales":null}`, 200,
			[]string{`"oneTimeLinks":false`, `"securedBy":true`, `"mobileWarning":true`, `"locales":["en-US"]`, `"banking":{"enabled":true`}, []string{"Invoices", "Call"}, nil, ""},
		{"unknown member", "PUT /settings/link", `{"bogus":1}`, 400, []string{"bogus"}, nil, nil, ""},
		{"unknown member inside", "PUT /settings/link", `{"sourceTypes":{"accounting":{"consent":{"purpose":{"text":"x"}}}}}`, 400, nil, nil, nil, ""},
		{"unknown source type", "PUT /settings/link", `{"sourceTypes":{"payroll":{}}}`, 400, nil, nil, nil, ""},
		{"wrong type", "PUT /settings/link", `{"securedBy":"yes"}`, 400, nil, []string{`yes`}, nil, ""},
		{"no language", "PUT /settings/link", `{"locales":[]}`, 400, []string{"locales must name at least one language"}, nil, nil, ""},
		{"unknown language", "PUT /settings/link", `{"locales":["tlh"]}`, 400, []string{"locales can hold en-US"}, []string{"tlh"}, nil, ""},
		{"too long", "PUT /settings/link", `{"exitMessage":"` + strings.Repeat("x", 251) + `"}`, 400, []string{"exitMessage must have at most 250 characters"}, []string{"xxx"}, nil, ""},
		{"long title of the list", "PUT /settings/link", `{"manageConnections":{"title":"` + strings.Repeat("x", 51) + `"}}`, 400, []string{"manageConnections.title must have at most 50 characters"}, []string{"xxx"}, nil, ""},
		{"plain http", "PUT /settings/link", `{"securityUrl":"http://hill.example"}`, 400, []string{"securityUrl"}, []string{"hill"}, nil, ""},
		{"control characters", "PUT /settings/link", `{"supportText":"a\u0001b"}`, 400, []string{"supportText must not hold control characters"}, nil, nil, ""},
		{"NUL", "PUT /settings/link", `{"supportText":"a\u0000b"}`, 400, nil, nil, nil, ""},
		{"no body", "PUT /settings/link", ``, 400, nil, nil, nil, ""},
		{"not an object", "PUT /settings/link", `[]`, 400, nil, nil, nil, ""},
		{"unchanged", "GET /settings/link", "", 200, []string{`"mobileWarning":true`}, nil, nil, ""},

		{"no branding", "GET /settings/branding", "", 200, []string{`{"heroUrl":"","primaryColor":"","secondaryColor":"","colorScheme":"","contrast":{"primaryOnWhite":9.82,"labelColor":"#ffffff"}}`}, nil, nil, ""},
		{"set branding", "PUT /settings/branding", `{"heroUrl":"https://hill.example/h.png","primaryColor":"#0b5","colorScheme":"dark"}`, 200, []string{`"primaryColor":"#0b5"`, `"secondaryColor":""`}, nil, nil, ""},
		{"read branding", "GET /settings/branding", "", 200, []string{`"heroUrl":"https://hill.example/h.png"`, `"colorScheme":"dark"`}, nil, nil, ""},
		{"settings stay", "GET /settings/link", "", 200, []string{`"mobileWarning":true`}, nil, nil, ""},
		{"replace branding", "PUT /settings/branding", `{"secondaryColor":"#00BB55"}`, 200, []string{`{"heroUrl":"","primaryColor":"","secondaryColor":"#00BB55","colorScheme":"","contrast":{"primaryOnWhite":9.82,"labelColor":"#ffffff"}}`}, nil, nil, ""},
		{"colour by name", "PUT /settings/branding", `{"primaryColor":"hotpink"}`, 400, []string{"primaryColor"}, []string{"hotpink"}, nil, ""},
		{"colour with more", "PUT /settings/branding", `{"primaryColor":"#fff;x:y"}`, 400, []string{"primaryColor"}, []string{"x:y"}, nil, ""},
		{"picture as data", "PUT /settings/branding", `{"heroUrl":"data:image/png;base64,AA"}`, 400, []string{"heroUrl"}, nil, nil, ""},
		{"scheme", "PUT /settings/branding", `{"colorScheme":"blue"}`, 400, []string{"colorScheme"}, nil, nil, ""},
		{"logo is elsewhere", "PUT /settings/branding", `{"logoUrl":"https://x"}`, 400, nil, nil, nil, ""},
	}, nil)
}

// TestSettingsAreForKeys refuses company access tokens, which browsers hold, and
// keeps instances apart.
func TestSettingsAreForKeys(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		token, _ := h.must(200, "GET", "/companies/"+h.company(`{"name":"A"}`)+"/accessToken", "")["accessToken"].(string)
		for _, target := range []string{"/settings/link", "/settings/branding"} {
			for _, method := range []string{"GET", "PUT"} {
				if got := h.call(method, target, `{}`, "Authorization", "Bearer "+token); got.status != 403 {
					t.Errorf("%s %s with a company access token: %d", method, target, got.status)
				}
			}
		}
		other := newHarness(t, s, func(*api.Options) {})
		h.must(200, "PUT", "/settings/link", `{"oneTimeLinks":true}`)
		if got := other.must(200, "GET", "/settings/link", ""); got["oneTimeLinks"] != false {
			t.Error("an instance reads the settings of another one")
		}
	})
}
