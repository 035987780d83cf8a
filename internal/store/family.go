package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/bowline/bowline"
)

// MaxBelow is how many companies below one can go with it: they go in one
// transaction, and others wait for it meanwhile.
const MaxBelow = 200

// LockBelow returns a company and all that belong to it, on every level, the
// farthest below first; it is [Tx.LockFamily] for each of them. Where there are
// more than MaxBelow below it, it locks nothing and returns some of those. A
// family that changes at the same moment gives [ErrConflict].
func (tx *Tx) LockBelow(ctx context.Context, instance, id bowline.ID) (bowline.Company, []bowline.Company, error) {
	ids, err := tx.below(ctx, instance, id)
	if err != nil {
		return bowline.Company{}, nil, err
	}
	if len(ids) > MaxBelow {
		return bowline.Company{}, make([]bowline.Company, len(ids)), nil
	}
	top, err := tx.LockFamily(ctx, instance, id, ids...)
	if err != nil {
		return bowline.Company{}, nil, err
	}
	// Somebody else may have moved one before all were locked.
	now, err := tx.below(ctx, instance, id)
	if err == nil && !slices.Equal(now, ids) {
		err = ErrConflict
	}
	list := make([]bowline.Company, len(ids))
	for i := range ids {
		if err == nil {
			list[i], err = tx.Company(ctx, instance, ids[i])
		}
	}
	if err != nil {
		return bowline.Company{}, nil, fmt.Errorf("lock companies below: %w", err)
	}
	return top, list, nil
}

// below lists the companies below one, the farthest first; it stops looking
// beyond MaxBelow. Families may run in circles: each company counts once.
func (tx *Tx) below(ctx context.Context, instance, id bowline.ID) ([]bowline.ID, error) {
	found := []bowline.ID{id}
	for level := found; len(level) > 0 && len(found) <= MaxBelow+1; {
		var next []bowline.ID
		err := byID("relations", instance, level, func(sql string, args []any) error {
			return tx.query(ctx, sql, args, func(r *row) error {
				var rel relations
				r.json(&rel)
				for _, s := range rel.Subsidiaries {
					if !slices.Contains(found, s) && !slices.Contains(next, s) {
						next = append(next, s)
					}
				}
				return r.err
			})
		})
		if err != nil {
			return nil, fmt.Errorf("list companies below: %w", err)
		}
		found = append(found, next...)
		level = next
	}
	found = found[1:]
	slices.Reverse(found)
	return found, nil
}
