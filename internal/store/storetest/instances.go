package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Instances is the conformance of instances of two kinds, and of their history.
func Instances(t *testing.T, s *store.Store) {
	live := NewInstance(t, s)
	test := store.Instance{ID: bowline.NewID(Start), Name: "Try", Kind: bowline.TestInstance, Created: Start.Add(time.Second)}
	ada := AddPerson(t, s, live, "ada@example.com", bowline.RoleAdministrator)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertInstance(ctx, test); err != nil {
			return err
		}
		return tx.PutProfile(ctx, test.ID, bowline.Profile{Name: "Try"})
	})
	list := must(s.Instances(t.Context()))(t)
	wantSame(t, "kinds", []bowline.InstanceKind{list[0].Kind, list[1].Kind}, []bowline.InstanceKind{bowline.LiveInstance, bowline.TestInstance})
	room := func(instance bowline.ID, limit int) bowline.Code {
		return bowline.CodeOf(TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.RoomForCompany(ctx, instance, limit) }))
	}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for range bowline.TestCompanies {
			for _, instance := range []bowline.ID{live, test.ID} {
				if err := tx.InsertCompany(ctx, NewCompany(instance, "A")); err != nil {
					return err
				}
			}
		}
		return nil
	})
	wantSame(t, "room in a full test instance", room(test.ID, 0), bowline.CodeLimit)
	wantSame(t, "and with a higher limit", room(test.ID, 1000), bowline.CodeLimit)
	wantSame(t, "room in a live one", room(live, 0), bowline.Code(""))
	wantSame(t, "and with a limit", room(live, 50), bowline.CodeLimit)

	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutProfile(ctx, test.ID, bowline.Profile{Name: "Tried"})
	})
	wantSame(t, "follows its profile", must(s.Instances(t.Context()))(t)[1].Name, "Tried")
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.RenameInstance(ctx, test.ID, "Own") })
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutProfile(ctx, test.ID, bowline.Profile{Name: "Again"})
	})
	wantSame(t, "keeps its own name", must(s.Instances(t.Context()))(t)[1].Name, "Own")

	var lines []bowline.StaffChange
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		lines = nil
		for i, actor := range []bowline.Actor{bowline.ActorUser(ada.ID), bowline.ActorSystem, bowline.ActorKey(ada.ID)} {
			line := bowline.StaffChange{ID: bowline.NewID(Start.Add(time.Duration(i) * time.Second)), InstanceID: live, At: Start, Actor: actor, What: "x", Subject: ada.ID}
			if err := tx.InsertStaffChange(ctx, line); err != nil {
				return err
			}
			line.SubjectName = "Ada"
			if i == 0 {
				line.ActorName = "Ada"
			}
			lines = append([]bowline.StaffChange{line}, lines...)
		}
		return nil
	})
	wantSame(t, "history", must(s.StaffHistory(t.Context(), store.StaffLines{Instance: live, Limit: 10}))(t), lines)
	wantSame(t, "its end", must(s.StaffHistory(t.Context(), store.StaffLines{Instance: live, Before: lines[0].ID, Limit: 1}))(t), lines[1:2])
	wantSame(t, "another's", len(must(s.StaffHistory(t.Context(), store.StaffLines{Instance: test.ID, Limit: 10}))(t)), 0)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for i, what := range []string{"signIn.succeeded", "signIn.failed", "signIn.locked", "signIn.changed"} {
			at := Start.Add(time.Duration(i) * time.Hour)
			if err := tx.InsertStaffChange(ctx, bowline.StaffChange{ID: bowline.NewID(at), InstanceID: test.ID, At: at, Actor: bowline.ActorSystem, What: what}); err != nil {
				return err
			}
		}
		one, err := tx.ForgetSignIns(ctx, Start.Add(2*time.Hour), 1)
		if err != nil {
			return err
		}
		rest, err := tx.ForgetSignIns(ctx, Start.Add(2*time.Hour), 10)
		wantSame(t, "sign-ins forgotten in one step, and in the next", []int{one, rest}, []int{1, 1})
		return err
	})
	left := must(s.StaffHistory(t.Context(), store.StaffLines{Instance: test.ID, Limit: 10}))(t)
	wantSame(t, "what stays", []string{left[0].What, left[1].What}, []string{"signIn.changed", "signIn.locked"})
	historyByKind(t, s, live)
	names := must(s.PeopleNames(t.Context(), []bowline.Actor{bowline.ActorUser(ada.ID), bowline.ActorSystem, bowline.ActorUser("x")}))(t)
	wantSame(t, "names", names, map[bowline.Actor]string{bowline.ActorUser(ada.ID): "Ada"})

	key := bowline.APIKey{ID: bowline.NewID(Start), InstanceID: live, Name: "a", Hash: hash(1), Prefix: "bwl_", CreatedDate: Start, Expires: &Start, CreatedByID: ada.ID}
	later := Start.Add(time.Minute)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertAPIKey(ctx, key); err != nil {
			return err
		}
		if err := tx.UseAPIKey(ctx, key.ID, later); err != nil {
			return err
		}
		if err := tx.UseAPIKey(ctx, key.ID, Start); err != nil {
			return err
		}
		hers, err := tx.APIKeysBy(ctx, live, ada.ID)
		if err != nil {
			return err
		}
		others, err := tx.APIKeysBy(ctx, live, "x")
		if err != nil {
			return err
		}
		wantSame(t, "keys that she made, and others", []int{len(hers), len(others)}, []int{1, 0})
		return tx.RenameAPIKey(ctx, live, key.ID, "b")
	})
	key.Name, key.LastUsed, key.CreatedBy = "b", &later, "Ada"
	wantSame(t, "a key", must(s.APIKeyByHash(t.Context(), hash(1)))(t), key)
	wantErr(t, "rename another's", TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.RenameAPIKey(ctx, test.ID, key.ID, "c")
	}), store.ErrNotFound)
}

// historyByKind: each line is of one kind, and a page of a kind goes on where the
// one before ended.
func historyByKind(t *testing.T, s *store.Store, instance bowline.ID) {
	t.Helper()
	whats := []string{
		"user.added", "key.created", "signIn.changed", "signIn.succeeded", "access.changed", "user.role", "signIn.failed", "companies.ownedOnly",
		"signIn.locked", "key.deleted", "user", "userland.changed",
	}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for i, what := range whats {
			at := Start.Add(time.Duration(i+1) * time.Hour)
			if err := tx.InsertStaffChange(ctx, bowline.StaffChange{ID: bowline.NewID(at), InstanceID: instance, At: at, Actor: bowline.ActorSystem, What: what}); err != nil {
				return err
			}
		}
		return nil
	})
	for kind, want := range map[bowline.StaffChangeKind][]string{
		bowline.StaffChangePeople:   {"user.role", "user.added"},
		bowline.StaffChangeKeys:     {"key.deleted", "key.created"},
		bowline.StaffChangeSignIns:  {"signIn.locked", "signIn.failed", "signIn.succeeded"},
		bowline.StaffChangeSettings: {"userland.changed", "user", "companies.ownedOnly", "access.changed", "signIn.changed", "x", "x", "x"},
	} {
		var got []string
		wanted := store.StaffLines{Instance: instance, Kind: kind, Limit: 1}
		for {
			page := must(s.StaffHistory(t.Context(), wanted))(t)
			if len(page) == 0 {
				break
			}
			wanted.Before = page[0].ID
			got = append(got, page[0].What)
		}
		wantSame(t, "lines of "+string(kind), got, want)
	}
}
