package link

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
)

// made is one company that a choice of several organisations led to.
type made struct {
	Company    bowline.ID `json:"company"`
	Connection bowline.ID `json:"connection"`
}

// outcome is the content of Authorization.Context once it is linked.
type outcome struct {
	Linked []made `json:"linked,omitempty"`
	Again  bool   `json:"again,omitempty"` // it came to a connection that was there before
	// Replaced are the connections that were disconnected by it.
	Replaced []bowline.ID `json:"replaced,omitempty"`
}

// outcomeIn reads what an authorization led to besides the one connection that
// it was for.
func outcomeIn(a bowline.Authorization) outcome {
	var o outcome
	if a.Context == "" || json.Unmarshal([]byte(a.Context), &o) != nil {
		return outcome{}
	}
	return o
}

// takesSeveral says whether several organisations may be connected at once
// (link.md 1.3.10). A connection that was linked before stays with its own.
func (s *Service) takesSeveral(pg page, conn bowline.Connection) bool {
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	return ok && conn.Status == bowline.PendingAuth && pg.set.multiEntity && (in.Tenants != nil && in.Tenants.Multiple || in.Credentials.ListsSeveral()) && conn.TenantID == "" &&
		pg.visit.Helper == "" // who was asked for one connection
}

// linkEach makes the company a parent: each organisation becomes a company of
// its own below it, with a linked connection. The connection that was made for
// the sign-in has done its part and goes; what was agreed to is recorded with
// each new one. All of it is one transaction.
func (s *Service) linkEach(ctx context.Context, in catalog.Integration, a bowline.Authorization, what settlement) (bowline.Authorization, error) {
	ctx, cancel := recording(ctx)
	defer cancel()
	now, from := s.Now(), a.Status
	linked := a
	linked.Status, linked.Outcome, linked.FinishedAt, linked.Tenants = bowline.AuthorizationLinked, 200, &now, nil
	consents, err := s.Store.Consents(ctx, a.InstanceID, a.ConnectionID)
	if err != nil {
		if from == bowline.AuthorizationExchanging { // else it is kept, and given back when its time is over
			s.discard(ctx, a, what.grant)
		}
		return a, err
	}
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		parent, err := tx.LockFamily(ctx, a.InstanceID, a.CompanyID)
		if err != nil {
			return err
		}
		conn, ok := findConnection(parent, a.ConnectionID)
		if !ok || conn.Status != bowline.PendingAuth {
			return store.ErrNotFound
		}
		result := outcome{}
		for _, tenant := range what.tenants {
			child, err := s.linkChild(ctx, tx, parent, conn, childOf{in, tenant, a.ID, what, consents})
			if err != nil {
				return err
			}
			result.Linked = append(result.Linked, child)
		}
		text, err := json.Marshal(result)
		if err != nil {
			return fmt.Errorf("encode outcome: %w", err)
		}
		linked.Context, linked.ConnectionID = string(text), result.Linked[0].Connection
		if err := tx.UpdateAuthorization(ctx, linked, from); err != nil {
			return err
		}
		if _, err := s.finishHelp(ctx, tx, linked); err != nil {
			return err
		}
		if err := tx.ReassignAuthorization(ctx, a.ID, linked.ConnectionID); err != nil {
			return err
		}
		return tx.MoveConnection(ctx, parent, &conn, bowline.TriggerDelete,
			s.change(ctx, bowline.ActorCustomer, "Several organizations were connected, each as a company of its own."))
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return s.giveBack(ctx, a, what.grant, reasonGone)
	case bowline.CodeOf(err) == bowline.CodeLimit: // the fintech's to mend; its words are no customer's
		return s.giveBack(ctx, a, what.grant, reasonMisconfigured)
	case errors.Is(err, store.ErrConflict) && from == bowline.AuthorizationExchanging:
		s.discard(ctx, a, what.grant)
	}
	return s.settled(ctx, linked, err)
}

// childOf is what a child company is made from.
type childOf struct {
	in            catalog.Integration
	tenant        bowline.Tenant
	authorization bowline.ID
	what          settlement
	consents      []bowline.Consent
}

// linkChild makes one company below parent, with its connection, linked, and
// the consent that the parent's customer gave.
func (s *Service) linkChild(ctx context.Context, tx *store.Tx, parent bowline.Company, like bowline.Connection, of childOf) (made, error) {
	ch := s.change(ctx, bowline.ActorCustomer, "")
	child := bowline.Company{
		ID: bowline.NewID(ch.Now), InstanceID: parent.InstanceID, Name: childName(of.tenant, parent),
		Created: ch.Now, CreatedByUserName: parent.CreatedByUserName, Products: parent.Products, Tags: parent.Tags,
	}
	if err := tx.RoomForCompany(ctx, parent.InstanceID, s.CompanyLimit); err != nil {
		return made{}, err
	}
	if err := tx.Relate(ctx, &child, bowline.Relations{Parent: parent.ID}); err != nil {
		return made{}, err
	}
	if err := tx.CreateCompany(ctx, child, ch); err != nil {
		return made{}, err
	}
	conn := like
	conn.ID, conn.CompanyID, conn.Status, conn.Created, conn.Version = bowline.NewID(ch.Now), child.ID, "", ch.Now, 0
	conn.DataConnectionErrors = nil
	if err := tx.MoveConnection(ctx, child, &conn, bowline.TriggerCreate, ch); err != nil {
		return made{}, err
	}
	for _, c := range of.consents {
		c.ID, c.CompanyID, c.ConnectionID = bowline.NewID(ch.Now), child.ID, conn.ID
		if err := tx.InsertConsent(ctx, c); err != nil {
			return made{}, err
		}
	}
	if err := tx.PutGrant(ctx, s.scheduled(of.in, reaching(grantOf(conn.ID, of.authorization, of.what.grant), of.tenant))); err != nil {
		return made{}, err
	}
	conn.Identify(of.tenant, of.tenant.Name)
	return made{child.ID, conn.ID}, tx.MoveConnection(ctx, child, &conn, bowline.TriggerLink, ch)
}

// childName is the organisation's name, as far as a company may have it.
func childName(t bowline.Tenant, parent bowline.Company) string {
	name := bowline.CleanCompanyName(t.Name, true)
	if runes := []rune(name); len(runes) > bowline.MaxCompanyName {
		name = string(runes[:bowline.MaxCompanyName])
	}
	if name == "" {
		return parent.Name
	}
	return name
}

// childConnections are the connections of the companies below a parent.
func (s *Service) childConnections(ctx context.Context, c bowline.Company) ([]bowline.Connection, error) {
	if len(c.ReferenceSubsidiaryCompanies) == 0 {
		return nil, nil
	}
	return s.Store.ConnectionsOf(ctx, c.InstanceID, c.Relations().Subsidiaries)
}

// manyView says which organisations are connected, with a callback for each.
func (s *Service) manyView(ctx context.Context, pg page, a bowline.Authorization, all []made) (View, error) {
	var linked []bowline.Connection
	for _, m := range all {
		conn, err := s.Store.Connection(ctx, a.InstanceID, m.Company, m.Connection)
		if errors.Is(err, store.ErrNotFound) { // deleted since
			continue
		}
		if err != nil {
			return View{}, err
		}
		linked = append(linked, conn)
	}
	if len(linked) == 0 {
		return s.errorView(pg, bowline.Connection{}, reasonGone, a.CorrelationID)
	}
	pg.visit.Last = &touched{Connection: linked[len(linked)-1].ID, Authorization: a.ID, Code: 200}
	if pg.visit.Helper != "" {
		return s.helpedView(ctx, pg, linked[0])
	}
	first := linked[0]
	v, err := s.view(pg, proof{Step: StepSuccess, SourceType: first.SourceType})
	if err != nil {
		return View{}, err
	}
	v.Main = s.list(pg)
	v.Success = &SuccessView{Integration: s.tileOf(first), ConnectionID: first.ID, SourceType: first.SourceType}
	v.Success.goOn(*v.Main)
	v.closable()
	for _, conn := range linked {
		v.Success.TenantNames = append(v.Success.TenantNames, conn.TenantName)
		v = withEvents(v, eventConnection(conn))
	}
	return v, nil
}
