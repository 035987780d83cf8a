package simulator

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// person is somebody who asks a provider without OAuth, by hand.
type person struct {
	*testing.T
	s      *Simulator
	values map[string]string
}

func visitor(t *testing.T, key string) *person {
	t.Helper()
	s := New(Options{RedirectURI: func(string) string { return "" }, Seed: t.Name()})
	return &person{t, s, s.Client(key).Values}
}

// request is one request: its headers as name, value, name, value.
type request struct {
	method, url, body string
	user, password    string
	headers           []string
}

func (p *person) ask(r request) (status int, body string) {
	p.Helper()
	if r.method == "" {
		r.method = http.MethodGet
	}
	out, err := http.NewRequestWithContext(context.Background(), r.method, r.url, strings.NewReader(r.body))
	if err != nil {
		p.Fatal(err)
	}
	for pair := range slices.Chunk(r.headers, 2) {
		out.Header.Set(pair[0], pair[1])
	}
	if r.user != "" {
		out.SetBasicAuth(r.user, r.password)
	}
	response, err := p.s.RoundTripper(nil).RoundTrip(out)
	if err != nil {
		p.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		p.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// wants asks and compares the status and a part of the body.
func (p *person) wants(status int, part string, r request) string {
	p.Helper()
	got, body := p.ask(r)
	if got != status || !strings.Contains(body, part) {
		p.Errorf("%s %s: %d %s, want %d %s", r.method, r.url, got, body, status, part)
	}
	return body
}

// TestKeyedKeys: those without OAuth are there, with what to type in, and their
// requests are seen.
func TestKeyedKeys(t *testing.T) {
	t.Parallel()
	s := New(Options{RedirectURI: func(string) string { return "" }})
	for _, key := range strings.Fields("knfz fztf rvam vqzp jhch wvzu xwsy rkgp lhcb zgbz") {
		if !slices.Contains(s.Keys(), key) || s.OAuth(key) || len(s.Client(key).Values) == 0 {
			t.Errorf("%s: %+v", key, s.Client(key))
		}
		for _, p := range []Pathology{Storm, Broken, MissingPermission, KeyRemoved} {
			if !Applies(key, p) {
				t.Errorf("%s does not apply to %s", p, key)
			}
		}
		if Applies(key, FormTokens) || Applies(key, OneTenant) != (key == "knfz") {
			t.Errorf("%s shows what it cannot", key)
		}
	}
	p := &person{t, s, nil}
	p.ask(request{url: "https://v3.recurly.com/sites"})
	if seen := s.Seen("lhcb"); len(seen) != 1 || seen[0].Path != "/sites" || seen[0].Status != http.StatusNotAcceptable {
		t.Errorf("seen %+v", seen)
	}
}

// simple are the providers that one request tells everything.
var simple = map[string]func(values map[string]string) request{
	"vqzp": func(v map[string]string) request {
		return request{url: strings.Replace(v["apiPath"], "/v3/", "/v2/store", 1), headers: []string{"X-Auth-Token", v["accessToken"]}}
	},
	"xwsy": func(v map[string]string) request {
		return request{url: "https://" + v["site"] + ".chargebee.com/api/v2/customers?limit=1", user: v["apiKey"]}
	},
	"rkgp": func(v map[string]string) request {
		return request{url: "https://" + v["hostname"] + "/site.json", user: v["apiKey"], password: "X"}
	},
	"lhcb": func(v map[string]string) request {
		return request{url: "https://v3.recurly.com/sites", user: v["apiKey"], headers: []string{"Accept", "application/vnd.recurly.v2021-02-25"}}
	},
	"zgbz": func(v map[string]string) request {
		return request{url: v["storeUrl"] + "/api/configurations?display=full&filter[name]=PS_SHOP_NAME&output_format=JSON", user: v["webserviceKey"]}
	},
}

func TestSimpleKeys(t *testing.T) {
	t.Parallel()
	for key, made := range simple {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			p := visitor(t, key)
			right := made(p.values)
			body := p.wants(200, "", right)
			if !json.Valid([]byte(body)) {
				t.Errorf("%q is not JSON", body)
			}
			if key == "vqzp" {
				p.wants(401, "", request{url: right.url, headers: []string{"X-Auth-Token", "wrong"}})
				p.wants(401, "", request{url: right.url, headers: []string{"Authorization", "Bearer " + p.values["accessToken"]}})
				p.wants(401, "", request{url: "https://api.bigcommerce.com/stores/other/v2/store", headers: right.headers})
			} else {
				wrong, other := right, right
				wrong.user, other.password = "wrong", "another"
				p.wants(401, "", wrong)
				p.wants(401, "", other) // the password is part of how they want it
			}
			p.storms(right)
			p.s.Switch(key, MissingPermission, true)
			p.wants(403, "", right)
			p.s.Switch(key, MissingPermission, false)
			p.s.Revoke(key)
			p.wants(401, "", right)
		})
	}
}

// storms wants 429 for a while, and 500 with a page as long as all is broken.
func (p *person) storms(right request) {
	p.Helper()
	key := ""
	for _, k := range p.s.Keys() {
		if len(p.s.Seen(k)) > 0 {
			key = k
		}
	}
	p.s.Switch(key, Storm, true)
	for range 3 {
		p.wants(429, "", right)
	}
	p.wants(200, "", right)
	p.s.Switch(key, Broken, true)
	p.wants(500, "<html>", right)
	p.s.Switch(key, Broken, false)
}

// TestSimpleOddities are what these providers are strict about.
func TestSimpleOddities(t *testing.T) {
	t.Parallel()
	p := visitor(t, "lhcb")
	p.wants(406, "invalid_api_version", request{url: "https://v3.recurly.com/sites", user: p.values["apiKey"], headers: []string{"Accept", "application/json"}})
	p = visitor(t, "zgbz")
	key := p.values["webserviceKey"]
	p.wants(200, "<prestashop>", request{url: "https://shop.example.com/api/configurations?display=full", user: key})
	p.wants(200, `[{"id":239}]`, request{url: "https://shop.example.com/api/configurations?output_format=JSON&filter[name]=PS_SHOP_NAME", user: key})
	p.wants(200, "Welcome", request{url: "https://shop.example.com/"})
	p = visitor(t, "xwsy")
	p.wants(404, "site_not_found", request{url: "https://other.chargebee.com/api/v2/customers", user: p.values["apiKey"]})
	p = visitor(t, "rkgp")
	p.wants(200, "Harbour Lane Bakery", request{url: "https://harbour-lane.ebilling.maxio.com/site.json", user: p.values["apiKey"], password: "X"})
	p.wants(404, "", request{url: "https://other.chargify.com/site.json", user: p.values["apiKey"], password: "X"})
}

func TestShopify(t *testing.T) {
	t.Parallel()
	p := visitor(t, "fztf")
	shop := "https://" + p.values["shop"] + ".myshopify.com"
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {p.values["clientId"]}, "client_secret": {p.values["clientSecret"]}}
	token := request{method: "POST", url: shop + "/admin/oauth/access_token", body: form.Encode(), headers: []string{"Content-Type", "application/x-www-form-urlencoded"}}
	var answer struct {
		AccessToken string `json:"access_token"`
		Scope       string `json:"scope"`
		ExpiresIn   int    `json:"expires_in"`
	}
	if err := json.Unmarshal([]byte(p.wants(200, "read_orders", token)), &answer); err != nil || answer.ExpiresIn != 86399 {
		t.Fatalf("%+v %v", answer, err)
	}
	api := request{url: shop + "/admin/api/2026-01/shop.json", headers: []string{"X-Shopify-Access-Token", answer.AccessToken}}
	p.wants(200, `"name":"Harbour Lane Bakery"`, api)
	p.wants(200, `"data":{"shop":`, request{method: "POST", url: shop + "/admin/api/2026-01/graphql.json", body: `{"query":"{shop{name}}"}`, headers: api.headers})
	p.storms(api)

	inJSON, other := token, token
	inJSON.headers, inJSON.body = []string{"Content-Type", "application/json"}, `{"grant_type":"client_credentials"}`
	p.wants(400, "invalid_request", inJSON)
	form.Set("client_secret", "wrong")
	other.body = form.Encode()
	p.wants(400, "invalid_client", other)
	p.wants(404, "", request{method: "POST", url: "https://other.myshopify.com/admin/oauth/access_token", body: token.body, headers: token.headers})
	p.wants(401, "", request{url: api.url, headers: []string{"Authorization", "Bearer " + answer.AccessToken}})
	p.wants(404, "", request{url: shop + "/admin/api/2026-02/shop.json", headers: api.headers})
	p.s.Switch("fztf", MissingPermission, true)
	p.wants(403, "scope", api)
	p.s.Revoke("fztf")
	p.wants(401, "", api)
	p.wants(400, "app_not_installed", token)
}

// TestShopifyUninstall ends one token.
func TestShopifyUninstall(t *testing.T) {
	t.Parallel()
	p := visitor(t, "fztf")
	shop := "https://" + p.values["shop"] + ".myshopify.com"
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {p.values["clientId"]}, "client_secret": {p.values["clientSecret"]}}
	body := p.wants(200, "", request{method: "POST", url: shop + "/admin/oauth/access_token", body: form.Encode(), headers: []string{"Content-Type", "application/x-www-form-urlencoded"}})
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatal(err)
	}
	with := []string{"X-Shopify-Access-Token", answer.AccessToken}
	p.wants(200, "", request{method: "DELETE", url: shop + "/admin/api_permissions/current.json", headers: with})
	p.wants(401, "", request{url: shop + "/admin/api/2026-01/shop.json", headers: with})
}
