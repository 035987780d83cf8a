package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Strangers proves that nobody comes to other connections' tokens, or puts his
// own in their place, with one of their refresh tokens.
func Strangers(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	owner := Linked(t, s, instance, NewGrant("a", Start))[0]
	empty := Linked(t, s, instance, bowline.Grant{})[0]
	put := func(conn bowline.Connection, g bowline.Grant) error {
		g.ConnectionID = conn.ID
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutGrant(ctx, g) })
	}
	wantOwner := func(what, access, refresh string) {
		t.Helper()
		g := must(s.Grant(ctx, owner.ID))(t)
		wantSame(t, what, g.AccessToken+" "+g.RefreshToken, access+" "+refresh)
	}
	handed := func(access, refresh string) bowline.Grant {
		return bowline.Grant{AccessToken: access, RefreshToken: refresh, RenewAt: Start}
	}

	wantErr(t, "another's refresh token", put(empty, handed("at-mine", "rt-a")), store.ErrOtherSignIn)
	wantOwner("tokens of the owner", "at-a", "rt-a")
	u, free, err := s.ClaimRenewal(ctx, leaseAt(time.Now()), owner.ID, false)
	if err != nil || !free {
		t.Fatalf("claim: %v, %v", free, err)
	}
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: u, Given: given("b"), RunAt: Start.Add(time.Hour)}), 0)
	wantErr(t, "one that was replaced", put(empty, handed("at-mine", "rt-a")), store.ErrOtherSignIn)
	wantErr(t, "what was issued together", put(empty, handed("at-a", "rt-a")), nil)
	wantErr(t, "the present one with a former refresh token", put(empty, handed("at-b", "rt-a")), nil)
	wantOwner("tokens of the owner", "at-b", "rt-b")
	wantSame(t, "tokens of who joined", must(s.Grant(ctx, empty.ID))(t).AccessToken, "at-b")

	// Who lives on them with others goes on to do so; nothing changes for those.
	wantErr(t, "again", put(empty, handed("at-mine", "rt-a")), nil)
	wantOwner("tokens of the owner", "at-b", "rt-b")

	// A connection replaces what is its own, and is looked at before that is used.
	alone := Linked(t, s, instance, NewGrant("c", Start))[0]
	wantErr(t, "its own", put(alone, handed("at-younger", "rt-c")), nil)
	u = must(s.RenewalOf(ctx, alone.ID))(t)
	wantSame(t, "its token", u.Grant.AccessToken, "at-younger")
	if u.Given < 2 || u.Given != u.Fence || !u.CheckedAt.IsZero() {
		t.Errorf("given under %d of %d, looked at %v", u.Given, u.Fence, u.CheckedAt)
	}
	wantSame(t, "records", len(must(s.TokenHistory(ctx, alone.ID))(t)), 2)
	// While its refresh token may be on its way, what comes of that counts.
	u, _, err = s.ClaimRenewal(ctx, leaseAt(time.Now()), alone.ID, false)
	wantErr(t, "claim", err, nil)
	wantErr(t, "its own", put(alone, handed("at-youngest", "rt-c")), nil)
	wantSame(t, "its token", must(s.Grant(ctx, alone.ID))(t).AccessToken, "at-younger")
	wantSame(t, "lost", finishOne(t, s, store.RenewalOutcome{Renewal: u, Given: given("d"), RunAt: Start.Add(time.Hour)}), 0)
	wantSame(t, "its token", must(s.Grant(ctx, alone.ID))(t).AccessToken, "at-d")

	// Other tokens for a connection are its own, whoever lives on what it had.
	first := Linked(t, s, instance, NewGrant("e", Start), NewGrant("e", Start))
	wantErr(t, "other tokens", put(first[0], handed("at-f", "rt-f")), nil)
	wantSame(t, "tokens of the other", must(s.Grant(ctx, first[1].ID))(t).AccessToken, "at-e")
	wantSame(t, "its tokens", must(s.Grant(ctx, first[0].ID))(t).AccessToken, "at-f")
	wantErr(t, "other tokens once more", put(first[0], handed("at-g", "rt-g")), nil)
	wantSame(t, "tokens of the other", must(s.Grant(ctx, first[1].ID))(t).AccessToken, "at-e")
	wantSame(t, "its tokens", must(s.Grant(ctx, first[0].ID))(t).AccessToken, "at-g")
}
