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

// NewHandOver returns a hand-over whose code had the hash, good for an hour.
func NewHandOver(c bowline.Connection, kind bowline.HandOverKind, codeHash string) bowline.HandOver {
	return bowline.HandOver{
		ID: bowline.NewID(Start), InstanceID: c.InstanceID, CompanyID: c.CompanyID, ConnectionID: c.ID,
		Kind: kind, CodeHash: codeHash, State: []byte(`{"step":"guide"}`),
		Created: Start, ExpiresAt: Start.Add(time.Hour),
	}
}

// HandOvers is the conformance of links for somebody else and for another
// device.
func HandOvers(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	company := Add(t, s, NewCompany(instance, "Harbour Bakery"), bowline.Accounting, bowline.Banking)
	conn := company.DataConnections[0]
	insert := func(h bowline.HandOver) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertHandOver(ctx, h) })
	}
	open := func(h bowline.HandOver, at time.Time) error {
		h.OpenedAt, h.OpenedFrom, h.UserAgent = &at, "192.0.2.1", "Browser"
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.OpenHandOver(ctx, h) })
	}
	h := NewHandOver(conn, bowline.HandOverColleague, hash(1))
	wantErr(t, "insert", insert(h), nil)
	wantSame(t, "inserted", must(s.HandOver(ctx, h.ID))(t), h)
	wantSame(t, "inserted, by code", must(s.HandOverByCode(ctx, h.CodeHash))(t), h)
	wantErr(t, "insert the same code", insert(NewHandOver(conn, bowline.HandOverColleague, h.CodeHash)), store.ErrConflict)
	gone := NewHandOver(conn, bowline.HandOverColleague, hash(2))
	gone.ConnectionID = bowline.NewID(Start)
	wantErr(t, "insert without its connection", insert(gone), store.ErrNotFound)
	_, err := s.HandOverByCode(ctx, hash(3))
	wantErr(t, "unknown code", err, store.ErrNotFound)

	wantErr(t, "open too late", open(h, h.ExpiresAt), store.ErrConflict)
	at := Start.Add(time.Minute)
	wantErr(t, "open", open(h, at), nil)
	wantErr(t, "open again", open(h, at), store.ErrConflict)
	h.OpenedAt, h.OpenedFrom, h.UserAgent = &at, "192.0.2.1", "Browser"
	wantSame(t, "opened", must(s.HandOver(ctx, h.ID))(t), h)

	second := NewHandOver(conn, bowline.HandOverColleague, hash(4))
	device := NewHandOver(conn, bowline.HandOverDevice, hash(5))
	early := device
	early.ID, early.CodeHash, early.ConnectionID = bowline.NewID(Start), hash(6), "" // made before there was a connection
	other := NewHandOver(company.DataConnections[1], bowline.HandOverColleague, hash(7))
	for _, h := range []bowline.HandOver{second, device, early, other} {
		wantErr(t, "insert", insert(h), nil)
	}
	wantSame(t, "without a connection", must(s.HandOver(ctx, early.ID))(t), early)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for _, h := range []bowline.HandOver{h, second} { // the second has not been opened
			if err := tx.FinishHandOver(ctx, h.ID, conn.ID, at); err != nil {
				return err
			}
		}
		return tx.FinishHandOver(ctx, h.ID, other.ID, at.Add(time.Hour)) // the first one stays
	})
	h.AuthorizationID, h.FinishedAt = conn.ID, &at
	wantSame(t, "of the connection", must(s.HandOvers(ctx, conn.ID))(t), []bowline.HandOver{h, second, device})

	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.EndHandOvers(ctx, conn.ID) })
	wantSame(t, "after the end of those not opened", must(s.HandOvers(ctx, conn.ID))(t), []bowline.HandOver{h, device})
	must(s.HandOver(ctx, other.ID))(t)

	for _, want := range []int{3, 0} { // device, early, other; the finished one is a record
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			n, err := tx.ForgetHandOvers(ctx, h.ExpiresAt.Add(time.Second), 10)
			wantSame(t, "number forgotten", n, want)
			return err
		})
	}
	must(s.HandOver(ctx, h.ID))(t)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.DeleteConnection(ctx, instance, company.ID, conn.ID)
	})
	_, err = s.HandOver(ctx, h.ID)
	wantErr(t, "hand-over of a deleted connection", err, store.ErrNotFound)
	openedOnce(t, s, NewHandOver(company.DataConnections[1], bowline.HandOverDevice, hash(8)))
}

// openedOnce lets many browsers open one hand-over at the same time.
func openedOnce(t *testing.T, s *store.Store, h bowline.HandOver) {
	t.Helper()
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertHandOver(ctx, h) })
	at := Start.Add(time.Minute)
	h.OpenedAt = &at
	var won atomic.Int64
	var browsers sync.WaitGroup
	for range 8 {
		browsers.Go(func() {
			err := TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.OpenHandOver(ctx, h) })
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, store.ErrConflict):
				t.Errorf("open: %v", err)
			}
		})
	}
	browsers.Wait()
	wantSame(t, "browsers that opened it", won.Load(), int64(1))
}

// Funnel is the conformance of the one row that a visit may leave.
func Funnel(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	company := Add(t, s, NewCompany(instance, "Harbour Bakery"))
	_, err := s.Began(ctx, instance, company.ID)
	wantErr(t, "before", err, store.ErrNotFound)
	for i := range 2 { // the first time stays, and one that is gone harms nobody
		list := []store.Began{
			{Company: bowline.NewID(Start), At: Start}, {Company: company.ID, At: Start.Add(time.Duration(i) * time.Hour)},
		}
		Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertBegan(ctx, list) })
	}
	wantSame(t, "began", must(s.Began(ctx, instance, company.ID))(t), Start)
	_, err = s.Began(ctx, NewInstance(t, s), company.ID)
	wantErr(t, "of another instance", err, store.ErrNotFound)
}
