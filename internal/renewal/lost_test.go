package renewal

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

// TestLostSession: a process loses its session with the database while the
// provider's answer is on its way. Others take it for dead, and yet do not send
// the token again, because the provider takes it once; the answer counts.
func TestLostSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, store.Postgres)
	slow, other := w.keeper(), w.keeper()
	h, err := w.store.HoldFor(w.Context(), store.HoldRenewals, 0)
	w.must(err)
	slow.holder.Store(h.ID)
	answered, goOn := make(chan struct{}), make(chan struct{})
	release := sync.OnceFunc(func() { close(goOn) })
	defer release()
	slow.onAnswer = func(store.Renewal) error {
		close(answered)
		<-goOn
		return nil
	}
	c := w.linked("lone")[0]
	others := []bowline.Connection{w.linked("lone")[0], w.linked("lone")[0]}
	w.pass(time.Hour)
	ended := make(chan error, 1)
	unit := w.renewal(c)
	go func() { // one turn, and none after it
		ended <- slow.demand(w.Context(), w.integration("lone"), unit, FreshOptions{})
	}()
	<-answered
	h.Abandon()

	ctx, stop := context.WithCancel(w.Context())
	ran := make(chan error, 1)
	go func() { ran <- other.Run(ctx) }() // who starts takes over from the dead at once
	w.eventually("what others have is refreshed", func() bool { return w.outcomes()["refresh ok"] == len(others) })
	stop()
	w.must(<-ran)
	if u := w.renewal(c); u.Until.IsZero() {
		w.Error("the lease was freed")
	}
	release()
	w.must(<-ended)
	w.linkedStill(c)
	if w.calls("/token") != 3 || w.reused != 0 {
		w.Errorf("%d requests, %d of them with a token that was spent", w.calls("/token"), w.reused)
	}
	g, err := w.fresh(w.keeper(), c, "")
	w.must(err)
	w.works(g)
	if u := w.renewal(c); !u.Until.IsZero() || !u.Asked.IsZero() || u.Grant.AccessToken != g.AccessToken {
		w.Errorf("after the answer the renewal is %+v", u)
	}
}

// TestStrict: where a provider forgives a second use, or does not replace its
// tokens, what a lost holder had is free at once.
func TestStrict(t *testing.T) {
	t.Parallel()
	w := newWorld(t, store.SQLite)
	for key, want := range map[string]bool{"lone": true, "list": true, "late": false, "ever": false} {
		if in := w.integration(key); strict(in) != want {
			t.Errorf("%s is strict: %v", key, !want)
		}
	}
}

// TestHalt: when a process is about to end nothing more is claimed by itself;
// what somebody waits for is done.
func TestHalt(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		due, asked := w.linked("lone")[0], w.linked("lone")[0]
		w.due(due)
		w.due(asked)
		k.Halt()
		w.sweep(k, 0)
		g, err := w.fresh(k, asked, w.renewal(asked).Grant.AccessToken)
		w.must(err)
		w.works(g)
		if u := w.renewal(due); w.calls("/token") != 1 || !u.Until.IsZero() {
			w.Errorf("%d requests; what is due is leased until %v", w.calls("/token"), u.Until)
		}
	})
}

// TestLateGrantInsists: tokens that came late are put where they are ended,
// although the database fails a few times.
func TestLateGrantInsists(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		c := w.linked("lone")[0]
		w.due(c)
		k.onAnswer = func(store.Renewal) error {
			w.unlink(c)
			return nil
		}
		down, endLate := 3, k.endLate
		k.endLate = func(ctx context.Context, r store.Revocation) error {
			if down--; down >= 0 {
				return errors.New("connection refused")
			}
			return endLate(ctx, r)
		}
		w.sweep(k, 1)
		w.came(map[string]int{"refresh late": 1})
		lease := store.Lease{Now: w.clock(), Until: w.clock()}
		units, err := w.store.ClaimRevocations(w.Context(), lease, 10)
		w.must(err)
		if len(units) != 1 || len(units[0]) != 1 {
			w.Fatalf("to be ended: %v", units)
		}
		w.house.mu.Lock()
		defer w.house.mu.Unlock()
		if p := w.refresh[units[0][0].Grant.RefreshToken]; p == nil || !p.spent.IsZero() {
			w.Error("what waits to be ended is not what came late")
		}
	})
}

// hangs is a provider that does not answer for some grants, until the request is
// given up.
type hangs struct {
	http.RoundTripper
	on map[string]bool // grants
}

func (h hangs) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, _ := url.ParseQuery(string(body))
	for grant := range h.on {
		if strings.Contains(form.Get("refresh_token"), grant) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	return h.RoundTripper.RoundTrip(r)
}

// TestHangingProviders: some providers do not answer. They have many turns in
// hand, and not all that there may be: another one's connections live on.
func TestHangingProviders(t *testing.T) {
	each(t, func(w *world) {
		hung := map[string]bool{}
		k := w.keeper(func(o *Options) {
			o.OAuth = oauth.NewClient(oauth.Options{HTTP: &http.Client{Transport: hangs{w.house, hung}}, Now: w.clock})
		})
		k.mostInHand = 32
		var all []bowline.Connection
		for _, key := range []string{"mute", "idle", "told", "list"} {
			for range 20 {
				c := w.linked(key)[0]
				hung[string(w.renewal(c).ID)] = true
			}
		}
		w.pass(time.Hour)
		ctx, stop := context.WithCancel(w.Context())
		ran := make(chan error, 1)
		go func() { ran <- k.Run(ctx) }()
		w.eventually("all that may hang does", func() bool { return k.scheduled.Load() >= 24 })
		for range 20 {
			all = append(all, w.linked("lone")[0])
		}
		w.pass(time.Hour)
		w.eventually("the others are refreshed", func() bool { return w.outcomes()["refresh ok"] == len(all) })
		k.stop() // gives up what hangs
		stop()
		w.must(<-ran)
		w.linkedStill(all...)
	})
}
