package link

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// guideLife is how long the steps after the sign-in may take. It is longer than
// choiceLife, because some of them wait for an installation.
const guideLife = 2 * time.Hour

// guideContext is the content of Authorization.Context while the steps after
// the sign-in remain. What will be linked then stands in Authorization.Tenants.
type guideContext struct {
	Guide bool `json:"guide,omitempty"`
}

// waitsForGuide says whether a choosing authorization waits for the steps after
// the sign-in, rather than for the choice of an organisation.
func waitsForGuide(a bowline.Authorization) bool {
	var c guideContext
	return a.Status == bowline.AuthorizationChoosing && json.Unmarshal([]byte(a.Context), &c) == nil && c.Guide
}

// signIn is the way to the software behind a connection, from its beginning:
// the guided steps, and then what proceed leads to.
func (s *Service) signIn(ctx context.Context, pg page, conn bowline.Connection) (View, []Cookie, error) {
	if conn.Status == bowline.Linked {
		return drawn(s.connectedView(ctx, pg, conn, proof{}))
	}
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	if ok && in.Enabled && len(in.Before) > 0 {
		v, err := s.guideView(pg, conn, in, proof{})
		return v, nil, err
	}
	return s.proceed(ctx, pg, conn)
}

// proceed is the way to the software once the guided steps are done: the form
// for credentials or for what the provider wants to know first, or the
// provider's own page.
func (s *Service) proceed(ctx context.Context, pg page, conn bowline.Connection) (View, []Cookie, error) {
	if conn.Status == bowline.Linked {
		return drawn(s.connectedView(ctx, pg, conn, proof{}))
	}
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	if ok && in.Enabled && (in.UsesCredentials() || pg.visit.asks(in, conn.ID)) {
		v, err := s.credentialsView(pg, conn, in, form{typed: pg.visit.given(conn.ID)})
		return v, nil, err
	}
	return s.handoff(ctx, pg, conn)
}

// hasScreens says whether something of ours comes before the provider's page.
func (s *Service) hasScreens(conn bowline.Connection) bool {
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	return ok && in.Enabled && (len(in.Before) > 0 || len(in.Inputs) > 0 || in.UsesCredentials())
}

// guideView draws the step that p.Index names: one of those before the sign-in,
// or, where p names an authorization, of those after it.
func (s *Service) guideView(pg page, conn bowline.Connection, in catalog.Integration, p proof) (View, error) {
	steps, phase := in.Before, GuideBefore
	if p.Authorization != "" {
		steps, phase = in.After, GuideAfter
	}
	if p.Index >= len(steps) { // the catalog was changed meanwhile
		return s.errorView(pg, conn, reasonInterrupted, "")
	}
	p.Step, p.SourceType, p.Integration, p.Connection = StepGuide, conn.SourceType, in.Key, conn.ID
	v, err := s.view(pg, p)
	if err != nil {
		return View{}, err
	}
	step := steps[p.Index].Fill(catalog.GuideValues{
		CompanyID: string(pg.company.ID), CompanyName: pg.company.Name, ClientName: pg.set.client.Name,
	})
	v.Guide = &GuideView{
		Integration: s.tileOf(conn), Phase: phase, Index: p.Index, Count: len(steps),
		Title: step.Title, Body: step.Body, Confirm: step.Confirm,
		// Somebody else cannot finish a sign-in that is not theirs.
		CanHandOver: phase == GuideBefore && pg.canHandOver(),
		Leads:       phase == GuideBefore && p.Index == len(steps)-1 && !in.UsesCredentials() && !pg.visit.asks(in, conn.ID),
	}
	for _, c := range step.Copies {
		v.Guide.Copies = append(v.Guide.Copies, GuideCopy(c))
	}
	if step.Link != nil {
		v.Guide.Link = &GuideLink{Label: step.Link.Label, URL: step.Link.URL}
	}
	return v, nil
}

// afterView draws the first step after the sign-in of an authorization that
// waits for them.
func (s *Service) afterView(pg page, conn bowline.Connection, a bowline.Authorization) (View, error) {
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	if !ok {
		return s.errorView(pg, conn, reasonMisconfigured, a.CorrelationID)
	}
	return s.guideView(pg, conn, in, proof{Authorization: a.ID})
}

// confirmGuide goes on after a guided step.
func (s *Service) confirmGuide(ctx context.Context, h hop) (View, []Cookie, error) {
	conn, ok := findConnection(h.pg.company, h.proof.Connection)
	in, known := s.catalogOf(h.pg.company.InstanceID).Get(h.proof.Integration)
	switch {
	case !ok:
		return s.toHome(ctx, h)
	case h.proof.Authorization != "":
		v, err := s.confirmAfter(ctx, h, conn)
		return v, nil, err
	case known && h.proof.Index+1 < len(in.Before):
		v, err := s.guideView(h.pg, conn, in, proof{Index: h.proof.Index + 1})
		return v, nil, err
	}
	return s.proceed(ctx, h.pg, conn)
}

// confirmAfter goes on after a step that follows the sign-in; the last one
// links what the sign-in was for.
func (s *Service) confirmAfter(ctx context.Context, h hop, conn bowline.Connection) (View, error) {
	a, err := s.held(ctx, h)
	if err != nil {
		return View{}, err
	}
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	switch {
	case a.ID == "":
		return s.errorView(h.pg, conn, reasonGone, rest.CorrelationID(ctx))
	case !waitsForGuide(a): // done before, in this tab or another one
	case !ok:
		a, err = s.abandon(ctx, a, reasonMisconfigured)
	case s.Now().After(a.ExpiresAt):
		a, err = s.abandon(ctx, a, reasonExpired)
	case h.proof.Index+1 < len(in.After):
		return s.guideView(h.pg, conn, in, proof{Authorization: a.ID, Index: h.proof.Index + 1})
	default:
		a, err = s.release(ctx, in, a)
	}
	if err != nil {
		return View{}, err
	}
	pg, err := s.reload(ctx, h.pg)
	if err != nil {
		return View{}, err
	}
	return s.resultView(ctx, pg, a)
}

// held reads the authorization that a guided step belongs to; an empty one when
// it is gone. The proof was sealed for whoever signed in, so it is enough.
func (s *Service) held(ctx context.Context, h hop) (bowline.Authorization, error) {
	a, err := s.Store.Authorization(ctx, h.proof.Authorization)
	if errors.Is(err, store.ErrNotFound) || err == nil && a.CompanyID != h.pg.company.ID {
		return bowline.Authorization{}, nil
	}
	return a, err
}

// release links what was held for the steps after the sign-in.
func (s *Service) release(ctx context.Context, in catalog.Integration, a bowline.Authorization) (bowline.Authorization, error) {
	kept, err := s.Store.AuthorizationGrant(ctx, a.ID)
	if errors.Is(err, store.ErrNotFound) { // released in another tab meanwhile
		return s.Store.Authorization(ctx, a.ID)
	}
	if err != nil {
		return a, err
	}
	if len(a.Tenants) == 0 {
		return s.abandon(ctx, a, reasonInterrupted)
	}
	if in.UsesCredentials() && len(a.Tenants) == 1 {
		return s.linkCredentials(ctx, a, kept, a.Tenants[0])
	}
	return s.settle(ctx, in, a, settlement{grant: oauthGrant(kept), tenants: a.Tenants, guided: true})
}

// hold keeps a grant, sealed, until the steps after the sign-in are done.
func (s *Service) hold(ctx context.Context, a bowline.Authorization, what settlement) (bowline.Authorization, error) {
	held, err := s.holdGrant(ctx, a, grantOf(a.ConnectionID, a.ID, what.grant), what.tenants)
	s.giveBackUnkept(ctx, a, held, what.grant)
	return held, err
}

func (s *Service) holdGrant(ctx context.Context, a bowline.Authorization, grant bowline.Grant, chosen []bowline.Tenant) (bowline.Authorization, error) {
	ctx, cancel := recording(ctx)
	defer cancel()
	context, err := json.Marshal(guideContext{Guide: true})
	if err != nil {
		return a, err
	}
	from := a.Status
	a.Status, a.ExpiresAt = bowline.AuthorizationChoosing, s.Now().Add(guideLife)
	a.Tenants, a.Context = chosen, string(context)
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.UpdateAuthorization(ctx, a, from); err != nil {
			return err
		}
		return tx.PutAuthorizationGrant(ctx, a.ID, grant)
	})
	if err == nil {
		return a, nil
	}
	return s.settled(ctx, a, err)
}

// laterGuide leaves the steps after the sign-in for another day: the grant goes
// back, and the connection stays pending (link.md 1.3.11).
func (s *Service) laterGuide(ctx context.Context, h hop) (View, []Cookie, error) {
	if h.proof.Authorization == "" {
		return s.toHome(ctx, h)
	}
	a, err := s.held(ctx, h)
	if err != nil {
		return View{}, nil, err
	}
	if waitsForGuide(a) {
		if a, err = s.abandon(ctx, a, reasonCancelled); err != nil {
			return View{}, nil, err
		}
		code, _ := outcomeOf(reasonCancelled)
		h.pg.visit.Last = &touched{Connection: h.proof.Connection, Authorization: a.ID, Code: code}
	}
	pg, err := s.reload(ctx, h.pg)
	if err != nil {
		return View{}, nil, err
	}
	v, err := s.home(ctx, pg)
	return v, nil, err
}

// backGuide goes to the step before. The first step after a sign-in has none
// but the list, so leaving it is doing it later.
func (s *Service) backGuide(ctx context.Context, h hop) (View, []Cookie, error) {
	conn, ok := findConnection(h.pg.company, h.proof.Connection)
	in, known := s.catalogOf(h.pg.company.InstanceID).Get(h.proof.Integration)
	if h.proof.Index == 0 || !ok || !known {
		return s.laterGuide(ctx, h)
	}
	v, err := s.guideView(h.pg, conn, in, proof{Authorization: h.proof.Authorization, Index: h.proof.Index - 1})
	return v, nil, err
}
