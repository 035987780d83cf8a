package store

import (
	"context"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/bowline/bowline"
)

// entry is a company as the directory has to show it, read from the company
// itself. What is stored of it is a directoryRow.
type entry struct {
	company bowline.ID
	mask    int64
	created int64
	name    string // folded and cut
	sync    int64
	words   string
	marks   string

	parent       bowline.ID
	subsidiaries []bowline.ID
	linked       bool
}

// directoryRow is what is stored of a company.
type directoryRow struct {
	place   int64
	company bowline.ID
	mask    int64
	created int64
	name    string
	sync    int64
	words   string
	marks   string
}

const directoryColumns = `d.place, d.company_id, d.mask, d.created, d.name, d.last_sync, d.words, d.marks`

func scanDirectory(r *row) directoryRow {
	return directoryRow{
		place: r.int(), company: r.id(), mask: r.int(), created: r.int(), name: r.text(), sync: r.int(), words: r.text(), marks: r.text(),
	}
}

func (b *directoryRow) same(e *entry) bool {
	return b.mask == e.mask && b.created == e.created && b.name == e.name && b.sync == e.sync && b.words == e.words && b.marks == e.marks
}

// in returns placeholders for a list, from first on, and the values: as many as
// the next power of two, the last one repeated, so that there are few texts and
// each stays prepared.
func in[T any](first int, values []T, arg func(T) any) (string, []any) {
	n := 1 << bits.Len(uint(len(values)-1))
	marks, args := make([]string, n), make([]any, n)
	for i := range n {
		marks[i] = "$" + strconv.Itoa(first+i)
		args[i] = arg(values[min(i, len(values)-1)])
	}
	return strings.Join(marks, ","), args
}

func idArg(id bowline.ID) any { return string(id) }
func intArg(n int64) any      { return n }
func textArg(s string) any    { return s }

// entries reads companies as they are now. Those that do not exist are missing
// from the result.
func readEntries(ctx context.Context, q querier, instance bowline.ID, ids []bowline.ID) (map[bowline.ID]*entry, error) {
	all := make(map[bowline.ID]*entry, len(ids))
	for batch := range slices.Chunk(ids, maxIDs) {
		list, args := in(2, batch, idArg)
		var last gathered
		err := q.query(ctx, `SELECT c.id, c.name, c.created_by, c.created, c.last_sync, c.tags, c.relations,
			n.id, n.integration_key, n.platform_name, n.status, n.last_sync
			FROM companies c LEFT JOIN connections n ON n.company_id = c.id
			WHERE `+ofInstance("c.")+`$1 AND c.id IN (`+list+`) ORDER BY c.id`, append([]any{string(instance)}, args...), func(r *row) error {
			if last.entry == nil || last.company != r.peekID(0) {
				last.finish()
				last.begin(r)
				all[last.company] = last.entry
			} else {
				r.next = 7
			}
			if !r.null() {
				last.connection(r)
			}
			return r.err
		})
		last.finish()
		if err != nil {
			return nil, fmt.Errorf("read companies for the directory: %w", err)
		}
	}
	return all, readPartial(ctx, q, instance, all)
}

// gathered collects the rows of one company.
type gathered struct {
	*entry
	head, ids, platforms, tags, integrations []string
	owners                                   []bowline.ID
}

func (g *gathered) begin(r *row) {
	*g = gathered{entry: &entry{company: r.id()}}
	name := folded(r.text())
	g.name = nameKey(name)
	g.head = []string{name, folded(r.text()), string(g.company)}
	g.created, g.sync = r.int(), r.int()
	var tags map[string]string
	r.json(&tags)
	for key, value := range tags {
		g.tags = append(g.tags, tagMark(key, value))
	}
	var rel relations
	r.json(&rel)
	g.parent, g.subsidiaries, g.owners = rel.Parent, rel.Subsidiaries, rel.Owners
}

func (g *gathered) connection(r *row) {
	g.ids = append(g.ids, r.text())
	g.integrations = append(g.integrations, integrationMark(r.text()))
	g.platforms = append(g.platforms, folded(r.text()))
	status := bowline.Status(r.text())
	g.mask = int64(bowline.CompanyStatuses(g.mask).With(status)) //nolint:gosec // six bits
	g.linked = g.linked || status == bowline.Linked
	g.sync = max(g.sync, r.int())
}

// finish writes down the words and marks, in an order that follows from them.
func (g *gathered) finish() {
	if g.entry == nil {
		return
	}
	if len(g.ids) == 0 {
		g.mask = int64(bowline.NewCompanyStatuses(bowline.CompanyNoConnections))
	}
	slices.Sort(g.ids)
	slices.Sort(g.platforms)
	g.words = strings.Join(slices.Concat(g.head, g.ids, slices.Compact(g.platforms)), "\n")
	marks := append(g.tags, g.integrations...)
	for _, id := range g.owners {
		marks = append(marks, ownerMark(id))
	}
	slices.Sort(marks)
	for _, m := range slices.Compact(marks) {
		g.marks += m + "\n"
	}
}

// readPartial finds the parents of which some subsidiaries are linked and others
// are not.
func readPartial(ctx context.Context, q querier, instance bowline.ID, all map[bowline.ID]*entry) error {
	linked := map[bowline.ID]bool{}
	for _, e := range all {
		for _, id := range e.subsidiaries {
			linked[id] = false
		}
	}
	if len(linked) == 0 {
		return nil
	}
	known := make(map[bowline.ID]bool, len(linked))
	for batch := range slices.Chunk(slices.Sorted(maps.Keys(linked)), maxIDs) {
		list, args := in(2, batch, idArg)
		err := q.query(ctx, `SELECT c.id, CASE WHEN EXISTS (SELECT 1 FROM connections n WHERE n.company_id = c.id AND n.status = 'Linked') THEN 1 ELSE 0 END
			FROM companies c WHERE `+ofInstance("c.")+`$1 AND c.id IN (`+list+`)`, append([]any{string(instance)}, args...), func(r *row) error {
			id := r.id()
			known[id], linked[id] = true, r.bool()
			return r.err
		})
		if err != nil {
			return fmt.Errorf("read subsidiaries for the directory: %w", err)
		}
	}
	for _, e := range all {
		some, others := false, false
		for _, id := range e.subsidiaries {
			some, others = some || linked[id], others || known[id] && !linked[id]
		}
		if some && others {
			e.mask |= int64(bowline.NewCompanyStatuses(bowline.CompanyPartial))
		}
	}
	return nil
}

// readChanged is readEntries for companies that have changed: their parents may
// have to be shown otherwise, too.
func readChanged(ctx context.Context, q querier, instance bowline.ID, ids []bowline.ID) (map[bowline.ID]*entry, error) {
	all, err := readEntries(ctx, q, instance, ids)
	if err != nil {
		return nil, err
	}
	parents := map[bowline.ID]bool{}
	for _, e := range all {
		if e.parent != "" && all[e.parent] == nil {
			parents[e.parent] = true
		}
	}
	if len(parents) == 0 {
		return all, nil
	}
	more, err := readEntries(ctx, q, instance, slices.Sorted(maps.Keys(parents)))
	maps.Copy(all, more)
	return all, err
}

// readDirectory returns what is stored of companies.
func readDirectory(ctx context.Context, q querier, ids []bowline.ID) (map[bowline.ID]*directoryRow, error) {
	all := map[bowline.ID]*directoryRow{}
	for batch := range slices.Chunk(ids, maxIDs) {
		list, args := in(1, batch, idArg)
		err := q.query(ctx, `SELECT `+directoryColumns+` FROM directory d WHERE d.company_id IN (`+list+`)`, args, func(r *row) error {
			b := scanDirectory(r)
			all[b.company] = &b
			return r.err
		})
		if err != nil {
			return nil, fmt.Errorf("read directory: %w", err)
		}
	}
	return all, nil
}
