package link_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/revocation"
	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/sandbox"
	"github.com/bowline/bowline/internal/seal"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

const origin = "http://bowline.test"

// accounting is the key of the sandbox integration that most tests connect.
const accounting = "mqjo"

// clock is the tests' own time.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a journey with a real provider behind it: the sandbox, reached
// without a socket, by a customer who is played by the test.
type world struct {
	t         *testing.T
	service   *link.Service
	store     *store.Store
	provider  http.Handler
	outbound  *http.Client
	clock     *clock
	began     time.Time // of the clock
	instance  bowline.ID
	company   bowline.ID
	browser   link.Browser
	switches  []*http.Cookie
	exchanges atomic.Int64 // calls of the token endpoint

	revocations atomic.Int64 // calls of the revocation endpoint

	tokenForm  atomic.Value // url.Values: what the token endpoint was sent last
	onExchange func()       // happens while the code is exchanged
	onUnlink   func()       // happens before a customer's connection is ended
}

// each runs a test against every engine.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, newWorld(t, s)) })
}

// eachWith is each with integrations of an operator's own, YAML by key, and other
// files by name. Each signs in at the sandbox as a client of its own, sandbox-KEY.
func eachWith(t *testing.T, files map[string]string, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, newWorldWith(t, s, files)) })
}

func newWorld(t *testing.T, s *store.Store) *world {
	t.Helper()
	return newWorldWith(t, s, nil)
}

func newWorldWith(t *testing.T, s *store.Store, files map[string]string) *world {
	t.Helper()
	began := time.Now().UTC().Truncate(time.Microsecond)
	w := &world{t: t, store: s, clock: &clock{now: began}, began: began,
		browser: link.Browser{Address: "192.0.2.7", UserAgent: "Test", Cookies: link.Cookies{}}}
	key := []byte("a key of at least thirty-two bytes for the sandbox")
	kinds := map[string]sandbox.Kind{
		"mqjo": sandbox.Accounting, "aiwb": sandbox.Commerce, "qhnd": sandbox.Banking,
		"gtrn": sandbox.Accounting, "dkpu": sandbox.Accounting,
	}
	dir := ""
	if len(files) > 0 {
		dir = t.TempDir()
	}
	for name, text := range files {
		if strings.Contains(name, ".") {
			must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
			continue
		}
		must(t, os.WriteFile(filepath.Join(dir, name+".yaml"), []byte(text), 0o600))
		kinds[name] = sandbox.Accounting
		if strings.Contains(text, "sourceType: Banking") {
			kinds[name] = sandbox.Banking
		}
	}
	links := bowline.NewLinks(origin)
	vars := map[string]string{"server.publicUrl": origin, "server.sandbox": origin + "/sandbox"}
	var clients []sandbox.Client
	for integration, kind := range kinds {
		id := "sandbox-" + integration
		clients = append(clients, sandbox.Client{ID: id, Name: "Bowline", Kind: kind, RedirectURIs: []string{links.Callback(integration)}})
		vars["server.secret."+integration] = sandbox.ClientSecret(key, id)
	}
	provider, err := sandbox.New(sandbox.Options{
		Issuer: origin + "/sandbox", Key: key, Clients: clients, Now: w.clock.Now,
		Sleep: func(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() },
	})
	must(t, err)
	w.provider = provider.Handler()
	counted := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/token") {
			w.exchanges.Add(1)
			w.tokenForm.Store(formOf(r))
			if w.onExchange != nil {
				w.onExchange()
			}
		}
		if strings.HasSuffix(r.URL.Path, "/revoke") {
			w.revocations.Add(1)
		}
		w.provider.ServeHTTP(rw, r)
	})
	cat, err := catalog.Load(catalog.Options{Vars: vars, Dir: dir})
	must(t, err)
	text, err := seal.Generate()
	must(t, err)
	sealer, err := seal.Parse(text)
	must(t, err)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	// No test but that of a slow answer waits for the end of this time.
	outbound := safehttp.New(safehttp.Options{Timeout: time.Minute, Local: map[string]http.Handler{origin + "/sandbox/": counted}})
	w.outbound = outbound
	w.service = &link.Service{
		Store: s, Catalog: cat, Sealer: sealer, Links: links, Now: w.clock.Now, Logger: log,
		OAuth: oauth.NewClient(oauth.Options{
			HTTP: outbound, Now: w.clock.Now, Logger: log,
		}),
		Probe: &probe.Client{HTTP: outbound},
	}
	ends := &connection.Service{Store: s, Catalog: cat, Links: links, Now: w.clock.Now}
	w.service.Unlink = func(ctx context.Context, c bowline.Connection) error {
		if w.onUnlink != nil {
			w.onUnlink()
		}
		_, err := ends.Unlink(ctx, connection.Target{
			Instance: c.InstanceID, Company: c.CompanyID, Connection: c.ID, Actor: bowline.ActorCustomer,
		}, "Unlinked")
		return err
	}
	now := w.clock.Now()
	w.instance, w.company = bowline.NewID(now), bowline.NewID(now)
	must(t, s.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.InsertInstance(t.Context(), store.Instance{ID: w.instance, Name: "Test", Created: now}); err != nil {
			return err
		}
		if err := tx.PutProfile(t.Context(), w.instance, bowline.Profile{Name: "Harbour Lending", WhiteListURLs: []string{}}); err != nil {
			return err
		}
		return tx.CreateCompany(t.Context(), bowline.Company{
			ID: w.company, InstanceID: w.instance, Name: "Harbour Bakery", Created: now,
		}, store.Change{Actor: bowline.ActorSystem, Links: links, Now: now})
	}))
	return w
}

// formOf reads a form without taking it away from the handler that comes next.
func formOf(r *http.Request) url.Values {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body)) // what is malformed is missed by the test that looks for it
	return form
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) boot() link.View {
	w.t.Helper()
	v, err := w.service.Boot(w.t.Context(), w.company, link.Entry{})
	must(w.t, err)
	return v
}

// act does what a browser does: post the proof of the view with an action, and
// keep the cookies.
func (w *world) act(v link.View, a link.Action) link.View {
	w.t.Helper()
	a.Flow = v.Flow
	next, cookies, err := w.service.Act(w.t.Context(), w.company, a, w.browser)
	must(w.t, err)
	if len(next.Events) > 0 {
		w.t.Errorf("a page of ours, which has no host to tell, was given %+v", next.Events)
	}
	for _, c := range cookies {
		w.browser.Cookies[c.Name] = c.Value
	}
	return next
}

// toHandoff goes from the first screen to the hand-over to an integration.
func (w *world) toHandoff(key string, t bowline.SourceType) link.View {
	w.t.Helper()
	action := link.ActConnect
	v := w.boot()
	for _, card := range v.Main.Types {
		if card.SourceType == t && card.State == "linked" {
			action = card.Actions[0]
		}
	}
	v = w.act(v, link.Action{Action: action, SourceType: t})
	v = w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: key})
	return w.act(v, link.Action{Action: link.ActAccept})
}

// signIn plays the customer at the provider and returns the callback's query.
func (w *world) signIn(handoff, account, decision string) url.Values {
	w.t.Helper()
	target, err := url.Parse(handoff)
	must(w.t, err)
	form := target.Query()
	form.Set("account", account)
	form.Set("decision", decision)
	r := httptest.NewRequest(http.MethodPost, origin+"/sandbox/authorize", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, c := range w.switches {
		r.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	w.provider.ServeHTTP(rec, r)
	back, err := url.Parse(rec.Header().Get("Location"))
	must(w.t, err)
	if !strings.Contains(back.Path, "/oauth/callback/") {
		w.t.Fatalf("the provider answered %d and sent the browser to %q", rec.Code, back)
	}
	return back.Query()
}

// misbehave turns switches of the sandbox on for this browser.
func (w *world) misbehave(names ...string) {
	w.t.Helper()
	form := url.Values{"action": {"save"}}
	for _, name := range names {
		form.Set(name, "on")
	}
	if len(names) == 1 && names[0] == "slow" {
		form.Set("slow", "40")
		w.outbound.Timeout = 2 * time.Second
	}
	r := httptest.NewRequest(http.MethodPost, origin+"/sandbox/switches", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	w.provider.ServeHTTP(rec, r)
	w.switches = rec.Result().Cookies()
	if len(w.switches) == 0 {
		w.t.Fatalf("the sandbox did not take the switches: %d", rec.Code)
	}
}

func (w *world) complete(query url.Values) link.Return {
	w.t.Helper()
	r, err := w.service.Complete(w.t.Context(), accounting, query, w.browser)
	must(w.t, err)
	return r
}

func (w *world) result(r link.Return) link.View {
	w.t.Helper()
	v, err := w.service.Result(w.t.Context(), r.Company, r.Authorization, w.browser)
	must(w.t, err)
	return v
}

// connections returns what the fintech sees.
func (w *world) connections() []bowline.Connection {
	w.t.Helper()
	c, err := w.store.Company(w.t.Context(), w.instance, w.company)
	must(w.t, err)
	return c.DataConnections
}

// events returns the types recorded so far, company.created apart.
func (w *world) events() string {
	w.t.Helper()
	recorded, err := w.store.Events(w.t.Context(), w.instance, 0, 100)
	must(w.t, err)
	var types []string
	for _, e := range recorded[1:] {
		types = append(types, string(e.EventType))
	}
	return strings.Join(types, " ")
}

// hasGrant says whether tokens are kept for a connection.
func (w *world) hasGrant(id bowline.ID) bool {
	w.t.Helper()
	_, err := w.store.Grant(w.t.Context(), id)
	return err == nil
}

// accepted says whether the provider still accepts an access token.
func (w *world) accepted(token string) bool {
	w.t.Helper()
	w.sweep()
	r := httptest.NewRequest(http.MethodGet, origin+"/sandbox/api/organisations", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	rec := httptest.NewRecorder()
	w.provider.ServeHTTP(rec, r)
	return rec.Code == http.StatusOK
}

// sweep ends at the provider what is to be ended.
func (w *world) sweep() {
	w.t.Helper()
	offer := w.service.Offer
	if offer == nil {
		offer = func(bowline.ID) *catalog.Catalog { return w.service.Catalog }
	}
	must(w.t, revocation.New(revocation.Options{Store: w.store, OAuth: w.service.OAuth, Offer: offer, Now: w.clock.Now}).Sweep(w.t.Context()))
}

// revoked counts the calls of the revocation endpoint.
func (w *world) revoked() int64 {
	w.t.Helper()
	w.sweep()
	return w.revocations.Load()
}

// alive fails unless the only connection is linked with tokens that work.
func (w *world) alive() bowline.Connection {
	w.t.Helper()
	c := w.connections()[0]
	grant, err := w.store.Grant(w.t.Context(), c.ID)
	if c.Status != bowline.Linked || err != nil || !w.accepted(grant.AccessToken) {
		w.t.Errorf("the connection is %s, and the provider does not accept its tokens (%v)", c.Status, err)
	}
	return c
}

// remove deletes the company's first connection, as the fintech would.
func (w *world) remove() {
	w.t.Helper()
	must(w.t, w.store.Write(w.t.Context(), func(tx *store.Tx) error {
		company, err := tx.LockCompany(w.t.Context(), w.instance, w.company)
		if err != nil {
			return err
		}
		return tx.MoveConnection(w.t.Context(), company, &company.DataConnections[0], bowline.TriggerDelete,
			store.Change{Actor: bowline.ActorSystem, Links: bowline.NewLinks(origin), Now: w.clock.Now()})
	}))
}

// story connects the accounting sandbox as the person with one organisation.
func (w *world) story() bowline.Connection {
	w.t.Helper()
	v := w.toHandoff(accounting, bowline.Accounting)
	v = w.result(w.complete(w.signIn(v.Handoff.URL, "robin", "allow")))
	if v.Step != link.StepSuccess {
		w.t.Fatalf("the story ended on %s (%+v)", v.Step, v.Error)
	}
	all := w.connections()
	return all[len(all)-1]
}
