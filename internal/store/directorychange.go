package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

// changed notes that the directory has to show a company anew. Everything that
// writes a company or a connection calls it; once in a transaction is enough.
func (tx *Tx) changed(ctx context.Context, instance, company bowline.ID) error {
	if tx.noted[company] {
		return nil
	}
	if tx.noted == nil {
		tx.noted = map[bowline.ID]bool{}
	}
	tx.noted[company] = true
	err := tx.exec(ctx, `INSERT INTO directory_changes (instance_id, company_id) VALUES ($1, $2)`,
		[]any{string(instance), string(company)})
	if err != nil {
		return fmt.Errorf("note a change for the directory: %w", err)
	}
	return nil
}

// forget removes a company that is about to be deleted from the directory. Its
// place is left to be worked in, which says nothing about the company. The
// version goes first: it keeps the loop from bringing the company back, because
// who works something in needs the version that it began with.
func (tx *Tx) forget(ctx context.Context, instance, company bowline.ID) error {
	delete(tx.noted, company)
	err := tx.exec(ctx, `UPDATE directory_heads SET version = version + 1 WHERE instance_id = $1`, []any{string(instance)})
	if err == nil {
		err = tx.exec(ctx, `DELETE FROM directory_changes WHERE company_id = $1`, []any{string(company)})
	}
	var known []directoryRow
	var realm int64
	if err == nil {
		err = tx.query(ctx, `SELECT d.realm, `+directoryColumns+` FROM directory d WHERE d.company_id = $1`, []any{string(company)}, func(r *row) error {
			realm = r.int()
			known = append(known, scanDirectory(r))
			return r.err
		})
	}
	for _, b := range known {
		if err == nil {
			err = tx.vacate(ctx, instance, realm, b)
		}
	}
	if err != nil {
		return fmt.Errorf("forget a company in the directory: %w", err)
	}
	return nil
}

func (tx *Tx) vacate(ctx context.Context, instance bowline.ID, realm int64, b directoryRow) error {
	err := tx.exec(ctx, `DELETE FROM directory WHERE company_id = $1`, []any{string(b.company)})
	if err == nil {
		err = tx.exec(ctx, `INSERT INTO directory_changes (instance_id, company_id, place) VALUES ($1, '', $2)`, []any{string(instance), b.place})
	}
	for _, term := range kept(b.mask, b.marks) {
		if err == nil {
			err = tx.exec(ctx, `UPDATE directory_totals SET kept = kept - 1 WHERE realm = $1 AND term = $2`, []any{realm, term})
		}
		if err == nil {
			err = tx.dropTotal(ctx, realm, term)
		}
	}
	return err
}

// dropTotal forgets a term that nothing has any more: it may tell of somebody.
func (tx *Tx) dropTotal(ctx context.Context, realm int64, term string) error {
	return tx.exec(ctx, `DELETE FROM directory_totals WHERE realm = $1 AND term = $2 AND kept = 0`, []any{realm, term})
}
