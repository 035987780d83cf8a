package link

import (
	"net/url"
	"strings"
	"testing"

	"github.com/bowline/bowline"
)

// params reads the query of a Link URL as package hosted does.
func params(t testing.TB, query string) map[string]string {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for name, all := range values {
		found[name] = all[0]
	}
	return found
}

const someID = "0197a5e0-0000-7000-8000-000000000001"

// TestRedirectExamples are the worked examples of link.md 4.4 by number.
func TestRedirectExamples(t *testing.T) {
	t.Parallel()
	const (
		typed   = "https://app.example.com/{sourceType}/?s={statusCode}&m={errorMessage}"
		journey = "https://x.example/{journey}/ok?c={clientType}"
		host    = "https://{env}.mybank.example/ok"
	)
	outcome := func(sourceType, code string) map[string]string {
		number := map[string]int{"200": 200, "201": 201, "403": 403, "500": 500, "501": 501}[code]
		return map[string]string{"sourceType": sourceType, "statusCode": code, "errorMessage": outcomeMessage(number)}
	}
	tests := []struct {
		name, template string
		reserved       map[string]string
		query          string
		allowed        []string
		want           string // empty: refused
	}{
		{"1", "https://app.example.com/done", outcome("accounting", "200"), "any=thing", nil, "https://app.example.com/done"},
		{"2", typed, outcome("accounting", "200"), "", nil, "https://app.example.com/accounting/?s=200&m="},
		{"3", typed, outcome("accounting", "403"), "", nil, "https://app.example.com/accounting/?s=403&m=User%20cancelled"},
		{"4", typed, outcome("accounting", "500"), "", nil, "https://app.example.com/accounting/?s=500&m=Unknown%20error%20occurred"},
		{"5", typed, outcome("", "501"), "", nil, "https://app.example.com//?s=501&m=Not%20supported"},
		{"6", typed, outcome("", "201"), "", nil, "https://app.example.com//?s=201&m="},
		{"7", journey, nil, "journey=demo&clientType=test", nil, "https://x.example/demo/ok?c=test"},
		{"8", journey, nil, "clientType=test", nil, "https://x.example//ok?c=test"},
		{"9", journey, nil, "Journey=demo", nil, "https://x.example//ok?c="},
		{"10", journey, nil, "", nil, "https://x.example//ok?c="},
		{"11", "https://x.example/?n={data.company.companyName}", map[string]string{"data.company.companyName": "A&B Ltd"}, "", nil, "https://x.example/?n=A%26B%20Ltd"},
		{"12", host, nil, "env=uat", []string{"https://uat.mybank.example"}, "https://uat.mybank.example/ok"},
		{"13", host, nil, "env=evil", []string{"https://uat.mybank.example"}, ""},
		{"14", host, nil, "", []string{"https://uat.mybank.example"}, ""},
		{"15", "https://{site}/ok", nil, "site=mybank.example", []string{"https://mybank.example/some/page"}, "https://mybank.example/ok"},
		{"16", "https://x.example/?p={unknown}&id={companyId}", map[string]string{"companyId": someID}, "", nil, "https://x.example/?p=&id=" + someID},
		{"17", "https://x.example/?a={ref}", nil, "ref=a%2Fb%20c", nil, "https://x.example/?a=a%2Fb%20c"},

		{"reserved beats custom", "https://x.example/?c={companyId}", map[string]string{"companyId": someID}, "companyId=mine", nil, "https://x.example/?c=" + someID},
		{"reserved and empty beats custom", "https://x.example/?c={connectionId}", nil, "connectionId=mine", nil, "https://x.example/?c="},
		{"claims beat custom", "https://x.example/?e={openId_email}", nil, "openId_email=a@b.c", nil, "https://x.example/?e="},
		{"plus in the Link URL is a space", "https://x.example/{a}", nil, "a=b+c", nil, "https://x.example/b%20c"},
		{"plus stays a plus", "https://x.example/{a}", nil, "a=b%2Bc", nil, "https://x.example/b%2Bc"},
		{"decoded once", "https://x.example/{a}", nil, "a=%252F", nil, "https://x.example/%252F"},
		{"fragment", "https://x.example/#s={statusCode}&a={a}", map[string]string{"statusCode": "200"}, "a=1%262", nil, "https://x.example/#s=200&a=1%262"},
		{"text of the template stays", "https://x.example/a%2Fb+c?x='{a}'", nil, "a=1", nil, "https://x.example/a%2Fb+c?x='1'"},
		{"letters of any script", "https://x.example/{a}", nil, "a=%C3%A9%F0%9F%A5%90", nil, "https://x.example/%C3%A9%F0%9F%A5%90"},
		{"port of the list is the scheme's own", "https://{site}/", nil, "site=mybank.example", []string{"https://mybank.example:443"}, "https://mybank.example/"},
		{"port of a token", "https://mybank.example:{port}/", nil, "port=8443", []string{"https://mybank.example:8443"}, "https://mybank.example:8443/"},
	}
	for _, tt := range tests {
		got, err := buildRedirect(tt.template, tt.reserved, params(t, tt.query), tt.allowed)
		if got != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("%s: %q, %v; want %q", tt.name, got, err, tt.want)
		}
		if err != nil && bowline.CodeOf(err) != bowline.CodeInvalid {
			t.Errorf("%s: the error %v is no 400", tt.name, err)
		}
	}
}

func TestOutcomeMessages(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]string{
		200: "", 201: "", 403: "User cancelled", 501: "Not supported", 500: "Unknown error occurred",
	} {
		if got := outcomeMessage(code); got != want {
			t.Errorf("%d: %q, want %q", code, got, want)
		}
	}
}

// hostAttacks try to make a host token lead elsewhere than to mybank.example.
var hostAttacks = []string{
	"evil.example", "evil-mybank.example", "mybank.example.evil", "mybank.example.evil.example", "www.mybank.example",
	"mybank.example.", ".mybank.example", "mybank..example", "MYBANK.example.evil", "mybank.exampl", "ybank.example",
	"mybank.example@evil.example", "evil.example/mybank.example", "evil.example#mybank.example", "evil.example?mybank.example",
	`evil.example\mybank.example`, `evil.example\@mybank.example`, "user:pass@mybank.example", "@mybank.example",
	"mybank.example:443", "mybank.example:8443", "mybank.example:443@evil.example", ":443", "mybank.example:",
	"//evil.example", "/evil.example", "https://evil.example", "javascript:alert(1)", "data:text/html,x",
	"mybank.example%00.evil.example", "mybank.example\x00.evil.example", "mybank.example%2eevil.example", "evil%2eexample",
	"mybank.example%252eevil.example", "mybank%E3%80%82example", "mybank。example", "mybank．example", "mybank｡example", "ｍybank.example",
	"mybank.example\tevil", "my\tbank.example", "my\nbank.example", "mybank.example\r\nLocation: https://evil.example", "\rmybank.example",
	" mybank.example", "mybank.example ", "mybank.example\u00a0", "mybank.example\u200b", "mybank\u00ad.example", "my\u2024bank.example",
	"mуbank.example", "bücher.example", "xn--mbank-zbb.example", "[::1]", "127.0.0.1", "0x7f000001", "2130706433", "localhost",
	"mybank.example;evil.example", "mybank.example,evil.example", "mybank.example|evil", "mybank.example{x}", "{site}", "$(x)", "*", "*.example", "-", ".", "..", "",
	"mybank_example", "mybank.example&site=mybank.example", "\xff", "mybank.example\xc0\xae",
}

// TestHostTokensLeadNowhereElse feeds the attacks to hosts of several shapes.
func TestHostTokensLeadNowhereElse(t *testing.T) {
	t.Parallel()
	templates := []string{
		"https://{site}/ok", "https://{site}", "https://{site}?x={site}", "https://{site}#{site}", "https://www.{site}/ok",
		"https://{site}.mybank.example/ok", "https://mybank.example{site}/ok", "https://mybank.example.{site}/",
		"https://a{site}b/", "https://{site}:8443/", "https://mybank.example:{site}/", "https://{site}{site}/",
	}
	allowed := []string{"https://mybank.example", "https://bank.example/only/as/an/origin", ""}
	for _, template := range templates {
		for _, attack := range hostAttacks {
			got, err := buildRedirect(template, nil, map[string]string{"site": attack}, allowed)
			if err == nil && !strings.HasPrefix(got, "https://mybank.example/") {
				t.Errorf("%s with %q leads to %q", template, attack, got)
			}
			if err == nil && template == "https://{site}/ok" {
				t.Errorf("%q is taken for a host: %q", attack, got)
			}
			if err != nil && (got != "" || bowline.CodeOf(err) != bowline.CodeInvalid) {
				t.Errorf("%s with %q: %q, %v", template, attack, got, err)
			}
		}
	}
	for name, allowed := range map[string][]string{
		"no list":        nil,
		"another scheme": {"http://mybank.example"},
		"another port":   {"https://mybank.example:8443"},
		"a wildcard":     {"https://*.example", "*", "https://"},
		"a part of it":   {"https://bank.example", "https://mybank.example.evil", "mybank.example"},
		"with a user":    {"https://x@mybank.example"},
	} {
		if got, err := buildRedirect("https://{site}/", nil, map[string]string{"site": "mybank.example"}, allowed); err == nil {
			t.Errorf("%s: leads to %q", name, got)
		}
	}
}

// TestValuesStayWhereTheyWerePut feeds values that try to leave the path, the
// query or the fragment, or the header that carries the whole.
func TestValuesStayWhereTheyWerePut(t *testing.T) {
	t.Parallel()
	attacks := append([]string{
		"../../admin", "..", ".", "...", "../", "..\\", "%2e%2e", "%2E%2e/", ".%2e", "a/../../b", "/..", "//evil.example", "\\\\evil.example",
		"@evil.example", "x@evil.example/", ":80", "?admin=1", "&admin=1", "#x", ";admin=1", "=", "%", "%2", "%00", "%0d%0aX: y", "\x7f", "\u2028",
		"'\"><script>alert(1)</script>", "javascript:alert(1)", "{companyId}", "{a}", "}{", "%7Ba%7D", strings.Repeat("a", 4000),
	}, hostAttacks...)
	for _, template := range []string{
		"https://x.example/{a}", "https://x.example/p/{a}/q", "https://x.example/p/{a}{b}/q", "https://x.example/.{a}/q", "https://x.example/%2e{a}",
		"https://x.example?{a}", "https://x.example/?q={a}&r=1", "https://x.example/#{a}", "https://x.example/{a}?{a}#{a}",
	} {
		for _, attack := range attacks {
			checkRedirectURL(t, template, map[string]string{"a": attack, "b": attack})
		}
	}
}

// TestDotsDoNotClimb is the path that no escape can guard.
func TestDotsDoNotClimb(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ template, a, b, want string }{
		{"https://x.example/p/{a}/q", "..", "", "https://x.example/p//q"},
		{"https://x.example/p/{a}/q", ".", "", "https://x.example/p//q"},
		{"https://x.example/p/{a}{b}", ".", ".", "https://x.example/p/"},
		{"https://x.example/p/.{a}", ".", "", "https://x.example/p/."},
		{"https://x.example/p/%2e{a}/q", ".", "", "https://x.example/p/%2e/q"},
		{"https://x.example/p/{a}.{b}", "", ".", "https://x.example/p/."},
		{"https://x.example/p/{a}", "...", "", "https://x.example/p/..."},
		{"https://x.example/p/v{a}", "..", "", "https://x.example/p/v.."},
		{"https://x.example/?p={a}", "..", "", "https://x.example/?p=.."},
	} {
		got, err := buildRedirect(tt.template, nil, map[string]string{"a": tt.a, "b": tt.b}, nil)
		if err != nil || got != tt.want {
			t.Errorf("%s with %q and %q: %q, %v; want %q", tt.template, tt.a, tt.b, got, err, tt.want)
		}
	}
}

// checkRedirectURL builds a redirect whose host is fixed and checks what must
// hold whatever the values are: it has the origin of its template, it is
// printable ASCII, and its places hold what was put in and nothing more.
func checkRedirectURL(t testing.TB, template string, values map[string]string) {
	t.Helper()
	got, err := buildRedirect(template, nil, values, nil)
	if err != nil {
		t.Errorf("%s with %q: %v", template, values, err)
		return
	}
	u, err := url.Parse(got)
	if err != nil {
		t.Errorf("%s with %q does not parse: %v", template, values, err)
		return
	}
	empty, err := buildRedirect(template, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := url.Parse(empty)
	if err != nil {
		t.Fatal(err)
	}
	if u.Scheme != want.Scheme || u.Host != want.Host || u.User != nil {
		t.Errorf("%s with %q leads to %s", template, values, u.Redacted())
	}
	for _, c := range []byte(got) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			t.Errorf("%s with %q holds %q", template, values, c)
		}
	}
	for _, part := range []struct{ name, got, want, separators string }{
		{"path", u.EscapedPath(), want.EscapedPath(), "/"},
		{"query", u.RawQuery, want.RawQuery, "&=;?/"},
		{"fragment", u.EscapedFragment(), want.EscapedFragment(), "#&=?/"},
	} {
		for _, c := range part.separators {
			if strings.Count(part.got, string(c)) != strings.Count(part.want, string(c)) {
				t.Errorf("%s with %q: a value adds %q to the %s of %s", template, values, c, part.name, got)
			}
		}
	}
	had := dots(want.EscapedPath())
	for segment := range dots(u.EscapedPath()) {
		if !had[segment] {
			t.Errorf("%s with %q climbs: %s", template, values, got)
		}
	}
}

// dots finds the segments of a path that a browser climbs by.
func dots(path string) map[string]bool {
	found := map[string]bool{}
	for _, segment := range strings.Split(path, "/") {
		if plain := strings.ReplaceAll(strings.ToLower(segment), "%2e", "."); plain == "." || plain == ".." {
			found[plain] = true
		}
	}
	return found
}

func FuzzBuildRedirect(f *testing.F) {
	f.Add("https://x.example/{a}?b={b}", "1", "2", "https://x.example")
	f.Add("https://{a}.mybank.example:{b}/{a}#{b}", "uat", "8443", "https://uat.mybank.example:8443/x")
	f.Add("http://{b}/..{a}%2e/{a}", "%2e", "mybank.example", "http://mybank.example")
	for _, attack := range hostAttacks {
		f.Add("https://{a}/{b}", attack, "..", "https://mybank.example")
	}
	f.Fuzz(func(t *testing.T, template, a, b, allowed string) {
		values := map[string]string{"a": a, "b": b}
		parsed, err := bowline.ParseRedirect(template)
		got, buildErr := buildRedirect(template, nil, values, []string{allowed})
		if err != nil {
			if buildErr == nil {
				t.Fatalf("a template that cannot be saved is built: %q", got)
			}
			return
		}
		if !parsed.HasHostTokens() {
			checkRedirectURL(t, template, values)
		} else if buildErr == nil {
			origin, ok := bowline.WebOrigin(got)
			listed, _ := bowline.WebOrigin(allowed)
			if !ok || origin != listed {
				t.Fatalf("%q with %q leads to %q, allowed is %q", template, values, got, allowed)
			}
		}
		once := escape(a)
		if plain, err := url.PathUnescape(once); err != nil || plain != a || escape(plain) != once {
			t.Fatalf("%q becomes %q and then %q", a, once, plain)
		}
	})
}

func TestClaimsAsText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		claim any
		want  string
	}{
		{"email", "a@b.example", "a@b.example"},
		{"email_verified", true, "true"},
		{"email_verified", false, "false"},
		{"updated_at", float64(1_700_000_000), "1700000000"},
		{"address", map[string]any{"street_address": "1 <Quay>", "country": "GB"}, `{"country":"GB","street_address":"1 <Quay>"}`},
		{"given_name", nil, ""},
		{"sub", "secret", ""},
		{"nonce", "secret", ""},
	} {
		if got := claimText(tt.name, tt.claim); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
