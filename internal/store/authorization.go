package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

const authorizationSQL = `SELECT id, instance_id, company_id, connection_id, integration_key, state_hash, status, outcome,
	reason, status_text, correlation_id, tenants, context, hop, handover_id, started_at, claimed_at, finished_at, expires_at
	FROM authorizations WHERE `

func scanAuthorization(r *row) (bowline.Authorization, error) {
	a := bowline.Authorization{
		ID: r.id(), InstanceID: r.id(), CompanyID: r.id(), ConnectionID: r.id(), IntegrationKey: r.text(),
		StateHash: r.text(), Status: bowline.AuthorizationStatus(r.text()), Outcome: int(r.int()),
		Reason: r.text(), StatusText: r.text(), CorrelationID: r.text(),
	}
	r.json(&a.Tenants)
	a.Context, a.Hop, a.HandOverID = r.text(), r.text(), r.id()
	a.StartedAt, a.ClaimedAt, a.FinishedAt, a.ExpiresAt = r.time(), r.time(), r.timeOrNil(), r.time()
	return a, r.err
}

// Authorization returns an authorization by its id, or [ErrNotFound].
func (s *Store) Authorization(ctx context.Context, id bowline.ID) (bowline.Authorization, error) {
	return readAuthorization(ctx, storeReader{s}, `id = $1`, string(id))
}

// AuthorizationByState returns the authorization that consumed a state, given
// the state's hash, or [ErrNotFound].
func (s *Store) AuthorizationByState(ctx context.Context, stateHash string) (bowline.Authorization, error) {
	return readAuthorization(ctx, storeReader{s}, `state_hash = $1`, stateHash)
}

// AuthorizationByHop returns the latest authorization that belongs to a waiting
// page, or [ErrNotFound].
func (s *Store) AuthorizationByHop(ctx context.Context, hop string) (bowline.Authorization, error) {
	return readAuthorization(ctx, storeReader{s}, `hop = $1 AND hop <> '' ORDER BY claimed_at DESC, id DESC LIMIT 1`, hop)
}

// ReassignAuthorization gives an authorization to another connection: what it
// was for has become several, and the one that was waited for goes.
func (tx *Tx) ReassignAuthorization(ctx context.Context, id, connection bowline.ID) error {
	err := tx.execOne(ctx, ErrConflict, `UPDATE authorizations SET connection_id = $1 WHERE id = $2`, []any{string(connection), string(id)})
	if err != nil {
		return fmt.Errorf("reassign authorization: %w", err)
	}
	return nil
}

// Authorization is [Store.Authorization] inside the transaction.
func (tx *Tx) Authorization(ctx context.Context, id bowline.ID) (bowline.Authorization, error) {
	return readAuthorization(ctx, tx, `id = $1`, string(id))
}

// AuthorizationByState is [Store.AuthorizationByState] inside the transaction.
func (tx *Tx) AuthorizationByState(ctx context.Context, stateHash string) (bowline.Authorization, error) {
	return readAuthorization(ctx, tx, `state_hash = $1`, stateHash)
}

func readAuthorization(ctx context.Context, q querier, where, key string) (a bowline.Authorization, err error) {
	err = one(ctx, q, authorizationSQL+where, []any{key}, func(r *row) (err error) {
		a, err = scanAuthorization(r)
		return err
	})
	if err != nil {
		return bowline.Authorization{}, fmt.Errorf("read authorization: %w", err)
	}
	return a, nil
}

// ClaimAuthorization inserts an authorization and thereby consumes its state:
// [ErrConflict] when the state was consumed before, [ErrNotFound] when the
// connection is gone.
func (tx *Tx) ClaimAuthorization(ctx context.Context, a bowline.Authorization) error {
	tenants, err := encode(a.Tenants, len(a.Tenants) == 0)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, `INSERT INTO authorizations
		(id, instance_id, company_id, connection_id, integration_key, state_hash, status, outcome, reason,
		 status_text, correlation_id, tenants, context, hop, handover_id, started_at, claimed_at, finished_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		[]any{
			string(a.ID), string(a.InstanceID), string(a.CompanyID), string(a.ConnectionID), a.IntegrationKey,
			a.StateHash, string(a.Status), int64(a.Outcome), a.Reason, a.StatusText, a.CorrelationID, tenants,
			a.Context, a.Hop, string(a.HandOverID), micros(a.StartedAt), micros(a.ClaimedAt), microsOrNil(a.FinishedAt), micros(a.ExpiresAt),
		})
	if err != nil {
		return fmt.Errorf("claim authorization: %w", err)
	}
	return nil
}

// UpdateAuthorization writes what can change about an authorization, provided
// that its status still is from; else the transaction fails with
// [ErrConflict]. A grant kept for the choice of an organisation is wiped
// unless the new status is choosing.
func (tx *Tx) UpdateAuthorization(ctx context.Context, a bowline.Authorization, from bowline.AuthorizationStatus) error {
	tenants, err := encode(a.Tenants, len(a.Tenants) == 0)
	if err != nil {
		return err
	}
	grant := `, sealed_grant = NULL`
	if a.Status == bowline.AuthorizationChoosing {
		grant = ``
	}
	err = tx.execOne(ctx, ErrConflict, `UPDATE authorizations
		SET status = $1, outcome = $2, reason = $3, status_text = $4, tenants = $5, context = $6,
		    finished_at = $7, expires_at = $8`+grant+`
		WHERE id = $9 AND status = $10`,
		[]any{
			string(a.Status), int64(a.Outcome), a.Reason, a.StatusText, tenants, a.Context,
			microsOrNil(a.FinishedAt), micros(a.ExpiresAt), string(a.ID), string(from),
		})
	if err != nil {
		return fmt.Errorf("update authorization: %w", err)
	}
	return nil
}

// PutAuthorizationGrant keeps a grant, sealed, with an authorization whose
// status is choosing; else the transaction fails with [ErrConflict].
func (tx *Tx) PutAuthorizationGrant(ctx context.Context, id bowline.ID, g bowline.Grant) error {
	plain, err := json.Marshal(g) //nolint:gosec // sealed below
	if err != nil {
		return fmt.Errorf("encode grant: %w", err)
	}
	sealed, err := tx.store.sealer.Seal(plain, "authorizations", string(id), "sealed_grant")
	if err != nil {
		return fmt.Errorf("keep grant: %w", err)
	}
	err = tx.execOne(ctx, ErrConflict, `UPDATE authorizations SET sealed_grant = $1 WHERE id = $2 AND status = $3`,
		[]any{sealed, string(id), string(bowline.AuthorizationChoosing)})
	if err != nil {
		return fmt.Errorf("keep grant: %w", err)
	}
	return nil
}

// AuthorizationGrant returns the grant kept with an authorization, opened, or
// [ErrNotFound].
func (s *Store) AuthorizationGrant(ctx context.Context, id bowline.ID) (bowline.Grant, error) {
	var g bowline.Grant
	var sealed []byte
	err := one(ctx, storeReader{s},
		`SELECT connection_id, sealed_grant FROM authorizations WHERE id = $1 AND sealed_grant IS NOT NULL`, []any{string(id)},
		func(r *row) error {
			g.ConnectionID, sealed = r.id(), r.bytes()
			return r.err
		})
	if err != nil {
		return bowline.Grant{}, fmt.Errorf("read kept grant: %w", err)
	}
	if err := s.openKept(id, sealed, &g); err != nil {
		return bowline.Grant{}, err
	}
	return g, nil
}

func (s *Store) openKept(id bowline.ID, sealed []byte, into *bowline.Grant) error {
	plain, err := s.sealer.Open(sealed, "authorizations", string(id), "sealed_grant")
	if err != nil {
		return fmt.Errorf("read kept grant: %w", err)
	}
	if json.Unmarshal(plain, into) != nil {
		return errGrantText
	}
	return nil
}

// endKept is EndGrant for the grants that are kept with a connection's open
// authorizations: when it goes, nobody can choose any more what they are for.
func (tx *Tx) endKept(ctx context.Context, c bowline.Connection, ch Change) error {
	var kept []Revocation
	// The lock covers those that are about to be given a grant.
	err := tx.query(ctx, `SELECT id, correlation_id, sealed_grant FROM authorizations
		WHERE connection_id = $1 AND status IN ('exchanging', 'choosing') ORDER BY id`+tx.dialect().lock, []any{string(c.ID)}, func(r *row) error {
		id, correlation := r.id(), r.text()
		sealed := r.bytes()
		if r.err != nil || sealed == nil {
			return r.err
		}
		g := bowline.Grant{ConnectionID: c.ID}
		if err := tx.store.openKept(id, sealed, &g); err != nil { // as with endGrantOf
			tx.store.logger.ErrorContext(ctx, "a grant that cannot be read cannot be ended at its provider", "connection", c.ID, "authorization", id)
			return nil
		}
		kept = append(kept, Revocation{
			Instance: c.InstanceID, Company: c.CompanyID, Connection: c.ID, IntegrationKey: c.IntegrationKey, Unit: id,
			Grant: g, Reason: RevokeUnused, CorrelationID: correlation, Created: ch.Now,
		})
		return nil
	})
	for _, r := range kept {
		if err != nil {
			break
		}
		err = tx.EndGrant(ctx, r)
	}
	if err != nil {
		return fmt.Errorf("end kept grants: %w", err)
	}
	return nil
}

// OverdueAuthorizations returns at most limit authorizations that are open past
// their time, the oldest first.
func (s *Store) OverdueAuthorizations(ctx context.Context, now time.Time, limit int) ([]bowline.Authorization, error) {
	var list []bowline.Authorization
	err := s.read(ctx, authorizationSQL+`status IN ('exchanging', 'choosing') AND expires_at < $1
		ORDER BY expires_at, id LIMIT CAST($2 AS BIGINT)`, []any{micros(now), int64(limit)}, func(r *row) error {
		a, err := scanAuthorization(r)
		list = append(list, a)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list overdue authorizations: %w", err)
	}
	return list, nil
}

// ForgetAuthorizations deletes at most limit finished authorizations whose time
// was over before the given one, and returns how many. What they led to stands
// in the history of their connections.
func (tx *Tx) ForgetAuthorizations(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := tx.execCount(ctx, `DELETE FROM authorizations
		WHERE id IN (SELECT id FROM authorizations
			WHERE status IN ('linked', 'failed') AND expires_at < $1
			ORDER BY expires_at LIMIT CAST($2 AS BIGINT)`+tx.dialect().skipLocked+`)`,
		[]any{micros(before), int64(limit)})
	if err != nil {
		return 0, fmt.Errorf("forget authorizations: %w", err)
	}
	return int(n), nil
}
