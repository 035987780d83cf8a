package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// RevocationOutcome is what came of ending a grant: it is tried again at RunAt,
// or it is done.
type RevocationOutcome struct {
	Revocation Revocation
	At         time.Time
	// RunAt is when to try again; zero when it is done.
	RunAt time.Time
	// Failure says in a word why it is to be tried again. Never the provider's
	// own text.
	Failure string
	// Untried says that the provider was not asked: it counts as no attempt.
	Untried bool
	// Outcome says in a word how it ended, and Note says so to people, in the
	// history of the connection.
	Outcome, Note string
}

// FinishRevocation ends a lease. What is done loses its tokens; the connection's
// history gets a line, or, where the connection is deleted, the proof of its
// erasure is told and nothing else is left. held is false when somebody else had
// taken the lease: then nothing has changed.
func (s *Store) FinishRevocation(ctx context.Context, o RevocationOutcome) (held bool, err error) {
	finish := func(tx *Tx) error {
		held, err = tx.finishRevocation(ctx, o)
		return err
	}
	err = s.Write(ctx, finish)
	if errors.Is(err, ErrNotFound) { // the connection was deleted while we wrote into its history
		err = s.Write(ctx, finish)
	}
	if err != nil {
		return false, fmt.Errorf("finish revocation: %w", err)
	}
	return held, nil
}

func (tx *Tx) finishRevocation(ctx context.Context, o RevocationOutcome) (held bool, err error) {
	r := o.Revocation
	attempts := int64(1)
	if o.Untried {
		attempts = 0
	}
	var run, done any
	wiped := ``
	if o.RunAt.IsZero() {
		done, wiped = micros(o.At), `, sealed = NULL`
	} else {
		run = micros(o.RunAt)
	}
	n, err := tx.execCount(ctx, `UPDATE revocations SET run_at = $1, done_at = $2, attempts = attempts + $3, failure = $4, outcome = $5,
		leased_until = 0, holder = NULL`+wiped+` WHERE id = $6 AND fence = $7 AND run_at IS NOT NULL`,
		[]any{run, done, attempts, o.Failure, o.Outcome, string(r.ID), r.Fence})
	if err != nil || n == 0 {
		return false, err
	}
	if done == nil {
		return true, nil
	}
	status, err := tx.statusOf(ctx, r.Connection)
	if err != nil {
		return false, err
	}
	if status == "" {
		return true, tx.tellErasure(ctx, r, o)
	}
	return true, tx.AppendHistory(ctx, bowline.ConnectionHistory{
		ID: bowline.NewID(o.At), InstanceID: r.Instance, CompanyID: r.Company, ConnectionID: r.Connection, At: o.At,
		Trigger: bowline.TriggerNote, From: status, To: status, Reason: o.Note, Actor: bowline.ActorSystem, CorrelationID: r.CorrelationID,
	})
}

// statusOf is "" for a connection that is gone.
func (tx *Tx) statusOf(ctx context.Context, connection bowline.ID) (status bowline.Status, err error) {
	err = tx.query(ctx, `SELECT status FROM connections WHERE id = $1`, []any{string(connection)}, func(r *row) error {
		status = bowline.Status(r.text())
		return r.err
	})
	return status, err
}

// Relative is a connection that lives on the same tokens.
type Relative struct{ Instance, Company, Connection bowline.ID }

// Relatives says who else depends on what is to be ended.
type Relatives struct {
	// Family is a connection that lives on the same tokens; nil for none.
	Family *Relative
	// Tenant lists the instances in which a connection to the same organisation
	// is linked.
	Tenant []bowline.ID
	// Ended says that the whole grant was ended before, for a relative.
	Ended bool
	// Signing says that somebody is signing in to the same integration for the
	// same company, so that the organisation may be linked again in a moment.
	Signing bool
}

// WhollyEnded is the outcome of a revocation that ended all of a grant.
const WhollyEnded = "revoked"

// Relatives looks at who else depends on what is to be ended.
func (s *Store) Relatives(ctx context.Context, r Revocation, now time.Time) (Relatives, error) {
	var found Relatives
	err := s.read(ctx, `SELECT n.instance_id, n.company_id, n.id FROM grants g JOIN connections n ON n.id = g.connection_id
		WHERE g.family = $1 LIMIT 1`, []any{string(r.Unit)}, func(w *row) error {
		found.Family = &Relative{w.id(), w.id(), w.id()}
		return w.err
	})
	if err == nil {
		found.Tenant, err = s.LinkedTo(ctx, r.IntegrationKey, r.TenantID)
	}
	if err == nil {
		err = s.read(ctx, `SELECT 1 FROM revocations WHERE unit = $1 AND outcome = '`+WhollyEnded+`' LIMIT 1`, []any{string(r.Unit)}, func(*row) error {
			found.Ended = true
			return nil
		})
	}
	if err == nil {
		err = s.read(ctx, `SELECT 1 FROM authorizations WHERE status IN ('exchanging', 'choosing') AND expires_at > $1
			AND company_id = $2 AND integration_key = $3 LIMIT 1`, []any{micros(now), string(r.Company), r.IntegrationKey}, func(*row) error {
			found.Signing = true
			return nil
		})
	}
	if err != nil {
		return Relatives{}, fmt.Errorf("look for who depends on a grant: %w", err)
	}
	return found, nil
}

// LinkedTo lists the instances in which a connection to an organisation is
// linked.
func (s *Store) LinkedTo(ctx context.Context, integrationKey, tenant string) ([]bowline.ID, error) {
	var list []bowline.ID
	if tenant == "" {
		return nil, nil
	}
	err := s.read(ctx, `SELECT DISTINCT instance_id FROM connections WHERE integration_key = $1 AND tenant_id = $2
		AND tenant_id <> '' AND status = 'Linked' LIMIT 100`, []any{integrationKey, tenant}, func(r *row) error {
		list = append(list, r.id())
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("look for who is linked: %w", err)
	}
	return list, nil
}

// RevocationsWaiting counts what is not done yet, and says since when the oldest
// of it waits; the zero time for none.
func (s *Store) RevocationsWaiting(ctx context.Context) (n int64, oldest time.Time, err error) {
	err = s.read(ctx, `SELECT count(*), min(created) FROM revocations WHERE run_at IS NOT NULL`, nil, func(r *row) error {
		n, oldest = r.int(), r.time()
		return r.err
	})
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("count revocations: %w", err)
	}
	return n, oldest, nil
}

// PruneRevocations deletes at most limit of those that were done before the
// given time; the history of their connections tells of them.
func (s *Store) PruneRevocations(ctx context.Context, before time.Time, limit int) (n int, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		count, err := tx.execCount(ctx, `DELETE FROM revocations WHERE id IN (SELECT id FROM revocations
			WHERE done_at < $1 ORDER BY done_at LIMIT CAST($2 AS BIGINT)`+tx.dialect().skipLocked+`)`, []any{micros(before), int64(limit)})
		n = int(count)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("prune revocations: %w", err)
	}
	return n, nil
}

// FreeRevocations ends the leases of a process that died, at the start of the
// only one there is.
func (s *Store) FreeRevocations(ctx context.Context) error {
	if s.Engine() != SQLite {
		return nil
	}
	err := s.Write(ctx, func(tx *Tx) error {
		return tx.exec(ctx, `UPDATE revocations SET run_at = 0, leased_until = 0, holder = NULL WHERE leased_until > 0 AND run_at IS NOT NULL`, nil)
	})
	if err != nil {
		return fmt.Errorf("free revocations: %w", err)
	}
	return nil
}
