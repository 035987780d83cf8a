package store

import (
	"context"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// OneTimePassword is a password of a Link URL. Hash is keyed: a password is too
// short to be kept under a plain one.
type OneTimePassword struct {
	Company   bowline.ID
	Hash      string
	ExpiresAt time.Time
}

// InsertOneTimePasswords keeps passwords until they are spent. Those of a
// company that is gone are left out. Where chance made one twice, it can be
// spent once.
func (tx *Tx) InsertOneTimePasswords(ctx context.Context, list []OneTimePassword) error {
	for _, p := range list {
		err := tx.exec(ctx, `INSERT INTO one_time_passwords (hash, expires_at, company_id)
			SELECT $1, CAST($2 AS BIGINT), id FROM companies WHERE id = $3
			ON CONFLICT (company_id, hash) DO UPDATE SET expires_at = excluded.expires_at`,
			[]any{p.Hash, micros(p.ExpiresAt), string(p.Company)})
		if err != nil {
			return fmt.Errorf("insert one-time password: %w", err)
		}
	}
	return nil
}

// SpendOneTimePassword uses a password up. The transaction fails with
// [ErrNotFound] when there is none: never issued, spent before, or past its
// time. Of several that spend the same one at once, one succeeds.
func (tx *Tx) SpendOneTimePassword(ctx context.Context, company bowline.ID, hash string, now time.Time) error {
	err := tx.execOne(ctx, ErrNotFound, `DELETE FROM one_time_passwords WHERE company_id = $1 AND hash = $2 AND expires_at > $3`,
		[]any{string(company), hash, micros(now)})
	if err != nil {
		return fmt.Errorf("spend one-time password: %w", err)
	}
	return nil
}

// ForgetOneTimePasswords deletes at most limit passwords whose time is over,
// and returns how many.
func (tx *Tx) ForgetOneTimePasswords(ctx context.Context, now time.Time, limit int) (int, error) {
	n, err := tx.execCount(ctx, `DELETE FROM one_time_passwords
		WHERE (company_id, hash) IN (SELECT company_id, hash FROM one_time_passwords
			WHERE expires_at <= $1 ORDER BY expires_at LIMIT CAST($2 AS BIGINT)`+tx.dialect().skipLocked+`)`,
		[]any{micros(now), int64(limit)})
	if err != nil {
		return 0, fmt.Errorf("forget one-time passwords: %w", err)
	}
	return int(n), nil
}
