package auth_test

import (
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestSetUpLinksEnd: a link that stands in a log of yesterday makes nobody an
// administrator, nor does one from before another start.
func TestSetUpLinksEnd(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx := t.Context()
		who := auth.Newcomer{Name: "Ada", Email: "ada@example.com", Password: goodPhrase}
		try := func(link string) error {
			_, err := c.SetUp(ctx, c.token(link, "setup"), who, auth.Browser{})
			return err
		}
		old := ok(c.SetUpLink(ctx))(t)
		c.advance(3 * time.Minute)
		next := ok(c.replica().SetUpLink(ctx))(t)
		wantCode(t, "the link of the former start", try(old), bowline.CodeExpired)
		c.advance(24 * time.Hour)
		wantCode(t, "a link of yesterday", try(next), bowline.CodeExpired)
		last := ok(c.SetUpLink(ctx))(t)
		c.advance(24*time.Hour - time.Second)
		if err := try(last); err != nil {
			t.Errorf("within the day: %v", err)
		}
	})
}

// TestUnverifiedAddressesMakeNobody: somebody who says that an address is theirs
// is not waiting there when its owner is invited.
func TestUnverifiedAddressesMakeNobody(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx, ada := t.Context(), c.founder()
		i := newIssuer(t, c.Now)
		admins := bowline.GroupMapping{Group: "admins", Role: bowline.RoleAdministrator}
		c.external(i, ada, admins)
		claims := func(verified any) map[string]any {
			return map[string]any{"sub": "eve", "email": "ceo@example.com", "email_verified": verified, "groups": []string{"admins"}}
		}
		for _, verified := range []any{false, nil, "false", "", 1} {
			i.says(claims(verified))
			_, err := c.arrive(i)
			wantWhy(t, "an address that nobody vouches for", err, "unverified")
			i.says(map[string]any{"sub": "eve", "email_verified": verified})
			_, err = c.arrive(i)
			wantWhy(t, "a colleague's address that nobody vouches for", err, "unverified")
		}
		if got := c.lines("signIn.failed"); len(got) != 3 || got[0].Subject != ada.User || got[0].Detail != "singleSignOn" {
			t.Errorf("%q", details(got))
		}
		if _, err := s.PersonByEmail(ctx, "ceo@example.com"); err == nil {
			t.Fatal("a person was made")
		}
		link := ok(c.StartTest(ctx, ada))(t)
		i.says(claims(nil))
		c.tries(i, link)
		if got := ok(c.SignInSettings(ctx, ada))(t).Tested; got == nil || got.OK || got.Problem == "" {
			t.Errorf("a test by an address that lets nobody in: %+v", got)
		}

		trusting := &bowline.SSO{Issuer: i.url, ClientID: "client", Mapping: []bowline.GroupMapping{admins}, TrustEmail: true}
		if saved := ok(c.PutSignIn(ctx, ada, bowline.SignIn{Password: true, SSO: trusting}))(t); saved.Tested != nil {
			t.Error("a test from before says something of a service that is trusted now")
		}
		i.says(claims(false))
		_, err := c.arrive(i)
		wantWhy(t, "an address that a trusted service does not vouch for", err, "unverified")
		i.says(claims(nil))
		in := ok(c.arrive(i))(t)

		c.external(i, ada, admins) // trusted no longer: who is known by their identity comes in all the same
		if again := ok(c.arrive(i))(t); again.Person.ID != in.Person.ID {
			t.Error("a known identity became somebody else")
		}
	})
}

// tries signs in at the service for a test.
func (c *crew) tries(i *issuer, link auth.OneTimeLink) {
	c.t.Helper()
	away := ok(c.StartSSO(c.t.Context(), "", ticketOf(c.t, link)))(c.t)
	_, err := c.CompleteSSO(c.t.Context(), i.authorize(c.t, away.URL), away.Cookie, auth.Browser{})
	if err != nil {
		c.t.Fatal(err)
	}
}

// TestClosingAWayEndsItsSessions: a session is worth no more than what it came by.
func TestClosingAWayEndsItsSessions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx, ada := t.Context(), c.founder()
		i := newIssuer(t, c.Now)
		admins := bowline.GroupMapping{Group: "admins", Role: bowline.RoleAdministrator}
		c.external(i, ada, admins)
		lives := func(what string, in auth.SignedIn, want bool) {
			t.Helper()
			if _, err := c.replica().Session(ctx, in.Token); (err == nil) != want {
				t.Errorf("%s: %v", what, err)
			}
		}
		bob := c.join(ada, "bob@example.com", bowline.RoleAnalyst)
		i.says(map[string]any{"sub": "eve", "email": "eve@example.com"})
		eve := ok(c.arrive(i))(t).SignedIn
		c.tries(i, ok(c.StartTest(ctx, ada))(t))

		// Another client of the same service closes nothing.
		sso := *ok(c.SignInSettings(ctx, ada))(t).SSO
		sso.Label = "Ours"
		ok(c.PutSignIn(ctx, ada, bowline.SignIn{Password: true, SSO: &sso}))(t)
		lives("by password", bob, true)
		lives("by the service", eve, true)
		ok(c.PutSignIn(ctx, ada, bowline.SignIn{SSO: &sso}))(t)
		lives("by password, after passwords", bob, false)
		lives("by the service, after passwords", eve, true)
		boss := c.caller(eve, "")
		ok(c.PutSignIn(ctx, boss, bowline.SignIn{Password: true, SSO: &bowline.SSO{Issuer: "https://other.example", ClientID: "x"}}))(t)
		lives("by a service that is another one's now", eve, false)

		c.external(i, ada, admins)
		eve = ok(c.arrive(i))(t).SignedIn
		again := ok(c.SignIn(ctx, "bob@example.com", goodPhrase, auth.Browser{}))(t)
		ok(c.PutSignIn(ctx, ada, bowline.SignIn{Password: true}))(t)
		lives("by a service that is gone", eve, false)
		lives("by password, after the service", again, true)
	})
}

// TestExternalSessionsAreShort: who was removed at the sign-in service is out half
// a day later, however busy they are.
func TestExternalSessionsAreShort(t *testing.T) {
	t.Parallel()
	c := newCrew(t, storetest.Open(t, store.SQLite))
	ctx, ada := t.Context(), c.founder()
	i := newIssuer(t, c.Now)
	c.external(i, ada, bowline.GroupMapping{Group: "support", Role: bowline.RoleOnboarding})
	i.says(map[string]any{"sub": "bob", "email": "bob@example.com", "groups": []string{"support"}})
	first, second := ok(c.arrive(i))(t), ok(c.arrive(i))(t)
	c.advance(6 * time.Hour)
	ok(c.Session(ctx, first.Token))(t)
	c.advance(6*time.Hour - time.Second)
	ok(c.Session(ctx, first.Token))(t)
	c.advance(time.Second)
	_, err := c.Session(ctx, first.Token)
	wantCode(t, "twelve hours later", err, bowline.CodeUnauthorized)

	third := ok(c.arrive(i))(t)
	i.says(map[string]any{"sub": "bob", "email": "bob@example.com", "groups": []string{"others"}})
	_, err = c.arrive(i)
	wantWhy(t, "no group any more", err, "noAccess")
	for _, in := range []auth.SSOArrival{second, third} {
		_, err := c.Session(ctx, in.Token)
		wantCode(t, "another browser of theirs", err, bowline.CodeUnauthorized)
	}
}
