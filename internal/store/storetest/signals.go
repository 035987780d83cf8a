package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Doubts count in the very next turn of their renewal, and go with it.
func Doubts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	Linked(t, s, instance, NewGrant("a", Start))
	turn := func(now time.Time) store.Renewal {
		t.Helper()
		list := claimDue(t, s, instance, now, 1)
		if len(list) != 1 {
			t.Fatalf("%d renewals are due", len(list))
		}
		return list[0]
	}
	end := func(u store.Renewal, now time.Time) {
		t.Helper()
		wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: u, RunAt: now, Unused: true}), 0)
	}
	first := turn(Start)
	wantSame(t, "nothing was doubted", must(s.DoubtOf(ctx, first))(t), store.Doubt{})
	said := store.Doubt{At: Start, About: "one two"}
	wantErr(t, "doubt", s.PutDoubt(ctx, first, said), nil)
	end(first, Start)
	second := turn(Start.Add(time.Minute))
	wantSame(t, "the turn before doubted", must(s.DoubtOf(ctx, second))(t), said)
	again := store.Doubt{At: Start, About: "one"}
	wantErr(t, "doubt again", s.PutDoubt(ctx, second, again), nil)
	wantErr(t, "late doubt", s.PutDoubt(ctx, first, store.Doubt{At: Start, About: "late"}), nil)
	end(second, Start)
	third := turn(Start.Add(2 * time.Minute))
	wantSame(t, "the turn before, again", must(s.DoubtOf(ctx, third))(t), again)
	end(third, Start) // and finds nothing
	fourth := turn(Start.Add(3 * time.Minute))
	wantSame(t, "after a turn without doubt", must(s.DoubtOf(ctx, fourth))(t), store.Doubt{})
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.EndRenewal(ctx, fourth) })
	if rows := Dump(t, s)["renewal_doubts"]; len(rows) != 0 {
		t.Errorf("of an ended renewal is left %q", rows)
	}
}

// Hurries bring the turns of one organisation's linked connections forward.
func Hurries(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance, other := NewInstance(t, s), NewInstance(t, s)
	later := Start.Add(6 * time.Hour)
	mine, theirs := Linked(t, s, instance, NewGrant("a", later), NewGrant("b", later), NewGrant("c", later)), Linked(t, s, other, NewGrant("a", later))
	for i, c := range append(mine, theirs...) {
		c.Status, c.TenantID = bowline.Linked, []string{"north", "north", "south", "north"}[i]
		Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateConnection(ctx, &c) })
	}
	due := func(c bowline.Connection) time.Time { return must(s.RenewalOf(t.Context(), c.ID))(t).DueAt }
	hurry := store.Hurry{Lane: laneOf(instance), TenantID: "north", Now: Start, Apart: time.Minute}
	ask := func(want, wantHeld int) {
		t.Helper()
		found, held, err := s.HurryRenewals(ctx, hurry)
		wantErr(t, "hurry", err, nil)
		wantSame(t, "found", [2]int{found, held}, [2]int{want, wantHeld})
	}
	ask(2, 0)
	wantSame(t, "due", []time.Time{due(mine[0]), due(mine[1]), due(mine[2]), due(theirs[0])}, []time.Time{Start, Start, later, later})
	hurry.TenantID = "east"
	ask(0, 0)
	hurry.TenantID = ""
	ask(0, 0)
	hurry.TenantID = "north"

	list := claimDue(t, s, instance, Start, 10)
	wantSame(t, "claimed", len(list), 2)
	ask(2, 2) // in somebody's hands
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: list[0], RunAt: later, CheckedAt: Start, Unused: true}), 0)
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: list[1], RunAt: later, Failures: 1, Unused: true}), 0)
	hurry.Now = Start.Add(10 * time.Second)
	hurry.Calm = true
	ask(2, 0)
	a, b := mine[0], mine[1]
	if list[0].ID != a.ID {
		a, b = b, a
	}
	wantSame(t, "just looked at", due(a), Start.Add(time.Minute))
	wantSame(t, "put off", due(b), later)
	hurry.Calm = false
	ask(2, 0)
	wantSame(t, "just looked at, again", due(a), Start.Add(time.Minute))
	wantSame(t, "put off, and told by the provider", due(b), hurry.Now)
	wantSame(t, "is there", [2]bool{must(s.HasInstance(ctx, instance))(t), must(s.HasInstance(ctx, bowline.NewID(Start)))(t)}, [2]bool{true, false})
}

// Switches are read and written by one at a time: what two switch off at once is
// off.
func Switches(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	for range 10 {
		Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutAccessOff(ctx, instance, nil) })
		var all sync.WaitGroup
		for _, p := range bowline.Permissions() {
			all.Go(func() {
				err := s.Write(ctx, func(tx *store.Tx) error {
					off, err := tx.AccessOff(ctx, instance)
					if err != nil {
						return err
					}
					return tx.PutAccessOff(ctx, instance, append(off, p))
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		off := must(s.AccessOff(ctx, instance))(t)
		if len(off) != len(bowline.Permissions()) {
			t.Fatalf("switched off are only %v", off)
		}
	}
}
