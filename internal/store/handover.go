package store

import (
	"context"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// InsertHandOver adds a hand-over and seals its state. [ErrNotFound] when the
// company or the connection is gone, [ErrConflict] when its code is taken.
func (tx *Tx) InsertHandOver(ctx context.Context, h bowline.HandOver) error {
	sealed, err := tx.store.sealer.Seal(h.State, "handovers", string(h.ID), "sealed_state")
	if err != nil {
		return fmt.Errorf("insert hand-over: %w", err)
	}
	var connection any
	if h.ConnectionID != "" {
		connection = string(h.ConnectionID)
	}
	err = tx.exec(ctx, `INSERT INTO handovers
		(id, instance_id, company_id, connection_id, kind, code_hash, sealed_state, created, expires_at,
		 opened_at, opened_from, user_agent, authorization_id, finished_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, '', '', '', NULL)`,
		[]any{
			string(h.ID), string(h.InstanceID), string(h.CompanyID), connection, string(h.Kind), h.CodeHash, sealed,
			micros(h.Created), micros(h.ExpiresAt),
		})
	if err != nil {
		return fmt.Errorf("insert hand-over: %w", err)
	}
	return nil
}

// OpenHandOver says that a browser has opened a hand-over, provided that it is
// the first and in time; else the transaction fails with [ErrConflict].
func (tx *Tx) OpenHandOver(ctx context.Context, h bowline.HandOver) error {
	err := tx.execOne(ctx, ErrConflict, `UPDATE handovers SET opened_at = $1, opened_from = $2, user_agent = $3
		WHERE id = $4 AND opened_at IS NULL AND expires_at > CAST($1 AS BIGINT)`,
		[]any{microsOrNil(h.OpenedAt), h.OpenedFrom, h.UserAgent, string(h.ID)})
	if err != nil {
		return fmt.Errorf("open hand-over: %w", err)
	}
	return nil
}

// FinishHandOver notes which authorization came of a hand-over, and when. The
// first one stays; where the hand-over is gone, nothing is noted.
func (tx *Tx) FinishHandOver(ctx context.Context, id, authorization bowline.ID, now time.Time) error {
	err := tx.exec(ctx, `UPDATE handovers SET authorization_id = $1, finished_at = $2
		WHERE id = $3 AND opened_at IS NOT NULL AND finished_at IS NULL`,
		[]any{string(authorization), micros(now), string(id)})
	if err != nil {
		return fmt.Errorf("finish hand-over: %w", err)
	}
	return nil
}

// EndHandOvers deletes a connection's hand-overs to a colleague that nobody has
// opened, so that of several links only the last one works.
func (tx *Tx) EndHandOvers(ctx context.Context, connection bowline.ID) error {
	err := tx.exec(ctx, `DELETE FROM handovers WHERE connection_id = $1 AND kind = $2 AND opened_at IS NULL`,
		[]any{string(connection), string(bowline.HandOverColleague)})
	if err != nil {
		return fmt.Errorf("end hand-overs: %w", err)
	}
	return nil
}

const handOverSQL = `SELECT id, instance_id, company_id, connection_id, kind, code_hash, sealed_state, created, expires_at,
	opened_at, opened_from, user_agent, authorization_id, finished_at
	FROM handovers WHERE `

// HandOver returns a hand-over by its id, its state opened, or [ErrNotFound].
func (s *Store) HandOver(ctx context.Context, id bowline.ID) (bowline.HandOver, error) {
	return s.handOver(ctx, `id = $1`, string(id))
}

// HandOverByCode returns a hand-over by the hash of its code, its state opened,
// or [ErrNotFound]. It may have been opened before, or be out of time.
func (s *Store) HandOverByCode(ctx context.Context, codeHash string) (bowline.HandOver, error) {
	return s.handOver(ctx, `code_hash = $1`, codeHash)
}

func (s *Store) handOver(ctx context.Context, where, key string) (bowline.HandOver, error) {
	list, err := s.handOvers(ctx, where, key)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return bowline.HandOver{}, fmt.Errorf("read hand-over: %w", err)
	}
	return list[0], nil
}

// HandOvers returns a connection's hand-overs, the oldest first.
func (s *Store) HandOvers(ctx context.Context, connection bowline.ID) ([]bowline.HandOver, error) {
	list, err := s.handOvers(ctx, `connection_id = $1 ORDER BY created, id`, string(connection))
	if err != nil {
		return nil, fmt.Errorf("read hand-overs: %w", err)
	}
	return list, nil
}

func (s *Store) handOvers(ctx context.Context, where, key string) ([]bowline.HandOver, error) {
	var list []bowline.HandOver
	err := s.read(ctx, handOverSQL+where, []any{key}, func(r *row) error {
		h := bowline.HandOver{
			ID: r.id(), InstanceID: r.id(), CompanyID: r.id(), ConnectionID: r.id(), Kind: bowline.HandOverKind(r.text()),
			CodeHash: r.text(), State: r.bytes(), Created: r.time(), ExpiresAt: r.time(),
			OpenedAt: r.timeOrNil(), OpenedFrom: r.text(), UserAgent: r.text(), AuthorizationID: r.id(),
			FinishedAt: r.timeOrNil(),
		}
		list = append(list, h)
		return r.err
	})
	for i := range list {
		if err == nil {
			list[i].State, err = s.sealer.Open(list[i].State, "handovers", string(list[i].ID), "sealed_state")
		}
	}
	return list, err
}

// ForgetHandOvers deletes at most limit hand-overs whose time was over before
// the given one, and returns how many. A colleague's that led to a sign-in is a
// record and stays as long as its connection.
func (tx *Tx) ForgetHandOvers(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := tx.execCount(ctx, `DELETE FROM handovers
		WHERE id IN (SELECT id FROM handovers
			WHERE expires_at < $1 AND (finished_at IS NULL OR kind = $2)
			ORDER BY expires_at LIMIT CAST($3 AS BIGINT)`+tx.dialect().skipLocked+`)`,
		[]any{micros(before), string(bowline.HandOverDevice), int64(limit)})
	if err != nil {
		return 0, fmt.Errorf("forget hand-overs: %w", err)
	}
	return int(n), nil
}
