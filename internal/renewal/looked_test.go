package renewal

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestLookAgain: what was confirmed a moment ago is not asked again, unless
// something was doubted since.
func TestLookAgain(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("lone")[0]
		first := w.looked(k, c, bowline.CheckLinked, saidStands)
		for range 3 {
			w.pass(lookFloor / 4)
			if again := w.looked(k, c, bowline.CheckLinked, saidStands); again.CheckedAt == nil || !again.CheckedAt.Equal(*first.CheckedAt) {
				w.Errorf("confirmed at %v, want %v", again.CheckedAt, first.CheckedAt)
			}
		}
		if n := w.calls("/company"); n != 1 {
			w.Errorf("the provider was asked %d times", n)
		}
		w.pass(lookFloor)
		w.looked(k, c, bowline.CheckLinked, saidStands)
		if n := w.calls("/company"); n != 2 {
			w.Errorf("the provider was asked %d times after a while", n)
		}

		ever := w.linked("ever")[0]
		w.looked(k, ever, bowline.CheckLinked, saidStands)
		w.revoke(string(w.renewal(ever).ID))
		w.pass(time.Second)
		if _, err := w.fresh(k, ever, w.renewal(ever).Grant.AccessToken); err == nil {
			w.Error("a refused token is handed out")
		}
		w.pass(time.Second)
		w.looked(k, ever, bowline.CheckDoubtful, errUnnamed.Message)
	})
}

// TestLooksThatFail: however often somebody asks about one connection in vain,
// others behind the same gate are renewed; what the provider says of its limits
// counts nevertheless.
func TestLooksThatFail(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		ill, well := w.linked("lone")[0], w.linked("lone")[0]
		status := http.StatusBadGateway
		w.set(func(h *house) { h.api = func(string) int { return status } })
		look := func() {
			w.looked(k, ill, bowline.CheckUnavailable, "The provider cannot be reached at the moment; try again later.")
			k.mu.Lock()
			clear(k.failed) // as if some seconds had gone by
			k.mu.Unlock()
		}
		for range 8 {
			look()
		}
		in, _ := k.integration(w.renewal(ill).Lane)
		g := k.gateOf(in)
		if n := w.calls("/company"); n != 8 || g.pause() != 0 {
			w.Errorf("after %d questions the gate rests for %v", n, g.pause())
		}
		w.pass(2 * time.Hour)
		token, err := w.fresh(k, well, "")
		w.must(err)
		w.works(token)
		w.set(func(*house) { status = http.StatusTooManyRequests })
		g.mu.Lock()
		g.failed = tripAfter - 1
		g.mu.Unlock()
		ill = w.linked("lone")[0]
		look()
		if g.pause() == 0 {
			w.Error("a limit of the provider does not count")
		}
	})
}

// TestLooksTakeTurns: however many look, what is due by itself goes on, and those
// who wait for a token come first.
func TestLooksTakeTurns(t *testing.T) {
	t.Parallel()
	g := newGate((&hand{now: storetest.Start}).clock)
	g.limit = 1
	var order []string
	hold := make(chan struct{})
	var all sync.WaitGroup
	turn := func(name string, begin func(func(time.Duration))) {
		all.Add(1)
		begin(func(time.Duration) {
			defer all.Done()
			<-hold
			g.mu.Lock()
			order = append(order, name)
			g.mu.Unlock()
			g.skip()
		})
	}
	due := func(fn func(time.Duration)) { g.do(fn, false) }
	turn("first", due)
	room := g.room(time.Minute)
	for range 4 {
		turn("look", g.look)
	}
	if g.room(time.Minute) != room {
		t.Errorf("looks leave room for %d, not %d", g.room(time.Minute), room)
	}
	turn("due", due)
	turn("due", due)
	turn("urgent", func(fn func(time.Duration)) { g.do(fn, true) })
	close(hold)
	all.Wait()
	if want := []string{"first", "urgent", "look", "due", "look", "due", "look", "look"}; !slices.Equal(order, want) {
		t.Errorf("they began as %v, want %v", order, want)
	}
}

// TestLookMute: where nobody can be asked at the time, nothing is said to be
// confirmed, by a look or by itself.
func TestLookMute(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		for _, key := range []string{"hush", "none"} {
			c := w.linked(key)[0]
			before := w.renewal(c)
			w.revoke(string(before.ID))
			w.pass(time.Minute)
			if check := w.looked(k, c, bowline.CheckUnavailable, saidMute); check.CheckedAt != nil {
				w.Errorf("%s: confirmed at %v", key, check.CheckedAt)
			}
			if now := w.renewal(c); !now.CheckedAt.IsZero() || now.Failures != 0 || !now.DueAt.Equal(before.DueAt) {
				w.Errorf("%s: checked at %v, %d failures, due at %v, was %v", key, now.CheckedAt, now.Failures, now.DueAt, before.DueAt)
			}
			if n := w.calls("/token"); n != 0 {
				w.Errorf("%s: %d refreshes", key, n)
			}
			w.linkedStill(c)
		}
		none := w.linked("none")[0]
		w.due(none)
		if _, err := k.Sweep(w.Context()); err != nil {
			w.Fatal(err)
		}
		if at := w.renewal(none).CheckedAt; !at.IsZero() {
			w.Errorf("by itself: confirmed at %v", at)
		}
	})
}

// TestLookGivenUp: who stops waiting is told so, and the turn goes on.
func TestLookGivenUp(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("rate")[0]
		ctx, cancel := context.WithCancel(w.Context())
		gone := make(chan struct{}) // until then the provider does not answer
		w.set(func(h *house) { h.onRefresh = func() { cancel(); <-gone } })
		check, err := k.Look(ctx, c.InstanceID, c.CompanyID, c.ID)
		close(gone)
		w.must(err)
		if check.Result != bowline.CheckUnavailable || check.Message != errLater.Message || check.CheckedAt != nil {
			w.Errorf("%+v", check)
		}
		w.eventually("the turn's end", func() bool { return !w.renewal(c).CheckedAt.IsZero() })
		w.linkedStill(c)
	})
}
