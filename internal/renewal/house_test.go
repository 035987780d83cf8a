package renewal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// house is a provider: each refresh token works once, and then for as long as
// its grace lasts.
type house struct {
	now   func() time.Time
	grace time.Duration
	life  int // of an access token, in seconds

	mu        sync.Mutex
	minted    int
	refresh   map[string]*paper // refresh tokens
	access    map[string]*paper // access tokens
	asked     map[string]int    // requests by path
	reused    int               // refresh tokens that came again
	tenants   []string
	mine      []string                         // of the tenants, those of one sign-in
	house     string                           // what a token answer names, where it is set
	script    []func(http.ResponseWriter) bool // of the token endpoint, in order; true ends the answer
	api       func(path string) int            // status of other calls, 0 for the usual
	lose      int                              // answers of the token endpoint to lose
	onRefresh func()                           // happens before the answer
	atOnce    int                              // token requests under way
	mostOnce  int
}

// paper is a token as the provider knows it.
type paper struct {
	grant string
	spent time.Time
	over  bool
}

func newHouse(now func() time.Time) *house {
	return &house{now: now, life: 3600, refresh: map[string]*paper{}, access: map[string]*paper{}, asked: map[string]int{}, tenants: []string{"one"}}
}

// give makes tokens as a sign-in does.
func (h *house) give(grant string) (access, refresh string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.mint(grant)
}

func (h *house) mint(grant string) (access, refresh string) {
	h.minted++
	access, refresh = fmt.Sprintf("access-%s-%d", grant, h.minted), fmt.Sprintf("refresh-%s-%d", grant, h.minted)
	h.access[access], h.refresh[refresh] = &paper{grant: grant}, &paper{grant: grant}
	return access, refresh
}

// revoke ends a grant.
func (h *house) revoke(grant string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, all := range []map[string]*paper{h.access, h.refresh} {
		for _, p := range all {
			if p.grant == grant {
				p.over = true
			}
		}
	}
}

func (h *house) calls(path string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.asked[path]
}

func (h *house) set(change func(*house)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change(h)
}

// RoundTrip answers without a socket.
func (h *house) RoundTrip(r *http.Request) (*http.Response, error) {
	w := &written{header: http.Header{"Content-Type": {"application/json"}}, status: 200}
	var form url.Values
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		_ = r.Body.Close()
		form, _ = url.ParseQuery(string(body))
	}
	if lost := h.serve(w, r, form); lost {
		return nil, errors.New("connection reset")
	}
	return &http.Response{StatusCode: w.status, Header: w.header, Body: io.NopCloser(strings.NewReader(w.body.String())), Request: r}, nil
}

type written struct {
	header http.Header
	status int
	body   strings.Builder
}

func (w *written) Header() http.Header         { return w.header }
func (w *written) WriteHeader(status int)      { w.status = status }
func (w *written) Write(p []byte) (int, error) { return w.body.Write(p) }

// ServeHTTP is for tests that need a socket.
func (h *house) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	w.Header().Set("Content-Type", "application/json")
	if h.serve(w, r, r.PostForm) {
		panic(http.ErrAbortHandler)
	}
}

func (h *house) serve(w http.ResponseWriter, r *http.Request, form url.Values) (lost bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked[r.URL.Path]++
	if r.URL.Path == "/token" {
		h.atOnce++
		h.mostOnce = max(h.mostOnce, h.atOnce)
		if happens := h.onRefresh; happens != nil {
			h.mu.Unlock()
			happens()
			h.mu.Lock()
		}
		h.atOnce--
		return h.renew(w, form.Get("refresh_token"))
	}
	if r.URL.Path == "/.well-known/openid-configuration" { // names nothing to ask
		_, _ = io.WriteString(w, `{"issuer":"https://house.example","authorization_endpoint":"https://house.example/authorize",
			"token_endpoint":"https://house.example/token","jwks_uri":"https://house.example/keys"}`)
		return false
	}
	p := h.access[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if h.api != nil {
		if status := h.api(r.URL.Path); status != 0 {
			w.WriteHeader(status)
			return false
		}
	}
	if p == nil || p.over {
		w.WriteHeader(401)
		return false
	}
	switch r.URL.Path {
	case "/tenants", "/tenants/mine":
		list, ids := []map[string]string{}, h.tenants
		if r.URL.Path != "/tenants" {
			ids = h.mine
		}
		for _, id := range ids {
			list = append(list, map[string]string{"id": id, "name": "Tenant " + id})
		}
		_ = json.NewEncoder(w).Encode(list)
	case "/tenants/paged":
		n, _ := strconv.Atoi(r.URL.Query().Get("page"))
		_, _ = fmt.Fprintf(w, `{"list":[{"id":%q}],"next":%t}`, h.tenants[n-1], n < len(h.tenants))
	case "/tenants/endless":
		n, _ := strconv.Atoi(r.URL.Query().Get("page"))
		_, _ = fmt.Fprintf(w, `{"list":[{"id":%q}],"next":"?page=%d"}`, h.tenants[0], n+1)
	case "/company":
		_, _ = io.WriteString(w, `{"name":"Harbour Bakery"}`)
	default:
		w.WriteHeader(404)
	}
	return false
}

func (h *house) renew(w http.ResponseWriter, sent string) (lost bool) {
	if len(h.script) > 0 {
		next := h.script[0]
		h.script = h.script[1:]
		if next(w) {
			return false
		}
	}
	p := h.refresh[sent]
	now := h.now()
	if p != nil && !p.spent.IsZero() {
		h.reused++
	}
	if p == nil || p.over || !p.spent.IsZero() && (h.grace == 0 || !now.Before(p.spent.Add(h.grace))) {
		w.WriteHeader(400)
		_, _ = io.WriteString(w, `{"error":"invalid_grant","error_description":"The refresh token is not valid."}`)
		return false
	}
	if p.spent.IsZero() {
		p.spent = now
	}
	access, refresh := h.mint(p.grant)
	if h.lose > 0 {
		h.lose--
		return true
	}
	answer := map[string]any{"access_token": access, "refresh_token": refresh, "expires_in": h.life, "token_type": "bearer"}
	if h.house != "" {
		answer["house"] = h.house
	}
	_ = json.NewEncoder(w).Encode(answer)
	return false
}

// fails is an answer of the token endpoint.
func fails(status int, body string, header ...string) func(http.ResponseWriter) bool {
	return func(w http.ResponseWriter) bool {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		return true
	}
}
