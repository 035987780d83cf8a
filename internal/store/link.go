package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

// CompanyByID returns a company with its connections without being told the
// instance, or [ErrNotFound]. It serves Link URLs, which name the company
// alone; callers with a key use [Store.Company], which keeps instances apart.
func (s *Store) CompanyByID(ctx context.Context, id bowline.ID) (bowline.Company, error) {
	var found companies
	err := storeReader{s}.query(ctx, `SELECT `+companyColumns+`, `+connectionColumns+`
	FROM companies c LEFT JOIN connections n ON n.company_id = c.id
	WHERE c.id = $1
	ORDER BY n.created, n.id`, []any{string(id)}, found.add)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return bowline.Company{}, fmt.Errorf("read company of a link: %w", err)
	}
	return found[0], nil
}
