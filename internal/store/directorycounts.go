package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

// DirectoryCounts are how many companies there are.
type DirectoryCounts struct {
	Total    int64
	ByStatus map[bowline.CompanyStatus]int64 // by each status that applies
	Building bool                            // companies are still being taken in
}

// DirectoryCounts counts the companies of an instance, or those that visibleTo
// owns, where it is not empty.
func (s *Store) DirectoryCounts(ctx context.Context, instance, visibleTo bowline.ID) (DirectoryCounts, error) {
	if visibleTo != "" {
		return s.countOwned(ctx, instance, visibleTo)
	}
	d, err := newSearch(DirectoryList{InstanceID: instance, Limit: 1})
	if err != nil {
		return DirectoryCounts{}, err
	}
	var c DirectoryCounts
	err = s.engine.read(ctx, func(q querier) error {
		return d.still(ctx, q, func() error {
			shares, _, err := d.shares(ctx, q)
			c = DirectoryCounts{ByStatus: map[bowline.CompanyStatus]int64{}, Building: d.building()}
			c.add(0, 0) // so that all are told
			for _, sh := range shares {
				c.add(sh.mask, sh.kept)
			}
			for _, b := range d.was {
				c.add(b.mask, -1)
			}
			for _, e := range d.now {
				c.add(e.mask, 1)
			}
			return err
		})
	})
	if err != nil {
		return DirectoryCounts{}, fmt.Errorf("count companies: %w", err)
	}
	return c, nil
}

func (c *DirectoryCounts) add(mask, n int64) {
	c.Total += n
	for _, status := range bowline.AllCompanyStatuses {
		if bowline.CompanyStatuses(mask).Has(status) { //nolint:gosec // six bits
			c.ByStatus[status] += n
		} else {
			c.ByStatus[status] += 0
		}
	}
}

func (s *Store) countOwned(ctx context.Context, instance, owner bowline.ID) (DirectoryCounts, error) {
	c := DirectoryCounts{ByStatus: map[bowline.CompanyStatus]int64{}}
	for _, status := range append(bowline.AllCompanyStatuses, "") {
		page, err := s.Directory(ctx, DirectoryList{
			InstanceID: instance, VisibleTo: owner, Limit: 1, Statuses: bowline.NewCompanyStatuses(status),
		})
		if err != nil {
			return DirectoryCounts{}, err
		}
		if c.Building = page.Building; status == "" {
			c.Total = page.Total
		} else {
			c.ByStatus[status] = page.Total
		}
	}
	return c, nil
}
