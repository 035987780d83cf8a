package auth_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// linking is one way to the sign-in service and back, to be known there.
type linking struct {
	*crew
	issuer *issuer
	ticket string
}

// link begins it, for somebody who knows the password.
func (c *crew) link(i *issuer, in auth.SignedIn) linking {
	c.t.Helper()
	link := ok(c.StartLink(c.t.Context(), c.caller(in, c.instance), goodPhrase))(c.t)
	return linking{c, i, ok(url.Parse(link.URL))(c.t).Query().Get("link")}
}

// travel goes there with the session of one browser and comes back with that of
// another one.
func (l linking) travel(away, back string) error {
	l.t.Helper()
	departure, err := l.StartLinking(l.t.Context(), l.ticket, auth.Browser{Session: away})
	if err != nil {
		return err
	}
	if q := ok(url.Parse(departure.URL))(l.t).Query(); q.Get("prompt") != "login" || q.Get("max_age") != "0" {
		l.t.Errorf("whichever session is open there is taken: %s", departure.URL)
	}
	arrival, err := l.replica().CompleteSSO(l.t.Context(), l.issuer.authorize(l.t, departure.URL), departure.Cookie, auth.Browser{Session: back})
	if arrival.Token != "" || !arrival.Linked {
		l.t.Errorf("linking signs somebody in: %v", arrival)
	}
	return err
}

// TestLinkOwnIdentity: who knows their password and signs in at the service is
// known there, whatever the address is, and nobody becomes anybody else by it.
func TestLinkOwnIdentity(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx, ada := t.Context(), c.founder()
		i := newIssuer(t, c.Now)
		bob := c.join(ada, "bob@example.com", bowline.RoleAnalyst)
		bobs := c.caller(bob, c.instance)
		_, err := c.StartLink(ctx, bobs, goodPhrase)
		wantCode(t, "without a service", err, bowline.CodeConflict)
		c.external(i, ada, bowline.GroupMapping{Group: "admins", Role: bowline.RoleAdministrator})
		_, err = c.StartLink(ctx, bobs, "wrong")
		wantCode(t, "with a wrong password", err, bowline.CodeInvalid)

		// Another address there, and one that the service does not vouch for.
		mine := map[string]any{"sub": "bob-7", "email": "robert@elsewhere.example", "email_verified": false, "groups": []string{}}
		i.says(mine)
		eve := c.join(ada, "eve@example.com", bowline.RoleAnalyst)
		wantWhy(t, "the ticket in another's browser", c.link(i, bob).travel(eve.Token, eve.Token), "stale")
		wantWhy(t, "the way back in another's browser", c.link(i, bob).travel(bob.Token, eve.Token), "stale")
		wantWhy(t, "a browser that nobody is signed in with", c.link(i, bob).travel("", ""), "stale")
		again := ok(c.SignIn(ctx, "bob@example.com", goodPhrase, auth.Browser{}))(t)
		wantWhy(t, "another session of the same person", c.link(i, bob).travel(again.Token, again.Token), "stale")
		late := c.link(i, bob)
		c.advance(11 * time.Minute)
		wantWhy(t, "a ticket whose time is over", late.travel(bob.Token, bob.Token), "stale")
		if p := ok(s.Person(ctx, bobs.User))(t); p.External() {
			t.Fatalf("linked by what was refused: %v", p)
		}
		first, second := c.link(i, bob), c.link(i, bob)
		for range 2 { // the second time nothing is left to do
			if err := first.travel(bob.Token, bob.Token); err != nil {
				t.Fatal(err)
			}
		}
		if got := c.lines("user.linked"); len(got) != 1 || got[0].Subject != bobs.User || got[0].Actor != bowline.ActorUser(bobs.User) ||
			got[0].Detail != i.url+" (robert@elsewhere.example)" {
			t.Errorf("%+v", got)
		}
		if p := ok(s.Person(ctx, bobs.User))(t); p.KnownAs != "robert@elsewhere.example" || p.Email != "bob@example.com" {
			t.Errorf("%s is known there as %q", p.Email, p.KnownAs)
		}
		in := ok(c.arrive(i))(t)
		if in.Person.ID != bobs.User || c.caller(in.SignedIn, c.instance).Role != bowline.RoleAnalyst {
			t.Errorf("signs in as %v", in.Person)
		}
		mine["email"] = "bob.r@elsewhere.example"
		ok(c.arrive(i))(t)
		if p := ok(s.Person(ctx, bobs.User))(t); p.KnownAs != "bob.r@elsewhere.example" {
			t.Errorf("after another address there: %q", p.KnownAs)
		}
		ok(c.SignIn(ctx, "bob@example.com", goodPhrase, auth.Browser{}))(t) // the password stays
		_, err = c.StartLink(ctx, bobs, goodPhrase)
		wantCode(t, "once more", err, bowline.CodeConflict)

		// What is somebody's stays theirs.
		wantWhy(t, "an identity that is Bob's", c.link(i, eve).travel(eve.Token, eve.Token), "taken")
		i.says(map[string]any{"sub": "ada-1", "email": "ADA@example.com"})
		wantWhy(t, "an address that is Ada's", c.link(i, eve).travel(eve.Token, eve.Token), "taken")
		wantWhy(t, "a second identity", second.travel(bob.Token, bob.Token), "taken")
		stale := c.link(i, eve)
		c.external(newIssuer(t, c.Now), ada)
		wantWhy(t, "a ticket for another service", stale.travel(eve.Token, eve.Token), "stale")
		_, err = c.StartSSO(ctx, "", stale.ticket)
		wantWhy(t, "a ticket for linking in the place of one for a test", err, "stale")
	})
}

// TestLinkTakesNoOpenSession: Alice's session is still open at the service, in the
// browser in which Bob links. A service that takes it, or does not tell since when it
// is open, gives Bob nothing, and Alice nothing of Bob's.
func TestLinkTakesNoOpenSession(t *testing.T) {
	t.Parallel()
	c := newCrew(t, storetest.Open(t, store.SQLite))
	ctx, ada := t.Context(), c.founder()
	i := newIssuer(t, c.Now)
	c.external(i, ada, bowline.GroupMapping{Group: "admins", Role: bowline.RoleAdministrator})
	bob := c.join(ada, "bob@example.com", bowline.RoleAnalyst)
	for name, row := range map[string]struct {
		at  any
		why string
	}{
		"a session from before":   {c.Now().Add(-2 * time.Minute).Unix(), "notAnew"},
		"nobody knows since when": {nil, "noAuthTime"},
		"a text":                  {"just now", "noAuthTime"},
		"at no time":              {0, "notAnew"},
		"a clock that is ahead":   {c.Now().Add(2 * time.Minute).Unix(), "notAnew"},
		"milliseconds, long ago":  {c.Now().Add(-time.Hour).UnixMilli(), "notAnew"},
	} {
		i.says(map[string]any{"sub": "alice", "email": "alice@elsewhere.example", "auth_time": row.at})
		wantWhy(t, name, c.link(i, bob).travel(bob.Token, bob.Token), row.why)
	}
	if p := ok(c.Store.Person(ctx, bob.Person.ID))(t); p.External() || len(c.lines("user.linked")) != 0 {
		t.Fatalf("linked by what was refused: %v", p)
	}

	// Somebody who takes their time at the service; its clock is a little behind.
	departure := ok(c.StartLinking(ctx, c.link(i, bob).ticket, auth.Browser{Session: bob.Token}))(t)
	i.says(map[string]any{"sub": "bob-7", "email": nil, "auth_time": c.Now().Add(-30 * time.Second).Unix()})
	i.info = map[string]any{"sub": "bob-7"}
	c.advance(9 * time.Minute)
	ok(c.CompleteSSO(ctx, i.authorize(t, departure.URL), departure.Cookie, auth.Browser{Session: bob.Token}))(t)
	if p := ok(c.Store.Person(ctx, bob.Person.ID))(t); p.Subject != "bob-7" || p.KnownAs != "" {
		t.Errorf("%s, known as %q", p.Subject, p.KnownAs)
	}
	if got := c.lines("user.linked"); len(got) != 1 || got[0].Detail != i.url {
		t.Errorf("%+v", got)
	}
}

// TestWrongPasswordsOfLinkingAreCounted: a session that was left open is no way
// to find out a password.
func TestWrongPasswordsOfLinkingAreCounted(t *testing.T) {
	t.Parallel()
	c := newCrew(t, storetest.Open(t, store.SQLite))
	ada := c.founder()
	c.external(newIssuer(t, c.Now), ada)
	var err error
	for range 11 {
		_, err = c.StartLink(t.Context(), ada, "wrong")
	}
	wantCode(t, "the eleventh", err, bowline.CodeTooMany)
	_, err = c.StartLink(t.Context(), ada, goodPhrase)
	wantCode(t, "the right one, then", err, bowline.CodeTooMany)
}
