package auth_test

import (
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

func TestKeysExpire(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r, instance := newReplica(s, storetest.NewSealer(t)), storetest.NewInstance(t, s)
		until := time.Date(2026, 1, 2, 3, 5, 5, 0, time.UTC) // a minute later
		key, err := r.CreateKey(t.Context(), auth.Caller{Instance: instance}, auth.NewAPIKey{Expires: &until})
		if err != nil || !r.accepts(t, key.Secret) {
			t.Fatal(err)
		}
		past := until.Add(-time.Hour)
		_, err = r.CreateKey(t.Context(), auth.Caller{Instance: instance}, auth.NewAPIKey{Expires: &past})
		wantCode(t, "a key that has ended", err, bowline.CodeInvalid)
		r.advance(59 * time.Second)
		if !r.accepts(t, key.Secret) {
			t.Error("refused too early")
		}
		r.advance(time.Second) // within the lifetime of the cache
		if r.accepts(t, key.Secret) {
			t.Error("accepted at its end")
		}
		_, unknown := r.FromRequest(request(auth.NewKey()))
		if _, err := r.FromRequest(request(key.Secret)); err == nil || err.Error() != unknown.Error() {
			t.Errorf("an expired key is told apart from an unknown one: %v", err)
		}
	})
}

// TestKeyUseIsWrittenOnceAMinute counts what the database is told.
func TestKeyUseIsWrittenOnceAMinute(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r, instance := newReplica(s, storetest.NewSealer(t)), storetest.NewInstance(t, s)
		shown, _, err := r.Bootstrap(t.Context(), instance, "")
		if err != nil {
			t.Fatal(err)
		}
		used := func() *time.Time {
			t.Helper()
			if err := r.FlushKeyUse(t.Context()); err != nil {
				t.Fatal(err)
			}
			return ok(r.Keys(t.Context(), instance))(t)[0].LastUsed
		}
		if at := used(); at != nil {
			t.Errorf("never used, and at %v", at)
		}
		began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		r.accepts(t, shown)
		if at := used(); at == nil || !at.Equal(began) {
			t.Errorf("used at %v", at)
		}
		r.advance(30 * time.Second)
		r.accepts(t, shown)
		if at := used(); !at.Equal(began) {
			t.Errorf("written twice within a minute: %v", at)
		}
		r.advance(30 * time.Second)
		if at := used(); !at.Equal(began.Add(30 * time.Second)) {
			t.Errorf("a minute later it is %v", at)
		}
		r.accepts(t, shown)
		if err := r.FlushAllKeyUse(t.Context()); err != nil {
			t.Fatal(err)
		}
		if at := used(); !at.Equal(began.Add(time.Minute)) {
			t.Errorf("at the end of the process it is %v", at)
		}
	})
}

// TestWhoMayHandPermissionsOn: administrators may, and a developer makes keys
// that can do what every key can.
func TestWhoMayHandPermissionsOn(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	r, instance := newReplica(s, storetest.NewSealer(t)), storetest.NewInstance(t, s)
	ada := storetest.AddPerson(t, s, instance, "ada@example.com", bowline.RoleAdministrator)
	for _, role := range bowline.Roles() {
		caller := auth.Caller{Instance: instance, User: ada.ID, Name: "Ada", Role: role}
		key, err := r.CreateKey(t.Context(), caller, auth.NewAPIKey{Permissions: []bowline.Permission{bowline.PermissionExport}})
		if role != bowline.RoleAdministrator {
			wantCode(t, string(role), err, bowline.CodeForbidden)
		} else if err != nil || !key.May(bowline.PermissionExport) || key.CreatedBy != "Ada" {
			t.Errorf("%v %v", key, err)
		}
	}
}
