package webhook

import (
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestFullQueuePausesFanOutForMomentsOnly: a consumer that was quick has a long
// queue and stops to answer. What another is to be told must not wait for that.
func TestFullQueuePausesFanOutForMomentsOnly(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	quick := b.consumer("/quick", nil)
	other := b.consumer("/other", func(c *bowline.Consumer) { c.EventTypes = []string{string(bowline.CompanyCreated)} })
	d := New(Options{Store: b.store, Now: b.clock.now})
	d.ending.Store(true) // queues only
	d.consumers.Store(true)
	if err := d.reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	stalled := d.endpoints[quick.ID]
	stalled.latency = time.Millisecond
	for range busyQueue {
		stalled.add(item{Delivery: store.Delivery{ID: bowline.NewID(storetest.Start)}})
	}
	e := storetest.NewEvent(b.instance, b.clock.now())
	e.EventType = bowline.CompanyCreated
	storetest.AddEvents(t, b.store, e)
	if more, err := d.fanOut(t.Context()); !more || err != nil || d.endpoints[other.ID].waiting() != 0 {
		t.Errorf("there was no pause: %v, %v", more, err)
	}
	b.until("the other's turn", func() bool {
		_, err := d.fanOut(t.Context())
		return err != nil || d.endpoints[other.ID].waiting() == 1
	})
}

// TestFailingOnesAreForgottenWithTheConsumer: their number spaces out the
// attempts of all that fail, so it must not keep those that are gone or off.
func TestFailingOnesAreForgottenWithTheConsumer(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"deleted", "disabled"} {
		d := New(Options{})
		c := storetest.NewConsumer(bowline.NewID(storetest.Start), "https://a.example")
		d.take(t.Context(), []bowline.Consumer{c}, d.judged.Load())
		e := d.endpoints[c.ID]
		fail := func() {
			for range failures {
				e.learn(false, time.Second)
			}
		}
		fail()
		if n := d.failing.Load(); n != 1 {
			t.Fatalf("%d fail", n)
		}
		if c.Disabled = true; how == "disabled" {
			d.take(t.Context(), []bowline.Consumer{c}, d.judged.Load())
		} else {
			d.take(t.Context(), nil, d.judged.Load())
			fail() // what was under way
		}
		if n := d.failing.Load(); n != 0 {
			t.Errorf("%s, and %d still fail", how, n)
		}
	}
}
