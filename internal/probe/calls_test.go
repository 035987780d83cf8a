package probe_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/probe"
)

// file loads a catalog entry from the lines below "credentials:".
func file(t testing.TB, credentials string) catalog.Integration {
	t.Helper()
	return loaded(t, `key: abcd
name: Shop
sourceType: Commerce
logo: {monogram: S, color: "#336699"}
dataTypes: [Orders]
credentials:
  fields:
    - {name: store, label: Store, suffix: .shops.example}
    - {name: site, label: Site, format: address}
    - {name: key, label: Key, secret: true}
    - {name: note, label: Note, optional: true}
`+credentials)
}

// sent is a request as the other side saw it.
type sent struct{ method, url, contentType, accept, body string }

func seen(t testing.TB, r *http.Request) sent {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	return sent{r.Method, r.URL.String(), r.Header.Get("Content-Type"), r.Header.Get("Accept"), string(body)}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	hostile := map[string]string{"store": "my-shop", "site": "https://www.site.example:8443/sub", "key": `"}<&'${field.note}`, "note": ""}
	for name, c := range map[string]struct {
		probe string
		want  sent
	}{
		"form": {"form: {grant_type: x, secret: \"${field.key}\", note: \"${field.note}\"}",
			sent{"POST", "https://a.example/t", "application/x-www-form-urlencoded", "application/json", "grant_type=x&secret=%22%7D%3C%26%27%24%7Bfield.note%7D"}},
		"json": {"json: {a: [\"k=${field.key}\", 1, true, null], b: {c: \"${field.note}\"}}",
			sent{"POST", "https://a.example/t", "application/json", "application/json", `{"a":["k=\"}\u003c\u0026'${field.note}",1,true,null],"b":{"c":""}}`}},
		"xml": {"xml: \"<a b='${field.key}'>${field.key}</a>\"",
			sent{"POST", "https://a.example/t", "application/xml; charset=utf-8", "application/xml, text/xml", "<a b='&#34;}&lt;&amp;&#39;${field.note}'>&#34;}&lt;&amp;&#39;${field.note}</a>"}},
		"own content type": {"xml: <a>${field.store}</a>\n    headers: {Content-Type: text/xml, Accept: text/plain}",
			sent{"POST", "https://a.example/t", "text/xml", "text/plain", "<a>my-shop.shops.example</a>"}},
		"post without a body": {"method: POST\n    bearer: ${field.store}", sent{"POST", "https://a.example/t", "", "application/json", ""}},
	} {
		in := file(t, "  probe:\n    url: https://a.example/t\n    "+c.probe+"\n")
		var got sent
		_, err := ask(t, in, hostile, func(r *http.Request) (*http.Response, error) {
			got = seen(t, r)
			return reply(200, "<a/>")
		})
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(sent{})); diff != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

const chain = `  prepare:
    - url: https://${field.store}/token
      form: {secret: "${field.key}"}
      keep:
        token: access.token
        endpoint: {path: access.endpoint, pattern: 'https://([a-z0-9-]+\.)*api\.example/[a-z/]+'}
  probe:
    url: ${kept.endpoint}?x=${kept.token}
    headers: {X-Token: "${kept.token}"}
    companyName: name
    tenantId: ${field.store}
`

// TestChain: what one call keeps is what the next one uses, and nothing that a
// provider says leads to another place.
func TestChain(t *testing.T) {
	t.Parallel()
	in := file(t, chain)
	for name, c := range map[string]struct {
		token, endpoint string
		reason          probe.Reason
	}{
		"right":        {"t/1", "https://eu.api.example/v", ""},
		"elsewhere":    {"t", "https://evil.example/v", probe.Invalid},
		"in the name":  {"t", "https://evil.example/api.example/v", probe.Invalid},
		"user name":    {"t", "https://a@api.example/v", probe.Invalid},
		"plain":        {"t", "http://api.example/v", probe.Invalid},
		"line":         {`t\r\nX-Evil: 1`, "https://api.example/v", probe.Invalid},
		"no token":     {"", "https://api.example/v", probe.Invalid},
		"endless":      {strings.Repeat("t", 5000), "https://api.example/v", probe.Invalid},
		"dots":         {"t", "https://api.example/v/..", probe.Invalid},
		"own variable": {"${field.key}", "https://api.example/v", ""},
	} {
		var asked []sent
		got, err := ask(t, in, map[string]string{"store": "My-Shop", "site": "https://a.example", "key": "k"}, func(r *http.Request) (*http.Response, error) {
			asked = append(asked, seen(t, r))
			if len(asked) == 1 {
				return reply(200, `{"access":{"token":"`+c.token+`","endpoint":"`+c.endpoint+`"}}`)
			}
			if r.Header.Get("X-Token") != c.token || r.URL.Query().Get("x") != c.token || len(r.URL.Query()) != 1 {
				t.Errorf("%s: the token became %q and %s", name, r.Header.Get("X-Token"), r.URL)
			}
			return reply(200, `{"name":"My shop"}`)
		})
		if probe.ReasonOf(err) != c.reason {
			t.Errorf("%s: %v", name, err)
		}
		if c.reason != "" {
			if len(asked) != 1 {
				t.Errorf("%s: %d requests", name, len(asked))
			}
			continue
		}
		if len(asked) != 2 || asked[0].method != "POST" || asked[1].method != "GET" || !strings.HasPrefix(asked[1].url, c.endpoint+"?") || got.TenantID != "my-shop.shops.example" {
			t.Errorf("%s: %v, %+v", name, asked, got)
		}
	}
}

// TestChainStops: a first call that fails is the end.
func TestChainStops(t *testing.T) {
	t.Parallel()
	for status, reason := range map[int]probe.Reason{400: probe.Refused, 401: probe.Refused, 404: probe.Refused, 429: probe.Unavailable, 500: probe.Unavailable, 200: probe.Invalid} {
		asked := 0
		_, err := ask(t, file(t, chain), map[string]string{"store": "s", "key": "k"}, func(*http.Request) (*http.Response, error) {
			asked++
			return reply(status, "<html>")
		})
		if probe.ReasonOf(err) != reason || asked != 1 {
			t.Errorf("%d: %v after %d requests", status, err, asked)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	in := file(t, "  probe:\n    url: ${field.site}/api?k=1\n    bearer: ${field.key}\n    tenantId: ${field.site}\n")
	for typed, want := range map[string]string{
		"https://shop.example":             "https://shop.example/api?k=1",
		" Shop.Example/sub/ ":              "https://shop.example/sub/api?k=1",
		"http://shop.example:8443/a/b":     "https://shop.example:8443/a/b/api?k=1",
		"https://shop.example/%61":         "https://shop.example/%61/api?k=1",
		"https://127.0.0.1":                "",
		"https://[::1]":                    "",
		"https://localhost":                "",
		"https://u:p@shop.example":         "",
		"https://shop.example?x=1":         "",
		"https://shop.example/#x":          "",
		"https://shop.example/a/../b":      "",
		"https://shop.example/a/%2e%2e/b":  "",
		"https://shop.example/a%2fb":       "",
		"https://shop.example//a":          "",
		`https://shop.example\@evil`:       "",
		"ftp://shop.example":               "",
		"https://shop.example:":            "",
		"https://shop.example:99999x":      "",
		"javascript:alert(1)":              "",
		"https://shop.example/a b\r\nX: y": "",
	} {
		values, faults := in.Credentials.Check(map[string]string{"store": "s", "site": typed, "key": "k"})
		if (len(faults) > 0) != (want == "") {
			t.Errorf("%q: faults %v", typed, faults)
		}
		got := ""
		_, err := ask(t, in, values, func(r *http.Request) (*http.Response, error) { // also what the check refuses
			got = r.URL.String()
			return reply(200, "{}")
		})
		if got != want || want == "" && probe.ReasonOf(err) != probe.Refused {
			t.Errorf("%q asks %q (%v), want %q", typed, got, err, want)
		}
	}
}

const listing = `  probe:
    url: https://a.example/soap
    xml: <q k="${field.key}"/>
    expect:
      - {path: r.control.status, equals: success}
      - {path: r.result.status, oneOf: [success, empty]}
    errors:
      - {path: r.control.status, equals: failure, means: operator}
      - {status: 503, path: r.code, matches: 'B.+', means: permission}
      - {status: 409, means: later}
      - {path: r.result.errors.error.no, equals: PL4, means: permission}
      - {path: r.Fault, means: refused}
    tenants: {items: r.result.data.ENTITY, id: ID, name: NAME, within: "${field.store}"}
`

func TestListings(t *testing.T) {
	t.Parallel()
	in := file(t, listing)
	ok := func(rest string) string {
		return `<?xml version="1.0" encoding="UTF-8"?><r xmlns="urn:x"><control><status>success</status></control>` + rest + `</r>`
	}
	one := `<result><status>success</status><data count="1"><x:ENTITY xmlns:x="urn:y"><ID> 100 </ID><NAME>Caf&#233; &amp; Co</NAME></x:ENTITY></data></result>`
	two := `<result><status>empty</status><data><ENTITY><ID>200</ID></ENTITY><ENTITY><NAME>no id</NAME></ENTITY><ENTITY><ID>100</ID></ENTITY></data></result>`
	for name, c := range map[string]struct {
		status int
		body   string
		reason probe.Reason
		want   probe.Result
	}{
		"one": {200, ok(one), "", probe.Result{TenantID: "acme.shops.example/100", CompanyName: "Café & Co", Tenants: []probe.Tenant{{ID: "acme.shops.example/100", Name: "Café & Co"}}}},
		"two, in two results": {200, ok(one + two), "", probe.Result{Tenants: []probe.Tenant{{ID: "acme.shops.example/100", Name: "Café & Co"},
			{ID: "acme.shops.example/200", Name: "200"}}}},
		"none":             {200, ok("<result><status>success</status><data/></result>"), probe.NoTenants, probe.Result{}},
		"too many":         {200, ok("<result><status>success</status><data>" + strings.Repeat("<ENTITY><ID>x</ID></ENTITY>", 3) + many(501) + "</data></result>"), probe.Invalid, probe.Result{}},
		"ours is wrong":    {200, `<r><control><status>failure</status></control></r>`, probe.Misconfigured, probe.Result{}},
		"permission":       {200, ok(one + `<result><status>failure</status><errors><error><no>A</no></error><error><no>PL4</no></error></errors></result>`), probe.Permission, probe.Result{}},
		"another failure":  {200, ok(one + `<result><status>failure</status></result>`), probe.Invalid, probe.Result{}},
		"fault":            {500, `<r><Fault>any</Fault></r>`, probe.Refused, probe.Result{}},
		"busy, explained":  {503, `<r><code>BUSY</code></r>`, probe.Permission, probe.Result{}},
		"busy":             {503, `<r><code>OTHER</code></r>`, probe.Unavailable, probe.Result{}},
		"by its status":    {409, "", probe.Unavailable, probe.Result{}},
		"no document":      {200, "<html>", probe.Invalid, probe.Result{}},
		"not the document": {200, "<html/>", probe.Invalid, probe.Result{}},
		"two documents":    {200, ok(one) + ok(one), probe.Invalid, probe.Result{}},
		"entities of its own": {200, `<!DOCTYPE r [<!ENTITY a "success">]><r><control><status>&a;</status></control></r>`,
			probe.Invalid, probe.Result{}},
		"unknown entity": {200, `<r><control><status>&success;</status></control></r>`, probe.Invalid, probe.Result{}},
		"deep":           {200, strings.Repeat("<r>", 100) + strings.Repeat("</r>", 100), probe.Invalid, probe.Result{}},
		"wide":           {200, "<r>" + strings.Repeat("<a/>", 30_000) + "</r>", probe.Invalid, probe.Result{}},
		"endless":        {200, "<r>" + strings.Repeat(" ", 300<<10) + "</r>", probe.Invalid, probe.Result{}},
	} {
		got, err := ask(t, in, map[string]string{"store": "ACME", "key": "k"}, func(*http.Request) (*http.Response, error) { return reply(c.status, c.body) })
		if probe.ReasonOf(err) != c.reason {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if text := err; text != nil && strings.Contains(text.Error(), "PL4") {
			t.Errorf("%s: the error repeats the provider: %v", name, err)
		}
	}
}

func many(n int) string {
	var all strings.Builder
	for i := range n {
		all.WriteString("<ENTITY><ID>" + strconv.Itoa(i) + "</ID></ENTITY>")
	}
	return all.String()
}

// FuzzBodies types anything and has the provider say anything: what leaves is
// one form, one JSON value or one XML document of the shape that the entry has,
// at the place that it names.
func FuzzBodies(f *testing.F) {
	for _, seed := range []string{"k", `"}`, "</a><a>", "]]>", "&lt;", "a=b&c", "\x00", "\xff", "${kept.token}", "${field.note}", "a\r\nb: c", "<!--"} {
		f.Add(seed, "t", "https://api.example/v")
		f.Add("k", seed, "https://api.example/"+seed)
	}
	form := file(f, "  probe:\n    url: https://a.example/t\n    form: {a: \"${field.key}\", b: c}\n")
	tree := file(f, "  probe:\n    url: https://a.example/t\n    json: {a: \"${field.key}\", b: [c]}\n")
	text := file(f, "  probe:\n    url: https://a.example/t\n    xml: <r><a b=\"${field.key}\">${field.key}</a><c/></r>\n")
	next := file(f, chain)
	f.Fuzz(func(t *testing.T, key, token, endpoint string) {
		values := map[string]string{"store": "my-shop", "site": "https://a.example", "key": key, "note": "n"}
		_, _ = ask(t, form, values, func(r *http.Request) (*http.Response, error) {
			if err := r.ParseForm(); err != nil || r.PostForm.Get("a") != key || r.PostForm.Get("b") != "c" {
				t.Errorf("form %v (%v)", r.PostForm, err)
			}
			return reply(200, "")
		})
		_, _ = ask(t, tree, values, func(r *http.Request) (*http.Response, error) {
			got := decoded(t, seen(t, r).body)
			if want := map[string]any{"a": strings.ToValidUTF8(key, "\ufffd"), "b": []any{"c"}}; len(got) != 2 || !sameText(got["a"], want["a"]) || !cmp.Equal(got["b"], want["b"]) {
				t.Errorf("json %v of %q", got, key)
			}
			return reply(200, "")
		})
		_, _ = ask(t, text, values, func(r *http.Request) (*http.Response, error) {
			shape(t, seen(t, r).body)
			return reply(200, "<a/>")
		})
		calls := 0
		_, err := ask(t, next, values, func(r *http.Request) (*http.Response, error) {
			if calls++; calls == 1 {
				return reply(200, encoded(t, map[string]any{"access": map[string]any{"token": token, "endpoint": endpoint}}))
			}
			if r.URL.Scheme != "https" || r.URL.Host != "api.example" && !strings.HasSuffix(r.URL.Host, ".api.example") || r.URL.User != nil || len(r.URL.Query()) != 1 {
				t.Errorf("asks %s", r.URL)
			}
			if strings.ContainsAny(r.Header.Get("X-Token"), "\r\n") || len(r.Header) != 3 {
				t.Errorf("headers %v", r.Header)
			}
			return reply(200, `{"name":"n"}`)
		})
		if err != nil && probe.ReasonOf(err) == "" {
			t.Errorf("an error without a reason: %v", err)
		}
	})
}
