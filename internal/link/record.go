package link

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// problem is why an authorization failed.
type problem struct {
	reason  string
	detail  string // the provider's words, cleaned by the OAuth client
	context string // kept as Authorization.Context, for the screen
	cause   error
	// unused is the grant that the attempt brought, and that is to be given back
	// if the attempt ends by this.
	unused *bowline.Grant
}

func problemOf(err error) problem {
	p := problem{reason: reasonOf(err), cause: err}
	var oe *oauth.Error
	if errors.As(err, &oe) {
		p.detail = oe.Detail
	}
	return p
}

// recordLimit is how long the recording of a result may take. It has a clock of
// its own: a provider that used up the exchange's must not cost the result.
const recordLimit = 10 * time.Second

func recording(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), recordLimit)
}

// fail ends an authorization and tells the connection, in one transaction. If
// another process ended it first, that result stands and is returned.
func (s *Service) fail(ctx context.Context, a bowline.Authorization, p problem) (bowline.Authorization, error) {
	ended, _, err := s.end(ctx, a, p)
	return ended, err
}

// end is fail, and says whether it was this call that ended the authorization.
func (s *Service) end(ctx context.Context, a bowline.Authorization, p problem) (bowline.Authorization, bool, error) {
	ctx, cancel := recording(ctx)
	defer cancel()
	// The customer's screen shows this correlation id as its reference.
	s.Logger.WarnContext(ctx, "authorization failed", "integration", a.IntegrationKey, "company", a.CompanyID,
		"connection", a.ConnectionID, "reason", p.reason, "error", p.cause, "correlationId", a.CorrelationID)
	now, from, before := s.Now(), a.Status, a
	a.Status, a.Reason, a.StatusText, a.FinishedAt = bowline.AuthorizationFailed, p.reason, p.detail, &now
	a.Tenants = nil
	if p.context != "" {
		a.Context = p.context
	}
	code, message := outcomeOf(p.reason)
	a.Outcome = code
	ch := s.change(ctx, bowline.ActorCustomer, describe(p.reason))
	var conn bowline.Connection
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		company, err := tx.LockCompany(ctx, a.InstanceID, a.CompanyID)
		if err != nil {
			return err
		}
		if err := tx.UpdateAuthorization(ctx, a, from); err != nil {
			return err
		}
		if p.unused != nil {
			if err := tx.EndGrant(ctx, s.unused(a, *p.unused)); err != nil {
				return err
			}
		}
		var ok bool
		if conn, ok = findConnection(company, a.ConnectionID); !ok {
			return nil
		}
		// One that works has no error because of another tab, and neither another
		// business nor coming late is a fault of the connection.
		if conn.Status != bowline.Linked && p.reason != reasonMismatch && p.reason != reasonConnected {
			conn.Fail(bowline.ConnectionError{
				StatusCode: strconv.Itoa(code), StatusText: p.detail, ErrorMessage: message, ErroredOnUTC: now,
			})
		}
		return tx.MoveConnection(ctx, company, &conn, bowline.TriggerFail, ch)
	})
	if err == nil && conn.ID != "" {
		s.tellFailed(ctx, before, conn.SourceType, p.reason)
		rest.Explain(ctx, p.reason, describe(p.reason))
	}
	ended, settledErr := s.settled(ctx, a, err)
	return ended, err == nil, settledErr
}

// abandon ends an authorization that may hold a grant for a choice, and gives
// that grant back to the provider, but only if it was this call that ended it:
// otherwise the grant may be the one that a connection now lives on.
func (s *Service) abandon(ctx context.Context, a bowline.Authorization, reason string) (bowline.Authorization, error) {
	kept, err := s.Store.AuthorizationGrant(ctx, a.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return a, err
	}
	held := err == nil
	p := problem{reason: reason}
	if held {
		p.unused = &kept
	}
	ended, _, err := s.end(ctx, a, p)
	return ended, err
}

// ExpireOverdue ends at most limit authorizations that were left unfinished,
// with a word to the connection, and returns how many there were.
func (s *Service) ExpireOverdue(ctx context.Context, limit int) (int, error) {
	overdue, err := s.Store.OverdueAuthorizations(ctx, s.Now(), limit)
	if err != nil {
		return 0, err
	}
	for _, a := range overdue {
		reason := reasonInterrupted
		if a.Status == bowline.AuthorizationChoosing {
			reason = reasonExpired
		}
		if _, err := s.abandon(ctx, a, reason); err != nil {
			return 0, err
		}
	}
	return len(overdue), nil
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
		first, err := s.Store.Authorization(ctx, a.ID)
		if errors.Is(err, store.ErrNotFound) { // deleted with its connection
			return bowline.Authorization{}, nil
		}
		return first, err
	case errors.Is(err, store.ErrNotFound): // the company was deleted meanwhile
		return bowline.Authorization{}, nil
	}
	return a, fmt.Errorf("record authorization: %w", err)
}

// offerChoice keeps the grant, sealed, until the customer has said which
// organisation it is for.
func (s *Service) offerChoice(ctx context.Context, a bowline.Authorization, given oauth.Grant, tenants []oauth.Tenant) (bowline.Authorization, error) {
	choices := make([]bowline.Tenant, len(tenants))
	for i, t := range tenants {
		choices[i] = bowline.Tenant(t)
	}
	ended, err := s.holdChoice(ctx, a, grantOf(a.ConnectionID, a.ID, given), choices)
	s.giveBackUnkept(ctx, a, ended, given)
	return ended, err
}

// holdChoice is offerChoice for a grant of any kind. Who gets a grant that could
// not be kept is for the caller.
func (s *Service) holdChoice(ctx context.Context, a bowline.Authorization, grant bowline.Grant, tenants []bowline.Tenant) (bowline.Authorization, error) {
	ctx, cancel := recording(ctx)
	defer cancel()
	from := a.Status
	a.Status, a.ExpiresAt, a.Tenants = bowline.AuthorizationChoosing, s.Now().Add(choiceLife), tenants
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.UpdateAuthorization(ctx, a, from); err != nil {
			return err
		}
		return tx.PutAuthorizationGrant(ctx, a.ID, grant)
	})
	if err == nil {
		return a, nil
	}
	return s.settled(ctx, a, err)
}

func grantOf(connection, family bowline.ID, g oauth.Grant) bowline.Grant {
	return bowline.Grant{
		ConnectionID: connection, Family: family, AccessToken: g.AccessToken.Reveal(), RefreshToken: g.RefreshToken.Reveal(),
		IDToken: g.IDToken.Reveal(), TokenType: g.TokenType, Scopes: g.Scopes, Claims: g.Claims, ExpiresAt: g.ExpiresAt, IssuedAt: g.IssuedAt,
		RefreshExpiresAt: g.RefreshExpiresAt, Extra: g.Values,
	}
}

// scheduled says of a grant when somebody has to look after it first.
func (s *Service) scheduled(in catalog.Integration, g bowline.Grant) bowline.Grant {
	g.RenewAt = oauth.NextRefresh(in, oauthGrant(g), string(cmp.Or(g.Family, g.ConnectionID)), s.Now())
	return g
}

// reaching adds to a grant what later requests need of the organisation.
func reaching(g bowline.Grant, t bowline.Tenant) bowline.Grant {
	if len(t.Values) == 0 {
		return g
	}
	extra := maps.Clone(g.Extra)
	if extra == nil {
		extra = map[string]string{}
	}
	for name, value := range t.Values {
		extra["tenant."+name] = value
	}
	g.Extra = extra
	return g
}

// settlement is what a sign-in leads to: the organisations that are connected
// with a grant. An integration without organisations has one without an id.
type settlement struct {
	grant   oauth.Grant
	tenants []bowline.Tenant
	guided  bool // the steps after the sign-in are done
}

// settle links what was chosen, after the steps that the integration wants
// done first.
func (s *Service) settle(ctx context.Context, in catalog.Integration, a bowline.Authorization, what settlement) (bowline.Authorization, error) {
	switch {
	case len(in.After) > 0 && !what.guided:
		return s.hold(ctx, a, what)
	case len(what.tenants) > 1:
		return s.linkEach(ctx, in, a, what)
	}
	return s.link(ctx, in, a, what.grant, what.tenants[0])
}

// errMismatch says that a connection belongs to another organisation than the
// one that was about to be linked.
var errMismatch = errors.New("connection belongs to another organisation")

// link makes the connection Linked: tokens, state, history, event and the end
// of the authorization are one transaction. Where a company may have only one
// connection of the type, the former one is unlinked in it (link.md 1.3.12). A
// connection never changes to another organisation, whatever other tabs did
// meanwhile.
func (s *Service) link(ctx context.Context, in catalog.Integration, a bowline.Authorization, given oauth.Grant, tenant bowline.Tenant) (bowline.Authorization, error) {
	name, err := s.companyName(ctx, in, given, tenant)
	if err != nil {
		return s.giveBack(ctx, a, given, reasonOf(err))
	}
	ctx, cancel := recording(ctx)
	defer cancel()
	now, from := s.Now(), a.Status
	linked := a
	linked.Status, linked.Outcome, linked.FinishedAt, linked.Tenants = bowline.AuthorizationLinked, 200, &now, nil
	b := bond{linked, from, s.scheduled(in, reaching(grantOf(a.ConnectionID, a.ID, given), tenant)), tenant, name}
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		done, err := s.attach(ctx, tx, b)
		if err == nil {
			linked = done
		}
		return err
	})
	switch {
	case errors.Is(err, errMismatch):
		return s.giveBackFor(ctx, a, given, mismatchOf(knownAs(tenant, name)))
	case errors.Is(err, errConnected):
		return s.giveBack(ctx, a, given, reasonConnected)
	case errors.Is(err, store.ErrNotFound):
		return s.giveBack(ctx, a, given, reasonGone)
	case errors.Is(err, store.ErrConflict) && from == bowline.AuthorizationExchanging:
		// Somebody ended the attempt before its grant was ever stored, so no
		// connection can live on it. After a choice one could.
		s.discard(ctx, a, given)
	}
	return s.settled(ctx, linked, err)
}

// companyName asks the platform for the business's name; that of the
// organisation, where it has one, does instead. The name is a courtesy: the
// connection is as good without, so it may not take long. An error means that
// the platform will tell nothing to this person, or to this business.
func (s *Service) companyName(ctx context.Context, in catalog.Integration, given oauth.Grant, tenant bowline.Tenant) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, courtesyLimit)
	defer cancel()
	name, err := s.OAuth.CompanyName(ctx, in, given, oauth.Tenant(tenant))
	if err != nil {
		s.Logger.WarnContext(ctx, "read company name", "integration", in.Key, "error", err)
	}
	switch reason := oauth.ReasonOf(err); {
	case reason == oauth.Role || reason == oauth.Lapsed:
		return "", err
	case name == "" && tenant.Name != tenant.ID:
		return tenant.Name, nil
	}
	return name, nil
}
