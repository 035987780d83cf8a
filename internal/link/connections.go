package link

import (
	"context"

	"github.com/bowline/bowline"
)

// The Connections SDK (link.md 3) is a journey inside a host page that begins
// and ends with what is connected. Its visits are those with visit.Only.

// ConnectionsPath boots the Connections SDK and takes its actions. It names no
// company: the company access token does.
const ConnectionsPath = "/sdk/connections/journey"

// connectionsActions are all that can be done there.
var connectionsActions = []string{
	ActDetails, ActDisconnect, ActReconnect, ActConfirm, ActLater, ActSubmit, ActCheck, ActSelectTenant, ActCancel,
	ActContinue, ActRetry, ActBack, ActLanguage,
}

// AdmitConnections says whether a page of the given origin may show the
// Connections SDK. Unlike [Service.Admit] it always wants a company access
// token, whatever the fintech allows Link.
func (s *Service) AdmitConnections(ctx context.Context, bearer Bearer, origin string) error {
	if bearer == (Bearer{}) {
		return errNoBearer
	}
	return s.Admit(ctx, bearer.Company, bearer, origin)
}

// BootConnections returns the first view of the Connections SDK in a host page
// that has been admitted. As with [Service.BootEmbedded], a page that was
// reloaded while it waited for the provider goes on waiting.
func (s *Service) BootConnections(ctx context.Context, company bowline.ID, a Action, b Browser) (View, []Cookie, error) {
	pg := page{visit: visit{SDK: true, Only: true, Locale: a.Locale, Began: s.Now().Unix()}, languages: a.Locales, known: b.Bearer}
	p, err := s.openProof(a.Resume, company)
	waiting := err == nil && p.Visit.SDK && p.Visit.Only && p.Step == StepHandoff
	if waiting {
		pg.visit = p.Visit
	}
	if err := pg.want(a.Options); err != nil {
		return View{}, nil, err
	}
	if pg, err = s.read(ctx, company, pg); err != nil {
		return View{}, nil, err
	}
	if waiting {
		v, cookies, err := s.resume(ctx, hop{pg: pg, proof: p, action: a, browser: b})
		return told(v), cookies, err
	}
	return drawn(s.manageView(pg))
}

// connectionsEvents are the callbacks of link.md 3.1 for what happened.
func connectionsEvents(events []Event) []Event {
	var kept []Event
	for _, e := range events {
		switch e.Type {
		case EventConnection:
			kept = append(kept, Event{Type: EventReconnect, Connection: e.Connection})
		case EventDisconnect, EventReconnect, EventError:
			kept = append(kept, e)
		}
	}
	return kept
}

// reconnect goes on to the sign-in of a connection that was lost. It stays the
// connection that it is.
func (s *Service) reconnect(ctx context.Context, h hop) (View, []Cookie, error) {
	conn, ok := h.pg.managedOne(h.proof.Connection)
	switch {
	case !ok:
		return drawn(s.manageView(h.pg))
	case conn.Status == bowline.Linked, !h.warned(conn): // it, or one that it would end, was connected in another tab
		return drawn(s.managedView(ctx, h.pg, conn))
	}
	return s.onward(ctx, h, conn, eventStarted(conn))
}

// overView ends a visit of the Connections SDK that went on outside of its
// page: what is next is there.
func (s *Service) overView(pg page) (View, error) {
	v, err := s.view(pg, proof{Step: StepDone})
	if err != nil {
		return View{}, err
	}
	v.Done = &DoneView{Helper: true, Connections: []ConnectionTile{}}
	return v, nil
}
