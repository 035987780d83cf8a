package sandbox

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestNewRefusesBadOptions(t *testing.T) {
	t.Parallel()
	client := Client{ID: "c", Name: "C", Kind: Banking, RedirectURIs: []string{testRedirect}}
	good := Options{Issuer: "https://sandbox.example.com", Key: testKey, Clients: []Client{client}}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Options){
		"issuer must":      func(o *Options) { o.Issuer = "https://sandbox.example.com/" },
		"issuer must be":   func(o *Options) { o.Issuer = "/sandbox" },
		"issuer":           func(o *Options) { o.Issuer = "https://sandbox.example.com/s?x=1" },
		"fewer than 32":    func(o *Options) { o.Key = []byte("short") },
		"no clients":       func(o *Options) { o.Clients = nil },
		"id is empty":      func(o *Options) { o.Clients = []Client{{Kind: Banking}} },
		"registered twice": func(o *Options) { o.Clients = []Client{client, client} },
		"unknown kind":     func(o *Options) { o.Clients = []Client{{ID: "c", Kind: "Gardening"}} },
		"no redirect URI":  func(o *Options) { o.Clients = []Client{{ID: "c", Kind: Banking}} },
		"without fragment": func(o *Options) {
			o.Clients = []Client{{ID: "c", Kind: Banking, RedirectURIs: []string{testRedirect + "#"}}}
		},
	} {
		o := good
		change(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestIssuerAtTheRootOfAHost(t *testing.T) {
	t.Parallel()
	p, err := New(Options{Issuer: "https://sandbox.example.com", Key: testKey,
		Clients: []Client{{ID: "c", Name: "C", Kind: Banking, RedirectURIs: []string{testRedirect}}}})
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	form := strings.NewReader(url.Values{"action": {"reset"}}.Encode())
	req := httptest.NewRequestWithContext(context.Background(), "POST", "https://sandbox.example.com/switches", form)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	p.Handler().ServeHTTP(rec, req)
	if c := rec.Result().Cookies(); rec.Code != http.StatusSeeOther || len(c) != 1 || c[0].Path != "/" || !c[0].Secure {
		t.Errorf("%d %v", rec.Code, c)
	}
}

// BenchmarkCodeFlow is a whole code flow without a browser and without a
// socket: one POST for sign-in and consent, one for the tokens.
func BenchmarkCodeFlow(b *testing.B) {
	p, err := New(Options{Issuer: "http://127.0.0.1:8080/sandbox", Key: testKey,
		Clients: []Client{{ID: testClient, Name: "Bowline", Kind: Accounting, RedirectURIs: []string{testRedirect}}}})
	if err != nil {
		b.Fatal(err)
	}
	authorize := with(authorizeParams(), "account", "sam", "decision", "allow").Encode()
	secret := ClientSecret(testKey, testClient)
	post := func(path, body string) *httptest.ResponseRecorder {
		req := httptest.NewRequestWithContext(context.Background(), "POST", path, strings.NewReader(body))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.SetBasicAuth(testClient, secret)
		rec := httptest.NewRecorder()
		p.Handler().ServeHTTP(rec, req)
		return rec
	}
	b.ReportAllocs()
	for b.Loop() {
		location, err := url.Parse(post("/sandbox/authorize", authorize).Header().Get("Location"))
		if err != nil {
			b.Fatal(err)
		}
		if rec := post("/sandbox/token", redeemForm(location.Query().Get("code")).Encode()); rec.Code != http.StatusOK {
			b.Fatal(rec.Code, rec.Body)
		}
	}
}
