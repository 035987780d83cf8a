package store

import (
	"context"
	"time"

	"github.com/bowline/bowline"
)

// Change says who changes something, why and when. It goes into the history
// and the event that every change of state leaves behind.
type Change struct {
	Actor         bowline.Actor
	Reason        string // for people; never raw provider text
	CorrelationID string
	Links         bowline.Links
	Now           time.Time
}

// CreateCompany inserts a company and its company.created event.
func (tx *Tx) CreateCompany(ctx context.Context, c bowline.Company, ch Change) error {
	event, err := bowline.NewCompanyEvent(bowline.CompanyCreated, c, ch.Links, ch.Now)
	if err != nil {
		return err
	}
	if err := tx.InsertCompany(ctx, c); err != nil {
		return err
	}
	return tx.AppendEvent(ctx, event)
}

// RemoveCompany deletes a company with everything that belongs to it, ends its
// relations and leaves its company.deleted event, and the proof of what was
// erased. The grants of its connections are to be ended at their providers. Call
// it after LockFamily; c is the company as that returned it.
func (tx *Tx) RemoveCompany(ctx context.Context, c bowline.Company, ch Change) error {
	event, err := bowline.NewCompanyEvent(bowline.CompanyDeleted, c, ch.Links, ch.Now)
	if err != nil {
		return err
	}
	if err := tx.leave(ctx, c); err != nil {
		return err
	}
	if err := tx.eraseCompany(ctx, c, ch); err != nil {
		return err
	}
	return tx.AppendEvent(ctx, event)
}

// MoveConnection takes a connection along one transition of the state machine
// (platform-api section 2.2) and writes state, history and event together:
// this is the only way by which a connection changes state. TriggerCreate
// inserts the connection, TriggerDelete deletes it and leaves a proof,
// TriggerUnlink and TriggerRevoke wipe its tokens. Those that are unlinked or
// deleted leave them, sealed, to be ended at the provider. Call it after LockCompany; co is the company
// as that returned it. A transition that the state does not know is refused
// with bowline.CodeInvalid; a connection changed meanwhile gives ErrConflict.
func (tx *Tx) MoveConnection(ctx context.Context, co bowline.Company, c *bowline.Connection, t bowline.Trigger, ch Change) error {
	from := c.Status
	eventType, err := c.Apply(t, ch.Now)
	if err != nil {
		return err
	}
	if err := tx.persistMove(ctx, c, t, ch); err != nil {
		return err
	}
	if t == bowline.TriggerCreate || t == bowline.TriggerLink {
		*tx.moves = append(*tx.moves, Move{*c, t, ch.Now})
	}
	if t != bowline.TriggerDelete { // a deleted connection takes its history along
		err = tx.AppendHistory(ctx, bowline.ConnectionHistory{
			ID: bowline.NewID(ch.Now), InstanceID: c.InstanceID, CompanyID: c.CompanyID, ConnectionID: c.ID,
			At: ch.Now, Trigger: t, From: from, To: c.Status,
			Reason: ch.Reason, Actor: ch.Actor, CorrelationID: ch.CorrelationID,
		})
		if err != nil {
			return err
		}
	}
	if eventType == "" {
		return nil
	}
	event, err := bowline.NewConnectionEvent(eventType, co, *c, ch.Links, ch.Now)
	if err != nil {
		return err
	}
	return tx.AppendEvent(ctx, event)
}

func (tx *Tx) persistMove(ctx context.Context, c *bowline.Connection, t bowline.Trigger, ch Change) error {
	switch t {
	case bowline.TriggerCreate:
		return tx.InsertConnection(ctx, *c)
	case bowline.TriggerDelete:
		return tx.eraseConnection(ctx, *c, ch)
	case bowline.TriggerUnlink:
		if err := tx.endGrantOf(ctx, *c, RevokeUnlinked, ch); err != nil {
			return err
		}
		fallthrough
	case bowline.TriggerRevoke:
		if err := tx.DeleteGrant(ctx, c.ID); err != nil {
			return err
		}
	}
	return tx.UpdateConnection(ctx, c)
}
