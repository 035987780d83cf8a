package link

import (
	"context"
	"slices"
	"time"

	"github.com/bowline/bowline"
)

// What a company has connected can be looked after: seen, ended and brought
// back, inside Link (link.md 1.3.17) and by the Connections SDK (3.2), which
// does nothing else. Ids of companies go from hand to hand in Link URLs, so a
// visit must have shown more than that.

// manages says whether a visit may look after what is connected: an embedded one
// with a company access token, or a hosted one whose browser spent a one-time
// password. Whoever got the visit from somebody else may not, nor may the tab of
// a provider, whose address can be passed on.
func (pg page) manages() bool {
	v := pg.visit
	if !pg.known || v.Helper != "" || v.Device != "" || v.Left {
		return false
	}
	if v.Only {
		return v.SDK
	}
	return pg.set.manage && (v.SDK || pg.set.oneTimeLinks)
}

// managing says whether a visit is on the side where things are looked after,
// to which it comes back from whatever it does there.
func (pg page) managing() bool { return (pg.visit.Manage || pg.visit.Only) && pg.manages() }

// once says whether a visit is over with the one thing that it came for: that
// of a helper, and of the Connections SDK outside of its host's page.
func (pg page) once() bool { return pg.visit.Helper != "" || pg.visit.Only && !pg.visit.SDK }

// managed are the connections of the company itself that were ever there, those
// that work first, the newest first. A pending one is for Link to finish.
func (pg page) managed() []bowline.Connection {
	var list []bowline.Connection
	for _, c := range pg.company.DataConnections {
		if c.Status != bowline.PendingAuth {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b bowline.Connection) int {
		if lost := (a.Status != bowline.Linked); lost != (b.Status != bowline.Linked) {
			if lost {
				return 1
			}
			return -1
		}
		return b.Created.Compare(a.Created)
	})
	return list
}

// managedOne finds one of them.
func (pg page) managedOne(id bowline.ID) (bowline.Connection, bool) {
	conn, ok := findConnection(pg.company, id)
	return conn, ok && conn.Status != bowline.PendingAuth
}

// opensWithManage says whether a visit begins with what is connected (link.md
// 1.1, row 6), unless the host page asks for it to be shared once more, which
// the main screen does.
func (s *Service) opensWithManage(pg page) bool {
	return pg.manages() && len(pg.managed()) > 0 &&
		!slices.ContainsFunc(s.list(pg).Types, func(c TypeCard) bool { return c.State == cardShare })
}

// overseer makes a decider of the manage side: a visit that may not do that, or
// may no more, is led to where it began.
func overseer(decide decider) decider {
	return func(s *Service, ctx context.Context, h hop) (View, []Cookie, error) {
		if !h.pg.manages() {
			return s.toHome(ctx, h)
		}
		h.pg.visit.Manage = true
		return decide(s, ctx, h)
	}
}

// overseerOf is overseer for deciders that are about the connection of the
// screen that is left. One that is gone leads to the list.
func overseerOf(decide func(*Service, context.Context, hop, bowline.Connection) (View, error)) decider {
	return overseer(func(s *Service, ctx context.Context, h hop) (View, []Cookie, error) {
		conn, ok := h.pg.managedOne(h.proof.Connection)
		if !ok {
			return drawn(s.manageView(h.pg))
		}
		return drawn(decide(s, ctx, h, conn))
	})
}

func (s *Service) toManage(_ context.Context, h hop) (View, []Cookie, error) {
	return drawn(s.manageView(h.pg))
}

// leaveManage goes on to what else could be connected.
func (s *Service) leaveManage(_ context.Context, h hop) (View, []Cookie, error) {
	if h.pg.visit.Only {
		return drawn(s.manageView(h.pg))
	}
	h.pg.visit.Manage = false
	return drawn(s.mainView(h.pg))
}

func (s *Service) toDetails(ctx context.Context, h hop) (View, []Cookie, error) {
	conn, ok := h.pg.managedOne(h.action.ConnectionID)
	if !ok {
		return drawn(s.manageView(h.pg)) // gone since: the list shows what is there
	}
	return drawn(s.managedView(ctx, h.pg, conn))
}

func (s *Service) backToDetails(ctx context.Context, h hop, conn bowline.Connection) (View, error) {
	return s.managedView(ctx, h.pg, conn)
}

func (s *Service) manageView(pg page) (View, error) {
	pg.visit.Manage = true
	v, err := s.view(pg, proof{Step: StepManage})
	if err != nil {
		return View{}, err
	}
	v.Manage = s.manageList(pg)
	return v, nil
}

// manageList is the content of the list; it also stands behind the sheets that
// report a result there.
func (s *Service) manageList(pg page) *ManageView {
	list := &ManageView{Title: pg.set.manageTitle, Subtitle: pg.set.manageSubtitle, Connections: []ManagedConnection{}}
	for _, c := range pg.managed() {
		list.Connections = append(list.Connections, s.managedConnection(pg, c))
	}
	if !pg.visit.Only {
		list.CanConnect, list.CanFinish = len(s.shownTypes(pg)) > 0, s.list(pg).CanFinish
	}
	return list
}

func (s *Service) managedConnection(pg page, c bowline.Connection) ManagedConnection {
	shown := ManagedConnection{ConnectionTile: s.connectionTile(c), SourceType: c.SourceType, LastActive: c.LastSync}
	if at, used := pg.active[c.ID]; used && (c.LastSync == nil || at.After(*c.LastSync)) {
		shown.LastActive = &at
	}
	return shown
}

// managedView shows one connection, and what can be done about it.
func (s *Service) managedView(ctx context.Context, pg page, conn bowline.Connection) (View, error) {
	pg.visit.Manage = true
	return s.managedAt(ctx, pg, conn, proof{Step: StepManaged})
}

// managedAt draws a step that has the details of a connection on it, or behind it.
func (s *Service) managedAt(ctx context.Context, pg page, conn bowline.Connection, p proof) (View, error) {
	p.SourceType, p.Integration, p.Connection = conn.SourceType, conn.IntegrationKey, conn.ID
	p.Replaces = idsOf(replacedBy(pg.company, conn))
	v, err := s.view(pg, p)
	if err != nil {
		return View{}, err
	}
	v.Managed, err = s.details(ctx, pg, conn)
	return v, err
}

func (s *Service) details(ctx context.Context, pg page, conn bowline.Connection) (*ManagedView, error) {
	shown := &ManagedView{
		Connection: s.managedConnection(pg, conn), BusinessName: businessName(conn), LinkedAt: conn.LinkedAt,
		DataTypes: pg.details[conn.SourceType], CanDisconnect: conn.Status == bowline.Linked,
	}
	if shown.DataTypes == nil {
		shown.DataTypes = []string{}
	}
	if conn.Status == bowline.Linked {
		return shown, nil
	}
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	shown.CanReconnect = ok && in.Enabled
	shown.Leads = shown.CanReconnect && s.leads(conn)
	if ended := replacedBy(pg.company, conn); shown.CanReconnect && len(ended) > 0 {
		shown.Replaces = s.saying(pg, pg.set.words.Manage.Replaces, ended)
		shown.ReplaceButton = pg.set.words.Manage.ReplaceButton
	}
	history, err := s.Store.History(ctx, conn.InstanceID, conn.ID)
	if err != nil {
		return nil, err
	}
	for _, line := range slices.Backward(history) {
		if line.From == bowline.Linked && line.To == conn.Status {
			shown.EndedAt, shown.EndedBy = &line.At, endedBy(line)
			break
		}
	}
	return shown, nil
}

// businessName is what the customer knows the business by at the provider.
func businessName(c bowline.Connection) string {
	if c.TenantName != "" && c.TenantName != c.TenantID {
		return c.TenantName
	}
	return c.CompanyName
}

func endedBy(line bowline.ConnectionHistory) string {
	switch {
	case line.To == bowline.Deauthorized:
		return EndedByProvider
	case line.Actor == bowline.ActorCustomer:
		return EndedByCustomer
	}
	return EndedByClient
}

// leads says whether the way to a connection's software is the provider's page
// at once.
func (s *Service) leads(conn bowline.Connection) bool {
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	return ok && in.Enabled && !in.UsesCredentials() && len(in.Before) == 0 && len(in.Inputs) == 0
}

// ManageView lists what is connected (link.md 1.3.17). Title and subtitle are
// plain text.
type ManageView struct {
	Title       string              `json:"title"`
	Subtitle    string              `json:"subtitle"`
	Connections []ManagedConnection `json:"connections"`
	CanConnect  bool                `json:"canConnect"` // something else
	CanFinish   bool                `json:"canFinish"`
}

// ManagedConnection is one of the list. LastActive is when its data was last
// read, as far as we know.
type ManagedConnection struct {
	ConnectionTile
	SourceType bowline.SourceType `json:"sourceType"`
	LastActive *time.Time         `json:"lastActive,omitempty"`
}

// ManagedView is one connection in detail.
type ManagedView struct {
	Connection    ManagedConnection `json:"connection"`
	BusinessName  string            `json:"businessName,omitempty"` // at the provider
	LinkedAt      *time.Time        `json:"linkedAt,omitempty"`
	EndedAt       *time.Time        `json:"endedAt,omitempty"` // with a connection that does not work
	EndedBy       string            `json:"endedBy,omitempty"` // EndedByCustomer, EndedByClient or EndedByProvider
	DataTypes     []string          `json:"dataTypes"`         // Markdown, as the host page says
	CanDisconnect bool              `json:"canDisconnect"`
	CanReconnect  bool              `json:"canReconnect"`
	Leads         bool              `json:"leads"` // reconnecting goes to the provider's sign-in at once
	// Replaces says what reconnecting ends, and ReplaceButton is its button then.
	Replaces      string `json:"replaces,omitempty"`
	ReplaceButton string `json:"replaceButton,omitempty"`
}

// The values of ManagedView.EndedBy.
const (
	EndedByCustomer = "customer"
	EndedByClient   = "client"
	EndedByProvider = "provider"
)

// DisconnectView asks whether a connection is to be ended.
type DisconnectView struct {
	Connection ManagedConnection `json:"connection"`
	DataTypes  []string          `json:"dataTypes"` // Markdown, as the host page says
}

// DisconnectedView says that it was.
type DisconnectedView struct {
	Connection ManagedConnection `json:"connection"`
}

// MismatchView says that a connection was about to be brought back with another
// business than its own (link.md 1.3.18). Names may be unknown.
type MismatchView struct {
	Integration   Tile     `json:"integration"`
	Previous      string   `json:"previous"`
	Selected      []string `json:"selected"`
	Leads         bool     `json:"leads"` // trying again goes to the provider's sign-in at once
	CorrelationID string   `json:"correlationId,omitempty"`
}
