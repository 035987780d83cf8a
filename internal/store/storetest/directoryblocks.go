package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// DirectoryBlocks takes in companies from before the directory was, while some
// change, and looks for them where they fill several blocks.
func DirectoryBlocks(t *testing.T, s *store.Store) {
	const many = 9000
	ctx := t.Context()
	instance := NewInstance(t, s)
	var ids []bowline.ID
	for n := 0; n < many; n += 500 {
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for i := n; i < n+500; i++ {
				c := NewCompany(instance, fmt.Sprintf("Company %04d", i))
				c.Created = Start.Add(time.Duration(i/3) * time.Second) // three of each
				c.Tags = map[string]string{"half": fmt.Sprint(i % 2)}
				ids = append(ids, c.ID)
				if err := tx.InsertCompany(ctx, c); err != nil {
					return err
				}
			}
			return nil
		})
	}
	Tamper(t, s, `DELETE FROM directory_changes`)
	Tamper(t, s, `UPDATE directory_heads SET building = 1`)
	list := func(l store.DirectoryList) store.DirectoryPage {
		l.InstanceID, l.Limit = instance, 100
		return must(s.Directory(ctx, l))(t)
	}
	for step := 0; ; step++ {
		if n := must(s.FoldDirectory(ctx))(t); n == 0 {
			break
		}
		// One that is taken in, and one that is not yet.
		for _, id := range []bowline.ID{ids[step], ids[len(ids)-1-step]} {
			Write(t, s, func(ctx context.Context, tx *store.Tx) error {
				c, err := tx.LockCompany(ctx, instance, id)
				if err != nil {
					return err
				}
				c.Name = "Changed"
				return tx.UpdateCompany(ctx, c)
			})
		}
		if page := list(store.DirectoryList{Query: "changed"}); step == 0 && (!page.Building || page.Exact) || len(page.Companies) < 2 {
			t.Fatalf("while it is built: %d companies, building: %v, exact: %v", len(page.Companies), page.Building, page.Exact)
		}
		if step > 20 {
			break
		}
	}
	for must(s.FoldDirectory(ctx))(t) > 0 {
	}
	changed := len(list(store.DirectoryList{Query: "changed"}).Companies)
	for _, row := range []struct {
		list  store.DirectoryList
		total int64
		exact bool
	}{
		{store.DirectoryList{}, many, true},
		{store.DirectoryList{TagKey: "half", Tag: "1"}, many / 2, true},
		{store.DirectoryList{TagKey: "half", Tag: "1", Statuses: bowline.NewCompanyStatuses(bowline.CompanyNoConnections)}, many / 2, true},
		{store.DirectoryList{Query: "comp"}, store.MaxDirectoryTotal, false},
		{store.DirectoryList{Query: "c"}, store.MaxDirectoryTotal, false},
		{store.DirectoryList{Query: "company 42"}, 100, true},
		{store.DirectoryList{Query: "ny 4242"}, 1, true},
		{store.DirectoryList{Query: "ny 424x"}, 0, true},
	} {
		for _, sort := range []bowline.DirectorySort{bowline.SortCreated, bowline.SortName, bowline.SortLastSync} {
			for _, descending := range []bool{false, true} {
				row.list.Sort, row.list.Descending, row.list.Cursor = sort, descending, ""
				page := list(row.list)
				if page.Total != row.total || page.Exact != row.exact {
					t.Errorf("%+v: total is %d (exact: %v), want %d", row.list, page.Total, page.Exact, row.total)
				}
			}
		}
	}
	wantWhole(t, list, store.DirectoryList{Query: "comp", Descending: true}, many-changed)
	wantWhole(t, list, store.DirectoryList{TagKey: "half", Tag: "0", Sort: bowline.SortName}, many/2)
	wantDeleted(t, s, list, ids[100:200])
	for what, query := range hostileQueries() {
		l := store.DirectoryList{InstanceID: instance, Query: query, Limit: 10}
		if page, err := s.Directory(ctx, l); bowline.CodeOf(err) != bowline.CodeInvalid && (err != nil || len(page.Companies) > 0) {
			t.Errorf("%s: %d companies, %v", what, len(page.Companies), err)
		}
	}
}

// DirectoryOutOfOrder goes through companies whose places do not follow their
// creation.
func DirectoryOutOfOrder(t *testing.T, s *store.Store) {
	const many = 4500
	instance := NewInstance(t, s)
	for n := 0; n < many; n += 500 {
		takeIn(t, s, instance, 500, func(i int) time.Duration { return time.Duration((n+i)*7919%many) * time.Second })
	}
	wantSearched(t, s, instance, many)
}

// DirectoryOverlap goes through companies of three blocks, each in the order of
// creation: the first two have turns, as when old companies are imported while
// new ones come, and the third is older than both, but for its end.
func DirectoryOverlap(t *testing.T, s *store.Store) {
	const each = 400
	instance := NewInstance(t, s)
	begins := []func(i int) time.Duration{
		func(i int) time.Duration { return time.Duration(4000+2*i) * time.Second },
		func(i int) time.Duration { return time.Duration(4001+2*i) * time.Second },
		func(i int) time.Duration { return time.Duration(i+6*max(0, i-each+20)*i/10) * time.Second },
	}
	for block, begin := range begins {
		Tamper(t, s, fmt.Sprintf(`UPDATE directory_heads SET places = %d`, block<<13))
		takeIn(t, s, instance, each, begin)
	}
	wantSearched(t, s, instance, each*len(begins))
}

// takeIn makes companies and works them into the directory.
func takeIn(t *testing.T, s *store.Store, instance bowline.ID, n int, begin func(i int) time.Duration) {
	t.Helper()
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for i := range n {
			c := NewCompany(instance, fmt.Sprintf("Company %04d", i))
			c.Created = Start.Add(begin(i))
			if err := tx.InsertCompany(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	for must(s.FoldDirectory(t.Context()))(t) > 0 {
	}
}

// wantSearched looks for all companies by a text, in both orders.
func wantSearched(t *testing.T, s *store.Store, instance bowline.ID, many int) {
	t.Helper()
	list := func(l store.DirectoryList) store.DirectoryPage {
		l.InstanceID, l.Limit = instance, 100
		return must(s.Directory(t.Context(), l))(t)
	}
	for _, descending := range []bool{false, true} {
		wantWhole(t, list, store.DirectoryList{Query: "company", Descending: descending}, many)
	}
}

// wantDeleted deletes companies, and wants the totals to know it before and
// after that is worked in: by what is kept, and by what is counted.
func wantDeleted(t *testing.T, s *store.Store, list func(store.DirectoryList) store.DirectoryPage, ids []bowline.ID) {
	t.Helper()
	l := store.DirectoryList{TagKey: "half", Tag: "1"}
	counted := l
	counted.Statuses = bowline.NewCompanyStatuses(bowline.CompanyNoConnections)
	want := list(l).Total - int64(len(ids)/2)
	instance := list(l).Companies[0].InstanceID
	for _, id := range ids {
		Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteCompany(ctx, instance, id) })
	}
	for range 2 {
		if kept, sum := list(l).Total, list(counted).Total; kept != want || sum != want {
			t.Errorf("after companies were deleted: %d are kept, %d counted; want %d", kept, sum, want)
		}
		for must(s.FoldDirectory(t.Context()))(t) > 0 {
		}
	}
}

// wantWhole goes through all pages and wants each company once, in order.
func wantWhole(t *testing.T, list func(store.DirectoryList) store.DirectoryPage, l store.DirectoryList, want int) {
	t.Helper()
	seen := map[bowline.ID]bool{}
	var order []string
	for {
		page := list(l)
		for _, c := range page.Companies {
			seen[c.ID] = true
			key := c.Name
			if l.Sort == "" {
				key = c.Created.Format(time.RFC3339Nano)
			}
			order = append(order, strings.ToLower(key))
		}
		if l.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	if l.Descending {
		slices.Reverse(order)
	}
	if len(seen) != want || len(order) != want || !slices.IsSorted(order) {
		t.Errorf("%+v: %d companies, %d of them apart, in order: %v; want %d", l, len(order), len(seen), slices.IsSorted(order), want)
	}
}

// hostileQueries are texts that mean something elsewhere.
func hostileQueries() map[string]string {
	return map[string]string{
		"quotes": `"'"'`, "FTS": `NEAR(comp NOT x) OR *`, "LIKE": "%%__%", "NUL": "\x00x\x00", "marks": "\x01t\"half", "start": "\x02co\x00mq",
		"RTL": "\u202e\u2066ynapmoc\u2069", "long": strings.Repeat("company ", 1250), "letters": strings.Repeat("\u0301", 150) + "qqq",
		"lines": "company\n0001\ncompany", "emoji": "👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "not UTF-8": "\xff\xfe\xfd", "SQL": "'; DROP TABLE companies; --",
	}
}
