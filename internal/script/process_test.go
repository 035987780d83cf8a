package script

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	same    = "function handler(webhook) { return webhook }"
	forever = "function handler(webhook) { for (;;); }"
)

// TestKilledWhileIdle: a child that somebody killed between two runs is
// nobody's failure.
func TestKilledWhileIdle(t *testing.T) {
	t.Parallel()
	r := runner(t, Options{Children: 1})
	for range 3 {
		works(t, r, "a kill")
		child := newest(r)
		child.kill()
		<-child.ended
	}
	works(t, r, "the last kill")
	// A child that dies the moment it is asked looks alive to the pool.
	child := newest(r)
	child.kill()
	works(t, r, "a kill that was not noticed yet")
}

// TestKilledAtWork: the run fails and says so, the next one works.
func TestKilledAtWork(t *testing.T) {
	t.Parallel()
	r := runner(t, Options{Children: 1, CPU: time.Minute})
	begun := make(chan *process, 1)
	start := r.pool.start
	r.pool.start = func() (*process, error) {
		p, err := start()
		begun <- p
		return p, err
	}
	done := make(chan error, 1)
	go func() {
		_, err := r.Run(t.Context(), forever, event)
		done <- err
	}()
	(<-begun).kill()
	var failure *Error
	if err := <-done; !errors.As(err, &failure) || failure.Kind != Crashed {
		t.Errorf("%v, want %s", err, Crashed)
	}
	works(t, r, "the kill")
}

func TestContextEndsARun(t *testing.T) {
	t.Parallel()
	r := runner(t, Options{Children: 1, CPU: time.Minute, Wall: time.Minute})
	ctx, cancel := context.WithCancel(t.Context())
	start := r.pool.start
	r.pool.start = func() (*process, error) {
		p, err := start()
		cancel()
		return p, err
	}
	if _, err := r.Run(ctx, forever, event); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the context's error", err)
	}
	if _, err := r.Run(ctx, same, event); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the context's error", err)
	}
	works(t, r, "cancelling")
}

// TestClose: runs under way fail, later ones are refused, no process is left.
func TestClose(t *testing.T) {
	t.Parallel()
	r := runner(t, Options{Children: 2, CPU: time.Minute, Wall: time.Minute})
	works(t, r, "nothing")
	old := newest(r)
	begun := make(chan *process, 1)
	start := r.pool.start
	r.pool.start = func() (*process, error) {
		p, err := start()
		begun <- p
		return p, err
	}
	done := make(chan error, 1)
	go func() {
		_, err := r.Run(t.Context(), forever, event)
		done <- err
	}()
	busy := <-begun
	r.Close()
	if err := <-done; !errors.Is(err, errClosed) {
		t.Errorf("%v, want %v", err, errClosed)
	}
	if _, err := r.Run(t.Context(), same, event); !errors.Is(err, errClosed) {
		t.Errorf("%v, want %v", err, errClosed)
	}
	if old.alive() || busy.alive() {
		t.Error("a child outlived Close")
	}
	r.Close()
}

// TestChildEndsWithItsParent: when the pipes close, a child goes.
func TestChildEndsWithItsParent(t *testing.T) {
	t.Parallel()
	r := runner(t, Options{Children: 1})
	works(t, r, "nothing")
	child := newest(r)
	_, _ = child.in.Close(), child.out.Close()
	<-child.ended
	if !child.command.ProcessState.Success() {
		t.Errorf("the child ended with %v", child.command.ProcessState)
	}
}

func TestIdleChildrenEnd(t *testing.T) {
	t.Parallel()
	r := runner(t, Options{Children: 1, Idle: time.Millisecond})
	children := make(chan *process, 1)
	start := r.pool.start
	r.pool.start = func() (*process, error) {
		p, err := start()
		children <- p
		return p, err
	}
	works(t, r, "nothing")
	<-(<-children).ended
	works(t, r, "a rest")
}

// TestManyAtOnce: every run gets its own answer, hostile neighbours or not.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	r := runner(t, Options{Children: 3, CPU: 50 * time.Millisecond})
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			source := fmt.Sprintf("const n = %d; function handler(w) { return {url: w.url, payload: {n, id: w.payload.id}} }", i%4)
			in := event
			in.Payload = fmt.Appendf(nil, `{"id":%d}`, i)
			out, err := r.RunFor(t.Context(), fmt.Sprint(i%4), source, in)
			if want := fmt.Sprintf(`{"n":%d,"id":%d}`, i%4, i); err != nil || string(out.Payload) != want {
				t.Errorf("%s, %v; want %s", out.Payload, err, want)
			}
		})
		if i%15 == 0 {
			all.Go(func() {
				var failure *Error
				if _, err := r.Run(t.Context(), forever, event); !errors.As(err, &failure) || failure.Kind != Timeout {
					t.Errorf("%v, want %s", err, Timeout)
				}
			})
		}
	}
	all.Wait()
	if n := idle(r); n > 3 {
		t.Errorf("%d children, want 3 at most", n)
	}
}

// TestFrames: a frame that is too long is refused before room is made for it.
func TestFrames(t *testing.T) {
	t.Parallel()
	for input, fine := range map[string]bool{
		"\x00\x00\x00\x02ab": true, "\x00\x00\x00\x00": true, "\x00\x00\x00\x03abc": false,
		"\xff\xff\xff\xffabc": false, "\x00\x00\x00\x02a": false, "\x00\x00": false, "": false,
	} {
		if _, err := readFrame(strings.NewReader(input), 2); (err == nil) != fine {
			t.Errorf("%q: %v", input, err)
		}
	}
}

// TestBelieved: a child is believed neither its kinds nor its texts.
func TestBelieved(t *testing.T) {
	t.Parallel()
	e := believed(&Error{Kind: "mine", Message: "a\x1b[2Jb\nc", Line: -1})
	if e.Kind != Crashed || e.Message != "a[2Jb c" || e.Line != 0 {
		t.Errorf("%#v", e)
	}
	for _, result := range []string{
		"", "{", "null", "[]", `{"method":"POST"}`, "{\"method\":\"POST\",\"url\":\"https://a.test\",\"payload\":\"\xff\"}",
		`{"method":"POST","url":"https://a.test","payload":null}`, `{"method":"POST","url":"https://a.test","payload":[]}`,
		`{"method":"GET","url":"https://a.test","payload":{}}`, `{"method":"POST","url":"ftp://a.test","payload":{}}`,
		strings.Repeat(" ", maxAnswer) + "{}",
	} {
		if out, err := decode(result); err == nil {
			t.Errorf("%.60q became %+v", result, out)
		}
	}
}

// BenchmarkRun measures one run: in a child that is there, and with the start
// of a child.
func BenchmarkRun(b *testing.B) {
	for name, source := range map[string]func(i int) string{
		"warm": func(int) string { return same },
		"cold": func(i int) string { return fmt.Sprintf("%s // %d", same, i) },
	} {
		b.Run(name, func(b *testing.B) {
			r, err := New(Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer r.Close()
			for i := 0; b.Loop(); i++ {
				if _, err := r.Run(b.Context(), source(i), event); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/run")
		})
	}
}
