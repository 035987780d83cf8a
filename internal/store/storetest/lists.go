package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/query"
	"github.com/bowline/bowline/internal/store"
)

// listed is the fleet that the list tests ask about, by name.
func listed(t *testing.T, s *store.Store) (instance bowline.ID) {
	instance = NewInstance(t, s)
	Add(t, s, NewCompany(NewInstance(t, s), "of another instance"), bowline.Accounting)
	for i, row := range []struct {
		name     string
		tags     map[string]string
		statuses []bowline.Status
	}{
		{"apple", map[string]string{"region": "North", "size": "1"}, []bowline.Status{bowline.Linked, bowline.PendingAuth}},
		{"Banana", map[string]string{"region": "north"}, []bowline.Status{bowline.Deauthorized}},
		{"cherry 100%_x", map[string]string{"region": "south"}, nil},
		{"Äpfel", nil, []bowline.Status{bowline.Unlinked}},
	} {
		c := NewCompany(instance, row.name)
		c.Created = Start.AddDate(0, 0, i)
		c.Tags = row.tags
		if i == 0 {
			at := Start.Add(time.Hour)
			c.LastSync = &at
		}
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.InsertCompany(ctx, c); err != nil {
				return err
			}
			for j, status := range row.statuses {
				conn := NewConnection(c, []bowline.SourceType{bowline.Accounting, bowline.BankFeed}[j])
				conn.Status = status
				if err := tx.InsertConnection(ctx, conn); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return instance
}

// Lists is the conformance of paging, ordering and the query language.
func Lists(t *testing.T, s *store.Store) {
	instance := listed(t, s)
	const a, b, c, d = "apple", "Banana", "cherry 100%_x", "Äpfel"
	for _, tc := range []struct{ query, tags, order, want string }{
		{want: a + " " + b + " " + c + " " + d},
		{order: "name", want: b + " " + a + " " + c + " " + d}, // bytewise
		{order: "-created", want: d + " " + c + " " + b + " " + a},
		{order: "lastSync", want: b + " " + c + " " + d + " " + a},
		{order: "-lastsync", want: a + " " + b + " " + c + " " + d},
		{query: "name=BANANA", want: b},
		{query: "name~an", want: b},
		{query: "name~A", want: a + " " + b},
		{query: "name~%_", want: c},
		{query: "name=ÄPFEL", want: d}, // only ASCII letters lose their case
		{query: "name=äpfel", want: ""},
		{query: "name!=apple && name!=banana", want: c + " " + d},
		{query: "name=apple||name=banana&&created>2026-03-01", want: a + " " + b},
		{query: "{name=apple||name=banana}&&created>2026-03-01", want: b},
		{query: "created=2026-03-02", want: b},
		{query: "created>=2026-03-03", want: c + " " + d},
		{query: "created<=2026-03-02", want: a + " " + b},
		{query: "created<2026-03-01T09:30:00.123457Z", want: a},
		{query: "created=2026-03-02T10:30:00.123456+01:00", want: b},
		{query: "lastSync!=2026-03-01", want: b + " " + c + " " + d},
		{query: "lastSync<2027-01-01", want: a},
		{query: "dataConnections.status=linked", want: a},
		{query: "dataConnections.status!=Linked", want: b + " " + c + " " + d},
		{query: "dataConnections.status!=PendingAuth && dataConnections.status!=Linked && " +
			"dataConnections.status!=Unlinked && dataConnections.status!=Deauthorized", want: c},
		{query: "dataConnections.status=Linked && dataConnections.status=PendingAuth", want: a},
		{query: "dataConnections.sourceType~bank", want: a},
		{query: "dataConnections.created>2020-01-01", want: a + " " + b + " " + d},
		{tags: "region=north", want: b},
		{tags: "region~orth", want: a + " " + b},
		{tags: "region!=south", want: a + " " + b + " " + d},
		{tags: "region=North && size=1 || region=south", want: a + " " + c},
		{query: "dataConnections.status=Linked", tags: "region=north", want: ""},
		{query: "name~e", tags: "region~o", order: "-name", want: c + " " + a},
	} {
		l := store.CompanyList{
			InstanceID: instance, Query: must(query.Parse(tc.query))(t), Tags: must(query.Parse(tc.tags))(t),
			OrderBy: tc.order, Page: bowline.Page{Number: 1, Size: 100},
		}
		found, total, err := s.Companies(t.Context(), l)
		if err != nil {
			t.Errorf("query %q tags %q order %q: %v", tc.query, tc.tags, tc.order, err)
			continue
		}
		if got := names(found); got != tc.want || int(total) != len(found) {
			t.Errorf("query %q tags %q order %q: got %q (%d), want %q", tc.query, tc.tags, tc.order, got, total, tc.want)
		}
	}
	testRefusals(t, s, instance)
	testPages(t, s, instance)
}

func names(list []bowline.Company) string {
	all := make([]string, len(list))
	for i, c := range list {
		all[i] = c.Name
	}
	return strings.Join(all, " ")
}

func testRefusals(t *testing.T, s *store.Store, instance bowline.ID) {
	for _, tc := range []struct{ query, tags, order, want string }{
		{query: "shoeSize=1", want: "property shoeSize is not known on Company"},
		{order: "shoeSize", want: "property shoeSize is not known on Company"},
		{order: "dataConnections.status", want: "cannot be ordered"},
		{query: "name>a", want: "operator > cannot be used"},
		{query: "created~2026", want: "operator ~ cannot be used"},
		{tags: "region>a", want: "operator > cannot be used"},
		{query: "created>yesterday", want: "is not a date"},
	} {
		_, _, err := s.Companies(t.Context(), store.CompanyList{
			InstanceID: instance, Query: must(query.Parse(tc.query))(t), Tags: must(query.Parse(tc.tags))(t),
			OrderBy: tc.order, Page: bowline.Page{Number: 1, Size: 100},
		})
		var public *bowline.Error
		if !errors.As(err, &public) || public.Code != bowline.CodeInvalid || !strings.Contains(public.Message, tc.want) {
			t.Errorf("query %q tags %q order %q: error is %v, want %q", tc.query, tc.tags, tc.order, err, tc.want)
		}
	}
}

func testPages(t *testing.T, s *store.Store, instance bowline.ID) {
	var all []bowline.Company
	for number := range 4 {
		page, total, err := s.Companies(t.Context(), store.CompanyList{
			InstanceID: instance, OrderBy: "createdByUserName", // equal for all: the page must still be stable
			Page: bowline.Page{Number: number + 1, Size: 2},
		})
		wantErr(t, "page", err, nil)
		wantSame(t, "total", total, int64(4))
		all = append(all, page...)
	}
	wantSame(t, "all pages", names(all), "apple Banana cherry 100%_x Äpfel")
	for _, c := range all {
		wantSame(t, "company of a page", c, must(s.Company(t.Context(), instance, c.ID))(t))
	}
	company := all[0]
	for text, want := range map[string]int{"": 2, "status=linked": 1, "sourceType=bankfeed||status=Linked": 2, "id=" + string(company.ID): 0} {
		found, total, err := s.Connections(t.Context(), store.ConnectionList{
			InstanceID: instance, CompanyID: company.ID, Query: must(query.Parse(text))(t), OrderBy: "-status",
			Page: bowline.Page{Number: 1, Size: 10},
		})
		wantErr(t, "connections "+text, err, nil)
		wantSame(t, "connections "+text, []int{len(found), int(total)}, []int{want, want})
	}
	_, _, err := s.Connections(t.Context(), store.ConnectionList{
		InstanceID: bowline.NewID(Start), CompanyID: company.ID, Page: bowline.Page{Number: 1, Size: 10},
	})
	wantErr(t, "connections for another instance", err, store.ErrNotFound)
}
