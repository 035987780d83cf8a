package storetest

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Families is the conformance of tokens that several connections live on.
func Families(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	family := bowline.NewID(Start)
	member := func(tenant string) bowline.Grant {
		g := NewGrant("a", Start)
		g.Family, g.Extra = family, map[string]string{"region": "eu", "tenant.id": tenant}
		return g
	}
	conns := Linked(t, s, instance, member("1"), member("2"))
	u := claimDue(t, s, instance, Start, 10)
	if len(u) != 1 || u[0].ID != family || len(u[0].Members) != 2 {
		t.Fatalf("claimed %+v, want one of two members", u)
	}
	// A third comes while the lease is held.
	third := Linked(t, s, instance, member("3"))[0]
	renewed := given("b")
	renewed.Extra = map[string]string{"region": "us"}
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: u[0], Given: renewed, RunAt: Start.Add(time.Hour)}), 0)
	for i, conn := range append(conns, third) {
		g := must(s.Grant(ctx, conn.ID))(t)
		if g.RefreshToken != "rt-b" || g.Version != 2 || g.Family != family {
			t.Errorf("member %d has version %d of family %q", i, g.Version, g.Family)
		}
		wantSame(t, "what is its own", g.Extra, map[string]string{"region": "us", "tenant.id": string(rune('1' + i))})
	}

	// Other tokens for one are other tokens for all, if they are of the family.
	other := member("1")
	other.ConnectionID, other.RefreshToken, other.AccessToken = conns[0].ID, "rt-c", "at-c"
	putGrant(t, s, other)
	g := must(s.Grant(ctx, third.ID))(t)
	if g.RefreshToken != "rt-c" || g.Extra["tenant.id"] != "3" {
		t.Errorf("another member has %v", g.Extra)
	}

	// They go one by one, and the renewal with the last.
	for i, conn := range append(conns, third) {
		wantSame(t, "members", len(must(s.RenewalOf(ctx, conn.ID))(t).Members), 3-i)
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.DeleteConnection(ctx, instance, conn.CompanyID, conn.ID)
		})
	}
	wantSame(t, "renewals", len(Dump(t, s)["renewals"]), 0)

	// A company takes all of its own along.
	conns = Linked(t, s, instance, member("1"), member("2"), NewGrant("alone", Start))
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.DeleteCompany(ctx, instance, conns[0].CompanyID)
	})
	wantSame(t, "renewals", len(Dump(t, s)["renewals"]), 0)
}

// Owners proves that a refresh token never has two owners.
func Owners(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance, other := NewInstance(t, s), NewInstance(t, s)
	first := Linked(t, s, instance, NewGrant("a", Start))[0]
	again := NewGrant("a", Start.Add(time.Minute))
	again.Family, again.AccessToken = bowline.NewID(Start), "at-younger"
	second := Linked(t, s, instance, again)[0]
	u := must(s.RenewalOf(ctx, second.ID))(t)
	if u.ID != first.ID || len(u.Members) != 2 || !u.DueAt.Equal(Start.Add(time.Minute)) {
		t.Errorf("joined %s with %d members, due %v", u.ID, len(u.Members), u.DueAt)
	}
	wantSame(t, "family of who joined", must(s.Grant(ctx, second.ID))(t).Family, first.ID)
	// What another instance has is its own affair.
	apart := Linked(t, s, other, NewGrant("a", Start))[0]
	wantSame(t, "renewal of another instance", must(s.RenewalOf(ctx, apart.ID))(t).ID, apart.ID)

	// A provider that gives one renewal the token of another makes them one.
	third := Linked(t, s, instance, NewGrant("c", Start))[0]
	claimed := claimDue(t, s, instance, Start, 10)
	if len(claimed) != 1 || claimed[0].ID != third.ID {
		t.Fatalf("claimed %+v", claimed)
	}
	same := given("a")
	same.AccessToken = "at-merged"
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: claimed[0], Given: same, RunAt: Start.Add(time.Hour)}), 0)
	u = must(s.RenewalOf(ctx, third.ID))(t)
	if u.ID != first.ID || len(u.Members) != 3 || u.DueAt.After(time.Now()) {
		t.Errorf("merged into %s with %d members, due %v", u.ID, len(u.Members), u.DueAt)
	}
	wantSame(t, "token of who was merged", must(s.Grant(ctx, third.ID))(t).AccessToken, "at-younger")

	// One that each use replaces is forgotten, unless it was handed out.
	renew := func(conn bowline.Connection, name string) {
		t.Helper()
		u, free, err := s.ClaimRenewal(ctx, leaseAt(time.Now()), must(s.RenewalOf(ctx, conn.ID))(t).ID, false)
		if err != nil || !free {
			t.Fatalf("claim: %v, %v", free, err)
		}
		wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: u, Given: given(name), RunAt: time.Now().Add(time.Hour)}), 0)
	}
	renew(first, "a2")
	wantErr(t, "hand out", s.HandOut(ctx, first.ID), nil)
	fourth := Linked(t, s, instance, NewGrant("a2", Start))[0]
	u = must(s.RenewalOf(ctx, fourth.ID))(t)
	wantSame(t, "renewal of what was handed out", u.ID, first.ID)
	// Who hands over what has been replaced since lives on what took its place.
	renew(first, "a3")
	fifth := Linked(t, s, instance, NewGrant("a2", Start))[0]
	wantSame(t, "token of a late one", must(s.Grant(ctx, fifth.ID))(t).RefreshToken, "rt-a3")
	// One that stays the same may be met again.
	renew(first, "a3")
	sixth := Linked(t, s, instance, NewGrant("a3", Start))[0]
	wantSame(t, "renewal of one that stays", must(s.RenewalOf(ctx, sixth.ID))(t).ID, first.ID)

	// And so in one batch.
	now := time.Now().Add(2 * time.Hour)
	Linked(t, s, instance, NewGrant("d", Start), NewGrant("e", Start))
	batch := claimDue(t, s, instance, now, 10)
	outcomes := make([]store.RenewalOutcome, len(batch))
	for i, u := range batch {
		outcomes[i] = store.RenewalOutcome{Renewal: u, Given: given("same"), RunAt: now}
	}
	wantSame(t, "outcomes", len(outcomes), 3)
	wantSame(t, "lost", len(must(s.FinishRenewals(ctx, outcomes))(t)), 0)
	wantSame(t, "renewals of the instance", len(claimDue(t, s, instance, now.Add(time.Hour), 10)), 1)
}

// Replaced proves that tokens which nobody lives on any more are to be ended.
func Replaced(t *testing.T, s *store.Store) {
	instance := NewInstance(t, s)
	family := bowline.NewID(Start)
	shared := NewGrant("shared", Start)
	shared.Family = family
	conns := Linked(t, s, instance, NewGrant("a", Start), shared, shared)
	replace := func(conn bowline.Connection, g bowline.Grant) (ended []string) {
		g.ConnectionID = conn.ID
		putGrant(t, s, g)
		for _, unit := range must(s.ClaimRevocations(t.Context(), store.Lease{Now: time.Now().Add(time.Hour), Until: time.Now().Add(1e6 * time.Hour)}, 10))(t) {
			for _, r := range unit {
				ended = append(ended, r.Grant.RefreshToken)
				wantSame(t, "reason", r.Reason, store.RevokeReplaced)
			}
		}
		return ended
	}
	younger := NewGrant("a", Start)
	younger.AccessToken = "at-younger"
	wantSame(t, "ended with the same refresh token", len(replace(conns[0], younger)), 0)
	// They may be of the same grant, refreshed elsewhere.
	wantSame(t, "ended with tokens that were handed over", len(replace(conns[0], NewGrant("b", Start))), 0)
	signedIn := func(name string) bowline.Grant {
		g := NewGrant(name, Start)
		g.Family = bowline.NewID(Start)
		return g
	}
	next, last := signedIn("c"), signedIn("e")
	wantSame(t, "ended with another family", replace(conns[0], next), []string{"rt-b"})
	middle := signedIn("d")
	wantSame(t, "ended while another lives on it", len(replace(conns[1], middle)), 0)
	wantSame(t, "ended by the last", replace(conns[2], last), []string{"rt-shared"})
	owners := map[bowline.ID]bool{}
	for _, u := range claimDue(t, s, instance, Start, 10) {
		owners[u.ID] = true
	}
	wantSame(t, "renewals", slices.Sorted(maps.Keys(owners)), slices.Sorted(slices.Values([]bowline.ID{next.Family, middle.Family, last.Family})))
}

// Ledger is the conformance of the record of tokens.
func Ledger(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	name := func(token string) string { return store.TokenDigest(laneOf(instance), token) }
	conn := Linked(t, s, instance, NewGrant("0", Start))[0]
	now := Start
	for _, next := range []string{"1", "2"} {
		now = now.Add(time.Hour)
		u := claimDue(t, s, instance, now, 1)[0]
		wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: u, Given: given(next), RunAt: now}), 0)
	}
	unsent := claimDue(t, s, instance, now, 1)[0]
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: unsent, RunAt: now, Unused: true}), 0)
	records := must(s.TokenHistory(ctx, conn.ID))(t)
	if len(records) != 3 {
		t.Fatalf("%d records, want 3", len(records))
	}
	for i, r := range records {
		token := string(rune('2' - i))
		wantSame(t, "access token "+token, r.Access, name("at-"+token))
		wantSame(t, "refresh token "+token, r.Refresh, name("rt-"+token))
		wantSame(t, "issued "+token, r.IssuedAt.IsZero(), false)
		wantSame(t, "alive "+token, r.RetiredAt.IsZero(), i == 0)
		wantSame(t, "uses of "+token, r.Uses, min(i, 1))
		if i > 0 {
			wantSame(t, "used "+token, r.UsedAt, Start.Add(time.Duration(3-i)*time.Hour))
			wantSame(t, "replaced as the next was issued", r.RetiredAt.Equal(records[i-1].IssuedAt), true)
		}
	}
	if TokenText := name("rt-0"); len(TokenText) != 32 || TokenText == store.TokenDigest(laneOf(conn.ID), "rt-0") {
		t.Errorf("a digest is %q in every lane", TokenText)
	}

	// What ends goes into the record as well.
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteGrant(ctx, conn.ID) })
	_, err := s.TokenHistory(ctx, conn.ID)
	wantErr(t, "history of what has ended", err, store.ErrNotFound)
	wantSame(t, "rows", len(Dump(t, s)["token_ledger"]), 3)
	wantSame(t, "pruned of what is young", must(s.PruneLedger(ctx, time.Now().Add(-time.Hour), 10))(t), 0)
	tomorrow := time.Now().Add(24 * time.Hour)
	wantSame(t, "pruned in steps", must(s.PruneLedger(ctx, tomorrow, 2))(t), 2)
	wantSame(t, "pruned", must(s.PruneLedger(ctx, tomorrow, 2))(t), 1)
}
