package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/bowline/bowline"
)

// byID lists companies that are known by their ids: the subsidiaries of one, or
// the one that has the id or a connection with it.
func (d *search) byID(ctx context.Context, q querier, id bowline.ID) (found, error) {
	f := found{exact: true}
	var ids []bowline.ID
	sql := `SELECT id, '' FROM companies WHERE id = $1 AND instance_id = $2 UNION ALL
		SELECT company_id, '' FROM connections WHERE id = $1 AND instance_id = $2`
	if d.Parent != "" {
		sql, id = `SELECT '', relations FROM companies WHERE id = $1 AND instance_id = $2`, d.Parent
	}
	err := q.query(ctx, sql, []any{string(id), string(d.InstanceID)}, func(r *row) error {
		if id := r.id(); id != "" {
			ids = append(ids, id)
		}
		var rel relations
		r.json(&rel)
		ids = append(ids, rel.Subsidiaries...)
		return r.err
	})
	if err != nil {
		return f, fmt.Errorf("look for companies by id: %w", err)
	}
	slices.Sort(ids)
	all, err := readEntries(ctx, q, d.InstanceID, slices.Compact(ids))
	if err != nil {
		return f, err
	}
	for _, e := range all {
		if d.matches(e) {
			f.items = append(f.items, d.item(e))
		}
	}
	f.total = int64(len(f.items))
	f.items = d.order(f.items)
	return f, nil
}

// count completes the total by the companies that have changed.
func (f *found) count(d *search) {
	for _, e := range d.now {
		if d.matches(e) {
			f.total++
		}
	}
	if d.text != "" && f.total > d.reach.told {
		f.total, f.exact = d.reach.told, false
	}
	f.exact = f.exact && !d.building()
}

// readFound returns the companies in the order in which they were found.
// Those deleted a moment ago are left out.
func (d *search) readFound(ctx context.Context, q querier, items []item) ([]DirectoryCompany, error) {
	if len(items) == 0 {
		return nil, nil
	}
	ids := make([]bowline.ID, len(items))
	at := make(map[bowline.ID]int, len(items))
	for i := range items {
		ids[i] = items[i].company
		at[ids[i]] = i
	}
	list, args := in(2, ids, idArg)
	var read companies
	err := q.query(ctx, `SELECT `+companyColumns+`, `+connectionColumns+` FROM companies c LEFT JOIN connections n ON n.company_id = c.id
		WHERE `+ofInstance("c.")+`$1 AND c.id IN (`+list+`) ORDER BY c.id, n.created, n.id`, append([]any{string(d.InstanceID)}, args...), read.add)
	if err != nil {
		return nil, err
	}
	if err := describe(ctx, q, read); err != nil {
		return nil, err
	}
	out := make([]DirectoryCompany, 0, len(read))
	for _, c := range read {
		if d.VisibleTo != "" && !slices.Contains(c.OwnerUserIDs, d.VisibleTo) { // taken away a moment ago
			continue
		}
		out = append(out, DirectoryCompany{c, bowline.CompanyStatuses(items[at[c.ID]].mask), d.where(&c)}) //nolint:gosec // six bits
	}
	slices.SortFunc(out, func(a, b DirectoryCompany) int { return at[a.ID] - at[b.ID] })
	return out, nil
}

// where says in what of a company the text was found.
func (d *search) where(c *bowline.Company) (places []string) {
	if d.text == "" {
		return nil
	}
	has := map[string]bool{
		"name": holds(folded(c.Name), d.text), "createdBy": holds(folded(c.CreatedByUserName), d.text), "id": holds(string(c.ID), d.text),
	}
	for _, n := range c.DataConnections {
		has["connectionId"] = has["connectionId"] || holds(string(n.ID), d.text)
		has["platform"] = has["platform"] || holds(folded(n.PlatformName), d.text)
	}
	for _, place := range []string{"name", "platform", "createdBy", "id", "connectionId"} {
		if has[place] {
			places = append(places, place)
		}
	}
	return places
}

// DirectoryMark returns a number that grows with each change that waits to be
// worked into the directory; 0 when none does.
func (s *Store) DirectoryMark(ctx context.Context) (mark int64, err error) {
	err = one(ctx, storeReader{s}, `SELECT COALESCE(max(seq), 0) FROM directory_changes`, nil, func(r *row) error {
		mark = r.int()
		return r.err
	})
	if err != nil {
		return 0, fmt.Errorf("read changes of the directory: %w", err)
	}
	return mark, nil
}
