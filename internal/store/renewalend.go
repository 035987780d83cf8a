package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// endOrphan removes a renewal that no connection lives on any more.
func (s *Store) endOrphan(ctx context.Context, place int64) error {
	return s.Write(ctx, func(tx *Tx) error {
		return tx.exec(ctx, `DELETE FROM renewals WHERE place = $1 AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.family = renewals.id)`,
			[]any{place})
	})
}

// FreeLost makes due at once what a holder had leased who lost his session, of
// renewals and of revocations: what became of the refresh tokens is to be found
// out while the provider still forgives. He may live and wait for an answer, so
// leases that are strict (see [WantRenewals]) go on to their end.
func (s *Store) FreeLost(ctx context.Context, holder int64, now time.Time) error {
	err := s.Write(ctx, func(tx *Tx) error {
		return errors.Join(
			tx.exec(ctx, `UPDATE renewals SET run_at = $1, holder = NULL WHERE holder = $2 AND strict = 0`, []any{micros(now), holder}),
			tx.exec(ctx, `UPDATE revocations SET run_at = $1, leased_until = 0, holder = NULL WHERE holder = $2 AND run_at IS NOT NULL`,
				[]any{micros(now), holder}))
	})
	return wrap("free leases", err)
}

// FreeRenewals makes due at once what a holder had leased who is surely dead, or
// who gives it back himself.
func (s *Store) FreeRenewals(ctx context.Context, holder int64, now time.Time) error {
	err := s.Write(ctx, func(tx *Tx) error {
		return tx.exec(ctx, `UPDATE renewals SET run_at = $1, holder = NULL WHERE holder = $2`, []any{micros(now), holder})
	})
	return wrap("free renewals", err)
}

// EndRenewal ends a renewal that the provider refused, because its tokens are
// worth nothing: the caller takes every member along its transition in the same
// transaction, after it has locked their companies. [ErrConflict] when the lease
// is lost, other tokens have come meanwhile, or the members are others.
func (tx *Tx) EndRenewal(ctx context.Context, u Renewal) error {
	current, err := tx.renewalRows(ctx, []any{u.place})
	if err != nil {
		return fmt.Errorf("end renewal: %w", err)
	}
	now, there := current[u.ID]
	if !there || now.fence != u.Fence || now.given != u.Given {
		return fmt.Errorf("end renewal: %w", ErrConflict)
	}
	members, err := tx.membersNow(ctx, u.ID)
	if err != nil {
		return fmt.Errorf("end renewal: %w", err)
	}
	if !slices.EqualFunc(members, u.Members, func(a sealedMember, b Member) bool { return a.Connection == b.Connection }) {
		return fmt.Errorf("end renewal: %w", ErrConflict)
	}
	err = errors.Join(
		tx.retire(ctx, now),
		tx.exec(ctx, `DELETE FROM renewals WHERE place = `+placeNamed+`$1)`, []any{string(u.ID)}),
	)
	return wrap("end renewal", err)
}
