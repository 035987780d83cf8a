package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/bowline/bowline"
)

// CompanyNames returns the names of those of the companies that the instance
// has, by id.
func (s *Store) CompanyNames(ctx context.Context, instance bowline.ID, ids []bowline.ID) (map[bowline.ID]string, error) {
	names := make(map[bowline.ID]string, len(ids))
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for batch := range slices.Chunk(ids, maxIDs) {
		list, args := in(2, batch, idArg)
		err := s.read(ctx, `SELECT c.id, c.name FROM companies c WHERE `+ofInstance("c.")+`$1 AND c.id IN (`+list+`)`,
			append([]any{string(instance)}, args...), func(r *row) error {
				id := r.id()
				names[id] = r.text()
				return r.err
			})
		if err != nil {
			return nil, fmt.Errorf("read names of companies: %w", err)
		}
	}
	return names, nil
}
