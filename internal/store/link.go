package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

const linkSQL = `SELECT ` + companyColumns + `, ` + connectionColumns + `, p.profile, l.settings, l.branding, f.began
	FROM companies c
	LEFT JOIN profiles p ON p.instance_id = c.instance_id
	LEFT JOIN link_settings l ON l.instance_id = c.instance_id
	LEFT JOIN funnel f ON f.company_id = c.id
	LEFT JOIN connections n ON n.company_id = c.id
	WHERE c.id = $1`

// profileAt is the place of the profile in linkSQL.
const profileAt = 26

// LinkPage is what every page behind a company's Link URL needs. Profile lacks
// the authorization header for alerts. Settings are shared between pages: read
// them, never write.
type LinkPage struct {
	Company  bowline.Company
	Profile  bowline.Profile
	Settings *bowline.LinkSettings
	Branding bowline.Branding
	Began    bool // the company's journey has been drawn before
}

// Link reads a LinkPage in one query; [ErrNotFound] when there is no such
// company. It is not told the instance, because a Link URL names the company
// alone; callers with a key use [Store.Company], which keeps instances apart.
func (s *Store) Link(ctx context.Context, company bowline.ID) (LinkPage, error) {
	var found companies
	var page LinkPage
	err := s.read(ctx, linkSQL, []any{string(company)}, func(r *row) error {
		first := len(found) == 0
		if err := found.add(r); err != nil || !first {
			return err
		}
		r.next = profileAt
		r.json(&page.Profile)
		page.Settings = s.settings.decode(r)
		r.json(&page.Branding)
		page.Began = !r.null()
		return r.err
	})
	if err == nil {
		page.Company, err = found.only()
	}
	if err != nil {
		return LinkPage{}, fmt.Errorf("read company of a link: %w", err)
	}
	return page, nil
}
