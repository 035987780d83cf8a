package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// issuer is a sign-in service that says what a test wants. e2e signs in at an
// independent one; this one can lie.
type issuer struct {
	t   *testing.T
	url string
	key *ecdsa.PrivateKey
	now func() time.Time

	mu     sync.Mutex
	codes  map[string]url.Values // what was asked for, by code
	claims map[string]any        // of the next ID token, beside the usual
	info   map[string]any        // of the UserInfo endpoint
	sign   *ecdsa.PrivateKey
	down   bool
}

func newIssuer(t *testing.T, now func() time.Time) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{t: t, key: key, sign: key, now: now, codes: map[string]url.Values{}, claims: map[string]any{}}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		answer(w, map[string]any{
			"issuer": i.url, "authorization_endpoint": i.url + "/authorize", "token_endpoint": i.url + "/token", "jwks_uri": i.url + "/keys",
			"userinfo_endpoint": i.url + "/me", "id_token_signing_alg_values_supported": []string{"ES256", "HS256", "none"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, r *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		defer i.mu.Unlock()
		answer(w, i.info)
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) { answer(w, i.exchange(w, r)) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	i.url = server.URL
	return i
}

// exchange checks what a careful service checks.
func (i *issuer) exchange(w http.ResponseWriter, r *http.Request) map[string]any {
	i.mu.Lock()
	defer i.mu.Unlock()
	asked, ok := i.codes[r.FormValue("code")]
	delete(i.codes, r.FormValue("code"))
	id, secret, basic := r.BasicAuth()
	digest := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !ok || !basic || id != "client" || secret != "hush" || asked.Get("code_challenge_method") != "S256" ||
		asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(digest[:]) || r.FormValue("redirect_uri") != place+"/portal/sso/callback" {
		w.WriteHeader(http.StatusBadRequest)
		return map[string]any{"error": "invalid_grant", "error_description": "secret words"}
	}
	claims := map[string]any{
		"iss": i.url, "aud": "client", "sub": "s-1", "nonce": asked.Get("nonce"), "iat": i.now().Unix(), "exp": i.now().Add(time.Minute).Unix(),
		"email": "ada@example.com", "email_verified": true, "name": "Ada From There", "groups": []string{"admins"},
	}
	if asked.Has("max_age") {
		claims["auth_time"] = i.now().Unix()
	}
	maps.Copy(claims, i.claims)
	plain, _ := json.Marshal(claims)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: i.sign}, (&jose.SignerOptions{}).WithHeader("kid", "1"))
	if err != nil {
		i.t.Error(err)
	}
	signed, err := signer.Sign(plain)
	if err != nil {
		i.t.Error(err)
	}
	raw, _ := signed.CompactSerialize()
	return map[string]any{"access_token": "at", "token_type": "Bearer", "id_token": raw, "expires_in": 60}
}

// authorize plays the person at the service: it answers with what comes back.
func (i *issuer) authorize(t *testing.T, at string) url.Values {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil || !strings.HasPrefix(at, i.url+"/authorize?") {
		t.Fatalf("sent to %s", at)
	}
	q := u.Query()
	if q.Get("response_type") != "code" || q.Get("client_id") != "client" || len(q.Get("nonce")) < 40 || len(q.Get("state")) < 40 {
		t.Errorf("asked for %s", u.RawQuery)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	code := "code-" + q.Get("state")
	i.codes[code] = q
	return url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {i.url}}
}

func (i *issuer) says(claims map[string]any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.claims = claims
}
