package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

// LinkBefore reads the LinkPage of a company that is yet to be made: what its
// instance has set. [ErrNotFound] when there is no such instance.
func (s *Store) LinkBefore(ctx context.Context, instance bowline.ID) (LinkPage, error) {
	page := LinkPage{Company: bowline.Company{InstanceID: instance}}
	err := one(ctx, storeReader{s}, `SELECT p.profile, l.settings, l.branding
		FROM instances i
		LEFT JOIN profiles p ON p.instance_id = i.id
		LEFT JOIN link_settings l ON l.instance_id = i.id
		WHERE i.id = $1`, []any{string(instance)}, func(r *row) error {
		r.json(&page.Profile)
		page.Settings = s.settings.decode(r)
		r.json(&page.Branding)
		return r.err
	})
	if err != nil {
		return LinkPage{}, fmt.Errorf("read link settings of an instance: %w", err)
	}
	return page, nil
}
