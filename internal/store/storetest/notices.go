package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Notices is the conformance of what notices are worked out of.
func Notices(t *testing.T, s *store.Store) {
	testEndedConnections(t, s)
	testNoticesSeen(t, s)
}

// moved takes the first connection of a company along triggers.
func moved(t *testing.T, s *store.Store, c bowline.Company, at time.Time, triggers ...bowline.Trigger) {
	t.Helper()
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		company, err := tx.LockCompany(ctx, c.InstanceID, c.ID)
		if err != nil {
			return err
		}
		for _, trigger := range triggers {
			err := tx.MoveConnection(ctx, company, &company.DataConnections[0], trigger, store.Change{Actor: bowline.ActorSystem, Now: at})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func testEndedConnections(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance, other := NewInstance(t, s), NewInstance(t, s)
	owner := bowline.NewID(Start)
	add := func(in bowline.ID, owners ...bowline.ID) bowline.Company {
		c := NewCompany(in, "Harbour Bakery")
		c.OwnerUserIDs = owners
		return Add(t, s, c, bowline.Accounting)
	}
	since := Start.Add(24 * time.Hour)
	count := func(about string, in, visibleTo bowline.ID, want store.EndedConnections) {
		t.Helper()
		wantSame(t, about, must(s.EndedConnections(ctx, in, since, visibleTo))(t), want)
	}
	count("none", instance, "", store.EndedConnections{})
	owned, again, before, theirs, failed := add(instance, bowline.NewID(Start), owner), add(instance), add(instance), add(other), add(instance)
	link, revoke := bowline.TriggerLink, bowline.TriggerRevoke
	moved(t, s, owned, since, link, revoke)
	moved(t, s, again, since.Add(time.Hour), link, revoke, link)
	moved(t, s, before, since.Add(-time.Microsecond), link, revoke)
	moved(t, s, theirs, since.Add(2*time.Hour), link, revoke)
	moved(t, s, failed, since.Add(3*time.Hour), link, bowline.TriggerUnlink)
	one := store.EndedConnections{Count: 1, Latest: since}
	count("one that ended and is not back", instance, "", one)
	count("its owner's", instance, owner, one)
	count("somebody else's", instance, bowline.NewID(Start), store.EndedConnections{})
	count("the other instance's", other, "", store.EndedConnections{Count: 1, Latest: since.Add(2 * time.Hour)})
	// An attempt to connect it again that fails is no second end.
	moved(t, s, owned, since.Add(4*time.Hour), bowline.TriggerFail)
	count("after a failed attempt", instance, "", one)
	moved(t, s, again, since.Add(5*time.Hour), revoke)
	count("ended twice, counted once", instance, "", store.EndedConnections{Count: 2, Latest: since.Add(5 * time.Hour)})
}

func testNoticesSeen(t *testing.T, s *store.Store) {
	ctx := t.Context()
	here, there := NewInstance(t, s), NewInstance(t, s)
	ada := AddPerson(t, s, here, "notices@example.com", bowline.RoleDeveloper)
	bram := AddPerson(t, s, here, "others@example.com", bowline.RoleDeveloper)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutMembership(ctx, bowline.Membership{InstanceID: there, UserID: ada.ID, Given: bowline.RoleAnalyst, Created: Start})
	})
	put := func(in, who bowline.ID, seen ...string) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.NoticesSeen(ctx, in, who); err != nil {
				return err
			}
			return tx.PutNoticesSeen(ctx, in, who, seen)
		})
	}
	wantErr(t, "seen", put(here, ada.ID, "a1", "b2"), nil)
	// What somebody may do changes, and not what they have seen.
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutMembership(ctx, bowline.Membership{InstanceID: here, UserID: ada.ID, Given: bowline.RoleAnalyst, Created: Start})
	})
	for _, row := range []struct {
		about   string
		in, who bowline.ID
		want    []string
	}{{"here", here, ada.ID, []string{"a1", "b2"}}, {"in another instance", there, ada.ID, nil}, {"by somebody else", here, bram.ID, nil}} {
		wantSame(t, "seen "+row.about, must(s.NoticesSeen(ctx, row.in, row.who))(t), row.want)
	}
	wantErr(t, "nothing seen any more", put(here, ada.ID), nil)
	wantSame(t, "seen at last", must(s.NoticesSeen(ctx, here, ada.ID))(t), []string{})
	_, err := s.NoticesSeen(ctx, there, bram.ID)
	wantErr(t, "somebody who does not work there", err, store.ErrNotFound)
	wantErr(t, "their notices", put(there, bram.ID, "a1"), store.ErrNotFound)
}

// OptIns is the conformance of deprecations that ended early.
func OptIns(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance, other := NewInstance(t, s), NewInstance(t, s)
	put := func(in bowline.ID, o bowline.OptIns, at int) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.ReplaceOptIns(ctx, in, o, by(time.Duration(at)*time.Second))
		})
	}
	wantSame(t, "none", must(s.OptIns(ctx, instance))(t), bowline.OptIns{})
	wantErr(t, "opt in", put(instance, bowline.OptIns{"rules": true}, 1), nil)
	wantErr(t, "again", put(instance, bowline.OptIns{"rules": true}, 2), nil)
	wantSame(t, "one", must(s.OptIns(ctx, instance))(t), bowline.OptIns{"rules": true})
	wantSame(t, "in another instance", must(s.OptIns(ctx, other))(t), bowline.OptIns{})
	wantErr(t, "opt out", put(instance, bowline.OptIns{}, 3), nil)
	wantSame(t, "none any more", must(s.OptIns(ctx, instance))(t), bowline.OptIns{})
	versions := must(s.SettingsVersions(ctx, instance, bowline.SettingsDeprecations))(t)
	wantSame(t, "former versions", len(versions), 2)
	wantSame(t, "what was changed", versions[0].Changed, []string{"rules"})
	wantSame(t, "what was before", string(must(s.SettingsVersion(ctx, instance, versions[0].ID))(t).Body), `{"rules":true}`)
	_, err := s.OptIns(ctx, bowline.NewID(Start))
	wantErr(t, "no instance", err, store.ErrNotFound)
	wantErr(t, "opt in without one", put(bowline.NewID(Start), bowline.OptIns{"rules": true}, 4), store.ErrNotFound)
}
