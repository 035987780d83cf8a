package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// Bounds of the log of requests. Writes and failures of servers and staff are kept
// always, as far as there is room; of what can come in floods, as many as fit into
// a window. Each instance has bounds of its own, so that a noisy one does not
// silence the others.
const (
	maxRequests       = 20_000 // that wait to be stored
	maxOfInstance     = 2_000  // of these, of one instance
	requestsPerStep   = 200    // stored in one transaction
	requestsKept      = 1_000_000
	windowOfRequests  = 10 * time.Second
	readsInWindow     = api.ReadsKept
	companiesInWindow = 200 // requests of customers' browsers, whatever came of them
	strangeInWindow   = 200 // requests of nobody we know
)

// requestLog gathers what was answered until it is stored, so that no request
// waits for it. The zero value is ready.
type requestLog struct {
	mu       sync.Mutex
	window   time.Time                    // when the present one began
	shares   map[bowline.ID]*requestShare // by instance; "" for requests of nobody we know
	requests []bowline.AnsweredRequest
}

// requestShare is what an instance has taken of the log.
type requestShare struct {
	reads, companies, strange int // in this window
	waiting                   int // to be stored
	leftOut                   int64
}

// share returns the share of an instance in the window of now.
func (l *requestLog) share(instance bowline.ID, now time.Time) *requestShare {
	if now.Sub(l.window) > windowOfRequests {
		l.window = now
		for id, s := range l.shares {
			if s.reads, s.companies, s.strange = 0, 0, 0; s.waiting == 0 && s.leftOut == 0 {
				delete(l.shares, id)
			}
		}
	}
	s := l.shares[instance]
	if s == nil {
		if l.shares == nil {
			l.shares = map[bowline.ID]*requestShare{}
		}
		s = &requestShare{}
		l.shares[instance] = s
	}
	return s
}

// spent says whether a window has no room for one more of a kind.
func spent(of *int, limit int) bool {
	*of = min(*of+1, limit+1)
	return *of > limit
}

// note keeps an answered request. Of browsers' areas only what went wrong is
// kept: a customer's way is nobody's business (link.md 5.7).
func (l *requestLog) note(area string, r *http.Request, status int, began time.Time, took time.Duration) {
	read := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
	called := area == "api" || strings.HasPrefix(r.URL.Path, "/portal/api/")
	trail := rest.TrailOf(r.Context())
	succeeded := status < http.StatusBadRequest
	if !called && succeeded && trail.ErrorCode == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	share := l.share(trail.Instance, began)
	switch {
	case succeeded && called && read && spent(&share.reads, readsInWindow),
		trail.Kind == bowline.CallerCompany && spent(&share.companies, companiesInWindow),
		trail.Instance == "" && spent(&share.strange, strangeInWindow),
		share.waiting >= maxOfInstance, len(l.requests) >= maxRequests:
		share.leftOut++
		return
	}
	q := bowline.AnsweredRequest{
		InstanceID: trail.Instance, ID: rest.CorrelationID(r.Context()), At: began.UTC(), Area: area, Method: knownMethod(r.Method),
		Path: loggedPath(r.URL.Path), Status: status, Duration: took, CallerKind: trail.Kind, CallerID: trail.Caller,
		ErrorCode: trail.ErrorCode, Message: printable(trail.Message, maxMessage), LeftOut: share.leftOut,
	}
	share.leftOut = 0
	share.waiting++
	l.requests = append(l.requests, q)
}

// Bounds of texts that are kept, in characters.
const (
	maxMessage = 300
	maxPath    = 300
	// maxSegment is how long a part of a path may be to be kept: an id is shorter,
	// a key that somebody put there by mistake is not.
	maxSegment = 40
)

// loggedPath is a path without that of a provider behind it, and without parts
// that could be secrets.
func loggedPath(path string) string {
	parts := strings.Split(printable(ownPath(path), maxPath), "/")
	for i, part := range parts {
		if len(part) > maxSegment {
			parts[i] = "…"
		}
	}
	return strings.Join(parts, "/")
}

// printable is a text without what databases refuse and screens cannot show.
func printable(text string, limit int) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		if !unicode.IsPrint(r) {
			r = '\uFFFD'
		}
		if n++; n > limit {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (l *requestLog) take() []bowline.AnsweredRequest {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.requests
	l.requests = nil
	for _, s := range l.shares {
		s.waiting = 0
	}
	return taken
}

func (l *requestLog) putBack(list []bowline.AnsweredRequest) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests = append(list, l.requests[:min(len(l.requests), max(0, maxRequests-len(list)))]...)
	for _, s := range l.shares {
		s.waiting = 0
	}
	for i := range l.requests {
		l.share(l.requests[i].InstanceID, l.window).waiting++
	}
}

// storeRequests stores what was answered. What cannot be stored is kept for the
// next time.
func (s *Server) storeRequests(ctx context.Context) error {
	list := s.requests.take()
	for len(list) > 0 {
		part := list[:min(requestsPerStep, len(list))]
		err := s.store.Write(store.Derived(store.Behind(ctx)), func(tx *store.Tx) error { return tx.InsertRequests(ctx, part) })
		if err != nil {
			s.requests.putBack(list)
			return fmt.Errorf("store answered requests: %w", err)
		}
		list = list[len(part):]
	}
	return nil
}

// forgetRequests deletes what was answered long ago, and the oldest where there
// is very much of it.
func (s *Server) forgetRequests(ctx context.Context) error {
	instances, err := s.store.Instances(ctx)
	if err != nil {
		return err
	}
	old := rest.FirstCorrelationID(s.options.Now().Add(-bowline.RequestsKept))
	for _, instance := range append(instances, store.Instance{}) { // and those of nobody we know
		before := old
		if behind, err := s.store.RequestBehind(ctx, instance.ID, requestsKept); err != nil {
			return err
		} else if behind > before {
			before = behind
		}
		err := s.inSmallSteps(ctx, func(tx *store.Tx) (int, error) { return tx.ForgetRequests(ctx, instance.ID, before, batch) })
		if err != nil {
			return err
		}
	}
	return nil
}

// talliesKept is for how long the attempts of consumers are counted by the hour.
const talliesKept = 100 * 24 * time.Hour

// forgetTallies deletes what old charts of deliveries were made of.
func (s *Server) forgetTallies(ctx context.Context) error {
	before := s.options.Now().Add(-talliesKept)
	return s.inSmallSteps(ctx, func(tx *store.Tx) (int, error) { return tx.ForgetTallies(ctx, before, batch) })
}

// inSmallSteps repeats a transaction that nobody waits for until it did less
// than a full batch.
func (s *Server) inSmallSteps(ctx context.Context, step func(*store.Tx) (int, error)) error {
	return untilFewer(batch, func() (n int, err error) {
		err = s.store.Write(store.Behind(ctx), func(tx *store.Tx) error {
			n, err = step(tx)
			return err
		})
		return n, err
	})
}
