package connection_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestCheck: a provider is asked about linked connections only, and the answer is
// the same whether a connection had ended before or ends meanwhile.
func TestCheck(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := newLender(t, s, nil, func(http.ResponseWriter, *http.Request) {})
		id := l.linkedBooks()
		if _, err := l.Check(t.Context(), l.target(id)); bowline.CodeOf(err) != bowline.CodeUnavailable {
			t.Errorf("where nobody asks providers: %v", err)
		}
		asked := 0
		answer := bowline.ConnectionCheck{Result: bowline.CheckDoubtful, Status: bowline.Linked, Message: "Perhaps."}
		l.Look = func(_ context.Context, at connection.Target) (bowline.ConnectionCheck, error) {
			asked++
			if at != l.target(id) {
				t.Errorf("asked about %+v", at)
			}
			return answer, nil
		}
		if got, err := l.Check(t.Context(), l.target(id)); err != nil || got != answer || asked != 1 {
			t.Errorf("%+v, %v", got, err)
		}
		answer = bowline.ConnectionCheck{Result: bowline.CheckNotLinked, Status: bowline.Unlinked}
		meanwhile, err := l.Check(t.Context(), l.target(id))
		if err != nil || meanwhile.Message == "" {
			t.Errorf("%+v, %v", meanwhile, err)
		}
		if _, err := l.Unlink(t.Context(), l.target(id), "Unlinked"); err != nil {
			t.Fatal(err)
		}
		asked = 0
		if got, err := l.Check(t.Context(), l.target(id)); err != nil || got != meanwhile || asked != 0 {
			t.Errorf("%+v after %d questions, %v", got, asked, err)
		}
		if _, err := l.Check(t.Context(), l.target(bowline.NewID(l.Now()))); bowline.CodeOf(err) != bowline.CodeNotFound {
			t.Errorf("of none: %v", err)
		}
	})
}
