package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	testClient   = "sandbox-mqjo"
	testRedirect = "https://client.example.com/callback"
	testVerifier = "abcdefghijklmnopqrstuvwxyz0123456789-._~ABCDE"
)

var testKey = []byte("0123456789abcdef0123456789abcdef")

// clock is the time as the tests want it.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }
func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// bench is one provider behind a real listener and one browser in front.
type bench struct {
	t       testing.TB
	running *atomic.Pointer[Provider]
	p       *Provider // the one that runs
	issuer  string
	browser *http.Client // keeps cookies, follows nothing
	clock   *clock
	waited  []time.Duration
	options Options
}

func start(t testing.TB) *bench {
	t.Helper()
	b := &bench{t: t, running: new(atomic.Pointer[Provider]), clock: &clock{t: time.Now().UTC()}}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.running.Load().Handler().ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	b.issuer = srv.URL + "/sandbox"
	b.options = Options{
		Issuer: b.issuer, Key: testKey, Now: b.clock.Now,
		Sleep: func(_ context.Context, d time.Duration) error { b.waited = append(b.waited, d); return nil },
		Clients: []Client{
			{ID: testClient, Name: "Bowline", Kind: Accounting, RedirectURIs: []string{testRedirect, "https://client.example.com/cb?tenant=1"}},
			{ID: "sandbox-bank", Name: "Bowline", Kind: Banking, RedirectURIs: []string{testRedirect}},
			{ID: "sandbox-aiwb", Name: "Bowline", Kind: Commerce, RedirectURIs: []string{testRedirect}},
		},
	}
	b.restart()
	b.browser = newBrowser(t)
	return b
}

// in is the same bench reporting to a subtest.
func (b *bench) in(t testing.TB) *bench {
	c := *b
	c.t = t
	return &c
}

// restart puts a new provider with the same options in the place of the old.
func (b *bench) restart() {
	b.t.Helper()
	p, err := New(b.options)
	if err != nil {
		b.t.Fatal(err)
	}
	b.p = p
	b.running.Store(p)
}

func newBrowser(t testing.TB) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// response is a response with its body read.
type response struct {
	*http.Response
	body string
}

func (b *bench) do(req *http.Request) response {
	b.t.Helper()
	res, err := b.browser.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return response{res, string(body)}
}

func (b *bench) request(method, path string, form url.Values) *http.Request {
	b.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(context.Background(), method, b.issuer+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return req
}

func (b *bench) get(path string) response { b.t.Helper(); return b.do(b.request("GET", path, nil)) }
func (b *bench) post(path string, form url.Values) response {
	b.t.Helper()
	return b.do(b.request("POST", path, form))
}

func (b *bench) api(path, token string) response {
	b.t.Helper()
	req := b.request("GET", path, nil)
	req.Header.Set("Authorization", "Bearer "+token)
	return b.do(req)
}

func challenge() string {
	sum := sha256.Sum256([]byte(testVerifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// with returns a copy of the values with pairs set; an empty value removes.
func with(v url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for k, vs := range v {
		out[k] = append([]string(nil), vs...)
	}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			out.Del(pairs[i])
		} else {
			out.Set(pairs[i], pairs[i+1])
		}
	}
	return out
}

func authorizeParams() url.Values {
	return url.Values{
		"client_id": {testClient}, "redirect_uri": {testRedirect}, "response_type": {"code"}, "state": {"st&te"},
		"scope": {"openid profile email phone address offline_access accounting.read"}, "nonce": {"n-1"},
		"code_challenge": {challenge()}, "code_challenge_method": {"S256"},
	}
}

// code takes both steps in one, as Sam unless the pairs say otherwise, and
// returns the code.
func (b *bench) code(pairs ...string) string {
	b.t.Helper()
	form := with(with(authorizeParams(), "account", "sam", "decision", "allow"), pairs...)
	res := b.post("/authorize", form)
	q := b.answer(res)
	if q.Get("code") == "" {
		b.t.Fatalf("no code in the answer: %v", q)
	}
	return q.Get("code")
}

// answer reads the authorization response out of a redirect to the client.
func (b *bench) answer(res response) url.Values {
	b.t.Helper()
	if res.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("status %d, want 303; body %s", res.StatusCode, res.body)
	}
	u, err := url.Parse(res.Header.Get("Location"))
	if err != nil {
		b.t.Fatal(err)
	}
	if u.Host != "client.example.com" {
		b.t.Fatalf("redirected to %s, not to the client", u)
	}
	return u.Query()
}

func redeemForm(code string) url.Values {
	return url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {testRedirect}, "code_verifier": {testVerifier}}
}

// token posts to the token endpoint with client_secret_basic.
func (b *bench) token(form url.Values) response {
	b.t.Helper()
	return b.authenticated("/token", form)
}

func (b *bench) authenticated(path string, form url.Values) response {
	b.t.Helper()
	req := b.request("POST", path, form)
	req.SetBasicAuth(testClient, ClientSecret(testKey, testClient))
	return b.do(req)
}

func (b *bench) tokens(res response) tokens {
	b.t.Helper()
	if res.StatusCode != http.StatusOK {
		b.t.Fatalf("status %d: %s", res.StatusCode, res.body)
	}
	var out tokens
	if err := json.Unmarshal([]byte(res.body), &out); err != nil {
		b.t.Fatal(err)
	}
	return out
}

func (b *bench) connect(pairs ...string) tokens {
	b.t.Helper()
	return b.tokens(b.token(redeemForm(b.code(pairs...))))
}

func (b *bench) refresh(token string) response {
	b.t.Helper()
	return b.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
}

func (b *bench) wantError(res response, status int, code string) {
	b.t.Helper()
	var e struct {
		Error string `json:"error"`
	}
	if err := json.Unmarshal([]byte(res.body), &e); err != nil {
		b.t.Fatalf("not JSON: %s", res.body)
	}
	if res.StatusCode != status || e.Error != code {
		b.t.Errorf("got %d %s, want %d %s", res.StatusCode, res.body, status, code)
	}
	if res.Header.Get("Cache-Control") != "no-store" {
		b.t.Errorf("Cache-Control is %q, want no-store", res.Header.Get("Cache-Control"))
	}
}
