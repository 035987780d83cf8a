package renewal

import (
	"context"
	"maps"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

func TestMain(m *testing.M) {
	if os.Getenv(envWorker) != "" {
		os.Exit(work())
	}
	goleak.VerifyTestMain(m)
}

// world is a store with connections, a provider, and a clock that only a test
// moves.
type world struct {
	*testing.T
	*house
	store    *store.Store
	instance bowline.ID
	mu       sync.Mutex
	time     time.Time
	seen     []Observation
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.time
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.time = w.time.Add(d)
}

func (w *world) observe(o Observation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, o)
}

// each runs a test on both engines.
func each(t *testing.T, test func(w *world)) {
	t.Helper()
	t.Parallel()
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(newWorld(t, engine))
		})
	}
}

func newWorld(t *testing.T, engine string) *world {
	w := &world{T: t, time: storetest.Start}
	o := storetest.Options(t, engine)
	o.Now = w.clock
	w.store = storetest.OpenWith(t, o)
	w.house = newHouse(w.clock)
	w.instance = storetest.NewInstance(t, w.store)
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) catalog() *catalog.Catalog {
	w.Helper()
	cat, err := loaded()
	w.must(err)
	return cat
}

// keeper returns a Keeper as each process has one.
func (w *world) keeper(change ...func(*Options)) *Keeper {
	w.Helper()
	cat := w.catalog()
	client := &http.Client{Transport: w.house}
	o := Options{
		Store: w.store, OAuth: oauth.NewClient(oauth.Options{HTTP: client, Now: w.clock}), Probe: &probe.Client{HTTP: client},
		Offer: func(bowline.ID) *catalog.Catalog { return cat }, Links: bowline.NewLinks("https://bowline.example"),
		Now: w.clock, Observe: w.observe, Jitter: func() float64 { return 0.5 }, Poll: 5 * time.Millisecond,
	}
	for _, f := range change {
		f(&o)
	}
	k := New(o)
	w.Cleanup(k.Close)
	return k
}

// linked makes connections of one sign-in, to the organizations with those ids;
// "" for an integration without.
func (w *world) linked(key string, tenants ...string) []bowline.Connection {
	w.Helper()
	if len(tenants) == 0 {
		tenants = []string{""}
	}
	in, ok := w.catalog().Get(key)
	if !ok {
		w.Fatalf("no integration %s", key)
	}
	family := bowline.NewID(w.clock())
	access, refresh := w.give(string(family))
	company := storetest.NewCompany(w.instance, "Harbour Bakery")
	company.ID = bowline.NewID(w.clock())
	var list []bowline.Connection
	w.write(func(tx *store.Tx) error {
		list = nil
		ctx := w.Context()
		ch := store.Change{Actor: bowline.ActorCustomer, Now: w.clock(), Links: bowline.NewLinks("https://bowline.example")}
		if err := tx.CreateCompany(ctx, company, ch); err != nil {
			return err
		}
		for _, tenant := range tenants {
			c := storetest.NewConnection(company, bowline.Commerce)
			c.ID, c.IntegrationKey, c.Status = bowline.NewID(w.clock()), key, ""
			if err := tx.MoveConnection(ctx, company, &c, bowline.TriggerCreate, ch); err != nil {
				return err
			}
			c.Identify(bowline.Tenant{ID: tenant, Name: tenant}, "")
			g := bowline.Grant{
				ConnectionID: c.ID, Family: family, AccessToken: access, RefreshToken: refresh, TokenType: "Bearer",
				ExpiresAt: w.clock().Add(time.Duration(w.life) * time.Second), IssuedAt: w.clock(),
				Extra: map[string]string{"token.house": tenant},
			}
			switch {
			case in.UsesCredentials():
				g = bowline.Grant{ConnectionID: c.ID, Family: family, Extra: map[string]string{"key": access}}
			case in.OAuth.Refresh.Never:
				g.RefreshToken, g.ExpiresAt = "", time.Time{}
			}
			if tenant != "" {
				g.Extra["tenant.link"] = "link-" + tenant
			}
			g.RenewAt = oauth.NextRefresh(in, oauthGrant(g), string(family), w.clock())
			if err := tx.PutGrant(ctx, g); err != nil {
				return err
			}
			if err := tx.MoveConnection(ctx, company, &c, bowline.TriggerLink, ch); err != nil {
				return err
			}
			list = append(list, c)
		}
		return nil
	})
	return list
}

func (w *world) write(fn func(*store.Tx) error) {
	w.Helper()
	w.must(w.store.Write(w.Context(), fn))
}

// unlink is the fintech's end of a connection.
func (w *world) unlink(c bowline.Connection) {
	w.Helper()
	w.write(func(tx *store.Tx) error {
		company, err := tx.LockCompany(w.Context(), c.InstanceID, c.CompanyID)
		if err != nil {
			return err
		}
		for i := range company.DataConnections {
			if company.DataConnections[i].ID == c.ID {
				return tx.MoveConnection(w.Context(), company, &company.DataConnections[i], bowline.TriggerUnlink,
					store.Change{Actor: bowline.ActorCustomer, Now: w.clock(), Links: bowline.NewLinks("https://bowline.example")})
			}
		}
		return store.ErrNotFound
	})
}

// due lets time pass until a connection's turn has come.
func (w *world) due(c bowline.Connection) {
	w.Helper()
	u := w.renewal(c)
	if u.DueAt.IsZero() {
		w.Fatal("the renewal is never due")
	}
	if wait := u.DueAt.Sub(w.clock()); wait > 0 {
		w.pass(wait)
	}
}

func (w *world) renewal(c bowline.Connection) store.Renewal {
	w.Helper()
	u, err := w.store.RenewalOf(w.Context(), c.ID)
	w.must(err)
	return u
}

// sweep does what is due and fails unless that was so many turns.
func (w *world) sweep(k *Keeper, turns int) {
	w.Helper()
	n, err := k.Sweep(w.Context())
	w.must(err)
	if n != turns {
		w.Errorf("%d turns were taken, want %d", n, turns)
	}
}

func (w *world) fresh(k *Keeper, c bowline.Connection, stale string) (bowline.Grant, error) {
	_, g, err := k.Fresh(w.Context(), c.InstanceID, c.CompanyID, c.ID, FreshOptions{Stale: stale})
	return g, err
}

// works fails unless the provider accepts an access token.
func (w *world) works(g bowline.Grant) {
	w.Helper()
	w.house.mu.Lock()
	defer w.house.mu.Unlock()
	if p := w.access[g.AccessToken]; p == nil || p.over {
		w.Errorf("the provider does not accept the access token")
	}
}

func (w *world) read(c bowline.Connection) bowline.Connection {
	w.Helper()
	now, err := w.store.Connection(w.Context(), c.InstanceID, c.CompanyID, c.ID)
	w.must(err)
	return now
}

// linkedStill fails unless connections are linked without an error.
func (w *world) linkedStill(list ...bowline.Connection) {
	w.Helper()
	for _, c := range list {
		if now := w.read(c); now.Status != bowline.Linked || len(now.DataConnectionErrors) != 0 {
			w.Errorf("the connection is %s with %v", now.Status, now.DataConnectionErrors)
		}
	}
}

// deauthorized fails unless a connection was, for a reason, with everything that
// belongs to it.
func (w *world) deauthorized(c bowline.Connection, why ending) {
	w.Helper()
	now := w.read(c)
	if now.Status != bowline.Deauthorized || len(now.DataConnectionErrors) != 1 || now.DataConnectionErrors[0].ErrorMessage != string(why) ||
		now.DataConnectionErrors[0].Status != bowline.ErrorActive {
		w.Errorf("the connection is %s with %+v", now.Status, now.DataConnectionErrors)
	}
	if _, err := w.store.Grant(w.Context(), c.ID); err == nil {
		w.Error("its tokens are kept")
	}
	lines, err := w.store.History(w.Context(), c.InstanceID, c.ID)
	w.must(err)
	last := lines[len(lines)-1]
	for _, l := range lines {
		if l.Trigger == bowline.TriggerRevoke {
			last = l
		}
	}
	if last.Trigger != bowline.TriggerRevoke || last.Actor != bowline.ActorProvider || last.Reason != string(why) || last.CorrelationID == "" {
		w.Errorf("its history ends with %+v", last)
	}
	events, err := w.store.Events(w.Context(), c.InstanceID, 0, 1000)
	w.must(err)
	n := 0
	for _, e := range events {
		if e.ConnectionID == c.ID && e.EventType == bowline.ConnectionDisconnected {
			n++
		}
	}
	if n != 1 {
		w.Errorf("%d events tell that it was disconnected", n)
	}
}

// outcomes counts what was observed.
func (w *world) outcomes() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := map[string]int{}
	for _, o := range w.seen {
		all[o.Did+" "+o.Outcome]++
	}
	return all
}

func (w *world) came(want map[string]int) {
	w.Helper()
	if got := w.outcomes(); !maps.Equal(got, want) {
		w.Errorf("the turns came to %v, want %v", got, want)
	}
}

// eventually waits for a condition.
func (w *world) eventually(what string, is func() bool) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
	defer cancel()
	for !is() {
		select {
		case <-ctx.Done():
			w.Fatalf("%s: it did not come about", what)
		case <-time.After(time.Millisecond):
		}
	}
}
