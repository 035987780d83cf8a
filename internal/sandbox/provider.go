package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// How long things last. Access tokens and codes are short because the client
// under test should meet their expiry; a refresh token slides, each rotation
// starting the span again.
const (
	codeLife     = 60 * time.Second
	accessLife   = 30 * time.Minute
	refreshLife  = 60 * 24 * time.Hour
	idTokenLife  = time.Hour
	signedInLife = time.Hour
)

// maxBody caps the body of every request, in bytes.
const maxBody = 32 << 10

// Kind is the sort of product a client meets here. It decides the name, the
// look and the sample organisations, and which resource scope may be asked.
type Kind string

// The kinds there are.
const (
	Accounting Kind = "Accounting"
	Banking    Kind = "Banking"
	Commerce   Kind = "Commerce"
)

// Client is a registered OAuth client. All clients are confidential; their
// secret is ClientSecret(key, ID).
type Client struct {
	ID           string   // client_id, unique, not empty
	Name         string   // what the consent page calls the program that asks
	Kind         Kind     // which product it meets
	RedirectURIs []string // absolute http(s) URIs without fragment, compared exactly
}

// Options configure a Provider. Issuer, Key and at least one client are
// required.
type Options struct {
	// Issuer is the issuer identifier: an http(s) URL without query, fragment
	// or trailing slash, such as "http://127.0.0.1:8080/sandbox". Everything is
	// served below its path.
	Issuer string
	// Key is at least 32 random bytes that stay the same over restarts. Every
	// other key is derived from it.
	Key []byte
	// Clients are all there will ever be; there is no registration endpoint.
	Clients []Client
	// Now tells the time; time.Now when nil.
	Now func() time.Time
	// Sleep waits for the "slow answer" switch and returns early with the
	// context's error; a real timer when nil.
	Sleep func(ctx context.Context, d time.Duration) error
	// Logger receives refusals at debug level, without any token or code in
	// them; discarded when nil.
	Logger *slog.Logger
}

// Provider is the authorization server and its resource API. It is safe for
// concurrent use.
type Provider struct {
	issuer  string
	prefix  string // path of the issuer, "" at the root
	secure  bool   // cookies only over TLS
	clients map[string]*registration
	demo    *demo
	keys    *keys
	ledger  *ledger
	origin  *http.CrossOriginProtection
	now     func() time.Time
	sleep   func(ctx context.Context, d time.Duration) error
	log     *slog.Logger
	handler http.Handler
}

// registration is a client as the endpoints need it.
type registration struct {
	Client
	product    *product
	secretHash [32]byte
}

// New checks the options and derives the keys. It starts nothing in the
// background.
func New(o Options) (*Provider, error) {
	issuer, err := url.Parse(o.Issuer)
	if err != nil || !absoluteHTTP(issuer) || issuer.RawQuery != "" || issuer.Fragment != "" || strings.HasSuffix(o.Issuer, "/") {
		return nil, errors.New("sandbox: issuer must be an http(s) URL without query, fragment or trailing slash")
	}
	if len(o.Clients) == 0 {
		return nil, errors.New("sandbox: no clients given")
	}
	demo, err := loadDemo()
	if err != nil {
		return nil, fmt.Errorf("sandbox: read the demo accounts: %w", err)
	}
	keys, err := deriveKeys(o.Key)
	if err != nil {
		return nil, fmt.Errorf("sandbox: derive keys: %w", err)
	}
	p := &Provider{
		issuer:  o.Issuer,
		prefix:  issuer.Path,
		secure:  issuer.Scheme == "https",
		clients: make(map[string]*registration, len(o.Clients)),
		demo:    demo,
		keys:    keys,
		ledger:  newLedger(maxRecords),
		origin:  http.NewCrossOriginProtection(),
		now:     o.Now,
		sleep:   o.Sleep,
		log:     o.Logger,
	}
	// A proxy in front may rewrite Host; the issuer's own origin is always ours.
	if err := p.origin.AddTrustedOrigin(issuer.Scheme + "://" + issuer.Host); err != nil {
		return nil, fmt.Errorf("sandbox: trust the issuer's origin: %w", err)
	}
	if p.now == nil {
		p.now = time.Now
	}
	if p.sleep == nil {
		p.sleep = sleep
	}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	for _, c := range o.Clients {
		if err := p.register(c, o.Key); err != nil {
			return nil, fmt.Errorf("sandbox: client %q: %w", c.ID, err)
		}
	}
	p.handler, err = p.routes()
	if err != nil {
		return nil, fmt.Errorf("sandbox: prepare routes: %w", err)
	}
	return p, nil
}

func (p *Provider) register(c Client, key []byte) error {
	if c.ID == "" {
		return errors.New("the id is empty")
	}
	if _, ok := p.clients[c.ID]; ok {
		return errors.New("registered twice")
	}
	product, ok := p.demo.Products[c.Kind]
	if !ok {
		return fmt.Errorf("unknown kind %q", c.Kind)
	}
	if len(c.RedirectURIs) == 0 {
		return errors.New("no redirect URI")
	}
	for _, raw := range c.RedirectURIs {
		// RFC 6749 section 3.1.2: absolute, and never with a fragment.
		u, err := url.Parse(raw)
		if err != nil || !absoluteHTTP(u) || strings.Contains(raw, "#") {
			return fmt.Errorf("redirect URI %q must be an absolute http(s) URI without fragment", raw)
		}
	}
	p.clients[c.ID] = &registration{Client: c, product: product, secretHash: hashSecret(ClientSecret(key, c.ID))}
	return nil
}

// Handler serves everything below the issuer's path and expects requests with
// their full path, "/sandbox/token" rather than "/token".
func (p *Provider) Handler() http.Handler { return p.handler }

func (p *Provider) routes() (http.Handler, error) {
	discovery, err := p.discoveryDocument()
	if err != nil {
		return nil, err
	}
	jwks, err := p.keys.jwks()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	handle := func(method, path string, h http.HandlerFunc) { mux.HandleFunc(method+" "+p.prefix+path, h) }

	handle("GET", "/.well-known/openid-configuration", static("application/json", keepBriefly, discovery))
	handle("GET", "/jwks", static("application/json", keepBriefly, jwks))

	handle("GET", "/authorize", p.startAuthorize)
	handle("POST", "/authorize", p.continueAuthorize)
	handle("GET", "/consent", p.showConsent)
	handle("POST", "/token", p.token)
	handle("POST", "/revoke", p.revoke)
	handle("GET", "/userinfo", p.userinfo)
	handle("POST", "/userinfo", p.userinfo)
	handle("GET", "/api/organisations", p.listOrganisations)
	handle("GET", "/api/organisations/{id}", p.getOrganisation)
	handle("GET", "/shop/{host}/account", p.getShopAccount)

	handle("GET", "/switches", p.showSwitches)
	handle("POST", "/switches", p.changeSwitches)
	handle("GET", "/assets/style.css", static("text/css; charset=utf-8", keepForGood, stylesheet))
	handle("GET", "/assets/mark.svg", static("image/svg+xml", keepBriefly, mark))
	handle("GET", "/assets/people/{key}", p.servePortrait)
	handle("GET", "/{$}", p.toSwitches)
	if p.prefix != "" {
		handle("GET", "", p.toSwitches)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil { // nil when a client calls the handler without a socket
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		mux.ServeHTTP(w, r)
	}), nil
}

func (p *Provider) toSwitches(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, p.prefix+"/switches", http.StatusSeeOther)
}

func absoluteHTTP(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
