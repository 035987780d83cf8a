package link

import (
	"context"
	"errors"
	"slices"

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
		return s.Boot(ctx, company, Entry{Trusted: s.HasSession(company, b.Cookies), Known: s.Proven(company, b.Cookies)})
	}
	pg, err := s.read(ctx, company, page{visit: att.Visit, known: s.Proven(company, b.Cookies)})
	if bowline.CodeOf(err) == bowline.CodeNotFound {
		return NotFound(), nil
	}
	if err != nil {
		return View{}, err
	}
	v, err := s.resultView(ctx, pg, a)
	return told(v), err
}

// resultView shows what came of an authorization, whichever page asks.
func (s *Service) resultView(ctx context.Context, pg page, a bowline.Authorization) (View, error) {
	if a.Status == bowline.AuthorizationLinked {
		if made := outcomeIn(a).Linked; len(made) > 0 {
			return s.manyView(ctx, pg, a, made)
		}
	}
	conn, ok := findConnection(pg.company, a.ConnectionID)
	if !ok {
		return s.errorView(pg, bowline.Connection{}, reasonGone, a.CorrelationID)
	}
	code, _ := outcomeOf(a.Reason)
	pg.visit.Last = &touched{Connection: conn.ID, Authorization: a.ID, Code: code}
	switch a.Status {
	case bowline.AuthorizationChoosing:
		if waitsForGuide(a) {
			return s.afterView(pg, conn, a)
		}
		return s.tenantsView(pg, conn, a)
	case bowline.AuthorizationLinked:
		pg.visit.Last.Code = 200
		v, err := s.successView(ctx, pg, conn)
		return s.withOutcome(pg, v, outcomeIn(a)), err
	case bowline.AuthorizationFailed:
		if a.Reason == reasonMismatch && !pg.once() {
			return s.mismatchView(ctx, pg, conn, a)
		}
		return s.errorView(pg, conn, a.Reason, a.CorrelationID)
	}
	return s.errorView(pg, conn, reasonWorking, a.CorrelationID)
}

func (s *Service) tenantsView(pg page, conn bowline.Connection, a bowline.Authorization) (View, error) {
	v, err := s.view(pg, proof{
		Step: StepTenants, SourceType: conn.SourceType, Integration: conn.IntegrationKey, Connection: conn.ID,
		Authorization: a.ID, Hop: a.Hop,
	})
	if err != nil {
		return View{}, err
	}
	v.Tenants = &TenantsView{Integration: s.tileOf(conn), Multiple: s.takesSeveral(pg, conn)}
	for _, t := range a.Tenants {
		v.Tenants.Items = append(v.Tenants.Items, TenantTile{ID: t.ID, Name: t.Name})
	}
	return v, nil
}

// successView says that a connection is linked. A helper has nothing more to do
// and sees the end of the visit.
func (s *Service) successView(ctx context.Context, pg page, conn bowline.Connection) (View, error) {
	if pg.once() {
		return s.helpedView(ctx, pg, conn)
	}
	if pg.visit.Last == nil || pg.visit.Last.Connection != conn.ID {
		pg.visit.Last = &touched{Connection: conn.ID}
	}
	pg.visit.Last.Code = 200
	v, err := s.view(pg, proof{Step: StepSuccess, SourceType: conn.SourceType, Connection: conn.ID})
	if err != nil {
		return View{}, err
	}
	s.setBehind(pg, &v)
	v.Success = &SuccessView{
		Integration: s.tileOf(conn), ConnectionID: conn.ID, TenantName: conn.TenantName,
		SourceType: conn.SourceType, CanAddAnother: !pg.managing() && s.recommends(pg, conn),
	}
	if v.Main != nil {
		v.Success.goOn(*v.Main)
		v.closable()
	}
	return withEvents(v, eventConnection(conn)), nil
}

func (s *Service) errorView(pg page, conn bowline.Connection, reason, correlationID string) (View, error) {
	v, err := s.view(pg, proof{
		Step: StepError, SourceType: conn.SourceType, Connection: conn.ID, Reason: reason, Reference: correlationID,
	})
	if err != nil {
		return View{}, err
	}
	platform := pg.set.words.Software
	s.setBehind(pg, &v)
	v.Error = &ErrorView{Code: reason, CanRetry: canRetry(reason) && conn.ID != "", CorrelationID: correlationID}
	in, _ := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	v.Error.Leads = v.Error.CanRetry && !in.UsesCredentials() && len(in.Inputs) == 0
	v.Error.CanHandOver = reason == reasonRole && conn.ID != "" && pg.canHandOver()
	if conn.ID != "" {
		tile := s.tileOf(conn)
		v.Error.Integration, platform = &tile, tile.Name
	}
	v.Error.Title, v.Error.Message = pg.set.words.problem(reason, filler(platform, pg.set.client.Name))
	_, message := outcomeOf(reason)
	return withEvents(v, eventError(errorCodeOf(reason), message, correlationID, true)), nil
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
	rest.Explain(ctx, f.reason, describe(f.reason))
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
	// Or the page that waited: its proof names the hop that only it was told.
	mine = mine || a.Hop != "" && a.Hop == h.proof.Hop
	return a, mine && a.CompanyID == h.pg.company.ID, err
}

// selectTenant links the organisation that the customer chose, or each of them.
func (s *Service) selectTenant(ctx context.Context, h hop) (View, []Cookie, error) {
	a, mine, err := s.chosen(ctx, h)
	if err != nil {
		return View{}, nil, err
	}
	if !mine {
		v, err := s.errorView(h.pg, bowline.Connection{}, reasonOtherBrowser, rest.CorrelationID(ctx))
		return v, nil, err
	}
	wanted := h.action.TenantIDs
	if h.action.Action == ActSelectTenant {
		wanted = []string{h.action.TenantID}
	}
	if a.Status == bowline.AuthorizationChoosing && !waitsForGuide(a) {
		if a, err = s.settleChoice(ctx, h.pg, a, wanted); err != nil {
			return View{}, nil, err
		}
	}
	pg, err := s.reload(ctx, h.pg)
	if err != nil {
		return View{}, nil, err
	}
	conn, _ := findConnection(pg.company, a.ConnectionID)
	if a.Status == bowline.AuthorizationLinked && conn.ID != "" && (len(wanted) != 1 || conn.TenantID != wanted[0]) {
		v, err := s.errorView(pg, conn, reasonMismatch, "") // chosen before, in another way
		return v, nil, err
	}
	v, err := s.resultView(ctx, pg, a)
	return v, nil, err
}

// settleChoice takes the organisations that were chosen from those on offer.
func (s *Service) settleChoice(ctx context.Context, pg page, a bowline.Authorization, wanted []string) (bowline.Authorization, error) {
	in, ok := s.catalogOf(a.InstanceID).Get(a.IntegrationKey)
	if !ok {
		return s.fail(ctx, a, problem{reason: reasonMisconfigured})
	}
	if s.Now().After(a.ExpiresAt) {
		return s.abandon(ctx, a, reasonExpired)
	}
	conn, _ := findConnection(pg.company, a.ConnectionID)
	chosen := among(a.Tenants, wanted)
	if len(chosen) == 0 || len(chosen) != len(wanted) || len(chosen) > 1 && !s.takesSeveral(pg, conn) {
		return a, bowline.Errorf(bowline.CodeInvalid, "Please choose from the organisations on the list.")
	}
	kept, err := s.Store.AuthorizationGrant(ctx, a.ID)
	if errors.Is(err, store.ErrNotFound) { // settled in another tab meanwhile
		return s.Store.Authorization(ctx, a.ID)
	}
	if err != nil {
		return a, err
	}
	if in.UsesCredentials() && len(chosen) == 1 {
		return s.keepCredentials(ctx, in, a, kept, chosen[0])
	}
	return s.settle(ctx, in, a, settlement{grant: oauthGrant(kept), tenants: chosen})
}

// among returns the tenants with the ids wanted, each once.
func among(tenants []bowline.Tenant, wanted []string) []bowline.Tenant {
	var found []bowline.Tenant
	for _, t := range tenants {
		if slices.Contains(wanted, t.ID) {
			found = append(found, t)
		}
	}
	return found
}

func oauthGrant(g bowline.Grant) oauth.Grant {
	return oauth.Grant{
		AccessToken: oauth.Secret(g.AccessToken), RefreshToken: oauth.Secret(g.RefreshToken), IDToken: oauth.Secret(g.IDToken),
		TokenType: g.TokenType, Scopes: g.Scopes, Claims: g.Claims, ExpiresAt: g.ExpiresAt, IssuedAt: g.IssuedAt,
		RefreshExpiresAt: g.RefreshExpiresAt, Values: g.Extra,
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
	pg, err := s.reload(ctx, h.pg)
	if err != nil {
		return View{}, nil, err
	}
	v, err := s.home(ctx, pg)
	return v, nil, err
}

// setBehind sets what a sheet with a result lies over: the list that the visitor
// comes back to.
func (s *Service) setBehind(pg page, v *View) {
	switch {
	case pg.once():
	case pg.managing():
		v.Manage = s.manageList(pg)
	default:
		v.Main = s.list(pg)
	}
}

// closable lets the X close at once where everything that is required is there.
func (v *View) closable() {
	if v.Exit != "" && v.Main.CanFinish {
		v.Exit = ExitClose
	}
}

// goOn says which ways lead on from a success, by what the list behind it shows.
func (v *SuccessView) goOn(list MainView) {
	v.CanFinish = list.CanFinish
	for _, card := range list.Types {
		v.More = v.More || card.State != cardLinked
	}
}
