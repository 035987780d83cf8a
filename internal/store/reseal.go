package store

import (
	"context"
	"fmt"
)

// sealedColumn is a place where sealed values are; they are bound to table, key
// and column. The key is SQL: a column, or an expression of several.
type sealedColumn struct{ table, key, column string }

// sealedColumns lists all of them. The check value of the keyset is the last:
// once it is under the new key, so is everything before it.
var sealedColumns = []sealedColumn{
	{"grants", "connection_id", "sealed"},
	{"authorizations", "id", "sealed_grant"},
	{"consumers", "id", "sealed_secret"},
	{"consumers", "id", "sealed_former"},
	{"consumers", "id", "sealed_options"},
	{"profiles", "instance_id", "sealed_header"},
	{"handovers", "id", "sealed_state"},
	{"integration_setups", "instance_id || '/' || integration_key", "sealed"},
	{"integration_trials", "id", "sealed"},
	{"secrets", "name", "sealed"},
	{"meta", "name", "value"},
}

// keyPrefix is how many bytes of a sealed value name its key (package seal).
const keyPrefix = 5

// Reseal seals at most limit values again that are under an older key of the
// keyset, and returns how many it looked at: 0 means that the older keys are
// no longer needed. A value that changes meanwhile is left to its writer.
func (s *Store) Reseal(ctx context.Context, limit int) (int, error) {
	sample, err := s.sealer.Seal(nil)
	if err != nil {
		return 0, fmt.Errorf("reseal: %w", err)
	}
	total := 0
	for _, at := range sealedColumns {
		n, err := s.resealColumn(ctx, at, sample[:keyPrefix], limit-total)
		if err != nil {
			return total, fmt.Errorf("reseal %s.%s: %w", at.table, at.column, err)
		}
		if total += n; total >= limit {
			break
		}
	}
	return total, nil
}

func (s *Store) resealColumn(ctx context.Context, at sealedColumn, current []byte, limit int) (int, error) {
	type stale struct {
		key    string
		sealed []byte
	}
	var found []stale
	err := s.read(ctx, `SELECT `+at.key+`, `+at.column+` FROM `+at.table+`
		WHERE substr(`+at.column+`, 1, 5) <> $1 LIMIT $2`, []any{current, int64(limit)},
		func(r *row) error {
			found = append(found, stale{r.text(), r.bytes()})
			return r.err
		})
	if err != nil || len(found) == 0 {
		return 0, err
	}
	err = s.Write(ctx, func(tx *Tx) error {
		for _, old := range found {
			plain, err := s.sealer.Open(old.sealed, at.table, old.key, at.column)
			if err != nil {
				return fmt.Errorf("row %s: %w", old.key, err)
			}
			sealed, err := s.sealer.Seal(plain, at.table, old.key, at.column)
			if err != nil {
				return err
			}
			err = tx.exec(ctx, `UPDATE `+at.table+` SET `+at.column+` = $1
				WHERE `+at.key+` = $2 AND `+at.column+` = $3`, []any{sealed, old.key, old.sealed})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return len(found), err
}
