package link

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
)

// start is how an authorization begins.
type start struct {
	direct bool   // at the connection's own URL
	hop    string // of the page that waits in another tab
	back   string // page of the host to return to
}

// begin prepares one authorization: the provider's URL and the cookie that
// binds it to this browser. Nothing is stored; the callback stores the result.
func (s *Service) begin(ctx context.Context, pg page, conn bowline.Connection, how start) (string, Cookie, error) {
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	if !ok || !in.Enabled {
		return "", Cookie{}, &failure{reason: reasonMisconfigured, connection: conn}
	}
	a := attempt{
		State: oauth.NewToken(), Verifier: oauth.NewToken(), Nonce: oauth.NewToken(),
		Instance: pg.company.InstanceID, Company: pg.company.ID, Connection: conn.ID, Integration: in.Key,
		Direct: how.direct, Hop: how.hop, Return: how.back, Visit: pg.visit, StartedAt: s.Now(),
	}
	if row, of := s.rowOf(conn, &in); of {
		a.Row = row.ID
	}
	url, err := s.OAuth.AuthorizeURL(ctx, s.request(in, a))
	if err != nil {
		return "", Cookie{}, &failure{reason: reasonOf(err), connection: conn, cause: err}
	}
	value, err := s.sealJSON(a, bindAttempt)
	if err != nil {
		return "", Cookie{}, err
	}
	return url, Cookie{Name: CookieName(hashState(a.State)), Value: value, Life: attemptLife + resultLife}, nil
}

func (s *Service) request(in catalog.Integration, a attempt) oauth.Request {
	values := a.Visit.answered(in, a.Connection)
	if a.Row != "" {
		values["row.id"] = a.Row
	}
	return oauth.Request{
		Integration: in, RedirectURI: s.Links.Callback(in.Key),
		State: a.State, Nonce: a.Nonce, Verifier: a.Verifier, Values: values,
	}
}

// handoff shows the way to the provider, or the error screen when the provider
// cannot be reached at all.
func (s *Service) handoff(ctx context.Context, pg page, conn bowline.Connection) (View, []Cookie, error) {
	if pg.visit.SDK {
		return s.handoffInTab(ctx, pg, conn, ticket{})
	}
	url, cookie, err := s.begin(ctx, pg, conn, start{})
	if err != nil {
		v, err := s.failed(ctx, pg, err)
		return v, nil, err
	}
	v, err := s.view(pg, proof{
		Step: StepHandoff, SourceType: conn.SourceType, Integration: conn.IntegrationKey, Connection: conn.ID, Since: s.Now(),
	})
	if err != nil {
		return View{}, nil, err
	}
	v.Handoff = &HandoffView{Integration: s.tileOf(conn), Mode: HandoffRedirect, URL: url, Who: s.whoFor(pg, conn), CanHandOver: pg.canHandOver()}
	return v, []Cookie{cookie}, nil
}

// canHandOver says whether somebody else may be asked to sign in. A helper
// cannot pass on what was handed to them, and the Connections SDK has no words
// for it.
func (pg page) canHandOver() bool { return pg.set.handOver && pg.visit.Helper == "" && !pg.visit.Only }

// Start serves a connection's own URL: it returns the provider's URL and the
// attempt to keep, or, when that is impossible, the view to show instead.
func (s *Service) Start(ctx context.Context, company, connection bowline.ID, e Entry) (string, Cookie, *View, error) {
	pg, err := s.read(ctx, company, page{visit: s.visit(e), languages: e.Locales, known: e.Known})
	if err == nil {
		if conn, ok := findConnection(pg.company, connection); ok {
			pg.visit.Direct = true
			if pg.gated(e) {
				v, err := s.gateView(pg, connection)
				return "", Cookie{}, &v, err
			}
			if err := s.checkRedirect(pg); err != nil {
				return "", Cookie{}, nil, err
			}
			return s.startConnection(ctx, pg, conn, start{direct: true})
		}
		err = ErrNotFound
	}
	if bowline.CodeOf(err) == bowline.CodeNotFound {
		return "", Cookie{}, new(NotFound()), nil
	}
	return "", Cookie{}, nil, err
}

// startConnection leads to the provider of a connection, and to what is connected
// if it works: nobody signs in to that anew.
func (s *Service) startConnection(ctx context.Context, pg page, conn bowline.Connection, how start) (string, Cookie, *View, error) {
	if conn.Status == bowline.Linked {
		v, err := s.connectedAt(pg)
		return "", Cookie{}, &v, err
	}
	if how.direct && s.hasScreens(conn) {
		v, _, err := s.signIn(ctx, pg, conn)
		return "", Cookie{}, &v, err
	}
	url, cookie, err := s.begin(ctx, pg, conn, how)
	if err == nil {
		s.tellLeft(pg, conn)
		return url, cookie, nil, nil
	}
	v, err := s.failed(ctx, pg, err)
	return "", Cookie{}, &v, err
}

// failure is an attempt that ended before it reached the provider.
type failure struct {
	reason     string
	connection bowline.Connection
	cause      error
}

func (f *failure) Error() string {
	return fmt.Sprintf("start authorization: %s: %v", f.reason, f.cause)
}
func (f *failure) Unwrap() error { return f.cause }
