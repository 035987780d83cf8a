package link

import (
	"context"
	"errors"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// HelperPath takes the actions of helpers. The company's own pages have its id
// in their addresses, and whoever knows that id can open them: a helper is
// never told it.
const HelperPath = "/link/go/journey"

// helperSteps are the screens on which a helper may do something. The rest are
// the owner's, and refuse a helper whatever a flow says.
var helperSteps = []Step{
	StepHelper, StepGuide, StepCredentials, StepHandoff, StepTenants, StepError, StepDevice, StepDone,
}

// ActHelper is Act for a helper, whose proof says which company it is about. It
// ends the visit at whatever screen a tab was left open once the hand-over is
// done or over.
func (s *Service) ActHelper(ctx context.Context, a Action, b Browser) (View, []Cookie, error) {
	p, err := s.openAnyProof(a.Flow)
	if err != nil {
		return View{}, nil, err
	}
	if p.Visit.Helper == "" || !slices.Contains(helperSteps, p.Step) {
		return View{}, nil, errOtherPlace
	}
	pg, err := s.load(ctx, p.Company, p.Visit)
	if err != nil {
		return View{}, nil, err
	}
	if a.Action == ActLanguage && slices.Contains(pg.set.locales, a.Locale) {
		pg.visit.Locale = a.Locale
		pg.set = s.resolve(pg)
	}
	helping, err := s.stillHelping(ctx, pg)
	if err != nil {
		return View{}, nil, err
	}
	if !helping {
		v, err := s.helperView(ctx, pg)
		return v, nil, err
	}
	return s.act(ctx, p, a, b)
}

// HelperResult is Result for the browser of a helper. Any other browser gets
// the gate, which tells nothing.
func (s *Service) HelperResult(ctx context.Context, authorization bowline.ID, b Browser) (View, error) {
	a, err := s.Store.Authorization(ctx, authorization)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return View{}, err
	}
	att, mine := s.attemptFor(a.StateHash, b.Cookies)
	if err != nil || !mine || att.Visit.Helper == "" {
		return Gate(GateCode, HelperPath), nil
	}
	pg, err := s.load(ctx, a.CompanyID, att.Visit)
	if bowline.CodeOf(err) == bowline.CodeNotFound {
		return Expired(""), nil
	}
	if err != nil {
		return View{}, err
	}
	v, err := s.resultView(ctx, pg, a)
	return told(v), err
}
