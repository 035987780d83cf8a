package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// NewTrial returns a trial that waits, kept for an hour.
func NewTrial(instance bowline.ID) bowline.Trial {
	return bowline.Trial{
		ID: bowline.NewID(Start), InstanceID: instance, Key: "acme", Status: bowline.TrialWaiting,
		Record: []byte(`{"steps":[]}`), Created: Start, ExpiresAt: Start.Add(time.Hour),
	}
}

// Trials is the conformance of trials of integrations.
func Trials(t *testing.T, s *store.Store) {
	ctx := t.Context()
	insert := func(trial bowline.Trial) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertTrial(ctx, trial) })
	}
	update := func(trial bowline.Trial, from bowline.TrialStatus) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTrial(ctx, trial, from) })
	}
	trial, later := NewTrial(NewInstance(t, s)), NewTrial(NewInstance(t, s))
	later.ExpiresAt = Start.Add(2 * time.Hour)
	wantErr(t, "insert", insert(trial), nil)
	wantErr(t, "insert another", insert(later), nil)
	wantErr(t, "insert again", insert(trial), store.ErrConflict)
	wantErr(t, "insert without its instance", insert(NewTrial(bowline.NewID(Start))), store.ErrNotFound)
	wantSame(t, "inserted", must(s.Trial(ctx, trial.ID))(t), trial)

	at := Start.Add(time.Minute)
	trial.Status, trial.ClaimedAt = bowline.TrialRunning, &at
	wantErr(t, "claim", update(trial, bowline.TrialWaiting), nil)
	wantErr(t, "claim again", update(trial, bowline.TrialWaiting), store.ErrConflict)
	trial.Status, trial.Record, trial.ExpiresAt = bowline.TrialDone, []byte(`{}`), at.Add(time.Hour)
	wantErr(t, "finish", update(trial, bowline.TrialRunning), nil)
	wantSame(t, "finished", must(s.Trial(ctx, trial.ID))(t), trial)

	forget := func(before time.Time, limit int) (n int) {
		Write(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
			n, err = tx.ForgetTrials(ctx, before, limit)
			return err
		})
		return n
	}
	wantSame(t, "forgotten in time", forget(trial.ExpiresAt, 10), 0)
	wantSame(t, "forgotten at most", forget(later.ExpiresAt.Add(time.Hour), 1), 1)
	_, err := s.Trial(ctx, trial.ID)
	wantErr(t, "forgotten", err, store.ErrNotFound)
	wantSame(t, "the later one", must(s.Trial(ctx, later.ID))(t), later)
}
