package storetest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Directory changes companies at random, works some of the changes in, and
// compares what the directory lists with what the companies themselves say.
func Directory(t *testing.T, s *store.Store) {
	rapid.Check(t, func(rt *rapid.T) {
		d := &directory{T: rt, tb: t, s: s, instance: NewInstance(t, s), other: NewInstance(t, s)}
		d.add(d.other) // must never show
		steps := rapid.IntRange(5, 40).Draw(rt, "steps")
		for range steps {
			rapid.SampledFrom([]func(){
				d.create, d.create, d.rename, d.remove, d.connect, d.connect, d.move, d.move, d.disconnect, d.relate, d.relate, d.fold, d.fold, d.check,
			}).Draw(rt, "step")()
			d.compare(store.DirectoryList{InstanceID: d.instance, Limit: 50})
		}
		d.check()
		for d.foldOnce() > 0 {
		}
		d.check()
		d.check()
	})
}

// directory is one run of the test.
type directory struct {
	*rapid.T
	tb       testing.TB
	s        *store.Store
	instance bowline.ID
	other    bowline.ID
	ids      []bowline.ID
	clock    int
}

var (
	directoryNames     = []string{"Harbour Bakery", "harbour café", "Émile & Söhne", "The Bakery", "Zoë's  Books", "Αθήνα", "株式会社山田", "a-b", "100% _x_"}
	directoryPlatforms = []string{"Xero", "QuickBooks Online", "Sage"}
	directoryQueries   = []string{
		"harbour", "HARBOUR", "cafe", "café", "bakery", "ba", "b", "é", "soh", "books", "zoë's books", "αθηνα", "山田", "式会社", "%", "_x_", "100%", "a-b", "-b",
		"xero", "online", "ada", "nothing at all", `"`, "' OR 1=1 --", `"har" AND`, "har*", "0", "-", "\u202eharbour", "  harbour   bakery ",
	}
)

func (d *directory) pick(list []string, what string) string {
	return rapid.SampledFrom(list).Draw(d.T, what)
}

func (d *directory) write(fn func(context.Context, *store.Tx) error) { Write(d.tb, d.s, fn) }

func (d *directory) add(instance bowline.ID) bowline.ID {
	c := NewCompany(instance, d.pick(directoryNames, "name"))
	c.Created = Start.Add(time.Duration(rapid.IntRange(0, 5).Draw(d.T, "created")) * time.Second)
	c.CreatedByUserName = rapid.SampledFrom([]string{"", "Ada Lovelace"}).Draw(d.T, "by")
	d.tag(&c)
	d.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertCompany(ctx, c) })
	return c.ID
}

func (d *directory) tag(c *bowline.Company) {
	c.Tags = nil
	if region := d.pick([]string{"", "north", "south", "a\nb"}, "tag"); region != "" {
		c.Tags = map[string]string{"region": region}
	}
	c.OwnerUserIDs = nil
	if rapid.Bool().Draw(d.T, "owned") {
		c.OwnerUserIDs = []bowline.ID{directoryOwner}
	}
}

const directoryOwner = bowline.ID("0190f1aa-0000-7000-8000-000000000001")

// create adds a company, unless there are so many that the steps after it would
// seldom meet the same one twice.
func (d *directory) create() {
	if len(d.ids) < 5 {
		d.ids = append(d.ids, d.add(d.instance))
	}
}

// some runs change on a company, if there is one.
func (d *directory) some(change func(context.Context, *store.Tx, bowline.Company) error) {
	if len(d.ids) == 0 {
		return
	}
	id := rapid.SampledFrom(d.ids).Draw(d.T, "company")
	d.write(func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.LockFamily(ctx, d.instance, id)
		if err != nil {
			return err
		}
		return change(ctx, tx, c)
	})
}

func (d *directory) rename() {
	name := d.pick(directoryNames, "name")
	d.some(func(ctx context.Context, tx *store.Tx, c bowline.Company) error {
		c.Name = name
		d.tag(&c)
		return tx.UpdateCompany(ctx, c)
	})
}

func (d *directory) remove() {
	d.some(func(ctx context.Context, tx *store.Tx, c bowline.Company) error {
		d.ids = slices.DeleteFunc(d.ids, func(id bowline.ID) bool { return id == c.ID })
		return tx.RemoveCompany(ctx, c, d.change())
	})
}

func (d *directory) change() store.Change {
	d.clock++
	return store.Change{Actor: bowline.ActorSystem, Now: Start.Add(time.Duration(d.clock) * time.Minute)}
}

func (d *directory) connect() {
	key := rapid.SampledFrom([]string{"mqjo", "aiwb"}).Draw(d.T, "key")
	platform := d.pick(directoryPlatforms, "platform")
	d.some(func(ctx context.Context, tx *store.Tx, c bowline.Company) error {
		n := NewConnection(c, bowline.Commerce)
		n.IntegrationKey, n.PlatformName, n.Status = key, platform, ""
		return tx.MoveConnection(ctx, c, &n, bowline.TriggerCreate, d.change())
	})
}

func (d *directory) move() {
	at := rapid.IntRange(0, 3).Draw(d.T, "sync")
	trigger := rapid.SampledFrom([]bowline.Trigger{bowline.TriggerLink, bowline.TriggerLink, bowline.TriggerUnlink, bowline.TriggerRevoke}).Draw(d.T, "trigger")
	d.some(func(ctx context.Context, tx *store.Tx, c bowline.Company) error {
		for _, n := range c.DataConnections {
			if _, _, err := n.Status.Next(trigger); err != nil {
				continue
			}
			if synced := Start.Add(time.Duration(at) * time.Hour); at > 0 {
				n.LastSync = &synced
			}
			return tx.MoveConnection(ctx, c, &n, trigger, d.change())
		}
		return nil
	})
}

func (d *directory) disconnect() {
	d.some(func(ctx context.Context, tx *store.Tx, c bowline.Company) error {
		if len(c.DataConnections) == 0 {
			return nil
		}
		return tx.MoveConnection(ctx, c, &c.DataConnections[0], bowline.TriggerDelete, d.change())
	})
}

// relate gives a company a parent, where the rules allow it.
func (d *directory) relate() {
	if len(d.ids) == 0 {
		return
	}
	parent, child := rapid.SampledFrom(d.ids).Draw(d.T, "parent"), rapid.SampledFrom(d.ids).Draw(d.T, "child")
	_ = TryWrite(d.tb, d.s, func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.LockFamily(ctx, d.instance, child, parent)
		if err == nil {
			err = tx.Relate(ctx, &c, bowline.Relations{Parent: parent})
		}
		if err == nil {
			err = tx.UpdateCompany(ctx, c)
		}
		return err
	})
}

func (d *directory) fold() { d.foldOnce() }

func (d *directory) foldOnce() int { return must(d.s.FoldDirectory(d.tb.Context()))(d.tb) }

// check lists with filters at random, page by page, and compares.
func (d *directory) check() {
	l := store.DirectoryList{
		InstanceID: d.instance,
		Statuses:   bowline.NewCompanyStatuses(rapid.SliceOfN(rapid.SampledFrom(bowline.AllCompanyStatuses), 0, 3).Draw(d.T, "statuses")...),
		Sort:       rapid.SampledFrom([]bowline.DirectorySort{"", bowline.SortCreated, bowline.SortName, bowline.SortLastSync}).Draw(d.T, "sort"),
		Descending: rapid.Bool().Draw(d.T, "descending"),
		Limit:      rapid.IntRange(1, 4).Draw(d.T, "limit"),
	}
	if rapid.Bool().Draw(d.T, "searched") {
		l.Query = d.query()
	}
	if rapid.IntRange(0, 3).Draw(d.T, "tagged") == 0 {
		l.TagKey, l.Tag = "region", d.pick([]string{"north", "a\nb", "nowhere"}, "region")
	}
	if rapid.IntRange(0, 3).Draw(d.T, "integrated") == 0 {
		l.IntegrationKey = "mqjo"
	}
	if rapid.IntRange(0, 3).Draw(d.T, "owner") == 0 {
		l.VisibleTo = directoryOwner
	}
	if len(d.ids) > 0 && rapid.IntRange(0, 5).Draw(d.T, "children") == 0 {
		l.Parent = rapid.SampledFrom(d.ids).Draw(d.T, "of")
	}
	d.compare(l)
}

func (d *directory) compare(l store.DirectoryList) {
	want := d.expected(l)
	var got []string
	for page := 0; ; page++ {
		p := must(d.s.Directory(d.tb.Context(), l))(d.tb)
		if page == 0 && (p.Exact && p.Total != int64(len(want)) || p.Total > int64(len(want))) {
			d.Fatalf("%+v: total is %d (exact: %v), want %d", l, p.Total, p.Exact, len(want))
		}
		for _, c := range p.Companies {
			got = append(got, fmt.Sprint(c.ID, c.Statuses.List()))
		}
		if len(p.Companies) > l.Limit || page > 500 {
			d.Fatalf("%+v: page %d has %d companies", l, page, len(p.Companies))
		}
		if l.Cursor = p.Next; p.Next == "" {
			break
		}
	}
	if counts := must(d.s.DirectoryCounts(d.tb.Context(), d.instance, ""))(d.tb); counts.Total != int64(len(d.ids)) {
		d.Fatalf("counted %+v, want %d", counts, len(d.ids))
	}
	if l.Statuses != 0 && l.Query == "" && l.TagKey == "" && l.IntegrationKey == "" && l.Parent == "" && len(l.Statuses.List()) == 1 {
		counts := must(d.s.DirectoryCounts(d.tb.Context(), d.instance, l.VisibleTo))(d.tb)
		if n := counts.ByStatus[l.Statuses.List()[0]]; n != int64(len(want)) {
			d.Fatalf("counted %+v, want %d of %v", counts, len(want), l.Statuses.List())
		}
	}
	if !slices.Equal(got, want) {
		d.Fatalf("%+v lists\n%s\nwant\n%s", l, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// query draws a text, at times a part of an id.
func (d *directory) query() string {
	if len(d.ids) == 0 || rapid.IntRange(0, 3).Draw(d.T, "by id") > 0 {
		return d.pick(directoryQueries, "query")
	}
	id := string(rapid.SampledFrom(d.ids).Draw(d.T, "id"))
	from := rapid.IntRange(0, 33).Draw(d.T, "from")
	return strings.ToUpper(id[from:rapid.IntRange(from+3, 36).Draw(d.T, "to")])
}

// expected is the list by the plainest means.
func (d *directory) expected(l store.DirectoryList) []string {
	all, _, err := d.s.Companies(d.tb.Context(), store.CompanyList{InstanceID: d.instance, Page: bowline.Page{Number: 1, Size: 5000}})
	if err != nil {
		d.Fatal(err)
	}
	linked := map[bowline.ID]bool{}
	for _, c := range all {
		for _, n := range c.DataConnections {
			linked[c.ID] = linked[c.ID] || n.Status == bowline.Linked
		}
	}
	type listed struct {
		bowline.Company
		statuses bowline.CompanyStatuses
	}
	var found []listed
	for _, c := range all {
		statuses := bowline.NewCompanyStatuses(bowline.CompanyNoConnections)
		if len(c.DataConnections) > 0 {
			statuses = 0
		}
		for _, n := range c.DataConnections {
			statuses = statuses.With(n.Status)
		}
		count := 0
		for _, r := range c.ReferenceSubsidiaryCompanies {
			if linked[r.ID] {
				count++
			}
		}
		if count > 0 && count < len(c.ReferenceSubsidiaryCompanies) {
			statuses |= bowline.NewCompanyStatuses(bowline.CompanyPartial)
		}
		if d.passes(l, c, statuses) {
			found = append(found, listed{c, statuses})
		}
	}
	slices.SortFunc(found, func(a, b listed) int {
		order := 0
		switch l.Sort {
		case bowline.SortName:
			order = cmp.Compare(plain(a.Name), plain(b.Name))
		case bowline.SortLastSync:
			x, y := a.Synced(), b.Synced()
			switch {
			case x == nil && y == nil:
			case x == nil:
				return 1
			case y == nil:
				return -1
			default:
				order = x.Compare(*y)
			}
		default:
			order = a.Created.Compare(b.Created)
		}
		order = cmp.Or(order, cmp.Compare(a.ID, b.ID))
		if l.Descending {
			return -order
		}
		return order
	})
	var out []string
	for _, c := range found {
		out = append(out, fmt.Sprint(c.ID, c.statuses.List()))
	}
	return out
}

func (d *directory) passes(l store.DirectoryList, c bowline.Company, statuses bowline.CompanyStatuses) bool {
	switch {
	case l.Statuses != 0 && l.Statuses&statuses == 0,
		l.TagKey != "" && c.Tags[l.TagKey] != l.Tag,
		l.VisibleTo != "" && !slices.Contains(c.OwnerUserIDs, l.VisibleTo),
		l.Parent != "" && (c.ReferenceParentCompany == nil || c.ReferenceParentCompany.ID != l.Parent),
		l.IntegrationKey != "" && !slices.ContainsFunc(c.DataConnections, func(n bowline.Connection) bool { return n.IntegrationKey == l.IntegrationKey }):
		return false
	}
	text := plain(l.Query)
	if text == "" {
		return true
	}
	texts := map[string]bool{plain(c.Name): true, plain(c.CreatedByUserName): true, string(c.ID): true}
	for _, n := range c.DataConnections {
		texts[string(n.ID)], texts[plain(n.PlatformName)] = true, true
	}
	for in := range maps.Keys(texts) {
		if len([]rune(text)) >= 3 {
			if strings.Contains(in, text) {
				return true
			}
			continue
		}
		for _, word := range strings.FieldsFunc(in, func(r rune) bool { return strings.ContainsRune(" -&%_'", r) }) {
			if strings.HasPrefix(word, text) {
				return true
			}
		}
	}
	return false
}

// plain does to the names and texts of this test what the directory does to any.
func plain(text string) string {
	text = strings.NewReplacer("é", "e", "É", "e", "ö", "o", "ë", "e", "ή", "η", "Α", "α", "\u202e", "").Replace(text)
	return strings.Join(strings.Fields(strings.ToLower(text)), " ")
}
