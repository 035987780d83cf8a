package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

func newPerson(email string) bowline.Person {
	return bowline.Person{ID: bowline.NewID(Start), Email: email, Name: "Ada", Password: "$argon2id$", Locale: "fr-CA", Preferences: `{"a":1}`, Created: Start}
}

// AddPerson inserts a person who works in an instance.
func AddPerson(t testing.TB, s *store.Store, instance bowline.ID, email string, role bowline.Role) bowline.Person {
	t.Helper()
	p := newPerson(email)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertPerson(ctx, p); err != nil {
			return err
		}
		return tx.PutMembership(ctx, bowline.Membership{InstanceID: instance, UserID: p.ID, Given: role, Created: Start})
	})
	return p
}

// People is the conformance of people and memberships.
func People(t *testing.T, s *store.Store) {
	a, b := NewInstance(t, s), NewInstance(t, s)
	ada := AddPerson(t, s, a, "Ada@Example.com", bowline.RoleDeveloper)
	wantSame(t, "a person", must(s.PersonByEmail(t.Context(), "aDa@eXample.com"))(t), ada)
	insert := func(p bowline.Person) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertPerson(ctx, p) })
	}
	wantErr(t, "an address in another case", insert(newPerson("ada@example.COM")), store.ErrConflict)
	known := newPerson("b@example.com")
	known.Issuer, known.Subject, known.KnownAs = "https://op.example", "1", "b@elsewhere.example"
	wantErr(t, "an identity", insert(known), nil)
	wantSame(t, "a person with an identity", must(s.PersonByEmail(t.Context(), known.Email))(t), known)
	known.ID, known.Email = bowline.NewID(Start), "c@example.com"
	wantErr(t, "an identity again", insert(known), store.ErrConflict)

	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		p, err := tx.LockPerson(ctx, ada.ID)
		if err != nil {
			return err
		}
		p.Name, p.KnownAs, p.LastSignIn = "Ada L.", "a@elsewhere.example", &Start
		if err := tx.UpdatePerson(ctx, p); err != nil {
			return err
		}
		return tx.PutMembership(ctx, bowline.Membership{InstanceID: b, UserID: ada.ID, FromGroups: bowline.RoleAdministrator, Disabled: true, Created: Start})
	})
	ada.Name, ada.KnownAs, ada.LastSignIn = "Ada L.", "a@elsewhere.example", &Start
	m := must(s.Member(t.Context(), b, ada.ID))(t)
	wantSame(t, "a member", m.Person, ada)
	wantSame(t, "their role", m.Role(), bowline.RoleAdministrator)
	wantSame(t, "their status", m.User().Status, bowline.UserDisabled)
	wantSame(t, "memberships", len(must(s.Memberships(t.Context(), ada.ID))(t)), 2)
	wantSame(t, "members", len(must(s.Members(t.Context(), a))(t)), 1)
	_, err := s.Member(t.Context(), a, known.ID)
	wantErr(t, "no member", err, store.ErrNotFound)
	wantErr(t, "a membership of nobody", TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutMembership(ctx, bowline.Membership{InstanceID: a, UserID: bowline.NewID(Start), Given: bowline.RoleAnalyst, Created: Start})
	}), store.ErrNotFound)

	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for _, instance := range []bowline.ID{a, b} {
			if err := tx.DeleteMembership(ctx, instance, ada.ID); err != nil {
				return err
			}
		}
		return tx.ForgetPerson(ctx, ada.ID)
	})
	_, err = s.PersonByEmail(t.Context(), "ada@example.com")
	wantErr(t, "somebody who was removed, by address", err, store.ErrNotFound)
	_, err = s.PersonByEmail(t.Context(), "")
	wantErr(t, "nobody's address", err, store.ErrNotFound)
	gone := must(s.Person(t.Context(), ada.ID))(t)
	wantSame(t, "what stays", gone, bowline.Person{ID: ada.ID, Name: "Ada L.", Locale: "fr-CA", Created: Start, LastSignIn: &Start})
	AddPerson(t, s, a, "ada@example.com", bowline.RoleAnalyst) // the address is free again
}

// StaffSessions is the conformance of sessions and links of people.
func StaffSessions(t *testing.T, s *store.Store) {
	instance := NewInstance(t, s)
	ada := AddPerson(t, s, instance, "ada@example.com", bowline.RoleDeveloper)
	bob := AddPerson(t, s, instance, "bob@example.com", bowline.RoleDeveloper)
	session := func(user bowline.ID, n int) bowline.StaffSession {
		one := bowline.StaffSession{ID: bowline.NewID(Start), UserID: user, Hash: hash(n), Created: Start, LastSeen: Start, Device: "Firefox on Linux", External: n == 2}
		Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertStaffSession(ctx, one) })
		return one
	}
	first, second, other := session(ada.ID, 1), session(ada.ID, 2), session(bob.ID, 3)
	got, person, err := s.StaffSession(t.Context(), hash(2))
	wantErr(t, "read a session", err, nil)
	wantSame(t, "a session", got, second)
	wantSame(t, "whose it is", person, ada)
	later := Start.Add(time.Hour)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.SeeStaffSession(ctx, second.ID, later); err != nil {
			return err
		}
		return tx.SeeStaffSession(ctx, second.ID, Start)
	})
	list := must(s.StaffSessions(t.Context(), ada.ID))(t)
	wantSame(t, "latest first", []bowline.ID{list[0].ID, list[1].ID}, []bowline.ID{second.ID, first.ID})
	wantSame(t, "last seen", list[0].LastSeen, later)
	end := func(user, id bowline.ID) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteStaffSession(ctx, user, id) })
	}
	wantErr(t, "end somebody else's", end(ada.ID, other.ID), store.ErrNotFound)
	wantErr(t, "end", end(bob.ID, other.ID), nil)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteStaffSessions(ctx, ada.ID, second.ID) })
	wantSame(t, "all but one", len(must(s.StaffSessions(t.Context(), ada.ID))(t)), 1)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.ForgetStaffSessions(ctx, later.Add(bowline.SessionIdle), 10)
		wantSame(t, "forgotten", n, 1)
		return err
	})
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		own := bowline.StaffSession{ID: bowline.NewID(Start), UserID: ada.ID, Hash: hash(20), Created: Start, LastSeen: Start, Device: "x"}
		other := own
		other.ID, other.Hash, other.External = bowline.NewID(Start), hash(21), true
		return errors.Join(tx.InsertStaffSession(ctx, own), tx.InsertStaffSession(ctx, other), tx.DeleteSessionsBy(ctx, true))
	})
	_, _, err = s.StaffSession(t.Context(), hash(21))
	wantErr(t, "a session by the sign-in service", err, store.ErrNotFound)
	if _, _, err := s.StaffSession(t.Context(), hash(20)); err != nil {
		t.Errorf("a session that did not come by it: %v", err)
	}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DropStaffSession(ctx, hash(20)) })

	links := []bowline.StaffLink{
		{Kind: bowline.LinkSetUp, Hash: hash(10), Created: Start, Expires: later.Add(time.Hour)},
		{Kind: bowline.LinkSetUp, Hash: hash(11), Created: later, Expires: later.Add(time.Hour)},
		{Kind: bowline.LinkInvitation, Hash: hash(12), UserID: ada.ID, InstanceID: instance, Created: Start, Expires: later},
		{Kind: bowline.LinkSetUp, Hash: hash(13), Created: Start.Add(-time.Minute), Expires: later.Add(time.Hour)},
	}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for _, l := range links {
			if err := tx.InsertStaffLink(ctx, l); err != nil {
				return err
			}
		}
		return tx.KeepSetUpLinks(ctx, 10, Start)
	})
	_, err = s.StaffLink(t.Context(), bowline.LinkSetUp, hash(13), Start)
	wantErr(t, "a set-up link from before", err, store.ErrNotFound)
	wantSame(t, "one of several", must(s.StaffLink(t.Context(), bowline.LinkSetUp, hash(10), later))(t), links[0])
	_, err = s.StaffLink(t.Context(), bowline.LinkSetUp, hash(10), later.Add(time.Hour))
	wantErr(t, "a set-up link out of time", err, store.ErrNotFound)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.KeepSetUpLinks(ctx, 1, Start) })
	_, err = s.StaffLink(t.Context(), bowline.LinkSetUp, hash(10), Start)
	wantErr(t, "an older set-up link", err, store.ErrNotFound)
	wantSame(t, "an invitation", must(s.StaffLink(t.Context(), bowline.LinkInvitation, hash(12), Start))(t), links[2])
	_, err = s.StaffLink(t.Context(), bowline.LinkReset, hash(12), Start)
	wantErr(t, "as another kind", err, store.ErrNotFound)
	_, err = s.StaffLink(t.Context(), bowline.LinkInvitation, hash(12), later)
	wantErr(t, "out of time", err, store.ErrNotFound)
	var won [8]error
	var all sync.WaitGroup
	for i := range won {
		all.Go(func() {
			won[i] = TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.SpendStaffLink(ctx, bowline.LinkSetUp, hash(11), later)
			})
		})
	}
	all.Wait()
	winners := 0
	for _, err := range won {
		if err == nil {
			winners++
		} else {
			wantErr(t, "spend again", err, store.ErrNotFound)
		}
	}
	wantSame(t, "winners", winners, 1)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.ForgetStaffLinks(ctx, later, 10)
		wantSame(t, "forgotten links", n, 1)
		return err
	})
}

// SignIns is the conformance of how people sign in.
func SignIns(t *testing.T, s *store.Store) {
	wantSame(t, "before anybody decides", must(s.SignIn(t.Context()))(t), bowline.DefaultSignIn())
	instance := NewInstance(t, s)
	in := bowline.SignIn{
		Password: true, Message: "Hello",
		SSO: &bowline.SSO{
			Issuer: "https://op.example", ClientID: "b", ClientSecret: "hush", Label: "Go", GroupsClaim: "g", Scopes: []string{"groups"},
			Mapping: []bowline.GroupMapping{{Group: "x", Role: bowline.RoleAnalyst, InstanceID: &instance}, {Group: "y", Role: bowline.RoleDeveloper}},
		},
	}
	put := func(in bowline.SignIn) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutSignIn(ctx, in) })
	}
	wantErr(t, "put", put(in), nil)
	wantErr(t, "put the same version", put(in), store.ErrConflict)
	in.Version = 1
	wantSame(t, "stored", must(s.SignIn(t.Context()))(t), in)
	test := bowline.SignInTest{At: Start, OK: true, Email: "a@b.c", Groups: []string{"x"}, Role: bowline.RoleAdministrator}
	putTest := func(version int64) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutSignInTest(ctx, version, test) })
	}
	wantErr(t, "a test of another version", putTest(7), store.ErrConflict)
	wantErr(t, "a test", putTest(1), nil)
	in.Tested = &test
	wantSame(t, "tested", must(s.SignIn(t.Context()))(t), in)
	in.SSO, in.Tested = nil, nil
	wantErr(t, "replace", put(in), nil)
	in.Version = 2
	wantSame(t, "replaced", must(s.SignIn(t.Context()))(t), in)
	for table, rows := range Dump(t, s) {
		for _, row := range rows {
			if table == "sign_in" && len(row) > 200 {
				t.Errorf("what is left: %s", row)
			}
		}
	}

	var group sync.WaitGroup
	var mu sync.Mutex
	seen := map[int64]bool{}
	take := func(now time.Time) int64 {
		var n int64
		Write(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
			n, _, err = tx.TakeTry(ctx, "bucket", now, now.Add(-time.Hour))
			return err
		})
		return n
	}
	for range 8 {
		group.Go(func() {
			n := take(Start)
			mu.Lock()
			defer mu.Unlock()
			seen[n] = true
		})
	}
	group.Wait()
	wantSame(t, "each try counts", len(seen), 8)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.GiveBackTry(ctx, "bucket") })
	wantSame(t, "after one was given back", take(Start), int64(8))
	wantSame(t, "in the next window", take(Start.Add(time.Hour)), int64(1))
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.ForgetTries(ctx, Start.Add(time.Hour), 10)
		wantSame(t, "forgotten buckets", n, 1)
		return err
	})
}
