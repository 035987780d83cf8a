package webhook

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// newItem is a delivery in memory with a body of so many bytes.
func newItem(size int) item {
	return item{Delivery: store.Delivery{ID: bowline.NewID(storetest.Start), Fence: 1}, body: make([]byte, size)}
}

// TestMemoryIsShared: a crowd of slow consumers fills its own part, one more of
// them still gets something, and one that is quick most of the rest.
func TestMemoryIsShared(t *testing.T) {
	t.Parallel()
	h := hands{limit: 1 << 20}
	fill := func(quick bool) (mine int64) {
		for h.items(h.space(mine, quick)) > 0 {
			it := newItem(1000)
			h.take(it)
			mine += cost(it)
		}
		return mine
	}
	for crowd := range 20 {
		if fill(false) == 0 {
			t.Fatalf("nothing is left for one after %d slow ones", crowd)
		}
	}
	for range 1000 {
		fill(false)
	}
	if used := h.bytes.Load(); used > h.limit/4*3+minQueue*h.each() {
		t.Errorf("slow ones have %d bytes", used)
	}
	if got := fill(true); got < h.limit/10 {
		t.Errorf("one that is quick has %d bytes", got)
	}
	if used := h.bytes.Load(); used > h.limit {
		t.Errorf("%d bytes are used", used)
	}
	var all []store.Delivery
	for _, l := range h.held {
		all = append(all, l.Delivery)
	}
	if !h.drop(all...) || h.drop() {
		t.Error("who got less than asked for is not told once")
	}
	if h.bytes.Load() != 0 || h.count.Load() != 0 {
		t.Errorf("%d bytes of %d deliveries are left", h.bytes.Load(), h.count.Load())
	}
}

// TestLeasedAgain: what is decided under a lease that was renewed meanwhile is
// decided under the new one too, without another attempt. An attempt that
// somebody asked for is another.
func TestLeasedAgain(t *testing.T) {
	t.Parallel()
	h := hands{limit: 1 << 20}
	it := newItem(1)
	again := it
	again.Fence = 2
	resent := it
	resent.Fence, resent.Kind = 3, bowline.AttemptResent
	if !h.take(it) || h.take(again) || !h.take(resent) {
		t.Error("it is taken twice, or what was asked for is not taken")
	}
	if got := h.latest(it.Delivery); got.Fence != 2 {
		t.Errorf("its fence is %d", got.Fence)
	}
	o := store.Outcome{Delivery: it.Delivery, Attempt: &bowline.Attempt{}, Status: bowline.MessageFailure}
	list, _ := h.settle([]store.Outcome{o})
	if len(list) != 1 || list[0].Delivery.Fence != 2 || list[0].Attempt != nil || list[0].Status != o.Status {
		t.Fatalf("to decide again: %+v", list)
	}
	if list, _ = h.settle(list); len(list) != 0 || h.count.Load() != 1 {
		t.Errorf("%d to decide, %d held; want the one that was asked for", len(list), h.count.Load())
	}
}

// TestMemoryIsBounded puts a consumer that never answers beside one that does,
// with much more to send than there is room for.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	b.sink.answers(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stuck" {
			<-r.Context().Done()
		}
	})
	b.consumer("/stuck", nil)
	healthy := b.consumer("/healthy", nil)
	const n, limit = 300, 1 << 20
	var events []bowline.Event
	for range n {
		e := storetest.NewEvent(b.instance, b.clock.now())
		e.Payload = json.RawMessage(`{"a":"` + strings.Repeat("x", 10_000) + `"}`)
		events = append(events, e)
	}
	storetest.AddEvents(t, b.store, events...)
	d, stop := b.run(func(o *Options) { o.Memory = limit })
	most := int64(0)
	b.until("everything arrived at the healthy one", func() bool {
		most = max(most, d.hands.bytes.Load())
		return len(b.sink.at("/healthy")) == n
	})
	b.until("recorded", b.settled(healthy, n, bowline.MessageSuccess))
	if most > limit {
		t.Errorf("%d bytes were held, want at most %d", most, limit)
	}
	d.crash = true // do not wait for the other
	stop()
}

// TestClockStep: when the clock passes the end of a lease, what is still here
// is leased again, and sent once.
func TestClockStep(t *testing.T) {
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
		d, _ := b.run(nil)
		const n = 30
		for range n {
			b.event()
		}
		b.until("under way", func() bool { return len(b.messages(c)) == n && len(b.sink.at("/a")) >= firstWindow })
		b.clock.advance(time.Hour)
		d.Wake()
		b.until("leased again", func() bool {
			d.hands.mu.Lock()
			defer d.hands.mu.Unlock()
			again := 0
			for _, l := range d.hands.held {
				if l.Fence == 2 {
					again++
				}
			}
			return again >= firstWindow
		})
		close(hold)
		b.until("everything arrived", b.settled(c, n, bowline.MessageSuccess))
		b.until("nothing more is to come", func() bool {
			for _, m := range b.messages(c) {
				if m.Attempts != 1 || m.NextAttempt != nil {
					return false
				}
			}
			return true
		})
		if got := len(b.sink.at("/a")); got != n {
			t.Errorf("%d requests for %d messages", got, n)
		}
		b.until("nothing is held", func() bool { return d.hands.count.Load() == 0 && d.hands.bytes.Load() == 0 })
	})
}
