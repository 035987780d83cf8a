package renewal

import (
	"slices"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
)

// TestTenantGone: an organization that the grant does not reach any more, at two
// looks in a row, deauthorizes its connection, before anybody is handed a token;
// its siblings live on.
func TestTenantGone(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		all := w.linked("list", "one", "two")
		w.due(all[0])
		w.set(func(h *house) { h.tenants = []string{"two", "three"} })
		var early []string
		k.onStored = func(u store.Renewal) error { // the tokens are there, and nobody has looked
			if u.Given == firstFence {
				g := w.renewal(all[0])
				if k.usable(w.integration("list"), g, FreshOptions{}) {
					early = append(early, g.Grant.AccessToken)
				}
			}
			return nil
		}
		from := w.clock()
		w.sweep(k, 1)
		if len(early) > 0 {
			w.Error("tokens would have been handed out before they were looked at")
		}
		w.linkedStill(all...) // one list proves little
		for _, c := range all {
			if k.usable(w.integration("list"), w.renewal(c), FreshOptions{}) {
				w.Error("tokens would be handed out while an organization may be gone")
			}
		}
		w.due(all[0])
		w.sweep(k, 1)
		if took := w.clock().Sub(from); took > 10*time.Minute {
			w.Errorf("it was noticed after %v", took)
		}
		w.deauthorized(all[0], endedStrayed)
		w.linkedStill(all[1])
		g, err := w.fresh(k, all[1], "")
		w.must(err)
		w.works(g)
		if g.Extra["tenant.link"] != "link-two" || w.calls("/token") != 1 || w.calls("/tenants") != 2 {
			w.Errorf("%v after %d refreshes and %d looks", g.Extra, w.calls("/token"), w.calls("/tenants"))
		}
		if _, err := w.fresh(k, all[0], ""); bowline.CodeOf(err) != bowline.CodeConflict {
			w.Errorf("the other gets %v", err)
		}
	})
}

// TestTenantChanged: the grant silently leads to another organization. Whoever
// waits for a token gets none.
func TestTenantChanged(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("list", "one")[0]
		w.set(func(h *house) { h.tenants = []string{"other"} })
		w.pass(2 * time.Hour)
		if g, err := w.fresh(k, c, ""); bowline.CodeOf(err) != bowline.CodeUnavailable || g.AccessToken != "" {
			w.Errorf("the caller got %v", err)
		}
		w.linkedStill(c)
		w.pass(missedAfter)
		if g, err := w.fresh(w.keeper(), c, ""); bowline.CodeOf(err) != bowline.CodeConflict || g.AccessToken != "" {
			w.Errorf("the caller got %v", err)
		}
		w.deauthorized(c, endedStrayed)

		named := w.linked("told", "north")[0] // says so with its tokens
		w.set(func(h *house) { h.house = "south" })
		w.pass(2 * time.Hour)
		if _, err := w.fresh(k, named, ""); bowline.CodeOf(err) != bowline.CodeConflict {
			w.Errorf("the caller got %v", err)
		}
		w.deauthorized(named, endedStrayed)
	})
}

// TestStrayedIsEnded: a grant that reaches other organizations only is good, and
// waits to be ended at the provider; one that others live on does not.
func TestStrayedIsEnded(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		all := w.linked("list", "one", "two")
		ends := func(there string, want int) {
			w.Helper()
			w.set(func(h *house) { h.tenants = []string{there} })
			for range 2 {
				w.due(all[1])
				w.sweep(k, 1)
			}
			rows, err := w.store.ClaimRevocations(w.Context(), k.lease(), 10)
			w.must(err)
			if len(rows) != want {
				w.Fatalf("%d grants are to be ended, want %d", len(rows), want)
			}
			for _, r := range slices.Concat(rows...) {
				w.works(r.Grant)
				if r.Connection != all[1].ID || r.Reason != store.RevokeStrayed || r.TenantID != "two" || r.CorrelationID == "" {
					w.Errorf("%+v", r)
				}
			}
		}
		ends("two", 0)
		w.deauthorized(all[0], endedStrayed)
		ends("three", 1)
		w.deauthorized(all[1], endedStrayed)
	})
}

// TestMissingOnce: a list that lacks an organization, and the next does not,
// ends nothing; what was doubted once counts for nothing later.
func TestMissingOnce(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("list", "one")[0]
		for range 3 {
			w.due(c)
			w.set(func(h *house) { h.tenants = []string{"other"} })
			w.sweep(k, 1)
			w.linkedStill(c)
			w.set(func(h *house) { h.tenants = []string{"one"} })
			w.due(c)
			w.sweep(k, 1)
			w.linkedStill(c)
			g, err := w.fresh(k, c, "")
			w.must(err)
			w.works(g)
		}
		w.came(map[string]int{"refresh doubt": 3, "check ok": 3})
	})
}

// TestMissingAgain: the second look counts from the first one, whichever process
// takes it, and however often somebody asks in between.
func TestMissingAgain(t *testing.T) {
	each(t, func(w *world) {
		all := w.linked("list", "one", "two")
		w.due(all[0])
		w.set(func(h *house) { h.tenants = []string{"two"} })
		from := w.clock()
		w.sweep(w.keeper(), 1)
		for range 4 { // each is a process that knows of nothing
			w.pass(missedAfter / 5)
			if _, err := w.fresh(w.keeper(), all[1], ""); bowline.CodeOf(err) != bowline.CodeUnavailable {
				w.Errorf("the caller gets %v", err)
			}
			w.linkedStill(all...)
		}
		w.due(all[0])
		if took := w.clock().Sub(from); took != missedAfter {
			w.Errorf("the second look is %v after the first", took)
		}
		w.sweep(w.keeper(), 1)
		w.deauthorized(all[0], endedStrayed)
		w.linkedStill(all[1])
	})
}

// TestMissingOthers: a list that lacks one organization does not confirm one that
// lacked another.
func TestMissingOthers(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		all := w.linked("list", "one", "two")
		for range 3 {
			for _, there := range []string{"one", "two"} {
				w.due(all[0])
				w.set(func(h *house) { h.tenants = []string{there} })
				w.sweep(k, 1)
			}
		}
		w.linkedStill(all...)
	})
}

// TestCutList: a list that goes on for longer than anybody reads says nothing of
// what it lacks.
func TestCutList(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("more", "one")[0]
		w.set(func(h *house) { h.tenants = []string{"other"} })
		for range 3 {
			w.due(c)
			w.sweep(k, 1)
		}
		w.linkedStill(c)
		g, err := w.fresh(k, c, "")
		w.must(err)
		w.works(g)
	})
}

// TestSecondPage: an organization on the last page of a list is there.
func TestSecondPage(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("many", "three")[0]
		w.set(func(h *house) { h.tenants = []string{"one", "two", "three"} })
		for range 3 {
			w.due(c)
			w.sweep(k, 1)
		}
		w.linkedStill(c)
		w.came(map[string]int{"refresh ok": 3})
	})
}

func (w *world) integration(key string) catalog.Integration {
	in, _ := w.catalog().Get(key)
	return in
}

// TestLookFails: new tokens that could not be looked at are stored, and not
// handed out until they were.
func TestLookFails(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("list", "one")[0]
		old := w.renewal(c).Grant
		w.set(func(h *house) { h.api = func(string) int { return 503 } })
		w.pass(2 * time.Hour)
		if _, err := w.fresh(k, c, ""); bowline.CodeOf(err) != bowline.CodeUnavailable {
			w.Errorf("the caller got %v", err)
		}
		if now := w.renewal(c).Grant; now.RefreshToken == old.RefreshToken {
			w.Error("the new tokens are lost")
		}
		w.linkedStill(c)
		w.set(func(h *house) { h.api = nil })
		w.due(c)
		w.sweep(k, 1)
		g, err := w.fresh(w.keeper(), c, "")
		w.must(err)
		w.works(g)
		if w.calls("/token") != 1 {
			w.Errorf("%d refreshes", w.calls("/token"))
		}
	})
}

// TestLooksEachTime: organizations are looked at with each refresh, however short
// tokens live: what changed meanwhile is noticed before they are handed out.
func TestLooksEachTime(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		w.life = 600
		c := w.linked("list", "one")[0]
		for range 12 {
			w.due(c)
			w.sweep(k, 1)
		}
		if n := w.calls("/tenants"); w.calls("/token") != 12 || n != 12 {
			w.Errorf("%d refreshes and %d looks in two hours", w.calls("/token"), n)
		}
		w.set(func(h *house) { h.tenants = []string{"other"} })
		w.due(c)
		w.sweep(k, 1)
		if g, err := w.fresh(k, c, ""); bowline.CodeOf(err) != bowline.CodeUnavailable || g.AccessToken != "" {
			w.Errorf("the caller got %v", err)
		}
		w.set(func(h *house) { h.tenants = []string{"one"} })
		w.pass(10 * time.Minute)
		g, err := w.fresh(w.keeper(), c, "") // on demand, looked at as well
		w.must(err)
		w.works(g)
		if w.calls("/token") != 14 || w.calls("/tenants") != 15 {
			w.Errorf("%d refreshes and %d looks", w.calls("/token"), w.calls("/tenants"))
		}
	})
}
