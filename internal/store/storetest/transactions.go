package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Transactions proves that a transaction is all or nothing.
func Transactions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	known := Add(t, s, NewCompany(instance, "known"), bowline.Accounting)
	errFn := errors.New("changed my mind")
	for name, tc := range map[string]struct {
		fn   func(context.Context, *store.Tx) error
		want error
	}{
		"function fails": {func(context.Context, *store.Tx) error { return errFn }, errFn},
		"row is not there": {func(ctx context.Context, tx *store.Tx) error {
			return tx.DeleteCompany(ctx, instance, bowline.NewID(Start))
		}, store.ErrNotFound},
		"row exists": {func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertCompany(ctx, NewCompanyLike(known))
		}, store.ErrConflict},
		"fault is ignored": {func(ctx context.Context, tx *store.Tx) error {
			_ = tx.InsertCompany(ctx, NewCompanyLike(known))
			return nil
		}, store.ErrConflict},
		"fault is ignored, then read": {func(ctx context.Context, tx *store.Tx) error {
			stale := known.DataConnections[0]
			stale.Version = 99
			_ = tx.UpdateConnection(ctx, &stale)
			_, err := tx.Company(ctx, instance, known.ID)
			return err
		}, store.ErrConflict},
		"fault comes after a read": {func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.LockCompany(ctx, instance, known.ID); err != nil {
				return err
			}
			return tx.InsertCompany(ctx, NewCompanyLike(known))
		}, store.ErrConflict},
	} {
		c := NewCompany(instance, name)
		c.Tags = map[string]string{"k": "v"}
		for _, readFirst := range []bool{false, true} {
			err := TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
				if readFirst {
					if _, err := tx.Company(ctx, instance, known.ID); err != nil {
						return err
					}
				}
				if err := tx.InsertCompany(ctx, c); err != nil {
					return err
				}
				return tc.fn(ctx, tx)
			})
			wantErr(t, name, err, tc.want)
			_, err = s.Company(ctx, instance, c.ID)
			wantErr(t, name+": what was written before", err, store.ErrNotFound)
		}
	}
	testPanic(t, s, instance)
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	err := s.Write(cancelled, func(tx *store.Tx) error { return tx.InsertCompany(ctx, NewCompany(instance, "x")) })
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("write with a cancelled context: %v", err)
	}
}

// testPanic proves that a panic reaches the caller and leaves nothing.
func testPanic(t *testing.T, s *store.Store, instance bowline.ID) {
	c := NewCompany(instance, "panic")
	func() {
		defer func() {
			if p := recover(); p != "on purpose" {
				t.Errorf("recovered %v", p)
			}
		}()
		_ = TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.InsertCompany(ctx, c); err != nil {
				return err
			}
			if _, err := tx.Company(ctx, instance, c.ID); err != nil {
				return err
			}
			panic("on purpose")
		})
	}()
	_, err := s.Company(t.Context(), instance, c.ID)
	wantErr(t, "what was written before the panic", err, store.ErrNotFound)
	Add(t, s, c) // and the store works on
}

// concurrently runs fn n times at once and returns the errors by number.
func concurrently(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { errs[i] = fn(i) })
	}
	group.Wait()
	return errs
}

// Concurrency proves that many writers do not disturb each other.
func Concurrency(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	const writers, each = 64, 5
	errOdd := errors.New("odd ones fail")
	for i, err := range concurrently(writers, func(i int) error {
		for n := range each {
			c := NewCompany(instance, fmt.Sprintf("%d/%d", i, n))
			err := TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
				if err := tx.InsertCompany(ctx, c); err != nil {
					return err
				}
				if i%2 == 1 {
					return errOdd
				}
				return nil
			})
			if i%2 == 1 && errors.Is(err, errOdd) {
				continue
			}
			if err != nil {
				return err
			}
		}
		return nil
	}) {
		wantErr(t, fmt.Sprintf("writer %d", i), err, nil)
	}
	_, total, err := s.Companies(ctx, store.CompanyList{InstanceID: instance, Page: bowline.Page{Number: 1, Size: 1}})
	wantErr(t, "count", err, nil)
	wantSame(t, "companies of the even writers", total, int64(writers/2*each))

	conn := Add(t, s, NewCompany(instance, "x"), bowline.Accounting).DataConnections[0]
	var won atomic.Int32
	for _, err := range concurrently(32, func(int) error {
		a := NewAuthorization(conn, hash(1))
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.ClaimAuthorization(ctx, a) })
	}) {
		if err == nil {
			won.Add(1)
		} else {
			wantErr(t, "losing claim", err, store.ErrConflict)
		}
	}
	wantSame(t, "winners of one state", won.Load(), int32(1))
}

// Locking proves that LockCompany makes a rule about all connections of a
// company hold: here, that only one accounting connection is linked.
func Locking(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	company := NewCompany(instance, "x")
	sources := make([]bowline.SourceType, 24)
	for i := range sources {
		sources[i] = bowline.Accounting
	}
	company = Add(t, s, company, sources...)
	errTaken := errors.New("there is one already")
	linked := 0
	for _, err := range concurrently(len(sources), func(i int) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
			now, err := tx.LockCompany(ctx, instance, company.ID)
			if err != nil {
				return err
			}
			for _, c := range now.DataConnections {
				if c.Status == bowline.Linked {
					return errTaken
				}
			}
			mine := now.DataConnections[i]
			mine.Status = bowline.Linked
			return tx.UpdateConnection(ctx, &mine)
		})
	}) {
		if err == nil {
			linked++
		} else {
			wantErr(t, "losing link", err, errTaken)
		}
	}
	wantSame(t, "successful links", linked, 1)
	found := 0
	for _, c := range must(s.Company(ctx, instance, company.ID))(t).DataConnections {
		if c.Status == bowline.Linked {
			found++
		}
	}
	wantSame(t, "linked connections", found, 1)
}
