package renewal

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// TestAheadOfExpiry: a token is refreshed before it ends, once, for every
// connection that lives on it, and comes again at the same place of the period.
func TestAheadOfExpiry(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		all := w.linked("list", "one", "two")
		w.set(func(h *house) { h.tenants = []string{"one", "two"} })
		w.sweep(k, 0)
		for round := 1; round <= 3; round++ {
			before := w.renewal(all[0])
			w.due(all[0])
			if left := before.Grant.ExpiresAt.Sub(w.clock()); left < 5*time.Minute {
				t := left
				w.Errorf("it is due %v before the token ends", t)
			}
			at := w.clock()
			w.sweep(k, 1)
			if w.calls("/token") != round || w.calls("/tenants") != round {
				w.Fatalf("round %d: %d refreshes, %d looks", round, w.calls("/token"), w.calls("/tenants"))
			}
			after := w.renewal(all[0])
			if next := after.DueAt.Sub(at); next != 54*time.Minute {
				w.Errorf("round %d: the next turn is in %v", round, next)
			}
			for i, c := range all {
				g, err := w.store.Grant(w.Context(), c.ID)
				w.must(err)
				if g.AccessToken == before.Grant.AccessToken || g.RefreshToken == before.Grant.RefreshToken {
					w.Error("the tokens are the former ones")
				}
				if want := []string{"link-one", "link-two"}[i]; g.Extra["tenant.link"] != want {
					w.Errorf("what is its own became %q", g.Extra["tenant.link"])
				}
				w.works(g)
			}
		}
		w.linkedStill(all...)
		w.came(map[string]int{"refresh ok": 3})
		history, err := w.store.TokenHistory(w.Context(), w.renewal(all[0]).ID)
		w.must(err)
		if len(history) != 4 || !history[0].RetiredAt.IsZero() || history[1].Uses != 1 || history[1].RetiredAt.IsZero() {
			w.Errorf("the ledger says %+v", history)
		}
	})
}

// TestThousandCallers: those who want the token of one expired connection cause
// one call, and all get what came of it.
func TestThousandCallers(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("list", "one")[0]
		w.pass(2 * time.Hour)
		tokens := w.callers(1000, func() (bowline.Grant, error) { return w.fresh(k, c, "") })
		if len(tokens) != 1 || w.calls("/token") != 1 || w.calls("/tenants") != 1 {
			w.Errorf("%d tokens after %d refreshes and %d looks", len(tokens), w.calls("/token"), w.calls("/tenants"))
		}
		g, err := w.fresh(k, c, "")
		w.must(err)
		w.works(g)
	})
}

// callers has many ask at once, and returns the access tokens that they got.
func (w *world) callers(n int, ask func() (bowline.Grant, error)) map[string]int {
	w.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	tokens := map[string]int{}
	for range n {
		all.Go(func() {
			g, err := ask()
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				w.Errorf("a caller got %v", err)
				return
			}
			tokens[g.AccessToken]++
		})
	}
	all.Wait()
	return tokens
}

// TestStale: a token that the provider refused is refreshed although it should
// be good, once for all who were refused, and not again for who comes late.
func TestStale(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("lone")[0]
		old, err := w.fresh(k, c, "")
		w.must(err)
		if w.calls("/token") != 0 {
			w.Error("a good token was refreshed")
		}
		tokens := w.callers(50, func() (bowline.Grant, error) { return w.fresh(k, c, old.AccessToken) })
		if len(tokens) != 1 || tokens[old.AccessToken] != 0 || w.calls("/token") != 1 {
			w.Errorf("after %d refreshes: %v", w.calls("/token"), tokens)
		}
		_, err = w.fresh(k, c, old.AccessToken)
		w.must(err)
		if w.calls("/token") != 1 {
			w.Error("it was refreshed again for somebody who came late")
		}
	})
}

// TestTwoKeepers: two processes on one database send a token once, whoever asks
// and whatever is due.
func TestTwoKeepers(t *testing.T) {
	each(t, func(w *world) {
		one, two := w.keeper(), w.keeper()
		c := w.linked("list", "one")[0]
		for range 5 {
			w.due(c)
			var all sync.WaitGroup
			for _, k := range []*Keeper{one, two} {
				all.Go(func() {
					if _, err := k.Sweep(w.Context()); err != nil {
						w.Error(err)
					}
				})
			}
			w.pass(time.Hour)
			n := w.calls("/token")
			tokens := w.callers(40, func() (bowline.Grant, error) {
				k := one
				if n%2 == 1 {
					k = two
				}
				return w.fresh(k, c, "")
			})
			all.Wait()
			if len(tokens) != 1 {
				w.Errorf("the callers got %d tokens", len(tokens))
			}
		}
		w.house.mu.Lock()
		defer w.house.mu.Unlock()
		if w.reused != 0 || w.mostOnce != 1 {
			w.Errorf("%d tokens were sent twice, %d requests at once", w.reused, w.mostOnce)
		}
	})
}

// TestRunRenewsByItself: what falls due is done without anybody asking, and a
// Keeper that ends leaves nothing leased.
func TestRunRenewsByItself(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		ctx, stop := context.WithCancel(w.Context())
		ended := make(chan error, 1)
		go func() { ended <- k.Run(ctx) }()
		var all []bowline.Connection
		for range 20 {
			all = append(all, w.linked("lone")[0])
		}
		w.pass(time.Hour)
		w.eventually("all are refreshed", func() bool { return w.calls("/token") == 20 })
		w.eventually("all is stored", func() bool { return w.outcomes()["refresh ok"] == 20 })
		stop()
		w.must(<-ended)
		for _, c := range all {
			if u := w.renewal(c); !u.Until.IsZero() {
				w.Error("a lease is left")
			}
		}
	})
}

// TestDurableBeforeHandedOut: until the new tokens are stored nobody gets them,
// and the former refresh token is still there.
func TestDurableBeforeHandedOut(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("lone")[0]
		old := w.renewal(c).Grant
		w.pass(2 * time.Hour)
		answered, goOn := make(chan struct{}), make(chan struct{})
		k.onAnswer = func(store.Renewal) error {
			close(answered)
			<-goOn
			return nil
		}
		got := make(chan bowline.Grant, 1)
		go func() {
			g, err := w.fresh(k, c, "")
			if err != nil {
				w.Error(err)
			}
			got <- g
		}()
		<-answered
		if now := w.renewal(c).Grant; now.RefreshToken != old.RefreshToken {
			w.Error("the former refresh token is gone before the new one is stored")
		}
		select {
		case g := <-got:
			w.Errorf("%v was handed out before it was stored", g)
		default:
		}
		close(goOn)
		g := <-got
		if now := w.renewal(c).Grant; g.AccessToken == "" || now.AccessToken != g.AccessToken || now.RefreshToken == old.RefreshToken {
			w.Error("what was handed out is not what is stored")
		}
	})
}

// TestNobodyToAsk: connections that are not there, or not linked, have no token.
func TestNobodyToAsk(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("lone")[0]
		if _, _, err := k.Fresh(w.Context(), c.InstanceID, c.CompanyID, bowline.NewID(w.clock()), FreshOptions{}); bowline.CodeOf(err) != bowline.CodeNotFound {
			w.Errorf("one that is not there leads to %v", err)
		}
		w.unlink(c)
		if _, err := w.fresh(k, c, ""); bowline.CodeOf(err) != bowline.CodeConflict {
			w.Errorf("one that is unlinked leads to %v", err)
		}
		w.pass(24 * time.Hour)
		w.sweep(k, 0)
	})
}

// TestManyAreClaimedInBatches: a crowd is through with few transactions and with
// each token sent once.
func TestManyAreClaimedInBatches(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		for i := range 300 {
			w.linked([]string{"lone", "list"}[i%2], []string{"", "one"}[i%2])
		}
		w.pass(time.Hour)
		w.sweep(k, 300)
		if n := w.calls("/token"); n != 300 || w.reused != 0 {
			w.Errorf("%d refreshes, %d tokens twice", n, w.reused)
		}
		w.came(map[string]int{"refresh ok": 300})
		if k.InHand() != 0 {
			w.Error(fmt.Sprint("in hand: ", k.InHand()))
		}
	})
}
