package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// external sets an issuer as the sign-in service.
func (c *crew) external(i *issuer, by auth.Caller, mapping ...bowline.GroupMapping) {
	c.t.Helper()
	sso := &bowline.SSO{Issuer: i.url, ClientID: "client", ClientSecret: "hush", Mapping: mapping}
	ok(c.PutSignIn(c.t.Context(), by, bowline.SignIn{Password: true, SSO: sso}))(c.t)
}

// arrive signs somebody in by way of the issuer.
func (c *crew) arrive(i *issuer, change ...func(url.Values)) (auth.SSOArrival, error) {
	c.t.Helper()
	away := ok(c.StartSSO(c.t.Context(), "/portal/companies", ""))(c.t)
	if strings.Contains(away.URL, "prompt=") || strings.Contains(away.URL, "max_age=") {
		c.t.Errorf("a sign-in takes no session that is open there: %s", away.URL)
	}
	back := i.authorize(c.t, away.URL)
	for _, do := range change {
		do(back)
	}
	return c.replica().CompleteSSO(c.t.Context(), back, away.Cookie, auth.Browser{})
}

func wantWhy(t *testing.T, what string, err error, why string) {
	t.Helper()
	var fault *auth.SSOError
	if !errors.As(err, &fault) || string(fault.Why) != why {
		t.Errorf("%s: %v, want %s", what, err, why)
	}
	if err != nil && strings.Contains(err.Error(), "secret words") {
		t.Errorf("%s: the error repeats what the service wrote", what)
	}
}

func TestGroupsGiveRoles(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx, ada := t.Context(), c.founder()
		i := newIssuer(t, c.Now)
		other := ok(c.CreateInstance(ctx, ada, "Second", bowline.LiveInstance))(t)
		c.external(i, ada, bowline.GroupMapping{Group: "support", Role: bowline.RoleOnboarding}, bowline.GroupMapping{Group: "devs", Role: bowline.RoleDeveloper, InstanceID: &c.instance})
		bob := map[string]any{"sub": "bob", "email": "bob@example.com", "name": "Bob", "groups": []string{"support", "devs", "else"}}
		i.says(bob)
		in := ok(c.arrive(i))(t)
		if in.Then != "/portal/companies" || in.Tested {
			t.Errorf("%+v", in)
		}
		here, there := c.caller(in.SignedIn, c.instance), c.caller(in.SignedIn, other.ID)
		if here.Role != bowline.RoleDeveloper || there.Role != bowline.RoleOnboarding || here.Name != "Bob" {
			t.Errorf("%s here, %s there", here.Role, there.Role)
		}
		role := bowline.RoleOnboarding
		_, err := c.ChangeUser(ctx, ada, here.User, auth.UserChange{Role: &role})
		wantCode(t, "demote against the groups", err, bowline.CodeConflict)
		role = bowline.RoleAdministrator
		ok(c.ChangeUser(ctx, ada, here.User, auth.UserChange{Role: &role}))(t)
		_, err = c.ResetLink(ctx, ada, here.User)
		wantCode(t, "a password for somebody external", err, bowline.CodeConflict)

		bob["groups"] = "support" // one text instead of a list
		in = ok(c.arrive(i))(t)
		if here := c.caller(in.SignedIn, c.instance); here.Role != bowline.RoleAdministrator {
			t.Errorf("the role by hand is gone: %s", here.Role)
		}
		role = bowline.RoleAnalyst
		ok(c.ChangeUser(ctx, ada, here.User, auth.UserChange{Role: &role}))(t)
		bob["groups"] = []string{}
		in = ok(c.arrive(i))(t)
		if _, err := ok(c.Session(ctx, in.Token))(t).Caller(other.ID); bowline.CodeOf(err) != bowline.CodeNotFound {
			t.Errorf("a role that no group gives any more: %v", err)
		}
		bob["groups"] = map[string]any{"support": map[string]any{}} // as an object
		in = ok(c.arrive(i))(t)
		if there := c.caller(in.SignedIn, other.ID); there.Role != bowline.RoleOnboarding {
			t.Errorf("%s by an object of groups", there.Role)
		}
		if err := c.RemoveUser(ctx, ada, here.User); err != nil {
			t.Fatal(err)
		}
		bob["groups"] = []string{}
		_, err = c.arrive(i)
		wantWhy(t, "no role left", err, "noAccess")
		_, err = c.Session(ctx, in.Token)
		wantCode(t, "the session from before", err, bowline.CodeUnauthorized)
		i.says(map[string]any{"sub": "eve", "email": "eve@example.com", "groups": []string{"strangers"}})
		_, err = c.arrive(i)
		wantWhy(t, "somebody new without a role", err, "noAccess")
		if _, err := s.PersonByEmail(ctx, "eve@example.com"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a person without a role was made: %v", err)
		}
	})
}

// TestWhoIsLinked: an identity becomes an existing person only by an address that
// the service vouches for, and a password that others chose opens nothing more.
func TestWhoIsLinked(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx, ada := t.Context(), c.founder()
		i := newIssuer(t, c.Now)
		c.external(i, ada, bowline.GroupMapping{Group: "admins", Role: bowline.RoleAdministrator})
		for _, verified := range []any{false, nil, "false", 1} {
			i.says(map[string]any{"email_verified": verified})
			_, err := c.arrive(i)
			wantWhy(t, "an address that nobody vouches for", err, "unverified")
		}
		i.says(map[string]any{"email": "ADA@example.com", "email_verified": "true"})
		in := ok(c.arrive(i))(t)
		if in.Person.ID != ada.User || in.Person.Name != "Ada" {
			t.Errorf("%v", in.Person)
		}
		if got := c.lines("user.linked"); len(got) != 1 || got[0].Subject != ada.User || got[0].Detail != i.url+" (ADA@example.com)" {
			t.Errorf("%+v", got)
		}
		ok(c.SignIn(ctx, "ada@example.com", goodPhrase, auth.Browser{}))(t) // who is an administrator by hand keeps the password
		i.says(map[string]any{"sub": "s-2"})
		_, err := c.arrive(i)
		wantWhy(t, "another identity with the same address", err, "unverified")

		// Somebody accepts an invitation that was meant for another person.
		mallory := c.join(ada, "boss@example.com", bowline.RoleOnboarding)
		i.says(map[string]any{"sub": "boss", "email": "boss@example.com"})
		boss := ok(c.arrive(i))(t)
		if caller := c.caller(boss.SignedIn, ""); caller.Role != bowline.RoleAdministrator || caller.User != mallory.Person.ID {
			t.Errorf("%+v", caller)
		}
		_, err = c.SignIn(ctx, "boss@example.com", goodPhrase, auth.Browser{})
		wantCode(t, "the password of whoever held the invitation", err, bowline.CodeUnauthorized)
		_, err = c.Session(ctx, mallory.Token)
		wantCode(t, "their session", err, bowline.CodeUnauthorized)
	})
}

func TestLyingIssuers(t *testing.T) {
	t.Parallel()
	c := newCrew(t, storetest.Open(t, store.SQLite))
	ctx, ada := t.Context(), c.founder()
	i := newIssuer(t, c.Now)
	c.external(i, ada, bowline.GroupMapping{Group: "admins", Role: bowline.RoleAdministrator})
	ok(c.arrive(i))(t)
	for name, claims := range map[string]map[string]any{
		"nonce": {"nonce": "another"}, "no nonce": {"nonce": ""}, "issuer": {"iss": "https://evil.example"}, "audience": {"aud": "somebody"},
		"two audiences": {"aud": []string{"client", "somebody"}}, "party": {"azp": "somebody"}, "expired": {"exp": c.Now().Add(-2 * time.Minute).Unix()},
		"nobody": {"sub": ""}, "access token": {"at_hash": "AAAA"}, "no address": {"sub": "x", "email": nil, "groups": []string{"admins"}}, "an odd address": {"sub": "y", "email": "a@b@c, d@e"},
	} {
		i.says(claims)
		i.info = map[string]any{"sub": claims["sub"]}
		_, err := c.arrive(i)
		wantWhy(t, name, err, "invalid")
	}
	i.says(map[string]any{"groups": nil})
	i.info = map[string]any{"sub": "somebody else", "groups": []string{"admins"}}
	_, err := c.arrive(i)
	wantWhy(t, "UserInfo of somebody else", err, "invalid")
	i.info = map[string]any{"sub": "s-1", "groups": []string{"admins"}}
	ok(c.arrive(i))(t)
	i.says(nil)
	strange, kerr := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if kerr != nil {
		t.Fatal(kerr)
	}
	i.sign = strange
	_, err = c.arrive(i)
	wantWhy(t, "another key", err, "invalid")
	i.sign = i.key
	for name, row := range map[string]struct {
		change func(url.Values)
		why    string
	}{
		"denied": {func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }, "denied"}, "no code": {func(q url.Values) { q.Del("code") }, "invalid"},
		"another state": {func(q url.Values) { q.Set("state", "x") }, "stale"}, "no state": {func(q url.Values) { q.Del("state") }, "stale"},
		"another issuer": {func(q url.Values) { q.Set("iss", "https://evil.example") }, "invalid"}, "another code": {func(q url.Values) { q.Set("code", "x") }, "invalid"},
	} {
		_, err := c.arrive(i, row.change)
		wantWhy(t, name, err, row.why)
	}
	away := ok(c.StartSSO(ctx, "https://evil.example/", ""))(t)
	back := i.authorize(t, away.URL)
	for name, cookie := range map[string]string{"no cookie": "", "garbage": "xxxx", "another browser's": ok(c.StartSSO(ctx, "", ""))(t).Cookie} {
		_, err := c.CompleteSSO(ctx, back, cookie, auth.Browser{})
		wantWhy(t, name, err, "stale")
	}
	if in := ok(c.CompleteSSO(ctx, back, away.Cookie, auth.Browser{}))(t); in.Then != "/portal/" {
		t.Errorf("goes on at %s", in.Then)
	}
	_, err = c.CompleteSSO(ctx, back, away.Cookie, auth.Browser{})
	wantWhy(t, "the same code again", err, "invalid")
	away = ok(c.StartSSO(ctx, "", ""))(t)
	back = i.authorize(t, away.URL)
	c.advance(10 * time.Minute)
	_, err = c.CompleteSSO(ctx, back, away.Cookie, auth.Browser{})
	wantWhy(t, "too late", err, "stale")
	c.advance(time.Minute)
	i.down = true
	_, err = c.StartSSO(ctx, "", "")
	wantWhy(t, "a service that is down", err, "unavailable")
}

// TestPasswordsGoOffAfterATest: nobody locks everybody out.
func TestPasswordsGoOffAfterATest(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx, ada := t.Context(), c.founder()
		i := newIssuer(t, c.Now)
		_, err := c.PutSignIn(ctx, ada, bowline.SignIn{})
		wantCode(t, "no way at all", err, bowline.CodeInvalid)
		_, err = c.StartTest(ctx, ada)
		wantCode(t, "a test of nothing", err, bowline.CodeConflict)
		c.external(i, ada, bowline.GroupMapping{Group: "admins", Role: bowline.RoleAdministrator})
		only := func() error {
			sso := ok(c.SignInSettings(ctx, ada))(t).SSO
			_, err := c.PutSignIn(ctx, ada, bowline.SignIn{SSO: &bowline.SSO{Issuer: sso.Issuer, ClientID: "client", Mapping: sso.Mapping}})
			return err
		}
		wantCode(t, "before a test", only(), bowline.CodeConflict)
		test := func(say map[string]any, change ...func(url.Values)) *bowline.SignInTest {
			t.Helper()
			i.says(say)
			link := ok(c.StartTest(ctx, ada))(t)
			u := ok(url.Parse(link.URL))(t)
			away := ok(c.StartSSO(ctx, "", u.Query().Get("test")))(t)
			back := i.authorize(t, away.URL)
			for _, do := range change {
				do(back)
			}
			if in, _ := c.CompleteSSO(ctx, back, away.Cookie, auth.Browser{}); in.Token != "" || !in.Tested {
				t.Errorf("a test signs somebody in: %v", in)
			}
			return ok(c.SignInSettings(ctx, ada))(t).Tested
		}
		if got := test(nil, func(q url.Values) { q.Set("code", "x") }); got == nil || got.OK || got.Problem == "" {
			t.Errorf("%+v", got)
		}
		if got := test(map[string]any{"sub": "x", "email": "x@example.com", "groups": []string{"others"}}); got.OK || got.Problem == "" || got.Email != "x@example.com" {
			t.Errorf("%+v", got)
		}
		wantCode(t, "after a test by somebody without a role", only(), bowline.CodeConflict)
		if got := test(map[string]any{"sub": "x", "email": "x@example.com"}); !got.OK || got.Role != bowline.RoleAdministrator || got.Problem != "" {
			t.Errorf("%+v", got)
		}
		if err := only(); err != nil {
			t.Fatal(err)
		}
		if _, err := c.SignIn(ctx, "ada@example.com", goodPhrase, auth.Browser{}); bowline.CodeOf(err) != bowline.CodeForbidden {
			t.Errorf("a password while they are off: %v", err)
		}
		settings := ok(c.SignInSettings(ctx, ada))(t)
		if settings.SSO.ClientSecret != "hush" || settings.Tested == nil {
			t.Errorf("secret or test are gone: %+v", settings)
		}
		sso := *settings.SSO
		sso.Mapping = []bowline.GroupMapping{{Group: "admins", Role: bowline.RoleAnalyst}}
		_, err = c.PutSignIn(ctx, ada, bowline.SignIn{SSO: &sso})
		wantCode(t, "a mapping that lets no administrator in", err, bowline.CodeConflict)
		away := ok(c.StartTest(ctx, ada))(t)
		other := newIssuer(t, c.Now)
		moved := ok(c.PutSignIn(ctx, ada, bowline.SignIn{Password: true, SSO: &bowline.SSO{Issuer: other.url, ClientID: "client"}}))(t)
		if moved.SSO.ClientSecret != "" || moved.Tested != nil {
			t.Error("another issuer is given the secret of the former one")
		}
		_, err = c.StartSSO(ctx, "", ok(url.Parse(away.URL))(t).Query().Get("test"))
		wantWhy(t, "a ticket for former settings", err, "stale")
		for table, rows := range storetest.Dump(t, s) {
			for _, row := range rows {
				if strings.Contains(row, "hush") {
					t.Errorf("%s holds the client secret in clear", table)
				}
			}
		}
	})
}
