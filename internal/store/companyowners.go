package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

// CompanyOwners returns the people who own a company, or [ErrNotFound].
func (s *Store) CompanyOwners(ctx context.Context, instance, company bowline.ID) ([]bowline.ID, error) {
	var rel relations
	err := one(ctx, storeReader{s}, `SELECT relations FROM companies WHERE id = $1 AND instance_id = $2`,
		[]any{string(company), string(instance)}, func(r *row) error {
			r.json(&rel)
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read owners: %w", err)
	}
	return rel.Owners, nil
}

// OwnedOnly says whether people with limited roles see only the companies that
// they own; [ErrNotFound] when there is no such instance.
func (s *Store) OwnedOnly(ctx context.Context, instance bowline.ID) (on bool, err error) {
	return readOwnedOnly(ctx, storeReader{s}, instance)
}

// OwnedOnly is the same within a transaction.
func (tx *Tx) OwnedOnly(ctx context.Context, instance bowline.ID) (on bool, err error) {
	return readOwnedOnly(ctx, tx, instance)
}

func readOwnedOnly(ctx context.Context, q querier, instance bowline.ID) (on bool, err error) {
	err = one(ctx, q, `SELECT owned_only FROM instances WHERE id = $1`, []any{string(instance)}, func(r *row) error {
		on = r.bool()
		return r.err
	})
	if err != nil {
		return false, fmt.Errorf("read company permissions: %w", err)
	}
	return on, nil
}

// SetOwnedOnly decides that; [ErrNotFound] when there is no such instance.
func (tx *Tx) SetOwnedOnly(ctx context.Context, instance bowline.ID, on bool) error {
	value := int64(0)
	if on {
		value = 1
	}
	err := tx.execOne(ctx, ErrNotFound, `UPDATE instances SET owned_only = $1 WHERE id = $2`, []any{value, string(instance)})
	if err != nil {
		return fmt.Errorf("set company permissions: %w", err)
	}
	return nil
}
