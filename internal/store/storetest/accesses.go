package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Accesses is the conformance of what is noted of those who use a grant.
func Accesses(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	c := Add(t, s, NewCompany(instance, "Harbour Bakery"), bowline.Accounting).DataConnections[0]
	record := func(at time.Time, kind bowline.Permission) {
		t.Helper()
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.RecordAccess(ctx, bowline.Access{
				ConnectionID: c.ID, InstanceID: instance, Permission: kind, Actor: bowline.ActorKey("k"), Requests: 2, Failed: 1, First: at, Last: at,
			})
		})
	}
	hour := Start.Truncate(time.Hour)
	for i := range 3 {
		record(hour.Add(time.Duration(i)*time.Hour), bowline.PermissionProxy)
	}
	record(hour.Add(59*time.Minute), bowline.PermissionProxy) // the first hour again
	record(hour, bowline.PermissionCredentials)
	lines := func() []bowline.TimelineEntry {
		t.Helper()
		list, _, err := s.Timeline(ctx, c, bowline.Page{Number: 1, Size: 50})
		wantErr(t, "timeline", err, nil)
		return list
	}
	all := lines()
	wantSame(t, "lines", len(all), 4)
	wantSame(t, "requests of the first hour", all[3].Access.Requests+all[2].Access.Requests, int64(6))

	wantSame(t, "pruned while the hour lasts", must(s.PruneAccess(ctx, hour.Add(time.Hour-1), 10))(t), 0)
	wantSame(t, "pruned in a small step", must(s.PruneAccess(ctx, hour.Add(time.Hour), 1))(t), 1)
	wantSame(t, "pruned", must(s.PruneAccess(ctx, hour.Add(time.Hour), 10))(t), 1)
	wantSame(t, "lines that are left", len(lines()), 2)
}

// Exchanges is the conformance of when data was last exchanged.
func Exchanges(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	company := Add(t, s, NewCompany(instance, "Harbour Bakery"), bowline.Accounting)
	before := company.DataConnections[0]
	note := func(instance bowline.ID, at time.Time) {
		t.Helper()
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.Synced(ctx, bowline.Access{ConnectionID: before.ID, InstanceID: instance, Last: at})
		})
	}
	last := func(want time.Time) {
		t.Helper()
		c := must(s.Connection(ctx, instance, company.ID, before.ID))(t)
		page := must(s.Directory(ctx, store.DirectoryList{InstanceID: instance, Limit: 1}))(t)
		if c.LastSync == nil || !c.LastSync.Equal(want) || page.Companies[0].Synced() == nil || !page.Companies[0].Synced().Equal(want) {
			t.Errorf("last exchange is %v and %v, want %v", c.LastSync, page.Companies[0].Synced(), want)
		}
	}
	at := Start.Truncate(time.Microsecond)
	note(NewInstance(t, s), at.Add(-time.Hour)) // somebody else's
	note(instance, at)
	last(at)
	for must(s.FoldDirectory(ctx))(t) > 0 {
	}
	note(instance, at.Add(store.SyncedEvery-1))
	last(at)
	note(instance, at.Add(store.SyncedEvery))
	last(at.Add(store.SyncedEvery))
	note(instance, at) // late
	last(at.Add(store.SyncedEvery))
	before.PlatformName = "Another" // as it was read before
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateConnection(ctx, &before) })
	last(at.Add(store.SyncedEvery))
}
