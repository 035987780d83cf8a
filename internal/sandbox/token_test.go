package sandbox

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestTokenAnswer(t *testing.T) {
	t.Parallel()
	b := start(t)
	res := b.token(redeemForm(b.code()))
	got := b.tokens(res)
	if got.TokenType != "Bearer" || got.ExpiresIn != 1800 || got.RefreshToken == "" || got.IDToken == "" {
		t.Errorf("answer %+v", got)
	}
	if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", res.Header)
	}
	without := b.connect("scope", "email accounting.read")
	if without.RefreshToken != "" || without.IDToken != "" || without.Scope != "email accounting.read" {
		t.Errorf("without openid and offline_access: %+v", without)
	}
}

func TestRedeemRefusals(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, c := range []struct {
		name  string
		pairs []string
		want  string
	}{
		{"no grant type", []string{"grant_type", ""}, "invalid_request"},
		{"password grant", []string{"grant_type", "password"}, "unsupported_grant_type"},
		{"no code", []string{"code", ""}, "invalid_request"},
		{"nonsense code", []string{"code", "sbx_code_AAAA"}, "invalid_grant"},
		{"no redirect", []string{"redirect_uri", ""}, "invalid_request"},
		{"other redirect", []string{"redirect_uri", "https://client.example.com/cb?tenant=1"}, "invalid_grant"},
		{"no verifier", []string{"code_verifier", ""}, "invalid_request"},
		{"short verifier", []string{"code_verifier", "short"}, "invalid_request"},
		{"wrong verifier", []string{"code_verifier", strings.Repeat("x", 43)}, "invalid_grant"},
		{"challenge as verifier", []string{"code_verifier", challenge()}, "invalid_grant"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := b.in(t)
			form := redeemForm(b.code())
			b.wantError(b.token(with(form, c.pairs...)), 400, c.want)
			// A refusal that is not a replay leaves the code to its owner.
			b.tokens(b.token(form))
		})
	}
}

func TestClientAuthentication(t *testing.T) {
	t.Parallel()
	b := start(t)
	secret := ClientSecret(testKey, testClient)
	if !strings.HasPrefix(secret, "sbx_secret_") || secret == ClientSecret(testKey, "sandbox-bank") {
		t.Errorf("secret %q", secret[:len("sbx_secret_")])
	}
	for _, c := range []struct {
		name           string
		user, password string // Basic, when user is not empty
		form           []string
		want           int
		code           string
	}{
		{"basic", testClient, secret, nil, 200, ""},
		{"post", "", "", []string{"client_id", testClient, "client_secret", secret}, 200, ""},
		{"basic and same client_id", testClient, secret, []string{"client_id", testClient}, 200, ""},
		{"basic, form-encoded", "sandbox%2Dmqjo", secret, nil, 200, ""},
		{"none", "", "", nil, 401, "invalid_client"},
		{"id alone", "", "", []string{"client_id", testClient}, 401, "invalid_client"},
		{"wrong secret", testClient, secret + "x", nil, 401, "invalid_client"},
		{"empty secret", testClient, "", nil, 401, "invalid_client"},
		{"unknown client", "stranger", secret, nil, 401, "invalid_client"},
		{"secret of another client", "sandbox-bank", secret, nil, 401, "invalid_client"},
		{"both ways", testClient, secret, []string{"client_secret", secret}, 400, "invalid_request"},
		{"basic and other client_id", testClient, secret, []string{"client_id", "sandbox-bank"}, 401, "invalid_client"},
		{"basic, badly encoded", testClient, "%zz", nil, 401, "invalid_client"},
		{"another client's code", "sandbox-bank", ClientSecret(testKey, "sandbox-bank"), nil, 400, "invalid_grant"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := b.in(t)
			req := b.request("POST", "/token", with(redeemForm(b.code()), c.form...))
			if c.user != "" {
				req.SetBasicAuth(c.user, c.password)
			}
			res := b.do(req)
			if c.code == "" {
				b.tokens(res)
				return
			}
			b.wantError(res, c.want, c.code)
			if (c.want == 401) != strings.HasPrefix(res.Header.Get("WWW-Authenticate"), "Basic") {
				t.Errorf("challenge %q", res.Header.Get("WWW-Authenticate"))
			}
		})
	}
}

func TestTokenRequestForm(t *testing.T) {
	t.Parallel()
	b := start(t)
	form := redeemForm(b.code())
	asJSON := b.request("POST", "/token", form)
	asJSON.Header.Set("Content-Type", "application/json")
	b.wantError(b.do(asJSON), 400, "invalid_request")
	twice := with(form)
	twice.Add("code", "another")
	b.wantError(b.token(twice), 400, "invalid_request")
	b.wantError(b.authenticated("/token?code="+url.QueryEscape(form.Get("code")), form), 400, "invalid_request")
	if res := b.get("/token"); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET /token: %d", res.StatusCode)
	}
}

func TestCodeReplayRevokesTheGrant(t *testing.T) {
	t.Parallel()
	b := start(t)
	form := redeemForm(b.code())
	got := b.tokens(b.token(form))
	b.wantError(b.token(form), 400, "invalid_grant")
	if res := b.api("/userinfo", got.AccessToken); res.StatusCode != 401 {
		t.Errorf("access token after replay: %d", res.StatusCode)
	}
	b.wantError(b.refresh(got.RefreshToken), 400, "invalid_grant")
}

func TestLifetimes(t *testing.T) {
	t.Parallel()
	b := start(t)
	code := b.code()
	b.clock.advance(codeLife)
	b.wantError(b.token(redeemForm(code)), 400, "invalid_grant")

	got := b.connect()
	b.clock.advance(accessLife - time.Second)
	if res := b.api("/userinfo", got.AccessToken); res.StatusCode != 200 {
		t.Errorf("just before expiry: %d", res.StatusCode)
	}
	b.clock.advance(time.Second)
	if res := b.api("/userinfo", got.AccessToken); res.StatusCode != 401 || !strings.Contains(res.Header.Get("WWW-Authenticate"), `error="invalid_token"`) {
		t.Errorf("expired: %d %q", res.StatusCode, res.Header.Get("WWW-Authenticate"))
	}
	fresh := b.tokens(b.refresh(got.RefreshToken))
	b.clock.advance(refreshLife)
	b.wantError(b.refresh(fresh.RefreshToken), 400, "invalid_grant")
}

func TestRefreshRotates(t *testing.T) {
	t.Parallel()
	b := start(t)
	first := b.connect()
	second := b.tokens(b.refresh(first.RefreshToken))
	third := b.tokens(b.refresh(second.RefreshToken))
	if first.RefreshToken == second.RefreshToken || third.IDToken != "" || third.Scope != first.Scope {
		t.Errorf("rotation: %+v", third)
	}
	// The first again: the whole family ends, the newest included.
	b.wantError(b.refresh(first.RefreshToken), 400, "invalid_grant")
	b.wantError(b.refresh(third.RefreshToken), 400, "invalid_grant")
	if res := b.api("/userinfo", third.AccessToken); res.StatusCode != 401 {
		t.Errorf("access token of a revoked family: %d", res.StatusCode)
	}
}

func TestRefreshScope(t *testing.T) {
	t.Parallel()
	b := start(t)
	first := b.connect()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {first.RefreshToken}}
	b.wantError(b.token(with(form, "scope", "openid banking.read")), 400, "invalid_scope")
	b.wantError(b.token(with(form, "refresh_token", "")), 400, "invalid_request")
	b.wantError(b.token(with(form, "refresh_token", first.AccessToken)), 400, "invalid_grant")
	foreign := b.request("POST", "/token", form)
	foreign.SetBasicAuth("sandbox-bank", ClientSecret(testKey, "sandbox-bank"))
	b.wantError(b.do(foreign), 400, "invalid_grant")
	narrow := b.tokens(b.token(with(form, "scope", "openid")))
	if res := b.api("/api/organisations", narrow.AccessToken); res.StatusCode != 403 {
		t.Errorf("narrowed token: %d", res.StatusCode)
	}
	if wide := b.tokens(b.refresh(narrow.RefreshToken)); wide.Scope != first.Scope {
		t.Errorf("the refresh token lost scopes: %q", wide.Scope)
	}
}

func TestRevocation(t *testing.T) {
	t.Parallel()
	b := start(t)
	for name, pick := range map[string]func(tokens) string{
		"by access token":  func(t tokens) string { return t.AccessToken },
		"by refresh token": func(t tokens) string { return t.RefreshToken },
	} {
		got := b.connect()
		if res := b.authenticated("/revoke", url.Values{"token": {pick(got)}, "token_type_hint": {"nonsense"}}); res.StatusCode != 200 {
			t.Errorf("%s: %d %s", name, res.StatusCode, res.body)
		}
		if res := b.api("/api/organisations", got.AccessToken); res.StatusCode != 401 || res.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: access token still answers %d", name, res.StatusCode)
		}
		b.wantError(b.refresh(got.RefreshToken), 400, "invalid_grant")
	}
	other := b.connect()
	for _, unknown := range []string{"nonsense", "sbx_access_AAAA", "sbx_refresh_!", b.code()} {
		if res := b.authenticated("/revoke", url.Values{"token": {unknown}}); res.StatusCode != 200 {
			t.Errorf("unknown token: %d", res.StatusCode)
		}
	}
	b.wantError(b.authenticated("/revoke", url.Values{}), 400, "invalid_request")
	b.wantError(b.post("/revoke", url.Values{"token": {other.AccessToken}}), 401, "invalid_client")
	foreign := b.request("POST", "/revoke", url.Values{"token": {other.AccessToken}})
	foreign.SetBasicAuth("sandbox-bank", ClientSecret(testKey, "sandbox-bank"))
	b.wantError(b.do(foreign), 400, "unauthorized_client")
	if res := b.api("/userinfo", other.AccessToken); res.StatusCode != 200 {
		t.Errorf("a foreign client revoked: %d", res.StatusCode)
	}
}

func TestTokensAreNotInterchangeable(t *testing.T) {
	t.Parallel()
	b := start(t)
	code := b.code()
	got := b.connect()
	swap := func(token string, from, to purpose) string {
		return strings.Replace(token, string(from), string(to), 1)
	}
	for name, token := range map[string]string{
		"code": code, "refresh": got.RefreshToken, "id": got.IDToken,
		"refresh in disguise": swap(got.RefreshToken, forRefresh, forAccess),
		"code in disguise":    swap(code, forCode, forAccess),
		"cut":                 got.AccessToken[:len(got.AccessToken)-2],
		"longer":              got.AccessToken + "A",
	} {
		if res := b.api("/userinfo", token); res.StatusCode != 401 {
			t.Errorf("%s as access token: %d", name, res.StatusCode)
		}
	}
}

// anOldToken was sealed by an earlier process under testKey: tokens outlive
// restarts and upgrades.
const anOldToken = "sbx_access_owm7poYcg7PLIb-5x_bACiOb3UC6JJP0s0SlrDlO8qwaaNf1Xwg8iMlI8sbcd_-_mkMZk3HGaWs6cQ-4j6EFQiK8Y_srtIu8sLTGNuKJ9xuh3fg-wqFfGZExwHkdCzSdEQ"

func FuzzOpenToken(f *testing.F) {
	keys, err := deriveKeys(testKey)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(anOldToken)
	f.Add(anOldToken + "\n")
	f.Add(anOldToken[:len(anOldToken)-1])
	f.Add("sbx_access_")
	f.Add("sbx_access_" + base64.RawURLEncoding.EncodeToString(make([]byte, 28)))
	f.Fuzz(func(t *testing.T, text string) {
		var got accessToken
		err := keys.open(forAccess, text, &got)
		if opened := err == nil; opened != (text == anOldToken) {
			t.Fatalf("%q: opened is %v", text, opened)
		}
	})
}
