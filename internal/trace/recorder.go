package trace

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Bounds of a recording.
const (
	// MaxHops is how many hops are kept; later ones are only counted.
	MaxHops = 50
	// MaxBody is how much of a body is shown, in bytes.
	MaxBody = 16 << 10
	// MinSecret is the shortest secret that is looked for, in bytes: a shorter
	// one would be found everywhere. Its member's name still hides it.
	MinSecret = 6

	// overlap is how much more of a body is kept than shown: a secret that lies
	// across the end of what is shown is recognized by its whole.
	overlap    = 8 << 10
	maxHeaders = 64
	maxLine    = 4 << 10 // of a URL or a header, in bytes
)

// Header is one header line.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Hop is one request and its answer, masked.
type Hop struct {
	// At is when the request began, in UTC.
	At time.Time `json:"at"`
	// Took lasts until the end of the answer, or as far as it was read.
	Took time.Duration `json:"tookNanoseconds"`
	// Kind names a hop that was no request of ours, such as a redirect of the
	// browser; "" for a request.
	Kind   string `json:"kind,omitempty"`
	Method string `json:"method,omitempty"`
	URL    string `json:"url"`
	// RequestHeaders are those of our request, sorted by name.
	RequestHeaders []Header `json:"requestHeaders,omitempty"`
	RequestBody    string   `json:"requestBody,omitempty"`
	// Status is 0 when there was no answer.
	Status          int      `json:"status,omitempty"`
	ResponseHeaders []Header `json:"responseHeaders,omitempty"`
	ResponseBody    string   `json:"responseBody,omitempty"`
	// Error says why there was no answer, or no whole one.
	Error string `json:"error,omitempty"`
}

// Recorder keeps the hops of one journey. It is safe for concurrent use; the
// zero value is ready.
type Recorder struct {
	// Now is the clock, time.Now when nil.
	Now func() time.Time

	mu      sync.Mutex
	hops    []*raw
	dropped int
	secrets []string
}

// raw is a hop as it was.
type raw struct {
	at       time.Time
	took     time.Duration
	kind     string
	method   string
	url      string
	status   int
	failed   string
	request  message
	response message
}

// message is one half of a hop.
type message struct {
	headers http.Header
	body    []byte // at most MaxBody + overlap
	size    int64  // of the whole body, as far as it was read
}

type contextKey struct{}

// Into returns a context whose requests are recorded.
func Into(ctx context.Context, r *Recorder) context.Context {
	return context.WithValue(ctx, contextKey{}, r)
}

// From returns the context's Recorder, or nil.
func From(ctx context.Context) *Recorder {
	r, _ := ctx.Value(contextKey{}).(*Recorder)
	return r
}

// Secret tells of values that no hop may show, in hops recorded before too.
// Values shorter than [MinSecret] are not looked for. On a nil Recorder it does
// nothing.
func (r *Recorder) Secret(values ...string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, value := range values {
		if len(value) >= MinSecret && !slices.Contains(r.secrets, value) {
			r.secrets = append(r.secrets, value)
		}
	}
}

// Note records a hop that was no request of ours: kind says what it was, such
// as "authorization redirect". On a nil Recorder it does nothing.
func (r *Recorder) Note(kind, url string) {
	if r != nil {
		r.add(&raw{kind: kind, method: http.MethodGet, url: url})
	}
}

// Hops returns what was recorded, masked with all secrets known by now, in the
// order in which the hops began.
func (r *Recorder) Hops() []Hop {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := newMask(append(slices.Clone(r.secrets), learn(r.hops)...))
	hops := make([]Hop, len(r.hops))
	for i, h := range r.hops {
		hops[i] = m.hop(h)
	}
	return hops
}

// Mask hides in a text what the hops hide.
func (r *Recorder) Mask(plain string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return newMask(append(slices.Clone(r.secrets), learn(r.hops)...)).line(text{text: plain})
}

// Dropped returns how many hops came after the first [MaxHops].
func (r *Recorder) Dropped() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dropped
}

// String tells nothing of what was recorded.
func (r *Recorder) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprintf("recording of %d hops", len(r.hops))
}

// GoString is String: %#v would print what is not masked.
func (r *Recorder) GoString() string { return r.String() }

// LogValue is String.
func (r *Recorder) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalJSON encodes the masked hops.
func (r *Recorder) MarshalJSON() ([]byte, error) { return json.Marshal(r.Hops()) }

func (r *Recorder) now() time.Time {
	if r.Now == nil {
		return time.Now().UTC()
	}
	return r.Now().UTC()
}

// add keeps a hop and says whether there was room.
func (r *Recorder) add(h *raw) bool {
	h.at = r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.hops) >= MaxHops {
		r.dropped++
		return false
	}
	r.hops = append(r.hops, h)
	return true
}

// change edits a hop that others may be reading.
func (r *Recorder) change(h *raw, edit func(*raw)) {
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	h.took = now.Sub(h.at)
	edit(h)
}
