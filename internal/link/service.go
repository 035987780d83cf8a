package link

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/seal"
	"github.com/bowline/bowline/internal/store"
)

// Service runs journeys. All fields but Offer, Rows and Observe are required.
type Service struct {
	Store   *store.Store
	Catalog *catalog.Catalog
	// Offer returns the catalog as the operator of an instance has set it up;
	// nil for Catalog as it is.
	Offer func(instance bowline.ID) *catalog.Catalog
	// Rows returns what the provider of an integration with Rows lists, as an
	// instance sees it; nil where there are no such integrations. It may take
	// as long as the provider the first time, and no time after that.
	Rows   func(instance bowline.ID, in *catalog.Integration) *catalog.RowList
	OAuth  *oauth.Client
	Probe  *probe.Client
	Sealer *seal.Sealer
	Links  bowline.Links
	Now    func() time.Time
	Logger *slog.Logger

	// Spend uses up the one-time password of a company's Link URL. One that is
	// wrong, used or too old is CodeUnauthorized, too many of those CodeTooMany.
	Spend func(ctx context.Context, company bowline.ID, password string) error
	// Unlink ends a connection for the customer, in the way of the API. One that
	// is not linked is CodeInvalid, one that is gone CodeNotFound, and one that
	// changed at the same moment CodeConflict.
	Unlink func(ctx context.Context, conn bowline.Connection) error
	// CodeKey keys the hashes of short codes. It is the same on every replica.
	CodeKey []byte
	// CompanyLimit is how many companies an instance may have; 0 is no limit.
	CompanyLimit int

	// Observe, if set, is told of each finished authorization: the
	// integration's key and "linked", or the reason of the failure.
	Observe func(integration, outcome string)

	tries   tries
	guesses limits // wrong codes
	invites limits // companies that were made through the invite page
	funnel  funnel
}

// catalogOf is the catalog as the operator of an instance has set it up.
func (s *Service) catalogOf(instance bowline.ID) *catalog.Catalog {
	if s.Offer == nil {
		return s.Catalog
	}
	return s.Offer(instance)
}

// Browser is what is known of the browser behind a request.
type Browser struct {
	Address   string // network address
	UserAgent string
	Cookies   Cookies
	Embedded  bool   // the request comes from a host page that may embed the company's journey
	Bearer    bool   // which has shown a company access token for it
	Only      bool   // and has the Connections SDK
	Origin    string // of that page
}

// page gathers what every view of a company's journey needs.
type page struct {
	company   bowline.Company
	profile   bowline.Profile
	settings  *bowline.LinkSettings // for reading only
	branding  bowline.Branding
	visit     visit
	known     bool                 // whoever visits has shown more than an address that goes from hand to hand
	device    string               // what kind the browser is on; empty where unknown
	begun     bool                 // a row of the funnel tells that the company has begun
	languages []string             // the browser's, the preferred first
	options   *bowline.LinkOptions // of the host page; nil on the hosted one
	warnings  []string             // about the options
	set       resolved
	children  []bowline.Connection            // of the companies that a choice of several made
	details   map[bowline.SourceType][]string // data types, in the words of a host page with the Connections SDK
	active    map[bowline.ID]time.Time        // when the tokens of connections were used last; only where it is shown
}

// load reads the company and what the fintech has set. A company that does not
// exist is a CodeNotFound error.
func (s *Service) load(ctx context.Context, company bowline.ID, v visit) (page, error) {
	return s.read(ctx, company, page{visit: v})
}

// reload reads again what a page stands on, after something has changed.
func (s *Service) reload(ctx context.Context, pg page) (page, error) {
	return s.read(ctx, pg.company.ID, pg)
}

func (s *Service) read(ctx context.Context, company bowline.ID, pg page) (page, error) {
	pg.device = deviceIn(ctx)
	if pg.visit.Device != "" {
		wanted, err := s.carriedOptions(ctx, pg.visit.Device)
		if err != nil {
			return page{}, err
		}
		pg.options = wanted
	}
	found, err := s.Store.Link(ctx, company)
	if err != nil {
		return page{}, notFound(err)
	}
	rest.Identify(ctx, found.Company.InstanceID, bowline.CallerCompany, company)
	pg.company, pg.profile, pg.settings, pg.branding, pg.begun = found.Company, found.Profile, found.Settings, found.Branding, found.Began
	if pg.children, err = s.childConnections(ctx, found.Company); err != nil {
		return page{}, err
	}
	pg.set = s.resolve(pg)
	pg.visit.Locale = pg.set.locale
	if pg.manages() {
		pg.active, err = s.Store.LastUsed(ctx, company)
	}
	return pg, err
}

// view begins a view of the given step and seals its proof.
func (s *Service) view(pg page, p proof) (View, error) {
	p.Instance, p.Company, p.Visit = pg.company.InstanceID, pg.company.ID, pg.visit
	flow, err := s.sealProof(p)
	if err != nil {
		return View{}, err
	}
	s.drawn(pg, p)
	v := View{
		Flow: flow, Post: postPath(pg), Step: p.Step, Locale: pg.set.locale, Locales: pg.set.locales,
		Company: CompanyView{ID: pg.company.ID, Name: pg.company.Name}, Client: pg.set.client,
	}
	if pg.visit.Helper != "" {
		v.Company.ID = ""
	}
	if pg.visit.Only {
		v.Company = CompanyView{}
	}
	if pg.visit.SDK {
		v.Exit, v.ExitMessage, v.Warnings = exitOf(p.Step), pg.set.exitMessage, pg.set.warnings
		if pg.managing() && slices.Contains(resultSteps, p.Step) { // what was begun there is over
			v.Exit = ExitClose
		}
	}
	return v, nil
}

// The areas that take actions: of our own pages, and of a host's.
const (
	hostedArea = "/link/companies/"
	sdkArea    = "/sdk/companies/"
)

// postPath takes the actions of a page.
func postPath(pg page) string {
	if pg.visit.Helper != "" { // who is not told the addresses of the company's pages
		return HelperPath
	}
	if pg.visit.SDK && pg.visit.Only {
		return ConnectionsPath
	}
	area := hostedArea
	if pg.visit.SDK {
		area = sdkArea
	}
	return area + string(pg.company.ID) + "/journey"
}

// exitOf says what the X does (link.md 1.3.19): it asks where something that
// was begun would be lost. The main screen, and the sheets over it, judge for
// themselves.
func exitOf(step Step) string {
	switch step {
	case StepLanding, StepDone, StepExpired, StepNotFound, StepManage, StepManaged, StepDisconnect, StepDisconnected:
		return ExitClose
	}
	return ExitAsk
}

// resultSteps report what came of a sign-in.
var resultSteps = []Step{StepSuccess, StepError, StepMismatch}

// tile shows an integration. One with a monogram needs no picture: the browser
// draws it, and the list is there without a request for each row.
func (s *Service) tile(in catalog.Integration) Tile {
	t := Tile{Key: in.Key, Name: in.Name, Sandbox: in.Sandbox, Provider: in.DataProvidedBy}
	if in.Logo.Plain() {
		t.Monogram = in.Logo.Monogram
	} else {
		t.LogoURL = s.Links.Logo(in.Key)
	}
	if in.Logo.Drawn() {
		t.Color = in.Logo.Color
	}
	return t
}

// tileOf names the integration of a connection, also when it has left the
// catalog since.
func (s *Service) tileOf(c bowline.Connection) Tile {
	if in, ok := s.catalogOf(c.InstanceID).Get(c.IntegrationKey); ok {
		if row, of := s.rowOf(c, &in); of {
			return s.tilePicked(asRow(in, row))
		}
		return s.tile(in)
	}
	return Tile{Key: c.IntegrationKey, Name: c.PlatformName, LogoURL: s.Links.Logo(c.IntegrationKey)}
}

func (s *Service) change(ctx context.Context, actor bowline.Actor, reason string) store.Change {
	return store.Change{
		Actor: actor, Reason: reason, CorrelationID: rest.CorrelationID(ctx),
		Links: s.Links, Now: s.Now(),
	}
}

func (s *Service) observe(integration, outcome string) {
	if s.Observe != nil {
		s.Observe(integration, outcome)
	}
}

// connection finds a connection of the company, or of those that a choice of
// several organisations made below it.
func (pg page) connection(id bowline.ID) (bowline.Connection, bool) {
	if conn, ok := findConnection(pg.company, id); ok {
		return conn, true
	}
	return findConnection(bowline.Company{DataConnections: pg.children}, id)
}

func findConnection(c bowline.Company, id bowline.ID) (bowline.Connection, bool) {
	for _, conn := range c.DataConnections {
		if conn.ID == id {
			return conn, true
		}
	}
	return bowline.Connection{}, false
}
