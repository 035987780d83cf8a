package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/bowline/bowline"
)

// DirectoryList asks for a page of the companies of an instance, as people look
// through them. What is empty does not narrow the list.
type DirectoryList struct {
	InstanceID     bowline.ID
	Statuses       bowline.CompanyStatuses // those with at least one of them
	IntegrationKey string                  // with a connection to it
	TagKey, Tag    string                  // with that tag; a key is never empty
	Owner          bowline.ID              // owned by that person
	VisibleTo      bowline.ID              // likewise: for who may see nothing else
	Parent         bowline.ID              // subsidiaries of that company
	Query          string                  // text to find
	Sort           bowline.DirectorySort   // empty is by creation
	Descending     bool
	Cursor         string // of the page before; of the same list
	Limit          int    // 1 to MaxDirectoryPage
}

// Limits of the directory.
const (
	MaxDirectoryPage  = 100
	MaxDirectoryQuery = 200 // characters
	// MaxDirectoryTotal is up to how many companies those that a text finds are
	// counted, where there are too many to read them all.
	MaxDirectoryTotal = 100
)

// DirectoryPage is a page of the directory. It may have fewer companies than
// were asked for although Next says that there are more.
type DirectoryPage struct {
	Companies []DirectoryCompany
	Next      string // where the next page begins; empty at the end
	Total     int64  // on all pages
	Exact     bool   // false: there are more than Total
	Building  bool   // companies are still being taken in, and some may be missing
}

// DirectoryCompany is a company with its connections, and what they sum up to.
type DirectoryCompany struct {
	bowline.Company
	Statuses bowline.CompanyStatuses
	Match    []string // where the text was found: name, createdBy, id, connectionId, platform
}

// Directory returns a page. What is stored for the directory may lag behind;
// companies that have changed since are read themselves, so that a page shows
// what was committed. Refusals are a [bowline.Error] with CodeInvalid.
func (s *Store) Directory(ctx context.Context, l DirectoryList) (DirectoryPage, error) {
	d, err := newSearch(l)
	if err != nil {
		return DirectoryPage{}, err
	}
	d.reach, d.within = s.reach, s.engine.dialect().position
	var page DirectoryPage
	err = s.engine.read(ctx, func(q querier) error {
		found, err := d.consistent(ctx, q)
		if err != nil {
			return err
		}
		page = DirectoryPage{Total: found.total, Exact: found.exact, Building: d.building()}
		if page.Next, err = d.cut(&found); err != nil {
			return err
		}
		page.Companies, err = d.readFound(ctx, q, found.items)
		return err
	})
	if err != nil {
		return DirectoryPage{}, fmt.Errorf("list directory: %w", err)
	}
	return page, nil
}

// item is a company that was found, with what decides on its place in the list.
type item struct {
	company bowline.ID
	mask    int64
	place   int64 // -1 where it was read from the company itself
	key     sortKey
}

// sortKey is a number or a text, never both.
type sortKey struct {
	n int64
	s string
}

func (a item) compare(b item) int {
	return cmp.Or(cmp.Compare(a.key.n, b.key.n), cmp.Compare(a.key.s, b.key.s), cmp.Compare(a.company, b.company))
}

// found is what came of a search.
type found struct {
	items []item // one more than asked for, when there are more
	stop  *item  // the search ended here for now, before it had enough
	total int64
	exact bool
}

// search is a DirectoryList made ready, and the state of the directory that it
// looks at.
type search struct {
	DirectoryList
	text  string   // folded
	marks []string // all of which a company must have
	after *item    // the last one of the page before
	told  *cursorTotal

	reach   reach
	within  string // what the engine calls the position of a text in another
	head    directoryHead
	changes int                          // that are not worked in
	now     map[bowline.ID]*entry        // companies that have changed, as they are
	was     map[bowline.ID]*directoryRow // and as they are stored
	stale   map[int64]bool               // places that do not count
}

func newSearch(l DirectoryList) (*search, error) {
	switch {
	case l.Limit < 1 || l.Limit > MaxDirectoryPage:
		return nil, bowline.Errorf(bowline.CodeInvalid, "limit must be a whole number from 1 to %d.", MaxDirectoryPage)
	case utf8.RuneCountInString(l.Query) > MaxDirectoryQuery:
		return nil, bowline.Errorf(bowline.CodeInvalid, "q has at most %d characters.", MaxDirectoryQuery)
	}
	switch l.Sort {
	case "":
		l.Sort = bowline.SortCreated
	case bowline.SortCreated, bowline.SortName, bowline.SortLastSync:
	default:
		return nil, bowline.Errorf(bowline.CodeInvalid, "sort must be created, name or lastSync, with a minus in front for the reverse.")
	}
	d := &search{DirectoryList: l, text: folded(l.Query)}
	if l.TagKey != "" {
		d.marks = append(d.marks, tagMark(l.TagKey, l.Tag))
	}
	if l.IntegrationKey != "" {
		d.marks = append(d.marks, integrationMark(l.IntegrationKey))
	}
	for _, owner := range []bowline.ID{l.Owner, l.VisibleTo} {
		if owner != "" {
			d.marks = append(d.marks, ownerMark(owner))
		}
	}
	slices.Sort(d.marks)
	d.marks = slices.Compact(d.marks)
	return d, d.resume()
}

// key returns by what a company is sorted. Companies without an exchange come
// last in both directions.
func (d *search) key(created int64, name string, sync int64) sortKey {
	switch d.Sort {
	case bowline.SortName:
		return sortKey{s: name}
	case bowline.SortLastSync:
		if sync == 0 && !d.Descending {
			return sortKey{n: never}
		}
		return sortKey{n: sync}
	}
	return sortKey{n: created}
}

// order sorts and removes what lies before the page.
func (d *search) order(items []item) []item {
	if d.after != nil {
		items = slices.DeleteFunc(items, func(i item) bool { return d.compare(i, *d.after) <= 0 })
	}
	slices.SortFunc(items, d.compare)
	return items
}

func (d *search) compare(a, b item) int {
	if d.Descending {
		return b.compare(a)
	}
	return a.compare(b)
}

// wanted says whether the statuses are among those asked for.
func (d *search) wanted(mask int64) bool {
	return d.Statuses == 0 || bowline.CompanyStatuses(mask)&d.Statuses != 0 //nolint:gosec // six bits
}

// matches looks at everything but the parent.
func (d *search) matches(e *entry) bool {
	if !d.wanted(e.mask) {
		return false
	}
	return d.marked(e) && (d.text == "" || holds(e.words, d.text))
}

func (d *search) marked(e *entry) bool {
	for _, m := range d.marks {
		if !e.marked(m) {
			return false
		}
	}
	return true
}

func (d *search) item(e *entry) item {
	return item{e.company, e.mask, -1, d.key(e.created, e.name, e.sync)}
}

func (d *search) stored(b *directoryRow) item {
	return item{b.company, b.mask, b.place, d.key(b.created, b.name, b.sync)}
}

// maxAgain is how often a search begins again because the directory was changed
// while it looked. The last time it takes what it found: a company may then be
// missing, or be there as it was a moment ago.
const maxAgain = 4

// consistent searches in a directory that stands still.
func (d *search) consistent(ctx context.Context, q querier) (f found, err error) {
	err = d.still(ctx, q, func() error {
		var err error
		f, err = d.find(ctx, q)
		return err
	})
	return f, err
}

// still runs read again until the directory did not change meanwhile.
func (d *search) still(ctx context.Context, q querier, read func() error) error {
	for again := 0; ; again++ {
		if err := d.look(ctx, q); err != nil {
			return err
		}
		if err := read(); err != nil || again == maxAgain {
			return err
		}
		version := d.head.version
		if err := d.readHead(ctx, q); err != nil || d.head.version == version {
			return err
		}
	}
}

func (d *search) readHead(ctx context.Context, q querier) error {
	err := one(ctx, q, `SELECT `+headColumns+` FROM directory_heads h WHERE h.instance_id = $1`, []any{string(d.InstanceID)}, func(r *row) error {
		d.head = scanHead(r)
		return r.err
	})
	if errors.Is(err, ErrNotFound) { // an instance that does not exist has no companies
		return nil
	}
	return err
}

// maxChanged bounds how many changed companies a search reads.
const maxChanged = 5000

// building says that some companies may be missing: those of before are still
// being taken in, or more have changed than one search reads.
func (d *search) building() bool { return d.head.building || d.changes >= maxChanged }

// look reads where the directory stands and what has changed since.
func (d *search) look(ctx context.Context, q querier) error {
	if err := d.readHead(ctx, q); err != nil {
		return err
	}
	d.now, d.was, d.stale, d.changes = nil, nil, map[int64]bool{}, 0
	var ids []bowline.ID
	err := q.query(ctx, `SELECT company_id, place FROM directory_changes WHERE instance_id = $1 ORDER BY seq DESC LIMIT $2`,
		[]any{string(d.InstanceID), int64(maxChanged)}, func(r *row) error {
			d.changes++
			if id := r.id(); id != "" {
				ids = append(ids, id)
			} else {
				d.stale[r.int()] = true
			}
			return r.err
		})
	if err != nil || len(ids) == 0 {
		return err
	}
	slices.Sort(ids)
	if d.now, err = readChanged(ctx, q, d.InstanceID, slices.Compact(ids)); err != nil {
		return err
	}
	all := make([]bowline.ID, 0, len(d.now))
	for id := range d.now {
		all = append(all, id)
	}
	slices.Sort(all)
	if d.was, err = readDirectory(ctx, q, all); err != nil {
		return err
	}
	for _, b := range d.was {
		d.stale[b.place] = true
	}
	return nil
}

// find chooses the way to search by what is asked for.
func (d *search) find(ctx context.Context, q querier) (found, error) {
	if id, err := bowline.ParseID(d.text); d.Parent != "" || err == nil {
		return d.byID(ctx, q, id)
	}
	f := found{exact: true}
	var err error
	if d.text == "" && len(d.marks) == 0 {
		err = d.all(ctx, q, &f)
	} else {
		err = d.some(ctx, q, &f)
	}
	if err != nil {
		return f, err
	}
	for _, e := range d.now {
		if d.matches(e) {
			f.items = append(f.items, d.item(e))
		}
	}
	if d.told == nil {
		f.count(d)
	} else {
		f.total, f.exact = d.told.Total, d.told.Exact
	}
	f.items = d.order(f.items)
	if f.stop != nil {
		f.items = slices.DeleteFunc(f.items, func(i item) bool { return d.compare(i, *f.stop) > 0 })
	}
	return f, nil
}
