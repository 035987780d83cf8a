package store

import (
	"context"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// Began is one company's first visit: the "Began flow" of link.md 5.7.
type Began struct {
	Company bowline.ID
	At      time.Time
}

// InsertBegan notes that companies have begun. A company that has begun before
// keeps its first time; one that is gone is left out.
func (tx *Tx) InsertBegan(ctx context.Context, list []Began) error {
	for _, b := range list {
		err := tx.exec(ctx, `INSERT INTO funnel (company_id, instance_id, began)
			SELECT id, instance_id, CAST($1 AS BIGINT) FROM companies WHERE id = $2
			ON CONFLICT (company_id) DO NOTHING`, []any{micros(b.At), string(b.Company)})
		if err != nil {
			return fmt.Errorf("insert began: %w", err)
		}
	}
	return nil
}

// Began returns when a company's first visit was, or [ErrNotFound].
func (s *Store) Began(ctx context.Context, instance, company bowline.ID) (time.Time, error) {
	var at time.Time
	err := one(ctx, storeReader{s}, `SELECT began FROM funnel WHERE company_id = $1 AND instance_id = $2`,
		[]any{string(company), string(instance)}, func(r *row) error {
			at = r.time()
			return r.err
		})
	if err != nil {
		return time.Time{}, fmt.Errorf("read began: %w", err)
	}
	return at, nil
}
