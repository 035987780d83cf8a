package link

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Where the fintech has one-time links on, a page tells nothing until its
// script has spent the password of its address (link.md 4.3). Reading the
// address, as mail scanners do, uses nothing up. From then on the browser holds
// a session for the company, so that loading the page again and coming back
// from the provider need no second password.

// The kinds of gate.
const gateOTP = "otp"

const (
	bindGate    = "link-gate"
	bindSession = "link-session"

	sessionPrefix = "bowline_session_"
	sessionLife   = 24 * time.Hour
)

// gate is what the flow of a gate view holds: where the visit goes once it is
// open. It is bound apart from proofs, so that no action but open takes it.
type gate struct {
	Company    bowline.ID `json:"c"`
	Connection bowline.ID `json:"n,omitempty"` // the connection's own URL was opened
	Visit      visit      `json:"v"`
	Expires    time.Time  `json:"e"`
}

// gated says whether a visit needs a password first. An embedded one has an
// access token instead.
func (pg page) gated(e Entry) bool {
	return pg.set.oneTimeLinks && !pg.visit.SDK && !e.Trusted
}

// gateView tells nothing of the company, and of the fintech no more than who
// can help.
func (s *Service) gateView(pg page, connection bowline.ID) (View, error) {
	pg.visit.Locale = pg.set.locale
	flow, err := s.sealJSON(gate{
		Company: pg.company.ID, Connection: connection, Visit: pg.visit, Expires: s.Now().Add(proofLife),
	}, bindGate)
	if err != nil {
		return View{}, err
	}
	v := Gate(gateOTP, postPath(pg))
	v.Flow, v.Locale, v.Client = flow, pg.set.locale, whoHelps(pg)
	return v, nil
}

// whoHelps is what those may see who have not shown that they may see more.
func whoHelps(pg page) ClientView {
	c := pg.set.client
	return ClientView{SupportText: c.SupportText, PrimaryColor: c.PrimaryColor, ColorScheme: c.ColorScheme}
}

// Open spends the password of a Link URL and returns what the URL leads to: the
// company's first screen, or the way to the provider for a connection's own
// URL. The browser may be given a session then, of the kind that Proven says. A
// password that is wrong, used or too old is CodeUnauthorized, and the view is
// what to show for it; too many of them are CodeTooMany.
func (s *Service) Open(ctx context.Context, company bowline.ID, a Action) (Opened, error) {
	var g gate
	if err := s.openJSON(a.Flow, &g, bindGate); err != nil || s.Now().After(g.Expires) || g.Company != company {
		return Opened{}, bowline.Errorf(bowline.CodeExpired, "This page has been open for too long. Please load it again.")
	}
	pg, err := s.load(ctx, company, g.Visit)
	if err != nil {
		return Opened{}, err
	}
	conn, found := findConnection(pg.company, g.Connection)
	if g.Connection != "" && !found {
		return Opened{}, ErrNotFound
	}
	if err := s.checkRedirect(pg); err != nil { // a password is not wasted on it
		return Opened{}, err
	}
	if pg.set.oneTimeLinks { // else it was switched off meanwhile
		if err := s.Spend(ctx, company, a.OTP); err != nil {
			v := Expired(pg.set.locale)
			v.Client = whoHelps(pg)
			return Opened{View: v}, err
		}
		pg.known = true
	}
	opened := Opened{Session: company, Proven: pg.known}
	if found {
		opened.View, opened.Cookies, err = s.openConnection(ctx, pg, conn)
		return opened, err
	}
	s.began(pg)
	opened.View, err = s.entry(pg)
	return opened, err
}

// openConnection leads to the provider as the connection's own URL does.
func (s *Service) openConnection(ctx context.Context, pg page, conn bowline.Connection) (View, []Cookie, error) {
	url, cookie, view, err := s.startConnection(ctx, pg, conn, start{direct: true})
	if err != nil {
		return View{}, nil, err
	}
	if view != nil {
		return *view, nil, nil
	}
	v, err := s.view(pg, proof{
		Step: StepHandoff, SourceType: conn.SourceType, Integration: conn.IntegrationKey, Connection: conn.ID, Since: s.Now(),
	})
	if err != nil {
		return View{}, nil, err
	}
	v.Handoff = &HandoffView{Integration: s.tileOf(conn), Mode: HandoffRedirect, URL: url, CanHandOver: pg.canHandOver()}
	return v, []Cookie{cookie}, nil
}

// Known says whether there is a company, and does nothing else.
func (s *Service) Known(ctx context.Context, company bowline.ID) (bool, error) {
	_, err := s.Store.Link(ctx, company)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// session is the content of a session cookie.
type session struct {
	Company bowline.ID `json:"c"`
	Expires time.Time  `json:"e"`
	Proven  bool       `json:"p,omitempty"` // a one-time password was spent for it
}

// Session is the cookie by which a browser shows for a day that it has opened a
// company's journey. A browser may hold one for each of several companies.
// Proven is one that a one-time password was spent for; any other comes from a
// link that went from hand to hand.
func (s *Service) Session(company bowline.ID, proven bool) (Cookie, error) {
	value, err := s.sealJSON(session{company, s.Now().Add(sessionLife), proven}, bindSession)
	return Cookie{Name: sessionName(company), Value: value, Life: sessionLife}, err
}

// HasSession says whether a browser has opened a company's journey before.
func (s *Service) HasSession(company bowline.ID, cookies Cookies) bool {
	_, has := s.session(company, cookies)
	return has
}

// Proven says whether it has spent a one-time password for that.
func (s *Service) Proven(company bowline.ID, cookies Cookies) bool {
	held, has := s.session(company, cookies)
	return has && held.Proven
}

func (s *Service) session(company bowline.ID, cookies Cookies) (session, bool) {
	var held session
	value, ok := cookies[sessionName(company)]
	ok = ok && s.openJSON(value, &held, bindSession) == nil && held.Company == company && s.Now().Before(held.Expires)
	return held, ok
}

// known says whether whoever takes an action has shown more than an address: a
// company access token, or a browser that spent a one-time password.
func (s *Service) known(company bowline.ID, b Browser) bool {
	if b.Embedded {
		return b.Bearer
	}
	return s.Proven(company, b.Cookies)
}

// IsSessionCookie says whether a cookie of this name is a session.
func IsSessionCookie(name string) bool { return strings.HasPrefix(name, sessionPrefix) }

func sessionName(company bowline.ID) string {
	return sessionPrefix + strings.ReplaceAll(string(company), "-", "")
}
