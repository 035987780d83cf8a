package main

import (
	"context"
	"net"
	"os"
	"runtime"
	"testing"
	"time"
)

func TestNoneTwice(t *testing.T) {
	t.Parallel()
	fine := []delivery{{path: "/1", event: "a", message: "m1"}, {path: "/2", event: "a", message: "m2"}, {path: "/1", event: "b", message: "m3"}}
	if err := noneTwice(fine, 3); err != nil {
		t.Error(err)
	}
	for name, list := range map[string][]delivery{
		"one is missing":            fine[:2],
		"one event as two messages": append(fine[:2:2], delivery{path: "/1", event: "a", message: "m4"}),
		"one message twice":         append(fine[:2:2], fine[1]),
		"one more":                  append(fine[:3:3], fine[1]),
	} {
		if noneTwice(list, 3) == nil {
			t.Errorf("%s and nobody says so", name)
		}
	}
}

func TestDelays(t *testing.T) {
	t.Parallel()
	var d delays
	for n := range 1000 {
		d = append(d, float64(1000-n))
	}
	if p50, p99 := d.at(.5), d.at(.99); p50 != 501 || p99 != 991 {
		t.Errorf("p50 %v, p99 %v", p50, p99)
	}
	if one := (delays{7}).at(.99); one != 7 {
		t.Errorf("%v", one)
	}
}

func TestPacedDoesWhatItSays(t *testing.T) {
	t.Parallel()
	done := make(chan struct{}, 1000)
	began := time.Now()
	err := paced(t.Context(), 100, 200*time.Millisecond, load{workers: 2, prepare: func(int) (func() error, func(), error) {
		return func() error { done <- struct{}{}; return nil }, func() {}, nil
	}})
	if err != nil || len(done) != 20 || time.Since(began) < 190*time.Millisecond {
		t.Errorf("%d times in %s, %v", len(done), time.Since(began), err)
	}
}

func TestOwner(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		return // there is no /proc to read
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	from, to := conn.LocalAddr().(*net.TCPAddr).Port, conn.RemoteAddr().(*net.TCPAddr).Port
	if got := owner([]int{1, os.Getpid()}, from, to); got != os.Getpid() {
		t.Errorf("%d has the connection instead of %d", got, os.Getpid())
	}
	if got := owner([]int{os.Getpid()}, to, from+1); got != 0 {
		t.Errorf("%d has a connection that is none", got)
	}
}

func TestChaosExplainsWhatAKillCaused(t *testing.T) {
	t.Parallel()
	died := time.Now()
	c := &chaos{died: map[int]time.Time{7: died}}
	for _, row := range []struct {
		name     string
		by       int
		accepted time.Time
		want     bool
	}{
		{"it died just after", 7, died.Add(-100 * time.Millisecond), true},
		{"it had long had time to record it", 7, died.Add(-time.Minute), false},
		{"another one sent it", 8, died.Add(-100 * time.Millisecond), false},
		{"nobody knows who sent it", 0, died.Add(-100 * time.Millisecond), true},
		{"after its death", 7, died.Add(time.Millisecond), false},
	} {
		if got := c.explained(&seen{by: row.by, accepted: row.accepted}); got != row.want {
			t.Errorf("%s: %v", row.name, got)
		}
	}
}

// TestSinkBehaves holds the behaviours of which the net/http client sees none.
func TestSinkBehaves(t *testing.T) {
	t.Parallel()
	s, err := openSink(t.Context(), func(*delivery) verdict { return verdict{never: true} }, func(from, to int) int { return from + to })
	if err != nil {
		t.Fatal(err)
	}
	poster, err := newPoster(1)
	if err != nil {
		t.Fatal(err)
	}
	poster.client.Timeout = 2 * time.Second // in which the message has to arrive
	if err := poster.post(context.Background(), s.url); err == nil {
		t.Error("it answered")
	}
	poster.close()
	s.close() // although nobody answered
	got := s.take()
	if len(got) != 1 || got[0].accepted || got[0].sender == 0 || got[0].event == "" || got[0].generated.IsZero() {
		t.Errorf("%+v", got)
	}
}
