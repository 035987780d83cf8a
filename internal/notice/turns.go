package notice

import (
	"context"
	"sync"

	"github.com/bowline/bowline/internal/store"
)

// maxWaiting is how many notices are in hand at a time; of more, their senders are
// asked to come again.
const maxWaiting = 256

// about is what a notice is about.
type about struct {
	lane   store.Lane
	tenant string
	calm   bool
}

// turns lets notices that are about the same, and come while one of them is in
// hand, share what is done next: whatever a flood says, two looks at the database
// are under way for it at most. What has begun is shared with nobody who came
// later, as it may have been before what they tell of. The zero value is ready.
type turns struct {
	mu      sync.Mutex
	queues  map[about]*queue
	waiting int
}

// queue is the notices about one thing.
type queue struct {
	inHand sync.Mutex // held by whoever does something
	next   *turn      // that has not begun
	users  int
}

// turn is one thing that is done for all who wait for it.
type turn struct {
	done    chan struct{}
	outcome string
	err     error
}

// take does the work, or waits for somebody else's that begins after the call.
func (t *turns) take(ctx context.Context, of about, work func(context.Context) (string, error)) (outcome string, err error) {
	t.mu.Lock()
	if t.waiting >= maxWaiting {
		t.mu.Unlock()
		return outcomeBusy, errBusy
	}
	t.waiting++
	q := t.queues[of]
	if q == nil {
		if t.queues == nil {
			t.queues = map[about]*queue{}
		}
		q = &queue{}
		t.queues[of] = q
	}
	q.users++
	mine, leads := q.next, false
	if mine == nil {
		mine, leads = &turn{done: make(chan struct{})}, true
		q.next = mine
	}
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.waiting--
		if q.users--; q.users == 0 {
			delete(t.queues, of)
		}
	}()
	if !leads {
		select {
		case <-mine.done:
			return mine.outcome, mine.err
		case <-ctx.Done():
			return outcomeBusy, errBusy
		}
	}
	q.inHand.Lock()
	defer q.inHand.Unlock()
	t.mu.Lock()
	q.next = nil
	t.mu.Unlock()
	mine.outcome, mine.err = outcomeBusy, errBusy // for a panic
	defer close(mine.done)
	mine.outcome, mine.err = work(context.WithoutCancel(ctx))
	return mine.outcome, mine.err
}
