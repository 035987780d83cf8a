package link

import (
	"context"
	"net/url"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
)

// ticketLife is how long the address that a new tab opens is good for.
const ticketLife = 10 * time.Minute

const (
	bindTicket = "link-ticket"
	maxTicket  = 8 << 10
	maxReturn  = 2048
)

// ticket is what a host page's new tab carries to our origin, where the
// attempt's cookie can be set: a page of another site cannot set it.
type ticket struct {
	Company    bowline.ID `json:"c"`
	Connection bowline.ID `json:"n"`
	Hop        string     `json:"h"`
	Return     string     `json:"b,omitempty"`
	Visit      visit      `json:"v"`
	Expires    time.Time  `json:"e"`
}

// handoffInTab shows the page that waits while the provider is open in another
// tab. The sign-in is prepared once here, so that a provider that cannot be
// reached is told on this page and not in a new tab.
func (s *Service) handoffInTab(ctx context.Context, pg page, conn bowline.Connection, to ticket) (View, []Cookie, error) {
	if _, _, err := s.begin(ctx, pg, conn, start{}); err != nil {
		v, err := s.failed(ctx, pg, err)
		return v, nil, err
	}
	waiting := proof{
		Step: StepHandoff, SourceType: conn.SourceType, Integration: conn.IntegrationKey, Connection: conn.ID, Hop: to.Hop, Since: s.Now(),
	}
	if to.Hop == "" {
		to.Hop = oauth.NewToken()
		waiting.Hop = to.Hop
	}
	to.Company, to.Connection, to.Visit, to.Expires = pg.company.ID, conn.ID, pg.visit, s.Now().Add(ticketLife)
	sealed, err := s.sealJSON(to, bindTicket)
	if err != nil {
		return View{}, nil, err
	}
	v, err := s.view(pg, waiting)
	if err != nil {
		return View{}, nil, err
	}
	mode := HandoffTab
	if to.Return != "" {
		mode = HandoffRedirect
	}
	v.Handoff = &HandoffView{
		Integration: s.tileOf(conn), Mode: mode, Who: s.whoFor(pg, conn), CanHandOver: pg.canHandOver(),
		URL: s.Links.PublicURL + "/link/handoff?ticket=" + url.QueryEscape(sealed),
	}
	return v, nil, nil
}

// leaveHost prepares to leave a host page in its own tab, where no new one can
// be had, and to come back to it.
func (s *Service) leaveHost(ctx context.Context, h hop, conn bowline.Connection) (View, []Cookie, error) {
	back, err := url.Parse(h.action.Return)
	if err != nil || len(h.action.Return) > maxReturn || back.User != nil || back.Scheme+"://"+back.Host != h.browser.Origin {
		return View{}, nil, bowline.Errorf(bowline.CodeInvalid, "return must be an address of the page that asks.")
	}
	back.Fragment = ""
	return s.handoffInTab(ctx, h.pg, conn, ticket{Return: back.String()})
}

// OpenTicket lets a new tab through to the provider: it returns the provider's
// address and the attempt to keep, or the view to show instead. The address of a
// page that was left for a connection that works by now is its own, and there is
// no attempt.
func (s *Service) OpenTicket(ctx context.Context, text string) (string, Cookie, *View, error) {
	var t ticket
	if len(text) > maxTicket || s.openJSON(text, &t, bindTicket) != nil || s.Now().After(t.Expires) {
		return "", Cookie{}, new(simpleError(reasonExpired, t.Visit.Locale)), nil
	}
	pg, err := s.load(ctx, t.Company, t.Visit)
	if err != nil {
		if bowline.CodeOf(err) == bowline.CodeNotFound {
			return "", Cookie{}, new(NotFound()), nil
		}
		return "", Cookie{}, nil, err
	}
	conn, ok := findConnection(pg.company, t.Connection)
	if !ok {
		return "", Cookie{}, new(NotFound()), nil
	}
	switch {
	case conn.Status == bowline.Linked && t.Return != "": // the page that was left learns of it when it is back
		return t.Return, Cookie{}, nil, nil
	case conn.Status == bowline.Linked:
		v, err := s.connectedTab(pg, conn)
		return "", Cookie{}, &v, err
	}
	target, cookie, v, err := s.startConnection(ctx, pg, conn, start{hop: t.Hop, back: t.Return})
	if v != nil {
		v.Flow = "" // the page that opened this tab has the way on
	}
	return target, cookie, v, err
}
