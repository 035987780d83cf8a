package flights_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/revocation"
	"github.com/bowline/bowline/internal/roster"
	"github.com/bowline/bowline/internal/seal"
	"github.com/bowline/bowline/internal/simulator"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

const origin = "https://bowline.example"

// strikes is how often a storm strikes.
const strikes = 3

// clock is the flights' own time.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// takeoff is when every flight begins.
var takeoff = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)

// emulate starts the providers. The seed makes the registrations the same each
// time, so that one catalog serves all flights.
func emulate(now func() time.Time) *simulator.Simulator {
	return simulator.New(simulator.Options{Now: now, Seed: "flights", Times: strikes, RedirectURI: bowline.NewLinks(origin).Callback})
}

// registered is the real catalog as an operator sets it up who has registered
// with every provider.
var registered = sync.OnceValues(func() (*catalog.Catalog, error) {
	files, err := catalog.Load(catalog.Options{OmitSandbox: true, Env: os.LookupEnv, Vars: map[string]string{"server.publicUrl": origin}})
	if err != nil {
		return nil, err
	}
	sim, on := emulate(nil), true
	setups := map[string]catalog.Registration{}
	for _, key := range sim.Keys() {
		in, ok := files.Get(key)
		if !ok {
			continue
		}
		registration := sim.Client(key)
		client := catalog.Client{ID: registration.ID, Secret: catalog.Secret(registration.Secret)}
		r := catalog.Registration{Enabled: &on, Clients: map[string]catalog.Client{"": client}, Values: map[string]catalog.Secret{}}
		for _, option := range known[key].clients {
			r.Clients[option] = client
		}
		for _, name := range in.SetupNames() {
			if value := registration.Values[name]; value != "" {
				r.Values[name] = catalog.Secret(value)
			}
		}
		setups[key] = r
	}
	return files.With(setups), nil
})

// bench is what the flights of one integration share.
type bench struct {
	store   *store.Store
	sealer  *seal.Sealer
	catalog *catalog.Catalog
}

func newBench(t *testing.T) *bench {
	t.Helper()
	cat, err := registered()
	must(t, err)
	return &bench{store: storetest.Open(t, store.SQLite), sealer: storetest.NewSealer(t), catalog: cat}
}

// newInstance is a fintech of a flight's own: emulators give the same tokens to
// each flight, and within an instance a token has one owner. several lets several
// organisations be connected at once.
func (b *bench) newInstance(t *testing.T, several bool) bowline.ID {
	t.Helper()
	id := bowline.NewID(takeoff)
	must(t, b.store.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.InsertInstance(t.Context(), store.Instance{ID: id, Name: "Test", Created: takeoff}); err != nil {
			return err
		}
		profile := bowline.Profile{Name: "Harbour Lending", WhiteListURLs: []string{}}
		if err := tx.PutProfile(t.Context(), id, profile); err != nil || !several {
			return err
		}
		settings := bowline.DefaultLinkSettings()
		settings.MultiEntity = true
		return tx.PutLinkSettings(t.Context(), id, settings)
	}))
	return id
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// flight is one customer of one company on the way to one provider, which is
// emulated for this flight alone.
type flight struct {
	*testing.T
	*bench
	*clock
	key      string
	facts    facts
	in       catalog.Integration
	sim      *simulator.Simulator
	client   *oauth.Client
	prober   *probe.Client
	service  *link.Service
	instance bowline.ID
	company  bowline.ID
	browser  link.Browser
	back     url.Values // what the browser brought back last
	outcome  string     // how the last attempt ended
	visits   int        // how often they signed in at the provider
}

func (b *bench) board(t *testing.T, key string) *flight {
	t.Helper()
	in, ok := b.catalog.Get(key)
	if !ok {
		t.Fatalf("the catalog has no %s", key)
	}
	f := &flight{T: t, bench: b, clock: &clock{now: takeoff}, key: key, facts: known[key], in: in, instance: b.newInstance(t, false)}
	f.sim = emulate(f.Now)
	outbound := &http.Client{Transport: f.sim.RoundTripper(nil), CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	f.client = oauth.NewClient(oauth.Options{HTTP: outbound, Now: f.Now, Logger: log})
	offer := func(bowline.ID) *catalog.Catalog { return b.catalog }
	f.prober = &probe.Client{HTTP: outbound}
	rows := &roster.Roster{Store: b.store, HTTP: outbound, Catalog: offer, Now: f.Now, Logger: log}
	f.service = &link.Service{
		Store: b.store, Catalog: b.catalog, Offer: offer, Rows: rows.Rows, Sealer: b.sealer, Links: bowline.NewLinks(origin),
		Now: f.Now, Logger: log, OAuth: f.client, Probe: f.prober,
		Observe: func(_, outcome string) { f.outcome = outcome },
	}
	if in.Rows != nil { // which are known long before anything goes wrong
		rows.Rows(f.instance, &f.in)
	}
	f.found()
	return f
}

// apart is the flight in a database of its own: what is to be ended at the
// provider, and who depends on it, is not to be mixed up with other flights'.
func (f *flight) apart() *flight {
	f.Helper()
	return newBench(f.T).board(f.T, f.key)
}

// sweep ends at the provider what is to be ended. The flight is apart.
func (f *flight) sweep() {
	f.Helper()
	offer := func(bowline.ID) *catalog.Catalog { return f.catalog }
	must(f.T, revocation.New(revocation.Options{Store: f.store, OAuth: f.client, Offer: offer, Now: f.Now}).Sweep(f.Context()))
}

// found makes the flight's company anew, for a customer with a new browser.
func (f *flight) found() {
	f.Helper()
	f.company = bowline.NewID(f.Now())
	f.browser = link.Browser{Address: "192.0.2.7", UserAgent: "Test", Cookies: link.Cookies{}}
	must(f.T, f.store.Write(f.Context(), func(tx *store.Tx) error {
		return tx.CreateCompany(f.Context(), bowline.Company{
			ID: f.company, InstanceID: f.instance, Name: "Harbour Bakery", Created: f.Now(),
		}, f.change())
	}))
}

func (f *flight) change() store.Change {
	return store.Change{Actor: bowline.ActorSystem, Links: bowline.NewLinks(origin), Now: f.Now()}
}

// on switches a pathology of the provider on, off ends it.
func (f *flight) on(p simulator.Pathology) {
	f.Helper()
	if !simulator.Applies(f.key, p) {
		f.Fatalf("%s does not apply to %s", p, f.key)
	}
	f.sim.Switch(f.key, p, true)
}

func (f *flight) off(p simulator.Pathology) { f.sim.Switch(f.key, p, false) }

// requests counts those that reached the provider and that are meant.
func (f *flight) requests(meant func(simulator.Hop) bool) int {
	n := 0
	for _, hop := range f.sim.Seen(f.key) {
		if meant(hop) {
			n++
		}
	}
	return n
}

func redeems(h simulator.Hop) bool { return h.Method == http.MethodPost && h.Form.Has("code") }

func renews(h simulator.Hop) bool {
	return h.Method == http.MethodPost && h.Form.Has("refresh_token") && !strings.Contains(h.Path, "revo")
}

// ends tells a request that gives a grant back.
func ends(h simulator.Hop) bool {
	return h.Method == http.MethodDelete || strings.Contains(h.Path, "revo") || strings.HasSuffix(h.Path, "/deauthorize")
}

// tenantCall says whether connecting asks the provider for the organisations.
func (f *flight) tenantCall() bool { return f.in.Tenants != nil }

// alive asks the provider for something that only a good grant gets.
func (f *flight) alive(c bowline.Connection, g oauth.Grant) error {
	if f.tenantCall() {
		_, err := f.client.Tenants(f.Context(), f.in, g)
		return err
	}
	_, err := f.client.CompanyName(f.Context(), f.in, g, oauth.Tenant{ID: c.TenantID, Name: c.TenantName})
	return err
}

// grant is what is stored with a connection, as later requests get it.
func (f *flight) grant(c bowline.Connection) oauth.Grant {
	f.Helper()
	g, err := f.store.Grant(context.WithoutCancel(f.Context()), c.ID)
	must(f.T, err)
	return oauth.Grant{
		AccessToken: oauth.Secret(g.AccessToken), RefreshToken: oauth.Secret(g.RefreshToken), IDToken: oauth.Secret(g.IDToken),
		TokenType: g.TokenType, Scopes: g.Scopes, Claims: g.Claims, ExpiresAt: g.ExpiresAt,
		RefreshExpiresAt: g.RefreshExpiresAt, Values: g.Extra,
	}
}

// due lets time pass until a refresh is in order.
func (f *flight) due(g oauth.Grant) {
	f.Helper()
	if wait := g.ExpiresAt.Add(-20 * time.Second).Sub(f.Now()); wait > 0 {
		f.pass(wait)
	}
}
