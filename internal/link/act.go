package link

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/bowline/bowline"
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
// listed for the step that was drawn is refused. Switching the language is
// possible everywhere.
var steps = map[Step]map[string]decider{
	StepLanding: {ActStart: (*Service).start},
	StepMain: {
		ActConnect: (*Service).toPicker, ActReplace: (*Service).toPicker, ActAddAnother: (*Service).toPicker,
		ActResume: (*Service).toProvider, ActReconnect: (*Service).toProvider,
		ActShare: (*Service).toShare, ActFinish: (*Service).finish, ActBack: (*Service).toHome,
		ActManage: overseer((*Service).toManage),
	},
	StepManage: {
		ActDetails: overseer((*Service).toDetails), ActConnect: overseer((*Service).leaveManage),
		ActFinish: (*Service).finish, ActBack: overseer((*Service).toManage),
	},
	StepManaged: {
		ActDisconnect: overseerOf((*Service).toDisconnect), ActReconnect: overseer((*Service).reconnect),
		ActBack: overseer((*Service).toManage),
	},
	StepDisconnect: {
		ActConfirm: overseerOf((*Service).disconnect), ActCancel: overseerOf((*Service).backToDetails),
		ActBack: overseerOf((*Service).backToDetails),
	},
	StepDisconnected: {ActContinue: overseer((*Service).toManage), ActBack: overseer((*Service).toManage)},
	StepMismatch: {
		ActRetry: (*Service).again, ActCancel: (*Service).leaveMismatch, ActBack: (*Service).leaveMismatch,
	},
	StepPicker: {
		ActChoose: (*Service).toConsent, ActHandOver: (*Service).toConsentForColleague, ActDevice: (*Service).toDevice,
		ActNotListed: (*Service).toNotListed, ActBack: (*Service).toHome,
	},
	StepNotListed: {
		ActRequest: (*Service).requestIntegration, ActLeave: (*Service).leaveNotListed,
		ActContinue: (*Service).toHome, ActBack: (*Service).toPickerAgain,
	},
	StepConsent: {
		ActAccept: (*Service).accept, ActHandOver: (*Service).toConsentForColleague, ActDevice: (*Service).toDevice,
		ActBack: (*Service).toPickerAgain,
	},
	StepGuide: {
		ActConfirm: (*Service).confirmGuide, ActLater: (*Service).laterGuide, ActHandOver: (*Service).handOver,
		ActDevice: (*Service).toDevice, ActBack: (*Service).backGuide,
	},
	StepCredentials: {
		ActSubmit: (*Service).submitCredentials, ActHandOver: (*Service).handOver, ActDevice: (*Service).toDevice,
		ActBack: (*Service).toHome,
	},
	StepHandoff: {
		ActCheck: (*Service).check, ActHandOver: (*Service).handOver, ActDevice: (*Service).toDevice,
		ActBack: (*Service).toHome, ActRetry: (*Service).again,
	},
	StepHandOver: {
		ActCheck: (*Service).checkHandOver, ActSignIn: (*Service).again,
		ActContinue: (*Service).toHome, ActBack: (*Service).toHome,
	},
	StepDevice: {ActCheck: (*Service).checkDevice, ActContinue: (*Service).toHome, ActBack: (*Service).backDevice},
	StepHelper: {ActHelp: (*Service).help},
	StepTenants: {
		ActSelectTenant: (*Service).selectTenant, ActSelectTenants: (*Service).selectTenant,
		ActCancel: (*Service).cancelTenants, ActBack: (*Service).cancelTenants,
	},
	StepClosed: {ActContinue: (*Service).goOnHere},
	StepSuccess: {
		ActContinue: (*Service).toHome, ActAddAnother: (*Service).toPickerAgain,
		ActFinish: (*Service).finish, ActBack: (*Service).toHome,
	},
	StepError: {
		ActRetry: (*Service).again, ActHandOver: (*Service).handOver,
		ActContinue: (*Service).toHome, ActBack: (*Service).toHome,
	},
	StepShare: {
		ActShare: (*Service).share, ActConnect: (*Service).toPicker, ActBack: (*Service).toHome,
	},
	StepShared: {ActContinue: (*Service).toHome, ActBack: (*Service).toHome},
}

// Act decides what follows an action. It refuses a proof that is not good for
// the company, the step or the action; everything else that the customer can
// do wrong leads to a view. The cookies are for the browser to keep. When a
// page asked for news and there is none, the error is [ErrNothingNew].
func (s *Service) Act(ctx context.Context, company bowline.ID, a Action, b Browser) (View, []Cookie, error) {
	p, err := s.openProof(a.Flow, company)
	if err != nil {
		return View{}, nil, err
	}
	if p.Visit.Helper != "" { // whose actions have an address of their own: see ActHelper
		return View{}, nil, errOtherPlace
	}
	return s.act(ctx, p, a, b)
}

var errOtherPlace error = bowline.Errorf(bowline.CodeInvalid, "This page belongs to another place. Please load it again.")

// act is Act for a proof that has been opened.
func (s *Service) act(ctx context.Context, p proof, a Action, b Browser) (View, []Cookie, error) {
	if p.Visit.SDK != b.Embedded || p.Visit.SDK && p.Visit.Only != b.Only { // each is let in differently
		return View{}, nil, errOtherPlace
	}
	decide, ok := steps[p.Step][a.Action]
	if a.Action == ActLanguage {
		decide, ok = (*Service).language, true
	}
	if !ok || p.Visit.Only && !slices.Contains(connectionsActions, a.Action) {
		return View{}, nil, bowline.Errorf(bowline.CodeInvalid, "That cannot be done on this screen.")
	}
	pg := page{visit: p.Visit, known: s.known(p.Company, b)}
	if err := pg.want(a.Options); err != nil {
		return View{}, nil, err
	}
	pg, err := s.read(ctx, p.Company, pg)
	if err != nil {
		return View{}, nil, err
	}
	h := hop{pg: pg, proof: p, action: a, browser: b}
	s.tellBack(h)
	v, cookies, err := decide(s, ctx, h)
	if err == nil && pg.visit.Direct && v.Step == StepSuccess {
		v, err = s.leaveDirect(ctx, pg, v)
	}
	return told(v), cookies, err
}

// leaveDirect sends a visit that began at a connection's own URL straight back
// to the fintech once the connection is there (link.md 4.8); without a redirect
// the success is shown.
func (s *Service) leaveDirect(ctx context.Context, pg page, success View) (View, error) {
	pg.visit.Last = &touched{Connection: success.Success.ConnectionID, Code: 200}
	v, err := s.doneView(ctx, pg)
	if err != nil || v.Done.RedirectURL == "" {
		return success, err
	}
	return v, nil
}

// want reads the options of the host page, which come with every action: they
// are nothing to keep.
func (pg *page) want(options json.RawMessage) (err error) {
	if !pg.visit.SDK {
		return nil
	}
	if pg.visit.Only {
		wanted, warnings, err := bowline.ParseConnectionsOptions(options)
		pg.details, pg.warnings = wanted.DataTypes, warnings
		return err
	}
	wanted, warnings, err := bowline.ParseLinkOptions(options)
	pg.options, pg.warnings = &wanted, warnings
	return err
}

// told keeps the callbacks to those who have a host page to tell, and to those
// that the host page knows (link.md 2.2 and 3.1).
func told(v View) View {
	switch {
	case v.Post == ConnectionsPath:
		v.Events = connectionsEvents(v.Events)
	case strings.HasPrefix(v.Post, sdkArea):
		v.Events = slices.DeleteFunc(v.Events, func(e Event) bool { return e.Type == EventDisconnect })
	default:
		v.Events = nil
	}
	return v
}

// toHome goes to where the visitor chooses what is next: the list, or for a
// helper the one thing to do.
func (s *Service) toHome(ctx context.Context, h hop) (View, []Cookie, error) {
	v, err := s.home(ctx, h.pg)
	return v, nil, err
}

// home is the screen that every way leads back to.
func (s *Service) home(ctx context.Context, pg page) (View, error) {
	switch {
	case pg.visit.Helper != "":
		return s.helperView(ctx, pg)
	case pg.once():
		return s.overView(pg)
	case pg.managing():
		return s.manageView(pg)
	}
	return s.mainView(pg)
}

func (s *Service) toPicker(_ context.Context, h hop) (View, []Cookie, error) {
	for _, t := range s.shownTypes(h.pg) {
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
	in, err := s.choice(h.action.IntegrationKey, h.pg)
	if err != nil {
		return View{}, nil, err
	}
	v, err := s.consentView(h.pg, in, false)
	return v, nil, err
}

// choice finds a row of the picker that this visit may choose.
func (s *Service) choice(tile string, pg page) (pick, error) {
	p, ok := s.picked(pg.company.InstanceID, tile)
	if !ok || !pg.offers(&p.Integration) {
		return pick{}, bowline.Errorf(bowline.CodeInvalid, "That software is not on offer.")
	}
	return p, nil
}

// toProvider goes on with a connection that exists: a pending or a lost one.
func (s *Service) toProvider(ctx context.Context, h hop) (View, []Cookie, error) {
	conn, ok := findConnection(h.pg.company, h.action.ConnectionID)
	if !ok {
		return View{}, nil, bowline.Errorf(bowline.CodeNotFound, "That connection is no longer there.")
	}
	return s.onward(ctx, h, conn, eventStarted(conn))
}

// again repeats the attempt of the screen that is left. A host page that is
// about to be left itself says where it wants to be found again.
func (s *Service) again(ctx context.Context, h hop) (View, []Cookie, error) {
	conn, ok := findConnection(h.pg.company, h.proof.Connection)
	if !ok {
		return s.toHome(ctx, h)
	}
	if h.action.Return != "" && h.pg.visit.SDK && conn.Status != bowline.Linked {
		return s.leaveHost(ctx, h, conn)
	}
	return s.onward(ctx, h, conn)
}

// onward leads to the sign-in of a connection that does not work, and tells the
// host page.
func (s *Service) onward(ctx context.Context, h hop, conn bowline.Connection, events ...Event) (View, []Cookie, error) {
	if conn.Status == bowline.Linked {
		return drawn(s.connectedView(ctx, h.pg, conn, h.proof))
	}
	pg := h.pg
	pg.visit.Started = true
	way := s.signIn
	if h.proof.Step == StepHandoff || h.proof.Step == StepError || h.proof.Step == StepMismatch { // the guided steps were done before
		way = s.proceed
	}
	if h.proof.Step != StepHandoff { // whoever comes back may have gone because of an answer
		pg.visit.Answers = pg.visit.Answers.again()
	}
	v, cookies, err := way(ctx, pg, conn)
	if err != nil {
		return View{}, nil, err
	}
	v.Events = append(events, v.Events...) // started before whatever came of it
	return v, cookies, nil
}

func (s *Service) finish(ctx context.Context, h hop) (View, []Cookie, error) {
	if h.pg.visit.Helper != "" || !s.list(h.pg).CanFinish {
		return s.toHome(ctx, h)
	}
	s.tellSkipped(h.pg)
	v, err := s.doneView(ctx, h.pg)
	return withEvents(v, eventFinish()), nil, err
}
