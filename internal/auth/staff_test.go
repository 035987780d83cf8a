package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/seal"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

const (
	place      = "https://bowline.example"
	goodPhrase = "thunder mystic island 7"
	newPhrase  = "velvet harbour lantern 9"
)

// crew is a deployment with people, as one replica sees it.
type crew struct {
	*auth.Staff
	t        *testing.T
	store    *store.Store
	sealer   *seal.Sealer
	mu       *sync.Mutex
	now      *time.Time
	instance bowline.ID
	client   *http.Client
}

func newCrew(t *testing.T, s *store.Store) *crew {
	t.Helper()
	now := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	c := &crew{t: t, store: s, sealer: storetest.NewSealer(t), mu: &sync.Mutex{}, now: &now, client: http.DefaultClient}
	c.instance = storetest.NewInstance(t, s)
	storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutProfile(ctx, c.instance, bowline.Profile{Name: "Acme"})
	})
	return c.replica()
}

// replica is another process on the same database and clock.
func (c *crew) replica() *crew {
	other := *c
	other.Staff = auth.NewStaff(auth.StaffOptions{
		Store: c.store, Sealer: c.sealer, Links: bowline.NewLinks(place), Key: []byte("key"), HTTP: c.client, Cost: auth.Cost{Memory: 64, Passes: 1, Lanes: 1},
		Now: func() time.Time {
			c.mu.Lock()
			defer c.mu.Unlock()
			return *c.now
		},
	})
	return &other
}

func (c *crew) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*c.now = c.now.Add(d)
}

// token is what stands behind the # of a link.
func (c *crew) token(link, page string) string {
	c.t.Helper()
	token, ok := strings.CutPrefix(link, place+"/portal/"+page+"#")
	if !ok || len(token) != 43 {
		c.t.Fatalf("the link leads to %q", link)
	}
	return token
}

// ok unwraps what must succeed.
func ok[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// founder sets up the first administrator.
func (c *crew) founder() auth.Caller {
	c.t.Helper()
	link := ok(c.SetUpLink(c.t.Context()))(c.t)
	in := ok(c.SetUp(c.t.Context(), c.token(link, "setup"), auth.Newcomer{Name: "Ada", Email: "Ada@example.com", Password: goodPhrase}, auth.Browser{Address: "192.0.2.1"}))(c.t)
	return c.caller(in, "")
}

func (c *crew) caller(in auth.SignedIn, instance bowline.ID) auth.Caller {
	c.t.Helper()
	return ok(ok(c.Session(c.t.Context(), in.Token))(c.t).Caller(instance))(c.t)
}

// join invites somebody and accepts in their stead.
func (c *crew) join(by auth.Caller, email string, role bowline.Role) auth.SignedIn {
	c.t.Helper()
	_, link, err := c.Invite(c.t.Context(), by, "Bob", email, role)
	if err != nil || link == nil {
		c.t.Fatal(link, err)
	}
	return ok(c.Accept(c.t.Context(), c.token(link.URL, "invitation"), "Bob B.", goodPhrase, auth.Browser{}))(c.t)
}

func wantCode(t *testing.T, what string, err error, code bowline.Code) {
	t.Helper()
	if bowline.CodeOf(err) != code {
		t.Errorf("%s: %v, want %q", what, err, code)
	}
}

func TestSetUp(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx := t.Context()
		if need := ok(c.NeedsSetUp(ctx))(t); !need {
			t.Error("nobody is there and nothing is to be set up")
		}
		first, second := ok(c.SetUpLink(ctx))(t), ok(c.replica().SetUpLink(ctx))(t)
		who := auth.Newcomer{Name: " Ada  L. ", Email: "ada@example.com", Password: goodPhrase}
		_, err := c.SetUp(ctx, "wrong", who, auth.Browser{})
		wantCode(t, "a token of nobody", err, bowline.CodeExpired)
		_, err = c.SetUp(ctx, c.token(first, "setup"), auth.Newcomer{Name: "A", Email: "a@b.c", Password: "password1234"}, auth.Browser{})
		wantCode(t, "a guessable password", err, bowline.CodeInvalid)

		var won atomic.Int64
		var group sync.WaitGroup
		for i, link := range []string{first, first, second, second} {
			group.Go(func() {
				n := who
				n.Email = fmt.Sprintf("ada%d@example.com", i)
				_, err := c.replica().SetUp(ctx, c.token(link, "setup"), n, auth.Browser{})
				if err == nil {
					won.Add(1)
				} else if bowline.CodeOf(err) != bowline.CodeExpired {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if won.Load() != 1 {
			t.Errorf("%d administrators by two links", won.Load())
		}
		if link := ok(c.SetUpLink(ctx))(t); link != "" || ok(c.NeedsSetUp(ctx))(t) {
			t.Error("a set-up link while there is an administrator")
		}
		members := ok(s.Members(ctx, c.instance))(t)
		if len(members) != 1 || members[0].Role() != bowline.RoleAdministrator || members[0].Name != "Ada L." {
			t.Errorf("%v", members)
		}
		for table, rows := range storetest.Dump(t, s) {
			for _, row := range rows {
				for _, secret := range []string{goodPhrase, c.token(first, "setup"), c.token(second, "setup")} {
					if strings.Contains(row, secret) {
						t.Errorf("%s holds a secret in clear", table)
					}
				}
			}
		}
	})
}

func TestBootstrapAdministrator(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		var made atomic.Int64
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				created, err := c.replica().BootstrapAdministrator(t.Context(), "ada.l@example.com", goodPhrase)
				if err != nil {
					t.Error(err)
				}
				if created {
					made.Add(1)
				}
			})
		}
		group.Wait()
		if made.Load() != 1 {
			t.Errorf("made %d times", made.Load())
		}
		in := ok(c.SignIn(t.Context(), "ADA.L@example.com", goodPhrase, auth.Browser{}))(t)
		if caller := c.caller(in, ""); caller.Name != "Ada L" || caller.Role != bowline.RoleAdministrator || caller.Instance != c.instance {
			t.Errorf("%+v", caller)
		}
		if created, err := c.BootstrapAdministrator(t.Context(), "ada.l@example.com", newPhrase); created || err != nil {
			t.Errorf("again: %t %v", created, err)
		}
		ok(c.SignIn(t.Context(), "ada.l@example.com", goodPhrase, auth.Browser{}))(t)
	})
}

// TestSignInTellsNothing: whatever is wrong, the answer is the same.
func TestSignInTellsNothing(t *testing.T) {
	t.Parallel()
	c := newCrew(t, storetest.Open(t, store.SQLite))
	admin := c.founder()
	ctx := t.Context()
	bob := c.join(admin, "bob@example.com", bowline.RoleAnalyst)
	off := true
	ok(c.ChangeUser(ctx, admin, bob.Person.ID, auth.UserChange{Disabled: &off}))(t)
	if _, _, err := c.Invite(ctx, admin, "Eve", "eve@example.com", bowline.RoleAnalyst); err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, try := range [][2]string{
		{"ada@example.com", "wrong"}, {"nobody@example.com", goodPhrase}, {"bob@example.com", goodPhrase}, {"eve@example.com", ""},
		{"", ""}, {"ada@example.com", strings.Repeat("x", 500)}, {strings.Repeat("x", 500), goodPhrase},
	} {
		_, err := c.SignIn(ctx, try[0], try[1], auth.Browser{Address: "192.0.2.9"})
		wantCode(t, try[0], err, bowline.CodeUnauthorized)
		said = append(said, err.Error())
	}
	if len(slices.Compact(said)) != 1 {
		t.Errorf("the answers differ: %q", said)
	}
}

func TestThrottlingHoldsOverReplicas(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		c.founder()
		known := ok(c.SignIn(t.Context(), "ada@example.com", goodPhrase, auth.Browser{Address: "192.0.2.1"}))(t)
		var wrong, many atomic.Int64
		var group sync.WaitGroup
		for i := range 16 {
			group.Go(func() {
				_, err := c.replica().SignIn(t.Context(), "Ada@Example.com", "wrong", auth.Browser{Address: fmt.Sprintf("198.51.100.%d", i)})
				var limit *auth.TooManyError
				switch {
				case errors.As(err, &limit) && limit.After > 0 && limit.After <= 15*time.Minute:
					many.Add(1)
				case bowline.CodeOf(err) == bowline.CodeUnauthorized:
					wrong.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		group.Wait()
		if wrong.Load() != 10 || many.Load() != 6 {
			t.Errorf("%d were let through, %d not", wrong.Load(), many.Load())
		}
		if _, err := c.SignIn(t.Context(), "ada@example.com", goodPhrase, auth.Browser{}); bowline.CodeOf(err) != bowline.CodeTooMany {
			t.Errorf("the right password from a strange browser: %v", err)
		}
		ok(c.SignIn(t.Context(), "ada@example.com", goodPhrase, auth.Browser{Device: known.Device}))(t)
		_, err := c.SignIn(t.Context(), "bob@example.com", goodPhrase, auth.Browser{Device: known.Device, Address: "192.0.2.2"})
		wantCode(t, "another account from that browser", err, bowline.CodeUnauthorized)
		c.advance(15 * time.Minute)
		ok(c.SignIn(t.Context(), "ada@example.com", goodPhrase, auth.Browser{}))(t)

		// One address that tries many accounts, from anywhere in its IPv6 network.
		refused := 0
		for i := range 110 {
			_, err := c.SignIn(t.Context(), fmt.Sprintf("user%d@example.com", i), "wrong", auth.Browser{Address: fmt.Sprintf("2001:db8::%x", i+1)})
			if bowline.CodeOf(err) == bowline.CodeTooMany {
				refused++
			}
		}
		if refused != 10 {
			t.Errorf("%d tries of one network were refused", refused)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrew(t, s)
		ctx, admin := t.Context(), c.founder()
		there := c.replica()
		sign := func() auth.SignedIn {
			return ok(c.SignIn(ctx, "bob@example.com", goodPhrase, auth.Browser{UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}))(t)
		}
		c.join(admin, "bob@example.com", bowline.RoleAnalyst)
		gone := func(what string, in auth.SignedIn) {
			t.Helper()
			_, err := there.Session(ctx, in.Token)
			wantCode(t, what, err, bowline.CodeUnauthorized)
		}
		in := sign()
		c.advance(11 * time.Hour)
		ok(there.Session(ctx, in.Token))(t)
		c.advance(11 * time.Hour)
		ok(there.Session(ctx, in.Token))(t)
		c.advance(12 * time.Hour)
		gone("idle", in)

		in = sign()
		for range 15 {
			c.advance(11 * time.Hour)
			ok(c.Session(ctx, in.Token))(t)
		}
		c.advance(3 * time.Hour) // 168 hours after its beginning
		gone("too old", in)

		in = sign()
		again := ok(c.SignIn(ctx, "bob@example.com", goodPhrase, auth.Browser{Session: in.Token}))(t)
		gone("rotated", in)
		if again.Token == in.Token {
			t.Error("a sign-in kept the session")
		}
		if err := c.SignOut(ctx, again.Token); err != nil {
			t.Fatal(err)
		}
		gone("signed out", again)

		one, two := sign(), sign()
		bob := c.caller(one, "")
		list := ok(c.OwnSessions(ctx, bob))(t)
		if len(list) != 2 || list[0].Device != "Firefox on Linux" || list[0].Current == list[1].Current {
			t.Errorf("%+v", list)
		}
		wantCode(t, "somebody else's session", c.EndOwnSession(ctx, admin, bob.Session), bowline.CodeNotFound)
		if err := c.EndOtherSessions(ctx, bob); err != nil {
			t.Fatal(err)
		}
		gone("ended from elsewhere", two)
		ok(there.Session(ctx, one.Token))(t)

		role := bowline.RoleOnboarding
		ok(c.ChangeUser(ctx, admin, bob.User, auth.UserChange{Role: &role}))(t)
		if got := there.caller(one, ""); got.Role != role {
			t.Errorf("another replica still sees %s", got.Role)
		}
		off := true
		ok(c.ChangeUser(ctx, admin, bob.User, auth.UserChange{Disabled: &off}))(t)
		gone("disabled", one)
		off = false
		ok(c.ChangeUser(ctx, admin, bob.User, auth.UserChange{Disabled: &off}))(t)
		gone("disabled and enabled again", one)

		one = sign()
		if err := c.EndUserSessions(ctx, admin, bob.User); err != nil {
			t.Fatal(err)
		}
		gone("ended by an administrator", one)
		one, two = sign(), sign()
		wantCode(t, "a wrong current password", c.ChangePassword(ctx, c.caller(one, ""), "wrong", newPhrase), bowline.CodeInvalid)
		if err := c.ChangePassword(ctx, c.caller(one, ""), goodPhrase, newPhrase); err != nil {
			t.Fatal(err)
		}
		ok(there.Session(ctx, one.Token))(t)
		gone("another password", two)
		if err := c.RemoveUser(ctx, admin, bob.User); err != nil {
			t.Fatal(err)
		}
		gone("removed", one)
	})
}
