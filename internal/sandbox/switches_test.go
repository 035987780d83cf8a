package sandbox

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// turn sets the switches of the browser: exactly those named.
func (b *bench) turn(fields ...string) {
	b.t.Helper()
	form := url.Values{"action": {"save"}}
	for _, f := range fields {
		name, value, ok := strings.Cut(f, "=")
		if !ok {
			value = "on"
		}
		form.Set(name, value)
	}
	if res := b.post("/switches", form); res.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("switches %v: %d", fields, res.StatusCode)
	}
}

func TestSwitchesBeforeSignIn(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{"deny": "access_denied", "server_error": "server_error"} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			b := start(t)
			b.turn(field)
			q := b.answer(b.get("/authorize?" + authorizeParams().Encode()))
			if q.Get("error") != want || q.Get("state") != "st&te" || q.Get("iss") != b.issuer {
				t.Errorf("answer %v", q)
			}
		})
	}
}

func TestSwitchWrongIssuer(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.turn("wrong_issuer")
	q := b.answer(b.post("/authorize", with(authorizeParams(), "account", "sam", "decision", "allow")))
	if q.Get("iss") == b.issuer || q.Get("iss") == "" || q.Get("code") == "" {
		t.Errorf("answer %v", q)
	}
}

func TestSwitchExpiredCode(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.turn("expired_code")
	b.wantError(b.token(redeemForm(b.code())), 400, "invalid_grant")
}

func TestSwitchTokenDown(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.turn("token_down")
	if res := b.token(redeemForm(b.code())); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestSwitchSlowAnswer(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.turn("slow=40")
	b.connect()
	if len(b.waited) != 1 || b.waited[0] != 40*time.Second {
		t.Errorf("waited %v", b.waited)
	}
}

// A client that gives up waiting has not spent its code.
func TestSlowAnswerEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.turn("slow=40")
	form := redeemForm(b.code())
	b.p.sleep = sleep
	req := b.request("POST", "/token", form)
	req.SetBasicAuth(testClient, ClientSecret(testKey, testClient))
	ctx, cancel := context.WithCancel(req.Context())
	cancel()
	rec := httptest.NewRecorder()
	b.p.Handler().ServeHTTP(rec, req.WithContext(ctx))
	if rec.Body.Len() != 0 {
		t.Errorf("answered %s", rec.Body)
	}
	b.p.sleep = func(context.Context, time.Duration) error { return nil }
	b.tokens(b.token(form))
}

func TestSwitchRefusedRefresh(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.turn("refuse_refresh")
	got := b.connect()
	b.wantError(b.refresh(got.RefreshToken), 400, "invalid_grant")
	if res := b.api("/userinfo", got.AccessToken); res.StatusCode != 200 {
		t.Errorf("access token: %d", res.StatusCode)
	}
}

func TestSwitchMissingOrganisations(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.turn("no_tenants")
	if res := b.api("/api/organisations", b.connect().AccessToken); res.body != `{"organisations":[]}` {
		t.Errorf("list %s", res.body)
	}
}

var revokeButton = regexp.MustCompile(`name="grant" value="([^"]+)"`)

func TestRevokeAccessFromThePage(t *testing.T) {
	t.Parallel()
	b := start(t)
	got := b.connect()
	m := revokeButton.FindStringSubmatch(b.get("/switches").body)
	if m == nil {
		t.Fatal("the grant is not listed")
	}
	form := url.Values{"action": {"revoke"}, "grant": {m[1]}}

	mine := b.browser
	b.browser = newBrowser(t)
	if res := b.post("/switches", form); res.StatusCode != http.StatusBadRequest {
		t.Errorf("another browser revoked it: %d", res.StatusCode)
	}
	if strings.Contains(b.get("/switches").body, m[1]) {
		t.Error("another browser sees it")
	}

	b.browser = mine
	if res := b.post("/switches", form); res.StatusCode != http.StatusSeeOther {
		t.Errorf("revoke: %d", res.StatusCode)
	}
	if res := b.api("/api/organisations", got.AccessToken); res.StatusCode != 401 {
		t.Errorf("after revoking: %d", res.StatusCode)
	}
	b.wantError(b.refresh(got.RefreshToken), 400, "invalid_grant")
	if page := b.get("/switches?done=revoked").body; !strings.Contains(page, "Revoked</span>") || revokeButton.MatchString(page) {
		t.Error("the page does not show it as revoked")
	}
}

func TestSwitchesBelongToOneBrowser(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.turn("deny")
	b.browser = newBrowser(t)
	if res := b.get("/authorize?" + authorizeParams().Encode()); res.StatusCode != http.StatusOK {
		t.Errorf("another browser is denied: %d", res.StatusCode)
	}
}

func TestResetAndRefusedChanges(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.turn("slow=3", "no_tenants")
	if page := b.get("/authorize?" + authorizeParams().Encode()).body; !strings.Contains(page, "Missing organizations, Slow answer (3 s)") {
		t.Error("the sign-in page does not say what will go wrong")
	}
	b.turn("deny", "slow=3", "no_tenants")
	if page := b.get("/switches").body; strings.Count(page, " checked") != 3 {
		t.Error("the page does not show the switches that are on")
	}
	for _, form := range []url.Values{
		{}, {"action": {"other"}}, {"action": {"save"}, "denny": {"on"}}, {"action": {"save"}, "deny": {"yes"}},
		{"action": {"save"}, "slow": {"4"}}, {"action": {"revoke"}, "grant": {"unknown"}},
	} {
		if res := b.post("/switches", form); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%v: %d", form, res.StatusCode)
		}
	}
	b.post("/switches", url.Values{"action": {"reset"}})
	b.connect()
}

func TestCookieIsGuarded(t *testing.T) {
	t.Parallel()
	b := start(t)
	res := b.post("/switches", url.Values{"action": {"save"}, "deny": {"on"}})
	c := res.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/sandbox/" || c.Secure {
		t.Errorf("cookie %v", c)
	}
	// A cookie from elsewhere counts as none.
	forged := b.request("GET", "/authorize?"+authorizeParams().Encode(), nil)
	forged.AddCookie(&http.Cookie{Name: browserCookie, Value: c.Value + "A"})
	b.browser = newBrowser(t)
	if res := b.do(forged); res.StatusCode != http.StatusOK {
		t.Errorf("forged cookie: %d", res.StatusCode)
	}
}

func TestCookieStaysSmall(t *testing.T) {
	t.Parallel()
	b := start(t)
	name := strings.Repeat("é", 100) + "@example.com"
	var last response
	for range maxGiven + 3 {
		last = b.post("/authorize", with(authorizeParams(), "email", name, "decision", "allow"))
	}
	if n := len(last.Header.Get("Set-Cookie")); n > 3800 {
		t.Errorf("the cookie has %d bytes", n)
	}
	if n := len(revokeButton.FindAllString(b.get("/switches").body, -1)); n != maxGiven {
		t.Errorf("%d grants listed, want %d", n, maxGiven)
	}
}
