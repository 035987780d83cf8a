package sandbox

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Faults that must never be sent to a redirect URI: a page says what is wrong.
func TestUnknownClientOrRedirectIsNeverRedirected(t *testing.T) {
	t.Parallel()
	b := start(t)
	ok := authorizeParams()
	for name, q := range map[string]url.Values{
		"no client":            with(ok, "client_id", ""),
		"unknown client":       with(ok, "client_id", "stranger"),
		"two clients":          {"client_id": {testClient, testClient}, "redirect_uri": {testRedirect}},
		"no redirect":          with(ok, "redirect_uri", ""),
		"other redirect":       with(ok, "redirect_uri", "https://evil.example/callback"),
		"redirect plus slash":  with(ok, "redirect_uri", testRedirect+"/"),
		"redirect plus query":  with(ok, "redirect_uri", testRedirect+"?x=1"),
		"redirect other case":  with(ok, "redirect_uri", strings.ToUpper(testRedirect)),
		"redirect with dots":   with(ok, "redirect_uri", "https://client.example.com/x/../callback"),
		"redirect of userinfo": with(ok, "redirect_uri", "https://client.example.com@evil.example/callback"),
		"two redirects":        {"client_id": {testClient}, "redirect_uri": {testRedirect, testRedirect}},
	} {
		for _, res := range []response{
			b.get("/authorize?" + q.Encode()), b.get("/consent?" + q.Encode()), b.post("/authorize", q),
			b.post("/authorize", with(q, "decision", "deny")),
		} {
			if res.StatusCode != http.StatusBadRequest || res.Header.Get("Location") != "" {
				t.Errorf("%s: %d to %q", name, res.StatusCode, res.Header.Get("Location"))
			}
		}
	}
	if res := b.get("/authorize?client_id=%zz"); res.StatusCode != http.StatusBadRequest {
		t.Errorf("unreadable query: %d", res.StatusCode)
	}
}

func TestAuthorizeRefusals(t *testing.T) {
	t.Parallel()
	b := start(t)
	ok := authorizeParams()
	twice := func(name string) url.Values {
		q := with(ok, name, "a")
		q.Add(name, "b")
		return q
	}
	for _, c := range []struct {
		name string
		q    url.Values
		want string
	}{
		{"no response type", with(ok, "response_type", ""), "invalid_request"},
		{"implicit", with(ok, "response_type", "token"), "unsupported_response_type"},
		{"hybrid", with(ok, "response_type", "code id_token"), "unsupported_response_type"},
		{"fragment mode", with(ok, "response_mode", "fragment"), "invalid_request"},
		{"no challenge", with(ok, "code_challenge", ""), "invalid_request"},
		{"plain", with(ok, "code_challenge_method", "plain", "code_challenge", testVerifier), "invalid_request"},
		{"method left out means plain", with(ok, "code_challenge_method", ""), "invalid_request"},
		{"method in lower case", with(ok, "code_challenge_method", "s256"), "invalid_request"},
		{"challenge too short", with(ok, "code_challenge", "abc"), "invalid_request"},
		{"challenge with padding", with(ok, "code_challenge", challenge()+"="), "invalid_request"},
		{"no scope", with(ok, "scope", ""), "invalid_scope"},
		{"only unknown scopes", with(ok, "scope", "everything"), "invalid_scope"},
		{"scope of another kind", with(ok, "scope", "openid banking.read"), "invalid_scope"},
		{"prompt none", with(ok, "prompt", "none"), "login_required"},
		{"prompt none and more", with(ok, "prompt", "none login"), "invalid_request"},
		{"request object", with(ok, "request", "x.y.z"), "request_not_supported"},
		{"request uri", with(ok, "request_uri", "https://x.example"), "request_uri_not_supported"},
		{"scope twice", twice("scope"), "invalid_request"},
		{"challenge twice", twice("code_challenge"), "invalid_request"},
		{"nonce twice", twice("nonce"), "invalid_request"},
		{"nonce too long", with(ok, "nonce", strings.Repeat("n", maxParameter+1)), "invalid_request"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := b.in(t)
			q := b.answer(b.get("/authorize?" + c.q.Encode()))
			if q.Get("error") != c.want || q.Get("state") != "st&te" || q.Get("iss") != b.issuer || q.Get("error_description") == "" {
				t.Errorf("answer %v, want %s", q, c.want)
			}
		})
	}
	// A state given twice belongs to nobody and is not echoed.
	if q := b.answer(b.get("/authorize?" + twice("state").Encode())); q.Get("error") != "invalid_request" || q.Has("state") {
		t.Errorf("state twice: %v", q)
	}
}

func TestAuthorizeAcceptsWhatStandardsAllow(t *testing.T) {
	t.Parallel()
	b := start(t)
	ok := authorizeParams()
	for name, q := range map[string]url.Values{
		"unknown parameter":   with(ok, "something", "else"),
		"unknown scope":       with(ok, "scope", "openid wonderful accounting.read"),
		"response mode query": with(ok, "response_mode", "query"),
		"prompt consent":      with(ok, "prompt", "login consent"),
		"no state":            with(ok, "state", ""),
		"no nonce":            with(ok, "nonce", ""),
	} {
		if res := b.get("/authorize?" + q.Encode()); res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
}

func TestAnswerKeepsTheQueryOfTheRedirectURI(t *testing.T) {
	t.Parallel()
	b := start(t)
	q := b.answer(b.post("/authorize", with(authorizeParams(), "redirect_uri", "https://client.example.com/cb?tenant=1",
		"account", "robin", "decision", "allow")))
	if q.Get("tenant") != "1" || q.Get("code") == "" || q.Get("state") != "st&te" || q.Get("iss") != b.issuer {
		t.Errorf("answer %v", q)
	}
}

func TestLargeBodiesAreRefused(t *testing.T) {
	t.Parallel()
	b := start(t)
	if res := b.post("/authorize", url.Values{"x": {strings.Repeat("x", maxBody)}}); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("authorize: %d", res.StatusCode)
	}
	b.wantError(b.token(url.Values{"x": {strings.Repeat("x", maxBody)}}), 400, "invalid_request")
}

func FuzzAuthorizeRequest(f *testing.F) {
	f.Add(authorizeParams().Encode())
	f.Add("client_id=" + testClient + "&redirect_uri=" + url.QueryEscape(testRedirect) + "&state=a&state=b")
	f.Add("client_id=stranger&redirect_uri=https://evil.example&response_type=code")
	f.Add(with(authorizeParams(), "redirect_uri", testRedirect+"#x").Encode())
	b := start(f)
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		a, fault := parseAuthorize(q, b.p.clients)
		to := &answer{}
		switch {
		case fault == nil:
			if !s256Challenge.MatchString(a.challenge) || len(a.scopes) == 0 {
				t.Fatalf("accepted without PKCE or scope: %+v", a)
			}
			// What travels through the pages must mean the same afterwards.
			again, fault := parseAuthorize(a.values(), b.p.clients)
			if fault != nil || again.state != a.state || again.nonce != a.nonce || again.scopes.String() != a.scopes.String() {
				t.Fatalf("changed by a page: %+v became %+v (%v)", a, again, fault)
			}
			to = a.answer()
		case fault.answer != nil:
			to = fault.answer
		default:
			return
		}
		u, err := url.Parse(to.location(b.issuer, url.Values{"code": {"c"}}))
		if err != nil || u.Host != "client.example.com" || u.Query().Get("state") != to.state {
			t.Fatalf("answer leads to %v (%v)", u, err)
		}
	})
}
