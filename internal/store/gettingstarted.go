package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

// Beginnings say what an instance has done of what everybody does first.
type Beginnings struct {
	Named, Branded, Company, Opened, Connected, Key, Webhook bool
}

// lookedThrough bounds for how many of the latest companies connections are looked
// up, where nothing was counted.
const lookedThrough = 200

// Beginnings looks for one of each. The names of keys that nobody made on
// purpose do not count, unless they are used.
func (s *Store) Beginnings(ctx context.Context, instance bowline.ID, unasked [2]string) (Beginnings, error) {
	var b Beginnings
	id := []any{string(instance)}
	err := s.engine.read(ctx, func(q querier) error {
		for _, look := range []struct {
			into *bool
			sql  string
			args []any
		}{
			{&b.Named, `SELECT 1 FROM settings_versions WHERE instance_id = $1 AND kind = 'profile' LIMIT 1`, id},
			{&b.Branded, `SELECT 1 FROM link_settings WHERE instance_id = $1 AND branding NOT IN ('', '{}')`, id},
			{&b.Company, `SELECT 1 FROM companies WHERE instance_id = $1 LIMIT 1`, id},
			{&b.Opened, `SELECT 1 FROM funnel WHERE instance_id = $1 LIMIT 1`, id},
			{&b.Connected, `SELECT 1 FROM funnel_counts WHERE instance_id = $1 AND slice = 0 AND stage = 'c' LIMIT 1`, id},
			{&b.Connected, `SELECT 1 FROM (SELECT id FROM companies WHERE instance_id = $1 ORDER BY created DESC, id DESC LIMIT CAST($2 AS BIGINT)) c
				JOIN connections n ON n.company_id = c.id WHERE n.status = 'Linked' LIMIT 1`, []any{string(instance), int64(lookedThrough)}},
			{&b.Key, `SELECT 1 FROM api_keys WHERE instance_id = $1 AND (name NOT IN ($2, $3) OR last_used IS NOT NULL) LIMIT 1`,
				[]any{string(instance), unasked[0], unasked[1]}},
			{&b.Webhook, `SELECT 1 FROM consumers WHERE instance_id = $1 LIMIT 1`, id},
		} {
			if *look.into {
				continue
			}
			err := q.query(ctx, look.sql, look.args, func(*row) error {
				*look.into = true
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return b, fmt.Errorf("look for what was done first: %w", err)
	}
	return b, nil
}
