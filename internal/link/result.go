package link

import (
	"context"
	"errors"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// Result is the view of an authorization's outcome, for the browser that made
// it. Any other browser, and an outcome that is no longer there, gets the
// journey's first view: it shows where the connections stand.
func (s *Service) Result(ctx context.Context, company, authorization bowline.ID, b Browser) (View, error) {
	a, err := s.Store.Authorization(ctx, authorization)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return View{}, err
	}
	att, mine := s.attemptFor(a.StateHash, b.Cookies)
	if err != nil || !mine || a.CompanyID != company {
		return s.Boot(ctx, company, Entry{})
	}
	pg, err := s.load(ctx, company, att.Visit)
	if bowline.CodeOf(err) == bowline.CodeNotFound {
		return NotFound(), nil
	}
	if err != nil {
		return View{}, err
	}
	return s.resultView(pg, a)
}

func (s *Service) resultView(pg page, a bowline.Authorization) (View, error) {
	conn, ok := findConnection(pg.company, a.ConnectionID)
	if !ok {
		return s.errorView(pg, bowline.Connection{}, reasonGone, a.CorrelationID)
	}
	switch a.Status {
	case bowline.AuthorizationChoosing:
		return s.tenantsView(pg, conn, a)
	case bowline.AuthorizationLinked:
		return s.successView(pg, conn)
	case bowline.AuthorizationFailed:
		return s.errorView(pg, conn, a.Reason, a.CorrelationID)
	}
	return s.errorView(pg, conn, reasonWorking, a.CorrelationID)
}

func (s *Service) tenantsView(pg page, conn bowline.Connection, a bowline.Authorization) (View, error) {
	v, err := s.view(pg, proof{Step: StepTenants, SourceType: conn.SourceType, Connection: conn.ID, Authorization: a.ID})
	if err != nil {
		return View{}, err
	}
	v.Tenants = &TenantsView{Integration: s.tileOf(conn)}
	for _, t := range a.Tenants {
		v.Tenants.Items = append(v.Tenants.Items, TenantTile(t))
	}
	return v, nil
}

func (s *Service) successView(pg page, conn bowline.Connection) (View, error) {
	v, err := s.view(pg, proof{Step: StepSuccess, SourceType: conn.SourceType, Connection: conn.ID})
	if err != nil {
		return View{}, err
	}
	v.Main = s.list(pg)
	v.Success = &SuccessView{
		Integration: s.tileOf(conn), ConnectionID: conn.ID, TenantName: conn.TenantName,
		SourceType: conn.SourceType, CanAddAnother: conn.SourceType == bowline.Banking,
	}
	return v, nil
}

func (s *Service) errorView(pg page, conn bowline.Connection, reason, correlationID string) (View, error) {
	v, err := s.view(pg, proof{Step: StepError, SourceType: conn.SourceType, Connection: conn.ID})
	if err != nil {
		return View{}, err
	}
	t, ok := errorTexts[reason]
	if !ok {
		t = errorTexts[reasonInterrupted]
	}
	platform := "The software"
	v.Main = s.list(pg)
	v.Error = &ErrorView{Code: reason, CanRetry: t.retry && conn.ID != "", CorrelationID: correlationID}
	if conn.ID != "" {
		tile := s.tileOf(conn)
		v.Error.Integration, platform = &tile, tile.Name
	}
	fill := filler(platform, pg.profile.Name)
	v.Error.Title, v.Error.Message = fill.Replace(t.title), fill.Replace(t.message)
	return v, nil
}

// failed shows an attempt that ended before it reached the provider, and
// returns any other error as it is.
func (s *Service) failed(ctx context.Context, pg page, err error) (View, error) {
	var f *failure
	if !errors.As(err, &f) {
		return View{}, err
	}
	s.Logger.WarnContext(ctx, "start authorization", "integration", f.connection.IntegrationKey,
		"connection", f.connection.ID, "reason", f.reason, "error", f.cause, "correlationId", rest.CorrelationID(ctx))
	s.observe(f.connection.IntegrationKey, f.reason)
	return s.errorView(pg, f.connection, f.reason, rest.CorrelationID(ctx))
}

// chosen finds the authorization that a tenants screen is about, for the
// browser that made it.
func (s *Service) chosen(ctx context.Context, h hop) (bowline.Authorization, bool, error) {
	a, err := s.Store.Authorization(ctx, h.proof.Authorization)
	if errors.Is(err, store.ErrNotFound) {
		return a, false, nil
	}
	_, mine := s.attemptFor(a.StateHash, h.browser.Cookies)
	return a, mine && a.CompanyID == h.pg.company.ID, err
}

// selectTenant links the organisation that the customer chose.
func (s *Service) selectTenant(ctx context.Context, h hop) (View, []Cookie, error) {
	a, mine, err := s.chosen(ctx, h)
	if err != nil {
		return View{}, nil, err
	}
	if !mine {
		v, err := s.errorView(h.pg, bowline.Connection{}, reasonOtherBrowser, rest.CorrelationID(ctx))
		return v, nil, err
	}
	if a.Status == bowline.AuthorizationChoosing {
		if a, err = s.settleChoice(ctx, a, h.action.TenantID); err != nil {
			return View{}, nil, err
		}
	}
	pg, err := s.load(ctx, h.pg.company.ID, h.pg.visit)
	if err != nil {
		return View{}, nil, err
	}
	conn, _ := findConnection(pg.company, a.ConnectionID)
	if a.Status == bowline.AuthorizationLinked && conn.TenantID != h.action.TenantID {
		v, err := s.errorView(pg, conn, reasonMismatch, "") // chosen before, in another way
		return v, nil, err
	}
	v, err := s.resultView(pg, a)
	return v, nil, err
}

func (s *Service) settleChoice(ctx context.Context, a bowline.Authorization, tenantID string) (bowline.Authorization, error) {
	in, ok := s.Catalog.Get(a.IntegrationKey)
	if !ok {
		return s.fail(ctx, a, problem{reason: reasonMisconfigured})
	}
	if s.Now().After(a.ExpiresAt) {
		return s.abandon(ctx, a, reasonExpired)
	}
	for _, t := range a.Tenants {
		if t.ID == tenantID {
			kept, err := s.Store.AuthorizationGrant(ctx, a.ID)
			if errors.Is(err, store.ErrNotFound) { // settled in another tab meanwhile
				return s.Store.Authorization(ctx, a.ID)
			}
			if err != nil {
				return a, err
			}
			return s.link(ctx, in, a, oauthGrant(kept), t)
		}
	}
	return a, bowline.Errorf(bowline.CodeInvalid, "Please choose one of the organisations on the list.")
}

func oauthGrant(g bowline.Grant) oauth.Grant {
	return oauth.Grant{
		AccessToken: oauth.Secret(g.AccessToken), RefreshToken: oauth.Secret(g.RefreshToken), IDToken: oauth.Secret(g.IDToken),
		TokenType: g.TokenType, Scopes: g.Scopes, Claims: g.Claims, ExpiresAt: g.ExpiresAt,
	}
}

// cancelTenants gives the grant back and returns to the list.
func (s *Service) cancelTenants(ctx context.Context, h hop) (View, []Cookie, error) {
	a, mine, err := s.chosen(ctx, h)
	if err != nil {
		return View{}, nil, err
	}
	if mine && a.Status == bowline.AuthorizationChoosing {
		if _, err := s.abandon(ctx, a, reasonCancelled); err != nil {
			return View{}, nil, err
		}
	}
	pg, err := s.load(ctx, h.pg.company.ID, h.pg.visit)
	if err != nil {
		return View{}, nil, err
	}
	v, err := s.mainView(pg)
	return v, nil, err
}
