package connection_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestLastExchangeIsKnown: data that was handed on counts, a refusal does not,
// and neither does the same hour again.
func TestLastExchangeIsKnown(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := newLender(t, s, nil, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/bad" {
				w.WriteHeader(http.StatusForbidden)
			}
		})
		id := l.linkedBooks()
		ask := func(path string, want time.Time) {
			t.Helper()
			answer, err := l.ask(id, "GET", path, "")
			if err != nil {
				t.Fatal(err)
			}
			_ = text(t, answer)
			closed, leave := context.WithCancel(t.Context())
			leave()
			if err := l.FlushAccess(closed); err == nil && path == "/good" && want.Equal(l.Now()) {
				t.Error("stored with a context that has ended")
			}
			if err := l.FlushAccess(t.Context()); err != nil { // nothing was lost
				t.Fatal(err)
			}
			target := l.target(id)
			c, err := s.Connection(t.Context(), target.Instance, target.Company, target.Connection)
			if err != nil || (c.LastSync == nil) != want.IsZero() || c.LastSync != nil && !c.LastSync.Equal(want) {
				t.Errorf("after %s the last exchange was at %v, want %v; %v", path, c.LastSync, want, err)
			}
		}
		ask("/bad", time.Time{})
		l.now.Add(1)
		first := l.Now()
		ask("/good", first)
		l.now.Add(3599)
		ask("/good", first)
		l.now.Add(1)
		ask("/bad", first)
		ask("/good", l.Now())
	})
}
