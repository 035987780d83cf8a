package webhook

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestSurvivorsTakeOver: what a replica that died had in its hands is delivered
// by another, and nobody waits for the leases to end.
func TestSurvivorsTakeOver(t *testing.T) {
	t.Parallel()
	o := storetest.Options(t, store.Postgres)
	b := newBench(t, storetest.OpenWith(t, o))
	c := b.consumer("/a", nil)
	var hang atomic.Bool
	hang.Store(true)
	b.sink.answers(func(_ http.ResponseWriter, r *http.Request) {
		if hang.Load() {
			<-r.Context().Done()
		}
	})
	d, stop := b.run(nil)
	const n = 50
	for range n {
		b.event()
	}
	b.until("messages in its hands", func() bool { return len(b.messages(c)) == n && len(b.sink.at("/a")) > 0 })
	hang.Store(false)
	second := storetest.OpenWith(t, o)
	survivor, _ := b.run(func(options *Options) { options.Store, options.Poll = second, 20*time.Millisecond })
	b.until("they know of each other", func() bool { return survivor.replicas.Load() == 2 && d.replicas.Load() == 2 })
	if open := b.messages(c); open[0].Status != bowline.MessageSending {
		t.Errorf("taken from one that lives: %+v", open[0])
	}
	d.crash = true
	stop()
	b.until("everything arrived", b.settled(c, n, bowline.MessageSuccess))
	b.until("it is alone", func() bool { return survivor.replicas.Load() == 1 })
}

// TestReplicasShareARateLimit: together they send what a consumer takes.
func TestReplicasShareARateLimit(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	c := b.consumer("/a", func(c *bowline.Consumer) { c.RateLimit = 9 })
	d := New(Options{Store: b.store, Now: b.clock.now})
	d.consumers.Store(true)
	for alive, want := range map[int]rate.Limit{1: 9, 3: 3, 2: 4.5} {
		d.live(alive)
		if err := d.reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := d.endpoints[c.ID].limiter.Limit(); got != want {
			t.Errorf("one of %d sends %v a second, want %v", alive, got, want)
		}
	}
}

// TestSessionOfDeliveriesBreaks: they go on, and send nothing twice.
func TestSessionOfDeliveriesBreaks(t *testing.T) {
	t.Parallel()
	o := storetest.Options(t, store.Postgres)
	b := newBench(t, storetest.OpenWith(t, o))
	c := b.consumer("/a", nil)
	hold := make(chan struct{})
	b.sink.answers(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-hold:
		case <-r.Context().Done():
		}
	})
	d, _ := b.run(nil)
	const n = 20
	for range n {
		b.event()
	}
	b.until("messages in its hands", func() bool { return len(b.messages(c)) == n && len(b.sink.at("/a")) > 0 })
	id := d.holder.Load()
	storetest.EndSessions(t, o, id)
	b.until("it is entered again", func() bool { return storetest.Sessions(t, o, id) == 1 })
	close(hold)
	b.until("everything arrived", b.settled(c, n, bowline.MessageSuccess))
	if got := len(b.sink.at("/a")); got != n || d.holder.Load() != id {
		t.Errorf("%d requests for %d messages", got, n)
	}
}

// TestTakenForDead: what others have taken over is given back and not sent.
func TestTakenForDead(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	c := b.consumer("/a", nil)
	d := New(Options{Store: b.store, Now: b.clock.now})
	d.take(t.Context(), []bowline.Consumer{c}, d.judged.Load())
	d.holder.Store(2)
	it := newItem(1)
	it.Consumer, it.Holder, it.Until, it.DueAt = c.ID, 1, b.clock.now().Add(time.Minute), b.clock.now()
	d.endpoints[c.ID].attempt(it)
	if r := <-d.results; r.Attempt != nil || !r.RunAt.Equal(it.DueAt) || len(b.sink.at("/a")) != 0 {
		t.Errorf("it came to %+v", r)
	}
	d.away.Store(true)
	if d.endpoints[c.ID].wait() == 0 {
		t.Error("something is sent while others may take over")
	}
}
