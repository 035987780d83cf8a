package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// RevocationReason says why a grant is to be ended at its provider.
type RevocationReason string

// The reasons.
const (
	RevokeUnlinked RevocationReason = "unlinked" // the connection was disconnected
	RevokeDeleted  RevocationReason = "deleted"  // the connection, or its company, was deleted
	RevokeReplaced RevocationReason = "replaced" // the connection lives on with another sign-in
	RevokeUnused   RevocationReason = "unused"   // nothing was ever connected with it
	RevokeLate     RevocationReason = "late"     // a refresh brought it after the connection had ended
	RevokeStrayed  RevocationReason = "strayed"  // it reaches other organisations only than those that were connected
)

// Revocation is a grant that is to be ended at its provider. It outlives the
// connection that it belonged to, sealed, until the provider has confirmed.
type Revocation struct {
	ID             bowline.ID
	Instance       bowline.ID
	Company        bowline.ID
	Connection     bowline.ID
	IntegrationKey string
	TenantID       string
	// Unit is the family of the grant: those of one unit share tokens.
	Unit          bowline.ID
	Grant         bowline.Grant
	Reason        RevocationReason
	CorrelationID string
	Created       time.Time
	Attempts      int // made so far
	Fence         int64
	Until         time.Time // end of the lease
	// Unreadable says that the sealed grant does not open.
	Unreadable bool
}

// EndGrant records that a grant is to be ended, in the transaction of what ends
// it here. A grant without tokens leaves nothing to end, and nothing is
// recorded. An empty Unit makes one of its own.
func (tx *Tx) EndGrant(ctx context.Context, r Revocation) error {
	if r.Grant.AccessToken == "" && r.Grant.RefreshToken == "" {
		return nil
	}
	r.ID = bowline.NewID(r.Created)
	if r.Unit == "" {
		r.Unit = r.ID
	}
	sealed, err := tx.store.sealRevocation(r.ID, r.Grant)
	if err != nil {
		return err
	}
	run, err := tx.afterRenewal(ctx, r.Unit)
	if err != nil {
		return fmt.Errorf("end grant: %w", err)
	}
	err = tx.exec(ctx, `INSERT INTO revocations
		(id, instance_id, company_id, connection_id, integration_key, tenant_id, unit, sealed, reason, correlation_id, created, run_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		[]any{
			string(r.ID), string(r.Instance), string(r.Company), string(r.Connection), r.IntegrationKey, r.TenantID,
			string(r.Unit), sealed, string(r.Reason), r.CorrelationID, micros(r.Created), run,
		})
	if err != nil {
		return fmt.Errorf("end grant: %w", err)
	}
	return nil
}

// afterRenewal is when a unit may be ended: at once, or when the refresh that is
// under way has brought what is really to be ended.
func (tx *Tx) afterRenewal(ctx context.Context, unit bowline.ID) (int64, error) {
	until := int64(0)
	// Locked whoever holds it, or somebody takes it between this and its end.
	err := tx.query(ctx, `SELECT holder, run_at FROM renewals WHERE place = `+placeNamed+`$1)`+tx.dialect().lock, []any{string(unit)}, func(r *row) error {
		if held := r.nullable() != nil; held {
			until = r.int()
		}
		return r.err
	})
	return until, err
}

// EndLate is [Tx.LateGrant] in a transaction of its own.
func (s *Store) EndLate(ctx context.Context, r Revocation) error {
	return s.Write(ctx, func(tx *Tx) error { return tx.LateGrant(ctx, r) })
}

// LateGrant is for a refresh that brought tokens when their renewal was gone:
// what waits to end the unit ends these instead, or something is made to. unit
// and g say which; of r, the rest.
func (tx *Tx) LateGrant(ctx context.Context, r Revocation) error {
	var waiting []Revocation
	err := tx.query(ctx, revocationSQL+`unit = $1 AND run_at IS NOT NULL`+tx.dialect().lock, []any{string(r.Unit)}, func(w *row) error {
		found := scanRevocation(w)
		tx.store.openRevocation(&found, w.bytes())
		waiting = append(waiting, found)
		return w.err
	})
	if err != nil {
		return fmt.Errorf("end late grant: %w", err)
	}
	if len(waiting) == 0 {
		r.Reason = RevokeLate
		return tx.EndGrant(ctx, r)
	}
	for _, w := range waiting {
		g := r.Grant
		if !w.Unreadable { // each ends its own organisation
			g = Regrant(w.Grant, g)
		}
		// Whoever has it in hand has the former tokens: take it away.
		if err := tx.regrant(ctx, w, g, `, fence = fence + 1, leased_until = 0, holder = NULL, run_at = 0`); err != nil {
			return err
		}
	}
	return nil
}

// endGrantOf is EndGrant for the grant that a connection has, if it has one.
func (tx *Tx) endGrantOf(ctx context.Context, c bowline.Connection, reason RevocationReason, ch Change) error {
	g, err := tx.Grant(ctx, c.ID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil { // what nobody can read cannot be ended, and must not keep anybody from ending the rest
		tx.store.logger.ErrorContext(ctx, "a grant that cannot be read cannot be ended at its provider", "connection", c.ID)
		return nil
	}
	if g.Family == "" {
		g.Family = c.ID
	}
	return tx.EndGrant(ctx, Revocation{
		Instance: c.InstanceID, Company: c.CompanyID, Connection: c.ID, IntegrationKey: c.IntegrationKey, TenantID: c.TenantID,
		Unit: g.Family, Grant: g, Reason: reason, CorrelationID: ch.CorrelationID, Created: ch.Now,
	})
}

// endFormer is EndGrant for the grant that a connection had before another
// sign-in. Call it before the grant is replaced.
func (tx *Tx) endFormer(ctx context.Context, former bowline.Grant) error {
	r := Revocation{
		Connection: former.ConnectionID, Unit: former.Family, Grant: former, Reason: RevokeReplaced, Created: tx.store.now().UTC(),
	}
	err := one(ctx, tx, `SELECT instance_id, company_id, integration_key, tenant_id FROM connections WHERE id = $1`,
		[]any{string(former.ConnectionID)}, func(w *row) error {
			r.Instance, r.Company, r.IntegrationKey, r.TenantID = w.id(), w.id(), w.text(), w.text()
			return w.err
		})
	if err != nil {
		return fmt.Errorf("end former grant: %w", err)
	}
	return tx.EndGrant(ctx, r)
}

func (s *Store) sealRevocation(id bowline.ID, g bowline.Grant) ([]byte, error) {
	plain, err := json.Marshal(g) //nolint:gosec // sealed below
	if err != nil {
		return nil, fmt.Errorf("encode grant: %w", err)
	}
	sealed, err := s.sealer.Seal(plain, "revocations", string(id), "sealed")
	if err != nil {
		return nil, fmt.Errorf("end grant: %w", err)
	}
	return sealed, nil
}

const revocationSQL = `SELECT id, instance_id, company_id, connection_id, integration_key, tenant_id, unit, reason, correlation_id,
	created, leased_until, fence, attempts, sealed FROM revocations WHERE `

// scanRevocation leaves the sealed grant, which comes last, to be read.
func scanRevocation(r *row) Revocation {
	return Revocation{
		ID: r.id(), Instance: r.id(), Company: r.id(), Connection: r.id(), IntegrationKey: r.text(), TenantID: r.text(), Unit: r.id(),
		Reason: RevocationReason(r.text()), CorrelationID: r.text(), Created: r.time(), Until: r.time(), Fence: r.int(), Attempts: int(r.int()),
	}
}

// ClaimRevocations leases what is due, the oldest first, and with it whatever
// else waits of the same unit: those of one unit share tokens, so they are never
// in two hands. limit is of units. Several may do this at once.
func (s *Store) ClaimRevocations(ctx context.Context, l Lease, limit int) ([][]Revocation, error) {
	due := false // mostly there is nothing, and a look needs no transaction
	err := s.read(ctx, `SELECT 1 FROM revocations WHERE run_at <= $1 LIMIT 1`, []any{micros(l.Now)}, func(*row) error {
		due = true
		return nil
	})
	var units [][]Revocation
	var sealed map[bowline.ID][]byte
	if err == nil && due {
		err = s.Write(ctx, func(tx *Tx) error {
			units, sealed, err = tx.claimRevocations(ctx, l, limit)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("claim revocations: %w", err)
	}
	for _, unit := range units {
		for i := range unit {
			s.openRevocation(&unit[i], sealed[unit[i].ID])
		}
	}
	return units, nil
}

func (s *Store) openRevocation(r *Revocation, sealed []byte) {
	plain, err := s.sealer.Open(sealed, "revocations", string(r.ID), "sealed")
	if err == nil {
		err = json.Unmarshal(plain, &r.Grant)
	}
	r.Grant.ConnectionID = r.Connection
	r.Unreadable = err != nil
}

func (tx *Tx) claimRevocations(ctx context.Context, l Lease, limit int) (units [][]Revocation, sealed map[bowline.ID][]byte, err error) {
	var due []bowline.ID
	seen := map[bowline.ID]bool{}
	err = tx.query(ctx, `SELECT r.unit FROM revocations r WHERE r.run_at <= $1
		AND NOT EXISTS (SELECT 1 FROM revocations o WHERE o.unit = r.unit AND o.leased_until > $1)
		ORDER BY r.run_at, r.id LIMIT CAST($2 AS BIGINT)`+tx.dialect().lock, []any{micros(l.Now), int64(limit)}, func(r *row) error {
		if unit := r.id(); !seen[unit] {
			seen[unit] = true
			due = append(due, unit)
		}
		return r.err
	})
	sealed = map[bowline.ID][]byte{}
	for _, unit := range due {
		if err != nil {
			break
		}
		err = tx.exec(ctx, `UPDATE revocations SET run_at = $1, leased_until = $1, holder = $2, fence = fence + 1
			WHERE unit = $3 AND run_at IS NOT NULL`, []any{micros(l.Until), l.Holder, string(unit)})
		if err != nil {
			break
		}
		var list []Revocation
		err = tx.query(ctx, revocationSQL+`unit = $1 AND run_at IS NOT NULL ORDER BY id`, []any{string(unit)}, func(r *row) error {
			found := scanRevocation(r)
			sealed[found.ID] = r.bytes()
			list = append(list, found)
			return r.err
		})
		units = append(units, list)
	}
	return units, sealed, err
}

// AskRevocation makes sure that a unit is still held, and that it is until the
// lease ends, whatever becomes of the holder: its refresh token is about to be
// sent, and who sends it again may never learn what came of the first.
// [ErrConflict] when one of its rows is no longer held.
func (s *Store) AskRevocation(ctx context.Context, unit []Revocation) error {
	err := s.Write(ctx, func(tx *Tx) error {
		for _, r := range unit {
			err := tx.execOne(ctx, ErrConflict, `UPDATE revocations SET holder = NULL WHERE id = $1 AND fence = $2 AND leased_until > 0
				AND run_at IS NOT NULL`, []any{string(r.ID), r.Fence})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return wrap("hold what is to be ended", err)
}

// KeepRevocation replaces the tokens of what is to be ended, in all of a unit
// that the caller holds: a refresh has voided the former ones. What each keeps
// of its own organisation stays. [ErrConflict] says that one of them is no
// longer held; then none has changed.
func (s *Store) KeepRevocation(ctx context.Context, unit []Revocation, g bowline.Grant) error {
	return s.Write(ctx, func(tx *Tx) error {
		for _, r := range unit {
			if err := tx.regrant(ctx, r, Regrant(r.Grant, g), ``); err != nil {
				return err
			}
		}
		return nil
	})
}

// Regrant is a grant with the tokens of another one of its family, and with what
// it keeps of its own organisation.
func Regrant(own, tokens bowline.Grant) bowline.Grant {
	extra := map[string]string{}
	for name, value := range tokens.Extra {
		if !isTenantValue(name) {
			extra[name] = value
		}
	}
	for name, value := range own.Extra {
		if _, told := extra[name]; !told {
			extra[name] = value
		}
	}
	tokens.ConnectionID, tokens.Family, tokens.Extra = own.ConnectionID, own.Family, extra
	return tokens
}

// isTenantValue says whether a value of a grant belongs to one organisation.
func isTenantValue(name string) bool { return len(name) > 7 && name[:7] == "tenant." }

func (tx *Tx) regrant(ctx context.Context, r Revocation, g bowline.Grant, also string) error {
	sealed, err := tx.store.sealRevocation(r.ID, g)
	if err != nil {
		return err
	}
	err = tx.execOne(ctx, ErrConflict, `UPDATE revocations SET sealed = $1`+also+` WHERE id = $2 AND fence = $3 AND run_at IS NOT NULL`,
		[]any{sealed, string(r.ID), r.Fence})
	if err != nil {
		return fmt.Errorf("keep tokens of what is to be ended: %w", err)
	}
	return nil
}
