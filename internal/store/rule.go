package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/query"
)

// RuleSchema is what the query and orderBy parameters of the list of rules
// know.
var RuleSchema = query.Schema{Noun: "Rule", Fields: map[string]query.Field{
	"id":                {Column: "r.id", Kind: query.UUID},
	"type":              {Column: "r.type"},
	"companyid":         {Column: "r.company_id", Kind: query.UUID},
	"notifiers.webhook": {Column: "r.webhook"},
}}

const ruleColumns = `r.id, r.type, r.company_id, r.emails, r.webhook, r.created`

func scanRule(r *row, instance bowline.ID) bowline.Rule {
	rule := bowline.Rule{InstanceID: instance, ID: r.id(), Type: r.text(), CompanyID: r.id()}
	r.json(&rule.Notifiers.Emails)
	rule.Notifiers.Webhook, rule.Created = r.text(), r.time()
	return rule
}

// InsertRule adds a rule.
func (tx *Tx) InsertRule(ctx context.Context, r bowline.Rule) error {
	emails, err := encode(r.Notifiers.Emails, len(r.Notifiers.Emails) == 0)
	if err == nil {
		err = tx.exec(ctx, `INSERT INTO rules (instance_id, id, type, company_id, emails, webhook, created) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			[]any{string(r.InstanceID), string(r.ID), r.Type, string(r.CompanyID), emails, r.Notifiers.Webhook, micros(r.Created)})
	}
	if err != nil {
		return fmt.Errorf("insert rule: %w", err)
	}
	return nil
}

// CountRules returns how many rules the instance has, and keeps other
// transactions from counting until this one ends, so that a limit holds.
func (tx *Tx) CountRules(ctx context.Context, instance bowline.ID) (int, error) {
	return tx.count(ctx, instance, `SELECT count(*) FROM rules WHERE instance_id = $1`)
}

// Rule returns a rule, or [ErrNotFound].
func (s *Store) Rule(ctx context.Context, instance, id bowline.ID) (rule bowline.Rule, err error) {
	err = one(ctx, storeReader{s}, `SELECT `+ruleColumns+` FROM rules r WHERE r.instance_id = $1 AND r.id = $2`,
		[]any{string(instance), string(id)}, func(r *row) error {
			rule = scanRule(r, instance)
			return r.err
		})
	if err != nil {
		return bowline.Rule{}, fmt.Errorf("read rule: %w", err)
	}
	return rule, nil
}

// RuleList asks for one page of an instance's rules.
type RuleList struct {
	InstanceID bowline.ID
	Query      query.Expr // by RuleSchema
	OrderBy    string     // platform-api section 14; empty is created, then id
	Page       bowline.Page
}

// Rules returns one page and how many rules there are on all pages.
func (s *Store) Rules(ctx context.Context, l RuleList) ([]bowline.Rule, int64, error) {
	order, err := orderBy(l.OrderBy, RuleSchema, "r")
	if err != nil {
		return nil, 0, err
	}
	f := filter{schema: RuleSchema, expr: l.Query}
	f.where("r.instance_id", l.InstanceID)
	if err := f.finish(); err != nil {
		return nil, 0, err
	}
	count := `SELECT count(*) FROM rules r WHERE ` + f.sql
	counted := f.args.Values()
	page := `SELECT ` + ruleColumns + ` FROM rules r WHERE ` + f.sql + ` ORDER BY ` + order + f.page(l.Page)
	var list []bowline.Rule
	var total int64
	err = s.engine.read(ctx, func(q querier) error {
		if total, err = countRows(ctx, q, count, counted); err != nil || total <= l.Page.Offset() {
			return err
		}
		return q.query(ctx, page, f.args.Values(), func(r *row) error {
			list = append(list, scanRule(r, l.InstanceID))
			return r.err
		})
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list rules: %w", err)
	}
	return list, total, nil
}
