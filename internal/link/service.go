package link

import (
	"context"
	"log/slog"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/seal"
	"github.com/bowline/bowline/internal/store"
)

// Service runs journeys. All fields but Observe are required.
type Service struct {
	Store   *store.Store
	Catalog *catalog.Catalog
	OAuth   *oauth.Client
	Sealer  *seal.Sealer
	Links   bowline.Links
	Now     func() time.Time
	Logger  *slog.Logger

	// Observe, if set, is told of each finished authorization: the
	// integration's key and "linked", or the reason of the failure.
	Observe func(integration, outcome string)

	tries tries
}

// Browser is what is known of the browser behind a request.
type Browser struct {
	Address   string // network address
	UserAgent string
	Cookies   Cookies
}

// page gathers what every view of a company's journey needs.
type page struct {
	company bowline.Company
	profile bowline.Profile
	visit   visit
}

// load reads the company and the fintech's profile. A company that does not
// exist is a CodeNotFound error.
func (s *Service) load(ctx context.Context, company bowline.ID, v visit) (page, error) {
	c, profile, err := s.Store.Link(ctx, company)
	if err != nil {
		return page{}, notFound(err)
	}
	return page{company: c, profile: profile, visit: v}, nil
}

// view begins a view of the given step and seals its proof.
func (s *Service) view(pg page, p proof) (View, error) {
	p.Instance, p.Company, p.Visit = pg.company.InstanceID, pg.company.ID, pg.visit
	flow, err := s.sealProof(p)
	if err != nil {
		return View{}, err
	}
	return View{
		Flow: flow, Step: p.Step, Locale: defaultLocale,
		Company: CompanyView{ID: pg.company.ID, Name: pg.company.Name},
		Client:  ClientView{Name: pg.profile.Name, LogoURL: pg.profile.LogoURL},
	}, nil
}

func (s *Service) tile(in catalog.Integration) Tile {
	return Tile{
		Key: in.Key, Name: in.Name, LogoURL: s.Links.Logo(in.Key),
		Sandbox: in.Sandbox, Provider: in.DataProvidedBy,
	}
}

// tileOf names the integration of a connection, also when it has left the
// catalog since.
func (s *Service) tileOf(c bowline.Connection) Tile {
	if in, ok := s.Catalog.Get(c.IntegrationKey); ok {
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

func findConnection(c bowline.Company, id bowline.ID) (bowline.Connection, bool) {
	for _, conn := range c.DataConnections {
		if conn.ID == id {
			return conn, true
		}
	}
	return bowline.Connection{}, false
}
