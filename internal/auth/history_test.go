package auth_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

func ticketOf(t *testing.T, link auth.OneTimeLink) string {
	t.Helper()
	return ok(url.Parse(link.URL))(t).Query().Get("test")
}

// lines are those of the history of an instance that begin so, the oldest first.
func (c *crew) lines(start string) []bowline.StaffChange {
	c.t.Helper()
	list := ok(c.store.StaffHistory(c.t.Context(), store.StaffLines{Instance: c.instance, Limit: 1000}))(c.t)
	list = slices.DeleteFunc(list, func(l bowline.StaffChange) bool { return !strings.HasPrefix(l.What, start) })
	slices.Reverse(list)
	return list
}

func details(list []bowline.StaffChange) (all []string) {
	for _, l := range list {
		all = append(all, l.What+": "+l.Detail)
	}
	return all
}

// TestSignInsAreRecorded: who came in and who failed to is known, a flood of
// either is not, and nothing of it stays for ever.
func TestSignInsAreRecorded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx, ada := t.Context(), c.founder()
		c.join(ada, "bob@example.com", bowline.RoleAnalyst)
		c.advance(time.Hour)
		before := len(c.lines("signIn."))
		for i := range 14 {
			_, err := c.replica().SignIn(ctx, "BOB@example.com", "wrong", auth.Browser{Address: fmt.Sprintf("192.0.2.%d", i)})
			if err == nil {
				t.Fatal("came in")
			}
		}
		_, _ = c.SignIn(ctx, "nobody@example.com", "wrong", auth.Browser{})
		got := c.lines("signIn.")[before:]
		want := []string{"signIn.failed: password", "signIn.failed: password", "signIn.failed: password", "signIn.locked: password"}
		if !slices.Equal(details(got), want) || got[0].SubjectName != "Bob B." || got[0].Actor != bowline.ActorSystem {
			t.Errorf("%q %+v", details(got), got)
		}
		c.advance(time.Hour)
		before = len(c.lines("signIn."))
		for range 30 {
			ok(c.SignIn(ctx, "bob@example.com", goodPhrase, auth.Browser{}))(t)
		}
		if got := c.lines("signIn.")[before:]; len(got) != 20 || got[0].What != "signIn.succeeded" || got[0].ActorName != "Bob B." {
			t.Errorf("%d lines of 30 sign-ins: %q", len(got), details(got))
		}
		kept := len(c.lines("user."))
		c.advance(bowline.SignInsKept + time.Second)
		for n := 100; n == 100; {
			n = ok(c.Forget(ctx, 100))(t)
		}
		if got := c.lines("signIn."); len(got) != 0 || len(c.lines("user.")) != kept {
			t.Errorf("left over: %q", details(got))
		}
	})
}

// TestChangesOfSignInAreRecorded says what changed, in every instance, and never a
// secret.
func TestChangesOfSignInAreRecorded(t *testing.T) {
	t.Parallel()
	c := newCrew(t, storetest.Open(t, store.SQLite))
	ctx, ada := t.Context(), c.founder()
	other := ok(c.CreateInstance(ctx, ada, "Second", bowline.TestInstance))(t)
	sso := bowline.SSO{Issuer: "https://login.example", ClientID: "client", ClientSecret: "hush-1"}
	for _, step := range []struct {
		change func(*bowline.SignIn)
		want   string
	}{
		{func(in *bowline.SignIn) { in.Message = "Hello" }, "message"},
		{func(in *bowline.SignIn) { in.SSO = &sso }, "sso on: https://login.example"},
		{func(in *bowline.SignIn) { in.SSO.ClientSecret, in.SSO.TrustEmail = "hush-2", true }, "sso.clientSecret, sso.trustEmail on"},
		{func(in *bowline.SignIn) {
			in.SSO.Mapping = []bowline.GroupMapping{{Group: "a", Role: bowline.RoleAnalyst, InstanceID: &other.ID}}
			in.SSO.Label, in.SSO.Scopes, in.SSO.GroupsClaim = "Ours", []string{"groups"}, "roles"
		}, "sso.label, sso.groupsClaim, sso.scopes, sso.mapping"},
		{func(in *bowline.SignIn) { in.SSO.TrustEmail = false }, "sso.trustEmail off"},
		{func(in *bowline.SignIn) { in.SSO.Issuer, in.SSO.ClientID = "https://else.example", "other" }, "sso.issuer: https://else.example, sso.clientId, sso.clientSecret"},
		{func(in *bowline.SignIn) { in.SSO, in.Message = nil, "" }, "message, sso off: https://else.example"},
		{func(*bowline.SignIn) {}, ""},
	} {
		next := ok(c.SignInSettings(ctx, ada))(t)
		step.change(&next)
		if next.SSO != nil && next.SSO.Issuer == "https://else.example" {
			next.SSO.ClientSecret = ""
		}
		ok(c.PutSignIn(ctx, ada, next))(t)
		list := c.lines("signIn.changed")
		if got := list[len(list)-1]; got.Detail != step.want || got.Actor != bowline.ActorUser(ada.User) {
			t.Errorf("%q, want %q", got.Detail, step.want)
		}
	}
	there := ok(c.store.StaffHistory(ctx, store.StaffLines{Instance: other.ID, Limit: 100}))(t)
	if n := len(slices.DeleteFunc(there, func(l bowline.StaffChange) bool { return l.What != "signIn.changed" })); n != 8 {
		t.Errorf("%d changes are known in the other instance", n)
	}
	if all := strings.Join(details(c.lines("")), " "); strings.Contains(all, "hush") {
		t.Error("a secret is in the history")
	}
}

// TestKeysOfWhoeverIsGone: keys work on when their maker may not make them any
// more, and are told apart.
func TestKeysOfWhoeverIsGone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx, ada := t.Context(), c.founder()
		bob := c.join(ada, "bob@example.com", bowline.RoleAdministrator).Person
		keys := auth.New(auth.Options{Store: s, Sealer: c.sealer, Now: c.Now})
		maker := auth.Caller{Instance: c.instance, User: bob.ID, Name: bob.Name, Role: bowline.RoleAdministrator}
		plain := ok(keys.CreateKey(ctx, maker, auth.NewAPIKey{Name: "plain"}))(t)
		ok(keys.CreateKey(ctx, maker, auth.NewAPIKey{Name: "proxy", Permissions: []bowline.Permission{bowline.PermissionProxy}}))(t)
		ok(keys.CreateKey(ctx, ada, auth.NewAPIKey{Name: "hers"}))(t)
		var lines int
		check := func(what, gone string, more int) {
			t.Helper()
			var got []string
			for _, k := range ok(keys.Keys(ctx, c.instance))(t) {
				if k.MakerGone {
					got = append(got, k.Name)
				}
			}
			if strings.Join(got, " ") != gone {
				t.Errorf("%s: makers of %q are gone, want %q", what, got, gone)
			}
			if lines += more; len(c.lines("key.makerGone")) != lines {
				t.Errorf("%s: %d lines, want %d", what, len(c.lines("key.makerGone")), lines)
			}
		}
		change := func(u auth.UserChange) { t.Helper(); ok(c.ChangeUser(ctx, ada, bob.ID, u))(t) }
		role := func(r bowline.Role) auth.UserChange { return auth.UserChange{Role: &r} }
		off, on := true, false
		check("at first", "", 0)
		change(role(bowline.RoleDeveloper))
		check("a developer", "proxy", 1)
		change(role(bowline.RoleAnalyst))
		check("an analyst", "plain proxy", 1)
		change(role(bowline.RoleAdministrator))
		check("an administrator again", "", 0)
		change(auth.UserChange{Disabled: &off})
		check("disabled", "plain proxy", 2)
		change(auth.UserChange{Disabled: &on})
		check("enabled", "", 0)
		if err := c.RemoveUser(ctx, ada, bob.ID); err != nil {
			t.Fatal(err)
		}
		check("removed", "plain proxy", 2)
		if line := c.lines("key.makerGone")[lines-1]; line.Actor != bowline.ActorUser(ada.User) || !strings.HasPrefix(line.Detail, "bwl_") {
			t.Errorf("%+v", line)
		}
		if _, err := keys.FromRequest(request(plain.Secret)); err != nil {
			t.Errorf("the key of somebody who is gone: %v", err)
		}
	})
}

// TestOthersSessions: who administers one of somebody's instances sees and ends
// nothing that concerns the others.
func TestOthersSessions(t *testing.T) {
	t.Parallel()
	c := newCrew(t, storetest.Open(t, store.SQLite))
	ctx, ada := t.Context(), c.founder()
	other := ok(c.CreateInstance(ctx, ada, "Second", bowline.LiveInstance))(t)
	eve := c.caller(c.join(ada, "eve@example.com", bowline.RoleAdministrator), "")
	bob := c.join(ada, "bob@example.com", bowline.RoleAnalyst).Person
	if list := ok(c.UserSessions(ctx, eve, bob.ID))(t); len(list) != 1 {
		t.Errorf("%+v", list)
	}
	there := ada
	there.Instance = other.ID
	if _, _, err := c.Invite(ctx, there, "Bob", "bob@example.com", bowline.RoleAnalyst); err != nil {
		t.Fatal(err)
	}
	_, err := c.UserSessions(ctx, eve, bob.ID)
	wantCode(t, "sessions of somebody who works elsewhere too", err, bowline.CodeForbidden)
	ok(c.UserSessions(ctx, ada, bob.ID))(t)
}

// TestOneCallerWithManyNetworks tries from ever another /64 of one /48.
func TestOneCallerWithManyNetworks(t *testing.T) {
	t.Parallel()
	c := newCrew(t, storetest.Open(t, store.SQLite))
	c.founder()
	refused := 0
	for i := range 410 {
		_, err := c.SignIn(t.Context(), fmt.Sprintf("user%d@example.com", i), "wrong", auth.Browser{Address: fmt.Sprintf("2001:db8:0:%x::1", i)})
		if bowline.CodeOf(err) == bowline.CodeTooMany {
			refused++
		}
	}
	if refused != 10 {
		t.Errorf("%d tries of one /48 were refused", refused)
	}
}
