package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// held returns a message of a new consumer, leased until now.
func held(t *testing.T, s *store.Store) (bowline.Consumer, store.Delivery) {
	t.Helper()
	instance := storetest.NewInstance(t, s)
	c := storetest.AddConsumer(t, s, storetest.NewConsumer(instance, "https://a.example"))
	storetest.AddEvents(t, s, storetest.NewEvent(instance, storetest.Start))
	revision, err := s.ConsumersRevision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := s.FanOut(t.Context(), store.FanOut{
		Revision: revision, Now: storetest.Start, Until: storetest.Start.Add(time.Minute), Limit: 10,
		Match: func(*bowline.Event) []store.Target { return []store.Target{{Consumer: c.ID, Leased: true}} },
	})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d messages, %v", len(list), err)
	}
	return c, list[0]
}

func outcome(d store.Delivery, success bool, run time.Time) store.Outcome {
	o := store.Outcome{
		Delivery: d, Status: bowline.MessageAttempting, Kind: bowline.AttemptScheduled, Scheduled: d.Scheduled + 1, RunAt: run,
		Attempt: &bowline.Attempt{ID: bowline.NewID(storetest.Start), MessageID: d.ID, Kind: d.Kind, At: storetest.Start, Success: success},
	}
	if success {
		o.Status, o.RunAt = bowline.MessageSuccess, time.Time{}
	}
	return o
}

// TestFinishAgain: the answer to a commit can get lost, and then the same
// outcomes come again. To refuse them would hold up all deliveries for good.
func TestFinishAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, d := held(t, s)
		o := []store.Outcome{outcome(d, true, time.Time{})}
		for range 2 {
			if err := s.Finish(t.Context(), o, nil); err != nil {
				t.Fatal(err)
			}
		}
		m, _, err := s.Message(t.Context(), c.InstanceID, d.ID)
		if err != nil || m.Status != bowline.MessageSuccess || m.NextAttempt != nil {
			t.Errorf("message is %+v, %v", m, err)
		}
	})
}

// TestSuccessEndsTheSchedule: an attempt that outlived its lease succeeds while
// another holder's is under way and fails. Nothing more may be sent then.
func TestSuccessEndsTheSchedule(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, slow := held(t, s)
		later := storetest.Start.Add(2 * time.Minute)
		list, err := s.Claim(t.Context(), []store.Want{{Consumer: c.ID, Limit: 1}}, store.Lease{Now: later, Until: later.Add(time.Minute)})
		if err != nil || len(list) != 1 {
			t.Fatalf("claimed %d, %v", len(list), err)
		}
		for _, o := range []store.Outcome{outcome(slow, true, time.Time{}), outcome(list[0], false, later.Add(time.Hour))} {
			if err := s.Finish(t.Context(), []store.Outcome{o}, nil); err != nil {
				t.Fatal(err)
			}
		}
		m, _, err := s.Message(t.Context(), c.InstanceID, slow.ID)
		if err != nil || m.Status != bowline.MessageSuccess || m.Attempts != 2 || m.NextAttempt != nil {
			t.Errorf("message is %+v, next %v, %v", m, m.NextAttempt, err)
		}
		// What is resent after that and given back unsent is still to be sent.
		storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Resend(ctx, c.InstanceID, slow.ID, later) })
		if list, err = s.Claim(t.Context(), []store.Want{{Consumer: c.ID, Limit: 1}}, store.Lease{Now: later, Until: later.Add(time.Minute)}); err != nil || len(list) != 1 {
			t.Fatalf("claimed %d after resend, %v", len(list), err)
		}
		d := list[0]
		back := store.Outcome{Delivery: d, Status: d.Status, Kind: d.Kind, Scheduled: d.Scheduled, RunAt: d.DueAt, ResumeAt: d.ResumeAt}
		if err := s.Finish(t.Context(), []store.Outcome{back}, nil); err != nil {
			t.Fatal(err)
		}
		if m, _, err = s.Message(t.Context(), c.InstanceID, d.ID); err != nil || m.NextAttempt == nil {
			t.Errorf("given back: %+v, %v", m, err)
		}
	})
}
