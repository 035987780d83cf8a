package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/query"
	"github.com/bowline/bowline/internal/store"
)

// Rules is the conformance of the rules of old clients.
func Rules(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance, other := NewInstance(t, s), NewInstance(t, s)
	rules := []bowline.Rule{
		{Type: "Sync Failed", Notifiers: bowline.RuleNotifiers{Webhook: "https://a.example/x"}},
		{Type: "New company synchronised", CompanyID: bowline.NewID(Start), Notifiers: bowline.RuleNotifiers{Emails: []string{"a@b.example", "é@b.example"}}},
		{Type: "Sync Failed", Notifiers: bowline.RuleNotifiers{Webhook: "https://b.example"}},
	}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for i := range rules {
			rules[i].ID, rules[i].InstanceID, rules[i].Created = bowline.NewID(Start), instance, Start.Add(time.Duration(i)*time.Second)
			if err := tx.InsertRule(ctx, rules[i]); err != nil {
				return err
			}
		}
		n, err := tx.CountRules(ctx, instance)
		wantSame(t, "count", n, 3)
		return err
	})
	wantSame(t, "rule", must(s.Rule(ctx, instance, rules[1].ID))(t), rules[1])
	_, err := s.Rule(ctx, other, rules[1].ID)
	wantErr(t, "rule of another instance", err, store.ErrNotFound)
	for _, test := range []struct {
		about, query, order string
		page                bowline.Page
		want                []bowline.Rule
		total               int64
	}{
		{"all", "", "", bowline.Page{Number: 1, Size: 5}, rules, 3},
		{"second page", "", "", bowline.Page{Number: 2, Size: 2}, rules[2:], 3},
		{"by type, backwards", "type=sync failed", "-notifiers.webhook", bowline.Page{Number: 1, Size: 5}, []bowline.Rule{rules[2], rules[0]}, 2},
		{"of a company", "companyId=" + string(rules[1].CompanyID), "", bowline.Page{Number: 1, Size: 5}, rules[1:2], 1},
	} {
		expr, err := query.Parse(test.query)
		wantErr(t, test.about, err, nil)
		list, total, err := s.Rules(ctx, store.RuleList{InstanceID: instance, Query: expr, OrderBy: test.order, Page: test.page})
		wantErr(t, test.about, err, nil)
		wantSame(t, test.about, []any{list, total}, []any{test.want, test.total})
	}
	_, total, err := s.Rules(ctx, store.RuleList{InstanceID: other, Page: bowline.Page{Number: 1, Size: 5}})
	wantSame(t, "of another instance", []any{total, err}, []any{int64(0), nil})
}
