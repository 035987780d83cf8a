package oauth

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bowline/bowline/internal/catalog"
)

var sender = catalog.Integration{Key: "test", OAuth: catalog.OAuth{Issuer: "https://issuer.example"}}

func TestParseCallback(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("x", n) }
	for name, c := range map[string]struct {
		query string
		want  *Callback // nil: refused
	}{
		"success":            {"code=c&state=s&iss=https://issuer.example", &Callback{Code: "c", State: "s", Issuer: "https://issuer.example"}},
		"failure":            {"error=access_denied&error_description=No%0a&state=s", &Callback{Error: "access_denied", ErrorDescription: "No\n", State: "s"}},
		"extra":              {"code=c&state=s&realmId=42&session_state=a-b&error_uri=x", &Callback{Code: "c", State: "s"}},
		"extra, unusable":    {"code=c&state=s&a=" + long(501) + "&b=1&b=2&c=%00&%00=d", &Callback{Code: "c", State: "s"}},
		"description, long":  {"error=e&state=s&error_description=" + long(3000), &Callback{Error: "e", State: "s"}},
		"nothing but state":  {"state=s", &Callback{State: "s"}},
		"empty":              {"", nil},
		"no state":           {"code=c", nil},
		"empty state":        {"code=c&state=", nil},
		"two codes":          {"code=c&code=d&state=s", nil},
		"the same code":      {"code=c&code=c&state=s", nil},
		"two states":         {"code=c&state=s&state=t", nil},
		"two issuers":        {"code=c&state=s&iss=a&iss=https://issuer.example", nil},
		"two errors":         {"error=a&error=b&state=s", nil},
		"long code":          {"state=s&code=" + long(maxCode+1), nil},
		"long state":         {"code=c&state=" + long(maxState+1), nil},
		"long issuer":        {"code=c&state=s&iss=" + long(maxIssuer+1), nil},
		"long error":         {"state=s&error=" + long(maxErrorCode+1), nil},
		"line break in code": {"code=a%0d%0ab&state=s", nil},
		"nul in state":       {"code=c&state=s%00", nil},
		"not ascii":          {"code=%ff%fe&state=s", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, err := url.ParseQuery(c.query)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseCallback(sender, q)
			if c.want == nil {
				want(t, err, Invalid, "")
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(*c.want, got, cmpopts.IgnoreUnexported(Callback{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCallbackErr(t *testing.T) {
	t.Parallel()
	for query, c := range map[string]struct {
		reason Reason
		code   string
		detail string
	}{
		"code=c":                      {"", "", ""},
		"":                            {Invalid, "", ""},
		"error=access_denied":         {Denied, "access_denied", "access_denied"},
		"error=access_denied&code=c":  {Denied, "access_denied", "access_denied"},
		"error=login_required":        {Denied, "login_required", "login_required"},
		"error=user_cancelled_login":  {Denied, "other", "user_cancelled_login"},
		"error=server_error":          {Unavailable, "server_error", "server_error"},
		"error=invalid_scope":         {Misconfigured, "invalid_scope", "invalid_scope"},
		"error=unauthorized_client":   {Misconfigured, "unauthorized_client", "unauthorized_client"},
		"error=purple&iss=":           {Misconfigured, "other", "purple"},
		"error=access_denied&iss=bad": {WrongIssuer, "", ""},
		"code=c&iss=bad":              {WrongIssuer, "", ""},
		"error=server_error&error_description=%3Cb%3E+the-state-0123456789+%E2%80%AE%00x": {Unavailable, "server_error", "server_error: <b> [removed] x"},
	} {
		q, err := url.ParseQuery(query + "&state=the-state-0123456789")
		if err != nil {
			t.Fatal(err)
		}
		cb, err := ParseCallback(sender, q)
		if err != nil {
			t.Fatal(query, err)
		}
		err = cb.Err()
		if c.reason == "" {
			if err != nil {
				t.Errorf("%s: %v", query, err)
			}
			continue
		}
		if e := want(t, err, c.reason, c.code); e.Detail != c.detail {
			t.Errorf("%s: detail %q", query, e.Detail)
		}
	}
}

func TestIssuerRules(t *testing.T) {
	t.Parallel()
	required := sender
	required.OAuth.IssParameter = catalog.IssRequired
	anonymous := catalog.Integration{}
	for _, c := range []struct {
		in    catalog.Integration
		iss   string
		wrong bool
	}{
		{sender, "", false}, {sender, "https://issuer.example", false}, {sender, "https://issuer.example/", true},
		{required, "", true}, {required, "https://issuer.example", false},
		{anonymous, "https://any.example", false}, {anonymous, "", false},
	} {
		q := url.Values{"code": {"c"}, "state": {"s"}}
		if c.iss != "" {
			q.Set("iss", c.iss)
		}
		cb, err := ParseCallback(c.in, q)
		if err != nil {
			t.Fatal(err)
		}
		if got := ReasonOf(cb.Err()) == WrongIssuer; got != c.wrong {
			t.Errorf("%q with rule %q: wrong is %v", c.iss, c.in.OAuth.IssParameter, got)
		}
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "  a \t\n b  ": "a b", "a\x00b\u0085c": "a b c", "\xffa\xfe": "a", "é日本": "é日本", "abcdefghij": "abcdefgh", "abcdefg hij": "abcdefg",
		"\u202eevil\u2066": "evil", "🍰🍰": "🍰🍰",
	} {
		if got := clean(text, 8); got != want {
			t.Errorf("clean(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzParseCallback(f *testing.F) {
	f.Add("code=c&state=s&iss=https://issuer.example&x=y")
	f.Add("error=access_denied&error_description=%00%ff&state=s")
	f.Add("state=s&state=s&code=%0d%0a")
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		cb, err := ParseCallback(sender, q)
		if err != nil {
			if ReasonOf(err) != Invalid {
				t.Fatal(err)
			}
			return
		}
		for _, name := range []string{"code", "state", "iss", "error"} {
			if len(q[name]) > 1 {
				t.Fatalf("%s appears %d times", name, len(q[name]))
			}
		}
		if !printable(cb.Code+cb.State+cb.Issuer+cb.Error) || cb.State == "" {
			t.Fatalf("%q", query)
		}
		var e *Error
		if err := cb.Err(); err != nil {
			e = err.(*Error) //nolint:errorlint,forcetypeassert // Err promises the type
			if !utf8.ValidString(e.Detail) || utf8.RuneCountInString(e.Detail) > maxDetail || strings.ContainsAny(e.Detail, "\r\n\x00") {
				t.Fatalf("detail %q", e.Detail)
			}
		}
		if cb.Issuer != "" && cb.Issuer != sender.OAuth.Issuer && (e == nil || e.Reason != WrongIssuer) {
			t.Fatalf("issuer %q passes", cb.Issuer)
		}
	})
}
