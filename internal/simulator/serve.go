package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxBody caps the body of every request, in bytes.
const maxBody = 64 << 10

// call is one request being answered. The handler runs under the simulator's
// lock and writes into memory.
type call struct {
	s    *Simulator
	w    *answer
	r    *http.Request // Host is the real host name
	at   []*provider   // who may be meant at this address
	p    *provider     // who is meant, as soon as that is known
	form url.Values    // body: form fields, or the members of a JSON object as text
	json bool          // the body was JSON
	fine bool          // the body was of a kind that the engine can read, or absent
}

// answer is a response in memory.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
	lost   bool // the client gets a broken connection instead
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// errLost is what a client sees of an answer that got lost.
var errLost = errors.New("simulator: the connection broke before the answer arrived")

// RoundTripper answers requests to emulated https hosts in the process; others
// go to next, or fail when next is nil.
func (s *Simulator) RoundTripper(next http.RoundTripper) http.RoundTripper {
	return roundTripper{s, next}
}

type roundTripper struct {
	s    *Simulator
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" || !t.s.route.knows(r.URL.Host) {
		if t.next != nil {
			return t.next.RoundTrip(r)
		}
		return nil, fmt.Errorf("simulator: nobody is emulated at %s://%s", r.URL.Scheme, r.URL.Host)
	}
	if r.Body != nil {
		defer func() { _ = r.Body.Close() }()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	body, err := readBody(r)
	if err != nil {
		return nil, fmt.Errorf("simulator: read the request: %w", err)
	}
	inner := r.Clone(r.Context())
	inner.Host = r.URL.Host
	if inner.URL.Path == "" {
		inner.URL.Path = "/"
	}
	a := t.s.answer(inner, body)
	if a.lost {
		return nil, errLost
	}
	return &http.Response{
		Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(&a.body), ContentLength: int64(a.body.Len()), Request: r,
	}, nil
}

// Handler serves /{host}/{path...}, the real host name as the first segment,
// and "/", a page for people with the registrations and the switches.
func (s *Simulator) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showIndex)
	mux.HandleFunc("POST /{$}", s.changeIndex)
	origin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			origin.Handler(mux).ServeHTTP(w, r)
			return
		}
		body, err := readBody(r)
		if err != nil {
			http.Error(w, "The request could not be read.", http.StatusBadRequest)
			return
		}
		inner, ok := unmounted(r)
		if !ok || !s.route.knows(inner.Host) {
			http.Error(w, "Nobody is emulated at this address.", http.StatusNotFound)
			return
		}
		a := s.answer(inner, body)
		if a.lost {
			panic(http.ErrAbortHandler)
		}
		for name, values := range a.header {
			w.Header()[name] = values
		}
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body.Bytes()) // the client may have gone
	})
}

// unmounted turns /{host}/{path} into a request for that host.
func unmounted(r *http.Request) (*http.Request, bool) {
	escaped := strings.TrimPrefix(r.URL.EscapedPath(), "/")
	host, rest, _ := strings.Cut(escaped, "/")
	path, err := url.PathUnescape("/" + rest)
	if err != nil || host == "" {
		return nil, false
	}
	inner := r.Clone(r.Context())
	inner.Host = host
	inner.URL = &url.URL{Scheme: "https", Host: host, Path: path, RawPath: "/" + rest, RawQuery: r.URL.RawQuery}
	return inner, true
}

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err == nil && len(body) > maxBody {
		err = errors.New("the body is too large")
	}
	return body, err
}

// answer lets whoever is emulated at the request's host answer it.
func (s *Simulator) answer(r *http.Request, body []byte) *answer {
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.RequestURI = ""
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &call{s: s, w: &answer{header: http.Header{}}, r: r}
	c.readForm(body)
	if key, ok := s.route.wholeAt(r.Host); ok {
		s.answerKeyed(c, s.keyed[key])
	} else if route, status := s.route.find(r); route == nil {
		http.Error(c.w, http.StatusText(status), status)
	} else {
		c.at = route.at
		if len(c.at) == 1 {
			c.p = c.at[0]
		}
		route.handle(c)
		for _, p := range c.meant() {
			s.record(p.key, c)
		}
	}
	c.w.WriteHeader(http.StatusOK)
	return c.w
}

func (s *Simulator) answerKeyed(c *call, k keyed) {
	switch {
	case s.strikesNow(k.key, Storm):
		c.throttle()
	case s.on(k.key, Broken):
		c.breakDown()
	default:
		k.handler.ServeHTTP(c.w, c.r)
	}
	s.record(k.key, c)
}

// meant are the providers that a request counts for.
func (c *call) meant() []*provider {
	if c.p != nil {
		return []*provider{c.p}
	}
	return c.at
}

func (s *Simulator) record(key string, c *call) {
	hop := Hop{Time: s.now(), Method: c.r.Method, Host: c.r.Host, Path: c.r.URL.Path, Query: c.r.URL.Query(),
		Header: c.r.Header.Clone(), Form: c.form, Status: c.w.status}
	if c.w.lost {
		hop.Status = 0
	}
	seen := s.seen[key]
	if len(seen) >= maxSeen {
		seen = append(seen[:0:0], seen[len(seen)-maxSeen/2:]...)
	}
	s.seen[key] = append(seen, hop)
}

// readForm reads a form or a JSON object into c.form. Anything else is left to
// the handler.
func (c *call) readForm(body []byte) {
	c.form, c.fine = url.Values{}, true
	if len(body) == 0 {
		return
	}
	kind, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	switch {
	case err != nil:
		c.fine = false
	case kind == "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(string(body))
		c.form, c.fine = values, err == nil
	case kind == "application/json":
		c.json = true
		c.form, c.fine = members(body)
	default:
		c.fine = false
	}
}

// members gives the members of a JSON object as text: strings as they are,
// everything else as JSON.
func members(body []byte) (url.Values, bool) {
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil || object == nil {
		return url.Values{}, false
	}
	out := url.Values{}
	for name, raw := range object {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		out.Set(name, text)
	}
	return out, true
}

// writeJSON answers with a JSON document, under the provider's clock.
func (c *call) writeJSON(status int, document any) {
	body, err := json.Marshal(document)
	if err != nil {
		http.Error(c.w, "The answer cannot be written.", http.StatusInternalServerError)
		return
	}
	c.w.header.Set("Content-Type", "application/json")
	c.finish(status, body)
}

func (c *call) finish(status int, body []byte) {
	c.w.header.Set("Cache-Control", "no-store")
	c.w.header.Set("Date", c.clock().Format(http.TimeFormat))
	c.w.WriteHeader(status)
	_, _ = c.w.Write(body) // into memory
}

// clock is the time that the provider believes it is.
func (c *call) clock() time.Time {
	now := c.s.now().UTC()
	if c.p != nil && c.s.on(c.p.key, ClockAhead) {
		return now.Add(skew)
	}
	if c.p != nil && c.s.on(c.p.key, ClockBehind) {
		return now.Add(-skew)
	}
	return now
}

// skew is how far a wrong clock is off.
const skew = 10 * time.Minute

// throttle answers like a provider that is asked too often.
func (c *call) throttle() {
	c.w.header.Set("Retry-After", "2")
	c.writeJSON(http.StatusTooManyRequests, map[string]string{"error": "too_many_requests"})
}

// breakDown answers like a load balancer in front of nothing.
func (c *call) breakDown() {
	c.w.header.Set("Content-Type", "text/html; charset=utf-8")
	c.finish(http.StatusInternalServerError, []byte("<html><head><title>500</title></head><body><h1>Internal Server Error</h1></body></html>"))
}
