package renewal

import (
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

// TestLate: a provider that refuses early refreshes is asked in its window only.
func TestLate(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		w.life = 600
		c := w.linked("late")[0]
		for range 5 {
			u := w.renewal(c)
			w.due(c)
			if left := u.Grant.ExpiresAt.Sub(w.clock()); left > 30*time.Second || left < 5*time.Second {
				w.Fatalf("it is due %v before the end", left)
			}
			w.sweep(k, 1)
		}
		if w.calls("/token") != 5 {
			w.Errorf("%d refreshes", w.calls("/token"))
		}
		u := w.renewal(c)
		w.pass(u.Grant.ExpiresAt.Add(-45 * time.Second).Sub(w.clock()))
		g, err := w.fresh(k, c, "") // it cannot be refreshed yet, and is good
		w.must(err)
		if g.AccessToken != u.Grant.AccessToken || w.calls("/token") != 5 {
			w.Error("it was refreshed too early")
		}
		if _, err := w.fresh(k, c, g.AccessToken); bowline.CodeOf(err) != bowline.CodeUnavailable || w.calls("/token") != 5 {
			w.Errorf("one that is refused too early leads to %v", err)
		}
		w.linkedStill(c)
	})
}

// TestIdle: a grant that nobody uses is refreshed before it lapses, for months.
func TestIdle(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		w.life = 90 * 24 * 3600
		c := w.linked("idle")[0]
		began, last := w.clock(), w.clock()
		var longest time.Duration
		for w.clock().Sub(began) < 120*24*time.Hour {
			w.pass(6 * time.Hour)
			before := w.calls("/token")
			if _, err := k.Sweep(w.Context()); err != nil {
				w.Fatal(err)
			}
			if w.calls("/token") > before {
				longest, last = max(longest, w.clock().Sub(last)), w.clock()
			}
		}
		if n := w.calls("/token"); n < 10 || longest > 11*24*time.Hour {
			w.Errorf("%d refreshes, %v apart at most, of a grant that lapses after 30 days", n, longest)
		}
		w.linkedStill(c)
	})
}

// TestEndedAtTheProvider: grants that are never refreshed, and credentials, are
// checked some times a day; where the catalog names the refusal, the second in a
// row ends them, within minutes of the first.
func TestEndedAtTheProvider(t *testing.T) {
	each(t, func(w *world) {
		for key, why := range map[string]ending{"said": endedRefused, "lock": endedCredentials} {
			k := w.keeper()
			c := w.linked(key)[0]
			for range 4 {
				w.due(c)
				w.sweep(k, 1)
			}
			if n := w.calls("/company"); n != 4 || w.calls("/token") != 0 {
				w.Errorf("%s: %d checks", key, n)
			}
			g, err := w.fresh(k, c, "")
			w.must(err)
			if g.AccessToken == "" && len(g.Extra) == 0 {
				w.Error("there is nothing to call the provider with")
			}
			w.set(func(h *house) { h.api = func(string) int { return 503 } })
			w.due(c)
			w.sweep(k, 1)
			w.set(func(h *house) { h.api = func(string) int { return 403 } }) // a permission, perhaps
			if key == "said" {
				w.due(c)
				w.sweep(k, 1)
			}
			w.set(func(h *house) { h.api = nil })
			w.linkedStill(c)
			w.due(c)
			w.revoke(string(w.renewal(c).ID))
			w.sweep(k, 1)
			w.linkedStill(c) // it may be ill for a moment
			from := w.clock()
			w.due(c)
			w.sweep(k, 1)
			if took := w.clock().Sub(from); took > 5*time.Minute {
				w.Errorf("%s: it was noticed after %v", key, took)
			}
			w.deauthorized(c, why)
			w.set(func(h *house) { h.asked = map[string]int{} })
		}
	})
}

// TestRefusedForAMoment: a provider that refuses everybody for a moment ends
// nothing.
func TestRefusedForAMoment(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("ever")[0]
		for range 3 {
			w.due(c)
			w.set(func(h *house) { h.api = func(string) int { return 401 } })
			w.sweep(k, 1)
			w.set(func(h *house) { h.api = nil })
			w.due(c)
			w.sweep(k, 1)
			w.linkedStill(c)
		}
	})
}

// TestRunsOut: a token that ends and came without a refresh token ends its
// connection when it does, with a word.
func TestRunsOut(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("lone")[0]
		w.write(func(tx *store.Tx) error {
			g := bowline.Grant{ConnectionID: c.ID, AccessToken: "brought", TokenType: "Bearer", ExpiresAt: w.clock().Add(time.Hour)}
			g.RenewAt = oauth.NextRefresh(w.integration("lone"), oauthGrant(g), string(c.ID), w.clock())
			return tx.PutGrant(w.Context(), g)
		})
		w.set(func(h *house) { h.access["brought"] = &paper{grant: "brought"} })
		w.pass(time.Hour - time.Minute)
		if _, err := k.Sweep(w.Context()); err != nil {
			w.Fatal(err)
		}
		w.linkedStill(c)
		w.pass(time.Minute)
		if _, err := k.Sweep(w.Context()); err != nil {
			w.Fatal(err)
		}
		w.deauthorized(c, endedRunOut)
	})
}

// TestAccessTokenEndedEarly: a check that is refused leads to a refresh, which
// tells whether the grant itself is over.
func TestAccessTokenEndedEarly(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		w.life = 30 * 24 * 3600
		c := w.linked("lone")[0]
		w.set(func(h *house) {
			for _, p := range h.access {
				p.over = true
			}
		})
		w.due(c)
		w.sweep(k, 1)
		w.linkedStill(c)
		g, err := w.fresh(k, c, "")
		w.must(err)
		w.works(g)
		w.revoke(string(w.renewal(c).ID))
		w.due(c)
		w.sweep(k, 1)
		w.deauthorized(c, endedRefused)
	})
}

// TestNotInTheCatalog: a connection whose integration is gone from the catalog
// stays as it is.
func TestNotInTheCatalog(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("lone")[0]
		others, err := catalog.Load(catalog.Options{OmitSandbox: true})
		w.must(err)
		k.options.Offer = func(bowline.ID) *catalog.Catalog { return others }
		w.due(c)
		w.sweep(k, 1)
		w.linkedStill(c)
		if u := w.renewal(c); u.Failures != 1 || !u.DueAt.After(w.clock()) || w.calls("/token") != 0 {
			w.Errorf("%+v", u)
		}
	})
}
