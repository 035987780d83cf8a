package store

import (
	"context"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// idOrNil is an id that may be absent.
func idOrNil(id bowline.ID) any {
	if id == "" {
		return nil
	}
	return string(id)
}

// InsertStaffLink adds a link that works once; [ErrNotFound] when whom it is for
// is gone.
func (tx *Tx) InsertStaffLink(ctx context.Context, l bowline.StaffLink) error {
	err := tx.exec(ctx, `INSERT INTO staff_links (hash, kind, user_id, instance_id, created, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		[]any{l.Hash, string(l.Kind), idOrNil(l.UserID), idOrNil(l.InstanceID), micros(l.Created), micros(l.Expires)})
	if err != nil {
		return fmt.Errorf("insert staff link: %w", err)
	}
	return nil
}

// StaffLink returns a link that still works, or [ErrNotFound].
func (s *Store) StaffLink(ctx context.Context, kind bowline.StaffLinkKind, hash string, now time.Time) (bowline.StaffLink, error) {
	l := bowline.StaffLink{Kind: kind, Hash: hash}
	err := one(ctx, storeReader{s}, `SELECT user_id, instance_id, created, expires_at FROM staff_links
		WHERE hash = $1 AND kind = $2 AND expires_at > $3`,
		[]any{hash, string(kind), micros(now)}, func(r *row) error {
			l.UserID, l.InstanceID, l.Created, l.Expires = r.id(), r.id(), r.time(), r.time()
			return r.err
		})
	if err != nil {
		return bowline.StaffLink{}, fmt.Errorf("read staff link: %w", err)
	}
	return l, nil
}

// SpendStaffLink uses a link up. The transaction fails with [ErrNotFound] when it
// does not work any more; of several that spend the same one, one succeeds.
func (tx *Tx) SpendStaffLink(ctx context.Context, kind bowline.StaffLinkKind, hash string, now time.Time) error {
	err := tx.execOne(ctx, ErrNotFound, `DELETE FROM staff_links WHERE hash = $1 AND kind = $2 AND expires_at > $3`,
		[]any{hash, string(kind), micros(now)})
	if err != nil {
		return fmt.Errorf("spend staff link: %w", err)
	}
	return nil
}

// DeleteStaffLinks takes away a person's links of a kind.
func (tx *Tx) DeleteStaffLinks(ctx context.Context, user bowline.ID, kind bowline.StaffLinkKind) error {
	err := tx.exec(ctx, `DELETE FROM staff_links WHERE user_id = $1 AND kind = $2`, []any{string(user), string(kind)})
	if err != nil {
		return fmt.Errorf("delete staff links: %w", err)
	}
	return nil
}

// KeepSetUpLinks takes away the set-up links except the latest few, and of these
// the ones from before the given time.
func (tx *Tx) KeepSetUpLinks(ctx context.Context, few int, since time.Time) error {
	err := tx.exec(ctx, `DELETE FROM staff_links WHERE kind = 'setup' AND (created < $1 OR hash NOT IN (
		SELECT hash FROM staff_links WHERE kind = 'setup' ORDER BY created DESC, hash LIMIT CAST($2 AS BIGINT)))`,
		[]any{micros(since), int64(few)})
	if err != nil {
		return fmt.Errorf("delete set-up links: %w", err)
	}
	return nil
}

// ForgetStaffLinks deletes at most limit links whose time is over, and returns
// how many.
func (tx *Tx) ForgetStaffLinks(ctx context.Context, now time.Time, limit int) (int, error) {
	n, err := tx.execCount(ctx, `DELETE FROM staff_links WHERE hash IN (SELECT hash FROM staff_links
		WHERE expires_at <= $1 LIMIT CAST($2 AS BIGINT)`+tx.dialect().skipLocked+`)`,
		[]any{micros(now), int64(limit)})
	if err != nil {
		return 0, fmt.Errorf("forget staff links: %w", err)
	}
	return int(n), nil
}
