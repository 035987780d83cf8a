package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bowline/bowline"
)

// eraseConnection deletes a connection with all that belongs to it and leaves a
// proof. Its grant is given to the revocations before, and so are those that were
// kept while a customer chose what to connect.
func (tx *Tx) eraseConnection(ctx context.Context, c bowline.Connection, ch Change) error {
	if err := tx.endGrantOf(ctx, c, RevokeDeleted, ch); err != nil {
		return err
	}
	if err := tx.endKept(ctx, c, ch); err != nil {
		return err
	}
	proof, err := tx.proofOf(ctx, c, ch)
	if err != nil {
		return fmt.Errorf("erase connection: %w", err)
	}
	if err := tx.DeleteConnection(ctx, c.InstanceID, c.CompanyID, c.ID); err != nil {
		return err
	}
	// Those that are done told the proof; those that wait will.
	err = tx.exec(ctx, `DELETE FROM revocations WHERE connection_id = $1 AND done_at IS NOT NULL`, []any{string(c.ID)})
	if err != nil {
		return fmt.Errorf("erase connection: %w", err)
	}
	return tx.appendErasure(ctx, proof)
}

// eraseCompany deletes a company like eraseConnection, with a proof for each of
// its connections and one for itself.
func (tx *Tx) eraseCompany(ctx context.Context, c bowline.Company, ch Change) error {
	proof := bowline.Erasure{
		InstanceID: c.InstanceID, Kind: bowline.ErasedCompany, CompanyID: c.ID, ErasedAt: ch.Now, Actor: ch.Actor,
		CorrelationID: ch.CorrelationID, Erased: map[string]int64{"connections": int64(len(c.DataConnections)), "tags": int64(len(c.Tags))},
	}
	err := tx.countRows(ctx, proof.Erased, c.ID, []counted{
		{"handOvers", `SELECT count(*) FROM handovers WHERE company_id = $1 AND connection_id IS NULL`},
		{"integrationRequests", `SELECT count(*) FROM integration_requests WHERE company_id = $1`},
	})
	if err != nil {
		return fmt.Errorf("erase company: %w", err)
	}
	for _, conn := range c.DataConnections {
		if err := tx.eraseConnection(ctx, conn, ch); err != nil {
			return err
		}
	}
	if err := tx.DeleteCompany(ctx, c.InstanceID, c.ID); err != nil {
		return err
	}
	return tx.appendErasure(ctx, proof)
}

func (tx *Tx) proofOf(ctx context.Context, c bowline.Connection, ch Change) (bowline.Erasure, error) {
	proof := bowline.Erasure{
		InstanceID: c.InstanceID, Kind: bowline.ErasedConnection, CompanyID: c.CompanyID, ConnectionID: c.ID, IntegrationKey: c.IntegrationKey,
		ErasedAt: ch.Now, Actor: ch.Actor, CorrelationID: ch.CorrelationID, Erased: map[string]int64{},
	}
	consents, err := tx.Consents(ctx, c.InstanceID, c.ID)
	if err != nil {
		return proof, err
	}
	for _, consent := range consents {
		proof.Consents = append(proof.Consents, bowline.ConsentDigest(consent))
	}
	proof.Erased["consents"] = int64(len(consents))
	err = tx.countRows(ctx, proof.Erased, c.ID, []counted{
		{"access", `SELECT count(*) FROM connection_access WHERE connection_id = $1`},
		{"authorizations", `SELECT count(*) FROM authorizations WHERE connection_id = $1`},
		{"grants", `SELECT count(*) FROM grants WHERE connection_id = $1`},
		{"handOvers", `SELECT count(*) FROM handovers WHERE connection_id = $1`},
		{"history", `SELECT count(*) FROM connection_history WHERE connection_id = $1`},
	})
	if err != nil {
		return proof, err
	}
	err = tx.query(ctx, `SELECT outcome, done_at FROM revocations WHERE connection_id = $1 ORDER BY done_at, id`, []any{string(c.ID)}, func(r *row) error {
		proof.GrantOutcome, proof.GrantEndedAt = r.text(), r.timeOrNil()
		return r.err
	})
	if err == nil {
		err = tx.query(ctx, `SELECT 1 FROM revocations WHERE connection_id = $1 AND run_at IS NOT NULL LIMIT 1`, []any{string(c.ID)}, func(*row) error {
			proof.GrantOutcome, proof.GrantEndedAt = bowline.GrantWaits, nil
			return nil
		})
	}
	return proof, err
}

type counted struct{ name, sql string }

func (tx *Tx) countRows(ctx context.Context, into map[string]int64, of bowline.ID, all []counted) error {
	for _, c := range all {
		err := tx.query(ctx, c.sql, []any{string(of)}, func(r *row) error {
			into[c.name] = r.int()
			return r.err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tellErasure notes in the proof what came of the grant, and removes the last
// that is known of the deleted connection.
func (tx *Tx) tellErasure(ctx context.Context, r Revocation, o RevocationOutcome) error {
	if err := tx.exec(ctx, `DELETE FROM revocations WHERE id = $1`, []any{string(r.ID)}); err != nil {
		return err
	}
	return tx.exec(ctx, `UPDATE erasures SET grant_outcome = $1, grant_ended_at = $2
		WHERE connection_id = $3 AND connection_id <> '' AND kind = 'connection'
		AND NOT EXISTS (SELECT 1 FROM revocations w WHERE w.connection_id = $3 AND w.run_at IS NOT NULL)`,
		[]any{o.Outcome, micros(o.At), string(r.Connection)})
}

// chainEnd is the end of an instance's chain of proofs.
type chainEnd struct {
	seq  int64
	hash string
}

func (s *Store) sealEnd(instance bowline.ID, end chainEnd) ([]byte, error) {
	plain, err := json.Marshal([]any{end.seq, end.hash})
	if err != nil {
		return nil, err
	}
	return s.sealer.Seal(plain, "erasure_heads", string(instance), "sealed")
}

// errChainEnd says that the end of a chain does not open.
var errChainEnd = errors.New("the end of the chain of erasures does not open")

func (s *Store) openEnd(instance bowline.ID, sealed []byte) (end chainEnd, err error) {
	plain, err := s.sealer.Open(sealed, "erasure_heads", string(instance), "sealed")
	if err != nil {
		return end, errChainEnd
	}
	if json.Unmarshal(plain, &[]any{&end.seq, &end.hash}) != nil {
		return end, errChainEnd
	}
	return end, nil
}

// appendErasure puts a proof at the end of its chain. The row of the end keeps
// two from taking the same place.
func (tx *Tx) appendErasure(ctx context.Context, e bowline.Erasure) error {
	end, err := tx.lockEnd(ctx, e.InstanceID)
	if err != nil {
		return fmt.Errorf("append erasure: %w", err)
	}
	e.ID, e.Number, e.Previous = bowline.NewID(e.ErasedAt), end.seq+1, end.hash
	e.Hash = e.Digest()
	sealed, err := tx.store.sealEnd(e.InstanceID, chainEnd{e.Number, e.Hash})
	if err != nil {
		return fmt.Errorf("append erasure: %w", err)
	}
	erased, err := encode(e.Erased, len(e.Erased) == 0)
	if err != nil {
		return err
	}
	consents, err := encode(e.Consents, len(e.Consents) == 0)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, `INSERT INTO erasures
		(instance_id, seq, id, kind, company_id, connection_id, integration_key, at, actor, correlation_id,
		 erased, consents, previous, hash, grant_outcome, grant_ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		[]any{
			string(e.InstanceID), e.Number, string(e.ID), string(e.Kind), string(e.CompanyID), string(e.ConnectionID), e.IntegrationKey,
			micros(e.ErasedAt), string(e.Actor), e.CorrelationID, erased, consents, e.Previous, e.Hash, e.GrantOutcome, microsOrNil(e.GrantEndedAt),
		})
	if err == nil {
		err = tx.exec(ctx, `UPDATE erasure_heads SET seq = $1, sealed = $2 WHERE instance_id = $3`, []any{e.Number, sealed, string(e.InstanceID)})
	}
	if err != nil {
		return fmt.Errorf("append erasure: %w", err)
	}
	return nil
}

// lockEnd returns the end of a chain and keeps others from it. What is sealed
// counts: rows that somebody cut off leave a gap then, whatever else was
// changed.
func (tx *Tx) lockEnd(ctx context.Context, instance bowline.ID) (end chainEnd, err error) {
	first, err := tx.store.sealEnd(instance, chainEnd{})
	if err != nil {
		return end, err
	}
	err = tx.exec(ctx, `INSERT INTO erasure_heads (instance_id, seq, sealed) VALUES ($1, 0, $2) ON CONFLICT (instance_id) DO NOTHING`,
		[]any{string(instance), first})
	if err != nil {
		return end, err
	}
	var sealed []byte
	err = tx.query(ctx, `SELECT sealed FROM erasure_heads WHERE instance_id = $1`+tx.dialect().lock, []any{string(instance)}, func(r *row) error {
		sealed = r.bytes()
		return r.err
	})
	if err != nil {
		return end, err
	}
	last := int64(0)
	err = tx.query(ctx, `SELECT max(seq) FROM erasures WHERE instance_id = $1`, []any{string(instance)}, func(r *row) error {
		last = r.int()
		return r.err
	})
	if err != nil {
		return end, err
	}
	if end, err = tx.store.openEnd(instance, sealed); err != nil { // deleting goes on; the check of the chain shows it
		end = chainEnd{}
	}
	end.seq = max(end.seq, last)
	return end, nil
}

const erasureSQL = `SELECT seq, id, kind, company_id, connection_id, integration_key, at, actor, correlation_id, erased, consents,
	previous, hash, grant_outcome, grant_ended_at FROM erasures `

func scanErasure(r *row, instance bowline.ID) bowline.Erasure {
	e := bowline.Erasure{
		InstanceID: instance, Number: r.int(), ID: r.id(), Kind: bowline.ErasureKind(r.text()), CompanyID: r.id(), ConnectionID: r.id(),
		IntegrationKey: r.text(), ErasedAt: r.time(), Actor: bowline.Actor(r.text()), CorrelationID: r.text(), Erased: map[string]int64{},
	}
	r.json(&e.Erased)
	r.json(&e.Consents)
	if e.Consents == nil {
		e.Consents = []string{}
	}
	e.Previous, e.Hash, e.GrantOutcome, e.GrantEndedAt = r.text(), r.text(), r.text(), r.timeOrNil()
	return e
}

// Erasures returns a page of an instance's proofs, the first erased first, and
// how many there are.
func (s *Store) Erasures(ctx context.Context, instance bowline.ID, page bowline.Page) ([]bowline.Erasure, int64, error) {
	var list []bowline.Erasure
	total := int64(0)
	err := s.read(ctx, `SELECT count(*) FROM erasures WHERE instance_id = $1`, []any{string(instance)}, func(r *row) error {
		total = r.int()
		return r.err
	})
	if err == nil {
		err = s.read(ctx, erasureSQL+`WHERE instance_id = $1 ORDER BY seq LIMIT CAST($2 AS BIGINT) OFFSET CAST($3 AS BIGINT)`,
			[]any{string(instance), int64(page.Size), page.Offset()}, func(r *row) error {
				list = append(list, scanErasure(r, instance))
				return r.err
			})
	}
	if err != nil {
		return nil, 0, fmt.Errorf("list erasures: %w", err)
	}
	return list, total, nil
}

// maxFaults bounds what a check of a chain tells.
const maxFaults = 100

// CheckErasures reads an instance's whole chain and says whether it is as it was
// written: that no proof was taken away, changed or put in.
func (s *Store) CheckErasures(ctx context.Context, instance bowline.ID) (bowline.ErasureCheck, error) {
	check := bowline.ErasureCheck{Faults: []bowline.ErasureFault{}}
	fault := func(number int64, problem string) {
		if len(check.Faults) < maxFaults {
			check.Faults = append(check.Faults, bowline.ErasureFault{Number: number, Problem: problem})
		}
	}
	var sealed []byte
	last := chainEnd{}
	// The end first: proofs that come about meanwhile lie beyond it.
	err := s.read(ctx, `SELECT sealed FROM erasure_heads WHERE instance_id = $1`, []any{string(instance)}, func(r *row) error {
		sealed = r.bytes()
		return r.err
	})
	end, known := chainEnd{}, false
	if sealed != nil {
		opened, failed := s.openEnd(instance, sealed)
		end, known = opened, failed == nil
	}
	if err == nil {
		err = s.read(ctx, erasureSQL+`WHERE instance_id = $1 ORDER BY seq`, []any{string(instance)}, func(r *row) error {
			e := scanErasure(r, instance)
			switch {
			case e.Number != last.seq+1:
				fault(last.seq+1, "missing")
			case e.Previous != last.hash:
				fault(e.Number, "does not follow the one before it")
			}
			if e.Digest() != e.Hash {
				fault(e.Number, "changed")
			}
			if known && e.Number == end.seq && e.Hash != end.hash {
				fault(e.Number, "is not the one that was written")
			}
			check.Count++
			last = chainEnd{e.Number, e.Hash}
			return r.err
		})
	}
	if err != nil {
		return bowline.ErasureCheck{}, fmt.Errorf("check erasures: %w", err)
	}
	switch {
	case sealed == nil && check.Count > 0 || sealed != nil && !known:
		fault(last.seq, "the sealed end of the chain is missing or does not open")
	case last.seq < end.seq:
		fault(last.seq+1, "missing")
	}
	check.Head, check.Intact = last.hash, len(check.Faults) == 0
	return check, nil
}
