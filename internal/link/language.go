package link

import (
	"context"
	"errors"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// language draws the screen that is left in another language of those offered,
// and keeps it for the rest of the visit. Nothing happens by it: whatever was
// told to the host page is not told again.
func (s *Service) language(ctx context.Context, h hop) (View, []Cookie, error) {
	if err := s.speak(&h.pg, h.action.Locale); err != nil {
		return View{}, nil, err
	}
	v, cookies, err := s.translated(ctx, h)
	v.Events = nil
	return v, cookies, err
}

// speak turns a page to a language of those offered.
func (s *Service) speak(pg *page, locale string) error {
	if !slices.Contains(pg.set.locales, locale) {
		return bowline.Errorf(bowline.CodeInvalid, "That language is not on offer.")
	}
	pg.visit.Locale = locale
	pg.set = s.resolve(*pg)
	return nil
}

// translated draws the screen of a proof again, in the language of the page.
// Screens whose content only the browser has, such as a link that was shown
// once, give way to the one where the visitor chooses what is next.
func (s *Service) translated(ctx context.Context, h hop) (View, []Cookie, error) {
	pg, p := h.pg, h.proof
	conn, connected := findConnection(pg.company, p.Connection)
	switch {
	case pg.visit.Helper == "" && p.Step == StepLanding && pg.set.landing != nil:
		return drawn(s.landingView(pg))
	case pg.visit.Helper == "" && p.Step == StepShare:
		return drawn(s.shareView(pg, p.SourceType))
	case pg.visit.Helper == "" && p.Step == StepNotListed:
		return drawn(s.notListedView(pg, &NotListedView{SourceType: p.SourceType, Sent: pg.visit.Last != nil && pg.visit.Last.Code == 501}))
	case p.Step == StepManage && pg.managing():
		return drawn(s.manageView(pg))
	case connected && slices.Contains(managedSteps, p.Step) && pg.managing():
		return s.translatedManaged(ctx, h, conn)
	case p.Step == StepTenants:
		return s.translatedTenants(ctx, h, conn)
	case p.Step == StepGuide && connected:
		if in, ok := s.catalogOf(h.pg.company.InstanceID).Get(p.Integration); ok {
			return drawn(s.guideView(pg, conn, in, p))
		}
	case p.Step == StepHandoff && connected && pg.visit.SDK: // the page goes on waiting for the same tab
		return s.handoffInTab(ctx, pg, conn, ticket{Hop: p.Hop})
	case p.Step == StepHandoff && connected:
		return s.handoff(ctx, pg, conn)
	case p.Step == StepSuccess && connected && conn.Status == bowline.Linked:
		return drawn(s.successView(ctx, pg, conn))
	case p.Step == StepMismatch && connected:
		return s.translatedMismatch(ctx, h, conn)
	case p.Step == StepError && p.Reason != "":
		return drawn(s.errorView(pg, conn, p.Reason, p.Reference))
	case p.Step == StepDone && pg.visit.Helper == "":
		return drawn(s.doneView(ctx, pg))
	}
	return s.redraw(ctx, pg, p)
}

func (s *Service) translatedTenants(ctx context.Context, h hop, conn bowline.Connection) (View, []Cookie, error) {
	a, mine, err := s.chosen(ctx, h)
	if err != nil {
		return View{}, nil, err
	}
	if !mine || conn.ID == "" || a.Status != bowline.AuthorizationChoosing {
		return s.toHome(ctx, h)
	}
	return drawn(s.tenantsView(h.pg, conn, a))
}

// managedSteps are about one connection of the manage side.
var managedSteps = []Step{StepManaged, StepDisconnect, StepDisconnected}

func (s *Service) translatedManaged(ctx context.Context, h hop, conn bowline.Connection) (View, []Cookie, error) {
	switch {
	case h.proof.Step == StepDisconnect && conn.Status == bowline.Linked:
		return drawn(s.disconnectView(ctx, h.pg, conn))
	case h.proof.Step == StepDisconnected && conn.Status == bowline.Unlinked:
		return drawn(s.disconnectedView(ctx, h.pg, conn))
	}
	return drawn(s.managedView(ctx, h.pg, conn))
}

func (s *Service) translatedMismatch(ctx context.Context, h hop, conn bowline.Connection) (View, []Cookie, error) {
	a, err := s.Store.Authorization(ctx, h.proof.Authorization)
	if errors.Is(err, store.ErrNotFound) || err == nil && a.ConnectionID != conn.ID {
		return s.toHome(ctx, h)
	}
	if err != nil {
		return View{}, nil, err
	}
	return drawn(s.mismatchView(ctx, h.pg, conn, a))
}

// drawn is a view without cookies.
func drawn(v View, err error) (View, []Cookie, error) { return v, nil, err }
