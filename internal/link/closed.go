package link

import (
	"context"

	"github.com/bowline/bowline"
)

// Closed is the page that a provider's tab ends on when another page waits for
// the result (link.md 1.3.9). It tells only the browser that signed in what
// came of it.
func (s *Service) Closed(ctx context.Context, authorization bowline.ID, b Browser) (View, error) {
	a, err := s.Store.Authorization(ctx, authorization)
	if err != nil {
		return nothingToClose(err)
	}
	att, mine := s.attemptFor(a.StateHash, b.Cookies)
	if !mine {
		return NotFound(), nil
	}
	pg, err := s.load(ctx, a.CompanyID, att.Visit)
	if err != nil {
		return nothingToClose(err)
	}
	// Whoever goes on here does so on a page of ours.
	pg.visit.SDK, pg.visit.Left = false, att.Visit.SDK || att.Visit.Left
	v, err := s.view(pg, proof{Step: StepClosed, Authorization: a.ID})
	if err != nil {
		return View{}, err
	}
	in, _ := s.catalogOf(a.InstanceID).Get(a.IntegrationKey)
	v.Closed = &ClosedView{Outcome: closedAs[a.Status], Name: in.Name}
	return v, nil
}

var closedAs = map[bowline.AuthorizationStatus]string{
	bowline.AuthorizationExchanging: ClosedWorking,
	bowline.AuthorizationChoosing:   ClosedChoose,
	bowline.AuthorizationLinked:     ClosedLinked,
	bowline.AuthorizationFailed:     ClosedFailed,
}

func nothingToClose(err error) (View, error) {
	if code := bowline.CodeOf(notFound(err)); code == bowline.CodeNotFound {
		return NotFound(), nil
	}
	return View{}, err
}

// goOnHere shows the result in the tab where the sign-in was, for somebody
// whose other page is gone.
func (s *Service) goOnHere(ctx context.Context, h hop) (View, []Cookie, error) {
	a, mine, err := s.chosen(ctx, h)
	if err != nil {
		return View{}, nil, err
	}
	if !mine {
		return s.toHome(ctx, h)
	}
	v, err := s.resultView(ctx, h.pg, a)
	return v, nil, err
}
