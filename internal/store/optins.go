package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

// OptIns returns which deprecations have ended early for an instance, or
// [ErrNotFound] when there is no such instance.
func (s *Store) OptIns(ctx context.Context, instance bowline.ID) (bowline.OptIns, error) {
	return readOptIns(ctx, storeReader{s}, instance)
}

// OptIns is the same as the transaction sees it, until whose end nobody else
// changes settings of the instance.
func (tx *Tx) OptIns(ctx context.Context, instance bowline.ID) (bowline.OptIns, error) {
	return readTx(ctx, tx, instance, readOptIns)
}

func readOptIns(ctx context.Context, q querier, instance bowline.ID) (bowline.OptIns, error) {
	in := bowline.OptIns{}
	err := one(ctx, q, `SELECT opted_in FROM instances WHERE id = $1`, []any{string(instance)}, func(r *row) error {
		r.json(&in)
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("read opt-ins: %w", err)
	}
	return in, nil
}

// ReplaceOptIns decides which deprecations have ended early for an instance, and
// keeps what was decided before; [ErrNotFound] when there is no such instance.
func (tx *Tx) ReplaceOptIns(ctx context.Context, instance bowline.ID, in bowline.OptIns, by Editor) error {
	before, err := tx.OptIns(ctx, instance)
	if err != nil {
		return err
	}
	return tx.replace(ctx, keeping{instance, bowline.SettingsDeprecations, before, in, by}, func() error {
		text, err := encode(in, len(in) == 0)
		if err == nil {
			err = tx.execOne(ctx, ErrNotFound, `UPDATE instances SET opted_in = $1 WHERE id = $2`, []any{text, string(instance)})
		}
		if err != nil {
			return fmt.Errorf("put opt-ins: %w", err)
		}
		return nil
	})
}
