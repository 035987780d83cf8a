package webhook

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestOurFaultsCountAgainstNobody: a transformation that could not be run is no
// attempt. The delivery waits and is made.
func TestOurFaultsCountAgainstNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		c := b.consumer("/a", func(c *bowline.Consumer) {
			c.Transformation = bowline.Transformation{Source: "x", Enabled: true}
		})
		var runs atomic.Int64
		d, _ := b.run(func(o *Options) {
			o.Transform = func(_ context.Context, _ string, in Transformable) (Transformed, error) {
				if in.Consumer != c.ID {
					t.Errorf("it is told of consumer %s", in.Consumer)
				}
				if runs.Add(1) == 1 {
					return Transformed{}, fmt.Errorf("%w: no process", ErrNotRun)
				}
				return Transformed{Method: in.Method, URL: in.URL, Payload: in.Payload}, nil
			}
		})
		b.event()
		b.until("put off", func() bool {
			l := b.messages(c)
			return len(l) == 1 && l[0].NextAttempt != nil && l[0].NextAttempt.After(b.clock.now())
		})
		if m := b.messages(c)[0]; m.Status != bowline.MessageSending || m.Attempts != 0 || len(b.attempts(m)) != 0 {
			t.Errorf("held against the consumer: %+v", m)
		}
		b.clock.advance(heldUpFor)
		d.Wake()
		b.until("success", b.settled(c, 1, bowline.MessageSuccess))
		if a := b.attempts(b.messages(c)[0]); len(a) != 1 || a[0].Kind != bowline.AttemptScheduled || len(b.sink.at("/a")) != 1 {
			t.Errorf("attempts are %+v", a)
		}
	})
}

// TestUnusableCertificate: without its certificate a consumer is told nothing,
// and its attempts say why.
func TestUnusableCertificate(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	c := b.consumer("/a", func(c *bowline.Consumer) { c.ClientCertificate = "-----BEGIN" })
	b.run(nil)
	b.event()
	b.until("a failed attempt", b.settled(c, 1, bowline.MessageAttempting))
	if a := b.attempts(b.messages(c)[0])[0]; a.Error != errCertificate.Error() || a.URL == "" {
		t.Errorf("attempt is %+v", a)
	}
	if len(b.sink.at("/a")) != 0 {
		t.Error("it was sent without the certificate")
	}
}

// TestDisablingIsToldWhenItIsStored, and not when another replica has seen a
// success in between.
func TestDisablingIsToldWhenItIsStored(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for _, outdated := range []bool{true, false} {
			c := b.consumer("/a", nil)
			health := bowline.ConsumerHealth{FirstFailure: storetest.Start, FailingSince: storetest.Start}
			stored := health
			if outdated {
				stored.FailingSince = storetest.Start.Add(time.Hour)
			}
			change := store.HealthChange{Instance: b.instance, Consumer: c.ID, Health: stored}
			if err := b.store.Finish(t.Context(), nil, []store.HealthChange{change}); err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			d := New(Options{Store: b.store, Now: b.clock.now, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			d.sending = t.Context()
			d.consumers.Store(true)
			if err := d.reload(t.Context()); err != nil {
				t.Fatal(err)
			}
			e := d.endpoints[c.ID]
			e.setHealth(health)
			at := storetest.Start.Add(bowline.DisableAfter)
			d.finish([]result{{
				Outcome:  store.Outcome{Delivery: store.Delivery{ID: bowline.NewID(at), Consumer: c.ID}, Attempt: &bowline.Attempt{ID: bowline.NewID(at), At: at}},
				endpoint: e, ended: at,
			}})
			if told := strings.Contains(log.String(), "disabled"); told == outdated {
				t.Errorf("outdated %v: the log says %q", outdated, log.String())
			}
		}
	})
}

// TestHealthThatWasReadEarlierIsOlder: consumers are read again while what was
// judged of one is on its way into the database. Forgotten, its five days would
// begin anew.
func TestHealthThatWasReadEarlierIsOlder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		c := b.consumer("/a", nil)
		d := New(Options{Store: b.store, Now: b.clock.now})
		d.sending = t.Context()
		d.consumers.Store(true)
		if err := d.reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		e, asOf := d.endpoints[c.ID], d.judged.Load()
		early, err := b.store.AllConsumers(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		fail := func(at time.Time) {
			d.finish([]result{{
				Outcome:  store.Outcome{Delivery: store.Delivery{ID: bowline.NewID(at), Consumer: c.ID}, Attempt: &bowline.Attempt{ID: bowline.NewID(at), At: at}},
				endpoint: e, ended: at,
			}})
		}
		fail(storetest.Start)
		d.take(t.Context(), early, asOf)
		if got := e.getHealth().FirstFailure; !got.Equal(storetest.Start) {
			t.Errorf("the first failure is forgotten: %v", got)
		}
		healthy := store.HealthChange{Instance: b.instance, Consumer: c.ID} // by another replica
		if err := b.store.Finish(t.Context(), nil, []store.HealthChange{healthy}); err != nil {
			t.Fatal(err)
		}
		d.consumers.Store(true)
		if err := d.reload(t.Context()); err != nil || e.getHealth() != (bowline.ConsumerHealth{}) {
			t.Errorf("what another replica saw is not taken over: %+v, %v", e.getHealth(), err)
		}
	})
}
