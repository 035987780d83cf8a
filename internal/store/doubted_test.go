package store_test

import (
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestDoubted counts who is doubted at present, in the same words and the same
// lane, and who of the others was confirmed.
func TestDoubted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		now := storetest.Start
		instance, other := storetest.NewInstance(t, s), storetest.NewInstance(t, s)
		grants := make([]bowline.Grant, 5)
		for i := range grants {
			grants[i] = storetest.NewGrant(string(rune('a'+i)), now)
		}
		all := append(storetest.Linked(t, s, instance, grants...), storetest.Linked(t, s, other, storetest.NewGrant("a", now))...)
		claim := func(c bowline.Connection) store.Renewal {
			t.Helper()
			u, ours, err := s.ClaimRenewal(ctx, store.Lease{Now: now, Until: now.Add(time.Minute)}, c.ID, false)
			if err != nil || !ours {
				t.Fatal(ours, err)
			}
			return u
		}
		// turn is one that leaves a doubt, or confirms where there are no words.
		turn := func(c bowline.Connection, about string) store.Renewal {
			t.Helper()
			u := claim(c)
			o := store.RenewalOutcome{Renewal: u, RunAt: now.Add(time.Hour), Unused: true}
			if about == "" {
				o.CheckedAt = now
			} else if err := s.PutDoubt(ctx, u, store.Doubt{At: now, About: about}); err != nil {
				t.Fatal(err)
			}
			if lost, err := s.FinishRenewals(ctx, []store.RenewalOutcome{o}); err != nil || len(lost) != 0 {
				t.Fatal(lost, err)
			}
			return u
		}
		want := func(what string, doubted, confirmed int) {
			t.Helper()
			lane := store.Lane{Instance: instance, IntegrationKey: all[0].IntegrationKey}
			if d, c, err := s.Doubted(ctx, lane, "words", now.Add(-time.Hour), 0); err != nil || d != doubted || c != confirmed {
				t.Errorf("%s: %d are doubted and %d confirmed, want %d and %d; %v", what, d, c, doubted, confirmed, err)
			}
		}
		standing := func(what string, c bowline.Connection, want bool) {
			t.Helper()
			u, err := s.Renewal(ctx, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			if d, err := s.StandingDoubt(ctx, u, "words"); err != nil || d.At.IsZero() == want {
				t.Errorf("%s: %v, %v", what, d, err)
			}
		}
		want("at first", 0, 0)
		turn(all[0], "words")
		turn(all[1], "words")
		turn(all[2], "other words")
		turn(all[5], "words")
		want("two, and one elsewhere", 2, 0)
		turn(all[3], "")
		want("one is well", 2, 1)
		claim(all[0])
		want("one is in somebody's hands", 2, 1)
		standing("in somebody's hands", all[0], true)
		for range 2 { // turns that asked nobody
			turn(all[2], "words")
			u := claim(all[2])
			if _, err := s.FinishRenewals(ctx, []store.RenewalOutcome{{Renewal: u, RunAt: now, Unused: true}}); err != nil {
				t.Fatal(err)
			}
			claim(all[2])
			now = now.Add(2 * time.Minute) // its lease ends
		}
		standing("after turns that asked nobody", all[2], true)
		turn(all[2], "other words")
		standing("in other words", all[2], false)
		turn(all[1], "")
		standing("confirmed since", all[1], false)
		want("the latest look counts", 1, 1)
		turn(all[4], "")
		want("no more is read than counts", 1, 1)
		now = now.Add(2 * time.Hour)
		want("long ago", 1, 0)
		turn(all[0], "words")
		want("twice", 1, 0)
	})
}
