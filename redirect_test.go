package bowline

import (
	"strings"
	"testing"
)

func TestParseRedirect(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, template string
		ok, hostTokens bool
	}{
		{"plain", "https://app.example.com/done", true, false},
		{"no path", "https://app.example.com", true, false},
		{"query at once", "https://app.example.com?s={statusCode}", true, false},
		{"port and IPv6", "http://[::1]:8080/{companyId}#{statusCode}", true, false},
		{"dots in a name", "https://x.example/?n={data.company.companyName}", true, false},
		{"odd but usable name", "https://x.example/?n={my name (é)}", true, false},
		{"token in the host", "https://{env}.mybank.example/ok", true, true},
		{"whole host", "https://{site}/ok", true, true},
		{"token as port", "https://x.example:{port}/ok", true, true},

		{"script", "javascript:alert(1)", false, false},
		{"script with slashes", "javascript://x.example/%0Aalert(1)", false, false},
		{"data", "data:text/html,x", false, false},
		{"other scheme", "ftp://x.example/", false, false},
		{"upper-case scheme", "HTTPS://x.example/", false, false},
		{"scheme from a token", "{scheme}://x.example/", false, false},
		{"relative to the scheme", "//evil.example", false, false},
		{"relative", "/done", false, false},
		{"no host", "https:///done", false, false},
		{"only a port", "https://:80/done", false, false},
		{"user", "https://user@x.example/", false, false},
		{"user from a token", "https://{user}@x.example/", false, false},
		{"password", "https://u:p@x.example/", false, false},
		{"reserved token in the host", "https://{companyId}.x.example/", false, false},
		{"claim in the host", "https://{openId_locale}.x.example/", false, false},
		{"alias in the host", "https://{integrationType}.x.example/", false, false},
		{"open brace", "https://x.example/{a", false, false},
		{"close brace", "https://x.example/a}", false, false},
		{"brace in a brace", "https://x.example/{a{b}}", false, false},
		{"two braces", "https://x.example/{{a}}", false, false},
		{"empty name", "https://x.example/{}", false, false},
		{"name too long", "https://x.example/{" + strings.Repeat("a", 101) + "}", false, false},
		{"control character in a name", "https://x.example/{a\nb}", false, false},
		{"line break", "https://x.example/a\r\nSet-Cookie: x=y", false, false},
		{"tab in the host", "https://x.exa\tmple/", false, false},
		{"space", "https://x.example/a b", false, false},
		{"backslash", `https://x.example\@evil.example/`, false, false},
		{"NUL", "https://x.example/\x00", false, false},
		{"letters beyond ASCII in the host", "https://bücher.example/", false, false},
		{"full-width dot", "https://x．example/", false, false},
		{"letters beyond ASCII in the path", "https://x.example/für", false, false},
		{"half an escape", "https://x.example/%2", false, false},
		{"escape finished by a token", "https://x.example/%{a}", false, false},
		{"escape in the host", "https://x%2eexample/", false, false},
		{"empty", "", false, false},
	}
	for _, tt := range tests {
		parsed, err := ParseRedirect(tt.template)
		if (err == nil) != tt.ok {
			t.Errorf("%s: error %v, want ok %v", tt.name, err, tt.ok)
		}
		if err != nil && CodeOf(err) != CodeInvalid {
			t.Errorf("%s: code %s", tt.name, CodeOf(err))
		}
		if err == nil && parsed.HasHostTokens() != tt.hostTokens {
			t.Errorf("%s: host tokens %v", tt.name, parsed.HasHostTokens())
		}
	}
}

func TestWebOrigin(t *testing.T) {
	t.Parallel()
	tests := []struct{ address, want string }{
		{"https://app.example.com/some/page?x=1#y", "https://app.example.com"},
		{"HTTPS://App.Example.com:443/", "https://app.example.com"},
		{"http://app.example.com:80", "http://app.example.com"},
		{"https://app.example.com:8443", "https://app.example.com:8443"},
		{"http://[::1]:3000/", "http://[::1]:3000"},
		{"https://app.example.com.", "https://app.example.com."},
		{"https://user@app.example.com", ""},
		{"https://bücher.example", ""},
		{"https://a%2eb.example", ""},
		{"https://[fe80::1%25eth0]/", ""},
		{"https://", ""},
		{"https://:443", ""},
		{"//app.example.com", ""},
		{"javascript:alert(1)", ""},
	}
	for _, tt := range tests {
		got, ok := WebOrigin(tt.address)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: %q, %v; want %q", tt.address, got, ok, tt.want)
		}
	}
}
