package auth_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

func TestLinksWorkOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx, admin := t.Context(), c.founder()
		user, link, err := c.Invite(ctx, admin, "Bob", "bob@example.com", bowline.RoleDeveloper)
		if err != nil || user.Status != bowline.UserInvited {
			t.Fatal(user, err)
		}
		_, _, err = c.Invite(ctx, admin, "Bob", "BOB@example.com", bowline.RoleDeveloper)
		wantCode(t, "invite twice", err, bowline.CodeConflict)
		_, err = c.ResetLink(ctx, admin, user.ID)
		wantCode(t, "reset before acceptance", err, bowline.CodeConflict)
		former := c.token(link.URL, "invitation")
		renewed := ok(c.RenewInvitation(ctx, admin, user.ID))(t)
		_, err = c.Invitation(ctx, former)
		wantCode(t, "the former link", err, bowline.CodeExpired)
		token := c.token(renewed.URL, "invitation")
		if in := ok(c.Invitation(ctx, token))(t); in != (auth.Invitation{Email: "bob@example.com", Name: "Bob", Instance: "Acme", Role: bowline.RoleDeveloper}) {
			t.Errorf("%+v", in)
		}
		_, err = c.Accept(ctx, token, "Bob", "bobbobbobbob", auth.Browser{})
		wantCode(t, "a guessable password", err, bowline.CodeInvalid)
		ok(c.Accept(ctx, token, "Bob", goodPhrase, auth.Browser{}))(t)
		_, err = c.Accept(ctx, token, "Bob", newPhrase, auth.Browser{})
		wantCode(t, "accept twice", err, bowline.CodeExpired)
		_, err = c.RenewInvitation(ctx, admin, user.ID)
		wantCode(t, "renew after acceptance", err, bowline.CodeConflict)

		reset := c.token(ok(c.ResetLink(ctx, admin, user.ID))(t).URL, "reset")
		before := ok(c.SignIn(ctx, "bob@example.com", goodPhrase, auth.Browser{}))(t)
		_, err = c.ResetPassword(ctx, token, newPhrase, auth.Browser{})
		wantCode(t, "an invitation as a reset", err, bowline.CodeExpired)
		var won atomic.Int64
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				if _, err := c.replica().ResetPassword(ctx, reset, newPhrase, auth.Browser{}); err == nil {
					won.Add(1)
				}
			})
		}
		group.Wait()
		if won.Load() != 1 {
			t.Errorf("a reset link worked %d times", won.Load())
		}
		_, err = c.Session(ctx, before.Token)
		wantCode(t, "a session from before the reset", err, bowline.CodeUnauthorized)
		_, err = c.SignIn(ctx, "bob@example.com", goodPhrase, auth.Browser{})
		wantCode(t, "the former password", err, bowline.CodeUnauthorized)

		late := c.token(ok(c.ResetLink(ctx, admin, user.ID))(t).URL, "reset")
		c.advance(24 * time.Hour)
		_, err = c.ResetPassword(ctx, late, goodPhrase, auth.Browser{})
		wantCode(t, "a day later", err, bowline.CodeExpired)
		_, link, err = c.Invite(ctx, admin, "Cy", "cy@example.com", bowline.RoleAnalyst)
		if err != nil {
			t.Fatal(err)
		}
		c.advance(7 * 24 * time.Hour)
		_, err = c.Invitation(ctx, c.token(link.URL, "invitation"))
		wantCode(t, "a week later", err, bowline.CodeExpired)

		byOperator := ok(c.OperatorResetLink(ctx, "Bob@example.com"))(t)
		ok(c.ResetPassword(ctx, c.token(byOperator.URL, "reset"), goodPhrase, auth.Browser{}))(t)
	})
}

// TestLastAdministratorStays: whatever two administrators do to each other at
// the same time, one stays.
func TestLastAdministratorStays(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx, ada := t.Context(), c.founder()
		role, off := bowline.RoleDeveloper, true
		try := map[string]func(c *crew, by auth.Caller, user bowline.ID) error{
			"demote": func(c *crew, by auth.Caller, user bowline.ID) error {
				_, err := c.ChangeUser(ctx, by, user, auth.UserChange{Role: &role})
				return err
			},
			"disable": func(c *crew, by auth.Caller, user bowline.ID) error {
				_, err := c.ChangeUser(ctx, by, user, auth.UserChange{Disabled: &off})
				return err
			},
			"remove": func(c *crew, by auth.Caller, user bowline.ID) error { return c.RemoveUser(ctx, by, user) },
		}
		for name, do := range try {
			wantCode(t, name+" the only one", do(c, ada, ada.User), bowline.CodeConflict)
		}
		// One who was invited and has not come yet is none.
		if _, _, err := c.Invite(ctx, ada, "Eve", "eve@example.com", bowline.RoleAdministrator); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "demote beside one who was invited", try["demote"](c, ada, ada.User), bowline.CodeConflict)
		for name, do := range try {
			bob := c.caller(c.join(ada, "bob-"+name+"@example.com", bowline.RoleAdministrator), "")
			var group sync.WaitGroup
			for _, pair := range [][2]auth.Caller{{ada, bob}, {bob, ada}} {
				group.Go(func() {
					if err := do(c.replica(), pair[0], pair[1].User); err != nil && bowline.CodeOf(err) != bowline.CodeConflict {
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			group.Wait()
			left := 0
			for _, m := range ok(s.Members(ctx, c.instance))(t) {
				if m.Role() == bowline.RoleAdministrator && !m.Disabled && m.CanSignIn() {
					left++
					ada = auth.Caller{Instance: c.instance, User: m.ID, Role: m.Role()}
				}
			}
			if left != 1 {
				t.Fatalf("%s: %d administrators are left", name, left)
			}
		}
	})
}

// TestNoAdministratorReachesBeyondTheirInstance: who administrates one instance
// gains nothing in another one by way of people who work in both.
func TestNoAdministratorReachesBeyondTheirInstance(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx, ada := t.Context(), c.founder()
		made := ok(c.CreateInstance(ctx, ada, "Try things", bowline.TestInstance))(t)
		if made.Kind != bowline.TestInstance || made.Slug != "try-things" {
			t.Errorf("%+v", made)
		}
		_, err := c.CreateInstance(ctx, ada, "try THINGS", bowline.LiveInstance)
		wantCode(t, "the same name again", err, bowline.CodeConflict)
		adaThere := ada
		adaThere.Instance = made.ID
		mallory := c.caller(c.join(adaThere, "mallory@example.com", bowline.RoleAdministrator), "")
		if mallory.Instance != made.ID {
			t.Fatalf("%+v", mallory)
		}
		_, err = ok(c.Session(ctx, ok(c.SignIn(ctx, "mallory@example.com", goodPhrase, auth.Browser{}))(t).Token))(t).Caller(c.instance)
		wantCode(t, "name another instance", err, bowline.CodeNotFound)

		name := "Owned"
		_, err = c.ChangeUser(ctx, mallory, ada.User, auth.UserChange{Name: &name})
		wantCode(t, "rename somebody of both", err, bowline.CodeForbidden)
		_, err = c.ResetLink(ctx, mallory, ada.User)
		wantCode(t, "reset somebody of both", err, bowline.CodeForbidden)
		wantCode(t, "sign somebody of both out", c.EndUserSessions(ctx, mallory, ada.User), bowline.CodeForbidden)
		_, err = c.RenameInstance(ctx, mallory, c.instance, "Owned")
		wantCode(t, "rename another instance", err, bowline.CodeNotFound)
		_, err = c.CreateInstance(ctx, mallory, "More", bowline.TestInstance)
		wantCode(t, "create an instance", err, bowline.CodeForbidden)
		_, err = c.SignInSettings(ctx, mallory)
		wantCode(t, "read how people sign in", err, bowline.CodeForbidden)
		_, err = c.PutSignIn(ctx, mallory, bowline.DefaultSignIn())
		wantCode(t, "change how people sign in", err, bowline.CodeForbidden)

		// Somebody who is invited to the live instance and has not come yet.
		invited, _, err := c.Invite(ctx, ada, "Boss", "boss@example.com", bowline.RoleAdministrator)
		if err != nil {
			t.Fatal(err)
		}
		_, link, err := c.Invite(ctx, mallory, "Boss", "boss@example.com", bowline.RoleOnboarding)
		wantCode(t, "invite somebody of another instance", err, bowline.CodeForbidden)
		if link != nil {
			t.Error("a link for somebody who was invited elsewhere")
		}
		_, err = c.RenewInvitation(ctx, mallory, invited.ID)
		wantCode(t, "renew their invitation", err, bowline.CodeNotFound)
		wantCode(t, "remove them", c.RemoveUser(ctx, mallory, invited.ID), bowline.CodeNotFound)

		// Nor the other way round: whoever redeemed mallory's invitation must not
		// be let in by the name that it bore.
		if _, _, err := c.Invite(ctx, mallory, "Finance", "finance@example.com", bowline.RoleAdministrator); err != nil {
			t.Fatal(err)
		}
		sole := c.caller(c.join(ada, "sole@example.com", bowline.RoleAdministrator), c.instance)
		_, _, err = c.Invite(ctx, sole, "Finance", "finance@example.com", bowline.RoleAdministrator)
		wantCode(t, "invite whom somebody else has invited", err, bowline.CodeForbidden)
		if m, err := s.Member(ctx, c.instance, invited.ID); err != nil || m.Role() != bowline.RoleAdministrator || m.Email == "" {
			t.Errorf("elsewhere they are %v, %v", m, err)
		}
		_, err = c.ChangeUser(ctx, mallory, invited.ID, auth.UserChange{Name: &name})
		wantCode(t, "change somebody of another instance", err, bowline.CodeNotFound)
	})
}

func TestEverythingIsRecorded(t *testing.T) {
	t.Parallel()
	c := newCrew(t, storetest.Open(t, store.SQLite))
	ctx, admin := t.Context(), c.founder()
	bob := c.join(admin, "bob@example.com", bowline.RoleAnalyst).Person
	role, off, name := bowline.RoleDeveloper, true, "Robert"
	ok(c.ChangeUser(ctx, admin, bob.ID, auth.UserChange{Role: &role, Name: &name}))(t)
	ok(c.ResetLink(ctx, admin, bob.ID))(t)
	ok(c.ChangeUser(ctx, admin, bob.ID, auth.UserChange{Disabled: &off}))(t)
	if err := c.RemoveUser(ctx, admin, bob.ID); err != nil {
		t.Fatal(err)
	}
	keys := auth.New(auth.Options{Store: c.store, Sealer: c.sealer, Now: c.Now})
	key := ok(keys.CreateKey(ctx, admin, auth.NewAPIKey{Name: "ci"}))(t)
	ok(keys.CreateKey(ctx, admin, auth.NewAPIKey{}))(t)
	ok(keys.RenameKey(ctx, admin, key.ID, "cd"))(t)
	if err := keys.DeleteKey(ctx, admin, key.ID); err != nil {
		t.Fatal(err)
	}
	ok(c.PutSignIn(ctx, admin, bowline.SignIn{Password: true, Message: "Hi"}))(t)
	ok(c.RenameInstance(ctx, admin, c.instance, "Acme & Co"))(t)
	var got []string
	for _, line := range ok(c.store.StaffHistory(ctx, store.StaffLines{Instance: c.instance, Limit: 100}))(t) {
		if line.Actor != bowline.ActorUser(admin.User) && line.Actor != bowline.ActorUser(bob.ID) || line.ActorName == "" {
			t.Errorf("%+v", line)
		}
		got = append(got, line.What)
	}
	slices.Reverse(got)
	want := "user.setUp signIn.succeeded user.added user.password signIn.succeeded user.renamed user.role user.resetLink user.disabled user.removed " +
		"key.created key.created key.renamed key.deleted signIn.changed instance.renamed"
	if strings.Join(got, " ") != want {
		t.Errorf("the history is %s", strings.Join(got, " "))
	}
}
