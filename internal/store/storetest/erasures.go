package storetest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// toldOf are the tables in which a deleted thing may still be named: events,
// and messages about them, are there until their time is over, and must tell
// of the deletion itself.
var toldOf = []string{"erasures", "events", "messages"}

// Traces returns the tables in which a text stands, but for the proofs of
// erasures and the events that told of it.
func Traces(t testing.TB, s *store.Store, text string) []string {
	t.Helper()
	var found []string
	for table, rows := range Dump(t, s) {
		if slices.Contains(toldOf, table) {
			continue
		}
		for _, row := range rows {
			if strings.Contains(row, text) {
				found = append(found, table)
				break
			}
		}
	}
	slices.Sort(found)
	return found
}

// fill gives a linked connection something of everything that can belong to one.
func fill(t testing.TB, s *store.Store, c bowline.Connection) bowline.Consent {
	t.Helper()
	consent := bowline.Consent{
		ID: bowline.NewID(Start), InstanceID: c.InstanceID, CompanyID: c.CompanyID, ConnectionID: c.ID, IntegrationKey: c.IntegrationKey,
		Kind: bowline.ConsentConnect, Text: "You & we agree", TextVersion: hash(1), Locale: "en-US", DataTypes: []string{"invoices"}, GrantedAt: Start,
	}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		a := NewAuthorization(c, string(c.ID))
		a.Status = bowline.AuthorizationChoosing
		if err := tx.ClaimAuthorization(ctx, a); err != nil {
			return err
		}
		if err := tx.PutAuthorizationGrant(ctx, a.ID, bowline.Grant{Family: a.ID, AccessToken: "choosing" + string(c.ID)}); err != nil {
			return err
		}
		if err := tx.InsertHandOver(ctx, NewHandOver(c, bowline.HandOverDevice, "code"+string(c.ID))); err != nil {
			return err
		}
		access := bowline.Access{InstanceID: c.InstanceID, CompanyID: c.CompanyID, ConnectionID: c.ID, Permission: bowline.PermissionProxy, Requests: 1, First: Start, Last: Start}
		if err := tx.RecordAccess(ctx, access); err != nil {
			return err
		}
		return tx.InsertConsent(ctx, consent)
	})
	return consent
}

// endEach ends what a deleted connection has left, which fill and a sign-in of
// its own gave it: the grant that it lived on, and the one that was kept while a
// customer chose.
func endEach(t testing.TB, s *store.Store, gone bowline.Connection, claimed, ended time.Time) {
	t.Helper()
	left := map[string]store.RevocationReason{}
	for _, unit := range claimRevocations(t, s, claimed) {
		r := unit[0]
		wantSame(t, "whose grant is left", []any{r.Company, r.Connection, r.IntegrationKey}, []any{gone.CompanyID, gone.ID, gone.IntegrationKey})
		left[r.Grant.AccessToken] = r.Reason
		must(s.FinishRevocation(t.Context(), store.RevocationOutcome{Revocation: r, At: ended, Outcome: store.WhollyEnded}))(t)
	}
	wantSame(t, "what is left to be ended", left, map[string]store.RevocationReason{
		"at" + string(gone.ID): store.RevokeDeleted, "choosing" + string(gone.ID): store.RevokeUnused,
	})
}

// Erasures is the conformance of deletion: nothing is left but the proof, and
// until it is done what is to be ended at the provider.
func Erasures(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	company := Add(t, s, NewCompany(instance, "Harbour Bakery"), bowline.Accounting, bowline.Commerce)
	for i, conn := range company.DataConnections { // each by a sign-in of its own
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			co, err := tx.LockCompany(ctx, instance, company.ID)
			if err != nil {
				return err
			}
			g := bowline.Grant{ConnectionID: conn.ID, AccessToken: "at" + string(conn.ID)}
			if err := tx.PutGrant(ctx, g); err != nil {
				return err
			}
			return tx.MoveConnection(ctx, co, &company.DataConnections[i], bowline.TriggerLink, store.Change{Actor: bowline.ActorCustomer, Now: Start})
		})
	}
	gone, other := company.DataConnections[0], company.DataConnections[1]
	consent := fill(t, s, gone)
	moveAs(t, s, gone, bowline.TriggerDelete)
	wantSame(t, "traces before the grant is ended", Traces(t, s, string(gone.ID)), []string{"revocations"})

	all, total, err := s.Erasures(ctx, instance, bowline.Page{Number: 1, Size: 10})
	if err != nil || total != 1 {
		t.Fatalf("%d erasures, %v", total, err)
	}
	proof := all[0]
	wantSame(t, "counts", proof.Erased, map[string]int64{"access": 1, "authorizations": 1, "consents": 1, "grants": 1, "handOvers": 1, "history": 1})
	wantSame(t, "consents", proof.Consents, []string{bowline.ConsentDigest(consent)})
	wantSame(t, "proof", []any{proof.Number, proof.Kind, proof.CompanyID, proof.ConnectionID, proof.IntegrationKey, proof.ErasedAt, proof.Actor, proof.CorrelationID, proof.Previous, proof.GrantOutcome},
		[]any{int64(1), bowline.ErasedConnection, company.ID, gone.ID, gone.IntegrationKey, Start, bowline.ActorKey("k"), "c0ffee", "", bowline.GrantWaits})
	wantSame(t, "hash", proof.Hash, proof.Digest())

	later := Start.Add(time.Hour)
	endEach(t, s, gone, Start, later)
	wantSame(t, "traces in the end", Traces(t, s, string(gone.ID)), []string{})
	all, _, err = s.Erasures(ctx, instance, bowline.Page{Number: 1, Size: 10})
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "the proof tells", []any{all[0].GrantOutcome, *all[0].GrantEndedAt, all[0].Hash}, []any{store.WhollyEnded, later, proof.Hash})

	fill(t, s, other)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.LockFamily(ctx, instance, company.ID)
		if err != nil {
			return err
		}
		return tx.RemoveCompany(ctx, c, store.Change{Actor: bowline.ActorKey("k"), Now: later})
	})
	all, total, err = s.Erasures(ctx, instance, bowline.Page{Number: 1, Size: 10})
	if err != nil || total != 3 {
		t.Fatalf("%d erasures, %v", total, err)
	}
	wantSame(t, "the company's", []any{all[1].Kind, all[1].ConnectionID, all[2].Kind, all[2].CompanyID, all[2].Previous, all[2].Erased["connections"]},
		[]any{bowline.ErasedConnection, other.ID, bowline.ErasedCompany, company.ID, all[1].Hash, int64(1)})
	endEach(t, s, other, later, later)
	wantSame(t, "traces of the company", Traces(t, s, string(company.ID)), []string{})
	check := must(s.CheckErasures(ctx, instance))(t)
	wantSame(t, "check", check, bowline.ErasureCheck{Count: 3, Head: all[2].Hash, Intact: true})
	wantSame(t, "check of nothing", must(s.CheckErasures(ctx, NewInstance(t, s)))(t), bowline.ErasureCheck{Intact: true})
}

// ErasureChain is the conformance of the chain of proofs: whatever is done to it
// past the store shows.
func ErasureChain(t *testing.T, s *store.Store) {
	erase := func(instance bowline.ID) {
		conn := Add(t, s, NewCompany(instance, "x"), bowline.Commerce).DataConnections[0]
		moveAs(t, s, conn, bowline.TriggerDelete)
	}
	for name, test := range map[string]struct {
		sql   []string
		more  bool // another erasure follows
		fault int64
	}{
		"untouched":                      {},
		"untouched, and going on":        {more: true},
		"a row is removed":               {sql: []string{`DELETE FROM erasures WHERE seq = 2`}, fault: 2},
		"the first row is removed":       {sql: []string{`DELETE FROM erasures WHERE seq = 1`}, fault: 1},
		"the last row is removed":        {sql: []string{`DELETE FROM erasures WHERE seq = 3`}, fault: 3},
		"the last row, and its count":    {sql: []string{`DELETE FROM erasures WHERE seq = 3`, `UPDATE erasure_heads SET seq = 2`}, fault: 3},
		"the last row, and then more":    {sql: []string{`DELETE FROM erasures WHERE seq = 3`, `UPDATE erasure_heads SET seq = 2`}, more: true, fault: 3},
		"all rows":                       {sql: []string{`DELETE FROM erasures`}, fault: 1},
		"all rows and the end":           {sql: []string{`DELETE FROM erasures WHERE seq < 3`, `DELETE FROM erasure_heads`}, fault: 1},
		"a row is changed":               {sql: []string{`UPDATE erasures SET actor = 'system' WHERE seq = 2`}, fault: 2},
		"a count is changed":             {sql: []string{`UPDATE erasures SET erased = '{"history":7}' WHERE seq = 3`}, fault: 3},
		"two rows are one":               {sql: []string{`DELETE FROM erasures WHERE seq = 2`, `UPDATE erasures SET seq = 2 WHERE seq = 3`}, fault: 2},
		"the end is of another":          {sql: []string{`UPDATE erasure_heads SET sealed = (SELECT sealed FROM secrets LIMIT 1)`}, fault: 3},
		"the end is lost, and then more": {sql: []string{`DELETE FROM erasure_heads`}, more: true, fault: 4},
	} {
		instance := NewInstance(t, s)
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.PutSecret(ctx, "any", []byte("plain"))
			return err
		})
		for range 3 {
			erase(instance)
		}
		for _, sql := range test.sql {
			join := " AND "
			if !strings.Contains(sql, " WHERE ") {
				join = " WHERE "
			}
			Tamper(t, s, sql+join+`instance_id = '`+string(instance)+`'`)
		}
		if test.more {
			erase(instance)
		}
		check := must(s.CheckErasures(t.Context(), instance))(t)
		if check.Intact != (test.fault == 0) || test.fault > 0 && check.Faults[0].Number != test.fault {
			t.Errorf("%s: %+v", name, check)
		}
	}
}
