package webhook

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// clock is moved by the test.
type clock struct{ micros atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.micros.Store(storetest.Start.UnixMicro())
	return c
}

func (c *clock) now() time.Time          { return time.UnixMicro(c.micros.Load()).UTC() }
func (c *clock) advance(d time.Duration) { c.micros.Add(d.Microseconds()) }
func (c *clock) set(at time.Time)        { c.micros.Store(at.UnixMicro()) }

// got is a request as the sink saw it.
type got struct {
	path, id string
	body     string
	header   http.Header
	method   string
}

// sink is the receivers, one for each path.
type sink struct {
	*httptest.Server
	mu     sync.Mutex
	seen   []got
	answer func(w http.ResponseWriter, r *http.Request) // nil accepts
	cond   *sync.Cond
}

func newSink(t testing.TB) *sink {
	s := &sink{}
	s.cond = sync.NewCond(&s.mu)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.seen = append(s.seen, got{r.URL.Path, r.Header.Get("webhook-id"), string(body), r.Header.Clone(), r.Method})
		answer := s.answer
		s.cond.Broadcast()
		s.mu.Unlock()
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *sink) answers(fn func(w http.ResponseWriter, r *http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = fn
}

// fail answers with a status.
func fail(status int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

// at returns what came to a path.
func (s *sink) at(path string) (list []got) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.seen {
		if g.path == path {
			list = append(list, g)
		}
	}
	return list
}

// bench is a dispatcher at work for one test.
type bench struct {
	t        testing.TB
	store    *store.Store
	clock    *clock
	sink     *sink
	instance bowline.ID
}

func newBench(t testing.TB, s *store.Store) *bench {
	return &bench{t: t, store: s, clock: newClock(), sink: newSink(t), instance: storetest.NewInstance(t, s)}
}

// run starts a dispatcher, which ends with the test or by stop.
func (b *bench) run(change func(*Options)) (d *Dispatcher, stop func()) {
	b.t.Helper()
	o := Options{
		Store: b.store, Now: b.clock.now, Jitter: func() float64 { return 0 }, Poll: 100 * time.Millisecond,
		HTTP: safehttp.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
	}
	if change != nil {
		change(&o)
	}
	d = New(o)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			b.t.Error(err)
		}
	})
	b.t.Cleanup(stop)
	return d, stop
}

// consumer adds one at a path of the sink.
func (b *bench) consumer(path string, change func(*bowline.Consumer)) bowline.Consumer {
	b.t.Helper()
	c := storetest.NewConsumer(b.instance, b.sink.URL+path)
	if change != nil {
		change(&c)
	}
	return storetest.AddConsumer(b.t, b.store, c)
}

// event records one.
func (b *bench) event() bowline.Event {
	b.t.Helper()
	e := storetest.NewEvent(b.instance, b.clock.now())
	storetest.AddEvents(b.t, b.store, e)
	return e
}

// example sends one to a consumer and returns the message's id.
func (b *bench) example(c bowline.Consumer) (id bowline.ID) {
	b.t.Helper()
	storetest.Write(b.t, b.store, func(ctx context.Context, tx *store.Tx) (err error) {
		id, err = tx.InsertExample(ctx, c.ID, storetest.NewEvent(b.instance, b.clock.now()), b.clock.now())
		return err
	})
	return id
}

// attempted says whether a message was attempted.
func (b *bench) attempted(id bowline.ID) func() bool {
	return func() bool {
		m, _, err := b.store.Message(b.t.Context(), b.instance, id)
		return err == nil && m.Attempts > 0
	}
}

// until waits for a condition.
func (b *bench) until(what string, ok func() bool) {
	b.t.Helper()
	deadline := time.Now().Add(time.Minute)
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	for !ok() {
		if time.Now().After(deadline) {
			b.t.Fatalf("never: %s", what)
		}
		<-ticker.C
	}
}

// messages are those of a consumer, the oldest first.
func (b *bench) messages(c bowline.Consumer) []bowline.Message {
	b.t.Helper()
	list, _, err := b.store.Messages(b.t.Context(), store.MessageList{
		InstanceID: b.instance, ConsumerID: c.ID, Page: bowline.Page{Number: 1, Size: 5000},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

func (b *bench) attempts(m bowline.Message) []bowline.Attempt {
	b.t.Helper()
	list, _, err := b.store.Attempts(b.t.Context(), store.AttemptList{InstanceID: b.instance, MessageID: m.ID, Page: bowline.Page{Number: 1, Size: 50}})
	if err != nil {
		b.t.Fatal(err)
	}
	return list
}

// settled says whether all messages of a consumer have a status.
func (b *bench) settled(c bowline.Consumer, n int, status bowline.MessageStatus) func() bool {
	return func() bool {
		list := b.messages(c)
		for _, m := range list {
			if m.Status != status {
				return false
			}
		}
		return len(list) == n
	}
}
