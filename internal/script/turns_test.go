package script

import (
	"context"
	"errors"
	"slices"
	"testing"
)

// holding takes a turn that must be free.
func holding(t *testing.T, turns *turns, key string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if !free(turns, key) {
		t.Fatalf("no turn for %q", key)
	}
	if err := turns.take(ctx, key); err != nil {
		t.Fatal(err)
	}
}

func free(turns *turns, key string) bool {
	turns.mu.Lock()
	defer turns.mu.Unlock()
	return turns.busy < turns.size && turns.may(key)
}

// queue has somebody wait for a turn, who notes it and keeps it.
func queue(t *testing.T, turns *turns, key string, order chan<- string) {
	t.Helper()
	turns.mu.Lock()
	before := len(turns.waiting[key])
	turns.mu.Unlock()
	go func() {
		if turns.take(context.WithoutCancel(t.Context()), key) == nil {
			order <- key
		}
	}()
	for {
		turns.mu.Lock()
		now := len(turns.waiting[key])
		turns.mu.Unlock()
		if now > before {
			return
		}
	}
}

// TestSlowScriptsOfOneLeaveRoom: a key has its share and no more, and the last
// process is for somebody at a screen.
func TestSlowScriptsOfOneLeaveRoom(t *testing.T) {
	t.Parallel()
	turns := newTurns(5) // four for those with a key, two for each
	holding(t, turns, "slow")
	holding(t, turns, "slow")
	if free(turns, "slow") {
		t.Error("one key may have more than its share")
	}
	holding(t, turns, "quick")
	holding(t, turns, "other")
	if free(turns, "fourth") {
		t.Error("nothing is kept for somebody at a screen")
	}
	holding(t, turns, present)
	if free(turns, present) {
		t.Error("there are more turns than processes")
	}
}

// TestTurnsGoRound: who has much to do waits for who has little, and somebody at
// a screen for neither.
func TestTurnsGoRound(t *testing.T) {
	t.Parallel()
	turns := newTurns(2)
	holding(t, turns, "much")
	order := make(chan string, 10)
	for _, key := range []string{"much", "much", "much", "little", "less", "little"} {
		queue(t, turns, key, order)
	}
	holding(t, turns, present)
	queue(t, turns, present, order)
	turns.give(present)
	got := []string{<-order}
	last := "much"
	for range 6 {
		turns.give(last)
		last = <-order
		got = append(got, last)
	}
	want := []string{present, "much", "little", "less", "much", "little", "much"}
	if !slices.Equal(got, want) {
		t.Errorf("turns went %q, want %q", got, want)
	}
}

// TestWhoWaitsNoLongerTakesNoTurn.
func TestWhoWaitsNoLongerTakesNoTurn(t *testing.T) {
	t.Parallel()
	turns := newTurns(2)
	holding(t, turns, "a")
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() { gone <- turns.take(ctx, "b") }()
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Fatalf("%v, want the context's error", err)
	}
	order := make(chan string, 1)
	queue(t, turns, "c", order)
	turns.give("a")
	if got := <-order; got != "c" {
		t.Errorf("the turn went to %q", got)
	}
	waits := make(chan error, 1)
	go func() { waits <- turns.take(context.Background(), "d") }()
	closed := make(chan struct{})
	go func() {
		turns.close()
		close(closed)
	}()
	if err := <-waits; !errors.Is(err, errClosed) {
		t.Errorf("%v, want %v", err, errClosed)
	}
	turns.give("c")
	<-closed
	if len(turns.using)+len(turns.waiting)+len(turns.ring) != 0 {
		t.Errorf("something is left: %+v", turns)
	}
}

// TestDryRunBesideSlowScripts: with every other process taken by endless
// scripts, a dry run is answered.
func TestDryRunBesideSlowScripts(t *testing.T) {
	t.Parallel()
	r := runner(t, Options{Children: 2})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{}, 8)
	for _, key := range []string{"a", "b"} {
		for range 4 {
			go func() {
				for ctx.Err() == nil {
					_, _ = r.RunFor(ctx, key, forever, event)
				}
				ended <- struct{}{}
			}()
		}
	}
	for range 3 {
		works(t, r, "a queue of slow scripts")
	}
	cancel()
	for range cap(ended) {
		<-ended
	}
}
