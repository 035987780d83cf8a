package storetest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// OneTimePasswords is the conformance of the passwords of Link URLs.
func OneTimePasswords(t *testing.T, s *store.Store) {
	instance := NewInstance(t, s)
	c, other := Add(t, s, NewCompany(instance, "Bakery")), Add(t, s, NewCompany(instance, "Forge"))
	until := Start.Add(24 * time.Hour)
	insert := func(list ...store.OneTimePassword) {
		t.Helper()
		Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertOneTimePasswords(ctx, list) })
	}
	spend := func(company bowline.ID, hash string, now time.Time) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.SpendOneTimePassword(ctx, company, hash, now)
		})
	}
	insert(
		store.OneTimePassword{Company: c.ID, Hash: hash(1), ExpiresAt: until},
		store.OneTimePassword{Company: c.ID, Hash: hash(2), ExpiresAt: until},
		store.OneTimePassword{Company: other.ID, Hash: hash(1), ExpiresAt: until},
		store.OneTimePassword{Company: bowline.NewID(Start), Hash: hash(1), ExpiresAt: until}, // of a company that is gone
	)
	insert(store.OneTimePassword{Company: c.ID, Hash: hash(2), ExpiresAt: until}) // by chance
	insert()

	wantErr(t, "spend an unknown one", spend(c.ID, hash(3), Start), store.ErrNotFound)
	wantErr(t, "spend at its end", spend(c.ID, hash(1), until), store.ErrNotFound)
	wantErr(t, "spend", spend(c.ID, hash(1), until.Add(-time.Microsecond)), nil)
	wantErr(t, "spend again", spend(c.ID, hash(1), Start), store.ErrNotFound)
	wantErr(t, "spend the same of another company", spend(other.ID, hash(1), Start), nil)

	var won atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			switch err := spend(c.ID, hash(2), Start); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, store.ErrNotFound):
				t.Error(err)
			}
		})
	}
	all.Wait()
	wantSame(t, "winners of a race", won.Load(), int64(1))

	forget := func(now time.Time, limit, want int) {
		t.Helper()
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			n, err := tx.ForgetOneTimePasswords(ctx, now, limit)
			wantSame(t, "number of forgotten passwords", n, want)
			return err
		})
	}
	insert(
		store.OneTimePassword{Company: c.ID, Hash: hash(4), ExpiresAt: Start},
		store.OneTimePassword{Company: c.ID, Hash: hash(5), ExpiresAt: Start},
		store.OneTimePassword{Company: c.ID, Hash: hash(6), ExpiresAt: until},
	)
	forget(Start, 1, 1)
	forget(Start, 10, 1)
	forget(Start, 10, 0)
	wantErr(t, "spend what was not forgotten", spend(c.ID, hash(6), Start), nil)

	insert(store.OneTimePassword{Company: c.ID, Hash: hash(7), ExpiresAt: until})
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteCompany(ctx, instance, c.ID) })
	forget(until, 10, 0) // went with the company
}
