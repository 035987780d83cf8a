package store

import (
	"context"
	"time"

	"github.com/bowline/bowline"
)

// Hurry asks for an early look at what lives on an organisation.
type Hurry struct {
	Lane
	TenantID string
	Now      time.Time
	// Apart is how long after the last look that told something the next one is,
	// at the earliest.
	Apart time.Duration
	// Calm leaves alone what is put off because of failures: its turn comes, and
	// whoever asks may be anybody.
	Calm bool
}

// maxHurried is how many turns one notice brings forward at most. Where one
// organisation has more, the others come when they come.
const maxHurried = 500

// HurryRenewals brings the turns of an organisation's linked connections forward.
// It returns how many there are, and how many of them somebody holds: their look
// may have been before what h is about, and they are not changed.
func (s *Store) HurryRenewals(ctx context.Context, h Hurry) (found, held int, err error) {
	var busy, free []any
	list := func(q querier) error {
		found, busy, free = 0, nil, nil
		return q.query(ctx, `SELECT DISTINCT r.place, r.holder, r.failures, r.run_at, r.checked_at FROM connections n
			JOIN grants g ON g.connection_id = n.id JOIN renewal_names i ON i.id = g.family JOIN renewals r ON r.place = i.place
			WHERE n.integration_key = $1 AND n.tenant_id = $2 AND n.tenant_id <> '' AND n.status = 'Linked' AND n.instance_id = $3
			ORDER BY r.place LIMIT CAST($4 AS BIGINT)`,
			[]any{h.IntegrationKey, h.TenantID, string(h.Instance), int64(maxHurried)}, func(r *row) error {
				place, holder, failures, run, checked := r.int(), r.nullable(), r.int(), r.nullable(), r.int()
				at, scheduled := run.(int64)
				switch {
				case holder != nil:
					busy = append(busy, place)
				case failures > 0 && h.Calm, scheduled && at <= max(micros(h.Now), checked+h.Apart.Microseconds()):
				default:
					free = append(free, place)
				}
				found++
				return r.err
			})
	}
	// Most of what is told of is nobody's here, or is about to be looked at: that
	// costs no transaction.
	if err := list(storeReader{s}); err != nil || len(free) == 0 {
		return found, len(busy), wrap("hurry renewals", err)
	}
	err = s.Write(ctx, func(tx *Tx) error {
		if err := list(tx); err != nil {
			return err
		}
		for _, place := range free {
			err := tx.exec(ctx, `UPDATE renewals SET due_at = CASE WHEN checked_at + $1 > $2 THEN checked_at + $1 ELSE $2 END,
				run_at = CASE WHEN checked_at + $1 > $2 THEN checked_at + $1 ELSE $2 END
				WHERE place = $3 AND holder IS NULL
				AND (run_at IS NULL OR run_at > CASE WHEN checked_at + $1 > $2 THEN checked_at + $1 ELSE $2 END)`,
				[]any{h.Apart.Microseconds(), micros(h.Now), place})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return found, len(busy), wrap("hurry renewals", err)
}

// HasInstance says whether there is an instance of that id.
func (s *Store) HasInstance(ctx context.Context, id bowline.ID) (bool, error) {
	is := false
	err := s.read(ctx, `SELECT 1 FROM instances WHERE id = $1`, []any{string(id)}, func(*row) error {
		is = true
		return nil
	})
	return is, wrap("look for instance", err)
}
