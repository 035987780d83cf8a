package api_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/offer"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// acme wants a client and two values; till wants a client for each region; kept
// asks customers for keys; sand has all it needs.
var setupFiles = map[string]string{
	"acme": `name: Acme Books
order: 5
oauth: {authorizeUrl: "https://acme.example/a", tokenUrl: "https://acme.example/t", scopes: [books.read]}
api: {headers: {X-Licence: "${setup.licence}", X-Account: "${setup.account}"}}
setup:
  console: https://acme.example/apps
  steps: [Add an app., Paste the redirect URI.]
  review: Acme looks at an app within a week.
  fields:
    - {name: account, label: Account number, help: Under Settings.}
    - {name: licence, label: Licence, secret: true, optional: true}
`,
	"sand": `name: Sand
order: 3
oauth: {authorizeUrl: "https://sand.example/a", tokenUrl: "https://sand.example/t", clientId: x, clientSecret: y}
`,
	"till": `name: Till
inputs:
  - {name: region, label: Region, options: [{value: eu, label: Europe}, {value: us, label: America}]}
oauth: {authorizeUrl: "https://till.example/a", tokenUrl: "https://till.example/t", clientAuthentication: none}
setup: {clientPer: region}
`,
	"kept": `name: Kept
credentials:
  fields: [{name: key, label: API key, secret: true}]
  probe: {url: "https://kept.example/account", bearer: "${field.key}"}
`,
}

// withSetups gives an API the integrations above, and a book that knows how
// instances have set them up.
func withSetups(t testing.TB, s *store.Store) func(*api.Options) {
	t.Helper()
	dir := t.TempDir()
	for key, text := range setupFiles {
		text = "key: " + key + "\nsourceType: Accounting\nlogo: {monogram: AB, color: \"#7a3e9d\"}\ndataTypes: [Invoices]\n" + text
		if err := os.WriteFile(filepath.Join(dir, key+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := catalog.Load(catalog.Options{Dir: dir, OmitSandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	return func(o *api.Options) {
		book := &offer.Book{Base: files, Store: s, Now: o.Now, Logger: o.Logger}
		o.Catalog, o.Offer, o.OfferChanged = files, book.Catalog, book.Forget
	}
}

func TestSetup(t *testing.T) {
	const empty = `"clients":{},"values":{},"missing":["clientId","clientSecret","values.account"]`
	play(t, []row{
		{"nothing set up", "GET /integrations/acme/setup", "", 200,
			[]string{
				`"key":"acme","offered":false,"defaults":{"enabled":true,"order":5,"sandbox":false,"scopes":["books.read"]}`, empty,
				`"redirectUri":"https://bowline.example/oauth/callback/acme"`, `"version":0`,
			}, []string{"updatedAt"}, nil, ""},
		{"in the order of the files", "GET /integrations?query=key=acme||key=sand&pageSize=1", "", 200, []string{`"key":"sand"`}, nil, nil, ""},
		{"not offered yet", "GET /integrations/acme", "", 200, []string{`"enabled":false`}, nil, nil, ""},
		{"unknown integration", "GET /integrations/nope/setup", "", 404, []string{"No integration exists"}, nil, nil, ""},
		{"set up unknown integration", "PUT /integrations/nope/setup", `{}`, 404, nil, nil, nil, ""},
		{"remove of unknown integration", "DELETE /integrations/nope/setup", "", 404, nil, nil, nil, ""},
		{"guide of unknown integration", "GET /integrations/nope/guide", "", 404, nil, nil, nil, ""},

		{"no body", "PUT /integrations/acme/setup", ``, 400, []string{"The setup object is required"}, nil, nil, ""},
		{"unknown member", "PUT /integrations/acme/setup", `{"secret":"sekret"}`, 400, []string{"secret: unexpected"}, []string{"sekret"}, nil, ""},
		{"unknown member of a client", "PUT /integrations/acme/setup", `{"clients":{"":{"secret":"sekret"}}}`, 400, []string{"unexpected"}, []string{"sekret"}, nil, ""},
		{"wrong type", "PUT /integrations/acme/setup", `{"clients":{"":{"clientSecret":["sekret"]}}}`, 400, nil, []string{"sekret"}, nil, ""},
		{"client that is null", "PUT /integrations/acme/setup", `{"clients":{"":null}}`, 400, nil, nil, nil, ""},
		{"named client", "PUT /integrations/acme/setup", `{"clients":{"eu":{"clientId":"x"}}}`, 400, []string{"clients: this integration has one"}, nil, nil, ""},
		{"unnamed client", "PUT /integrations/till/setup", `{"clients":{"":{"clientId":"x"}}}`, 400, []string{"for each option"}, nil, nil, ""},
		{"client of no option", "PUT /integrations/till/setup", `{"clients":{"mars":{"clientId":"x"}}}`, 400, []string{"for each option"}, []string{"mars"}, nil, ""},
		{"client for keys", "PUT /integrations/kept/setup", `{"clients":{"":{"clientId":"x"}}}`, 400, []string{"type their own keys"}, nil, nil, ""},
		{"scopes for keys", "PUT /integrations/kept/setup", `{"scopes":["x"]}`, 400, []string{"scopes: this integration has none"}, nil, nil, ""},
		{"unknown value", "PUT /integrations/acme/setup", `{"values":{"sekret":"x"}}`, 400, []string{"values: a name"}, []string{"sekret"}, nil, ""},
		{"scope with a blank", "PUT /integrations/acme/setup", `{"scopes":["sekret b"]}`, 400, []string{"scopes[0]"}, []string{"sekret"}, nil, ""},
		{"key that is none", "PUT /integrations/acme/setup", `{"clients":{"":{"privateKey":"sekret"}}}`, 400, []string{"clients.privateKey"}, []string{"sekret"}, nil, ""},
		{"negative version", "PUT /integrations/acme/setup", `{"version":-1}`, 400, []string{"version"}, nil, nil, ""},
		{"version of nothing", "PUT /integrations/acme/setup", `{"version":7}`, 409, []string{"Read it again"}, nil, nil, ""},
		{"still nothing", "GET /integrations/acme/setup", "", 200, []string{empty, `"version":0`}, nil, nil, ""},

		{"set up", "PUT /integrations/acme/setup",
			`{"clients":{"":{"clientId":" id-1\n","clientSecret":"sekret-1"}},"values":{"account":"4711","licence":"sekret-2"},"order":2,"scopes":["books.write"]}`, 200,
			[]string{
				`"offered":true`, `"order":2`, `"scopes":["books.write"]`, `"defaults":{"enabled":true,"order":5`,
				`"clients":{"":{"clientId":"id-1","hasSecret":true,"hasPrivateKey":false}}`,
				`"values":{"account":"4711","licence":{"set":true}}`, `"missing":[]`, `"updatedAt":"2026-03-04T05:06:07.123456Z"`,
			}, []string{"sekret", `"enabled":true,"order":2`}, nil, ""},
		{"read back", "GET /integrations/acme/setup", "", 200, []string{`"hasSecret":true`, `{"set":true}`, `"4711"`}, []string{"sekret"}, nil, ""},
		{"offered", "GET /integrations/acme", "", 200, []string{`"enabled":true`}, nil, nil, ""},
		{"offered in the list", "GET /integrations?query=enabled=true", "", 200, []string{`"key":"acme"`, `"key":"kept"`}, []string{`"key":"till"`}, nil, ""},
		{"in the order set", "GET /integrations?query=key=acme||key=sand&pageSize=1", "", 200, []string{`"key":"acme"`, `"totalResults":2`}, nil, nil, ""},
		{"branding", "GET /integrations/acme/branding", "", 200, nil, []string{"sekret"}, nil, ""},
		{"set up twice at once", "PUT /integrations/acme/setup", `{"enabled":false}`, 409, []string{"Read it again"}, nil, nil, ""},
	}, func(h *harness, _ map[string]string) { *h = *newHarness(h.t, h.store, withSetups(h.t, h.store)) })
}

// TestSetupKeepsSecrets follows a setup through changes that leave secrets out.
func TestSetupKeepsSecrets(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s, withSetups(t, s))
		version := "0"
		// change sends members of a setup, and returns it as it is stored then.
		change := func(members string) bowline.IntegrationSetup {
			t.Helper()
			got := h.call("PUT", "/integrations/acme/setup", `{`+members+`,"version":`+version+`}`)
			if got.status != 200 || strings.Contains(got.body, "sekret") {
				t.Fatalf("%s: %d %s", members, got.status, got.body)
			}
			_, version, _ = strings.Cut(got.body, `"version":`)
			version = strings.Trim(version, "}\n")
			return h.setups()[0]
		}
		const key = `-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg6wV7RP+dP8u1xjRA\nN6yHPRPcdibSQdUlz2MfMUeZ8VWhRANCAAQUuk8bROOBkogC8H9ETzqDznmstyGo\n6n7MKEcIWCWUb8KgMiwwMW1XsHjX0O/pFr0aT0gp4OZ/VAhKN5Eah+ZM\n-----END PRIVATE KEY-----` // made for this test
		set := change(`"clients":{"":{"clientId":"id","clientSecret":"sekret-1","privateKey":"` + key + `"}},"values":{"account":"1","licence":"sekret-2"}`)
		if c := set.Clients[""]; c.Secret != "sekret-1" || !strings.HasPrefix(c.PrivateKey, "-----BEGIN") || set.Values["licence"] != "sekret-2" {
			t.Error("the first setup is not stored")
		}
		set = change(`"enabled":true`)
		if c := set.Clients[""]; c.ID != "id" || c.Secret != "sekret-1" || c.PrivateKey == "" || len(set.Values) != 2 || !*set.Enabled {
			t.Error("what was left out did not stay")
		}
		set = change(`"clients":{"":{"clientId":"id-2"}},"values":{"account":"2"}`)
		if c := set.Clients[""]; c.ID != "id-2" || c.Secret != "sekret-1" || c.PrivateKey == "" || set.Values["account"] != "2" || set.Values["licence"] != "sekret-2" || set.Enabled != nil {
			t.Error("secrets that were left out did not stay, or a choice did")
		}
		set = change(`"clients":{"":{"clientId":"id-2","privateKey":null,"clientSecret":"sekret-3"}},"values":{"licence":null}`)
		if c := set.Clients[""]; c.Secret != "sekret-3" || c.PrivateKey != "" || len(set.Values) != 0 {
			t.Error("null did not remove, or a value that is no secret stayed")
		}
		set = change(`"clients":{},"scopes":[]`)
		if len(set.Clients) != 0 || set.Scopes != nil {
			t.Error("an empty object did not remove the client")
		}
		h.must(204, "DELETE", "/integrations/acme/setup", "")
		h.must(204, "DELETE", "/integrations/acme/setup", "")
		if len(h.setups()) != 0 {
			t.Error("the setup is still there")
		}
		if got := h.call("PUT", "/integrations/acme/setup", `{"order":1,"version":`+version+`}`); got.status != 409 {
			t.Errorf("a change of what is gone: %d", got.status)
		}
	})
}

func (h *harness) setups() []bowline.IntegrationSetup {
	h.t.Helper()
	list, err := h.store.IntegrationSetups(context.Background(), h.instance)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

// TestSetupByOption has a registration for each region.
func TestSetupByOption(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	h := newHarness(t, s, withSetups(t, s))
	if got := h.call("GET", "/integrations/till/setup", ""); !strings.Contains(got.body, `"missing":["clients"]`) {
		t.Errorf("before: %s", got.body)
	}
	got := h.call("PUT", "/integrations/till/setup", `{"clients":{"eu":{"clientId":"e"},"us":{"clientId":"u"}}}`)
	if got.status != 200 || !strings.Contains(got.body, `"offered":true`) || !strings.Contains(got.body, `"eu":{"clientId":"e"`) {
		t.Fatalf("%d %s", got.status, got.body)
	}
	_, version, _ := strings.Cut(strings.TrimSuffix(got.body, "}\n"), `"version":`)
	got = h.call("PUT", "/integrations/till/setup", `{"clients":{"us":{"clientId":"u"}},"version":`+strings.Trim(version, "}\n")+`}`)
	if got.status != 200 || strings.Contains(got.body, `"eu"`) {
		t.Errorf("a registration that was not named stayed: %d %s", got.status, got.body)
	}
	// The guide has the options that nothing is set up for.
	if got := h.call("GET", "/integrations/till/guide", ""); !strings.Contains(got.body, `"options":[{"value":"eu","label":"Europe"},{"value":"us","label":"America"}]`) ||
		strings.Contains(got.body, "clientSecret") {
		t.Errorf("guide: %s", got.body)
	}
}

func TestSetupGuide(t *testing.T) {
	play(t, []row{
		{"registration", "GET /integrations/acme/guide", "", 200, []string{
			`"key":"acme","name":"Acme Books","console":"https://acme.example/apps","steps":["Add an app.","Paste the redirect URI."]`,
			`"redirectUri":"https://bowline.example/oauth/callback/acme","scopes":["books.read"],"review":"Acme looks at an app within a week."`,
			`{"name":"clientId","label":"Client ID","secret":false,"optional":false},{"name":"clientSecret","label":"Client secret","secret":true,"optional":false}`,
			`{"name":"values.account","label":"Account number","help":"Under Settings.","secret":false,"optional":false}`,
			`{"name":"values.licence","label":"Licence","secret":true,"optional":true}`,
		}, []string{"options"}, nil, ""},
		{"keys", "GET /integrations/kept/guide", "", 200, []string{`"steps":[],"scopes":[],"fields":[]`}, []string{"redirectUri", "clientId"}, nil, ""},
		{"own scopes", "PUT /integrations/acme/setup", `{"scopes":["a","b"],"enabled":false}`, 200, []string{`"enabled":false`, `"offered":false`}, nil, nil, ""},
		{"guide with own scopes", "GET /integrations/acme/guide", "", 200, []string{`"scopes":["a","b"]`}, nil, nil, ""},
	}, func(h *harness, _ map[string]string) { *h = *newHarness(h.t, h.store, withSetups(h.t, h.store)) })
}

// TestSetupIsForKeysOfItsInstance: not for company access tokens, not for
// others.
func TestSetupIsForKeysOfItsInstance(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		change := withSetups(t, s)
		a, b := newHarness(t, s, change), newHarness(t, s, change)
		a.must(200, "PUT", "/integrations/acme/setup", `{"clients":{"":{"clientId":"of-a","clientSecret":"x"}},"values":{"account":"1"}}`)
		if got := b.call("GET", "/integrations/acme/setup", ""); strings.Contains(got.body, "of-a") || !strings.Contains(got.body, `"version":0`) {
			t.Errorf("another instance: %s", got.body)
		}
		if b.must(200, "GET", "/integrations/acme", "")["enabled"] != false || a.must(200, "GET", "/integrations/acme", "")["enabled"] != true {
			t.Error("instances are not apart")
		}
		b.must(204, "DELETE", "/integrations/acme/setup", "")
		if len(a.setups()) != 1 {
			t.Error("another instance removed the setup")
		}
		token, _ := a.must(200, "GET", "/companies/"+a.company(`{"name":"A"}`)+"/accessToken", "")["accessToken"].(string)
		for _, request := range []string{"GET /integrations/acme/setup", "PUT /integrations/acme/setup", "DELETE /integrations/acme/setup", "GET /integrations/acme/guide"} {
			method, target, _ := strings.Cut(request, " ")
			if got := a.call(method, target, `{}`, "Authorization", "Bearer "+token); got.status != 403 {
				t.Errorf("%s with a company access token: %d", request, got.status)
			}
		}
	})
}

// TestFilesAloneAreACatalog: an API that is not told of setups.
func TestFilesAloneAreACatalog(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite), func(o *api.Options) { o.Offer, o.OfferChanged = nil, nil })
	if h.must(200, "GET", "/integrations/mqjo", "")["enabled"] != true {
		t.Error("what the file offers is not offered")
	}
	h.must(200, "PUT", "/integrations/mqjo/setup", `{"enabled":false}`)
}

// TestSetupLeavesATrace without what is secret.
func TestSetupLeavesATrace(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	h := newHarness(t, s, withSetups(t, s))
	h.must(200, "PUT", "/integrations/acme/setup", `{"clients":{"":{"clientId":"sekret-id","clientSecret":"sekret-1"}},"values":{"licence":"sekret-2"},"order":3}`)
	h.must(204, "DELETE", "/integrations/acme/setup", "")
	log := h.log.String()
	for _, want := range []string{
		`msg="integration set up" integration=acme changed="[clients.clientId clients.clientSecret order values.licence]"`, `actor=`, `correlationId=`,
		`msg="integration setup removed" integration=acme`,
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s: %s", want, log)
		}
	}
	if strings.Contains(log, "sekret") {
		t.Errorf("the log holds a secret: %s", log)
	}
}
