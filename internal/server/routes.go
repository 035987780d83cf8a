package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/hosted"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/notice"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/offer"
	"github.com/bowline/bowline/internal/portal"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/roster"
	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/sandbox"
	"github.com/bowline/bowline/internal/trace"
	"github.com/bowline/bowline/web"
)

// routes lists everything that answers a request. API routes and browser routes
// never share a mux, because their protections differ.
func (s *Server) routes(ctx context.Context) (http.Handler, error) {
	provider, secrets, err := s.sandbox(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.webhooks(); err != nil {
		return nil, fmt.Errorf("prepare deliveries: %w", err)
	}
	s.readCatalog = func() (*catalog.Catalog, error) { return s.catalog(secrets) }
	cat, err := s.readCatalog()
	if err != nil {
		return nil, err
	}
	assets, err := web.Load(web.FS())
	if err != nil {
		return nil, fmt.Errorf("load the front end: %w", err)
	}
	codeKey, err := s.secret(ctx, codeSecret)
	if err != nil {
		return nil, err
	}
	oneTimeKey, err := s.secret(ctx, oneTimeSecret)
	if err != nil {
		return nil, err
	}
	s.oneTime = auth.NewOneTime(s.store, oneTimeKey, s.options.Now)
	if err := s.people(ctx); err != nil {
		return nil, err
	}
	book := &offer.Book{Base: cat, Store: s.store, Now: s.options.Now, Logger: s.log}
	s.book = book
	away, err := newDetour(s.options.Simulator)
	if err != nil {
		return nil, fmt.Errorf("read the simulator's URL: %w", err)
	}
	outbound := s.outbound(provider, away)
	client := oauth.NewClient(oauth.Options{HTTP: outbound, Now: s.options.Now, Logger: s.log, Visible: away.visible})
	confirm := &probe.Client{HTTP: outbound}
	s.roster = &roster.Roster{Store: s.store, HTTP: outbound, Catalog: book.For, Now: s.options.Now, Logger: s.log}
	connections := &connection.Service{
		Store: s.store, Catalog: cat, Offer: book.For, OAuth: client, Probe: confirm, Links: s.links, Now: s.options.Now,
	}
	s.journey = &link.Service{
		Store: s.store, Catalog: cat, Offer: book.For, Rows: s.roster.Rows, OAuth: client, Probe: confirm, Sealer: s.options.Sealer, Links: s.links,
		Now: s.options.Now, Logger: s.log, Observe: s.metrics.observeAuthorization,
		Spend: s.oneTime.Spend, Unlink: unlinkFor(connections), CodeKey: codeKey, CompanyLimit: s.options.CompanyLimit,
	}
	s.store.OnMove(s.journey.Moved)
	s.lend(connections, provider, away)
	s.keepGrants(book, client, confirm)
	connections.Fresh, connections.Look, connections.Replicas = s.fresh, s.look, s.renewals.Replicas
	s.endGrants(book, client)
	platform := s.platform(book, connections)
	browser := http.NewServeMux()
	pages := &hosted.Handler{
		Link: s.journey,
		Auth: s.auth, Catalog: cat, Assets: assets, Links: s.links, Logger: s.log,
	}
	pages.Mount(browser)
	staff := &portal.Handler{Links: s.links, Staff: s.staff, API: platform.StaffHandler(), Assets: assets, Logger: s.log}
	staff.Mount(browser)

	mux := http.NewServeMux()
	called := s.area("api", http.StripPrefix("/api", platform.Handler()))
	mux.Handle("/api/", called) // for what it answers to /api itself
	mux.Handle("GET /docs/", s.area("docs", platform.Docs()))
	mux.Handle("GET "+catalog.SchemaPath, s.area("docs", catalog.SchemaHandler()))
	if provider != nil {
		mux.Handle("/sandbox/", s.area("sandbox", provider.Handler()))
		mux.Handle("/sandbox", s.area("sandbox", provider.Handler()))
	}
	mux.Handle("/link/", s.area("link", browser))
	mux.Handle("/sdk/", s.area("sdk", browser))
	mux.Handle(web.AssetPath, s.area("assets", browser))
	mux.Handle("/oauth/", s.area("oauth", browser))
	mux.Handle("/portal/", s.area("portal", browser))
	mux.Handle(notice.Area, s.area("notices", s.notices(book)))
	mux.Handle("GET /{$}", http.RedirectHandler("/portal/", http.StatusFound))
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	if s.options.MetricsListen == "" {
		mux.Handle("GET /metrics", s.metrics.handler())
	}
	mux.Handle("/", s.area("none", pages.Old(rest.Unmatched(mux, "/"))))
	return past(mux, called), nil
}

// past takes calls of the API past the mux, which would redirect a path with dots
// or empty segments to another one. What such a path means is for the API to
// say: behind a proxied request it belongs to the provider.
func past(mux, called http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			called.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// sandboxes are the built-in integrations that sign in at the sandbox provider.
var sandboxes = []struct {
	key  string
	kind sandbox.Kind
}{
	{"mqjo", sandbox.Accounting}, {"qhnd", sandbox.Banking}, {"aiwb", sandbox.Commerce},
	{"gtrn", sandbox.Accounting}, {"dkpu", sandbox.Accounting},
}

// sandbox makes the sandbox provider, and returns the client secrets that its
// integrations need.
func (s *Server) sandbox(ctx context.Context) (*sandbox.Provider, map[string]string, error) {
	if !s.options.Sandbox {
		return nil, nil, nil
	}
	key, err := s.secret(ctx, sandboxSecret)
	if err != nil {
		return nil, nil, err
	}
	var clients []sandbox.Client
	secrets := map[string]string{}
	for _, in := range sandboxes {
		id := "sandbox-" + in.key
		clients = append(clients, sandbox.Client{
			ID: id, Name: "Bowline", Kind: in.kind, RedirectURIs: []string{s.links.Callback(in.key)},
		})
		secrets[in.key] = sandbox.ClientSecret(key, id)
	}
	provider, err := sandbox.New(sandbox.Options{
		Issuer: s.links.PublicURL + "/sandbox", Key: key, Clients: clients, Now: s.options.Now, Logger: s.log,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("make the sandbox provider: %w", err)
	}
	return provider, secrets, nil
}

func (s *Server) catalog(sandboxSecrets map[string]string) (*catalog.Catalog, error) {
	vars := map[string]string{"server.publicUrl": s.links.PublicURL, "server.sandbox": s.links.PublicURL + "/sandbox"}
	for integration, secret := range sandboxSecrets {
		vars["server.secret."+integration] = secret
	}
	cat, err := catalog.Load(catalog.Options{Dir: s.options.CatalogDir, Vars: vars, Env: s.options.Env, OmitSandbox: !s.options.Sandbox})
	if err != nil {
		return nil, fmt.Errorf("load the catalog: %w", err)
	}
	return cat, nil
}

// outbound is the way to the providers. It reaches the sandbox provider without
// a socket: that works behind any proxy, and the guard need not allow loopback
// for it.
func (s *Server) outbound(provider *sandbox.Provider, away *detour) *http.Client {
	local := map[string]http.Handler{}
	if provider != nil {
		local[s.links.PublicURL+"/sandbox/"] = provider.Handler()
	}
	client := safehttp.New(safehttp.Options{
		Allow: away.allow(s.options.OutboundAllow), Timeout: s.options.OAuthTimeout, Local: local, Observe: s.metrics.observeOutbound,
	})
	// A recording shows the providers' own addresses, so it comes before the detour.
	client.Transport = trace.Transport(away.transport(client.Transport))
	return client
}

func (s *Server) platform(book *offer.Book, connections *connection.Service) *api.API {
	return api.New(api.Options{
		Store: s.store,
		Auth:  s.auth, Staff: s.staff, OneTime: s.oneTime,
		Connections: connections, Journey: s.journey,
		Catalog: connections.Catalog, Offer: book.Catalog, OfferChanged: book.Forget, Links: s.links, Now: s.options.Now, Logger: s.log,
		CompanyLimit: s.options.CompanyLimit, ConsumerLimit: s.options.ConsumerLimit, InsecureConsumers: s.options.InsecureConsumers,
		UnicodeNames: s.options.UnicodeNames, Transform: s.scripts.Run,
	})
}

// healthz says that the process is alive.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	rest.WriteJSON(w, http.StatusOK, map[string]string{"status": "ok", "version": s.options.Version})
}

// readyz says that requests can be served: the database answers.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if err := s.store.Ping(r.Context()); err != nil {
		s.log.WarnContext(r.Context(), "not ready", "error", err)
		rest.WriteJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "unavailable"})
		return
	}
	rest.WriteJSON(w, http.StatusOK, map[string]string{"status": "ready"})
}
