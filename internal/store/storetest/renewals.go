package storetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Linked adds a company with a connection for each grant, and puts the grants.
func Linked(t testing.TB, s *store.Store, instance bowline.ID, grants ...bowline.Grant) []bowline.Connection {
	t.Helper()
	sources := make([]bowline.SourceType, len(grants))
	for i := range sources {
		sources[i] = bowline.Expense
	}
	list := Add(t, s, NewCompany(instance, "Harbour Bakery"), sources...).DataConnections
	for i, g := range grants {
		g.ConnectionID = list[i].ID
		putGrant(t, s, g)
	}
	return list
}

func putGrant(t testing.TB, s *store.Store, g bowline.Grant) {
	t.Helper()
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutGrant(ctx, g) })
}

// NewGrant returns tokens that bear a name, due at a time.
func NewGrant(name string, due time.Time) bowline.Grant {
	return bowline.Grant{AccessToken: "at-" + name, RefreshToken: "rt-" + name, ExpiresAt: due, RenewAt: due}
}

func laneOf(instance bowline.ID) store.Lane {
	return store.Lane{Instance: instance, IntegrationKey: "mqjo"}
}

// lease is one that begins at a time and lasts a minute.
func leaseAt(now time.Time) store.Lease {
	return store.Lease{Now: now, Until: now.Add(time.Minute), Holder: 7}
}

// claimDue claims what is due in an instance, members included.
func claimDue(t testing.TB, s *store.Store, instance bowline.ID, now time.Time, limit int) []store.Renewal {
	t.Helper()
	list := must(s.ClaimRenewals(t.Context(), leaseAt(now), []store.WantRenewals{{Lane: laneOf(instance), Limit: limit}}))(t)
	for i := range list {
		if len(list[i].Members) > 0 {
			t.Errorf("%s has members that nobody asked for", list[i].ID)
		}
		wantErr(t, "gather", s.Gather(t.Context(), &list[i]), nil)
	}
	return list
}

func finishOne(t testing.TB, s *store.Store, o store.RenewalOutcome) (lost int) {
	t.Helper()
	return len(must(s.FinishRenewals(t.Context(), []store.RenewalOutcome{o}))(t))
}

func given(name string) *bowline.Grant {
	g := NewGrant(name, time.Time{})
	return &g
}

// Renewals is the conformance of the schedule by which grants are renewed.
func Renewals(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance, other := NewInstance(t, s), NewInstance(t, s)
	wantSame(t, "next of none", must(s.NextRenewals(ctx))(t), time.Time{})
	conns := Linked(t, s, instance, NewGrant("b", Start.Add(2*time.Minute)), NewGrant("a", Start.Add(time.Minute)), NewGrant("never", time.Time{}))
	Linked(t, s, other, NewGrant("a", Start.Add(time.Hour)))
	wantSame(t, "lanes", must(s.DueLanes(ctx))(t), sortedLanes(
		store.DueLane{Lane: laneOf(instance), At: Start.Add(time.Minute)}, store.DueLane{Lane: laneOf(other), At: Start.Add(time.Hour)}))
	wantSame(t, "next", must(s.NextRenewals(ctx))(t), Start.Add(time.Minute))

	wantSame(t, "due too early", len(claimDue(t, s, instance, Start, 10)), 0)
	now := Start.Add(time.Hour)
	first := claimDue(t, s, instance, now, 1)
	if len(first) != 1 || first[0].ID != conns[1].ID || first[0].Grant.RefreshToken != "rt-a" || !first[0].Asked.IsZero() ||
		first[0].Members[0].Company != conns[1].CompanyID || !first[0].DueAt.Equal(Start.Add(time.Minute)) || !first[0].Until.Equal(now.Add(time.Minute)) {
		t.Fatalf("claimed %+v, want the longest due", first)
	}
	second := claimDue(t, s, instance, now, 10)
	if len(second) != 1 || second[0].ID != conns[0].ID {
		t.Fatalf("claimed %+v, want the other that is due", second)
	}
	wantSame(t, "claimed while all is held", len(claimDue(t, s, instance, now, 10)), 0)

	// Done, and due later.
	later := now.Add(30 * time.Minute)
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: first[0], Given: given("a2"), RunAt: later, CheckedAt: now, Failures: 3}), 0)
	got := must(s.Grant(ctx, conns[1].ID))(t)
	if got.RefreshToken != "rt-a2" || got.AccessToken != "at-a2" || got.Version != 2 || got.Family != "" {
		t.Errorf("grant after renewal: version %d, family %q", got.Version, got.Family)
	}
	u := must(s.RenewalOf(ctx, conns[1].ID))(t)
	if !u.DueAt.Equal(later) || !u.Until.IsZero() || !u.CheckedAt.Equal(now) || u.Failures != 3 || !u.Asked.IsZero() || u.Grant.AccessToken != "at-a2" {
		t.Errorf("after renewal: %+v", u)
	}
	// Given up: nothing given, and never again by itself.
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: second[0], Unused: true}), 0)
	wantSame(t, "due", must(s.RenewalOf(ctx, conns[0].ID))(t).DueAt, time.Time{})
	wantSame(t, "claimed of those that never are", len(claimDue(t, s, instance, now.Add(time.Minute), 10)), 0)

	// On demand, due or not.
	one, free, err := s.ClaimRenewal(ctx, leaseAt(now), conns[2].ID, false)
	if err != nil || !free || one.Grant.RefreshToken != "rt-never" {
		t.Errorf("on demand: %v %v %v", one.ID, free, err)
	}
	if _, free, err := s.ClaimRenewal(ctx, leaseAt(now.Add(time.Second)), conns[2].ID, false); free || err != nil {
		t.Errorf("what somebody holds is free: %v, %v", free, err)
	}
	held := must(s.RenewalOf(ctx, conns[2].ID))(t)
	if !held.Until.Equal(now.Add(time.Minute)) || held.Fence != one.Fence {
		t.Errorf("held until %v with fence %d", held.Until, held.Fence)
	}
	if _, free, err := s.ClaimRenewal(ctx, leaseAt(now.Add(time.Minute)), conns[2].ID, false); !free || err != nil {
		t.Errorf("what nobody holds any more is not free: %v, %v", free, err)
	}
	_, _, err = s.ClaimRenewal(ctx, leaseAt(now), bowline.NewID(Start), false)
	wantErr(t, "claim what is not there", err, store.ErrNotFound)
	_, err = s.RenewalOf(ctx, bowline.NewID(Start))
	wantErr(t, "renewal of no connection", err, store.ErrNotFound)
}

func sortedLanes(a, b store.DueLane) []store.DueLane {
	if b.Instance < a.Instance {
		a, b = b, a
	}
	return []store.DueLane{a, b}
}

// RenewalRace has several claim at once: nothing is in two hands, nothing is
// forgotten.
func RenewalRace(t *testing.T, s *store.Store) {
	instance := NewInstance(t, s)
	grants := make([]bowline.Grant, 60)
	for i := range grants {
		grants[i] = NewGrant(fmt.Sprint(i), Start)
	}
	Linked(t, s, instance, grants...)
	var mu sync.Mutex
	seen := map[bowline.ID]int{}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for {
				mine, err := s.ClaimRenewals(t.Context(), leaseAt(Start), []store.WantRenewals{{Lane: laneOf(instance), Limit: 7}})
				if err != nil {
					t.Error(err)
					return
				}
				if len(mine) == 0 {
					return
				}
				mu.Lock()
				for _, u := range mine {
					seen[u.ID]++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s was claimed %d times", id, n)
		}
	}
	// Those who met may have left some to each other; nobody has them now.
	for _, u := range claimDue(t, s, instance, Start, 100) {
		seen[u.ID]++
	}
	wantSame(t, "claimed", len(seen), len(grants))
}

// RenewalCrash is what a holder leaves who died between claim and finish.
func RenewalCrash(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	conns := Linked(t, s, instance, NewGrant("a", Start), NewGrant("b", Start))
	wantSame(t, "claimed", len(claimDue(t, s, instance, Start, 10)), 2)

	// When the lease is over, the next holder is told.
	after := Start.Add(time.Minute)
	again := claimDue(t, s, instance, after, 1)
	if len(again) != 1 || !again[0].Asked.Equal(Start) {
		t.Fatalf("claimed %+v, want to be told when it was asked for", again)
	}
	// It was in time after all: what it brings counts, as long as nobody who asked
	// later has brought something.
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: again[0], RunAt: after}), 0)
	third := claimDue(t, s, instance, after, 10)
	if len(third) != 2 {
		t.Fatalf("claimed %d, want both", len(third))
	}
	for _, u := range third {
		wantSame(t, "asked of "+string(u.ID), u.Asked.IsZero(), u.ID == again[0].ID)
	}

	// A holder that is known to be dead is not waited for.
	soon := after.Add(time.Second)
	wantSame(t, "claimed too early", len(claimDue(t, s, instance, soon, 10)), 0)
	wantErr(t, "free", s.FreeRenewals(ctx, 8, soon), nil)
	wantSame(t, "claimed after another's death", len(claimDue(t, s, instance, soon, 10)), 0)
	wantErr(t, "free", s.FreeRenewals(ctx, 7, soon), nil)
	wantSame(t, "claimed after his death", len(claimDue(t, s, instance, soon, 10)), 2)
	records := must(s.TokenHistory(ctx, conns[1].ID))(t)
	wantSame(t, "uses in the ledger", records[0].Uses >= 3 && records[0].UsedAt.Equal(soon), true)
}

// RenewalLost is what a holder leaves who lost his session and may live: what is
// strict goes on to the end of its lease, and his answer counts.
func RenewalLost(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	conns := Linked(t, s, instance, NewGrant("a", Start), NewGrant("b", Start), NewGrant("c", Start))
	want := store.WantRenewals{Lane: laneOf(instance), Limit: 1}
	free := must(s.ClaimRenewals(ctx, leaseAt(Start), []store.WantRenewals{want}))(t)[0]
	want.Strict = true
	strict := must(s.ClaimRenewals(ctx, leaseAt(Start), []store.WantRenewals{want}))(t)[0]
	last := slices.IndexFunc(conns, func(c bowline.Connection) bool { return c.ID != free.ID && c.ID != strict.ID })
	demanded, ours, err := s.ClaimRenewal(ctx, leaseAt(Start), conns[last].ID, true)
	if !ours || err != nil {
		t.Fatal(ours, err)
	}
	soon := Start.Add(time.Second)
	wantErr(t, "free", s.FreeLost(ctx, 7, soon), nil)
	if list := claimDue(t, s, instance, soon, 10); len(list) != 1 || list[0].ID != free.ID || list[0].Asked.IsZero() {
		t.Fatalf("claimed %+v, want what is not strict", list)
	}
	if _, ours, err := s.ClaimRenewal(ctx, leaseAt(soon), strict.ID, true); ours || err != nil {
		t.Errorf("what is strict was taken from who lost his session: %v, %v", ours, err)
	}
	// He lives, and was answered.
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: strict, Given: given("b2"), RunAt: soon.Add(time.Hour)}), 0)
	u := must(s.Renewal(ctx, strict.ID))(t)
	wantSame(t, "after his answer", []any{u.Grant.RefreshToken, u.Until, u.DueAt, u.Asked}, []any{"rt-b2", time.Time{}, soon.Add(time.Hour), time.Time{}})
	// He is dead, and his lease is over.
	over := Start.Add(time.Minute)
	if list := claimDue(t, s, instance, over, 10); len(list) != 1 || list[0].ID != demanded.ID || list[0].Asked.IsZero() {
		t.Fatalf("claimed %+v after the lease, want the other", list)
	}
	// Who is surely dead has left nothing to wait for.
	wantErr(t, "free", s.FreeRenewals(ctx, 7, over), nil)
	wantSame(t, "free after his death", len(claimDue(t, s, instance, over, 10)), 2)
}

// RenewalFences is who may still say something when the lease is lost.
func RenewalFences(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	conn := Linked(t, s, instance, NewGrant("a", Start))[0]
	refresh := func() string { return must(s.Grant(ctx, conn.ID))(t).RefreshToken }
	end := func(u store.Renewal) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.EndRenewal(ctx, u) })
	}
	slow := claimDue(t, s, instance, Start, 1)[0]
	now := Start.Add(time.Hour)
	quick := claimDue(t, s, instance, now, 1)[0]

	// Without tokens the slow one has nothing to say.
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: slow, RunAt: now}), 1)
	wantErr(t, "end what is lost", end(slow), store.ErrConflict)
	// With tokens it has: those that the quick one sends are spent. The lease is
	// not its own.
	late := store.RenewalOutcome{Renewal: slow, Given: given("slow"), RunAt: now}
	wantSame(t, "lost", finishOne(t, s, late), 0)
	wantSame(t, "tokens", refresh(), "rt-slow")
	wantSame(t, "held until", must(s.RenewalOf(ctx, conn.ID))(t).Until, now.Add(time.Minute))
	wantErr(t, "end when tokens have come", end(quick), store.ErrConflict)
	// The answer to a commit can get lost: the same again changes nothing.
	wantSame(t, "lost", finishOne(t, s, late), 0)
	wantSame(t, "version", must(s.Grant(ctx, conn.ID))(t).Version, int64(2))
	// The quick one asked later, so it knows better, and nobody after that.
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: quick, Given: given("quick"), RunAt: now.Add(time.Hour)}), 0)
	wantSame(t, "tokens", refresh(), "rt-quick")
	wantSame(t, "lost", finishOne(t, s, late), 1)
	wantSame(t, "tokens", refresh(), "rt-quick")

	// Tokens from elsewhere take the lease away, and answers with it.
	now = now.Add(2 * time.Hour)
	held := claimDue(t, s, instance, now, 1)[0]
	fresh := NewGrant("fresh", now.Add(time.Hour))
	fresh.ConnectionID = conn.ID
	putGrant(t, s, fresh)
	wantErr(t, "gather what was replaced", s.Gather(ctx, &held), store.ErrConflict)
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: held, Given: given("held"), RunAt: now}), 1)
	wantErr(t, "end what was replaced", end(held), store.ErrConflict)
	wantSame(t, "tokens", refresh(), "rt-fresh")
	wantSame(t, "due", must(s.RenewalOf(ctx, conn.ID))(t).DueAt, now.Add(time.Hour))

	// A holder whose lease nobody took may end it.
	last := claimDue(t, s, instance, now.Add(time.Hour), 1)[0]
	wantErr(t, "end", end(last), nil)
	_, err := s.RenewalOf(ctx, conn.ID)
	wantErr(t, "renewal after its end", err, store.ErrNotFound)
	wantErr(t, "gather after its end", s.Gather(ctx, &last), store.ErrNotFound)
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: last, Given: given("last"), RunAt: now}), 1)
}
