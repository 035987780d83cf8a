package link

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
)

// A connection stays with the business that it was made for. Whoever signs in
// to another one changes nothing: what was granted goes back, the timeline notes
// it, and the customer sees both names.

// maxSelected bounds how many names are kept of a sign-in that reaches many.
const maxSelected = 5

// mismatchMessage is for the developers of a host page; it names no organisation.
const mismatchMessage = "Another organization was selected than the one that the connection belongs to"

// selection is the content of Authorization.Context after a mismatch.
type selection struct {
	Selected []string `json:"selected,omitempty"`
}

// namesOf are the names of organisations, for selection.
func namesOf[T oauth.Tenant | bowline.Tenant](tenants ...T) []string {
	var names []string
	for _, t := range tenants {
		if t := bowline.Tenant(t); t.Name != "" && len(names) < maxSelected && !slices.Contains(names, t.Name) {
			names = append(names, t.Name)
		}
	}
	return names
}

// mismatchOf is the problem of a sign-in that reaches other organisations.
func mismatchOf[T oauth.Tenant | bowline.Tenant](tenants ...T) problem {
	p := problem{reason: reasonMismatch}
	if names := namesOf(tenants...); len(names) > 0 {
		text, _ := json.Marshal(selection{names}) // texts alone: it cannot fail
		p.context = string(text)
	}
	return p
}

// knownAs is an organisation with the name that the customer knows it by: that of
// the business where the organisation has none.
func knownAs(t bowline.Tenant, business string) bowline.Tenant {
	if t.Name == "" || t.Name == t.ID {
		t.Name = business
	}
	return t
}

// mismatchView shows which business was expected and which one was selected.
func (s *Service) mismatchView(ctx context.Context, pg page, conn bowline.Connection, a bowline.Authorization) (View, error) {
	p := proof{Step: StepMismatch, SourceType: conn.SourceType, Integration: conn.IntegrationKey, Connection: conn.ID, Authorization: a.ID}
	v, err := s.view(pg, p)
	if err != nil {
		return View{}, err
	}
	if pg.managing() {
		if v.Managed, err = s.details(ctx, pg, conn); err != nil {
			return View{}, err
		}
	} else {
		v.Main = s.list(pg)
	}
	var told selection
	_ = json.Unmarshal([]byte(a.Context), &told) // what cannot be read is unknown
	v.Mismatch = &MismatchView{
		Integration: s.tileOf(conn), Previous: businessName(conn), Selected: told.Selected, Leads: s.leads(conn), CorrelationID: a.CorrelationID,
	}
	if v.Mismatch.Selected == nil {
		v.Mismatch.Selected = []string{}
	}
	return withEvents(v, eventError(errorCodeOf(reasonMismatch), mismatchMessage, a.CorrelationID, true)), nil
}

// leaveMismatch goes back to where the reconnection was asked for.
func (s *Service) leaveMismatch(ctx context.Context, h hop) (View, []Cookie, error) {
	if conn, ok := h.pg.managedOne(h.proof.Connection); ok && h.pg.managing() {
		return drawn(s.managedView(ctx, h.pg, conn))
	}
	return s.toHome(ctx, h)
}
