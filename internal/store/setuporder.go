package store

import (
	"context"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// PutIntegrationOrder gives integrations their places, the first key the lowest,
// and changes nothing else of their setups. All setups that it writes get one
// new version; [ErrNotFound] when there is no such instance.
func (tx *Tx) PutIntegrationOrder(ctx context.Context, instance bowline.ID, keys []string, now time.Time) error {
	// Counted first, as in PutIntegrationSetup.
	err := tx.countSetup(ctx)
	for i, key := range keys {
		if err == nil {
			err = tx.exec(ctx, `INSERT INTO integration_setups
				(instance_id, integration_key, sort_order, scopes, updated_at, version)
				VALUES ($1, $2, $3, '', $4, (SELECT revision FROM setup_revision WHERE id = 1))
				ON CONFLICT (instance_id, integration_key) DO UPDATE SET
				sort_order = excluded.sort_order, updated_at = excluded.updated_at, version = excluded.version`,
				[]any{string(instance), key, int64(i + 1), micros(now)})
		}
	}
	if err != nil {
		return fmt.Errorf("put integration order: %w", err)
	}
	return nil
}

// ConnectionCount is how many connections an integration has.
type ConnectionCount struct {
	Total, Linked int64
}

// ConnectionCounts counts the connections of an instance by integration. It looks
// at all of them: with millions it takes seconds, so callers keep what it says.
func (s *Store) ConnectionCounts(ctx context.Context, instance bowline.ID) (map[string]ConnectionCount, error) {
	counts := map[string]ConnectionCount{}
	err := s.read(ctx, `SELECT integration_key, status, count(*) FROM connections WHERE instance_id = $1
		GROUP BY integration_key, status`, []any{string(instance)}, func(r *row) error {
		key, status, n := r.text(), bowline.Status(r.text()), r.int()
		c := counts[key]
		c.Total += n
		if status == bowline.Linked {
			c.Linked += n
		}
		counts[key] = c
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("count connections: %w", err)
	}
	return counts, nil
}
