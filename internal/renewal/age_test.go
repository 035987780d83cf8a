package renewal

import (
	"errors"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

// TestTooEarly: a token that its provider does not renew yet is not sent, however
// often somebody says that it was refused: that is no trouble of the provider, no
// failure and no use of the token, and others are not kept waiting.
func TestTooEarly(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		w.life = 600
		c, other := w.linked("late")[0], w.linked("late")[0]
		in := w.integration("late")
		g := k.gateOf(in)
		w.pass(time.Minute)
		before := w.renewal(c)
		for range 2 * tripAfter {
			if _, err := w.fresh(k, c, before.Grant.AccessToken); !errors.Is(err, errEarly) {
				w.Fatalf("who was refused gets %v", err)
			}
			now, err := w.fresh(k, c, "")
			w.must(err)
			if now.AccessToken != before.Grant.AccessToken {
				w.Error("the others get another token")
			}
			k.mu.Lock()
			clear(k.failed) // as if some seconds had gone by
			k.mu.Unlock()
		}
		after := w.renewal(c)
		if after.Failures != 0 || !after.Asked.IsZero() || !after.Until.IsZero() || !after.DueAt.Equal(before.DueAt) || w.calls("/token") != 0 {
			w.Errorf("%d requests, %d failures, due at %v, was %v", w.calls("/token"), after.Failures, after.DueAt, before.DueAt)
		}
		g.mu.Lock()
		if g.failed != 0 || g.limit < firstLimit || g.resting() != 0 {
			w.Errorf("the gate has %d failures, lets %v through and rests for %v", g.failed, g.limit, g.resting())
		}
		g.mu.Unlock()
		history, err := w.store.TokenHistory(w.Context(), after.ID)
		w.must(err)
		if history[0].Uses != 0 || !history[0].UsedAt.IsZero() {
			w.Errorf("the ledger says %+v", history[0])
		}
		w.pass(10 * time.Minute)
		token, err := w.fresh(k, other, "")
		w.must(err)
		w.works(token)
		w.linkedStill(c, other)
	})
}

// TestOfUnknownAge: tokens that were handed over without a word about their end
// are refreshed at once, and before anybody gets them.
func TestOfUnknownAge(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		handed := func(key string) bowline.Connection {
			c := w.linked(key)[0]
			access, refresh := w.give(string(c.ID))
			g := bowline.Grant{ConnectionID: c.ID, AccessToken: access, RefreshToken: refresh, TokenType: "Bearer"}
			g.RenewAt = oauth.NextRefresh(w.integration(key), oauthGrant(g), string(c.ID), w.clock())
			w.write(func(tx *store.Tx) error { return tx.PutGrant(w.Context(), g) })
			return c
		}
		for _, key := range []string{"lone", "tens", "late", "rate"} {
			c := handed(key)
			old, asked := w.renewal(c), w.calls("/token")
			if old.DueAt.After(w.clock()) {
				w.Errorf("%s: it is due in %v", key, old.DueAt.Sub(w.clock()))
			}
			g, err := w.fresh(k, c, "")
			w.must(err)
			w.works(g)
			if w.calls("/token") != asked+1 || g.AccessToken == old.Grant.AccessToken {
				w.Errorf("%s: a token of unknown age is handed out, after %d refreshes", key, w.calls("/token")-asked)
			}
			if again, err := w.fresh(k, c, ""); err != nil || again.AccessToken != g.AccessToken {
				w.Errorf("%s: %v, refreshed again", key, err)
			}
			c = handed(key)
			w.sweep(k, 1)
			if w.calls("/token") != asked+2 {
				w.Errorf("%s: by itself, %d refreshes", key, w.calls("/token")-asked-1)
			}
			w.linkedStill(c)
		}
	})
}

// TestNoEndTold: where an answer does not tell when its token ends, the catalog's
// word counts, for those who ask as well; without one, a token is good until it
// is refused.
func TestNoEndTold(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		w.life = 0 // as answers without expires_in are read
		tokens := map[string]bowline.Grant{}
		all := map[string]bowline.Connection{}
		for _, key := range []string{"tens", "lone"} {
			c := w.linked(key)[0]
			w.pass(time.Minute)
			g, err := w.fresh(k, c, w.renewal(c).Grant.AccessToken)
			w.must(err)
			if !g.ExpiresAt.IsZero() {
				w.Fatalf("%s: it ends at %v", key, g.ExpiresAt)
			}
			all[key], tokens[key] = c, g
		}
		k.Halt() // nothing by itself
		w.pass(5 * time.Minute)
		for key, c := range all {
			if g, err := w.fresh(k, c, ""); err != nil || g.AccessToken != tokens[key].AccessToken {
				w.Errorf("%s: a good token was refreshed, %v", key, err)
			}
		}
		w.pass(5 * time.Minute)
		for key, c := range all {
			g, err := w.fresh(k, c, "")
			w.must(err)
			if is := g.AccessToken != tokens[key].AccessToken; is != (key == "tens") {
				w.Errorf("%s: refreshed when the catalog's ten minutes were over: %t", key, is)
			}
		}
	})
}
