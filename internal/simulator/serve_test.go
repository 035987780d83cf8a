package simulator

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// mounted serves a simulator on a socket of its own.
func mounted(t *testing.T) (*Simulator, string) {
	t.Helper()
	var s *Simulator
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.Handler().ServeHTTP(w, r) }))
	base := "http://" + server.Listener.Addr().String()
	s = New(Options{Base: base, Seed: "test", RedirectURI: func(key string) string { return callback + key }})
	server.Start()
	t.Cleanup(server.Close)
	return s, base
}

// TestThroughASocket makes the journey of a person with a browser.
func TestThroughASocket(t *testing.T) {
	t.Parallel()
	s, base := mounted(t)
	client := s.Client("fbrh")
	q := url.Values{"client_id": {client.ID}, "redirect_uri": {callback + "fbrh"}, "response_type": {"code"}, "state": {"s"}}
	address := base + "/api.freeagent.com/v2/approve_app?" + q.Encode()
	status, page := get(t, address)
	if status != http.StatusOK || strings.Contains(page, "<script") || !strings.Contains(page, "I am not an administrator") {
		t.Errorf("%d %s", status, page)
	}
	back, err := s.Visit(t.Context(), address, Decision{})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"grant_type": {"authorization_code"}, "code": {u.Query().Get("code")}, "redirect_uri": {callback + "fbrh"}}
	exchange := func() (int, string, error) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/api.freeagent.com/v2/token_endpoint", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.SetBasicAuth(client.ID, client.Secret)
		return do(request)
	}
	s.Switch("fbrh", LostExchange, true)
	if status, body, err := exchange(); err == nil {
		t.Errorf("the answer did not get lost: %d %s", status, body)
	}
	if status, body, err := exchange(); err != nil || status != http.StatusBadRequest || !strings.Contains(body, "invalid_grant") {
		t.Errorf("%d %s %v", status, body, err)
	}
	if status, _ := get(t, base+"/example.com/"); status != http.StatusNotFound {
		t.Errorf("somebody is emulated at example.com: %d", status)
	}

	hops := s.Seen("fbrh")
	last := hops[len(hops)-1]
	if last.Method != http.MethodPost || last.Host != "api.freeagent.com" || last.Path != "/v2/token_endpoint" ||
		last.Form.Get("grant_type") != "authorization_code" || last.Status != http.StatusBadRequest || last.Header.Get("Authorization") == "" {
		t.Errorf("%+v", last)
	}
	if lost := hops[len(hops)-2]; lost.Status != 0 {
		t.Errorf("the lost answer is seen as %d", lost.Status)
	}
	if others := s.Seen("gbol"); len(others) != 0 {
		t.Errorf("Xero has seen %v", others)
	}
}

func do(request *http.Request) (int, string, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

func get(t *testing.T, address string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	status, body, err := do(request)
	if err != nil {
		t.Fatal(err)
	}
	return status, body
}

// TestIndex reads the page for people and uses its forms.
func TestIndex(t *testing.T) {
	t.Parallel()
	s, base := mounted(t)
	status, page := get(t, base+"/")
	for _, p := range plans {
		if !strings.Contains(page, `id="`+p.key+`"`) || !strings.Contains(page, s.Client(p.key).ID) {
			t.Errorf("%s is not on the page", p.key)
		}
	}
	if status != http.StatusOK || strings.Contains(page, "<script") || !strings.Contains(page, callback+"gbol") {
		t.Errorf("%d", status)
	}
	post := func(origin string, form url.Values) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", origin)
		status, _, err := do(request)
		if err != nil {
			t.Fatal(err)
		}
		return status
	}
	change := url.Values{"key": {"qudb"}, "on": {string(ClockAhead)}, "do": {"switch"}}
	if status := post("https://evil.example", change); status != http.StatusForbidden || switched(s, "qudb", ClockAhead) {
		t.Errorf("another site turns switches: %d", status)
	}
	if status := post(base, change); status != http.StatusSeeOther || !switched(s, "qudb", ClockAhead) || switched(s, "qudb", SingleUseRefresh) {
		t.Errorf("the form does not turn switches: %d", status)
	}
	if status := post(base, url.Values{"key": {"qudb"}, "do": {"revoke"}}); status != http.StatusSeeOther {
		t.Errorf("revoke: %d", status)
	}
}

func switched(s *Simulator, key string, p Pathology) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.on(key, p)
}

// TestStyleIsAllowed compares the hash in the policy with the page.
func TestStyleIsAllowed(t *testing.T) {
	t.Parallel()
	f := board(t, planOf(t, "gbol"))
	r := f.ring("GET " + f.link())
	_, rest, _ := strings.Cut(r.body, "<style>")
	text, _, _ := strings.Cut(rest, "</style>")
	if text != string(style()) || text == "" || !strings.Contains(r.header.Get("Content-Security-Policy"), "sha256-") {
		t.Errorf("the style sheet of the page is not the one of the policy: %q", r.header.Get("Content-Security-Policy"))
	}
	if strings.Count(r.body, `type="checkbox"`) != 2 {
		t.Errorf("%s", r.body)
	}
}

// TestPassesOthersOn lets the next transport have what is not emulated.
func TestPassesOthersOn(t *testing.T) {
	t.Parallel()
	s := New(Options{RedirectURI: func(string) string { return "" }})
	var passed string
	next := roundTripFunc(func(r *http.Request) (*http.Response, error) {
		passed = r.URL.String()
		return nil, io.EOF
	})
	for _, address := range []string{"https://example.com/x", "http://api.xero.com/connections"} {
		request := httptest.NewRequest(http.MethodGet, address, nil)
		if _, err := s.RoundTripper(next).RoundTrip(request); err == nil || passed != address {
			t.Errorf("%s was not passed on: %q %v", address, passed, err)
		}
		if _, err := s.RoundTripper(nil).RoundTrip(request); err == nil {
			t.Errorf("%s is answered", address)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := s.RoundTripper(nil).RoundTrip(httptest.NewRequest(http.MethodGet, "https://api.xero.com/connections", nil).WithContext(ctx)); err == nil {
		t.Error("a request that is over is answered")
	}
}

type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestSameSeedSameSimulator compares registrations; keys never share a secret.
func TestSameSeedSameSimulator(t *testing.T) {
	t.Parallel()
	o := Options{Seed: "x", RedirectURI: func(string) string { return "" }}
	a, b, other := New(o), New(o), New(Options{RedirectURI: o.RedirectURI})
	seen := map[string]string{}
	for _, p := range plans {
		c := a.Client(p.key)
		if c.ID != b.Client(p.key).ID || c.Secret != b.Client(p.key).Secret {
			t.Errorf("%s differs", p.key)
		}
		if c.Secret == other.Client(p.key).Secret {
			t.Errorf("%s does not depend on the seed", p.key)
		}
		if seen[c.Secret] != "" || c.ID == "" || c.Secret == "" {
			t.Errorf("%s shares its secret with %s", p.key, seen[c.Secret])
		}
		seen[c.Secret] = p.key
	}
}

// TestManyAtOnce is for the race detector.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	f := aboard(t, "vxvy")
	var all sync.WaitGroup
	refresh := f.refreshToken()
	worked := make(chan bool, 20)
	for range 20 {
		all.Go(func() {
			worked <- f.again(refresh).status == http.StatusOK
			f.s.Seen("vxvy")
			f.s.Switch("vxvy", ClockAhead, true)
		})
	}
	all.Wait()
	close(worked)
	n := 0
	for ok := range worked {
		if ok {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d refreshes with one single-use token worked", n)
	}
}

// TestKnowsNothingOfBowline reads what the package is built from.
func TestKnowsNothingOfBowline(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for path := range strings.FieldsSeq(string(out)) {
		if strings.HasPrefix(path, "github.com/bowline/bowline") && path != "github.com/bowline/bowline/internal/simulator" {
			t.Errorf("the simulator depends on %s", path)
		}
	}
}

// TestKeyedProvidersAreServed looks at what they share with the others.
func TestKeyedProvidersAreServed(t *testing.T) {
	t.Parallel()
	s := New(Options{Seed: "test", RedirectURI: func(string) string { return "" }})
	for _, k := range keyedProviders(s) {
		host := strings.Replace(k.hosts[0], "*", "shop", 1)
		s.Switch(k.key, Storm, true)
		response, err := s.RoundTripper(nil).RoundTrip(httptest.NewRequest(http.MethodGet, "https://"+host+"/", nil))
		if err != nil || response.StatusCode != http.StatusTooManyRequests {
			t.Errorf("%s at %s: %v %v", k.key, host, response, err)
		}
		if hops := s.Seen(k.key); len(hops) != 1 || hops[0].Host != host {
			t.Errorf("%s has seen %v", k.key, hops)
		}
	}
}
