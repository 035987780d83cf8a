package renewal

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/store"
)

// ending is why connections are deauthorized, in words for the fintech's staff.
type ending string

// The endings.
const (
	endedRefused     ending = "The provider no longer accepts the authorization."
	endedLost        ending = "The provider no longer accepts the authorization. The answer to an earlier attempt to renew it may have been lost."
	endedRunOut      ending = "The access ended, and the provider gave nothing to renew it with."
	endedCredentials ending = "The provider no longer accepts the credentials."
	endedStrayed     ending = "The authorization no longer reaches this organization."
)

// over deauthorizes every connection of the renewal.
func (t *turn) over(why ending, cause error) {
	t.leave(nil)
	go func() {
		if err := t.gather(context.WithoutCancel(t.k.calls)); err != nil {
			t.giveBack(t.k.now().Add(soonFirst))
			return
		}
		t.deauthorize(t.unit.Members, why, cause)
	}()
}

// endSome deauthorizes the members whose organization is gone; the others live
// on.
func (t *turn) endSome(strayed []store.Member) {
	t.leave(nil)
	go t.deauthorize(strayed, endedStrayed, nil)
}

// deauthorize takes connections along: state, error item, history and event of
// all are one transaction. What changed meanwhile is left to another turn.
func (t *turn) deauthorize(members []store.Member, why ending, cause error) {
	k := t.k
	ctx := context.WithoutCancel(k.calls)
	e := ended{members, why, cause, store.Change{
		Actor: bowline.ActorProvider, Reason: string(why), Links: k.options.Links, Now: k.now(),
	}}
	e.change.CorrelationID = string(bowline.NewID(e.change.Now))
	err := k.store.Write(ctx, func(tx *store.Tx) error { return t.endIn(ctx, tx, e) })
	switch {
	case errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound):
		t.giveBack(k.now().Add(soonFirst))
		return
	case err != nil:
		k.log.ErrorContext(ctx, "a connection whose grant has ended could not be deauthorized", "renewal", t.unit.ID, "error", err)
		t.later(err)
		return
	}
	for _, m := range members {
		k.log.InfoContext(ctx, "connection deauthorized", "integration", t.in.Key, "connection", m.Connection, "company", m.Company,
			"reason", string(why), "error", cause, "correlationId", e.change.CorrelationID)
	}
	if len(members) == len(t.unit.Members) {
		t.end(t.did(), outcomeEnded, nil)
		return
	}
	t.unit.Members = slices.DeleteFunc(slices.Clone(t.unit.Members), func(m store.Member) bool { return contains(members, m.Connection) })
	t.unit.Grant = t.unit.Members[0].Grant
	t.stands()
}

// ended is what deauthorize writes.
type ended struct {
	members []store.Member
	why     ending
	cause   error
	change  store.Change
}

// endIn is deauthorize inside its transaction.
func (t *turn) endIn(ctx context.Context, tx *store.Tx, e ended) error {
	companies := map[bowline.ID]bowline.Company{}
	for _, id := range companiesOf(e.members) { // in one order, so that two never wait for each other
		c, err := tx.LockCompany(ctx, t.unit.Instance, id)
		if err != nil {
			return err
		}
		companies[id] = c
	}
	if err := t.still(ctx, tx, e); err != nil {
		return err
	}
	for _, m := range e.members {
		company := companies[m.Company]
		i := slices.IndexFunc(company.DataConnections, func(c bowline.Connection) bool { return c.ID == m.Connection })
		if i < 0 || company.DataConnections[i].Status != bowline.Linked {
			return store.ErrConflict
		}
		conn := company.DataConnections[i]
		if e.why == endedStrayed && len(e.members) == len(t.unit.Members) {
			if err := t.leaves(ctx, tx, m, e.change); err != nil {
				return err
			}
		}
		conn.Fail(bowline.ConnectionError{
			StatusCode: statusOf(e.cause), StatusText: detailOf(e.cause), ErrorMessage: string(e.why), ErroredOnUTC: e.change.Now,
		})
		if err := tx.MoveConnection(ctx, company, &conn, bowline.TriggerRevoke, e.change); err != nil {
			return err
		}
	}
	return nil
}

// leaves has a grant ended at the provider that is good, and of which nobody here
// has any use: it reaches other organizations only.
func (t *turn) leaves(ctx context.Context, tx *store.Tx, m store.Member, ch store.Change) error {
	return tx.EndGrant(ctx, store.Revocation{
		Instance: t.unit.Instance, Company: m.Company, Connection: m.Connection, IntegrationKey: t.unit.IntegrationKey, TenantID: m.TenantID,
		Unit: t.unit.ID, Grant: m.Grant, Reason: store.RevokeStrayed, CorrelationID: ch.CorrelationID, Created: ch.Now,
	})
}

// still says, by ErrConflict, when the grant that was judged is not the one that
// is stored any more: it was connected again, or refreshed by somebody else.
func (t *turn) still(ctx context.Context, tx *store.Tx, e ended) error {
	if len(e.members) == len(t.unit.Members) {
		return tx.EndRenewal(ctx, t.unit)
	}
	for _, m := range e.members {
		held, err := tx.Grant(ctx, m.Connection)
		if err != nil {
			return err
		}
		if held.AccessToken != m.Grant.AccessToken || held.RefreshToken != m.Grant.RefreshToken {
			return store.ErrConflict
		}
	}
	return nil
}

func companiesOf(members []store.Member) []bowline.ID {
	var ids []bowline.ID
	for _, m := range members {
		ids = append(ids, m.Company)
	}
	slices.SortFunc(ids, func(a, b bowline.ID) int { return strings.Compare(string(a), string(b)) })
	return slices.Compact(ids)
}

func contains(members []store.Member, id bowline.ID) bool {
	return slices.ContainsFunc(members, func(m store.Member) bool { return m.Connection == id })
}

// statusOf is the provider's status, as the error items of connections have it;
// 401 where it did not answer with one.
func statusOf(cause error) string {
	var oe *oauth.Error
	var pe *probe.Error
	switch {
	case errors.As(cause, &oe) && oe.Status >= 400:
		return strconv.Itoa(oe.Status)
	case errors.As(cause, &pe) && pe.Status >= 400:
		return strconv.Itoa(pe.Status)
	}
	return "401"
}

// detailOf is the provider's own text, cleaned by the OAuth client.
func detailOf(cause error) string {
	var oe *oauth.Error
	if errors.As(cause, &oe) {
		return oe.Detail
	}
	return ""
}
