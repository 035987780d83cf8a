package store

import (
	"context"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// LastUsed says when the grants of a company's connections were last used for
// something, by connection, to the hour's last request; moving them elsewhere is
// no use. Connections whose grants never were are left out.
func (s *Store) LastUsed(ctx context.Context, company bowline.ID) (map[bowline.ID]time.Time, error) {
	used := map[bowline.ID]time.Time{}
	err := s.read(ctx, `SELECT n.id, (SELECT a.last_at FROM connection_access a
			WHERE a.connection_id = n.id AND a.requests > a.failed AND a.kind <> 'export' ORDER BY a.hour DESC, a.last_at DESC LIMIT 1)
		FROM connections n WHERE n.company_id = $1`,
		[]any{string(company)}, func(r *row) error {
			id := r.id()
			if at := r.timeOrNil(); at != nil {
				used[id] = *at
			}
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read the last use of connections: %w", err)
	}
	return used, nil
}
