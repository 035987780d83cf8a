package auth_test

import (
	"context"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestUnlink: an identity is let go by whoever can come in without it, and then
// it is nobody's, until they link it again.
func TestUnlink(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx, ada := t.Context(), c.founder()
		i := newIssuer(t, c.Now)
		bob := c.join(ada, "bob@example.com", bowline.RoleAnalyst)
		bobs := c.caller(bob, c.instance)
		wantCode(t, "what is not linked", c.Unlink(ctx, bobs, goodPhrase), bowline.CodeConflict)
		c.external(i, ada, bowline.GroupMapping{Group: "admins", Role: bowline.RoleAdministrator})
		i.says(map[string]any{"sub": "bob-7", "email": "robert@elsewhere.example", "email_verified": false, "groups": []string{}})
		if err := c.link(i, bob).travel(bob.Token, bob.Token); err != nil {
			t.Fatal(err)
		}
		there := ok(c.arrive(i))(t)
		wantCode(t, "with a wrong password", c.Unlink(ctx, bobs, "wrong"), bowline.CodeInvalid)

		passwords := func(on bool) {
			storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
				settings, err := tx.SignIn(ctx)
				if err != nil {
					return err
				}
				settings.Password = on
				return tx.PutSignIn(ctx, settings)
			})
		}
		passwords(false)
		wantCode(t, "the only way in", c.Unlink(ctx, bobs, goodPhrase), bowline.CodeConflict)
		passwords(true)

		if err := c.Unlink(ctx, bobs, goodPhrase); err != nil {
			t.Fatal(err)
		}
		if p := ok(s.Person(ctx, bobs.User))(t); p.External() || p.Issuer != "" || p.KnownAs != "" {
			t.Errorf("%s is still %s at %s", p.Email, p.Subject, p.Issuer)
		}
		_, err := c.Session(ctx, there.Token)
		wantCode(t, "the session that came from the service", err, bowline.CodeUnauthorized)
		ok(c.Session(ctx, bob.Token))(t)
		if got := c.lines("user.unlinked"); len(got) != 1 || got[0].Subject != bobs.User || got[0].Actor != bowline.ActorUser(bobs.User) ||
			got[0].Detail != i.url+" (robert@elsewhere.example)" {
			t.Errorf("%+v", got)
		}
		_, err = c.arrive(i)
		if err == nil {
			t.Error("who was unlinked comes in by the service")
		}
		wantCode(t, "twice", c.Unlink(ctx, bobs, goodPhrase), bowline.CodeConflict)
		if err := c.link(i, bob).travel(bob.Token, bob.Token); err != nil {
			t.Errorf("link again: %v", err)
		}
	})
}

// TestUnlinkKeepsAWayIn: somebody whom the service has brought has no password,
// and stays linked.
func TestUnlinkKeepsAWayIn(t *testing.T) {
	t.Parallel()
	c := newCrew(t, storetest.Open(t, store.SQLite))
	i := newIssuer(t, c.Now)
	c.external(i, c.founder(), bowline.GroupMapping{Group: "admins", Role: bowline.RoleAdministrator})
	i.says(map[string]any{"sub": "cleo", "email": "cleo@example.com", "email_verified": true, "groups": []string{"admins"}})
	cleo := ok(c.arrive(i))(t)
	caller := c.caller(cleo.SignedIn, c.instance)
	wantCode(t, "the only way in", c.Unlink(t.Context(), caller, ""), bowline.CodeConflict)
	if p := ok(c.Store.Person(t.Context(), caller.User))(t); !p.External() {
		t.Error("locked out")
	}
}
