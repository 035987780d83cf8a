package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/query"
)

// CompanySchema is what the query and orderBy parameters of the list of
// companies know (platform-api section 1.4).
var CompanySchema = query.Schema{Noun: "Company", Fields: companyFields()}

// ConnectionSchema is the same for the list of connections (section 15).
var ConnectionSchema = query.Schema{Noun: "Connection", Fields: connectionFields("n", nil, "")}

// companyTags is where the tags parameter looks.
var companyTags = query.Tags{
	Join: query.Join{Table: "company_tags t", On: "t.company_id = c.id"},
	Key:  "t.key", Value: "t.value",
}

func companyFields() map[string]query.Field {
	fields := connectionFields("x", &query.Join{Table: "connections x", On: "x.company_id = c.id"}, "dataconnections.")
	fields["id"] = query.Field{Column: "c.id", Kind: query.UUID}
	fields["name"] = query.Field{Column: "c.name"}
	fields["description"] = query.Field{Column: "c.description"}
	fields["created"] = query.Field{Column: "c.created", Kind: query.Date}
	fields["lastsync"] = query.Field{Column: "c.last_sync", Kind: query.Date}
	fields["createdbyusername"] = query.Field{Column: "c.created_by"}
	return fields
}

func connectionFields(alias string, many *query.Join, prefix string) map[string]query.Field {
	statuses := []string{
		string(bowline.PendingAuth), string(bowline.Linked), string(bowline.Unlinked), string(bowline.Deauthorized),
	}
	types := []string{
		string(bowline.Accounting), string(bowline.Banking), string(bowline.BankFeed), string(bowline.Commerce),
		string(bowline.Expense), string(bowline.Other), string(bowline.Unknown),
	}
	fields := map[string]query.Field{}
	for path, f := range map[string]query.Field{
		"id":             {Column: "id", Kind: query.UUID},
		"integrationid":  {Column: "integration_id", Kind: query.UUID},
		"integrationkey": {Column: "integration_key"},
		"sourceid":       {Column: "source_id", Kind: query.UUID},
		"sourcetype":     {Column: "source_type", Kind: query.Enum, Enum: types},
		"platformname":   {Column: "platform_name"},
		"status":         {Column: "status", Kind: query.Enum, Enum: statuses},
		"lastsync":       {Column: "last_sync", Kind: query.Date},
		"created":        {Column: "created", Kind: query.Date},
	} {
		f.Column, f.Many = alias+"."+f.Column, many
		fields[prefix+path] = f
	}
	return fields
}

// CompanyList asks for one page of an instance's companies.
type CompanyList struct {
	InstanceID bowline.ID
	Query      query.Expr // by CompanySchema
	Tags       query.Expr // tag keys on the left; joined to Query by AND
	OrderBy    string     // platform-api section 14; empty is created, then id
	Page       bowline.Page
}

// Companies returns one page, each company with its connections, and how many
// companies there are on all pages. What the filters refuse is a
// [bowline.Error] with CodeInvalid.
func (s *Store) Companies(ctx context.Context, l CompanyList) ([]bowline.Company, int64, error) {
	order, err := orderBy(l.OrderBy, CompanySchema, "c")
	if err != nil {
		return nil, 0, err
	}
	f := filter{schema: CompanySchema, expr: l.Query}
	f.where("c.instance_id", l.InstanceID)
	if err := f.finish(); err != nil {
		return nil, 0, err
	}
	tags, err := query.CompileTags(l.Tags, companyTags, &f.args)
	if err != nil {
		return nil, 0, err
	}
	where := f.sql + " AND " + tags
	count := `SELECT count(*) FROM companies c WHERE ` + where
	counted := f.args.Values()
	page := `WITH page AS (SELECT c.* FROM companies c
		WHERE ` + where + ` ORDER BY ` + order + f.page(l.Page) + `)
		SELECT ` + companyColumns + `, ` + connectionColumns + `
		FROM page c LEFT JOIN connections n ON n.company_id = c.id
		ORDER BY ` + order + `, n.created, n.id`
	var list companies
	var total int64
	err = s.engine.read(ctx, func(q querier) error {
		if total, err = countRows(ctx, q, count, counted); err != nil || total <= l.Page.Offset() {
			return err
		}
		if err := q.query(ctx, page, f.args.Values(), list.add); err != nil {
			return err
		}
		return describe(ctx, q, list)
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list companies: %w", err)
	}
	return list, total, nil
}

// ConnectionList asks for one page of a company's connections.
type ConnectionList struct {
	InstanceID bowline.ID
	CompanyID  bowline.ID
	Query      query.Expr // by ConnectionSchema
	OrderBy    string     // platform-api section 14; empty is created, then id
	Page       bowline.Page
}

// Connections returns one page and how many connections there are on all
// pages; [ErrNotFound] when there is no such company.
func (s *Store) Connections(ctx context.Context, l ConnectionList) ([]bowline.Connection, int64, error) {
	order, err := orderBy(l.OrderBy, ConnectionSchema, "n")
	if err != nil {
		return nil, 0, err
	}
	f := filter{schema: ConnectionSchema, expr: l.Query}
	f.where("n.company_id", l.CompanyID)
	f.where("n.instance_id", l.InstanceID)
	if err := f.finish(); err != nil {
		return nil, 0, err
	}
	count := `SELECT count(*) FROM connections n WHERE ` + f.sql
	counted := f.args.Values()
	page := `SELECT ` + connectionColumns + ` FROM connections n WHERE ` + f.sql + ` ORDER BY ` + order +
		f.page(l.Page)
	var list []bowline.Connection
	var total int64
	err = s.engine.read(ctx, func(q querier) error {
		err := q.query(ctx, page, f.args.Values(), func(r *row) error {
			list = append(list, scanConnection(r, l.InstanceID, l.CompanyID))
			return r.err
		})
		if err != nil {
			return err
		}
		// A page that is not full ends the list, so most lists need no count.
		total = l.Page.Offset() + int64(len(list))
		if last := len(list) < l.Page.Size && (len(list) > 0 || total == 0); !last {
			if total, err = countRows(ctx, q, count, counted); err != nil {
				return err
			}
		}
		if total == 0 {
			return requireCompany(ctx, q, l.InstanceID, l.CompanyID)
		}
		return nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list connections: %w", err)
	}
	return list, total, nil
}

func requireCompany(ctx context.Context, q querier, instance, company bowline.ID) error {
	return one(ctx, q, `SELECT 1 FROM companies WHERE id = $1 AND instance_id = $2`,
		[]any{string(company), string(instance)}, func(*row) error { return nil })
}

// filter builds the condition of a list.
type filter struct {
	schema query.Schema
	expr   query.Expr
	args   query.Args
	sql    string
}

func (f *filter) where(column string, id bowline.ID) {
	if f.sql != "" {
		f.sql += " AND "
	}
	f.sql += column + " = " + f.args.Add(string(id))
}

func (f *filter) finish() error {
	condition, err := query.Compile(f.expr, f.schema, &f.args)
	f.sql += " AND " + condition
	return err
}

// page limits a list to one page. SQLite plans a query anew whenever a plain
// parameter behind LIMIT was bound, in case its value matters to the plan; the
// casts spare it that, which is most of the time that a short list takes.
func (f *filter) page(p bowline.Page) string {
	return ` LIMIT CAST(` + f.args.Add(int64(p.Size)) + ` AS BIGINT) OFFSET CAST(` + f.args.Add(p.Offset()) + ` AS BIGINT)`
}

// orderBy compiles an order that is total, so that pages do not overlap. Rows
// without a value come first, on both engines.
func orderBy(text string, s query.Schema, alias string) (string, error) {
	column, desc, err := query.ParseOrder(text, s)
	if err != nil {
		return "", err
	}
	total := alias + ".created, " + alias + ".id"
	switch {
	case column == "":
		return total, nil
	case desc:
		return column + " DESC NULLS LAST, " + total, nil
	}
	return column + " ASC NULLS FIRST, " + total, nil
}

func countRows(ctx context.Context, q querier, sql string, args []any) (n int64, err error) {
	err = one(ctx, q, sql, args, func(r *row) error {
		n = r.int()
		return r.err
	})
	return n, err
}
