package link

import (
	"context"
	"slices"

	"github.com/bowline/bowline"
)

// The screens that a preview can begin with, and those that it draws again when
// the draft has changed.

// consentOf draws the consent for the first software of a type.
func (s preview) consentOf(pg page, t bowline.SourceType) (View, error) {
	tiles := s.tilesOf(pg, t)
	if len(tiles) == 0 {
		return s.entry(pg)
	}
	return s.consentView(pg, tiles[0], false)
}

// onWay draws what comes before the sign-in of the first software that has that.
func (s preview) onWay(pg page, has func(pick) bool) (View, error) {
	tiles := s.tilesOf(pg, "")
	at := slices.IndexFunc(tiles, has)
	if at < 0 {
		return s.entry(pg)
	}
	pg, conn := s.set(pg, tileKey(tiles[at].Key, tiles[at].row.ID), bowline.PendingAuth)
	pg.visit.Started = true
	return s.signIn(pg, conn)
}

// choosing draws the choice of a business, of several where the draft allows it.
func (s preview) choosing(pg page) (View, error) {
	tiles := s.tilesOf(pg, "")
	at := slices.IndexFunc(tiles, func(p pick) bool { return p.Tenants != nil && p.Tenants.Multiple })
	if at < 0 {
		return s.entry(pg)
	}
	pg, conn := s.set(pg, tileKey(tiles[at].Key, tiles[at].row.ID), bowline.PendingAuth)
	pg.visit.Started = true
	return s.tenantsView(pg, conn, sampleChoice())
}

// connected draws a screen of a company that has connected one of each type.
func (s preview) connected(ctx context.Context, pg page, name string) (View, error) {
	var first bowline.Connection
	for _, t := range s.shownTypes(pg) {
		if tiles := s.tilesOf(pg, t.sourceType); len(tiles) > 0 && (first.ID == "" || name != "success") {
			var conn bowline.Connection
			pg, conn = s.set(pg, tileKey(tiles[0].Key, tiles[0].row.ID), bowline.Linked)
			if first.ID == "" {
				first = conn
			}
		}
	}
	switch {
	case first.ID == "":
		return s.entry(pg)
	case name == "success":
		return s.successView(ctx, pg, first)
	case name == "done":
		return s.doneView(ctx, pg)
	case !pg.manages():
		return s.mainView(pg)
	case name == "managed":
		return s.managed(pg, first, StepManaged)
	case name == "disconnect":
		return s.managed(pg, first, StepDisconnect)
	}
	return s.manageView(pg)
}

// managed draws a step about one connection of the manage side. The journey's own
// reads when a lost one was lost.
func (s preview) managed(pg page, conn bowline.Connection, step Step) (View, error) {
	pg.visit.Manage = true
	v, err := s.view(pg, proof{Step: step, SourceType: conn.SourceType, Integration: conn.IntegrationKey, Connection: conn.ID})
	shown := s.managedConnection(pg, conn)
	v.Managed = &ManagedView{
		Connection: shown, BusinessName: businessName(conn), LinkedAt: conn.LinkedAt, DataTypes: []string{},
		CanDisconnect: conn.Status == bowline.Linked,
	}
	if conn.Status != bowline.Linked {
		now := s.Now()
		v.Managed.EndedAt, v.Managed.EndedBy, v.Managed.CanReconnect = &now, EndedByCustomer, true
		v.Managed.Leads = s.leads(conn)
	}
	switch step {
	case StepDisconnect:
		v.Disconnect = &DisconnectView{Connection: shown, DataTypes: v.Managed.DataTypes}
	case StepDisconnected:
		v.Disconnected = &DisconnectedView{Connection: shown}
	}
	return v, err
}

// overseen is of for the manage side, which a draft may have switched off.
func (s preview) overseen(h hop, id bowline.ID, then func(bowline.Connection) (View, error)) (View, error) {
	conn, ok := h.pg.managedOne(id)
	switch {
	case !h.pg.manages():
		return s.home(context.Background(), h.pg)
	case !ok:
		return s.manageView(h.pg)
	}
	return then(conn)
}

func (s preview) details(h hop) (View, error) {
	id := h.proof.Connection
	if h.action.Action == ActDetails {
		id = h.action.ConnectionID
	}
	return s.overseen(h, id, func(conn bowline.Connection) (View, error) { return s.managed(h.pg, conn, StepManaged) })
}

func (s preview) ask(h hop) (View, error) {
	return s.overseen(h, h.proof.Connection, func(conn bowline.Connection) (View, error) { return s.managed(h.pg, conn, StepDisconnect) })
}

func (s preview) disconnect(h hop) (View, error) {
	return s.overseen(h, h.proof.Connection, func(conn bowline.Connection) (View, error) {
		pg := h.pg
		if tile, ok := tileOfSample(pg, conn.ID); ok {
			pg, conn = s.set(pg, tile, bowline.Unlinked)
		}
		return s.managed(pg, conn, StepDisconnected)
	})
}

// again draws the screen of a proof with the draft as it is now, as far as the
// draft still has it.
func (s preview) again(pg page, p proof) (View, error) {
	ctx := context.Background() // nothing is read
	conn, connected := findConnection(pg.company, p.Connection)
	in, known := s.catalogOf(pg.company.InstanceID).Get(p.Integration)
	switch {
	case p.Step == StepInvite:
		return s.invite(pg, "")
	case p.Step == StepLanding:
		return s.entry(pg)
	case p.Step == StepMain:
		return s.mainView(pg)
	case p.Step == StepNotListed:
		return s.notListedView(pg, &NotListedView{SourceType: p.SourceType, Sent: pg.visit.Last != nil && pg.visit.Last.Code == outcomeNotListed})
	case p.Step == StepPicker && slices.ContainsFunc(s.shownTypes(pg), func(t typeSetting) bool { return t.sourceType == p.SourceType }):
		return s.pickerView(pg, p.SourceType)
	case p.Step == StepConsent:
		if picked, ok := s.picked(pg.company.InstanceID, p.tile()); ok {
			return s.consentView(pg, picked, p.ForColleague && pg.canHandOver())
		}
	case p.Step == StepDone:
		return s.doneView(ctx, pg)
	case p.Step == StepManage && pg.manages():
		return s.manageView(pg)
	case slices.Contains(managedSteps, p.Step) && connected && pg.manages():
		return s.managed(pg, conn, p.Step)
	case p.Step == StepGuide && connected && known:
		return s.guideView(pg, conn, in, proof{Authorization: p.Authorization, Index: p.Index})
	case p.Step == StepCredentials && connected:
		return s.form(pg, conn)
	case p.Step == StepTenants && connected:
		return s.tenantsView(pg, conn, sampleChoice())
	case p.Step == StepHandOver && connected && pg.canHandOver():
		return s.handedOver(pg, conn)
	case p.Step == StepDevice:
		return s.device(hop{pg: pg, proof: p})
	case p.Step == StepSuccess && connected:
		return s.successView(ctx, pg, conn)
	}
	return s.home(ctx, pg)
}
