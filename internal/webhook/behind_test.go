package webhook

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// crowd adds consumers that fail, and notes it as if they had been tried.
func (b *bench) crowd(n int) (list []bowline.Consumer) {
	b.t.Helper()
	for range n {
		c := b.consumer("/dead", nil)
		failing := bowline.ConsumerHealth{FirstFailure: b.clock.now(), FailingSince: b.clock.now()}
		err := b.store.Finish(b.t.Context(), nil, []store.HealthChange{{Instance: b.instance, Consumer: c.ID, Health: failing}})
		if err != nil {
			b.t.Fatal(err)
		}
		list = append(list, c)
	}
	return list
}

// TestCrowdComesLater: one that keeps up is told before a crowd that fails, in
// a transaction that has only a few of them; and everybody is told once, in
// order, also when the process dies between the two.
func TestCrowdComesLater(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		crowd := b.crowd(40)
		healthy := b.consumer("/healthy", nil)
		b.sink.answers(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/dead") {
				w.WriteHeader(http.StatusInternalServerError)
			}
		})
		first, second := b.event(), b.event()

		dead := New(Options{Store: b.store, Now: b.clock.now})
		dead.ending.Store(true) // queues only
		dead.consumers.Store(true)
		if err := dead.reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := dead.fanOut(t.Context()); err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, c := range crowd {
			told += len(b.messages(c))
		}
		if n := len(b.messages(healthy)); n != 2 || told != spare {
			t.Fatalf("%d messages for the one that keeps up, %d for the crowd", n, told)
		}
		if _, err := dead.fanOutRest(t.Context()); err != nil { // one step of many, and it dies
			t.Fatal(err)
		}

		if err := b.store.FreeLeases(t.Context()); err != nil { // as its end would
			t.Fatal(err)
		}
		b.run(nil)
		b.until("the one that keeps up", b.settled(healthy, 2, bowline.MessageSuccess))
		for _, c := range crowd {
			b.until("the crowd", b.settled(c, 2, bowline.MessageAttempting))
			list := b.messages(c)
			if list[0].EventID != first.ID || list[1].EventID != second.ID {
				t.Errorf("messages are of %s and %s", list[0].EventID, list[1].EventID)
			}
		}
		if n := len(b.sink.at("/healthy")); n != 2 {
			t.Errorf("the one that keeps up got %d requests", n)
		}
		if n := len(b.sink.at("/dead")); n != 2*len(crowd) {
			t.Errorf("the crowd got %d requests", n)
		}
	})
}

// TestNothingOvertakesWhatWasPutOff: a consumer that keeps up again is told in
// time of what comes only after it has been told of what waits.
func TestNothingOvertakesWhatWasPutOff(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	crowd := b.crowd(spare + 1)
	d := New(Options{Store: b.store, Now: b.clock.now})
	d.ending.Store(true)
	d.consumers.Store(true)
	if err := d.reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	fanOut := func() {
		t.Helper()
		b.event()
		if _, err := d.fanOut(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	last := d.endpoints[crowd[spare].ID]
	fanOut()
	last.learn(true, time.Millisecond)
	fanOut()
	if n := len(b.messages(crowd[spare])); n != 0 {
		t.Fatalf("%d messages came before what was put off", n)
	}
	for more := true; more; {
		var err error
		if more, err = d.fanOutRest(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	fanOut()
	if n := len(b.messages(crowd[spare])); n != 3 {
		t.Errorf("%d of 3 messages", n)
	}
}

// TestWhoKeepsUp goes by answers, and by none for long.
func TestWhoKeepsUp(t *testing.T) {
	t.Parallel()
	d := New(Options{})
	for about, test := range map[string]struct {
		change func(*endpoint)
		want   bool
	}{
		"new":                    {func(*endpoint) {}, true},
		"failed once":            {func(e *endpoint) { e.learn(false, time.Millisecond) }, false},
		"failed, then succeeded": {func(e *endpoint) { e.learn(false, time.Millisecond); e.learn(true, time.Millisecond) }, true},
		"slow":                   {func(e *endpoint) { e.latency = tardy + 1 }, false},
		"under way":              {func(e *endpoint) { e.active, e.moved = 1, time.Now().Add(time.Hour) }, true},
		"no answer for long":     {func(e *endpoint) { e.active, e.moved = 1, time.Now().Add(-2*tardy) }, false},
	} {
		e := newEndpoint(d)
		test.change(e)
		if got := e.keepsUp(); got != test.want {
			t.Errorf("%s: %v", about, got)
		}
	}
}

// TestDeadOnesAreServedBehind: what they are to be sent again is not leased on
// the path of those who keep up.
func TestDeadOnesAreServedBehind(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	c := b.crowd(1)[0]
	d := New(Options{Store: b.store, Now: b.clock.now})
	d.take(context.Background(), []bowline.Consumer{must(b.store.Consumer(t.Context(), b.instance, c.ID))}, d.judged.Load())
	e := d.endpoints[c.ID]
	d.dueAt(e, b.clock.now())
	for on, want := range map[side]int{keepsUp: 0, behind: 1} {
		if wants, _ := d.wants(on, b.clock.now(), 10); len(wants) != want {
			t.Errorf("side %v: %d wants", on, len(wants))
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
