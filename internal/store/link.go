package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

const linkSQL = `SELECT ` + companyColumns + `, ` + connectionColumns + `, p.profile
	FROM companies c
	LEFT JOIN profiles p ON p.instance_id = c.instance_id
	LEFT JOIN connections n ON n.company_id = c.id
	WHERE c.id = $1`

// profileAt is the place of the profile in linkSQL.
const profileAt = 26

// Link returns what every page behind a company's Link URL needs, in one query:
// the company with its connections and the profile of its instance without the
// authorization header for alerts. [ErrNotFound] when there is no such company.
// It is not told the instance, because a Link URL names the company alone;
// callers with a key use [Store.Company], which keeps instances apart.
func (s *Store) Link(ctx context.Context, company bowline.ID) (bowline.Company, bowline.Profile, error) {
	var found companies
	var profile bowline.Profile
	err := s.read(ctx, linkSQL, []any{string(company)}, func(r *row) error {
		first := len(found) == 0
		if err := found.add(r); err != nil || !first {
			return err
		}
		r.next = profileAt
		r.json(&profile)
		return r.err
	})
	var c bowline.Company
	if err == nil {
		c, err = found.only()
	}
	if err != nil {
		return bowline.Company{}, bowline.Profile{}, fmt.Errorf("read company of a link: %w", err)
	}
	return c, profile, nil
}
