package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Authorizations is the conformance of authorizations and what they keep.
func Authorizations(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	company := Add(t, s, NewCompany(instance, "Harbour Bakery"), bowline.Accounting)
	conn := company.DataConnections[0]
	a := NewAuthorization(conn, hash(1))
	claim := func(a bowline.Authorization) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.ClaimAuthorization(ctx, a) })
	}
	update := func(a bowline.Authorization, from bowline.AuthorizationStatus) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateAuthorization(ctx, a, from) })
	}
	wantErr(t, "claim", claim(a), nil)
	wantSame(t, "claimed", must(s.Authorization(ctx, a.ID))(t), a)
	wantSame(t, "claimed, by state", must(s.AuthorizationByState(ctx, a.StateHash))(t), a)
	again := NewAuthorization(conn, a.StateHash)
	wantErr(t, "claim the same state", claim(again), store.ErrConflict)
	gone := NewAuthorization(conn, hash(2))
	gone.ConnectionID = bowline.NewID(Start)
	wantErr(t, "claim without a connection", claim(gone), store.ErrNotFound)
	_, err := s.AuthorizationByState(ctx, hash(3))
	wantErr(t, "unknown state", err, store.ErrNotFound)

	grant := bowline.Grant{
		ConnectionID: conn.ID, AccessToken: "at", RefreshToken: "rt", Scopes: []string{"read"},
		Claims: map[string]any{"sub": "1"}, ExpiresAt: Start.Add(time.Hour),
	}
	keep := func() error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutAuthorizationGrant(ctx, a.ID, grant) })
	}
	wantErr(t, "keep a grant while exchanging", keep(), store.ErrConflict)
	a.Status, a.Tenants = bowline.AuthorizationChoosing, []bowline.Tenant{{ID: "1", Name: "One"}, {ID: "2", Name: "Two"}}
	wantErr(t, "begin choosing", update(a, bowline.AuthorizationExchanging), nil)
	wantErr(t, "begin choosing again", update(a, bowline.AuthorizationExchanging), store.ErrConflict)
	wantSame(t, "choosing", must(s.Authorization(ctx, a.ID))(t), a)
	wantErr(t, "keep a grant while choosing", keep(), nil)
	wantSame(t, "kept grant", must(s.AuthorizationGrant(ctx, a.ID))(t), grant)

	finished := Start.Add(2 * time.Second)
	a.Status, a.Outcome, a.Tenants, a.FinishedAt = bowline.AuthorizationLinked, 200, nil, &finished
	wantErr(t, "finish", update(a, bowline.AuthorizationChoosing), nil)
	wantSame(t, "finished", must(s.Authorization(ctx, a.ID))(t), a)
	_, err = s.AuthorizationGrant(ctx, a.ID)
	wantErr(t, "kept grant after finishing", err, store.ErrNotFound)
}

// Expiry proves that unfinished authorizations end and keep nothing.
func Expiry(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	conn := Add(t, s, NewCompany(instance, "Harbour Bakery"), bowline.Accounting).DataConnections[0]
	rows := make([]bowline.Authorization, 4)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for i := range rows {
			a := NewAuthorization(conn, hash(i))
			a.ExpiresAt = Start.Add(time.Duration(i) * time.Minute)
			switch i {
			case 0:
				a.Status = bowline.AuthorizationChoosing
			case 1:
				a.Status = bowline.AuthorizationLinked
			}
			if err := tx.ClaimAuthorization(ctx, a); err != nil {
				return err
			}
			rows[i] = a
		}
		return tx.PutAuthorizationGrant(ctx, rows[0].ID, bowline.Grant{ConnectionID: conn.ID, AccessToken: "at"})
	})
	now := Start.Add(150 * time.Second)
	overdue := must(s.OverdueAuthorizations(ctx, now, 10))(t)
	if len(overdue) != 2 || overdue[0].ID != rows[0].ID || overdue[1].ID != rows[2].ID {
		t.Errorf("overdue are %+v, want rows 0 and 2", overdue)
	}
	wantSame(t, "number overdue of one", len(must(s.OverdueAuthorizations(ctx, now, 1))(t)), 1)
	for _, want := range []int{1, 0} { // row 1 is finished and old; the open ones stay
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			n, err := tx.ForgetAuthorizations(ctx, now, 10)
			wantSame(t, "number forgotten", n, want)
			return err
		})
	}
	_, err := s.Authorization(ctx, rows[1].ID)
	wantErr(t, "forgotten", err, store.ErrNotFound)
	for _, i := range []int{0, 2, 3} {
		must(s.Authorization(ctx, rows[i].ID))(t)
	}
}

// Grants is the conformance of tokens.
func Grants(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	conn := Add(t, s, NewCompany(instance, "Harbour Bakery"), bowline.Accounting).DataConnections[0]
	g := bowline.Grant{ConnectionID: conn.ID, AccessToken: "at", Extra: map[string]string{"realm": "1"}, ExpiresAt: Start}
	put := func(g bowline.Grant) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutGrant(ctx, g) })
	}
	for version := range int64(2) {
		wantErr(t, "put", put(g), nil)
		g.Version = version + 1
		wantSame(t, "grant", must(s.Grant(ctx, conn.ID))(t), g)
		g.AccessToken = "at2"
	}
	wantErr(t, "put without a connection", put(bowline.Grant{ConnectionID: bowline.NewID(Start)}), store.ErrNotFound)
	for range 2 { // the second finds nothing, which is as good
		Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteGrant(ctx, conn.ID) })
	}
	_, err := s.Grant(ctx, conn.ID)
	wantErr(t, "grant after delete", err, store.ErrNotFound)
}
