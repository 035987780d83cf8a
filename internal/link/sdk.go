package link

import (
	"context"
	"errors"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// Bearer is what a company access token says: whose it is. The zero value is a
// request without one.
type Bearer struct {
	Instance bowline.ID
	Company  bowline.ID
}

// Admit says whether a page of the given origin may embed a company's journey:
// with a company access token of that company, or without any where the fintech
// allows it, and only from an origin that the fintech has registered (link.md
// 1.1, row 3). A refusal is CodeUnauthorized, CodeForbidden or CodeNotFound.
func (s *Service) Admit(ctx context.Context, company bowline.ID, bearer Bearer, origin string) error {
	found, err := s.Store.Link(ctx, company) // not load: each action comes by here, and reads more later
	if errors.Is(err, store.ErrNotFound) && bearer.Company != company {
		// Whoever holds no token of the company is not told whether it exists.
		err = errOtherCompany
		if bearer == (Bearer{}) {
			err = errNoBearer
		}
	}
	if err != nil {
		return notFound(err)
	}
	switch {
	case bearer == Bearer{} && !found.Settings.AllowTokenless:
		return errNoBearer
	case bearer != Bearer{} && (bearer.Company != company || bearer.Instance != found.Company.InstanceID):
		return errOtherCompany
	}
	allowed, err := s.Store.AllowedOrigins(ctx, found.Company.InstanceID)
	if err != nil {
		return err
	}
	if !slices.Contains(allowed.AllowedOrigins, origin) {
		return bowline.Errorf(bowline.CodeForbidden, "The origin is not registered in the CORS settings.")
	}
	rest.Identify(ctx, found.Company.InstanceID, bowline.CallerCompany, company)
	return nil
}

// Refusals of [Service.Admit].
var (
	errNoBearer     error = bowline.Errorf(bowline.CodeUnauthorized, "A company access token is required: send it as Authorization: Bearer.")
	errOtherCompany error = bowline.Errorf(bowline.CodeForbidden, "The company access token is not one of this company.")
)

// BootEmbedded returns the first view of a journey inside a host page, which
// has been admitted. A page that was reloaded while it waited for the provider
// goes on waiting, or learns the result.
func (s *Service) BootEmbedded(ctx context.Context, company bowline.ID, a Action, b Browser) (View, []Cookie, error) {
	pg := page{visit: visit{SDK: true, Locale: a.Locale, Began: s.Now().Unix()}, languages: a.Locales, known: b.Bearer}
	p, err := s.openProof(a.Resume, company)
	waiting := err == nil && p.Visit.SDK && !p.Visit.Only && p.Step == StepHandoff
	if waiting {
		pg.visit = p.Visit
	}
	if err := pg.want(a.Options); err != nil {
		return View{}, nil, err
	}
	if pg, err = s.read(ctx, company, pg); err != nil {
		return View{}, nil, err
	}
	s.began(pg)
	if waiting {
		return s.resume(ctx, hop{pg: pg, proof: p, action: a, browser: b})
	}
	v, err := s.entry(pg)
	return v, nil, err
}

// resume goes on waiting for a hand-off that a reload interrupted.
func (s *Service) resume(ctx context.Context, h hop) (View, []Cookie, error) {
	v, cookies, err := s.check(ctx, h)
	conn, ok := findConnection(h.pg.company, h.proof.Connection)
	if !errors.Is(err, ErrNothingNew) || !ok {
		return v, cookies, err
	}
	return s.handoffInTab(ctx, h.pg, conn, ticket{Hop: h.proof.Hop})
}
