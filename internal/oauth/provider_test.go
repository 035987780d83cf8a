package oauth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"go.uber.org/goleak"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/safehttp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reply is a scripted answer of the provider.
type reply struct {
	status int
	media  string
	body   string
	header http.Header
}

func jsonReply(status int, body string) reply {
	return reply{status: status, media: "application/json", body: body}
}

// provider is an authorization server that keeps to the rules, unless a reply
// is scripted for a path.
type provider struct {
	*httptest.Server
	t   testing.TB
	key *ecdsa.PrivateKey
	now func() time.Time

	mu sync.Mutex
	// hits counts requests by path, forms holds the last form of each.
	hits     map[string]int
	forms    map[string]url.Values
	headers  map[string]http.Header
	scripted map[string]reply
	hold     map[string]chan struct{} // a request waits until it is closed
	discover map[string]any           // replaces members of the discovery document
	claims   map[string]any           // replaces claims of the id_token
	grants   map[string]url.Values    // by code
	noID     bool
	keyID    string
}

func newProvider(t testing.TB) *provider {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{
		t: t, key: key, now: time.Now, hits: map[string]int{}, forms: map[string]url.Values{}, headers: map[string]http.Header{},
		scripted: map[string]reply{}, hold: map[string]chan struct{}{}, discover: map[string]any{}, claims: map[string]any{},
		grants: map[string]url.Values{}, keyID: "one",
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.document)
	mux.HandleFunc("GET /jwks", p.jwks)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("POST /revoke", func(http.ResponseWriter, *http.Request) {})
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.serve(mux, w, r) }))
	t.Cleanup(p.Close)
	return p
}

// serve records the request and answers it as scripted, or by the rules.
func (p *provider) serve(mux http.Handler, w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	p.mu.Lock()
	p.hits[r.URL.Path]++
	p.forms[r.URL.Path], p.headers[r.URL.Path] = r.Form, r.Header
	scripted, ok := p.scripted[r.URL.Path]
	hold := p.hold[r.URL.Path]
	p.mu.Unlock()
	w.Header()["Date"] = nil // today's would be held against the test's own clock
	if hold != nil {
		<-hold
	}
	if !ok {
		mux.ServeHTTP(w, r)
		return
	}
	maps.Copy(w.Header(), scripted.header)
	w.Header().Set("Content-Type", scripted.media)
	w.WriteHeader(scripted.status)
	_, _ = w.Write([]byte(scripted.body))
}

func (p *provider) script(path string, r reply) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.scripted[path] = r
}

func (p *provider) unscript(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.scripted, path)
}

func (p *provider) seen(path string) (hits int, form url.Values, header http.Header) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hits[path], p.forms[path], p.headers[path]
}

func (p *provider) document(w http.ResponseWriter, _ *http.Request) {
	document := map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token",
		"revocation_endpoint": p.URL + "/revoke", "userinfo_endpoint": p.URL + "/userinfo", "jwks_uri": p.URL + "/jwks",
		"id_token_signing_alg_values_supported":          []string{"ES256", "none", "HS256"},
		"authorization_response_iss_parameter_supported": true,
	}
	maps.Copy(document, p.discover)
	writeJSON(w, 200, document)
}

func (p *provider) jwks(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, 200, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: p.keyID, Algorithm: "ES256", Use: "sig"}}})
}

// authorize answers at once: nobody has to consent here.
func (p *provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	code := NewToken()
	p.mu.Lock()
	p.grants[code] = q
	p.mu.Unlock()
	back := url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {p.URL}}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	refuse := func(code string) { writeJSON(w, 400, map[string]string{"error": code}) }
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	if id != "client" || secret != "client-secret+/%" && secret != url.QueryEscape("client-secret+/%") {
		refuse("invalid_client")
		return
	}
	if r.PostFormValue("grant_type") == "refresh_token" {
		writeJSON(w, 200, map[string]any{"access_token": "access-two", "token_type": "Bearer", "expires_in": 1800, "refresh_token": "refresh-two"})
		return
	}
	p.mu.Lock()
	asked := p.grants[r.PostFormValue("code")]
	delete(p.grants, r.PostFormValue("code"))
	p.mu.Unlock()
	challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if asked == nil || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(challenge[:]) || asked.Get("redirect_uri") != r.PostFormValue("redirect_uri") {
		refuse("invalid_grant")
		return
	}
	answer := map[string]any{"access_token": "access-one", "token_type": "Bearer", "expires_in": 1800, "refresh_token": "refresh-one"}
	if !p.noID {
		answer["id_token"] = p.idToken(asked.Get("nonce"))
	}
	writeJSON(w, 200, answer)
}

// idToken signs claims that fit, with p.claims put over them.
func (p *provider) idToken(nonce string) string {
	hash := sha256.Sum256([]byte("access-one"))
	claims := map[string]any{
		"iss": p.URL, "sub": "person", "aud": "client", "nonce": nonce, "exp": p.now().Add(time.Hour).Unix(), "iat": p.now().Unix(),
		"at_hash": base64.RawURLEncoding.EncodeToString(hash[:16]), "givenName": "Robin", "updated_at": 1700000000,
	}
	for name, value := range p.claims {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	return p.sign(claims, jose.ES256, p.key)
}

func (p *provider) sign(claims map[string]any, algorithm jose.SignatureAlgorithm, key any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: p.keyID}}, nil)
	if err != nil {
		p.t.Error(err)
		return ""
	}
	payload, _ := json.Marshal(claims)
	signed, err := signer.Sign(payload)
	if err != nil {
		p.t.Error(err)
		return ""
	}
	text, _ := signed.CompactSerialize()
	return text
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

// integration is the provider's catalog entry.
func (p *provider) integration() catalog.Integration {
	return catalog.Integration{
		Key: "test",
		OAuth: catalog.OAuth{
			Issuer: p.URL, Discovery: true, ClientID: "client", ClientSecret: "client-secret+/%", ClientAuthentication: catalog.Basic,
			Scopes: []string{"openid", "books.read"}, ScopeSeparator: " ", PKCE: true,
		},
		Tenants: &catalog.Tenants{Call: catalog.Call{URL: p.URL + "/api/tenants"}, Items: "data.items", ID: "id", Name: "info.name"},
		Company: &catalog.Company{Call: catalog.Call{URL: p.URL + "/api/company/${tenant.id}?of=${tenant.id}"}, Name: "company.0.name"},
		Claims:  map[string]string{"givenName": "given_name"},
		API:     catalog.API{Authorization: catalog.BearerAuthorization},
	}
}

func (p *provider) request() Request {
	return Request{Integration: p.integration(), RedirectURI: "https://bowline.example/oauth/callback/test", State: NewToken(), Nonce: NewToken(), Verifier: NewToken()}
}

// newClient returns a Client over the product's own transport.
func newClient(t testing.TB, o Options) *Client {
	t.Helper()
	if o.HTTP == nil {
		o.HTTP = safehttp.New(safehttp.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	}
	t.Cleanup(o.HTTP.CloseIdleConnections)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return NewClient(o)
}

// visit goes to the authorization URL as a browser would and returns what the
// provider sends back.
func (p *provider) visit(t testing.TB, c *Client, r Request) Callback {
	t.Helper()
	where, err := c.AuthorizeURL(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, where, nil)
	response, err := c.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	back, err := response.Location()
	if err != nil {
		t.Fatalf("status %d: %v", response.StatusCode, err)
	}
	cb, err := ParseCallback(r.Integration, back.Query())
	if err != nil {
		t.Fatal(err)
	}
	return cb
}
