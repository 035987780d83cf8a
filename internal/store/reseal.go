package store

import (
	"context"
	"fmt"
)

// sealedColumn is a place where sealed values are; they are bound to table, key
// and column. The key is SQL: a column, or an expression of several.
type sealedColumn struct{ table, key, column string }

// number says whether the key is one; in what is sealed it is a text.
func (c sealedColumn) number() bool { return c.table == "renewal_tokens" }

// sealedColumns lists all of them. The check value of the keyset is the last:
// once it is under the new key, so is everything before it.
var sealedColumns = []sealedColumn{
	{"grants", "connection_id", "sealed"},
	{"renewal_tokens", "place", "sealed"},
	{"authorizations", "id", "sealed_grant"},
	{"consumers", "id", "sealed_secret"},
	{"consumers", "id", "sealed_former"},
	{"consumers", "id", "sealed_options"},
	{"profiles", "instance_id", "sealed_header"},
	{"settings_versions", "id", "sealed_header"},
	{"handovers", "id", "sealed_state"},
	{"integration_setups", "instance_id || '/' || integration_key", "sealed"},
	{"integration_trials", "id", "sealed"},
	{"revocations", "id", "sealed"},
	{"erasure_heads", "instance_id", "sealed"},
	{"sign_in", "name", "sealed_secret"},
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

// resealColumn goes on behind the last row of the call before, so that the rows
// of a large table are not read again for each few of them. Only what looks at
// all of them may say that there is nothing left.
func (s *Store) resealColumn(ctx context.Context, at sealedColumn, current []byte, limit int) (int, error) {
	after, going := s.resealed.Load(at)
	if !going {
		after = at.first()
	}
	found, err := s.stale(ctx, at, current, after, limit)
	if err == nil && len(found) == 0 && going {
		found, err = s.stale(ctx, at, current, at.first(), limit)
	}
	if err != nil || len(found) == 0 {
		s.resealed.Delete(at)
		return 0, err
	}
	err = s.Write(ctx, func(tx *Tx) error {
		for _, old := range found {
			name := fmt.Sprint(old.key)
			plain, err := s.sealer.Open(old.sealed, at.table, name, at.column)
			if err != nil {
				return fmt.Errorf("row %s: %w", name, err)
			}
			sealed, err := s.sealer.Seal(plain, at.table, name, at.column)
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
	if err == nil {
		s.resealed.Store(at, found[len(found)-1].key)
	}
	return len(found), err
}

// first is before every key.
func (c sealedColumn) first() any {
	if c.number() {
		return int64(-1)
	}
	return ""
}

// staleValue is what is under an older key of the keyset.
type staleValue struct {
	key    any // text or number
	sealed []byte
}

func (s *Store) stale(ctx context.Context, at sealedColumn, current []byte, after any, limit int) (found []staleValue, err error) {
	err = s.read(ctx, `SELECT `+at.key+`, `+at.column+` FROM `+at.table+`
		WHERE `+at.key+` > $1 AND substr(`+at.column+`, 1, 5) <> $2 AND length(`+at.column+`) > 0
		ORDER BY `+at.key+` LIMIT CAST($3 AS BIGINT)`, []any{after, current, int64(limit)},
		func(r *row) error {
			old := staleValue{}
			if at.number() {
				old.key = r.int()
			} else {
				old.key = r.text()
			}
			old.sealed = r.bytes()
			found = append(found, old)
			return r.err
		})
	return found, err
}
