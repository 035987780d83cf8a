package connection

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

// probeLimit is how long the provider may take to confirm handed-over tokens.
// It is below the usual timeout of a caller's HTTP client.
const probeLimit = 20 * time.Second

// Authorize links a connection with tokens or credentials that the fintech
// already holds (platform-api section 2.2, "Update authorization"). The provider is asked
// first, so that only tokens which work are kept: what it refuses is
// CodeInvalid, a provider that cannot be reached CodeUnavailable. tenantId
// names the organisation where the integration has several; it may be left out
// when the tokens reach exactly one. CodeConflict says that the company has
// another active connection of a type that exists once, or that the connection
// belongs to another organisation: a connection never changes to another one. So
// is the refresh token of another connection, unless the access token is known to
// come from the same sign-in.
func (s *Service) Authorize(ctx context.Context, t Target, members map[string]string) (bowline.Connection, error) {
	conn, err := s.Store.Connection(ctx, t.Instance, t.Company, t.Connection)
	if errors.Is(err, store.ErrNotFound) {
		return bowline.Connection{}, unknown(t.Connection)
	}
	if err != nil {
		return bowline.Connection{}, fmt.Errorf("read connection: %w", err)
	}
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	if !ok || !in.Enabled {
		return bowline.Connection{}, bowline.Errorf(bowline.CodeInvalid, "The integration of this connection is not enabled.")
	}
	confirm := s.confirm
	if in.UsesCredentials() {
		confirm = s.confirmCredentials
	}
	found, err := confirm(ctx, in, members)
	if err != nil {
		return bowline.Connection{}, err
	}
	found.renewAt = oauth.NextRefresh(in, found.grant, string(conn.ID), s.Now().UTC())
	return s.link(ctx, t, found)
}

// confirm asks the provider of an OAuth integration whether tokens work.
func (s *Service) confirm(ctx context.Context, in catalog.Integration, members map[string]string) (confirmed, error) {
	grant, err := s.parse(in, members)
	if err != nil {
		return confirmed{}, err
	}
	return s.probe(ctx, in, grant, members[tenantMember(in)])
}

// confirmed is what the provider told about handed-over tokens or credentials.
type confirmed struct {
	grant       oauth.Grant
	fields      map[string]string // of an integration with credentials
	tenant      bowline.Tenant
	companyName string
	renewAt     time.Time // when somebody has to look after it first
}

// extra is what later requests need besides the tokens.
func (c confirmed) extra() map[string]string {
	if c.fields != nil {
		return c.fields
	}
	values := maps.Clone(map[string]string(c.grant.Values))
	for name, value := range c.tenant.Values {
		if values == nil {
			values = map[string]string{}
		}
		values["tenant."+name] = value
	}
	return values
}

// probe asks the provider with the tokens: for the organisations where the
// integration lists them, for the company's name where it tells it, else for
// the user. At least one of these calls shows whether the tokens work.
func (s *Service) probe(ctx context.Context, in catalog.Integration, grant oauth.Grant, tenantID string) (confirmed, error) {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	found := confirmed{grant: grant}
	if in.Tenants != nil || in.Tenant != nil {
		tenants, err := s.OAuth.Tenants(ctx, in, grant)
		if err != nil {
			return found, refusal(err)
		}
		if found.tenant, err = choose(tenants, tenantMember(in), tenantID); err != nil {
			return found, err
		}
	}
	if in.Company != nil {
		name, err := s.OAuth.CompanyName(ctx, in, grant, oauth.Tenant(found.tenant))
		if err != nil {
			return found, refusal(err)
		}
		found.companyName = name
	}
	if in.Tenants == nil && in.Company == nil { // a Tenant is told, not asked for
		_, err := s.OAuth.Userinfo(ctx, in, grant)
		if errors.Is(err, oauth.ErrUnsupported) {
			return found, bowline.Errorf(bowline.CodeInvalid,
				"This integration offers no way to check tokens, so it does not accept any.")
		}
		if err != nil {
			return found, refusal(err)
		}
	}
	return found, nil
}

// choose picks the organisation that was asked for, or the only one.
func choose(tenants []oauth.Tenant, member, id string) (bowline.Tenant, error) {
	for _, t := range tenants {
		if t.ID == id {
			return bowline.Tenant(t), nil
		}
	}
	switch {
	case len(tenants) == 0:
		return bowline.Tenant{}, bowline.Errorf(bowline.CodeInvalid, "The tokens do not reach any organisation.")
	case id != "":
		return bowline.Tenant{}, bowline.Errorf(bowline.CodeInvalid, "The tokens do not reach the organisation that %s names.", member)
	case len(tenants) == 1:
		return bowline.Tenant(tenants[0]), nil
	}
	return bowline.Tenant{}, bowline.Errorf(bowline.CodeInvalid,
		"The tokens reach %d organisations: name one with %s.", len(tenants), member)
}

// refusal gives a provider's failure its public form.
func refusal(err error) error {
	switch oauth.ReasonOf(err) {
	case oauth.Refused, oauth.Denied:
		return &bowline.Error{Code: bowline.CodeInvalid, Message: "The provider refused the credentials.", Cause: err}
	case oauth.Unavailable:
		return &bowline.Error{Code: bowline.CodeUnavailable, Message: "The provider cannot be reached at the moment; try again later.", Cause: err}
	}
	return &bowline.Error{Code: bowline.CodeInvalid, Message: "The provider did not confirm the credentials.", Cause: err}
}

// link stores the tokens and makes the connection Linked, in one transaction.
// Whether another connection stands in the way is decided inside of it.
func (s *Service) link(ctx context.Context, t Target, found confirmed) (bowline.Connection, error) {
	var conn bowline.Connection
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		company, err := s.lock(ctx, tx, t)
		if err != nil {
			return err
		}
		if conn, err = find(company, t.Connection); err != nil {
			return err
		}
		if err := room(company, conn); err != nil {
			return err
		}
		if conn.TenantID != "" && conn.TenantID != found.tenant.ID {
			return errElsewhere
		}
		conn.Identify(found.tenant, found.companyName)
		if err := tx.PutGrant(ctx, stored(conn.ID, found)); errors.Is(err, store.ErrOtherSignIn) {
			return errAnothers
		} else if err != nil {
			return err
		}
		return tx.MoveConnection(ctx, company, &conn, bowline.TriggerLink, s.change(ctx, t, "Authorized through the API."))
	})
	switch {
	case errors.Is(err, errElsewhere):
		err = errors.Join(err, s.note(ctx, t, "An authorization for another organization was handed over, and refused."))
	case errors.Is(err, errAnothers):
		err = errors.Join(err, s.note(ctx, t, "An authorization that belongs to another connection was handed over, and refused."))
	}
	if err != nil {
		return bowline.Connection{}, outcome("authorize connection", err)
	}
	return conn, nil
}

// errElsewhere refuses what is for another organisation. The tokens are the
// caller's, and nobody ends them.
var errElsewhere = bowline.Errorf(bowline.CodeConflict,
	"The connection belongs to another organisation; create a new connection for this one.")

// errAnothers refuses the refresh token of another connection with an access
// token that nobody knows to be of the same sign-in: the two would live on each
// other's access.
var errAnothers = bowline.Errorf(bowline.CodeConflict,
	"Another connection lives on this refresh token, and this access token is not known to come from the same sign-in; hand over the tokens of this connection, or the access token that the other one has now.")

// note writes a line into a connection's history that leaves it as it is. One that
// is gone by now has none.
func (s *Service) note(ctx context.Context, t Target, reason string) error {
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		company, err := s.lock(ctx, tx, t)
		if err != nil {
			return err
		}
		conn, err := find(company, t.Connection)
		if err != nil {
			return err
		}
		ch := s.change(ctx, t, reason)
		return tx.AppendHistory(ctx, bowline.ConnectionHistory{
			ID: bowline.NewID(ch.Now), InstanceID: t.Instance, CompanyID: t.Company, ConnectionID: conn.ID, At: ch.Now,
			Trigger: bowline.TriggerNote, From: conn.Status, To: conn.Status, Reason: ch.Reason, Actor: ch.Actor, CorrelationID: ch.CorrelationID,
		})
	})
	if bowline.CodeOf(err) == bowline.CodeNotFound {
		return nil
	}
	return err
}

// room refuses a second active connection of a type that a company has once
// (platform-api section 2.2). A customer who links another one in the browser
// replaces the first knowingly; a server that does so is likely mistaken.
func room(company bowline.Company, conn bowline.Connection) error {
	if !conn.SourceType.Single() {
		return nil
	}
	for _, other := range company.DataConnections {
		if other.ID != conn.ID && other.SourceType == conn.SourceType && other.Status == bowline.Linked {
			return bowline.Errorf(bowline.CodeConflict,
				"The company has an active %s connection already; unlink or delete it first.", conn.SourceType)
		}
	}
	return nil
}

func stored(connection bowline.ID, found confirmed) bowline.Grant {
	g := found.grant
	return bowline.Grant{
		ConnectionID: connection, AccessToken: g.AccessToken.Reveal(), RefreshToken: g.RefreshToken.Reveal(),
		TokenType: g.TokenType, Scopes: g.Scopes, ExpiresAt: g.ExpiresAt, IssuedAt: g.IssuedAt, RefreshExpiresAt: g.RefreshExpiresAt,
		Extra: found.extra(), RenewAt: found.renewAt,
	}
}
