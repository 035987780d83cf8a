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
	Draft      []byte // JSON
	ExpiresAt  time.Time
}

// maxPreviews bounds how many drafts of one instance are kept at a time.
const maxPreviews = 50

// PutPreview keeps a draft, in the place of one with the same id where the same
// instance has one; [ErrNotFound] when another one does, or there is no such
// instance. Drafts that are over go.
func (tx *Tx) PutPreview(ctx context.Context, p Preview, now time.Time) error {
	err := tx.execOne(ctx, ErrNotFound, `INSERT INTO link_previews (id, instance_id, draft, expires_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET draft = excluded.draft, expires_at = excluded.expires_at
		WHERE link_previews.instance_id = excluded.instance_id`,
		[]any{string(p.ID), string(p.InstanceID), string(p.Draft), micros(p.ExpiresAt)})
	if err == nil {
		err = tx.exec(ctx, `DELETE FROM link_previews WHERE expires_at <= $1`, []any{micros(now)})
	}
	if err == nil {
		err = tx.exec(ctx, `DELETE FROM link_previews WHERE instance_id = $1 AND id NOT IN
			(SELECT id FROM link_previews WHERE instance_id = $1 ORDER BY expires_at DESC, id DESC LIMIT CAST($2 AS BIGINT))`,
			[]any{string(p.InstanceID), int64(maxPreviews)})
	}
	if err != nil {
		return fmt.Errorf("put preview: %w", err)
	}
	return nil
}

// Preview returns a draft that is not over, or [ErrNotFound].
func (s *Store) Preview(ctx context.Context, id bowline.ID, now time.Time) (Preview, error) {
	p := Preview{ID: id}
	err := one(ctx, storeReader{s}, `SELECT instance_id, draft, expires_at FROM link_previews WHERE id = $1 AND expires_at > $2`,
		[]any{string(id), micros(now)}, func(r *row) error {
			p.InstanceID, p.Draft, p.ExpiresAt = r.id(), []byte(r.text()), r.time()
			return r.err
		})
	if err != nil {
		return Preview{}, fmt.Errorf("read preview: %w", err)
	}
	return p, nil
}
