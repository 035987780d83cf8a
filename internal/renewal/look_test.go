package renewal

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

// looked asks about a connection, and fails unless that comes to a result.
func (w *world) looked(k *Keeper, c bowline.Connection, want bowline.CheckResult, message string) bowline.ConnectionCheck {
	w.Helper()
	check, err := k.Look(w.Context(), c.InstanceID, c.CompanyID, c.ID)
	w.must(err)
	if check.Result != want || check.Message != message || check.Status != w.read(c).Status {
		w.Errorf("the check says %+v, want %s: %s", check, want, message)
	}
	return check
}

// TestLook: a look that somebody asks for does what one that is due does, at
// once: it asks, refreshes only what is due, and ends what is over.
func TestLook(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		w.life = 30 * 24 * 3600 // nothing is due
		for key, asks := range map[string]string{"lone": "/company", "list": "/tenants", "ever": "/company", "keys": "/company"} {
			tenant := ""
			if key == "list" {
				tenant = "one"
			}
			c := w.linked(key, tenant)[0]
			before := w.calls(asks)
			for n := range 2 {
				w.pass(time.Minute)
				check := w.looked(k, c, bowline.CheckLinked, saidStands)
				if check.CheckedAt == nil || !check.CheckedAt.Equal(w.clock()) {
					w.Errorf("%s: checked at %v", key, check.CheckedAt)
				}
				if asked := w.calls(asks) - before; asked != n+1 || w.calls("/token") != 0 {
					w.Errorf("%s: asked %d times, %d refreshes", key, asked, w.calls("/token"))
				}
			}
			w.linkedStill(c)
		}
	})
}

// TestLookRefreshes: what is due to be refreshed is, and then asked about; where
// a refresh is the only question, it is asked that way.
func TestLookRefreshes(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		old := w.linked("lone")[0]
		w.pass(2 * time.Hour)
		w.looked(k, old, bowline.CheckLinked, saidStands)
		if w.calls("/token") != 1 || w.calls("/company") != 1 {
			w.Errorf("%d refreshes and %d questions of an old token", w.calls("/token"), w.calls("/company"))
		}
		blind := w.linked("rate")[0]
		w.looked(k, blind, bowline.CheckLinked, saidStands)
		if w.calls("/token") != 2 {
			w.Errorf("%d refreshes where nothing else can be asked", w.calls("/token")-1)
		}
		g, err := w.fresh(k, blind, "")
		w.must(err)
		w.works(g)
		w.revoke(string(w.renewal(blind).ID))
		w.pass(time.Minute)
		w.looked(k, blind, bowline.CheckDeauthorized, string(endedRefused))
		w.deauthorized(blind, endedRefused)
	})
}

// TestLookEnds: what the provider has ended ends, with the reason; the second
// time there is nothing to ask.
func TestLookEnds(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("lone")[0]
		w.revoke(string(w.renewal(c).ID))
		w.looked(k, c, bowline.CheckDeauthorized, string(endedRefused))
		w.deauthorized(c, endedRefused)
		asked := w.calls("/company")
		w.looked(k, c, bowline.CheckNotLinked, saidNothing)
		if w.calls("/company") != asked {
			w.Error("the provider was asked about a connection that has ended")
		}
		if _, err := k.Look(w.Context(), c.InstanceID, c.CompanyID, bowline.NewID(w.clock())); bowline.CodeOf(err) != bowline.CodeNotFound {
			w.Errorf("of none: %v", err)
		}
		if _, err := k.Look(w.Context(), bowline.NewID(w.clock()), c.CompanyID, c.ID); bowline.CodeOf(err) != bowline.CodeNotFound {
			w.Errorf("of another instance: %v", err)
		}
	})
}

// TestLookDoubts: where one refusal proves little, a look leaves a doubt, and the
// next turn of its own confirms it. Asking again and again ends nothing earlier.
func TestLookDoubts(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("said")[0]
		w.revoke(string(w.renewal(c).ID))
		for range 3 {
			check := w.looked(w.keeper(), c, bowline.CheckDoubtful, errDoubt.Message)
			if check.CheckedAt != nil {
				w.Errorf("it was confirmed at %v", check.CheckedAt)
			}
			w.linkedStill(c)
			w.pass(10 * time.Second)
		}
		w.pass(confirmAfter)
		w.sweep(k, 1)
		w.deauthorized(c, endedRefused)

		gone := w.linked("list", "gone")[0]
		w.looked(k, gone, bowline.CheckDoubtful, errMissing.Message)
		w.linkedStill(gone)
		w.pass(missedAfter)
		w.looked(w.keeper(), gone, bowline.CheckDeauthorized, string(endedStrayed))
	})
}

// TestLookWithoutAnswer: a provider in trouble changes nothing, and a look that
// fails keeps nobody from tokens that are good.
func TestLookWithoutAnswer(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		w.life = 30 * 24 * 3600 // nothing is due to be refreshed
		c := w.linked("lone")[0]
		check := w.looked(k, c, bowline.CheckLinked, saidStands)
		w.pass(time.Minute)
		w.set(func(h *house) { h.api = func(string) int { return http.StatusBadGateway } })
		due := w.renewal(c).DueAt
		for range 3 { // the last two are not worth a request
			failed := w.looked(k, c, bowline.CheckUnavailable, "The provider cannot be reached at the moment; try again later.")
			if failed.CheckedAt == nil || !failed.CheckedAt.Equal(*check.CheckedAt) {
				w.Errorf("confirmed at %v, want %v", failed.CheckedAt, check.CheckedAt)
			}
		}
		if n := w.calls("/company"); n != 2 {
			w.Errorf("the provider was asked %d times", n)
		}
		for range 14 { // they must not put off what keeps the tokens alive
			w.looked(w.keeper(), c, bowline.CheckUnavailable, "The provider cannot be reached at the moment; try again later.")
			if now := w.renewal(c); now.Failures != 0 || !now.DueAt.Equal(due) {
				w.Fatalf("%d failures, due at %v, was %v", now.Failures, now.DueAt, due)
			}
		}
		w.pass(max(0, due.Sub(w.clock())-time.Second)) // sooner than it would be tried again
		w.looked(w.keeper(), c, bowline.CheckUnavailable, "The provider cannot be reached at the moment; try again later.")
		if now := w.renewal(c); now.Failures != 0 || !now.DueAt.Equal(due) {
			w.Errorf("%d failures, due at %v, was %v", now.Failures, now.DueAt, due)
		}
		w.linkedStill(c)
		g, err := w.fresh(k, c, "")
		w.must(err)
		w.works(g)

		others, err := catalog.Load(catalog.Options{OmitSandbox: true})
		w.must(err)
		k.options.Offer = func(bowline.ID) *catalog.Catalog { return others }
		w.looked(k, c, bowline.CheckUnavailable, saidUnlisted)
	})
}

// TestLooksAtOnce: many who ask at once about connections of one sign-in, in two
// processes, cost few questions, and never two refreshes at a time.
func TestLooksAtOnce(t *testing.T) {
	each(t, func(w *world) {
		here, there := w.keeper(), w.keeper()
		all := w.linked("list", "one", "two")
		w.set(func(h *house) { h.tenants = []string{"one", "two"} })
		w.pass(2 * time.Hour)
		var group sync.WaitGroup
		for i := range 16 {
			group.Go(func() {
				k, c := []*Keeper{here, there}[i%2], all[i/2%2]
				if i%4 == 3 { // others want the token itself
					if _, _, err := k.Fresh(w.Context(), c.InstanceID, c.CompanyID, c.ID, FreshOptions{}); err != nil {
						w.Error(err)
					}
					return
				}
				check, err := k.Look(w.Context(), c.InstanceID, c.CompanyID, c.ID)
				if err != nil || check.Result != bowline.CheckLinked {
					w.Errorf("%+v, %v", check, err)
				}
			})
		}
		group.Wait()
		w.house.mu.Lock()
		defer w.house.mu.Unlock()
		if w.asked["/token"] != 1 || w.mostOnce != 1 || w.reused != 0 || w.asked["/tenants"] > 4 {
			w.Errorf("%d refreshes, %d at once, and %d looks", w.asked["/token"], w.mostOnce, w.asked["/tenants"])
		}
	})
}
