package notice

import (
	"context"
	"runtime"
	"sync"
	"testing"
)

// TestFloodsShareTheWork: however many notices come about one thing, two turns are
// enough, and the second begins after the last of them came.
func TestFloodsShareTheWork(t *testing.T) {
	t.Parallel()
	var turns turns
	begun, goOn := make(chan struct{}), make(chan struct{})
	var mu sync.Mutex
	done := 0
	work := func(context.Context) (string, error) {
		mu.Lock()
		done++
		first := done == 1
		mu.Unlock()
		if first {
			close(begun)
			<-goOn
		}
		return outcomeTaken, nil
	}
	var all sync.WaitGroup
	take := func() {
		if outcome, err := turns.take(t.Context(), about{tenant: "north"}, work); outcome != outcomeTaken || err != nil {
			t.Error(outcome, err)
		}
	}
	all.Go(take)
	<-begun
	const flood = 100
	for range flood {
		all.Go(take)
	}
	for {
		turns.mu.Lock()
		came := turns.waiting
		turns.mu.Unlock()
		if came == flood+1 {
			break
		}
		runtime.Gosched()
	}
	if outcome, err := turns.take(t.Context(), about{tenant: "south"}, func(context.Context) (string, error) { return outcomeNobody, nil }); outcome != outcomeNobody || err != nil {
		t.Errorf("what is about something else waits: %s %v", outcome, err)
	}
	close(goOn)
	all.Wait()
	if done != 2 || len(turns.queues) != 0 || turns.waiting != 0 {
		t.Errorf("%d turns, %d queues and %d notices are left", done, len(turns.queues), turns.waiting)
	}
}

// TestTooManyNotices are sent away, and those who give up leave nothing behind.
func TestTooManyNotices(t *testing.T) {
	t.Parallel()
	var turns turns
	goOn := make(chan struct{})
	var all sync.WaitGroup
	for range maxWaiting {
		all.Go(func() {
			_, _ = turns.take(t.Context(), about{tenant: "north"}, func(context.Context) (string, error) { <-goOn; return outcomeTaken, nil })
		})
	}
	for {
		turns.mu.Lock()
		full := turns.waiting == maxWaiting
		turns.mu.Unlock()
		if full {
			break
		}
		runtime.Gosched()
	}
	if outcome, err := turns.take(t.Context(), about{tenant: "south"}, nil); outcome != outcomeBusy || err == nil {
		t.Errorf("one too many: %s %v", outcome, err)
	}
	close(goOn)
	all.Wait()
	if turns.waiting != 0 || len(turns.queues) != 0 {
		t.Errorf("%d notices and %d queues are left", turns.waiting, len(turns.queues))
	}
}
