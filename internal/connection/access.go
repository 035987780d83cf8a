package connection

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/store"
)

// access is what the service remembers between uses of grants. The zero value
// is ready.
type access struct {
	limits   limits
	log      accessLog
	sessions sessions
	renewed  renewed
}

// reached is a linked connection with what opens it.
type reached struct {
	target Target
	conn   bowline.Connection
	in     catalog.Integration
	grant  bowline.Grant
}

// tenant is the organisation that requests are about.
func (r reached) tenant() oauth.Tenant {
	t := oauth.Tenant{ID: r.conn.TenantID, Name: r.conn.TenantName}
	for name, value := range r.grant.Extra {
		if name, ok := strings.CutPrefix(name, "tenant."); ok {
			if t.Values == nil {
				t.Values = map[string]string{}
			}
			t.Values[name] = value
		}
	}
	return t
}

// tokens are the grant in the terms of the OAuth client.
func (r reached) tokens() oauth.Grant {
	g := r.grant
	return oauth.Grant{
		AccessToken: oauth.Secret(g.AccessToken), RefreshToken: oauth.Secret(g.RefreshToken), TokenType: g.TokenType,
		Scopes: g.Scopes, Claims: g.Claims, ExpiresAt: g.ExpiresAt, RefreshExpiresAt: g.RefreshExpiresAt, Values: g.Extra,
	}
}

// permit refuses a use of grants that is switched off, for all of this
// deployment or for the instance. Which keys may do it is for the caller.
func (s *Service) permit(ctx context.Context, instance bowline.ID, p bowline.Permission) error {
	if slices.Contains(s.Off, p) {
		return bowline.Errorf(bowline.CodeForbidden, "Access of the kind %s is switched off on this deployment.", p)
	}
	off, err := s.Store.AccessOff(ctx, instance)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if slices.Contains(off, p) {
		return bowline.Errorf(bowline.CodeForbidden, "Access of the kind %s is switched off in the settings.", p)
	}
	return nil
}

// reach finds a linked connection of an integration that is still there.
// Anything else is CodeNotFound or CodeConflict.
func (s *Service) reach(ctx context.Context, t Target, p bowline.Permission) (reached, error) {
	if err := s.permit(ctx, t.Instance, p); err != nil {
		return reached{}, err
	}
	conn, err := s.Store.Connection(ctx, t.Instance, t.Company, t.Connection)
	if errors.Is(err, store.ErrNotFound) {
		return reached{}, unknown(t.Connection)
	}
	if err != nil {
		return reached{}, fmt.Errorf("read connection: %w", err)
	}
	if conn.Status != bowline.Linked {
		return reached{}, notLinked(conn.Status)
	}
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	if !ok {
		return reached{}, bowline.Errorf(bowline.CodeConflict, "The integration %s of this connection is no longer in the catalog.", conn.IntegrationKey)
	}
	return reached{target: t, conn: conn, in: in}, nil
}

func notLinked(status bowline.Status) *bowline.Error {
	switch status {
	case bowline.PendingAuth:
		return bowline.Errorf(bowline.CodeConflict, "The connection is not linked yet: its customer has not authorized it at linkUrl.")
	case bowline.Deauthorized:
		return bowline.Errorf(bowline.CodeConflict, "The provider has ended the authorization; the customer can authorize it again at linkUrl.")
	}
	return bowline.Errorf(bowline.CodeConflict, "The connection is %s; the customer can link it again at linkUrl.", status)
}

// freshen brings the grant of a connection. stale is an access token that the
// provider has refused.
func (s *Service) freshen(ctx context.Context, r *reached, stale string) error {
	var err error
	if s.Fresh == nil {
		r.grant, err = s.Store.Grant(ctx, r.conn.ID)
	} else {
		r.conn, r.grant, err = s.Fresh(ctx, r.target, stale)
	}
	var public *bowline.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &public), ctx.Err() != nil:
		return err
	case errors.Is(err, store.ErrNotFound): // unlinked at this moment
		return &bowline.Error{Code: bowline.CodeConflict, Message: "The connection was changed by someone else at the same moment; read it again.", Cause: err}
	case oauth.ReasonOf(err) != "", probe.ReasonOf(err) != "":
		return &bowline.Error{Code: bowline.CodeUnavailable, Message: "The provider did not renew the access at the moment; try again later.", Cause: err}
	}
	return err
}

// Credentials returns what opens the provider's API for a connection. It is
// noted in the connection's timeline before it is returned. A connection that is
// not linked is CodeConflict, a use that is switched off CodeForbidden, a
// provider that cannot be reached for a renewal CodeUnavailable.
func (s *Service) Credentials(ctx context.Context, t Target) (bowline.Credentials, error) {
	r, err := s.reach(ctx, t, bowline.PermissionCredentials)
	if err != nil {
		return bowline.Credentials{}, err
	}
	if err := s.freshen(ctx, &r, ""); err != nil {
		return bowline.Credentials{}, err
	}
	if err := s.record(ctx, t, bowline.PermissionCredentials); err != nil {
		return bowline.Credentials{}, err
	}
	c := bowline.Credentials{Type: bowline.CredentialsTyped, TenantID: r.conn.TenantID}
	if r.in.UsesCredentials() {
		c.Credentials, c.APIURL = r.fields(), probe.Base(r.in, r.grant.Extra)
		return c, nil
	}
	c.Type, c.AccessToken, c.TokenType, c.Scopes, c.Values = bowline.CredentialsOAuth, r.grant.AccessToken, r.grant.TokenType, r.grant.Scopes, r.values()
	if !r.grant.ExpiresAt.IsZero() {
		c.ExpiresAt = &r.grant.ExpiresAt
	}
	if a, err := oauth.API(r.in, r.tokens(), r.tenant()); err == nil {
		c.APIURL = a.URL
	}
	return c, nil
}

// record notes one use of a grant and returns when that is durable.
func (s *Service) record(ctx context.Context, t Target, p bowline.Permission) error {
	a := use(t, p, s.Now().UTC())
	err := s.Store.Write(ctx, func(tx *store.Tx) error { return tx.RecordAccess(ctx, a) })
	if err == nil && p == bowline.PermissionCredentials {
		s.access.log.good(a)
	}
	return err
}

// use is one use of a grant.
func use(t Target, p bowline.Permission, now time.Time) bowline.Access {
	return bowline.Access{
		InstanceID: t.Instance, CompanyID: t.Company, ConnectionID: t.Connection,
		Permission: p, Actor: t.Actor, Requests: 1, First: now, Last: now,
	}
}

// Timeline returns a page of a connection's life, the latest first, and how many
// lines it has. An unknown connection is CodeNotFound.
func (s *Service) Timeline(ctx context.Context, t Target, page bowline.Page) ([]bowline.TimelineEntry, int64, error) {
	conn, err := s.Store.Connection(ctx, t.Instance, t.Company, t.Connection)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, unknown(t.Connection)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read connection: %w", err)
	}
	if err := s.storeCounts(ctx); err != nil { // whoever asks wants to see what they did
		return nil, 0, err
	}
	return s.Store.Timeline(ctx, conn, page)
}
