package script

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// turns decides who may use a process next. Work that nobody waits for at a
// screen has a key, and never takes the last process; a key has no more than its
// share of them, and keys that wait are served in turn, whatever each of them
// has waiting. Somebody at a screen has no key and goes first, as long as less
// than half of all is theirs.
type turns struct {
	mu      sync.Mutex
	size    int
	busy    int
	closed  bool
	drained chan struct{} // closed with the last turn after close; nil before
	using   map[string]int
	waiting map[string][]*waiter
	ring    []string // keys that wait, the next one first
}

// waiter is somebody who waits; the turn is given by closing ready.
type waiter struct {
	ready  chan struct{}
	failed bool // closed instead
}

// present is the key of whoever waits at a screen.
const present = ""

func newTurns(size int) *turns {
	return &turns{size: size, using: map[string]int{}, waiting: map[string][]*waiter{}}
}

// take waits for a turn. give must follow.
func (t *turns) take(ctx context.Context, key string) error {
	if ctx.Err() != nil {
		return fmt.Errorf("wait for a script process: %w", ctx.Err())
	}
	w := &waiter{ready: make(chan struct{})}
	t.mu.Lock()
	if t.closed {
		t.mu.Unlock()
		return errClosed
	}
	if len(t.waiting[key]) == 0 {
		t.ring = append(t.ring, key)
	}
	t.waiting[key] = append(t.waiting[key], w)
	t.next()
	t.mu.Unlock()
	select {
	case <-w.ready:
	case <-ctx.Done():
		if t.leave(key, w) {
			return fmt.Errorf("wait for a script process: %w", ctx.Err())
		}
	}
	if w.failed {
		return errClosed
	}
	return nil
}

// leave takes somebody off who waits no longer. It is false when the turn has
// come meanwhile.
func (t *turns) leave(key string, w *waiter) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.waiting[key], w)
	if i < 0 {
		return false
	}
	t.waiting[key] = slices.Delete(t.waiting[key], i, i+1)
	if len(t.waiting[key]) == 0 {
		delete(t.waiting, key)
		t.ring = slices.DeleteFunc(t.ring, func(other string) bool { return other == key })
	}
	return true
}

// give ends a turn.
func (t *turns) give(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy--
	if t.using[key]--; t.using[key] == 0 {
		delete(t.using, key)
	}
	if t.closed && t.busy == 0 {
		close(t.drained)
		return
	}
	t.next()
}

// next gives turns to whoever may have one. It is under mu.
func (t *turns) next() {
	for t.busy < t.size {
		at := slices.IndexFunc(t.ring, func(key string) bool { return key == present && t.may(key) })
		if at < 0 {
			at = slices.IndexFunc(t.ring, t.may)
		}
		if at < 0 {
			return
		}
		key := t.ring[at]
		t.ring = slices.Delete(t.ring, at, at+1)
		w := t.waiting[key][0]
		if rest := t.waiting[key][1:]; len(rest) > 0 {
			t.waiting[key] = rest
			t.ring = append(t.ring, key)
		} else {
			delete(t.waiting, key)
		}
		t.busy++
		t.using[key]++
		close(w.ready)
	}
}

// may says whether a key may have one more turn.
func (t *turns) may(key string) bool {
	if key == present {
		return t.using[key] < max(1, t.size/2)
	}
	background := max(1, t.size-1)
	return t.busy-t.using[present] < background && t.using[key] < max(1, background/2)
}

// taken is how many turns there are now.
func (t *turns) taken() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.busy
}

// close fails everybody who waits, now and later, and returns when every turn
// has ended.
func (t *turns) close() {
	t.mu.Lock()
	if !t.closed {
		t.closed, t.drained = true, make(chan struct{})
		for _, list := range t.waiting {
			for _, w := range list {
				w.failed = true
				close(w.ready)
			}
		}
		clear(t.waiting)
		t.ring = nil
		if t.busy == 0 {
			close(t.drained)
		}
	}
	drained := t.drained
	t.mu.Unlock()
	<-drained
}
