package webhook

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// counter is a sink that does as little as it can.
func counter(b *testing.B, each func(*http.Request)) (url string) {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		each(r)
	})}
	go func() { _ = server.Serve(listener) }()
	b.Cleanup(func() { _ = server.Close() })
	return "http://" + listener.Addr().String()
}

func start(b *testing.B, s *store.Store) {
	b.Helper()
	d := New(Options{Store: s, HTTP: safehttp.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}})
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { _ = d.Run(ctx) })
	b.Cleanup(func() {
		cancel()
		done.Wait()
	})
}

// processorTime is what this process has used, sink included: a measure that
// other work on the machine disturbs less than the clock.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// recorded says whether everything is stored as delivered: nothing is to come.
// A count of the messages would cost more the more there are, and be measured.
func recorded(b *testing.B, s *store.Store) bool {
	b.Helper()
	due, err := s.DueConsumers(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return len(due) == 0
}

// BenchmarkDeliver is from recorded events to recorded successes, all of them
// there from the start.
func BenchmarkDeliver(b *testing.B) {
	for _, engine := range storetest.Engines {
		b.Run(engine, func(b *testing.B) { deliver(b, engine, 0) })
	}
}

// BenchmarkGrowth is the same beside what has been delivered before.
func BenchmarkGrowth(b *testing.B) {
	for _, engine := range storetest.Engines {
		for _, stored := range []int{1_000, 100_000} {
			b.Run(engine+"/"+strconv.Itoa(stored), func(b *testing.B) { deliver(b, engine, stored) })
		}
	}
}

func deliver(b *testing.B, engine string, stored int) {
	s := storetest.Open(b, engine)
	instance := storetest.NewInstance(b, s)
	var arrived, distinct atomic.Int64
	var ids sync.Map
	all := make(chan struct{})
	url := counter(b, func(r *http.Request) {
		arrived.Add(1)
		if _, twice := ids.LoadOrStore(r.Header.Get("webhook-id"), true); !twice && distinct.Add(1) == int64(b.N) {
			close(all)
		}
	})
	c := storetest.AddConsumer(b, s, storetest.NewConsumer(instance, url))
	seed(b, s, c, stored)
	record(b, s, instance, b.N)
	b.ResetTimer()
	before := processorTime(b)
	start(b, s)
	<-all
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "arrivals/s")
	for !recorded(b, s) {
		time.Sleep(5 * time.Millisecond) // the clock runs on: this is part of what is measured
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
	b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/delivery")
	if twice := arrived.Load() - distinct.Load(); twice > 0 {
		b.Errorf("%d of %d requests were repetitions", twice, arrived.Load())
	}
}

// record appends events.
func record(b *testing.B, s *store.Store, instance bowline.ID, n int) {
	b.Helper()
	payload := []byte(`{"pad":"` + strings.Repeat("x", 700) + `"}`)
	for from := 0; from < n; from += 500 {
		storetest.Write(b, s, func(ctx context.Context, tx *store.Tx) error {
			for range min(500, n-from) {
				e := storetest.NewEvent(instance, time.Now())
				e.Payload = payload
				if err := tx.AppendEvent(ctx, e); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// seed leaves messages behind that were delivered at the first attempt.
func seed(b *testing.B, s *store.Store, c bowline.Consumer, n int) {
	b.Helper()
	record(b, s, c.InstanceID, n)
	revision, err := s.ConsumersRevision(b.Context())
	for more := n > 0; more && err == nil; {
		var list []store.Delivery
		now := time.Now()
		list, more, err = s.FanOut(b.Context(), store.FanOut{
			Revision: revision, Now: now, Until: now.Add(time.Minute), Limit: 500,
			Match: func(*bowline.Event) []store.Target { return []store.Target{{Consumer: c.ID, Leased: true}} },
		})
		outcomes := make([]store.Outcome, len(list))
		for i, d := range list {
			outcomes[i] = decide(d, true, now, 0)
			outcomes[i].Attempt = &bowline.Attempt{
				ID: bowline.NewID(now), MessageID: d.ID, Kind: d.Kind, URL: c.URL, At: now, Success: true, StatusCode: 200,
			}
		}
		if err == nil {
			err = s.Finish(b.Context(), outcomes, nil)
		}
	}
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkLatency is from the commit of an event to its arrival, 200 a second.
func BenchmarkLatency(b *testing.B) {
	for _, engine := range storetest.Engines {
		b.Run(engine, func(b *testing.B) {
			s := storetest.Open(b, engine)
			instance := storetest.NewInstance(b, s)
			times := make(chan time.Time, b.N)
			url := counter(b, func(*http.Request) { times <- time.Now() })
			storetest.AddConsumer(b, s, storetest.NewConsumer(instance, url))
			start(b, s)
			took := make([]time.Duration, 0, b.N)
			ticker := time.NewTicker(5 * time.Millisecond)
			defer ticker.Stop()
			for b.Loop() {
				<-ticker.C
				storetest.AddEvents(b, s, storetest.NewEvent(instance, time.Now()))
				committed := time.Now()
				took = append(took, (<-times).Sub(committed))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}
