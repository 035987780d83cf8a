package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

func each(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, newBench(t, s)) })
}

// TestDeliversInOrderAndSigned goes the whole way with a consumer that keeps up.
func TestDeliversInOrderAndSigned(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		c := b.consumer("/a", func(c *bowline.Consumer) {
			c.Headers = map[string]string{"Authorization": "Basic eA==", "x-codat-clientid": "7"}
		})
		b.run(nil)
		var want []string
		for i := range 5 {
			e := b.event()
			plain, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, string(plain))
			b.until("delivery", func() bool { return len(b.sink.at("/a")) == i+1 })
		}
		b.until("success", b.settled(c, 5, bowline.MessageSuccess))
		key, _ := ParseSecret(c.Secret)
		ids := map[string]bool{}
		for i, g := range b.sink.at("/a") {
			if g.body != want[i] {
				t.Errorf("body %d is %s, want %s", i, g.body, want[i])
			}
			signed := Sign([][]byte{key}, g.id, b.clock.now(), []byte(g.body))
			for name := range signed {
				if g.header.Get(name) != signed.Get(name) {
					t.Errorf("%s is %q, want %q", name, g.header.Get(name), signed.Get(name))
				}
			}
			if g.header.Get("Authorization") != "Basic eA==" || g.header.Get("X-Codat-Clientid") != "7" || g.header.Get("Content-Type") != "application/json" {
				t.Errorf("headers are %v", g.header)
			}
			ids[g.id] = true
		}
		first := b.messages(c)[0]
		if !ids[bowline.MessageHeader(first.ID)] || len(ids) != 5 {
			t.Errorf("webhook-ids are %v", ids)
		}
		a := b.attempts(first)
		if len(a) != 1 || !a[0].Success || a[0].StatusCode != 200 || a[0].Kind != bowline.AttemptScheduled || a[0].URL != b.sink.URL+"/a" {
			t.Errorf("attempts are %+v", a)
		}
	})
}

// TestAllEightAttempts drives a message through its schedule, on both engines.
func TestAllEightAttempts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		c := b.consumer("/a", nil)
		witness := b.consumer("/witness", func(c *bowline.Consumer) { c.EventTypes = []string{string(bowline.CompanyDeleted)} })
		b.sink.answers(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusGone)
			_, _ = w.Write([]byte("no \x00\xff" + strings.Repeat("x", 2*bowline.MaxStoredResponse)))
		})
		d, _ := b.run(nil)
		start := b.clock.now()
		b.event()
		var offsets []time.Duration
		var begins []time.Time
		for n := 1; n <= bowline.ScheduledAttempts; n++ {
			b.until(fmt.Sprintf("attempt %d is recorded", n), func() bool { l := b.messages(c); return len(l) == 1 && l[0].Attempts == n })
			m := b.messages(c)[0]
			if n == bowline.ScheduledAttempts {
				if m.Status != bowline.MessageFailure || m.NextAttempt != nil {
					t.Errorf("in the end: %+v", m)
				}
				break
			}
			if m.Status != bowline.MessageAttempting || m.NextAttempt == nil {
				t.Fatalf("after attempt %d: %+v", n, m)
			}
			// A millisecond too early, what is due goes out and this does not.
			b.clock.set(m.NextAttempt.Add(-time.Millisecond))
			b.until("what is due is attempted", b.attempted(b.example(witness)))
			if m := b.messages(c)[0]; m.Attempts != n || len(b.sink.at("/a")) != n {
				t.Errorf("attempt %d came too early", n+1)
			}
			begins = append(begins, *m.NextAttempt)
			b.clock.set(*m.NextAttempt)
			offsets = append(offsets, m.NextAttempt.Sub(start).Round(time.Second))
			d.Wake()
		}
		want := []time.Duration{5, 305, 2105, 9305, 27305, 63305, 99305}
		for i := range want {
			want[i] *= time.Second
		}
		if !slices.Equal(offsets, want) {
			t.Errorf("retries began after %v, want %v", offsets, want)
		}
		ids := map[string]bool{}
		stamps := map[string]bool{}
		for _, g := range b.sink.at("/a") {
			ids[g.id] = true
			stamps[g.header.Get("webhook-timestamp")] = true
		}
		if len(ids) != 1 || len(stamps) != bowline.ScheduledAttempts {
			t.Errorf("%d ids and %d timestamps in %d attempts", len(ids), len(stamps), bowline.ScheduledAttempts)
		}
		all := b.attempts(b.messages(c)[0])
		slices.Reverse(all)
		for i, at := range begins {
			if !all[i+1].At.Equal(at) {
				t.Errorf("attempt %d began at %v, want %v", i+2, all[i+1].At, at)
			}
		}
		a := all[len(all)-1]
		if a.StatusCode != http.StatusGone || len(a.ResponseBody) > bowline.MaxStoredResponse || !strings.HasPrefix(a.ResponseBody, "no x") {
			t.Errorf("kept %d of %d bytes", a.StatusCode, len(a.ResponseBody))
		}
	})
}

// TestKilledAndStartedAgain drops a dispatcher with everything in its hands.
func TestKilledAndStartedAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		c := b.consumer("/a", nil)
		hold := make(chan struct{})
		b.sink.answers(func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		})
		d, stop := b.run(nil)
		for range 50 {
			b.event()
		}
		b.until("messages in its hands", func() bool { return len(b.messages(c)) == 50 && len(b.sink.at("/a")) > 0 })
		d.crash = true
		stop()
		close(hold)
		b.sink.answers(nil)
		b.run(nil) // which does not wait until the leases end
		b.until("everything arrived", b.settled(c, 50, bowline.MessageSuccess))
	})
}

// TestEndsWithEmptyHands: what a dispatcher gives back is due at once.
func TestEndsWithEmptyHands(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		c := b.consumer("/a", func(c *bowline.Consumer) { c.RateLimit = 1 })
		_, stop := b.run(nil)
		for range 10 {
			b.event()
		}
		b.until("the first", func() bool { return len(b.messages(c)) == 10 && len(b.sink.at("/a")) > 0 })
		stop()
		sent := len(b.sink.at("/a"))
		held, err := b.store.Claim(t.Context(), []store.Want{{Consumer: c.ID, Limit: 20}}, store.Lease{Now: b.clock.now(), Until: b.clock.now()})
		if err != nil || len(held) != 10-sent {
			t.Errorf("%d are due after %d were sent: %v", len(held), sent, err)
		}
	})
}

// TestTwoDispatchersOnOneDatabase: together they send each message once.
func TestTwoDispatchersOnOneDatabase(t *testing.T) {
	t.Parallel()
	o := storetest.Options(t, store.Postgres)
	b := newBench(t, storetest.OpenWith(t, o))
	c := b.consumer("/a", nil)
	b.run(nil)
	second := storetest.OpenWith(t, o)
	b.run(func(options *Options) { options.Store = second })
	const n = 200
	for range n / 2 {
		b.event()
		storetest.AddEvents(t, second, storetest.NewEvent(b.instance, b.clock.now()))
	}
	b.until("everything arrived", b.settled(c, n, bowline.MessageSuccess))
	ids := map[string]int{}
	for _, g := range b.sink.at("/a") {
		ids[g.id]++
	}
	if len(ids) != n || len(b.sink.at("/a")) != n {
		t.Errorf("%d messages in %d requests", len(ids), len(b.sink.at("/a")))
	}
}

// TestHangingConsumersHoldUpNobody puts a thousand that never answer beside one
// that does.
func TestHangingConsumersHoldUpNobody(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	var hanging, most atomic.Int64
	b.sink.answers(func(_ http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/dead/") {
			return
		}
		now := hanging.Add(1)
		for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
		}
		<-r.Context().Done()
		hanging.Add(-1)
	})
	const dead = 1000
	storetest.Write(t, b.store, func(ctx context.Context, tx *store.Tx) error {
		for i := range dead {
			c := storetest.NewConsumer(b.instance, fmt.Sprintf("%s/dead/%d", b.sink.URL, i))
			if err := tx.InsertConsumer(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	d, stop := b.run(nil)
	b.event()
	b.until("all hang", func() bool { return hanging.Load() == dead })
	healthy := b.consumer("/healthy", func(c *bowline.Consumer) { c.EventTypes = []string{string(bowline.CompanyCreated)} })
	const n = 100
	for i := range n {
		e := storetest.NewEvent(b.instance, b.clock.now())
		e.EventType = bowline.CompanyCreated
		storetest.AddEvents(t, b.store, e)
		b.until("delivery to the healthy one", func() bool { return len(b.sink.at("/healthy")) == i+1 })
		if i == 0 && hanging.Load() != dead {
			t.Errorf("only %d requests hang still: somebody had to end for the healthy one", hanging.Load())
		}
	}
	b.until("recorded", b.settled(healthy, n, bowline.MessageSuccess))
	if most.Load() > dead*firstWindow {
		t.Errorf("%d requests were hanging at once", most.Load())
	}
	d.crash = true // do not wait for them
	stop()
}

// TestDisabledConsumer follows the example of webhooks.md section 4: disabled
// after the retry at five minutes for about three hours, three attempts are left.
func TestDisabledConsumer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		c := b.consumer("/a", nil)
		witness := b.consumer("/witness", nil) // shows when an event has been dealt with
		b.sink.answers(fail(http.StatusInternalServerError))
		d, _ := b.run(nil)
		start := b.clock.now()
		b.event()
		step := func(attempts int) bowline.Message {
			t.Helper()
			b.until(fmt.Sprintf("%d attempts", attempts), func() bool { l := b.messages(c); return len(l) == 1 && l[0].Attempts == attempts })
			return b.messages(c)[0]
		}
		for n := 1; n <= 2; n++ {
			b.clock.set(*step(n).NextAttempt)
			d.Wake()
		}
		step(3)
		set := func(disabled bool) {
			stored, err := b.store.Consumer(t.Context(), b.instance, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			stored.Disabled = disabled
			storetest.Write(t, b.store, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateConsumer(ctx, stored) })
		}
		set(true)
		b.clock.set(start.Add(3 * time.Hour))
		d.Wake()
		b.until("the attempts at 35 minutes and 2.5 hours are passed over", func() bool {
			next := b.messages(c)[0].NextAttempt
			return next != nil && next.After(b.clock.now())
		})
		b.event() // it is not told of this one
		b.until("the event is dealt with", func() bool { return len(b.messages(witness)) == 2 })
		set(false)
		for n := 4; n <= 6; n++ {
			b.clock.set(*b.messages(c)[0].NextAttempt)
			d.Wake()
			step(n)
		}
		b.until("three were left", func() bool { return b.messages(c)[0].Status == bowline.MessageFailure })
		if n := len(b.messages(c)); n != 1 {
			t.Errorf("%d messages: one came about while disabled", n)
		}
	})
}

// TestFailingForFiveDays ends with a consumer that is disabled, and a line
// that says why.
func TestFailingForFiveDays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		c := b.consumer("/a", nil)
		b.sink.answers(fail(http.StatusBadGateway))
		d, _ := b.run(nil)
		disabled := func() bool {
			stored, err := b.store.Consumer(t.Context(), b.instance, c.ID)
			return err == nil && stored.Disabled && stored.DisabledReason == bowline.ReasonFailing
		}
		for n := range 9 { // 117 hours
			b.event()
			b.until("an attempt", func() bool { l := b.messages(c); return len(l) == n+1 && l[n].Attempts > 0 })
			if disabled() {
				t.Fatalf("disabled after %v", b.clock.now().Sub(storetest.Start))
			}
			b.clock.advance(13 * time.Hour)
			d.Wake()
		}
		b.clock.advance(4 * time.Hour)
		b.event()
		b.until("disabled", disabled)
		history, err := b.store.ConsumerHistory(t.Context(), b.instance, c.ID, 5)
		if err != nil || len(history) != 1 || history[0].What != bowline.ConsumerDisabled || history[0].Actor != bowline.ActorSystem {
			t.Errorf("history is %+v, %v", history, err)
		}
	})
}

// TestWhoIsTold: types, tags and company choose; deleted ones are forgotten.
func TestWhoIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		company := bowline.NewID(storetest.Start)
		b.consumer("/all", nil)
		b.consumer("/north", func(c *bowline.Consumer) { c.CompanyTags = []string{"x:y", "desk:north"} })
		b.consumer("/south", func(c *bowline.Consumer) { c.CompanyTags = []string{"desk:south"} })
		b.consumer("/mine", func(c *bowline.Consumer) { c.CompanyID = company })
		b.consumer("/other", func(c *bowline.Consumer) { c.EventTypes = []string{"company.deleted"} })
		b.consumer("/off", func(c *bowline.Consumer) { c.Disabled = true })
		gone := b.consumer("/gone", nil)
		storetest.Write(t, b.store, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteConsumer(ctx, b.instance, gone.ID) })
		b.run(nil)
		b.event()
		mine := storetest.NewEvent(b.instance, b.clock.now())
		mine.CompanyID, mine.CompanyTags = company, nil
		nobodys := storetest.NewEvent(b.instance, b.clock.now())
		nobodys.CompanyID, nobodys.CompanyTags = "", nil
		storetest.AddEvents(t, b.store, mine, nobodys)
		want := map[string]int{"/all": 3, "/north": 2, "/south": 1, "/mine": 2, "/other": 0, "/off": 0, "/gone": 0}
		b.until("everything arrived", func() bool {
			for path, n := range want {
				if len(b.sink.at(path)) < n {
					return false
				}
			}
			return true
		})
		later := b.consumer("/later", nil) // known before the next event
		b.event()
		b.until("the next", func() bool { return len(b.sink.at("/later")) == 1 })
		b.until("recorded", b.settled(later, 1, bowline.MessageSuccess))
		want["/all"], want["/north"] = 4, 3
		b.until("the next", func() bool { return len(b.sink.at("/all")) == 4 && len(b.sink.at("/north")) == 3 })
		for path, n := range want {
			if now := len(b.sink.at(path)); now != n {
				t.Errorf("%s was told %d times, want %d", path, now, n)
			}
		}
	})
}
