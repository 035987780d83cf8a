package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// DirectoryKinds lists companies of which those with the same statuses were
// created one after the other: a page is then of one kind, and the next of
// another.
func DirectoryKinds(t *testing.T, s *store.Store) {
	instance := NewInstance(t, s)
	var want []bowline.ID
	for n := range 120 {
		c := NewCompany(instance, "Harbour Bakery")
		c.Created = Start.Add(time.Duration(n) * time.Minute)
		want = append(want, c.ID)
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.InsertCompany(ctx, c); err != nil {
				return err
			}
			for _, status := range [][]bowline.Status{
				nil, {bowline.Linked}, {bowline.PendingAuth}, {bowline.Unlinked}, {bowline.Deauthorized}, {bowline.Linked, bowline.PendingAuth},
			}[n/20] {
				conn := NewConnection(c, bowline.Commerce)
				conn.Status = status
				if err := tx.InsertConnection(ctx, conn); err != nil {
					return err
				}
			}
			return nil
		})
	}
	foldAll(t, s)
	for _, descending := range []bool{false, true} {
		var got []bowline.ID
		l := store.DirectoryList{InstanceID: instance, Limit: 18, Descending: descending}
		for {
			page := must(s.Directory(t.Context(), l))(t)
			for _, c := range page.Companies {
				got = append(got, c.ID)
			}
			if l.Cursor = page.Next; page.Next == "" {
				break
			}
		}
		if descending {
			slices.Reverse(got)
		}
		wantSame(t, "companies of all kinds", got, want)
	}
}

func foldAll(t testing.TB, s *store.Store) {
	t.Helper()
	for must(s.FoldDirectory(t.Context()))(t) > 0 {
	}
}

// DirectoryFamily changes subsidiaries, and wants their parents to show it,
// worked in or not.
func DirectoryFamily(t *testing.T, s *store.Store) {
	instance := NewInstance(t, s)
	parent := Add(t, s, NewCompany(instance, "Parent"))
	other := Add(t, s, NewCompany(instance, "Other"))
	first := Add(t, s, NewCompany(instance, "First"), bowline.Accounting)
	second := Add(t, s, NewCompany(instance, "Second"))
	adopt := func(child, parent bowline.ID) {
		t.Helper()
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			c, err := tx.LockFamily(ctx, instance, child, parent)
			if err == nil {
				err = tx.Relate(ctx, &c, bowline.Relations{Parent: parent})
			}
			if err == nil {
				err = tx.UpdateCompany(ctx, c)
			}
			return err
		})
	}
	partial := func(what string, want ...bowline.ID) {
		t.Helper()
		for _, worked := range []string{"before", "after"} {
			page := must(s.Directory(t.Context(), store.DirectoryList{
				InstanceID: instance, Limit: 10, Statuses: bowline.NewCompanyStatuses(bowline.CompanyPartial),
			}))(t)
			var got []bowline.ID
			for _, c := range page.Companies {
				got = append(got, c.ID)
			}
			wantSame(t, "partial "+what+", "+worked+" it was worked in", got, want)
			if page.Total != int64(len(want)) {
				t.Errorf("%s, %s it was worked in: the total is %d, want %d", what, worked, page.Total, len(want))
			}
			foldAll(t, s)
		}
	}
	adopt(first.ID, parent.ID)
	adopt(second.ID, parent.ID)
	partial("with nothing linked")
	move := func(trigger bowline.Trigger) {
		t.Helper()
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			c, err := tx.LockCompany(ctx, instance, first.ID)
			if err != nil {
				return err
			}
			return tx.MoveConnection(ctx, c, &c.DataConnections[0], trigger, store.Change{Actor: bowline.ActorSystem, Now: Start})
		})
	}
	move(bowline.TriggerLink)
	partial("with one of two linked", parent.ID)
	adopt(second.ID, other.ID)
	partial("after the other one moved away")
	adopt(second.ID, parent.ID)
	partial("after it came back", parent.ID)
	move(bowline.TriggerUnlink)
	partial("after the one was unlinked")
	move(bowline.TriggerLink)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.LockFamily(ctx, instance, second.ID)
		if err != nil {
			return err
		}
		return tx.RemoveCompany(ctx, c, store.Change{Actor: bowline.ActorSystem, Now: Start})
	})
	partial("after the other one was deleted")
}
