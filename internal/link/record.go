package link

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

// problem is why an authorization failed.
type problem struct {
	reason string
	detail string // the provider's words, cleaned by the OAuth client
	cause  error
}

func problemOf(err error) problem {
	p := problem{reason: reasonOf(err), cause: err}
	var oe *oauth.Error
	if errors.As(err, &oe) {
		p.detail = oe.Detail
	}
	return p
}

// fail ends an authorization and tells the connection, in one transaction. If
// another process ended it first, that result stands and is returned.
func (s *Service) fail(ctx context.Context, a bowline.Authorization, p problem) (bowline.Authorization, error) {
	if p.cause != nil {
		s.Logger.WarnContext(ctx, "authorization failed", "integration", a.IntegrationKey,
			"connection", a.ConnectionID, "reason", p.reason, "error", p.cause)
	}
	now, from := s.Now(), a.Status
	a.Status, a.Reason, a.StatusText, a.FinishedAt = bowline.AuthorizationFailed, p.reason, p.detail, &now
	a.Tenants = nil
	code, message := outcomeOf(p.reason)
	a.Outcome = code
	ch := s.change(ctx, bowline.ActorCustomer, describe(p.reason))
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		company, err := tx.LockCompany(ctx, a.InstanceID, a.CompanyID)
		if err != nil {
			return err
		}
		if err := tx.UpdateAuthorization(ctx, a, from); err != nil {
			return err
		}
		conn, ok := findConnection(company, a.ConnectionID)
		if !ok {
			return nil
		}
		conn.Fail(bowline.ConnectionError{
			StatusCode: strconv.Itoa(code), StatusText: p.detail, ErrorMessage: message, ErroredOnUTC: now,
		})
		return tx.MoveConnection(ctx, company, &conn, bowline.TriggerFail, ch)
	})
	return s.settled(ctx, a, err)
}

// settled returns what a write left: its own result, or that of the process
// which was faster.
func (s *Service) settled(ctx context.Context, a bowline.Authorization, err error) (bowline.Authorization, error) {
	switch {
	case err == nil:
		outcome := a.Reason
		if a.Status == bowline.AuthorizationLinked {
			outcome = string(a.Status)
		}
		s.observe(a.IntegrationKey, outcome)
		return a, nil
	case errors.Is(err, store.ErrConflict):
		return s.Store.Authorization(ctx, a.ID)
	case errors.Is(err, store.ErrNotFound): // the company was deleted meanwhile
		return bowline.Authorization{}, nil
	}
	return a, fmt.Errorf("record authorization: %w", err)
}

// offerChoice keeps the grant, sealed, until the customer has said which
// organisation it is for.
func (s *Service) offerChoice(ctx context.Context, a bowline.Authorization, given oauth.Grant, tenants []oauth.Tenant) (bowline.Authorization, error) {
	from := a.Status
	a.Status, a.ExpiresAt = bowline.AuthorizationChoosing, s.Now().Add(choiceLife)
	for _, t := range tenants {
		a.Tenants = append(a.Tenants, bowline.Tenant(t))
	}
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.UpdateAuthorization(ctx, a, from); err != nil {
			return err
		}
		return tx.PutAuthorizationGrant(ctx, a.ID, grantOf(a.ConnectionID, given))
	})
	if err == nil {
		return a, nil
	}
	return s.settled(ctx, a, err)
}

func grantOf(connection bowline.ID, g oauth.Grant) bowline.Grant {
	return bowline.Grant{
		ConnectionID: connection, AccessToken: g.AccessToken.Reveal(), RefreshToken: g.RefreshToken.Reveal(),
		IDToken: g.IDToken.Reveal(), TokenType: g.TokenType, Scopes: g.Scopes, Claims: g.Claims, ExpiresAt: g.ExpiresAt,
	}
}

// link makes the connection Linked: tokens, state, history, event and the end
// of the authorization are one transaction. Where a company may have only one
// connection of the type, the former one is unlinked in it (link.md 1.3.12).
func (s *Service) link(ctx context.Context, in catalog.Integration, a bowline.Authorization, given oauth.Grant, tenant bowline.Tenant) (bowline.Authorization, error) {
	name, err := s.OAuth.CompanyName(ctx, in, given, tenant.ID)
	if err != nil { // the name is a courtesy; the connection is as good without
		s.Logger.WarnContext(ctx, "read company name", "integration", in.Key, "error", err)
	}
	now, from := s.Now(), a.Status
	a.Status, a.Outcome, a.FinishedAt, a.Tenants = bowline.AuthorizationLinked, 200, &now, nil
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		company, err := tx.LockCompany(ctx, a.InstanceID, a.CompanyID)
		if err != nil {
			return err
		}
		conn, ok := findConnection(company, a.ConnectionID)
		if !ok {
			return store.ErrNotFound
		}
		if err := tx.UpdateAuthorization(ctx, a, from); err != nil {
			return err
		}
		if err := s.replace(ctx, tx, company, conn); err != nil {
			return err
		}
		conn.TenantID, conn.TenantName, conn.CompanyName = tenant.ID, tenant.Name, name
		if err := tx.PutGrant(ctx, grantOf(conn.ID, given)); err != nil {
			return err
		}
		return tx.MoveConnection(ctx, company, &conn, bowline.TriggerLink, s.change(ctx, bowline.ActorCustomer, ""))
	})
	if err != nil {
		s.discard(ctx, in, given.AccessToken, given.RefreshToken)
		if errors.Is(err, store.ErrNotFound) {
			return s.fail(ctx, withStatus(a, from), problem{reason: reasonGone})
		}
	}
	return s.settled(ctx, a, err)
}

func withStatus(a bowline.Authorization, s bowline.AuthorizationStatus) bowline.Authorization {
	a.Status, a.FinishedAt = s, nil
	return a
}

// replace unlinks the connections whose place a newly linked one takes.
func (s *Service) replace(ctx context.Context, tx *store.Tx, company bowline.Company, linked bowline.Connection) error {
	if !linked.SourceType.Single() {
		return nil
	}
	for _, c := range company.DataConnections {
		if c.ID == linked.ID || c.SourceType != linked.SourceType || c.Status != bowline.Linked {
			continue
		}
		ch := s.change(ctx, bowline.ActorCustomer, "Replaced by a connection to "+linked.PlatformName+".")
		if err := tx.MoveConnection(ctx, company, &c, bowline.TriggerUnlink, ch); err != nil {
			return err
		}
	}
	return nil
}
