package auth_test

import (
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

// desk issues and spends passwords of one deployment.
type desk struct {
	t *testing.T
	*auth.OneTime
	mu  sync.Mutex
	now time.Time
}

func newDesk(t *testing.T, s *store.Store, key string) *desk {
	d := &desk{t: t, now: storetest.Start}
	d.OneTime = auth.NewOneTime(s, []byte(key), func() time.Time {
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.now
	})
	return d
}

func (d *desk) advance(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

func (d *desk) issue(companies ...bowline.ID) []string {
	d.t.Helper()
	passwords, err := d.Issue(d.t.Context(), companies)
	if err != nil {
		d.t.Fatal(err)
	}
	return passwords
}

// want spends a password and checks the code of the answer, empty for success.
func (d *desk) want(what string, company bowline.ID, password string, code bowline.Code) {
	d.t.Helper()
	if err := d.Spend(d.t.Context(), company, password); bowline.CodeOf(err) != code {
		d.t.Errorf("%s: %v, want %q", what, err, code)
	}
}

func eachDesk(t *testing.T, test func(t *testing.T, s *store.Store, d *desk, mine, other bowline.ID)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		instance := storetest.NewInstance(t, s)
		mine, other := storetest.NewCompany(instance, "Bakery"), storetest.NewCompany(instance, "Forge")
		storetest.Add(t, s, mine)
		storetest.Add(t, s, other)
		test(t, s, newDesk(t, s, "a key"), mine.ID, other.ID)
	})
}

func TestPasswordIsGoodOnce(t *testing.T) {
	eachDesk(t, func(t *testing.T, s *store.Store, d *desk, mine, other bowline.ID) {
		p := d.issue(mine, mine, other, mine, mine)
		if p[0] == p[1] || len(p[0]) != 6 || strings.Trim(strings.Join(p, ""), "0123456789ABCDEFGHJKMNPQRSTVWXYZ") != "" {
			t.Fatalf("passwords %q", p)
		}
		d.want("of another company", mine, p[2], bowline.CodeUnauthorized)
		d.want("first", mine, p[0], "")
		d.want("again", mine, p[0], bowline.CodeUnauthorized)
		d.want("an earlier one stays good", mine, strings.ToLower(p[1]), "")
		d.want("the other company's", other, p[2], "")
		d.want("under another key", mine, p[0], bowline.CodeUnauthorized)
		newDesk(t, s, "another key").want("under another key", mine, p[3], bowline.CodeUnauthorized)
		d.advance(24*time.Hour - time.Microsecond)
		d.want("in its last moment", mine, p[3], "")
		d.advance(time.Microsecond)
		d.want("too old", mine, p[4], bowline.CodeUnauthorized)
	})
}

func TestOneWinnerOfARace(t *testing.T) {
	eachDesk(t, func(t *testing.T, s *store.Store, d *desk, mine, _ bowline.ID) {
		password := d.issue(mine)[0]
		var won atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			replica := newDesk(t, s, "a key") // with a count of its own
			all.Go(func() {
				if err := replica.Spend(t.Context(), mine, password); err == nil {
					won.Add(1)
				} else if bowline.CodeOf(err) != bowline.CodeUnauthorized {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Errorf("%d browsers spent the same password", won.Load())
		}
	})
}

func TestGuessingIsSlowedDown(t *testing.T) {
	eachDesk(t, func(t *testing.T, _ *store.Store, d *desk, mine, other bowline.ID) {
		p := d.issue(mine, mine, other, mine)
		for range 20 { // nothing is guessed by these
			d.want("no password", mine, "", bowline.CodeUnauthorized)
			d.want("cut off", mine, "ABC", bowline.CodeUnauthorized)
			d.want("no letters of ours", mine, "ABC%2F", bowline.CodeUnauthorized)
		}
		d.want("a right one among wrong ones", mine, p[3], "")
		for range 5 {
			d.want("wrong", mine, "000000", bowline.CodeUnauthorized)
		}
		d.want("one more", mine, "000000", bowline.CodeTooMany)
		d.want("a right one, too late", mine, p[0], bowline.CodeTooMany)
		d.want("another company", other, p[2], "")
		d.advance(time.Hour - time.Microsecond)
		d.want("still", mine, p[0], bowline.CodeTooMany)
		d.advance(time.Microsecond)
		d.want("an hour later", mine, p[0], "")
		d.want("and another", mine, p[1], "")
	})
}

// TestManyGuessesAtOnce: tries at the same time do not slip past the count.
func TestManyGuessesAtOnce(t *testing.T) {
	eachDesk(t, func(t *testing.T, _ *store.Store, d *desk, mine, _ bowline.ID) {
		var looked atomic.Int64
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				if bowline.CodeOf(d.Spend(t.Context(), mine, "000000")) == bowline.CodeUnauthorized {
					looked.Add(1)
				}
			})
		}
		all.Wait()
		if looked.Load() != 5 {
			t.Errorf("%d guesses were looked at", looked.Load())
		}
	})
}

func TestSettingOfOneTimeLinks(t *testing.T) {
	eachDesk(t, func(t *testing.T, s *store.Store, d *desk, mine, _ bowline.ID) {
		page, err := s.Link(t.Context(), mine)
		if err != nil {
			t.Fatal(err)
		}
		instance := page.Company.InstanceID
		want := func(what string, on bool) {
			t.Helper()
			if got, err := d.Enabled(t.Context(), instance); err != nil || got != on {
				t.Errorf("%s: %v, %v", what, got, err)
			}
		}
		put := func(on bool) {
			t.Helper()
			settings := bowline.DefaultLinkSettings()
			settings.OneTimeLinks = on
			err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.PutLinkSettings(t.Context(), instance, settings) })
			if err != nil {
				t.Fatal(err)
			}
		}
		want("by default", false)
		put(true)
		want("changed on another replica", false)
		d.advance(2 * time.Second)
		want("two seconds later", true)
		put(false)
		d.Changed(instance)
		want("changed here", false)
	})
}
