package link

import (
	"context"
	"errors"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// ErrNothingNew answers a page that asked for news when there is none.
var ErrNothingNew = errors.New("nothing new")

// check tells a page that waits for another tab what came of it. Only what the
// server knows counts: a window that looks closed says nothing (link.md 7.2,
// row 1).
func (s *Service) check(ctx context.Context, h hop) (View, []Cookie, error) {
	s.tellBlocked(h)
	conn, ok := findConnection(h.pg.company, h.proof.Connection)
	a, err := s.Store.AuthorizationByHop(ctx, h.proof.Hop)
	switch {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return View{}, nil, err
	case err == nil && a.CompanyID == h.pg.company.ID && a.Status != bowline.AuthorizationExchanging:
		v, err := s.resultView(ctx, h.pg, a)
		return v, nil, err
	case err == nil:
		return View{}, nil, ErrNothingNew
	case !ok:
		v, err := s.errorView(h.pg, bowline.Connection{}, reasonGone, "")
		return v, nil, err
	case linkedSince(conn, h.proof): // in another window, or by a colleague
		v, err := s.successView(ctx, h.pg, conn)
		return v, nil, err
	}
	return View{}, nil, ErrNothingNew
}

// linkedSince says whether a connection was linked while a page waited for it.
func linkedSince(c bowline.Connection, p proof) bool {
	return c.Status == bowline.Linked && c.LinkedAt != nil && !c.LinkedAt.Before(p.Since)
}
