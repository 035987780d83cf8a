package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// linkAll makes each connection of a company Linked with a grant of the family,
// whose tokens are named after it.
func linkAll(t testing.TB, s *store.Store, c bowline.Company, family bowline.ID) bowline.Company {
	t.Helper()
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		co, err := tx.LockCompany(ctx, c.InstanceID, c.ID)
		if err != nil {
			return err
		}
		for i := range co.DataConnections {
			conn := co.DataConnections[i]
			g := bowline.Grant{ConnectionID: conn.ID, Family: family, AccessToken: "at-" + string(family), RefreshToken: "rt-" + string(family)}
			if err := tx.PutGrant(ctx, g); err != nil {
				return err
			}
			conn.TenantID = "tenant-" + string(conn.ID)
			if err := tx.MoveConnection(ctx, co, &conn, bowline.TriggerLink, store.Change{Actor: bowline.ActorCustomer, Now: Start}); err != nil {
				return err
			}
		}
		return nil
	})
	return must(s.Company(t.Context(), c.InstanceID, c.ID))(t)
}

// moveAs takes a connection of a company along one transition.
func moveAs(t testing.TB, s *store.Store, c bowline.Connection, trigger bowline.Trigger) {
	t.Helper()
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		co, err := tx.LockCompany(ctx, c.InstanceID, c.CompanyID)
		if err != nil {
			return err
		}
		now, err := tx.Connection(ctx, c.InstanceID, c.CompanyID, c.ID)
		if err != nil {
			return err
		}
		return tx.MoveConnection(ctx, co, &now, trigger, store.Change{Actor: bowline.ActorKey("k"), Now: Start, CorrelationID: "c0ffee"})
	})
}

func claimRevocations(t testing.TB, s *store.Store, at time.Time) [][]store.Revocation {
	t.Helper()
	return must(s.ClaimRevocations(t.Context(), leaseAt(at), 10))(t)
}

// Revocations is the conformance of what is to be ended at providers.
func Revocations(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	family := bowline.NewID(Start)
	company := linkAll(t, s, Add(t, s, NewCompany(instance, "Harbour Bakery"), bowline.Commerce, bowline.Commerce), family)
	a, b := company.DataConnections[0], company.DataConnections[1]
	wantSame(t, "nothing to end while linked", len(claimRevocations(t, s, Start)), 0)

	moveAs(t, s, a, bowline.TriggerUnlink)
	_, err := s.Grant(ctx, a.ID)
	wantErr(t, "grant after the end", err, store.ErrNotFound)
	first := claimRevocations(t, s, Start)
	wantSame(t, "units", len(first), 1)
	r := first[0][0]
	wantSame(t, "what is to be ended", []any{r.Connection, r.Company, r.Instance, r.TenantID, r.Unit, r.Reason, r.CorrelationID, r.Grant.RefreshToken, r.Attempts},
		[]any{a.ID, company.ID, instance, a.TenantID, family, store.RevokeUnlinked, "c0ffee", "rt-" + string(family), 0})
	others := must(s.Relatives(ctx, r, Start))(t)
	wantSame(t, "who lives on the same tokens", others.Family, &store.Relative{Instance: instance, Company: company.ID, Connection: b.ID})
	wantSame(t, "who is linked to it", len(others.Tenant), 0)
	wantSame(t, "who is linked to the other", must(s.LinkedTo(ctx, b.IntegrationKey, b.TenantID))(t), []bowline.ID{instance})

	// The other of the family goes while the first is in hand: it waits its turn.
	moveAs(t, s, b, bowline.TriggerUnlink)
	wantSame(t, "claimed while one of the unit is in hand", len(claimRevocations(t, s, Start)), 0)
	held := must(s.FinishRevocation(ctx, store.RevocationOutcome{Revocation: r, At: Start, RunAt: Start.Add(time.Hour), Failure: "unavailable"}))(t)
	wantSame(t, "held", held, true)
	held = must(s.FinishRevocation(ctx, store.RevocationOutcome{Revocation: store.Revocation{ID: r.ID, Fence: r.Fence - 1}, At: Start, Outcome: "kept"}))(t)
	wantSame(t, "held by a former fence", held, false)
	both := claimRevocations(t, s, Start)
	if len(both) != 1 || len(both[0]) != 2 {
		t.Fatalf("claimed %v", both)
	}
	wantSame(t, "attempts", both[0][0].Attempts, 1)
	n, oldest, err := s.RevocationsWaiting(ctx)
	wantSame(t, "waiting", []any{n, oldest, err}, []any{int64(2), Start, error(nil)})

	// New tokens go to all of the unit, or to none.
	fresh := bowline.Grant{AccessToken: "at-new", RefreshToken: "rt-new", Extra: map[string]string{"token.a": "1", "tenant.b": "not theirs"}}
	lost := []store.Revocation{both[0][0], {ID: both[0][1].ID, Fence: both[0][1].Fence - 1}}
	wantErr(t, "tokens for a row of somebody else", s.KeepRevocation(ctx, lost, fresh), store.ErrConflict)
	if err := s.KeepRevocation(ctx, both[0], fresh); err != nil {
		t.Fatal(err)
	}
	later := Start.Add(2 * time.Minute) // both leases are over
	again := claimRevocations(t, s, later)[0]
	for _, row := range again {
		wantSame(t, "kept tokens", []string{row.Grant.RefreshToken, row.Grant.Extra["token.a"], row.Grant.Extra["tenant.b"]}, []string{"rt-new", "1", ""})
		done := store.RevocationOutcome{Revocation: row, At: later, Outcome: store.WhollyEnded, Note: "ended at the provider"}
		wantSame(t, "held", must(s.FinishRevocation(ctx, done))(t), true)
	}
	wantSame(t, "after the end", len(claimRevocations(t, s, later.Add(time.Hour))), 0)
	wantSame(t, "ended for a relative", must(s.Relatives(ctx, r, Start))(t).Ended, true)
	line := must(s.History(ctx, instance, a.ID))(t)
	last := line[len(line)-1]
	wantSame(t, "history", []any{last.Trigger, last.From, last.To, last.Reason, last.Actor, last.At},
		[]any{bowline.TriggerNote, bowline.Unlinked, bowline.Unlinked, "ended at the provider", bowline.ActorSystem, later})
	for _, row := range Dump(t, s)["revocations"] {
		if !strings.Contains(row, "||unlinked|") {
			t.Errorf("tokens are left in %q", row)
		}
	}
	wantSame(t, "pruned too early", must(s.PruneRevocations(ctx, later, 10))(t), 0)
	wantSame(t, "pruned", must(s.PruneRevocations(ctx, later.Add(time.Second), 10))(t), 2)
}

// LateGrants is the conformance of tokens that a refresh brings after the end.
func LateGrants(t *testing.T, s *store.Store) {
	instance := NewInstance(t, s)
	family := bowline.NewID(Start)
	c := linkAll(t, s, Add(t, s, NewCompany(instance, "Harbour Bakery"), bowline.Accounting), family).DataConnections[0]
	lease := Start.Add(time.Minute)
	if _, _, err := s.ClaimRenewal(t.Context(), store.Lease{Now: Start, Until: lease}, family, false); err != nil {
		t.Fatal(err)
	}
	moveAs(t, s, c, bowline.TriggerUnlink)
	wantSame(t, "claimed while a refresh is under way", len(claimRevocations(t, s, Start)), 0)
	late := store.Revocation{
		Instance: instance, Company: c.CompanyID, Connection: c.ID, IntegrationKey: c.IntegrationKey, Unit: family, Created: Start,
		Grant: bowline.Grant{AccessToken: "at-late", RefreshToken: "rt-late"},
	}
	put := func() {
		t.Helper()
		Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.LateGrant(ctx, late) })
	}
	put()
	units := claimRevocations(t, s, Start)
	if len(units) != 1 || len(units[0]) != 1 || units[0][0].Grant.RefreshToken != "rt-late" || units[0][0].Reason != store.RevokeUnlinked {
		t.Fatalf("claimed %v", units)
	}
	put() // who has it in hand has the former tokens
	done := store.RevocationOutcome{Revocation: units[0][0], At: Start, Outcome: store.WhollyEnded}
	wantSame(t, "held with former tokens", must(s.FinishRevocation(t.Context(), done))(t), false)
	done.Revocation = claimRevocations(t, s, Start)[0][0]
	wantSame(t, "held", must(s.FinishRevocation(t.Context(), done))(t), true)
	put() // after the end
	units = claimRevocations(t, s, Start)
	if len(units) != 1 || units[0][0].Reason != store.RevokeLate {
		t.Fatalf("claimed %v", units)
	}
	lateForSeveral(t, s, instance)
}

// LostRevocations is what a holder leaves who lost his session: others go on at
// once, but not with what he was about to send a refresh token for.
func LostRevocations(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	unlinked := func() {
		c := linkAll(t, s, Add(t, s, NewCompany(instance, "Harbour Bakery"), bowline.Accounting), bowline.NewID(Start)).DataConnections[0]
		moveAs(t, s, c, bowline.TriggerUnlink)
	}
	unlinked()
	left := claimRevocations(t, s, Start)[0]
	unlinked()
	asked := claimRevocations(t, s, Start)[0]
	wantErr(t, "ask", s.AskRevocation(ctx, asked), nil)
	wantErr(t, "ask what another holds", s.AskRevocation(ctx, []store.Revocation{{ID: asked[0].ID, Fence: asked[0].Fence + 1}}), store.ErrConflict)

	soon := Start.Add(time.Second)
	wantErr(t, "free", s.FreeLost(ctx, 8, soon), nil)
	wantSame(t, "claimed after another's loss", len(claimRevocations(t, s, soon)), 0)
	wantErr(t, "free", s.FreeLost(ctx, 7, soon), nil)
	wantErr(t, "ask for what is lost", s.AskRevocation(ctx, left), store.ErrConflict)
	units := claimRevocations(t, s, soon)
	if len(units) != 1 || units[0][0].ID != left[0].ID {
		t.Fatalf("claimed %v after the loss", units)
	}
	// He lives, and was answered.
	wantErr(t, "keep", s.KeepRevocation(ctx, asked, bowline.Grant{AccessToken: "at-2", RefreshToken: "rt-2"}), nil)
	done := store.RevocationOutcome{Revocation: asked[0], At: soon, Outcome: store.WhollyEnded}
	wantSame(t, "held", must(s.FinishRevocation(ctx, done))(t), true)
	done.Revocation = left[0]
	wantSame(t, "held by who lost it", must(s.FinishRevocation(ctx, done))(t), false)
}

// lateForSeveral: all that waits has the tokens that came late, and each still
// ends its own organisation.
func lateForSeveral(t *testing.T, s *store.Store, instance bowline.ID) {
	t.Helper()
	family := bowline.NewID(Start)
	list := linkAll(t, s, Add(t, s, NewCompany(instance, "Harbour Bakery"), bowline.Commerce, bowline.Commerce), family).DataConnections
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for _, c := range list {
			g := bowline.Grant{ConnectionID: c.ID, Family: family, AccessToken: "at-" + string(family), RefreshToken: "rt-" + string(family),
				Extra: map[string]string{"tenant.link": string(c.ID)}}
			if err := tx.PutGrant(ctx, g); err != nil {
				return err
			}
		}
		return nil
	})
	moveAs(t, s, list[0], bowline.TriggerUnlink)
	moveAs(t, s, list[1], bowline.TriggerUnlink)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.LateGrant(ctx, store.Revocation{Unit: family, Grant: bowline.Grant{
			AccessToken: "at-late", RefreshToken: "rt-late", Extra: map[string]string{"token.a": "1", "tenant.link": string(list[0].ID)},
		}})
	})
	rows := 0
	for _, unit := range claimRevocations(t, s, Start) {
		for _, r := range unit {
			if r.Unit != family {
				continue
			}
			rows++
			wantSame(t, "late tokens of one of several", []string{r.Grant.RefreshToken, r.Grant.Extra["token.a"], r.Grant.Extra["tenant.link"]},
				[]string{"rt-late", "1", string(r.Connection)})
		}
	}
	wantSame(t, "rows of several", rows, 2)
}
