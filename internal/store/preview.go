package store

import (
	"context"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// Preview is a draft of settings that somebody looks at.
type Preview struct {
	ID         bowline.ID
	InstanceID bowline.ID
	Session    bowline.ID // whose; it goes with that. Empty: of the instance's API keys
	Draft      []byte     // JSON
	ExpiresAt  time.Time
}

// maxPreviews bounds how many drafts of one session, or of an instance's keys, are
// kept at a time: nobody takes another's away.
const maxPreviews = 20

// InsertPreview keeps a draft; [ErrNotFound] when there is no such instance or
// session. Drafts that are over go.
func (tx *Tx) InsertPreview(ctx context.Context, p Preview, now time.Time) error {
	err := tx.exec(ctx, `INSERT INTO link_previews (id, instance_id, session_id, draft, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		[]any{string(p.ID), string(p.InstanceID), idOrNil(p.Session), string(p.Draft), micros(p.ExpiresAt)})
	if err == nil {
		err = tx.exec(ctx, `DELETE FROM link_previews WHERE expires_at <= $1`, []any{micros(now)})
	}
	if err == nil {
		err = tx.exec(ctx, `DELETE FROM link_previews WHERE instance_id = $1 AND COALESCE(session_id, '') = $2 AND id NOT IN
			(SELECT id FROM link_previews WHERE instance_id = $1 AND COALESCE(session_id, '') = $2
			ORDER BY expires_at DESC, id DESC LIMIT CAST($3 AS BIGINT))`,
			[]any{string(p.InstanceID), string(p.Session), int64(maxPreviews)})
	}
	if err != nil {
		return fmt.Errorf("insert preview: %w", err)
	}
	return nil
}

// ChangePreview puts a draft in the place of the one with its id, instance and
// session; false when there is none that is not over.
func (tx *Tx) ChangePreview(ctx context.Context, p Preview, now time.Time) (bool, error) {
	n, err := tx.execCount(ctx, `UPDATE link_previews SET draft = $1, expires_at = $2
		WHERE id = $3 AND instance_id = $4 AND COALESCE(session_id, '') = $5 AND expires_at > $6`,
		[]any{string(p.Draft), micros(p.ExpiresAt), string(p.ID), string(p.InstanceID), string(p.Session), micros(now)})
	if err != nil {
		return false, fmt.Errorf("change preview: %w", err)
	}
	return n > 0, nil
}

// Preview returns a draft that is not over, or [ErrNotFound].
func (s *Store) Preview(ctx context.Context, id bowline.ID, now time.Time) (Preview, error) {
	p := Preview{ID: id}
	err := one(ctx, storeReader{s}, `SELECT instance_id, session_id, draft, expires_at FROM link_previews WHERE id = $1 AND expires_at > $2`,
		[]any{string(id), micros(now)}, func(r *row) error {
			p.InstanceID, p.Session, p.Draft, p.ExpiresAt = r.id(), r.id(), []byte(r.text()), r.time()
			return r.err
		})
	if err != nil {
		return Preview{}, fmt.Errorf("read preview: %w", err)
	}
	return p, nil
}
