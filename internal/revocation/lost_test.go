package revocation_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/revocation"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestKilled: a process dies with something in hand; another one that starts
// does it at once, and does not wait for the lease to end.
func TestKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Open(t, store.Postgres))
	c := w.link("plan", "", "")
	g, _ := w.store.Grant(t.Context(), c.ID)
	w.move(c, bowline.TriggerUnlink)
	dead, err := w.store.HoldFor(t.Context(), store.HoldRenewals, 0)
	if err != nil {
		t.Fatal(err)
	}
	lease := store.Lease{Holder: dead.ID, Now: w.Now(), Until: w.Now().Add(5 * time.Minute)}
	if units, err := w.store.ClaimRevocations(t.Context(), lease, 1); err != nil || len(units) != 1 {
		t.Fatal(units, err)
	}
	dead.Abandon()
	w.sweep()
	w.wantEnded("before anybody noticed")
	next, err := w.store.HoldFor(t.Context(), store.HoldRenewals, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer next.Abandon()
	if _, err := next.Tend(t.Context(), store.Lease{Now: w.Now(), Until: w.Now().Add(10 * time.Minute)}); err != nil {
		t.Fatal(err)
	}
	w.sweep()
	w.wantEnded("after its death", "revoke "+g.RefreshToken)
	w.wantWaiting(0)
}

// lostAt is a way to the provider on which something happens before a token is
// refreshed.
type lostAt struct {
	http.RoundTripper
	happens func()
}

func (l lostAt) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/token" {
		l.happens()
	}
	return l.RoundTripper.RoundTrip(r)
}

// TestLostWhileItRefreshes: a process loses its session with the database while
// it refreshes what it is about to end. Nobody else sends the token, and it
// brings to its end what it has begun.
func TestLostWhileItRefreshes(t *testing.T) {
	each(t, func(w *world) {
		c := w.link("sevr", "alba", "")
		w.move(c, bowline.TriggerUnlink)
		w.pass(2 * accessLife)
		const name = 7
		way := lostAt{w.provider, func() {
			if err := w.store.FreeLost(w.t.Context(), name, w.Now()); err != nil {
				w.t.Error(err)
			}
			if err := w.revoker().Sweep(w.t.Context()); err != nil {
				w.t.Error(err)
			}
		}}
		r := revocation.New(revocation.Options{
			Store: w.store, OAuth: oauth.NewClient(oauth.Options{HTTP: &http.Client{Transport: way}, Now: w.Now}), Offer: w.offer, Now: w.Now,
			Holder: func() int64 { return name },
		})
		if err := r.Sweep(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
		w.wantEnded("by who began", "disconnect alba")
		w.wantWaiting(0)
		if w.provider.reused != 0 {
			w.t.Errorf("%d tokens were sent twice", w.provider.reused)
		}
	})
}

// TestHalt: a process that is about to end takes nothing more in hand.
func TestHalt(t *testing.T) {
	each(t, func(w *world) {
		c := w.link("plan", "", "")
		w.move(c, bowline.TriggerUnlink)
		r := w.revoker()
		r.Halt()
		if err := r.Sweep(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
		w.wantEnded("after the halt")
		w.wantWaiting(1)
	})
}
