package renewal

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

// TestCrashBeforeTheCommit: a process dies when the provider has answered and
// nothing is stored. The next one sends the token again, which is well for as
// long as the provider forgives it; where it does not, the connection is lost,
// and says why.
func TestCrashBeforeTheCommit(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct {
			name  string
			grace time.Duration
			after time.Duration // until somebody comes again
			ok    bool
		}{{"grace", 10 * time.Minute, 3 * time.Minute, true}, {"no grace", 0, time.Second, false}, {"grace is over", time.Minute, 5 * time.Minute, false}} {
			w.grace = c.grace
			conn := w.linked("lone")[0]
			w.due(conn)
			dying := w.keeper()
			dying.onAnswer = func(store.Renewal) error { return errCrash }
			w.sweep(dying, 1)
			if u := w.renewal(conn); u.Asked.IsZero() || u.Until.IsZero() {
				w.Fatalf("%s: the lease does not tell that the token was about to be sent: %+v", c.name, u)
			}
			next := w.keeper()
			w.sweep(next, 0) // the lease of the dead is not over
			w.pass(c.after)
			if c.after < next.options.Lease { // as a start does with those of a process that is gone
				w.must(w.store.FreeRenewals(w.Context(), 0, w.clock()))
			}
			w.sweep(next, 1)
			if !c.ok {
				w.deauthorized(conn, endedLost)
				continue
			}
			w.linkedStill(conn)
			g, err := w.fresh(next, conn, "")
			w.must(err)
			w.works(g)
			w.unlink(conn)
		}
	})
}

// TestCrashAfterTheCommit: what was stored is there although nobody was told.
func TestCrashAfterTheCommit(t *testing.T) {
	each(t, func(w *world) {
		for _, key := range []string{"lone", "list"} {
			conn := w.linked(key, map[string]string{"list": "one"}[key])[0]
			old := w.renewal(conn).Grant
			w.pass(2 * time.Hour)
			dying := w.keeper()
			dying.onStored = func(store.Renewal) error { return errCrash }
			if _, err := w.fresh(dying, conn, ""); err == nil {
				w.Error("a dead process handed out a token")
			}
			w.pass(3 * time.Minute) // the lease is over
			calls, looks := w.calls("/token"), w.calls("/tenants")
			g, err := w.fresh(w.keeper(), conn, "")
			w.must(err)
			w.works(g)
			if w.calls("/token") != calls || g.AccessToken == old.AccessToken {
				w.Error("the token was refreshed again")
			}
			if key == "list" && w.calls("/tenants") != looks+1 {
				w.Error("the token was handed out although nobody had looked what it reaches")
			}
			w.linkedStill(conn)
		}
	})
}

// TestLostAnswer: the refresh worked, and its answer does not arrive.
func TestLostAnswer(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		w.grace = time.Minute
		kept := w.linked("lone")[0]
		w.due(kept)
		w.lose = 1
		w.sweep(k, 1)
		w.linkedStill(kept)
		w.due(kept) // within the grace
		w.sweep(k, 1)
		w.linkedStill(kept)
		g, err := w.fresh(k, kept, "")
		w.must(err)
		w.works(g)
		w.unlink(kept)

		w.grace = 0
		gone := w.linked("lone")[0]
		w.due(gone)
		w.lose = 1
		w.sweep(k, 1)
		w.linkedStill(gone)
		w.due(gone)
		w.sweep(k, 1)
		w.deauthorized(gone, endedLost)
	})
}

// TestNothingButRefusedEnds: whatever else a provider says, the connection stays,
// the waits grow, and once all is well the same token works.
func TestNothingButRefusedEnds(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct {
			reason oauth.Reason
			key    string
			answer func(http.ResponseWriter) bool
		}{
			{oauth.Unavailable, "lone", fails(500, "<html>oops</html>")},
			{oauth.Unavailable, "lone", fails(503, "")},
			{oauth.Unavailable, "lone", fails(429, `{"error":"slow_down"}`)},
			{oauth.Misconfigured, "lone", fails(401, `{"error":"invalid_client"}`)},
			{oauth.Misconfigured, "lone", fails(403, "Forbidden")},
			{oauth.Invalid, "lone", fails(200, "<html>Sign in</html>")},
			{oauth.Denied, "lone", fails(400, `{"error":"access_denied"}`)},
			{oauth.Lapsed, "told", fails(403, `{"error":"plan"}`)},
		} {
			k := w.keeper()
			conn := w.linked(c.key)[0]
			w.due(conn)
			old := w.renewal(conn).Grant
			last := time.Duration(0)
			for n := 1; n <= 5; n++ {
				w.set(func(h *house) { h.script = append(h.script, c.answer) })
				w.sweep(k, 1)
				w.linkedStill(conn)
				u := w.renewal(conn)
				wait := u.DueAt.Sub(w.clock())
				if u.Failures != n || u.Grant.RefreshToken != old.RefreshToken || wait <= 0 || wait < last {
					w.Fatalf("%s: after failure %d: %d, in %v after %v", c.reason, n, u.Failures, wait, last)
				}
				last = wait
				w.due(conn)
			}
			if w.outcomes()["refresh "+string(c.reason)] < 5 {
				w.Errorf("the turns came to %v", w.outcomes())
			}
			w.sweep(k, 1)
			if u := w.renewal(conn); u.Failures != 0 || u.Grant.RefreshToken == old.RefreshToken {
				w.Errorf("%s: it is not well after all", c.reason)
			}
			w.linkedStill(conn)
			w.unlink(conn)
		}
	})
}

// TestLongOutage: after a day in which the provider is down for everybody it has
// been asked now and then only, nothing has ended, and then all come back.
func TestLongOutage(t *testing.T) {
	each(t, func(w *world) {
		var now time.Time
		k := w.keeper(func(o *Options) { o.Lease = 20 * time.Minute })
		k.clock = func() time.Time { return w.clock() }
		down := true
		w.set(func(h *house) {
			h.onRefresh = func() { // of each request, the outage
				h.set(func(h *house) {
					if down {
						h.script = append(h.script, fails(503, ""))
					}
				})
			}
		})
		var all []bowline.Connection
		for range 40 {
			all = append(all, w.linked("lone")[0])
		}
		for now = w.clock(); w.clock().Sub(now) < 24*time.Hour; w.pass(10 * time.Minute) {
			if _, err := k.Sweep(w.Context()); err != nil {
				w.Fatal(err)
			}
		}
		if n := w.calls("/token"); n < 24 || n > 40*24 {
			w.Errorf("a provider that was down was asked %d times in a day", n)
		}
		w.linkedStill(all...)
		down = false
		for range 12 {
			w.pass(10 * time.Minute)
			if _, err := k.Sweep(w.Context()); err != nil {
				w.Fatal(err)
			}
		}
		for _, c := range all {
			if u := w.renewal(c); u.Failures != 0 || !u.Grant.ExpiresAt.After(w.clock()) {
				w.Errorf("one did not come back: %d failures", u.Failures)
			}
		}
	})
}

// TestRefused: the provider says that the grant is over. Every connection that
// lived on it is deauthorized, in one transaction; others are not.
func TestRefused(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		all := w.linked("list", "one", "two", "three")
		other := w.linked("list", "one")[0]
		w.set(func(h *house) { h.tenants = []string{"one", "two", "three"} })
		w.revoke(string(w.renewal(all[0]).ID))
		w.pass(time.Hour)
		w.sweep(k, 2)
		for _, c := range all {
			w.deauthorized(c, endedRefused)
		}
		w.linkedStill(other)
		w.pass(24 * time.Hour)
		w.sweep(k, 1) // the other one
		w.unlink(other)
		named := w.linked("told", "north")[0]
		w.due(named)
		w.script = append(w.script, fails(409, `{"error":"gone"}`)) // in the provider's own words
		w.sweep(k, 1)
		w.deauthorized(named, endedRefused)
	})
}

// TestRefusedOnDemand: who asks for a token of a grant that is over is told so.
func TestRefusedOnDemand(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("lone")[0]
		old := w.renewal(c).Grant
		w.revoke(string(w.renewal(c).ID))
		if _, err := w.fresh(k, c, old.AccessToken); bowline.CodeOf(err) != bowline.CodeConflict {
			w.Errorf("the caller got %v", err)
		}
		w.deauthorized(c, endedRefused)
	})
}

// TestOutageOnDemand: a thousand who ask while the provider is down do not ask
// it a thousand times.
func TestOutageOnDemand(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("lone")[0]
		w.pass(2 * time.Hour)
		for range 100 {
			w.script = append(w.script, fails(503, ""))
		}
		for range 100 {
			if _, err := w.fresh(k, c, ""); bowline.CodeOf(err) != bowline.CodeUnavailable {
				w.Fatalf("the caller got %v", err)
			}
		}
		if n := w.calls("/token"); n > 3 {
			w.Errorf("the provider was asked %d times", n)
		}
		w.linkedStill(c)
	})
}

// TestLateAnswer: an answer that comes when the lease is over and somebody else
// has the renewal is stored as long as nothing newer is, so that it is not lost;
// the other's refusal does not count.
func TestLateAnswer(t *testing.T) {
	each(t, func(w *world) {
		slow, quick := w.keeper(), w.keeper()
		c := w.linked("lone")[0]
		w.due(c)
		answered, goOn := make(chan struct{}), make(chan struct{})
		slow.onAnswer = func(store.Renewal) error {
			close(answered)
			<-goOn
			return nil
		}
		ended := make(chan error, 1)
		unit := w.renewal(c)
		go func() { // one turn, and none after it
			ended <- slow.demand(w.Context(), w.integration("lone"), unit, FreshOptions{Stale: unit.Grant.AccessToken})
		}()
		<-answered
		w.pass(5 * time.Minute) // it sleeps, and its lease ends
		sent, release := make(chan struct{}), make(chan struct{})
		w.set(func(h *house) {
			h.onRefresh = func() {
				close(sent)
				<-release
			}
		})
		other := make(chan error, 1)
		go func() {
			_, err := quick.Sweep(w.Context())
			other <- err
		}()
		<-sent // the same token, which is spent
		w.set(func(h *house) { h.onRefresh = nil })
		close(goOn)
		w.must(<-ended)
		close(release)
		w.must(<-other)
		w.linkedStill(c)
		g, err := w.fresh(quick, c, "")
		w.must(err)
		w.works(g)
		if w.calls("/token") != 2 {
			w.Errorf("%d requests", w.calls("/token"))
		}
	})
}

// TestLateGrantOfNobody: tokens that come after their connection was unlinked are
// ended at the provider.
func TestLateGrantOfNobody(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("lone")[0]
		w.due(c)
		k.onAnswer = func(store.Renewal) error {
			w.unlink(c)
			return nil
		}
		w.sweep(k, 1)
		var newest string
		w.house.mu.Lock()
		for token, p := range w.refresh {
			if p.spent.IsZero() {
				newest = token
			}
		}
		w.house.mu.Unlock()
		w.eventually("what came late is to be ended", func() bool {
			units, err := w.store.ClaimRevocations(w.Context(), store.Lease{Now: w.clock().Add(time.Hour), Until: w.clock().Add(2 * time.Hour)}, 10)
			w.must(err)
			return len(units) == 1 && units[0][0].Grant.RefreshToken == newest
		})
	})
}

// TestDatabaseGone: while the database does not answer, what the provider gave is
// not given up.
func TestDatabaseGone(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("lone")[0]
		w.due(c)
		old := w.renewal(c).Grant
		down := 3
		finish := k.commits.finish
		k.commits.finish = func(ctx context.Context, list []store.RenewalOutcome) ([]store.RenewalOutcome, error) {
			if down--; down >= 0 {
				return nil, errors.New("connection refused")
			}
			return finish(ctx, list)
		}
		w.sweep(k, 1)
		w.linkedStill(c)
		if now := w.renewal(c).Grant; now.RefreshToken == old.RefreshToken || now.AccessToken == old.AccessToken {
			w.Error("what the provider gave is lost")
		}
		if w.calls("/token") != 1 {
			w.Errorf("%d requests", w.calls("/token"))
		}
	})
}
