package api_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

func pngOf(side int) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side)))
	return b.Bytes()
}

// upload sends a picture.
func (h *harness) upload(slot string, data []byte, contentType string) answer {
	h.t.Helper()
	return h.call("PUT", "/settings/branding/"+slot, string(data), "Content-Type", contentType)
}

func TestBrandingPictures(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		h.must(200, "PUT", "/profile", `{"name":"Hill","redirectUrl":"","logoUrl":"https://hill.example/logo.png","alertAuthHeader":"Basic x"}`)
		h.must(200, "PUT", "/settings/branding", `{"primaryColor":"#0b5"}`)

		var made struct {
			URL                  string
			Width, Height, Bytes int
		}
		// What it is called does not matter; what it is does.
		got := h.upload("logo", pngOf(40), "text/html")
		if err := json.Unmarshal([]byte(got.body), &made); err != nil || got.status != 200 || made.Width != 40 || made.Height != 40 || made.Bytes == 0 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		if !strings.HasPrefix(made.URL, publicURL+"/assets/brand/") || !strings.HasSuffix(made.URL, ".png") {
			t.Errorf("it is at %s", made.URL)
		}
		profile := h.must(200, "GET", "/profile", "")
		if profile["logoUrl"] != made.URL || profile["name"] != "Hill" || profile["alertAuthHeader"] != "Basic x" {
			t.Errorf("profile %v", profile)
		}
		logo := made.URL
		if got = h.upload("hero", pngOf(60), "image/png"); got.status != 200 {
			t.Fatalf("hero: %d %s", got.status, got.body)
		}
		branding := h.must(200, "GET", "/settings/branding", "")
		hero, _ := branding["heroUrl"].(string)
		if !strings.Contains(hero, "/assets/brand/") || branding["primaryColor"] != "#0b5" {
			t.Errorf("branding %v", branding)
		}
		text, err := json.Marshal(branding) // sent back as it was read, with what only answers have
		if err != nil {
			t.Fatal(err)
		}
		h.must(200, "PUT", "/settings/branding", string(text))

		svg := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 10" onload="alert(1)"><script>alert(1)</script><rect width="60" height="10"/></svg>`
		if got = h.upload("logo", []byte(svg), "image/svg+xml"); got.status != 200 {
			t.Fatalf("SVG: %d %s", got.status, got.body)
		}
		if err := json.Unmarshal([]byte(got.body), &made); err != nil || made.Bytes >= len(svg) {
			t.Errorf("%s", got.body)
		}
		for slot, bad := range map[string][]byte{
			"logo": []byte("<html>"), "icon": []byte("GIF89a"), "hero": []byte(svg), "banner": pngOf(3), "hero ": pngOf(3),
		} {
			if got := h.upload(url.PathEscape(slot), bad, "image/png"); got.status != 400 && got.status != 404 || strings.Contains(got.body, "<html>") {
				t.Errorf("%s: %d %s", slot, got.status, got.body)
			}
		}
		if got := h.upload("logo", make([]byte, 10<<20+1), "image/png"); got.status != 400 {
			t.Errorf("too large: %d %s", got.status, got.body)
		}
		if got := h.upload("logo", nil, "image/png"); got.status != 400 {
			t.Errorf("nothing: %d %s", got.status, got.body)
		}

		h.must(204, "DELETE", "/settings/branding/logo", "")
		if _, there := h.must(200, "GET", "/profile", "")["logoUrl"]; there {
			t.Error("the logo is still there")
		}
		h.must(404, "DELETE", "/settings/branding/banner", "")
		// Each of these was a change that can be undone: back to the first logo.
		changes := h.changes("profile")
		if len(changes) != 4 || changes[0].Summary[0] != "logoUrl" || changes[0].ActorName == "" {
			t.Fatalf("changes %+v", changes)
		}
		h.must(200, "POST", "/settings/history/"+changes[1].ID+"/restore", "")
		if got := h.must(200, "GET", "/profile", ""); got["logoUrl"] != logo || got["alertAuthHeader"] != "Basic x" {
			t.Errorf("after undoing: %v", got)
		}
	})
}

type settingsChange struct {
	ID, Kind, Actor, ActorName string
	Summary                    []string
}

func (h *harness) changes(kind string) []settingsChange {
	h.t.Helper()
	got := h.call("GET", "/settings/history?kind="+kind, "")
	var list struct{ Results []settingsChange }
	if err := json.Unmarshal([]byte(got.body), &list); err != nil || got.status != 200 {
		h.t.Fatalf("%d %s", got.status, got.body)
	}
	return list.Results
}

func TestSettingsHistory(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h, other := newHarness(t, s), newHarness(t, s)
		if got := h.changes(""); len(got) != 0 {
			t.Fatalf("before any change: %+v", got)
		}
		h.must(200, "PUT", "/settings/link", `{"securedBy":false,"exitMessage":"Stay"}`)
		h.clock.advance(time.Second)
		h.must(200, "PUT", "/settings/link", `{"securedBy":false,"exitMessage":"Stay"}`) // no change
		h.must(200, "PUT", "/settings/link", `{"exitMessage":"Go"}`)
		h.must(200, "POST", "/corsSettings", `{"allowedOrigins":["https://a.example"]}`)
		h.must(200, "POST", "/corsSettings", `{"allowedOrigins":["https://b.example"]}`)
		if got := h.changes("link"); len(got) != 2 || strings.Join(got[0].Summary, " ") != "exitMessage securedBy" || strings.Join(got[1].Summary, " ") != "exitMessage securedBy" {
			t.Fatalf("%+v", got)
		}
		if got := h.changes(""); len(got) != 4 || !strings.HasPrefix(got[0].Actor, "key:") {
			t.Fatalf("%+v", got)
		}
		last := h.changes("link")[0].ID
		if got := other.call("POST", "/settings/history/"+last+"/restore", ""); got.status != 404 {
			t.Errorf("another instance: %d %s", got.status, got.body)
		}
		back := h.must(200, "POST", "/settings/history/"+last+"/restore", "")
		settings, _ := back["link"].(map[string]any)
		if back["kind"] != "link" || settings["exitMessage"] != "Stay" || settings["securedBy"] != false || settings["warnings"] == nil {
			t.Errorf("restored: %v", back)
		}
		if got := h.must(200, "GET", "/settings/link", ""); got["exitMessage"] != "Stay" {
			t.Errorf("%v", got)
		}
		h.must(200, "POST", "/settings/history/"+h.changes("link")[0].ID+"/restore", "") // and back again
		if got := h.must(200, "GET", "/settings/link", ""); got["exitMessage"] != "Go" {
			t.Errorf("%v", got)
		}
		back = h.must(200, "POST", "/settings/history/"+h.changes("origins")[0].ID+"/restore", "")
		if origins, _ := back["origins"].(map[string]any); back["kind"] != "origins" || origins["allowedOrigins"].([]any)[0] != "https://a.example" {
			t.Errorf("restored: %v", back)
		}
		h.must(404, "POST", "/settings/history/"+string(h.instance)+"/restore", "")
		h.must(404, "POST", "/settings/history/x/restore", "")
		h.must(400, "GET", "/settings/history?kind=bogus", "")
	})
}

func TestRedirectPreview(t *testing.T) {
	play(t, []row{
		{"all ends", "POST /settings/redirects/preview", `{"redirectUrl":"https://app.example/{sourceType}/?s={statusCode}&m={errorMessage}&c={companyId}&p={platform}","sample":{"companyId":"7a9a2d06-6f1c-4b47-9bd8-2d4cbb4cbe0e","integrationKey":"mqjo"}}`, 200, []string{
			`{"case":"connected","url":"https://app.example/accounting/?s=200&m=&c=7a9a2d06-6f1c-4b47-9bd8-2d4cbb4cbe0e&p=mqjo"}`,
			`{"case":"several","url":"https://app.example/accounting/?s=200`,
			`{"case":"skipped","url":"https://app.example//?s=201&m=&c=7a9a2d06-6f1c-4b47-9bd8-2d4cbb4cbe0e&p="}`,
			`{"case":"cancelled","url":"https://app.example/accounting/?s=403&m=User%20cancelled`,
			`{"case":"failed","url":"https://app.example/accounting/?s=500&m=Unknown%20error%20occurred`,
			`{"case":"notSupported","url":"https://app.example//?s=501&m=Not%20supported`,
			`"warnings":[]`,
		}, []string{`"error"`}, nil, ""},
		{"custom", "POST /settings/redirects/preview", `{"redirectUrl":"https://x.example/{journey}?a={ref}&b={companyid}&c={other}&d={openId_email}","sample":{"params":{"journey":"demo","ref":"a%2Fb%20c"}}}`, 200, []string{
			`https://x.example/demo?a=a%2Fb%20c&b=&c=&d=`, `"code":"mistypedToken","token":"companyid","meant":"companyId"`,
			`"code":"unknownToken","token":"other"`, `"code":"openIdToken","token":"openId_email"`,
		}, []string{`"token":"ref"`}, nil, ""},
		{"host that is listed", "POST /settings/redirects/preview", `{"redirectUrl":"https://{env}.bank.example/ok","allowedRedirectUrls":["https://uat.bank.example"],"sample":{"params":{"env":"uat"}}}`, 200, []string{`"url":"https://uat.bank.example/ok"`}, []string{`"error"`}, nil, ""},
		{"host that is not", "POST /settings/redirects/preview", `{"redirectUrl":"https://{env}.bank.example/ok","allowedRedirectUrls":["https://uat.bank.example"],"sample":{"params":{"env":"evil"}}}`, 200, []string{`{"case":"connected","url":"","refused":true}`, `"case":"failed"`, `"error":"With these sample values`}, []string{"evil.bank"}, nil, ""},
		{"host without a list", "POST /settings/redirects/preview", `{"redirectUrl":"https://{env}.bank.example/ok?x={compnyId}"}`, 200, []string{
			`"error":"redirectUrl has a token in its host`, `{"case":"notSupported","url":"","refused":true}`, `"code":"unknownToken","token":"compnyId"`,
		}, nil, nil, ""},
		{"a faulty line of the list", "POST /settings/redirects/preview", `{"redirectUrl":"https://{env}.bank.example/ok","allowedRedirectUrls":["https://uat.bank.example","bank"],"sample":{"params":{"env":"uat"}}}`, 200, []string{
			`"error":"logoUrl, iconUrl and whiteListUrls must be`, `"url":"https://uat.bank.example/ok"`,
		}, nil, nil, ""},
		{"a fixed host with a faulty list", "PUT /profile", `{"name":"Test","redirectUrl":"https://app.example","whiteListUrls":["https://app.example","bank"]}`, 400, []string{`"itemId":"whiteListUrls[1]"`}, nil, nil, ""},
		{"reserved in the host", "POST /settings/redirects/preview", `{"redirectUrl":"https://{companyId}.bank.example/ok"}`, 200, []string{`"error":"redirectUrl may not have reserved tokens`}, nil, nil, ""},
		{"half written", "POST /settings/redirects/preview", `{"redirectUrl":"https://x.example/{jour"}`, 200, []string{`"error":"redirectUrl has a { without its }.`}, nil, nil, ""},
		{"no URL", "POST /settings/redirects/preview", `{"redirectUrl":""}`, 200, []string{`{"results":[],"warnings":[]}`}, nil, nil, ""},
		{"plain", "POST /settings/redirects/preview", `{"redirectUrl":"http://x.example/"}`, 200, []string{`"code":"plainHttp"`}, nil, nil, ""},
		{"unknown member", "POST /settings/redirects/preview", `{"redirectUrl":"","bogus":1}`, 400, nil, nil, nil, ""},
	}, nil)
}

func TestPreviewIsKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h, other := newHarness(t, s), newHarness(t, s)
		got := h.must(200, "POST", "/settings/preview", `{"link":{"securedBy":false},"screen":"consent.banking","locale":"en-US","colorScheme":"dark"}`)
		address, _ := got["url"].(string)
		id, _ := got["id"].(string)
		if !strings.HasPrefix(address, publicURL+"/portal/preview/"+id+"#preview.") || got["expires"] != "2026-03-04T06:06:07.123456Z" {
			t.Errorf("%v", got)
		}
		again := h.must(200, "POST", "/settings/preview", `{"id":"`+id+`","branding":{"primaryColor":"#f00"},"profile":{"name":"Draft"},"screen":"exit"}`)
		if again["id"] != id || !strings.Contains(again["url"].(string), id+"?exit#preview.") {
			t.Errorf("%v", again)
		}
		for _, bad := range []string{
			`{"link":{"exitMessage":"` + strings.Repeat("x", 251) + `"}}`, `{"branding":{"primaryColor":"red"}}`, `{"profile":{"name":""}}`,
			`{"screen":"bogus"}`, `{"colorScheme":"blue"}`, `{"bogus":1}`,
		} {
			h.must(400, "POST", "/settings/preview", bad)
		}
		if theirs := other.must(200, "POST", "/settings/preview", `{"id":"`+id+`"}`); theirs["id"] == id {
			t.Error("another instance has put its draft in the place of this one")
		}
		ada, bob := h.person("ada", bowline.RoleDeveloper), h.person("bob", bowline.RoleDeveloper)
		draft := func(by auth.Caller, id string) string {
			t.Helper()
			got := h.as(by, "POST", "/settings/preview", `{"id":"`+id+`"}`)
			var made struct{ ID string }
			if err := json.Unmarshal([]byte(got.body), &made); err != nil || got.status != 200 {
				t.Fatalf("%d %s", got.status, got.body)
			}
			return made.ID
		}
		hers := draft(ada, id)
		if hers == id || draft(ada, hers) != hers || draft(bob, hers) == hers {
			t.Error("drafts of several people are not kept apart")
		}
		h.must(404, "POST", "/settings/preview", `{"id":"x"}`)
		before, err := s.LinkSettings(t.Context(), h.instance)
		if err != nil || !before.SecuredBy || len(h.changes("")) > 0 {
			t.Errorf("a preview changed settings: %+v, %v", before, err)
		}
	})
}

func TestIntegrationSettings(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h, other := newHarness(t, s), newHarness(t, s)
		type overview struct {
			Key, SourceType                             string
			Offered, Enabled, HasCredentials, IsSandbox bool
			Order                                       int
			Missing                                     []string
			Version, Connections, Linked                int64
		}
		list := func(h *harness, sourceType string) []overview {
			t.Helper()
			got := h.call("GET", "/settings/integrations", "")
			var all struct{ Results []overview }
			if err := json.Unmarshal([]byte(got.body), &all); err != nil || got.status != 200 {
				t.Fatalf("%d %s", got.status, got.body)
			}
			var some []overview
			for _, one := range all.Results {
				if one.SourceType == sourceType {
					some = append(some, one)
				}
			}
			return some
		}
		before := list(h, "Accounting")
		if len(before) < 5 {
			t.Fatalf("%d integrations", len(before))
		}
		find := func(all []overview, key string) overview {
			return all[slices.IndexFunc(all, func(o overview) bool { return o.Key == key })]
		}
		var sandboxes []string // which come last, in an order of their own
		for _, one := range before {
			if one.IsSandbox || one.Key == "dkpu" {
				sandboxes = append(sandboxes, one.Key)
			}
		}
		company := h.company(`{"name":"A"}`)
		h.linked(company, "mqjo")
		h.connection(company, "gtrn")
		h.must(200, "PUT", "/integrations/order", `{"sourceType":"Accounting","keys":["gtrn","mqjo"]}`)
		after := list(h, "Accounting")
		if len(after) != len(before) || after[len(after)-len(sandboxes)].Key != "gtrn" {
			t.Errorf("order: %+v", after)
		}
		if m := find(after, "mqjo"); m.Connections != 1 || m.Linked != 1 || !m.IsSandbox || !m.HasCredentials || !m.Offered || m.Version == 0 {
			t.Errorf("%+v", m)
		}
		if g := find(after, "gtrn"); g.Connections != 1 || g.Linked != 0 {
			t.Errorf("%+v", g)
		}
		// Those that were not named follow as they were.
		named := func(one overview) bool { return one.Key == "gtrn" || one.Key == "mqjo" }
		was, is := slices.DeleteFunc(slices.Clone(before), named), slices.DeleteFunc(slices.Clone(after), named)
		for i := range was {
			if was[i].Key != is[i].Key || was[i].Offered != is[i].Offered {
				t.Fatalf("%d: %+v, was %+v", i, is[i], was[i])
			}
		}
		if got := list(other, "Accounting"); got[0].Key != before[0].Key || got[0].Connections+got[1].Connections > 0 {
			t.Errorf("another instance: %+v", got[0])
		}
		for _, bad := range []string{
			`{"sourceType":"Banking","keys":["mqjo"]}`, `{"sourceType":"Accounting","keys":["mqjo","mqjo"]}`,
			`{"sourceType":"Accounting","keys":["none"]}`, `{"sourceType":"Accounting","keys":[]}`, `{"sourceType":"Payroll","keys":["mqjo"]}`,
		} {
			h.must(400, "PUT", "/integrations/order", bad)
		}
		setup := h.must(200, "GET", "/integrations/mqjo/setup", "")
		if setup["order"] != float64(2) || setup["version"] == float64(0) {
			t.Errorf("setup %v", setup)
		}
	})
}

// TestSettingsWarn: warnings come with every answer, and may come back.
func TestSettingsWarn(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	got := h.call("PUT", "/settings/link", `{"oneTimeLinks":true,"navigationBar":true,"showSandboxIntegrations":false}`)
	for _, want := range []string{`"code":"inviteOff"`, `"code":"logoMissing"`, `"code":"noIntegration","member":"sourceTypes.accounting.enabled"`} {
		if !strings.Contains(got.body, want) {
			t.Errorf("%s is not in %s", want, got.body)
		}
	}
	if back := h.call("PUT", "/settings/link", got.body); back.status != 200 || back.body != got.body {
		t.Errorf("sent back as it was read: %d %s", back.status, back.body)
	}
	if got := h.call("GET", "/settings/branding", ""); !strings.Contains(got.body, `"contrast":{"primaryOnWhite":`) {
		t.Errorf("%s", got.body)
	}
	if got := h.call("PUT", "/settings/branding", `{"primaryColor":"#ffff00"}`); !strings.Contains(got.body, `"labelColor":"#000000","warning":"lowContrast"`) {
		t.Errorf("%s", got.body)
	}
}
