package renewal

import (
	"context"
	"testing"

	"github.com/bowline/bowline/internal/store"
)

// TestDoubtOfAnother: a refused check does not end a connection when another
// process found it well since the first one.
func TestDoubtOfAnother(t *testing.T) {
	each(t, func(w *world) {
		a, b := w.keeper(), w.keeper()
		c := w.linked("said")[0]
		unwell := func(is bool) {
			w.set(func(h *house) {
				if h.api = nil; is {
					h.api = func(string) int { return 401 }
				}
			})
		}
		for range 2 {
			w.due(c)
			unwell(true)
			w.sweep(a, 1)
			w.pass(confirmAfter)
			unwell(false)
			w.sweep(b, 1)
		}
		w.linkedStill(c)
		w.due(c)
		unwell(true)
		w.sweep(a, 1)
		w.pass(confirmAfter)
		w.sweep(a, 1)
		w.deauthorized(c, endedRefused)
	})
}

// TestToldBeforeJudged: tokens that tell of another organization are stored
// before their connection is deauthorized, and handed to nobody meanwhile.
func TestToldBeforeJudged(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("told", "north")[0]
		w.due(c)
		w.set(func(h *house) { h.house = "south" })
		early, looks := false, 0
		k.onStored = func(store.Renewal) error {
			if now, err := w.store.RenewalOf(w.Context(), c.ID); err == nil {
				looks++
				early = early || k.usable(w.integration("told"), now, FreshOptions{})
			}
			return nil
		}
		w.sweep(k, 1)
		if early || looks == 0 {
			w.Errorf("handed out: %t, after %d looks", early, looks)
		}
		w.deauthorized(c, endedStrayed)
	})
}

// TestLeavesNoLease: what was claimed when a Keeper was stopped, and never begun,
// is free at once.
func TestLeavesNoLease(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("lone")[0]
		w.due(c)
		ctx, stop := context.WithCancel(w.Context())
		ran := make(chan error, 1)
		go func() { ran <- k.Run(ctx) }()
		w.eventually("the keeper works", func() bool { return w.outcomes()["refresh ok"] == 1 })
		_, ours, err := w.store.ClaimRenewal(w.Context(), k.lease(), w.renewal(c).ID, false)
		w.must(err)
		stop()
		w.must(<-ran)
		if u := w.renewal(c); !ours || !u.Until.IsZero() {
			w.Errorf("claimed: %t, and held until %s", ours, u.Until)
		}
	})
}

// TestOfAnotherSignIn: an organization that went over to another sign-in of the
// same customer is still reached, and its connection lives.
func TestOfAnotherSignIn(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		all := w.linked("mine", "one", "two")
		w.set(func(h *house) { h.tenants, h.mine = []string{"one", "two"}, []string{"two"} })
		w.due(all[0])
		w.sweep(k, 1)
		w.linkedStill(all...)
		w.set(func(h *house) { h.tenants = []string{"two"} })
		w.due(all[0])
		w.sweep(k, 1)
		w.linkedStill(all...)
		w.due(all[0])
		w.sweep(k, 1)
		w.deauthorized(all[0], endedStrayed)
		w.linkedStill(all[1])
	})
}
