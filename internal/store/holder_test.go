package store_test

import (
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// holders is a test of dispatchers on one PostgreSQL.
type holders struct {
	t        *testing.T
	o        store.Options
	s        *store.Store
	consumer bowline.Consumer
}

func newHolders(t *testing.T) *holders {
	o := storetest.Options(t, store.Postgres)
	s := storetest.OpenWith(t, o)
	return &holders{t, o, s, storetest.AddConsumer(t, s, storetest.NewConsumer(storetest.NewInstance(t, s), "https://a.example"))}
}

func (x *holders) hold(former int64) *store.Holder {
	x.t.Helper()
	h, err := x.s.Hold(x.t.Context(), former)
	if err != nil {
		x.t.Fatal(err)
	}
	x.t.Cleanup(h.Abandon)
	return h
}

// leased has a holder lease n messages for a minute.
func (x *holders) leased(h *store.Holder, n int) {
	x.t.Helper()
	for range n {
		storetest.AddEvents(x.t, x.s, storetest.NewEvent(x.consumer.InstanceID, storetest.Start))
	}
	revision, err := x.s.ConsumersRevision(x.t.Context())
	if err != nil {
		x.t.Fatal(err)
	}
	list, _, err := x.s.FanOut(x.t.Context(), store.FanOut{
		Revision: revision, Now: storetest.Start, Until: storetest.Start.Add(time.Minute), Holder: h.ID, Limit: n,
		Match: func(*bowline.Event) []store.Target { return []store.Target{{Consumer: x.consumer.ID, Leased: true}} },
	})
	if err != nil || len(list) != n {
		x.t.Fatalf("leased %d of %d, %v", len(list), n, err)
	}
}

func (x *holders) tend(h *store.Holder) (alive int) {
	x.t.Helper()
	alive, err := h.Tend(x.t.Context(), store.Lease{Now: storetest.Start, Until: storetest.Start.Add(2 * time.Minute)})
	if err != nil {
		x.t.Fatal(err)
	}
	return alive
}

// free claims what is due for a holder, and says how many that were.
func (x *holders) free(h *store.Holder) int {
	x.t.Helper()
	list, err := x.s.Claim(x.t.Context(), []store.Want{{Consumer: x.consumer.ID, Limit: 5000}},
		store.Lease{Holder: h.ID, Now: storetest.Start, Until: storetest.Start.Add(time.Minute)})
	if err != nil {
		x.t.Fatal(err)
	}
	return len(list)
}

// breaks ends the session that holds the lock of an id, from the server's side.
func (x *holders) breaks(id int64) {
	x.t.Helper()
	storetest.EndSessions(x.t, x.o, id)
}

// TestLeasesOfTheDead: they are free at somebody's second look, and at the first
// of one who has just started; a living one is never robbed.
func TestLeasesOfTheDead(t *testing.T) {
	t.Parallel()
	x := newHolders(t)
	const n = 1200 // more than a step frees
	alive, dead := x.hold(0), x.hold(0)
	x.tend(alive)
	x.leased(dead, n)
	x.leased(alive, 3)
	for range 3 {
		if got := x.tend(alive); got != 2 {
			t.Errorf("%d live, want 2", got)
		}
	}
	if got := x.free(alive); got != 0 {
		t.Fatalf("%d messages were taken from the living", got)
	}
	x.breaks(dead.ID)
	if got := x.tend(alive); got != 1 || x.free(alive) != 0 {
		t.Errorf("at the first look: %d live", got)
	}
	if got := x.tend(alive); got != 1 {
		t.Errorf("%d live", got)
	}
	if got := x.free(alive); got != n {
		t.Errorf("%d messages are free, want %d", got, n)
	}
	// Those it has claimed are its own now, and go when it goes.
	x.breaks(alive.ID)
	next := x.hold(0)
	if got := x.tend(next); got != 1 {
		t.Errorf("%d live, want only the next", got)
	}
	if got := x.free(next); got != n+3 {
		t.Errorf("%d messages are free for one who starts, want %d", got, n+3)
	}
}

// TestSessionBreaks: its holder learns of it at once, and keeps what it holds
// if nobody has taken that over.
func TestSessionBreaks(t *testing.T) {
	t.Parallel()
	x := newHolders(t)
	first, other := x.hold(0), x.hold(0)
	x.tend(other)
	x.leased(first, 2)
	x.breaks(first.ID)
	if err := first.Wait(t.Context(), time.Hour); err == nil || !first.Lost() {
		t.Fatalf("it was not told: %v", err)
	}
	x.tend(other)
	again := x.hold(first.ID)
	if again.ID != first.ID {
		t.Error("it has another name although nobody took over")
	}
	if got := x.tend(other); got != 2 || x.free(other) != 0 {
		t.Errorf("%d live after it came back, or it was robbed", got)
	}
	x.breaks(again.ID)
	x.tend(other)
	x.tend(other)
	if late := x.hold(first.ID); late.ID == first.ID || late.ID == 0 {
		t.Error("it has its old name although others took over")
	}
	if got := x.free(other); got != 2 {
		t.Errorf("%d messages are free, want 2", got)
	}
}

// TestLeaving: whoever ends in order is not looked for.
func TestLeaving(t *testing.T) {
	t.Parallel()
	x := newHolders(t)
	first, other := x.hold(0), x.hold(0)
	if err := first.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	if rows := storetest.Dump(t, x.s)["dispatchers"]; len(rows) != 1 || x.tend(other) != 1 {
		t.Errorf("dispatchers are %v", rows)
	}
}

// TestHoldingOnSQLite, where there is nobody else.
func TestHoldingOnSQLite(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	h, err := s.Hold(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	alive, err := h.Tend(t.Context(), store.Lease{})
	if err != nil || alive != 1 || h.ID != 0 || h.Lost() || h.Wait(t.Context(), time.Nanosecond) != nil || h.Leave(t.Context()) != nil {
		t.Errorf("%+v: %d live, %v", h, alive, err)
	}
}
