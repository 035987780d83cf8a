package renewal

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestPace: in no window of a provider's time do more requests go than it
// allows, and not many fewer; replicas share it.
func TestPace(t *testing.T) {
	t.Parallel()
	for _, r := range []catalog.Rate{{Requests: 10, Seconds: 1}, {Requests: 1, Seconds: 3}, {Requests: 5000, Seconds: 60}, {Requests: 3000, Seconds: 1}} {
		for _, replicas := range []int{1, 3} {
			paces := make([]pace, replicas)
			for i := range paces {
				paces[i].set(r, replicas)
			}
			window := time.Duration(r.Seconds) * time.Second
			now, end := storetest.Start, storetest.Start.Add(4*window)
			var sent []time.Time
			for now.Before(end) {
				for i := range paces {
					for paces[i].take(now) == 0 {
						sent = append(sent, now)
					}
				}
				now = now.Add(window / 10000)
			}
			from := 0
			for i := range sent {
				for sent[i].Sub(sent[from]) >= window {
					from++
				}
				if n := i - from + 1; n > max(r.Requests, replicas) {
					t.Fatalf("%+v, %d replicas: %d in one window", r, replicas, n)
				}
			}
			if least := 4 * r.Requests * 7 / 10; len(sent) < least {
				t.Errorf("%+v, %d replicas: %d in four windows", r, replicas, len(sent))
			}
		}
	}
	var free pace
	if free.take(storetest.Start) != 0 || free.within(time.Second, 7) != 7 {
		t.Error("without a limit something waits")
	}
}

// hand is a clock that a test moves, for gates.
type hand struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hand) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hand) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// through lets one turn go, which has to start at once.
func through(t *testing.T, g *gate, trouble bool, wait time.Duration) (tripped bool) {
	t.Helper()
	ended := make(chan bool, 1)
	g.do(func(time.Duration) { ended <- g.done(trouble, wait) }, false)
	select {
	case tripped = <-ended:
	case <-time.After(time.Minute):
		t.Fatal("a turn does not start")
	}
	return tripped
}

// TestGate: what is under way grows while all goes well, halves when it does
// not, and a provider in trouble is left alone, longer each time, until one
// request goes well.
func TestGate(t *testing.T) {
	t.Parallel()
	h := &hand{now: storetest.Start}
	g := newGate(h.clock)
	for range 40 {
		through(t, g, false, 0)
	}
	grown := g.room(time.Minute)
	if grown < 80 {
		t.Errorf("after 40 that went well there is room for %d", grown)
	}
	through(t, g, true, 0)
	if room := g.room(time.Minute); room > grown/2 {
		t.Errorf("after trouble there is room for %d of %d", room, grown)
	}
	tripped := 0
	for range tripAfter - 1 {
		if through(t, g, true, 0) {
			tripped++
		}
	}
	if tripped != 1 || g.pause() < firstRest/2 || g.room(time.Minute) != 0 {
		t.Fatalf("tripped %d times, left alone for %v", tripped, g.pause())
	}
	last := g.pause()
	for range 8 {
		h.pass(g.pause())
		if room := g.room(time.Minute); room != 1 {
			t.Fatalf("there is room for %d tries", room)
		}
		through(t, g, true, 0)
		if g.pause() > maxRest || g.pause() < last && last < maxRest/2 {
			t.Errorf("left alone for %v after %v", g.pause(), last)
		}
		last = g.pause()
	}
	h.pass(g.pause())
	through(t, g, false, 0)
	if g.pause() != 0 || g.room(time.Minute) < 2 {
		t.Error("it is not open after one that went well")
	}
	through(t, g, true, 40*time.Second) // Retry-After
	if g.pause() != 40*time.Second || g.room(time.Minute) != 0 {
		t.Errorf("left alone for %v", g.pause())
	}
}

// TestGateBounds: never more under way than the limit, and those that somebody
// waits for come first.
func TestGateBounds(t *testing.T) {
	t.Parallel()
	g := newGate(time.Now)
	var order []string // in the order in which they begin, as one at a time does
	hold := make(chan struct{})
	var all sync.WaitGroup
	turn := func(name string, urgent bool) {
		all.Add(1)
		g.do(func(time.Duration) {
			defer all.Done()
			<-hold
			g.mu.Lock()
			order = append(order, name)
			g.mu.Unlock()
			g.skip()
		}, urgent)
	}
	for range 50 {
		turn("waiting", false)
	}
	g.mu.Lock()
	if g.running != firstLimit {
		t.Errorf("%d are under way", g.running)
	}
	g.mu.Unlock()
	if n := g.room(time.Minute); n != 0 {
		t.Errorf("there is room for %d more", n)
	}
	close(hold)
	all.Wait()

	g.limit, order, hold = 1, nil, make(chan struct{})
	turn("first", false)
	turn("second", false)
	turn("urgent", true)
	close(hold)
	all.Wait()
	if len(order) != 3 || order[0] != "first" || order[1] != "urgent" {
		t.Errorf("they began as %v", order)
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	for _, reason := range []oauth.Reason{oauth.Unavailable, oauth.Misconfigured, oauth.Invalid, oauth.Lapsed} {
		last := time.Duration(0)
		for n := 1; n < 100; n++ {
			low, high := backoff(reason, n, 0), backoff(reason, n, 1)
			if low < last || high <= low || high > 2*time.Hour {
				t.Fatalf("%s: after %d failures from %v to %v", reason, n, low, high)
			}
			last = low
		}
		if last < 20*time.Minute {
			t.Errorf("%s: it never waits longer than %v", reason, last)
		}
	}
}

// TestRateOfTheCatalog: a crowd that is due at once goes at the provider's pace.
func TestRateOfTheCatalog(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		var mu sync.Mutex
		var sent []time.Time
		w.set(func(h *house) {
			h.onRefresh = func() {
				mu.Lock()
				defer mu.Unlock()
				sent = append(sent, time.Now())
			}
		})
		for range 15 {
			w.linked("rate")
		}
		w.pass(time.Hour)
		began := time.Now() // and not at the first request, which may come late
		if _, err := k.Sweep(w.Context()); err != nil {
			w.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		if took := sent[len(sent)-1].Sub(began); len(sent) != 15 || took < 1400*time.Millisecond {
			w.Errorf("%d requests in %v, of ten a second", len(sent), took)
		}
	})
}

// TestRetryAfter: a provider that says how long to leave it alone is left alone
// for so long, by everybody.
func TestRetryAfter(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		k.clock = w.clock
		one, two := w.linked("lone")[0], w.linked("lone")[0]
		w.pass(time.Hour)
		w.script = append(w.script, fails(429, "", "Retry-After", "120"), func(rw http.ResponseWriter) bool { return fails(429, "", "Retry-After", "120")(rw) })
		if _, err := k.Sweep(w.Context()); err != nil {
			w.Fatal(err)
		}
		n := w.calls("/token")
		w.script = nil
		w.pass(119 * time.Second)
		w.sweep(k, 0)
		if w.calls("/token") != n {
			w.Error("it was not left alone")
		}
		w.pass(61 * time.Second)
		if _, err := k.Sweep(w.Context()); err != nil {
			w.Fatal(err)
		}
		if w.calls("/token") != n+2 {
			w.Errorf("%d more requests", w.calls("/token")-n)
		}
		w.linkedStill(one, two)
	})
}
