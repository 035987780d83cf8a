package link

import (
	"context"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

// hop is one action on its way through the decider.
type hop struct {
	pg      page
	proof   proof
	action  Action
	browser Browser
}

// decider handles one action of one step. It returns the next view and, when
// the browser leaves for a provider, the attempt to keep.
type decider func(*Service, context.Context, hop) (View, []Cookie, error)

// steps is the whole journey: what may be done where. An action that is not
// listed for the step that was drawn is refused.
var steps = map[Step]map[string]decider{
	StepMain: {
		ActConnect: (*Service).toPicker, ActReplace: (*Service).toPicker, ActAddAnother: (*Service).toPicker,
		ActResume: (*Service).toProvider, ActReconnect: (*Service).toProvider,
		ActFinish: (*Service).finish,
	},
	StepPicker: {ActChoose: (*Service).toConsent, ActBack: (*Service).toMain},
	StepConsent: {
		ActAccept: (*Service).accept, ActBack: (*Service).toPickerAgain,
	},
	StepHandoff: {ActBack: (*Service).toMain, ActRetry: (*Service).again},
	StepTenants: {ActSelectTenant: (*Service).selectTenant, ActCancel: (*Service).cancelTenants, ActBack: (*Service).cancelTenants},
	StepSuccess: {
		ActContinue: (*Service).toMain, ActAddAnother: (*Service).toPickerAgain,
		ActFinish: (*Service).finish, ActBack: (*Service).toMain,
	},
	StepError: {ActRetry: (*Service).again, ActContinue: (*Service).toMain, ActBack: (*Service).toMain},
}

// Act decides what follows an action. It refuses a proof that is not good for
// the company, the step or the action; everything else that the customer can
// do wrong leads to a view. The cookies are for the browser to keep.
func (s *Service) Act(ctx context.Context, company bowline.ID, a Action, b Browser) (View, []Cookie, error) {
	p, err := s.openProof(a.Flow, company)
	if err != nil {
		return View{}, nil, err
	}
	decide, ok := steps[p.Step][a.Action]
	if !ok {
		return View{}, nil, bowline.Errorf(bowline.CodeInvalid, "That cannot be done on this screen.")
	}
	pg, err := s.load(ctx, company, p.Visit)
	if err != nil {
		return View{}, nil, err
	}
	return decide(s, ctx, hop{pg: pg, proof: p, action: a, browser: b})
}

func (s *Service) toMain(_ context.Context, h hop) (View, []Cookie, error) {
	v, err := s.mainView(h.pg)
	return v, nil, err
}

func (s *Service) toPicker(_ context.Context, h hop) (View, []Cookie, error) {
	for _, t := range s.shownTypes(h.pg.visit) {
		if t.sourceType == h.action.SourceType {
			v, err := s.pickerView(h.pg, t.sourceType)
			return v, nil, err
		}
	}
	return View{}, nil, bowline.Errorf(bowline.CodeInvalid, "There is nothing of that kind to connect.")
}

func (s *Service) toPickerAgain(_ context.Context, h hop) (View, []Cookie, error) {
	v, err := s.pickerView(h.pg, h.proof.SourceType)
	return v, nil, err
}

func (s *Service) toConsent(_ context.Context, h hop) (View, []Cookie, error) {
	in, err := s.choice(h.action.IntegrationKey, h.pg.visit)
	if err != nil {
		return View{}, nil, err
	}
	v, err := s.consentView(h.pg, in)
	return v, nil, err
}

// choice finds an integration that this visit may choose.
func (s *Service) choice(key string, v visit) (catalog.Integration, error) {
	in, ok := s.Catalog.Get(key)
	if !ok || !in.Enabled || (in.Sandbox && v.HideSandbox) {
		return catalog.Integration{}, bowline.Errorf(bowline.CodeInvalid, "That software is not on offer.")
	}
	return in, nil
}

// toProvider goes on with a connection that exists: a pending or a lost one.
func (s *Service) toProvider(ctx context.Context, h hop) (View, []Cookie, error) {
	conn, ok := findConnection(h.pg.company, h.action.ConnectionID)
	if !ok {
		return View{}, nil, bowline.Errorf(bowline.CodeNotFound, "That connection is no longer there.")
	}
	return s.handoff(ctx, h.pg, conn)
}

// again repeats the attempt of the screen that is left.
func (s *Service) again(ctx context.Context, h hop) (View, []Cookie, error) {
	conn, ok := findConnection(h.pg.company, h.proof.Connection)
	if !ok {
		return s.toMain(ctx, h)
	}
	return s.handoff(ctx, h.pg, conn)
}

func (s *Service) finish(_ context.Context, h hop) (View, []Cookie, error) {
	main, err := s.mainView(h.pg)
	if err != nil {
		return View{}, nil, err
	}
	if !main.Main.CanFinish {
		return main, nil, nil
	}
	v, err := s.doneView(h.pg)
	return v, nil, err
}
