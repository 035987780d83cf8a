package store

import (
	"context"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// InsertTrial adds a trial and seals its record; [ErrNotFound] when there is no
// such instance.
func (tx *Tx) InsertTrial(ctx context.Context, t bowline.Trial) error {
	sealed, err := tx.sealTrial(t)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, `INSERT INTO integration_trials
		(id, instance_id, integration_key, status, sealed, created, claimed_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		[]any{
			string(t.ID), string(t.InstanceID), t.Key, string(t.Status), sealed, micros(t.Created), microsOrNil(t.ClaimedAt), micros(t.ExpiresAt),
		})
	if err != nil {
		return fmt.Errorf("insert trial: %w", err)
	}
	return nil
}

// UpdateTrial stores status, record and times of a trial that has the status
// from; else the transaction fails with [ErrConflict].
func (tx *Tx) UpdateTrial(ctx context.Context, t bowline.Trial, from bowline.TrialStatus) error {
	sealed, err := tx.sealTrial(t)
	if err != nil {
		return err
	}
	err = tx.execOne(ctx, ErrConflict, `UPDATE integration_trials SET status = $1, sealed = $2, claimed_at = $3, expires_at = $4
		WHERE id = $5 AND status = $6`,
		[]any{string(t.Status), sealed, microsOrNil(t.ClaimedAt), micros(t.ExpiresAt), string(t.ID), string(from)})
	if err != nil {
		return fmt.Errorf("update trial: %w", err)
	}
	return nil
}

func (tx *Tx) sealTrial(t bowline.Trial) ([]byte, error) {
	sealed, err := tx.store.sealer.Seal(t.Record, "integration_trials", string(t.ID), "sealed")
	if err != nil {
		return nil, fmt.Errorf("seal trial: %w", err)
	}
	return sealed, nil
}

// Trial returns a trial with its record opened, or [ErrNotFound]. It may be out
// of time.
func (s *Store) Trial(ctx context.Context, id bowline.ID) (bowline.Trial, error) {
	t := bowline.Trial{ID: id}
	err := one(ctx, storeReader{s}, `SELECT instance_id, integration_key, status, sealed, created, claimed_at, expires_at
		FROM integration_trials WHERE id = $1`, []any{string(id)}, func(r *row) error {
		t.InstanceID, t.Key, t.Status, t.Record = r.id(), r.text(), bowline.TrialStatus(r.text()), r.bytes()
		t.Created, t.ClaimedAt, t.ExpiresAt = r.time(), r.timeOrNil(), r.time()
		return r.err
	})
	if err == nil {
		t.Record, err = s.sealer.Open(t.Record, "integration_trials", string(id), "sealed")
	}
	if err != nil {
		return bowline.Trial{}, fmt.Errorf("read trial: %w", err)
	}
	return t, nil
}

// ForgetTrials deletes at most limit trials whose time was over before the given
// one, and returns how many.
func (tx *Tx) ForgetTrials(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := tx.execCount(ctx, `DELETE FROM integration_trials
		WHERE id IN (SELECT id FROM integration_trials WHERE expires_at < $1
			ORDER BY expires_at LIMIT CAST($2 AS BIGINT)`+tx.dialect().skipLocked+`)`,
		[]any{micros(before), int64(limit)})
	if err != nil {
		return 0, fmt.Errorf("forget trials: %w", err)
	}
	return int(n), nil
}
