package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bowline/bowline"
)

// share is how many companies have exactly these statuses.
type share struct {
	mask, kept int64
}

// shares reads which statuses there are, of those asked for.
func (d *search) shares(ctx context.Context, q querier) ([]share, int64, error) {
	var list []share
	total := int64(0)
	err := q.query(ctx, `SELECT term, kept FROM directory_totals WHERE realm = $1 AND term > $2 AND term < $3`,
		[]any{d.head.realm, markStart + "m", markStart + "n"}, func(r *row) error {
			mask, err := strconv.ParseInt(strings.TrimPrefix(r.text(), markStart+"m"), 10, 64)
			if kept := r.int(); err == nil && kept > 0 && d.wanted(mask) {
				list = append(list, share{mask, kept})
				total += kept
			}
			return err
		})
	if err != nil {
		return nil, 0, fmt.Errorf("read totals: %w", err)
	}
	return list, total, nil
}

// all lists companies by nothing but their statuses.
func (d *search) all(ctx context.Context, q querier, f *found) error {
	shares, total, err := d.shares(ctx, q)
	if err != nil {
		return err
	}
	for _, b := range d.was {
		if d.wanted(b.mask) {
			total--
		}
	}
	f.total = total
	w := d.walk(shares)
	for len(f.items) <= d.Limit && !w.ended {
		rows, err := w.next(ctx, q, d.Limit+1+len(f.items))
		if err != nil {
			return err
		}
		for _, i := range rows {
			if d.was[i.company] == nil {
				f.items = append(f.items, i)
			}
		}
	}
	return nil
}

// walk goes through the stored companies in the order of the list. An index
// leads with the statuses, so that each kind of companies is a range of its own;
// the ranges are merged.
type walk struct {
	*search
	shares []share
	after  *item
	last   bool // only those without an exchange are left, which come last
	ended  bool
}

func (d *search) walk(shares []share) *walk {
	return &walk{search: d, shares: shares, after: d.after, ended: len(shares) == 0, last: d.nullsLast() && d.after != nil && d.after.key.n == never}
}

// nullsLast says that companies without an exchange have to be read apart:
// backwards they come last by themselves.
func (d *search) nullsLast() bool { return d.Sort == bowline.SortLastSync && !d.Descending }

// next returns the next companies, about n of them, and at least one unless the
// walk has ended.
func (w *walk) next(ctx context.Context, q querier, n int) ([]item, error) {
	total := int64(0)
	for _, s := range w.shares {
		total += s.kept
	}
	sql, args, limits := w.sql(n, total)
	var rows []item
	got := map[int64]int{}
	bound := map[int64]item{} // the last of each kind
	err := q.query(ctx, sql, args, func(r *row) error {
		i := item{company: r.id(), mask: r.int(), place: r.int()}
		if w.Sort == bowline.SortName {
			i.key.s = r.text()
		} else if i.key.n = r.int(); w.last {
			i.key.n = never
		}
		rows = append(rows, i)
		got[i.mask]++
		bound[i.mask] = i
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("walk through the directory: %w", err)
	}
	// Of a kind that filled its limit there may be more: nothing behind its last
	// one is certain.
	var until *item
	for mask, count := range got {
		if last := bound[mask]; count >= limits[mask] && (until == nil || w.compare(last, *until) < 0) {
			until = &last
		}
	}
	if until != nil {
		rows = slices.DeleteFunc(rows, func(i item) bool { return w.compare(i, *until) > 0 })
		last := rows[len(rows)-1] // rows are the caller's to change
		w.after = &last
		return rows, nil
	}
	if w.nullsLast() && !w.last {
		w.last, w.after = true, nil
	} else {
		w.ended = true
	}
	return rows, nil
}

// sql asks for the next of each kind, of the frequent kinds for more.
func (w *walk) sql(n int, total int64) (string, []any, map[int64]int) {
	column := map[bowline.DirectorySort]string{bowline.SortName: "name", bowline.SortLastSync: "last_sync"}[w.Sort]
	if column == "" {
		column = "created"
	}
	direction, than := "", ">"
	if w.Descending {
		direction, than = " DESC", "<"
	}
	args := []any{w.head.realm}
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	after := ""
	switch {
	case w.after != nil && w.last:
		after = ` AND last_sync = 0 AND company_id > ` + arg(string(w.after.company))
	case w.after != nil:
		var key any = w.after.key.n
		if w.Sort == bowline.SortName {
			key = w.after.key.s
		}
		after = ` AND (` + column + `, company_id) ` + than + ` (` + arg(key) + `, ` + arg(string(w.after.company)) + `)`
	case w.last:
		after = ` AND last_sync = 0`
	case w.nullsLast():
		after = ` AND last_sync > 0`
	}
	parts := make([]string, len(w.shares))
	limits := map[int64]int{}
	for i, s := range w.shares {
		limits[s.mask] = min(n, int(s.kept*int64(n)*3/2/total)+8)
		parts[i] = `SELECT * FROM (SELECT company_id, mask, place, ` + column + ` AS k FROM directory WHERE realm = $1 AND mask = ` + arg(s.mask) + after +
			` ORDER BY ` + column + direction + `, company_id` + direction + ` LIMIT CAST(` + arg(int64(limits[s.mask])) + ` AS BIGINT)) AS kind`
	}
	return strings.Join(parts, " UNION ALL ") + ` ORDER BY k` + direction + `, company_id` + direction, args, limits
}
