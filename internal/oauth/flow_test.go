package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/safehttp"
)

// want checks reason and code of an error, and that its text is safe.
func want(t *testing.T, err error, reason Reason, code string) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, want reason %q", err, reason)
	}
	if e.Reason != reason || e.Code != code {
		t.Errorf("error is %v, want reason %q and code %q", err, reason, code)
	}
	for _, secret := range []string{"client-secret", "access-one", "refresh-one", "eyJ", "the-code", "127.0.0.1"} {
		if strings.Contains(err.Error(), secret) || strings.Contains(e.Detail, secret) {
			t.Errorf("error tells %q: %v; %s", secret, err, e.Detail)
		}
	}
	return e
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	now := time.Now()
	c := newClient(t, Options{Now: func() time.Time { return now }})
	r := p.request()
	cb := p.visit(t, c, r)
	if !sameText(cb.State, r.State) {
		t.Error("state did not come back")
	}
	given, err := c.Exchange(t.Context(), r, cb)
	if err != nil {
		t.Fatal(err)
	}
	if given.AccessToken.Reveal() != "access-one" || given.RefreshToken.Reveal() != "refresh-one" || given.IDToken == "" || given.TokenType != "Bearer" {
		t.Errorf("%#v", given)
	}
	if !given.ExpiresAt.Equal(now.Add(30 * time.Minute)) {
		t.Errorf("expires at %v", given.ExpiresAt)
	}
	if diff := cmp.Diff([]string{"openid", "books.read"}, given.Scopes); diff != "" {
		t.Error(diff)
	}
	if given.Claims["sub"] != "person" || given.Claims["given_name"] != "Robin" || given.Claims["nonce"] != nil ||
		given.Claims["updated_at"] != json.Number("1700000000") {
		t.Errorf("claims %v", given.Claims)
	}
	_, err = c.Exchange(t.Context(), r, cb)
	want(t, err, Refused, "invalid_grant")

	refreshed, err := c.Refresh(t.Context(), r.Integration, given)
	if err != nil || refreshed.AccessToken.Reveal() != "access-two" || refreshed.RefreshToken.Reveal() != "refresh-two" || refreshed.Scopes != nil {
		t.Errorf("%#v, %v", refreshed, err)
	}
	if err := c.Revoke(t.Context(), r.Integration, refreshed); err != nil {
		t.Error(err)
	}
	if _, form, _ := p.seen("/revoke"); form.Get("token") != "refresh-two" {
		t.Errorf("revoked %v", form)
	}
	for path, most := range map[string]int{"/.well-known/openid-configuration": 1, "/jwks": 1} {
		if hits, _, _ := p.seen(path); hits != most {
			t.Errorf("%s was read %d times", path, hits)
		}
	}
}

func TestAuthorizeURL(t *testing.T) {
	t.Parallel()
	in := catalog.Integration{OAuth: catalog.OAuth{
		AuthorizeURL: "https://login.example/auth?tenant=common", TokenURL: "https://login.example/token", ClientID: "me & you",
		Scopes: []string{"a", "b"}, ScopeSeparator: ",", AuthorizeParams: map[string]string{"prompt": "consent"},
	}}
	r := Request{Integration: in, RedirectURI: "https://bowline.example/oauth/callback/test", State: "a-state-of-the-browser", ExtraScopes: []string{"b", "c"}}
	got, err := newClient(t, Options{}).AuthorizeURL(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(got)
	if err != nil || u.Host != "login.example" {
		t.Fatal(got, err)
	}
	wanted := url.Values{
		"tenant": {"common"}, "client_id": {"me & you"}, "redirect_uri": {r.RedirectURI}, "response_type": {"code"},
		"scope": {"a,b,c"}, "state": {r.State}, "prompt": {"consent"},
	}
	if diff := cmp.Diff(wanted, u.Query()); diff != "" {
		t.Error(diff)
	}
}

func TestIncompleteRequestsAreNotSent(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	c := newClient(t, Options{})
	for name, spoil := range map[string]func(*Request){
		"redirect": func(r *Request) { r.RedirectURI = "" },
		"state":    func(r *Request) { r.State = "short" },
		"verifier": func(r *Request) { r.Verifier = "short" },
		"nonce":    func(r *Request) { r.Nonce = "" },
	} {
		r := p.request()
		spoil(&r)
		_, err := c.AuthorizeURL(t.Context(), r)
		want(t, err, Misconfigured, "")
		_, err = c.Exchange(t.Context(), r, Callback{Code: "the-code", State: r.State, Issuer: p.URL})
		want(t, err, Misconfigured, "")
		if hits, _, _ := p.seen("/token"); hits != 0 {
			t.Errorf("%s: sent all the same", name)
		}
	}
}

func TestClientAuthentication(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.script("/token", jsonReply(200, `{"access_token":"access-one","token_type":"bearer"}`))
	c := newClient(t, Options{})
	for method, check := range map[string]func(form url.Values, authorization string) bool{
		catalog.Basic: func(form url.Values, authorization string) bool {
			return !form.Has("client_id") && !form.Has("client_secret") && authorization == "Basic Y2xpZW50OmNsaWVudC1zZWNyZXQlMkIlMkYlMjU="
		},
		catalog.Post: func(form url.Values, authorization string) bool {
			return form.Get("client_id") == "client" && form.Get("client_secret") == "client-secret+/%" && authorization == ""
		},
		catalog.None: func(form url.Values, authorization string) bool {
			return form.Get("client_id") == "client" && !form.Has("client_secret") && authorization == ""
		},
	} {
		in := p.integration()
		in.OAuth.ClientAuthentication = method
		in.OAuth.TokenParams = map[string]string{"audience": "books"}
		if _, err := c.Refresh(t.Context(), in, Grant{RefreshToken: "refresh-one"}); err != nil {
			t.Fatal(err)
		}
		_, form, header := p.seen("/token")
		if !check(form, header.Get("Authorization")) || form.Get("audience") != "books" {
			t.Errorf("%s: form %v, header %q", method, form, header.Get("Authorization"))
		}
	}
}

// The issuer is compared before the code leaves, also when only the metadata
// promise it.
func TestWrongIssuerSendsNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		iss     string
		rule    string
		promise bool
		refused bool
	}{
		"right":                   {"self", "", true, false},
		"other":                   {"https://evil.example", "", false, true},
		"other case":              {"SELF", "", false, true},
		"trailing slash":          {"self/", "", false, true},
		"absent, not promised":    {"", "", false, false},
		"absent, promised":        {"", "", true, true},
		"absent, required":        {"", catalog.IssRequired, false, true},
		"right, and required too": {"self", catalog.IssRequired, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			p.discover["authorization_response_iss_parameter_supported"] = c.promise
			client, r := newClient(t, Options{}), p.request()
			r.Integration.OAuth.IssParameter = c.rule
			cb := p.visit(t, client, r)
			iss := strings.Replace(c.iss, "self", p.URL, 1)
			iss = strings.Replace(iss, "SELF", strings.Replace(p.URL, "http", "HTTP", 1), 1)
			for _, made := range []func() (Callback, error){
				func() (Callback, error) {
					q := url.Values{"code": {cb.Code}, "state": {cb.State}}
					if iss != "" {
						q.Set("iss", iss)
					}
					return ParseCallback(r.Integration, q)
				},
				func() (Callback, error) { return Callback{Code: cb.Code, State: cb.State, Issuer: iss}, nil },
			} {
				cb, err := made()
				if err != nil {
					t.Fatal(err)
				}
				_, err = client.Exchange(t.Context(), r, cb)
				hits, _, _ := p.seen("/token")
				if !c.refused {
					if err != nil {
						t.Fatal(err)
					}
					return
				}
				want(t, err, WrongIssuer, "")
				if hits != 0 {
					t.Error("the code was sent")
				}
			}
		})
	}
}

func TestIDTokenRules(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		claims map[string]any
		token  func(p *provider, nonce string) string
		ok     bool
	}{
		"fits":                   {ok: true},
		"audience list":          {claims: map[string]any{"aud": []string{"client"}}, ok: true},
		"authorized party":       {claims: map[string]any{"aud": []string{"client", "other"}, "azp": "client"}, ok: true},
		"without at_hash":        {claims: map[string]any{"at_hash": nil}, ok: true},
		"slow clock":             {claims: map[string]any{"exp": time.Now().Add(-30 * time.Second).Unix()}, ok: true},
		"other issuer":           {claims: map[string]any{"iss": "https://evil.example"}},
		"other audience":         {claims: map[string]any{"aud": "other"}},
		"several, no party":      {claims: map[string]any{"aud": []string{"client", "other"}}},
		"other party":            {claims: map[string]any{"azp": "other"}},
		"expired":                {claims: map[string]any{"exp": time.Now().Add(-2 * time.Minute).Unix()}},
		"not yet":                {claims: map[string]any{"nbf": time.Now().Add(time.Hour).Unix()}},
		"other nonce":            {claims: map[string]any{"nonce": "other"}},
		"no nonce":               {claims: map[string]any{"nonce": nil}},
		"nobody":                 {claims: map[string]any{"sub": nil}},
		"other access token":     {claims: map[string]any{"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
		"absent":                 {token: func(*provider, string) string { return "" }},
		"not a token":            {token: func(*provider, string) string { return "eyJ.eyJ.x" }},
		"scripted fits":          {token: func(p *provider, nonce string) string { return p.sign(payload(p, nonce), "ES256", p.key) }, ok: true},
		"unsigned":               {token: func(p *provider, nonce string) string { return unsigned(p, nonce) }},
		"signed with the secret": {token: func(p *provider, nonce string) string { return shared(p, nonce) }},
		"signed by another key":  {token: func(p *provider, nonce string) string { return foreign(t, p, nonce) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			p.claims = c.claims
			client, r := newClient(t, Options{}), p.request()
			cb := p.visit(t, client, r)
			if c.token != nil {
				answer, _ := json.Marshal(map[string]any{"access_token": "access-one", "token_type": "Bearer", "id_token": c.token(p, r.Nonce)})
				p.script("/token", jsonReply(200, string(answer)))
			}
			_, err := client.Exchange(t.Context(), r, cb)
			if c.ok {
				if err != nil {
					t.Error(err)
				}
				return
			}
			want(t, err, Invalid, "")
		})
	}
}

func payload(p *provider, nonce string) map[string]any {
	return map[string]any{"iss": p.URL, "sub": "person", "aud": "client", "nonce": nonce, "exp": time.Now().Add(time.Hour).Unix()}
}

func unsigned(p *provider, nonce string) string {
	body, _ := json.Marshal(payload(p, nonce))
	return "eyJhbGciOiJub25lIn0." + encode(body) + "."
}

func shared(p *provider, nonce string) string {
	return p.sign(payload(p, nonce), "HS256", []byte("client-secret+/%client-secret+/%"))
}

func foreign(t *testing.T, p *provider, nonce string) string {
	return p.sign(payload(p, nonce), "ES256", newProvider(t).key)
}

func TestSigningKeysUnavailable(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.script("/jwks", reply{status: 503, body: "client-secret access-one"})
	c, r := newClient(t, Options{}), p.request()
	_, err := c.Exchange(t.Context(), r, p.visit(t, c, r))
	want(t, err, Unavailable, "")
	// A later exchange asks again.
	p.unscript("/jwks")
	if _, err := c.Exchange(t.Context(), r, p.visit(t, c, r)); err != nil {
		t.Error(err)
	}
	// So does one with a key that is new.
	p.keyID = "two"
	if _, err := c.Exchange(t.Context(), r, p.visit(t, c, r)); err != nil {
		t.Error(err)
	}
}

func TestWithoutOpenIDNoIDTokenIsRead(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.noID = true
	c, r := newClient(t, Options{}), p.request()
	r.Integration.OAuth.Scopes = []string{"books.read"}
	given, err := c.Exchange(t.Context(), r, p.visit(t, c, r))
	if err != nil || given.Claims != nil {
		t.Errorf("%v, %v", given.Claims, err)
	}
	if hits, _, _ := p.seen("/jwks"); hits != 0 {
		t.Error("keys were read for nothing")
	}
}

func TestSecretsStayOutOfLogs(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	r := Request{Integration: catalog.Integration{Key: "test"}, State: "the-state", Nonce: "the-nonce", Verifier: "the-verifier"}
	cb := Callback{Code: "the-code", State: "the-state", Error: "the-error"}
	g := Grant{AccessToken: "the-access", RefreshToken: "the-refresh", IDToken: "the-id", Claims: map[string]any{"name": "the-person"}}
	logger.Info("m", "request", r, "callback", cb, "grant", g)
	fmt.Fprintf(&log, "%v %+v %#v %v %+v %#v %v", r, r, r, cb, cb, cb, Grant{AccessToken: "the-access"})
	if strings.Contains(log.String(), "the-") {
		t.Error(log.String())
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	release := make(chan struct{})
	p.hold["/.well-known/openid-configuration"] = release
	c := newClient(t, Options{})
	// One who leaves early neither waits nor spoils it for the others.
	ctx, leave := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		_, err := c.AuthorizeURL(ctx, p.request())
		if !errors.Is(err, context.Canceled) {
			t.Errorf("left early: %v", err)
		}
		close(release)
	})
	for range 8 {
		group.Go(func() {
			r := p.request()
			where, err := c.AuthorizeURL(t.Context(), r)
			if err != nil || !strings.HasPrefix(where, p.URL+"/authorize?") {
				t.Errorf("%s, %v", where, err)
			}
		})
	}
	leave()
	group.Wait()
	if hits, _, _ := p.seen("/.well-known/openid-configuration"); hits > 2 {
		t.Errorf("the document was read %d times", hits)
	}
}

// The client's own share of a journey: exchange, id_token and tenants with
// everything public cached, over a transport without a socket.
func BenchmarkExchange(b *testing.B) {
	p := newProvider(b)
	r := p.request()
	answer, _ := json.Marshal(map[string]any{"access_token": "access-one", "expires_in": 1800, "id_token": p.idToken(r.Nonce)})
	p.script("/token", jsonReply(200, string(answer)))
	p.script("/api/tenants", jsonReply(200, `{"data":{"items":[{"id":"1","info":{"name":"a"}}]}}`))
	c := newClient(b, Options{HTTP: safehttp.New(safehttp.Options{Local: map[string]http.Handler{p.URL + "/": p.Config.Handler}})})
	cb := Callback{Code: "the-code", State: r.State, Issuer: p.URL}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.AuthorizeURL(b.Context(), r); err != nil {
			b.Fatal(err)
		}
		given, err := c.Exchange(b.Context(), r, cb)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Tenants(b.Context(), r.Integration, given); err != nil {
			b.Fatal(err)
		}
	}
}
