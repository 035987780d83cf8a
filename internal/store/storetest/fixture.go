package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Start is the time at which fixtures were made; it has microseconds, so that
// a store which drops them is noticed.
var Start = time.Date(2026, 3, 1, 9, 30, 0, 123456000, time.UTC)

// NewCompany returns a company as the API would insert it.
func NewCompany(instance bowline.ID, name string) bowline.Company {
	return bowline.Company{ID: bowline.NewID(Start), InstanceID: instance, Name: name, Created: Start}
}

// NewConnection returns a connection that waits for authorization.
func NewConnection(c bowline.Company, source bowline.SourceType) bowline.Connection {
	return bowline.Connection{
		ID: bowline.NewID(Start), InstanceID: c.InstanceID, CompanyID: c.ID,
		IntegrationID: bowline.NewID(Start), IntegrationKey: "mqjo", SourceID: bowline.NewID(Start), SourceType: source,
		PlatformName: "Sandbox", Status: bowline.PendingAuth, Created: Start,
	}
}

// NewAuthorization returns the claim of a callback whose state had the hash.
func NewAuthorization(c bowline.Connection, stateHash string) bowline.Authorization {
	return bowline.Authorization{
		ID: bowline.NewID(Start), InstanceID: c.InstanceID, CompanyID: c.CompanyID, ConnectionID: c.ID,
		IntegrationKey: c.IntegrationKey, StateHash: stateHash, Status: bowline.AuthorizationExchanging,
		CorrelationID: "c0ffee", Context: `{"openId":true}`,
		StartedAt: Start, ClaimedAt: Start.Add(time.Second), ExpiresAt: Start.Add(time.Minute),
	}
}

// NewInstance inserts an instance and returns its id.
func NewInstance(t testing.TB, s *store.Store) bowline.ID {
	t.Helper()
	i := store.Instance{ID: bowline.NewID(Start), Name: "Acme", Created: Start}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertInstance(ctx, i) })
	return i.ID
}

// Add inserts a company with connections of the given types and returns it as
// it is stored.
func Add(t testing.TB, s *store.Store, c bowline.Company, sources ...bowline.SourceType) bowline.Company {
	t.Helper()
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertCompany(ctx, c); err != nil {
			return err
		}
		for _, source := range sources {
			if err := tx.InsertConnection(ctx, NewConnection(c, source)); err != nil {
				return err
			}
		}
		return nil
	})
	stored, err := s.Company(t.Context(), c.InstanceID, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// Write runs fn in a transaction that must succeed.
func Write(t testing.TB, s *store.Store, fn func(context.Context, *store.Tx) error) {
	t.Helper()
	if err := TryWrite(t, s, fn); err != nil {
		t.Fatal(err)
	}
}

// TryWrite runs fn in a transaction and returns what came of it.
func TryWrite(t testing.TB, s *store.Store, fn func(context.Context, *store.Tx) error) error {
	t.Helper()
	ctx := t.Context()
	return s.Write(ctx, func(tx *store.Tx) error { return fn(ctx, tx) })
}

// wantErr checks for a sentinel.
func wantErr(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error is %v, want %v", what, err, want)
	}
}

// wantSame compares two values; nil and empty lists count as the same.
func wantSame(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// must unwraps a result whose error ends the test: must(f())(t).
func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// hash returns a text as long as the hash of a state.
func hash(n int) string { return fmt.Sprintf("%064x", n) }
