package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/bowline/bowline"
)

// companyColumns in the order of scanCompany.
const companyColumns = `c.instance_id, c.id, c.name, c.description, c.last_sync, c.created, c.created_by, c.products, c.tags, c.relations`

func scanCompany(r *row) bowline.Company {
	c := bowline.Company{
		InstanceID: r.id(), ID: r.id(), Name: r.text(), Description: r.text(),
		LastSync: r.timeOrNil(), Created: r.time(), CreatedByUserName: r.text(),
	}
	r.json(&c.Products)
	r.json(&c.Tags)
	var rel relations
	r.json(&rel)
	c.SetRelations(rel.Relations)
	c.OwnerUserIDs = rel.Owners
	return c
}

// companies gathers rows of a company joined with its connections, the rows of
// one company together.
type companies []bowline.Company

func (list *companies) add(r *row) error {
	all := *list
	// The id decides before the other columns are read again.
	if len(all) == 0 || all[len(all)-1].ID != r.peekID(1) {
		all = append(all, scanCompany(r))
	} else {
		r.next = 10
	}
	if c := &all[len(all)-1]; !r.null() {
		c.DataConnections = append(c.DataConnections, scanConnection(r, c.InstanceID, c.ID))
	}
	*list = all
	return r.err
}

const companySQL = `SELECT ` + companyColumns + `, ` + connectionColumns + `
	FROM companies c LEFT JOIN connections n ON n.company_id = c.id
	WHERE c.id = $1 AND c.instance_id = $2`

// only returns the one company that was read, its connections in the order of
// their making. They are ordered here, because a sort of its own costs
// PostgreSQL more than the rest of so small a query.
func (list companies) only() (bowline.Company, error) {
	if len(list) == 0 {
		return bowline.Company{}, ErrNotFound
	}
	slices.SortFunc(list[0].DataConnections, func(a, b bowline.Connection) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return list[0], nil
}

// Company returns a company with its connections in the order of their making,
// or [ErrNotFound].
func (s *Store) Company(ctx context.Context, instance, id bowline.ID) (bowline.Company, error) {
	return readCompany(ctx, storeReader{s}, instance, id)
}

// Company is [Store.Company] inside the transaction.
func (tx *Tx) Company(ctx context.Context, instance, id bowline.ID) (bowline.Company, error) {
	return readCompany(ctx, tx, instance, id)
}

func readCompany(ctx context.Context, q querier, instance, id bowline.ID) (bowline.Company, error) {
	var found companies
	err := q.query(ctx, companySQL, []any{string(id), string(instance)}, found.add)
	if err == nil {
		err = describe(ctx, q, found)
	}
	var company bowline.Company
	if err == nil {
		company, err = found.only()
	}
	if err != nil {
		return bowline.Company{}, fmt.Errorf("read company: %w", err)
	}
	return company, nil
}

// LockCompany is Company, and keeps every other transaction from locking the
// same company until this one ends. Every change of a company's connections
// starts with it.
func (tx *Tx) LockCompany(ctx context.Context, instance, id bowline.ID) (bowline.Company, error) {
	if lock := tx.dialect().lock; lock != "" {
		// Its own statement: rows joined to a locked row would be those from
		// before the wait, not those that the former holder left.
		const sql = `SELECT 1 FROM companies WHERE id = $1 AND instance_id = $2`
		if err := tx.exec(ctx, sql+lock, []any{string(id), string(instance)}); err != nil {
			return bowline.Company{}, fmt.Errorf("lock company: %w", err)
		}
	}
	return tx.Company(ctx, instance, id)
}

// CountCompanies returns how many companies the instance has, and keeps other
// transactions from counting them until this one ends, so that a limit holds.
func (tx *Tx) CountCompanies(ctx context.Context, instance bowline.ID) (int, error) {
	return tx.count(ctx, instance, `SELECT count(*) FROM companies WHERE instance_id = $1`)
}

// RoomForCompany refuses a company beyond the operator's limit, 0 being none, and
// beyond that of a test instance
// (platform-api section 1.3; the text is the one that clients read, discrepancy
// 22), with bowline.CodeLimit.
func (tx *Tx) RoomForCompany(ctx context.Context, instance bowline.ID, limit int) error {
	kind, err := tx.instanceKind(ctx, instance)
	if err != nil {
		return err
	}
	if kind == bowline.TestInstance && (limit <= 0 || limit > bowline.TestCompanies) {
		limit = bowline.TestCompanies
	}
	if limit <= 0 {
		return nil
	}
	count, err := tx.CountCompanies(ctx, instance)
	if err != nil || count < limit {
		return err
	}
	refusal := bowline.Errorf(bowline.CodeLimit, "CompanyValidationException: Company limit exceeded")
	refusal.Items = []bowline.ValidationItem{{
		ItemID: "Company", ValidatorName: "CreateCompany",
		Message: bowline.Errorf(bowline.CodeLimit, "This plan allows %d companies.", limit).Message,
	}}
	return refusal
}

// InsertCompany adds a company without connections. A known id gives
// [ErrConflict].
func (tx *Tx) InsertCompany(ctx context.Context, c bowline.Company) error {
	args, err := companyArgs(c)
	if err != nil {
		return err
	}
	args = append([]any{string(c.ID), string(c.InstanceID), micros(c.Created), c.CreatedByUserName}, args...)
	err = tx.exec(ctx, `INSERT INTO companies
		(id, instance_id, created, created_by, name, description, last_sync, products, tags, relations)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, args)
	if err != nil {
		return fmt.Errorf("insert company: %w", err)
	}
	if err := tx.changed(ctx, c.InstanceID, c.ID); err != nil {
		return err
	}
	return tx.insertTags(ctx, c)
}

// UpdateCompany replaces everything about a company but its id, its
// connections and how it was created; [ErrNotFound] when it is gone.
func (tx *Tx) UpdateCompany(ctx context.Context, c bowline.Company) error {
	args, err := companyArgs(c)
	if err != nil {
		return err
	}
	err = tx.execOne(ctx, ErrNotFound, `UPDATE companies
		SET name = $1, description = $2, last_sync = $3, products = $4, tags = $5, relations = $6
		WHERE id = $7 AND instance_id = $8`, append(args, string(c.ID), string(c.InstanceID)))
	if err == nil {
		err = tx.exec(ctx, `DELETE FROM company_tags WHERE company_id = $1`, []any{string(c.ID)})
	}
	if err != nil {
		return fmt.Errorf("update company: %w", err)
	}
	if err := tx.changed(ctx, c.InstanceID, c.ID); err != nil {
		return err
	}
	return tx.insertTags(ctx, c)
}

// companyArgs are the values that can change, in the order of both statements.
func companyArgs(c bowline.Company) ([]any, error) {
	products, err := encode(c.Products, len(c.Products) == 0)
	if err != nil {
		return nil, err
	}
	tags, err := encode(c.Tags, len(c.Tags) == 0)
	if err != nil {
		return nil, err
	}
	related, err := relations{c.Relations(), c.OwnerUserIDs}.encode()
	if err != nil {
		return nil, err
	}
	return []any{c.Name, c.Description, microsOrNil(c.LastSync), products, tags, related}, nil
}

// insertTags writes the tags once more as rows, which the tags filter needs.
func (tx *Tx) insertTags(ctx context.Context, c bowline.Company) error {
	for _, key := range slices.Sorted(maps.Keys(c.Tags)) {
		err := tx.exec(ctx, `INSERT INTO company_tags (company_id, instance_id, key, value) VALUES ($1, $2, $3, $4)`,
			[]any{string(c.ID), string(c.InstanceID), key, c.Tags[key]})
		if err != nil {
			return fmt.Errorf("insert company tags: %w", err)
		}
	}
	return nil
}

// DeleteCompany removes a company and all that belongs to it but its events;
// [ErrNotFound] when there is none.
func (tx *Tx) DeleteCompany(ctx context.Context, instance, id bowline.ID) error {
	var holding []bowline.ID
	err := tx.query(ctx, `SELECT g.connection_id FROM connections n JOIN grants g ON g.connection_id = n.id
		WHERE n.company_id = $1 AND n.instance_id = $2`, []any{string(id), string(instance)}, func(r *row) error {
		holding = append(holding, r.id())
		return r.err
	})
	for _, connection := range holding {
		if err == nil {
			err = tx.DeleteGrant(ctx, connection)
		}
	}
	if err != nil {
		return fmt.Errorf("delete company: %w", err)
	}
	if err := tx.forget(ctx, instance, id); err != nil {
		return err
	}
	err = tx.execOne(ctx, ErrNotFound, `DELETE FROM companies WHERE id = $1 AND instance_id = $2`,
		[]any{string(id), string(instance)})
	if err != nil {
		return fmt.Errorf("delete company: %w", err)
	}
	return nil
}
