package link

import (
	"context"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// bond is what a sign-in, or typed credentials, give to a connection.
type bond struct {
	authorization bowline.Authorization // as it is once it is linked
	from          bowline.AuthorizationStatus
	grant         bowline.Grant // of whichever connection it comes to
	tenant        bowline.Tenant
	name          string // of the business inside the platform
}

// attach ends an authorization and makes its connection Linked, or the one that
// the company has to the same organization already (link.md 1.3.22): the same
// bank connected twice is one connection with new tokens, and one that was lost
// is brought back with its history. It returns the authorization as it is then.
// Call it inside a transaction that locks nothing yet; it may be run again.
func (s *Service) attach(ctx context.Context, tx *store.Tx, b bond) (bowline.Authorization, error) {
	a := b.authorization
	company, err := tx.LockCompany(ctx, a.InstanceID, a.CompanyID)
	if err != nil {
		return a, err
	}
	conn, ok := findConnection(company, a.ConnectionID)
	if !ok {
		return a, store.ErrNotFound
	}
	reason := ""
	again, refused := admits(conn, b.tenant)
	twin, found := twinOf(company, conn, b.tenant)
	result := outcome{Again: again}
	to := conn
	if found && a.HandOverID == "" {
		to, result.Again = twin, true
	}
	if result.Again {
		reason = "The same organization was connected again."
	}
	result.Replaced = idsOf(replacedBy(company, to))
	if err := noteOutcome(&a, result); err != nil {
		return a, err
	}
	if err := tx.UpdateAuthorization(ctx, a, b.from); err != nil {
		return a, err
	}
	if refused != nil {
		return a, refused
	}
	if to.ID != conn.ID {
		if err := s.giveTo(ctx, tx, conn, twin, a.ID); err != nil {
			return a, err
		}
		gone := s.change(ctx, bowline.ActorCustomer, "")
		if err := tx.MoveConnection(ctx, company, &conn, bowline.TriggerDelete, gone); err != nil {
			return a, err
		}
		conn = twin
	}
	if err := s.replace(ctx, tx, company, conn); err != nil {
		return a, err
	}
	conn.Identify(b.tenant, b.name)
	b.grant.ConnectionID = conn.ID
	if err := tx.PutGrant(ctx, b.grant); err != nil {
		return a, err
	}
	if helped, err := s.finishHelp(ctx, tx, a); err != nil {
		return a, err
	} else if helped != "" {
		reason = helped
	}
	a.ConnectionID = conn.ID
	return a, tx.MoveConnection(ctx, company, &conn, bowline.TriggerLink, s.change(ctx, bowline.ActorCustomer, reason))
}

// twinOf finds the company's connection to the organization that a pending one
// was about to be linked to: the one that works, else the one that worked last.
func twinOf(company bowline.Company, pending bowline.Connection, t bowline.Tenant) (bowline.Connection, bool) {
	var twin bowline.Connection
	if pending.Status != bowline.PendingAuth || t.ID == "" {
		return twin, false
	}
	for _, c := range company.DataConnections {
		if c.Status == bowline.PendingAuth || c.IntegrationKey != pending.IntegrationKey || c.TenantID != t.ID {
			continue
		}
		if c.Status == bowline.Linked {
			return c, true
		}
		if twin.ID == "" || c.LinkedAt != nil && (twin.LinkedAt == nil || c.LinkedAt.After(*twin.LinkedAt)) {
			twin = c
		}
	}
	return twin, twin.ID != ""
}

// giveTo moves what belongs to a pending connection over to its twin, before
// the pending one goes: what was agreed to, and how the authorization ended.
func (s *Service) giveTo(ctx context.Context, tx *store.Tx, pending, twin bowline.Connection, authorization bowline.ID) error {
	consents, err := tx.Consents(ctx, pending.InstanceID, pending.ID)
	if err != nil {
		return err
	}
	for _, c := range consents {
		c.ID, c.ConnectionID = bowline.NewID(s.Now()), twin.ID
		if err := tx.InsertConsent(ctx, c); err != nil {
			return err
		}
	}
	return tx.ReassignAuthorization(ctx, authorization, twin.ID)
}
