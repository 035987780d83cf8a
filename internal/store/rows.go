package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

// PutProviderRows replaces what a provider says is in an integration, unless
// another replica asked it later; [ErrNotFound] when there is no such instance.
func (tx *Tx) PutProviderRows(ctx context.Context, instance bowline.ID, key string, rows bowline.ProviderRows) error {
	entries, err := encode(rows.Rows, len(rows.Rows) == 0)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, `INSERT INTO provider_rows (instance_id, integration_key, fetched_at, entries) VALUES ($1, $2, $3, $4)
		ON CONFLICT (instance_id, integration_key) DO UPDATE SET fetched_at = excluded.fetched_at, entries = excluded.entries
		WHERE provider_rows.fetched_at <= excluded.fetched_at`,
		[]any{string(instance), key, micros(rows.FetchedAt), entries})
	if err != nil {
		return fmt.Errorf("put provider rows: %w", err)
	}
	return nil
}

// ProviderRows returns what a provider said last is in an integration, or
// [ErrNotFound] when it has not been asked yet.
func (s *Store) ProviderRows(ctx context.Context, instance bowline.ID, key string) (bowline.ProviderRows, error) {
	var rows bowline.ProviderRows
	err := one(ctx, storeReader{s}, `SELECT fetched_at, entries FROM provider_rows
		WHERE instance_id = $1 AND integration_key = $2`, []any{string(instance), key}, func(r *row) error {
		rows.FetchedAt = r.time()
		r.json(&rows.Rows)
		return r.err
	})
	if err != nil {
		return bowline.ProviderRows{}, fmt.Errorf("read provider rows: %w", err)
	}
	return rows, nil
}
