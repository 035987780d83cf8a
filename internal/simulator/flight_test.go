package simulator

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// plan is what a client has to know about a provider, written down here by hand
// and not read from anywhere: it is the third opinion beside the emulator and
// the catalog.
type plan struct {
	key       string
	authorize string            // URL
	ask       map[string]string // beyond client_id, redirect_uri, response_type and state
	token     string            // URL
	refresh   string            // URL, when it is another one
	basic     bool
	json      bool
	with      map[string]string // beyond what every token request has
	call      string            // "METHOD URL" of the first call, may hold {callback field}, {token field} and {tenant}
	body      string            // of that call
	headers   map[string]string
	scheme    string // of the Authorization header; Bearer when empty, "-" for none
	says      string // the answer has to hold this; the first company's name when empty
	keeps     bool   // a refresh leaves the refresh token as it is
	code      string // parameter of the callback
}

const callback = "https://bowline.example/oauth/callback/"

// clock is a time that tests own.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// flight is one person connecting one provider with a minimal client.
type flight struct {
	*testing.T
	*clock
	s *Simulator
	plan
	client   Client
	trips    int
	authMore url.Values // changes the authorization request
	back     url.Values // what the browser brought back
	tokens   map[string]any
}

// board prepares a flight on a simulator of its own.
func board(t *testing.T, p plan) *flight {
	t.Helper()
	c := &clock{now: time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)}
	s := New(Options{Now: c.Now, Seed: "test", RedirectURI: func(key string) string { return callback + key }})
	f := &flight{T: t, clock: c, s: s, plan: p, client: s.Client(p.key), authMore: url.Values{}}
	if f.code == "" {
		f.code = "code"
	}
	return f
}

// aboard is board for a key, connected already.
func aboard(t *testing.T, key string) *flight {
	t.Helper()
	f := board(t, planOf(t, key))
	f.connect()
	return f
}

func (f *flight) link() string {
	q := url.Values{"client_id": {f.client.ID}, "redirect_uri": {callback + f.key}, "response_type": {"code"}, "state": {f.state()}}
	for name, value := range f.ask {
		q.Set(name, f.fill(value))
	}
	for name, values := range f.authMore {
		if q[name] = values; len(values) == 0 {
			delete(q, name)
		}
	}
	return f.authorize + "?" + q.Encode()
}

// fill replaces {placeholders} by what is known.
func (f *flight) fill(text string) string {
	known := map[string]string{"id": f.client.ID, "secret": f.client.Secret}
	maps.Copy(known, f.client.Values)
	for name := range f.back {
		known[name] = f.back.Get(name)
	}
	for name, value := range f.tokens {
		if s, ok := value.(string); ok {
			known[name] = s
		}
	}
	if p := f.s.providers[f.key]; p != nil {
		known["tenant"] = p.tenantID(f.s, 0)
		known["directory"] = f.s.directory()
	}
	for name, value := range known {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

func (f *flight) state() string { return "state-" + strconv.Itoa(f.trips) }

// visit is the browser's part, of a new trip.
func (f *flight) visit(d Decision) (url.Values, error) {
	f.trips++
	return f.visitAgain(d)
}

// visitAgain takes the same link as before.
func (f *flight) visitAgain(d Decision) (url.Values, error) {
	to, err := f.s.Visit(f.Context(), f.link(), d)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, callback+f.key+"?") {
		f.Fatalf("%s: the browser is sent to %q", f.key, to)
	}
	return u.Query(), nil
}

// reply is an answer, read to the end.
type reply struct {
	status int
	header http.Header
	body   string
	err    error
}

func (r reply) object(t *testing.T) map[string]any {
	t.Helper()
	var out map[string]any
	decoder := json.NewDecoder(strings.NewReader(r.body))
	decoder.UseNumber()
	if err := decoder.Decode(&out); err != nil {
		t.Fatalf("%d %q: %v", r.status, r.body, err)
	}
	return out
}

func (f *flight) send(request *http.Request) reply {
	response, err := f.s.RoundTripper(nil).RoundTrip(request)
	if err != nil {
		return reply{err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(body), err}
}

// post asks a token endpoint or its like.
func (f *flight) post(address string, fields url.Values, style func(*http.Request, url.Values)) reply {
	f.Helper()
	request, err := http.NewRequestWithContext(f.Context(), http.MethodPost, address, nil)
	if err != nil {
		f.Fatal(err)
	}
	if style == nil {
		style = f.proof
	}
	style(request, fields)
	if f.json {
		object := map[string]string{}
		for name := range fields {
			object[name] = fields.Get(name)
		}
		b, err := json.Marshal(object)
		if err != nil {
			f.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Body = io.NopCloser(strings.NewReader(string(b)))
	} else {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Body = io.NopCloser(strings.NewReader(fields.Encode()))
	}
	return f.send(request)
}

// proof authenticates in the way of the plan.
func (f *flight) proof(request *http.Request, fields url.Values) {
	if f.basic {
		request.SetBasicAuth(f.client.ID, f.client.Secret)
		return
	}
	fields.Set("client_id", f.client.ID)
	fields.Set("client_secret", f.client.Secret)
}

func (f *flight) redeem(fields url.Values, style func(*http.Request, url.Values)) reply {
	f.Helper()
	all := url.Values{"grant_type": {"authorization_code"}, "code": {f.back.Get(f.code)}, "redirect_uri": {callback + f.key}}
	for name, value := range f.with {
		all.Set(name, f.fill(value))
	}
	maps.Copy(all, fields)
	return f.post(f.fill(f.token), all, style)
}

func (f *flight) again(refreshToken string) reply {
	f.Helper()
	fields := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refreshToken}}
	for name, value := range f.with {
		fields.Set(name, f.fill(value))
	}
	if f.refresh != "" {
		return f.post(f.refresh, url.Values{"client_id": {f.client.ID}, "refresh_token": {refreshToken}}, func(*http.Request, url.Values) {})
	}
	return f.post(f.fill(f.token), fields, nil)
}

// connect goes all the way to tokens.
func (f *flight) connect() {
	f.Helper()
	back, err := f.visit(Decision{})
	if err != nil {
		f.Fatalf("%s: %v", f.key, err)
	}
	if back.Get("error") != "" || back.Get(f.code) == "" || back.Get("state") != f.state() {
		f.Fatalf("%s: came back with %v", f.key, back)
	}
	f.back = back
	r := f.redeem(nil, nil)
	if r.err != nil || r.status != http.StatusOK {
		f.Fatalf("%s: exchange: %d %s %v", f.key, r.status, r.body, r.err)
	}
	f.tokens = r.object(f.T)
	if f.tokens["access_token"] == nil {
		f.Fatalf("%s: no access token in %s", f.key, r.body)
	}
}

// use makes the first call.
func (f *flight) use() reply { return f.ring(f.call) }

func (f *flight) ring(call string) reply {
	f.Helper()
	method, address, _ := strings.Cut(f.fill(call), " ")
	request, err := http.NewRequestWithContext(f.Context(), method, address, strings.NewReader(f.body))
	if err != nil {
		f.Fatal(err)
	}
	request.Header.Set("Accept", "application/json")
	if f.body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	switch f.scheme {
	case "":
		request.Header.Set("Authorization", f.fill("Bearer {access_token}"))
	case "-":
	default:
		request.Header.Set("Authorization", f.fill(f.scheme+" {access_token}"))
	}
	for name, value := range f.headers {
		request.Header.Set(name, f.fill(value))
	}
	return f.send(request)
}

func (f *flight) refreshToken() string {
	s, _ := f.tokens["refresh_token"].(string)
	return s
}

// renewed refreshes when the provider lets it, and takes what it gets.
func (f *flight) renewed() reply {
	f.Helper()
	r := f.again(f.refreshToken())
	if r.status == http.StatusOK {
		maps.Copy(f.tokens, r.object(f.T))
	}
	return r
}

func isLost(r reply) bool { return errors.Is(r.err, errLost) }
