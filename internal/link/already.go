package link

import (
	"context"
	"errors"

	"github.com/bowline/bowline"
)

// Whoever has a Link URL knows the ids of what is connected, and may know
// nothing else (decision 20). So there is no way to the sign-in of a connection
// that works, whatever a page asks for: it has to be disconnected, or lost,
// first. What works is shown instead. A sign-in that began earlier and comes
// back later is the business of attach.

// errConnected says that a connection works by another sign-in than the one that
// was about to be linked.
var errConnected = errors.New("connection is linked by another sign-in")

// connectedView shows, in the place of a sign-in, that a connection works. A
// page that waited for that learns the result.
func (s *Service) connectedView(ctx context.Context, pg page, conn bowline.Connection, from proof) (View, error) {
	switch {
	case !from.Since.IsZero() && linkedSince(conn, from): // in another window, or by a colleague
		return s.successView(ctx, pg, conn)
	case pg.managing():
		return s.managedView(ctx, pg, conn)
	}
	return s.home(ctx, pg)
}

// connectedAt is what the own URL of a connection that works leads to: what is
// connected. From there it is a visit like any other.
func (s *Service) connectedAt(pg page) (View, error) {
	pg.visit.Direct = false
	return s.afterLanding(pg)
}

// connectedTab is where a host page's new tab ends whose connection works by
// now: it has nothing to do but to be closed.
func (s *Service) connectedTab(pg page, conn bowline.Connection) (View, error) {
	pg.visit.SDK, pg.visit.Left = false, true
	v, err := s.view(pg, proof{Step: StepClosed})
	if err != nil {
		return View{}, err
	}
	v.Closed = &ClosedView{Outcome: ClosedLinked, Name: conn.PlatformName}
	return v, nil
}

// admits says whether a connection may be linked to an organization, or why not:
// it belongs to another one, or another sign-in, as of a second tab, was faster.
// One that works and belongs to the same organization is linked again, with new
// tokens, as it is when somebody picks it anew. Where nothing says whose account
// it is, whoever came first stays.
func admits(conn bowline.Connection, t bowline.Tenant) (again bool, refused error) {
	switch {
	case conn.TenantID != "" && conn.TenantID != t.ID:
		return false, errMismatch
	case conn.Status != bowline.Linked:
		return false, nil
	case conn.TenantID == "":
		return false, errConnected
	}
	return true, nil
}
