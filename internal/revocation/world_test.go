package revocation_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/revocation"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// loaded is the catalog of the provider's integrations.
var loaded = sync.OnceValues(func() (*catalog.Catalog, error) {
	dir, err := os.MkdirTemp("", "revocation")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for key, text := range files {
		head := "key: " + key + "\nname: " + key + "\nsourceType: Commerce\nlogo: {monogram: X, color: \"#123456\"}\ndataTypes: [Orders]\n"
		if err := os.WriteFile(filepath.Join(dir, key+".yaml"), []byte(head+text), 0o600); err != nil {
			return nil, err
		}
	}
	return catalog.Load(catalog.Options{Dir: dir, OmitSandbox: true})
})

// world is a database, a provider and a clock.
type world struct {
	t        *testing.T
	store    *store.Store
	provider *provider
	instance bowline.ID
	cat      *catalog.Catalog
	offer    func(bowline.ID) *catalog.Catalog
	fresh    func(ctx context.Context, instance, company, connection bowline.ID) (bowline.Grant, error)
	outcomes []string

	mu  sync.Mutex
	now time.Time
}

// each runs a test on both engines.
func each(t *testing.T, test func(w *world)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(newWorld(t, s)) })
}

func newWorld(t *testing.T, s *store.Store) *world {
	t.Helper()
	cat, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: s, now: storetest.Start.Add(time.Hour), cat: cat, instance: storetest.NewInstance(t, s)}
	w.provider = newProvider(w.Now)
	w.offer = func(bowline.ID) *catalog.Catalog { return w.cat }
	return w
}

func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// revoker is one process's.
func (w *world) revoker() *revocation.Revoker {
	client := oauth.NewClient(oauth.Options{HTTP: &http.Client{Transport: w.provider}, Now: w.Now})
	return revocation.New(revocation.Options{
		Store: w.store, OAuth: client, Offer: func(i bowline.ID) *catalog.Catalog { return w.offer(i) }, Fresh: w.fresh, Now: w.Now,
		Observe: func(_, outcome string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.outcomes = append(w.outcomes, outcome)
		},
	})
}

// sweep is one turn of a process that has just started.
func (w *world) sweep() {
	w.t.Helper()
	if err := w.store.FreeRevocations(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	if err := w.revoker().Sweep(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// link makes a company with a linked connection. Those of one family share its
// tokens; tenant is an organisation, which is at the provider from now on.
func (w *world) link(key, tenant string, family bowline.ID) bowline.Connection {
	w.t.Helper()
	company := storetest.Add(w.t, w.store, storetest.NewCompany(w.instance, "Harbour Bakery"))
	conn := storetest.NewConnection(company, bowline.Commerce)
	conn.IntegrationKey, conn.Status = key, ""
	w.write(func(ctx context.Context, tx *store.Tx) error {
		co, err := tx.LockCompany(ctx, w.instance, company.ID)
		if err != nil {
			return err
		}
		return tx.MoveConnection(ctx, co, &conn, bowline.TriggerCreate, w.change())
	})
	w.attach(conn, tenant, family)
	return w.read(conn)
}

// attach links a connection by a sign-in, or again by another one.
func (w *world) attach(conn bowline.Connection, tenant string, family bowline.ID) {
	w.t.Helper()
	g := bowline.Grant{ConnectionID: conn.ID, Family: family}
	if sibling, ok := w.sibling(family); ok {
		g = sibling
		g.ConnectionID = conn.ID
	} else {
		g.AccessToken, g.RefreshToken = w.provider.give()
		g.ExpiresAt = w.Now().Add(accessLife)
		if conn.IntegrationKey == "acct" {
			g.RefreshToken, g.ExpiresAt = "", time.Time{}
		}
	}
	g.Extra = map[string]string{"token.account": tenant, "tenant.connectionId": tenant, "token.event": "this"}
	w.provider.set(func(p *provider) { p.links[tenant] = true })
	w.write(func(ctx context.Context, tx *store.Tx) error {
		co, err := tx.LockCompany(ctx, w.instance, conn.CompanyID)
		if err != nil {
			return err
		}
		now, err := tx.Connection(ctx, w.instance, conn.CompanyID, conn.ID)
		if err != nil {
			return err
		}
		if err := tx.PutGrant(ctx, g); err != nil {
			return err
		}
		if tenant != "" {
			now.Identify(bowline.Tenant{ID: "org-" + tenant, Name: tenant}, "")
			if conn.IntegrationKey == "acct" {
				now.TenantID = tenant
			}
		}
		return tx.MoveConnection(ctx, co, &now, bowline.TriggerLink, w.change())
	})
}

// sibling is a grant of a family that is linked.
func (w *world) sibling(family bowline.ID) (bowline.Grant, bool) {
	w.t.Helper()
	others, err := w.store.Relatives(w.t.Context(), store.Revocation{Unit: family}, w.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	if others.Family == nil || family == "" {
		return bowline.Grant{}, false
	}
	g, err := w.store.Grant(w.t.Context(), others.Family.Connection)
	if err != nil {
		w.t.Fatal(err)
	}
	return g, true
}

func (w *world) change() store.Change {
	return store.Change{Actor: bowline.ActorCustomer, Now: w.Now()}
}

func (w *world) write(fn func(context.Context, *store.Tx) error) {
	w.t.Helper()
	storetest.Write(w.t, w.store, fn)
}

func (w *world) read(c bowline.Connection) bowline.Connection {
	w.t.Helper()
	now, err := w.store.Connection(w.t.Context(), w.instance, c.CompanyID, c.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return now
}

// move takes a connection along one transition.
func (w *world) move(c bowline.Connection, trigger bowline.Trigger) {
	w.t.Helper()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		co, err := tx.LockCompany(ctx, w.instance, c.CompanyID)
		if err != nil {
			return err
		}
		now, err := tx.Connection(ctx, w.instance, c.CompanyID, c.ID)
		if err != nil {
			return err
		}
		return tx.MoveConnection(ctx, co, &now, trigger, w.change())
	})
}

// wantEnded checks which calls the provider has got since the last time.
func (w *world) wantEnded(what string, want ...string) {
	w.t.Helper()
	got := w.provider.ended()
	slices.Sort(got)
	if !slices.Equal(got, want) {
		w.t.Errorf("%s: the provider was asked %v, want %v", what, got, want)
	}
}

// wantNote checks the last line of a connection's history.
func (w *world) wantNote(c bowline.Connection, want string) {
	w.t.Helper()
	lines, err := w.store.History(w.t.Context(), w.instance, c.ID)
	if err != nil || len(lines) == 0 || lines[len(lines)-1].Trigger != bowline.TriggerNote || lines[len(lines)-1].Reason != want {
		w.t.Errorf("the history ends with %+v, %v; want %q", lines, err, want)
	}
}

// wantWaiting checks how much is not done yet.
func (w *world) wantWaiting(want int64) {
	w.t.Helper()
	if n, _, err := w.store.RevocationsWaiting(w.t.Context()); err != nil || n != want {
		w.t.Errorf("%d wait, %v; want %d", n, err, want)
	}
}
