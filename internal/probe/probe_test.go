package probe_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/safehttp"
)

const head = `key: abcd
name: Shop
sourceType: Commerce
logo: {monogram: S, color: "#336699"}
dataTypes: [Orders]
credentials:
  fields:
    - {name: store, label: Store, suffix: .shops.example}
    - {name: site, label: Site, hostPattern: ".+", optional: false}
    - {name: key, label: Key, secret: true}
    - {name: note, label: Note, optional: true}
  probe:
`

// integration loads a catalog entry with the given probe.
func integration(t testing.TB, text string) catalog.Integration {
	t.Helper()
	var lines strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		lines.WriteString("    " + strings.TrimSpace(line) + "\n")
	}
	return loaded(t, head+lines.String())
}

// answers plays the other side.
type answers func(*http.Request) (*http.Response, error)

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) { return a(r) }

func reply(status int, body string) (*http.Response, error) {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

func ask(t testing.TB, in catalog.Integration, values map[string]string, other answers) (probe.Result, error) {
	t.Helper()
	client := probe.Client{HTTP: &http.Client{
		Transport: other, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	return client.Probe(t.Context(), in, values)
}

var typed = map[string]string{"store": "my-shop", "site": "www.site.example", "key": "s3cr3t k/y", "note": "a&b=c"}

func TestRequest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ probe, want string }{
		"host":   {"url: https://${field.store}/account\nbearer: ${field.key}", "https://my-shop.shops.example/account Bearer s3cr3t k/y"},
		"site":   {"url: https://${field.site}:8443/a?b=${field.key}", "https://www.site.example:8443/a?b=s3cr3t+k%2Fy "},
		"path":   {"url: https://a.example/${field.store}/x?n=${field.note}&k=1\nbearer: x", "https://a.example/my-shop.shops.example/x?n=a%26b%3Dc&k=1 Bearer x"},
		"basic":  {"url: https://a.example/\nbasic: {username: \"${field.key}\", password: \"\"}", "https://a.example/ Basic czNjcjN0IGsveTo="},
		"header": {"url: https://a.example\nheaders: {X-Key: \"${field.key}\", X-Note: \"${field.note}\", Authorization: \"Token ${field.key}\"}", "https://a.example Token s3cr3t k/y a&b=c s3cr3t k/y"},
	} {
		in := integration(t, c.probe)
		got := ""
		_, err := ask(t, in, typed, func(r *http.Request) (*http.Response, error) {
			got = r.URL.String() + " " + r.Header.Get("Authorization")
			if x := r.Header.Get("X-Note"); x != "" {
				got += " " + x + " " + r.Header.Get("X-Key")
			}
			if r.Method != http.MethodGet || r.Header.Get("Accept") != "application/json" {
				t.Errorf("%s: %s %v", name, r.Method, r.Header)
			}
			return reply(200, "")
		})
		if err != nil || got != c.want {
			t.Errorf("%s: %q (%v), want %q", name, got, err, c.want)
		}
	}
}

// TestHostileValues is what somebody might type to make us ask another place.
// None of it may leave as a request.
func TestHostileValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ probe, field, value string }{
		{"url: https://${field.site}/a", "site", "127.0.0.1"}, {"url: https://${field.site}/a", "site", "[::1]"},
		{"url: https://${field.site}/a", "site", "localhost"}, {"url: https://${field.site}/a", "site", "0x7f.1"},
		{"url: https://${field.site}/a", "site", "2130706433"}, {"url: https://${field.site}/a", "site", "a.example:22"},
		{"url: https://${field.site}/a", "site", "u:p@a.example"}, {"url: https://${field.site}/a", "site", "a.example/b"},
		{"url: https://${field.site}/a", "site", "a.example?b"}, {"url: https://${field.site}/a", "site", "a.example#"},
		{"url: https://${field.site}/a", "site", "a.example\\b"}, {"url: https://${field.site}/a", "site", "a..example"},
		{"url: https://${field.site}/a", "site", "ａ.example"}, {"url: https://${field.site}/a", "site", "a。example"},
		{"url: https://${field.site}/a", "site", "a%2eexample"}, {"url: https://${field.site}/a", "site", ".example"},
		{"url: https://${field.site}/a", "site", "a.example "}, {"url: https://${field.site}/a", "site", "-a.example"},
		{"url: https://${field.site}/a", "site", strings.Repeat("a.", 130) + "example"}, {"url: https://${field.site}/a", "site", ""},
		{"url: https://${field.site}:8443/a", "site", "a.example:8443"},
		{"url: https://${field.store}/a", "store", "evil.example/"}, {"url: https://${field.store}/a", "store", "evil.example#"},
		{"url: https://${field.store}/a", "store", "evil.example?"}, {"url: https://${field.store}/a", "store", "u@evil.example\\"},
		{"url: https://${field.store}/a", "store", "evil.example:443/x"}, {"url: https://${field.store}/a", "store", "a\r\nHost: b"},
		{"url: https://a.example/${field.key}/b", "key", "../b"}, {"url: https://a.example/${field.key}/b", "key", ".."},
		{"url: https://a.example/${field.key}/b", "key", "."}, {"url: https://a.example/.${field.key}/b", "key", "."},
		{"url: https://a.example/${field.key}/b", "key", `a\b`}, {"url: https://a.example/${field.key}/b", "key", ""},
		{"url: https://a.example/b\nbearer: ${field.key}", "key", "a\r\nX-Evil: 1"},
		{"url: https://a.example/b\nheaders: {X-Key: \"${field.key}\"}", "key", "a\nb"},
		{"url: https://a.example/b\nbasic: {username: \"${field.key}\", password: p}", "key", "user:pass"},
	} {
		values := map[string]string{}
		for k, v := range typed {
			values[k] = v
		}
		values[c.field] = c.value
		_, err := ask(t, integration(t, c.probe), values, func(r *http.Request) (*http.Response, error) {
			t.Errorf("%s with %q asks %s %v", c.probe, c.value, r.URL, r.Header)
			return reply(200, "")
		})
		if probe.ReasonOf(err) != probe.Refused {
			t.Errorf("%s with %q: %v", c.probe, c.value, err)
		}
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	const named = "url: https://${field.store}/a\nbearer: ${field.key}\ncompanyName: shop.name\ntenantId: shop.ids.0"
	const bare = "url: https://a.example/a\nbearer: ${field.key}\nstatus: 204"
	for name, c := range map[string]struct {
		probe  string
		status int
		body   string
		reason probe.Reason
		want   probe.Result
	}{
		"named":              {named, 200, `{"shop":{"name":" My\n shop\u202e","ids":[12345678901234567890]}}`, "", probe.Result{TenantID: "12345678901234567890", CompanyName: "My shop"}},
		"no name":            {named, 200, `{"shop":{"ids":["x"]}}`, "", probe.Result{TenantID: "x"}},
		"no tenant":          {named, 200, `{"shop":{"name":"My shop"}}`, probe.Invalid, probe.Result{}},
		"parked page":        {named, 200, `<html>`, probe.Invalid, probe.Result{}},
		"two documents":      {named, 200, `{} {}`, probe.Invalid, probe.Result{}},
		"endless":            {named, 200, `"` + strings.Repeat("x", 300<<10) + `"`, probe.Invalid, probe.Result{}},
		"unauthorized":       {named, 401, "", probe.Refused, probe.Result{}},
		"forbidden":          {bare, 403, "", probe.Refused, probe.Result{}},
		"not even a key":     {bare, 400, "", probe.Refused, probe.Result{}},
		"no such store":      {named, 404, "", probe.Refused, probe.Result{}},
		"elsewhere":          {named, 302, "", probe.Refused, probe.Result{}},
		"our address is off": {bare, 404, "", probe.Misconfigured, probe.Result{}},
		"our redirect":       {bare, 301, "", probe.Misconfigured, probe.Result{}},
		"not now":            {named, 503, "", probe.Unavailable, probe.Result{}},
		"too many":           {named, 429, "", probe.Unavailable, probe.Result{}},
		"another success":    {bare, 200, "", probe.Invalid, probe.Result{}},
		"nothing to read":    {bare, 204, "", "", probe.Result{}},
	} {
		got, err := ask(t, integration(t, c.probe), typed, func(*http.Request) (*http.Response, error) { return reply(c.status, c.body) })
		if probe.ReasonOf(err) != c.reason || !cmp.Equal(got, c.want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// TestNoAnswer looks at the reasons, and that no error repeats what was typed.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	const chosen = "url: https://${field.store}/a?k=${field.key}"
	const fixed = "url: https://a.example/a?k=${field.key}"
	lookup := &net.DNSError{Err: "no such host", Name: "my-shop.shops.example", IsNotFound: true}
	blocked := &safehttp.BlockedError{Host: "my-shop.shops.example", Rule: "address"}
	for name, c := range map[string]struct {
		probe  string
		err    error
		reason probe.Reason
	}{
		"no such host":     {chosen, lookup, probe.Refused},
		"our host is gone": {fixed, lookup, probe.Unavailable},
		"private address":  {chosen, blocked, probe.Refused},
		"ours is private":  {fixed, blocked, probe.Misconfigured},
		"timeout":          {chosen, context.DeadlineExceeded, probe.Unavailable},
		"cancelled":        {chosen, context.Canceled, probe.Unavailable},
		"broken":           {chosen, errors.New("reset by my-shop"), probe.Unavailable},
	} {
		_, err := ask(t, integration(t, c.probe), typed, func(*http.Request) (*http.Response, error) { return nil, c.err })
		if probe.ReasonOf(err) != c.reason {
			t.Errorf("%s: %v", name, err)
		}
		if text := fmt.Sprintf("%v %+v", err, err); strings.Contains(text, "my-shop") || strings.Contains(text, "s3cr3t") {
			t.Errorf("%s: the error tells what was typed: %s", name, text)
		}
	}
}

// TestGuard asks private places through the product's own client.
func TestGuard(t *testing.T) {
	t.Parallel()
	in := integration(t, "url: https://${field.site}/a\nbearer: ${field.key}")
	client := probe.Client{HTTP: safehttp.New(safehttp.Options{Resolver: &net.Resolver{
		PreferGo: true,
		Dial:     func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no names here") },
	}})}
	for _, site := range []string{"127.0.0.1", "localhost", "169.254.169.254", "metadata.internal.example"} {
		values := map[string]string{"store": "s", "site": site, "key": "k"}
		if _, err := client.Probe(t.Context(), in, values); err == nil {
			t.Errorf("%s answered", site)
		}
	}
}

// FuzzTemplates types anything everywhere: a request that leaves goes to the
// host, path and headers that the entry means.
func FuzzTemplates(f *testing.F) {
	for _, seed := range []string{"my-shop", "a.b", "../x", "a\r\nb: c", "a@b", "a:1", "%2e%2e", "ä", "a#b?c", "\x00", "${field.key}"} {
		f.Add(seed, "www.site.example", "k")
	}
	f.Add("s", "127.0.0.1", "..")
	dirty := integration(f, "url: https://${field.store}/p/${field.key}/q?r=${field.note}&s=t\nheaders: {X-Key: \"${field.key}\"}")
	site := integration(f, "url: https://${field.site}/p\nbasic: {username: \"${field.store}\", password: \"${field.key}\"}")
	f.Fuzz(func(t *testing.T, store, host, key string) {
		values := map[string]string{"store": store, "site": host, "key": key, "note": key}
		_, err := ask(t, dirty, values, func(r *http.Request) (*http.Response, error) {
			q := r.URL.Query()
			if !strings.HasSuffix(r.URL.Host, ".shops.example") || strings.ContainsAny(r.URL.Host, ":@/") || r.URL.User != nil || r.URL.Fragment != "" {
				t.Errorf("host %q", r.URL.Host)
			}
			segments := strings.Split(r.URL.EscapedPath(), "/")
			if len(segments) != 4 || segments[1] != "p" || segments[3] != "q" || r.URL.Path != "/p/"+key+"/q" {
				t.Errorf("path %q of key %q", r.URL.EscapedPath(), key)
			}
			if len(q) != 2 || q.Get("r") != key || q.Get("s") != "t" || len(r.Header) != 3 || r.Header.Get("X-Key") != key {
				t.Errorf("query %q, headers %v", r.URL.RawQuery, r.Header)
			}
			return reply(200, "")
		})
		if err != nil && probe.ReasonOf(err) == "" {
			t.Errorf("an error without a reason: %v", err)
		}
		_, _ = ask(t, site, values, func(r *http.Request) (*http.Response, error) {
			name, password, _ := r.BasicAuth()
			name = strings.TrimSuffix(name, ".shops.example")
			if !strings.EqualFold(r.URL.Host, host) || net.ParseIP(r.URL.Hostname()) != nil || r.URL.Path != "/p" || name != strings.TrimSuffix(store, ".shops.example") || password != key {
				t.Errorf("asks %s as %q %q", r.URL, name, password)
			}
			return reply(200, "")
		})
	})
}
