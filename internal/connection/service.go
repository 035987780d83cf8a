package connection

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// Service changes connections and lends what they lead to. All fields are
// required unless they say what their absence means. It is safe for concurrent
// use.
type Service struct {
	Store   *store.Store
	Catalog *catalog.Catalog
	// Offer returns the catalog as the operator of an instance has set it up;
	// nil for Catalog as it is.
	Offer func(instance bowline.ID) *catalog.Catalog
	OAuth *oauth.Client
	Probe *probe.Client
	Links bowline.Links
	Now   func() time.Time

	// Fresh returns a connection with a grant that is good for a minute or more,
	// renewed where need be. stale is an access token that the provider has
	// refused although it should be good, "" for none. Nil hands out what is
	// stored as it is.
	Fresh func(ctx context.Context, t Target, stale string) (bowline.Connection, bowline.Grant, error)
	// Look asks the provider whether a linked connection still stands; nil has
	// Check refuse.
	Look func(ctx context.Context, t Target) (bowline.ConnectionCheck, error)
	// Upstream carries proxied requests; nil switches the proxy off. In the
	// product it is safehttp's transport, without a cap on bodies.
	Upstream http.RoundTripper
	// Off are uses of grants that this deployment has switched off.
	Off []bowline.Permission
	// Replicas tells how many processes share the providers' limits; nil for one.
	Replicas func() int
	// Stall is how long a proxied request may stand still; a minute when 0.
	Stall time.Duration

	access access
}

// Target says which connection is meant and on whose behalf. Connection is
// empty for Create.
type Target struct {
	Instance   bowline.ID
	Company    bowline.ID
	Connection bowline.ID
	Actor      bowline.Actor
}

// Create adds a pending connection to an integration, named by its key of four
// lower-case letters. A malformed key or an integration that is switched off is
// CodeInvalid, an unknown key or company CodeNotFound (platform-api section 2).
// A company may have any number of pending connections.
func (s *Service) Create(ctx context.Context, t Target, platformKey string) (bowline.Connection, error) {
	in, err := s.integration(t.Instance, platformKey)
	if err != nil {
		return bowline.Connection{}, err
	}
	ch := s.change(ctx, t, "")
	var conn bowline.Connection
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		company, err := s.lock(ctx, tx, t)
		if err != nil {
			return err
		}
		conn = bowline.Connection{
			ID: bowline.NewID(ch.Now), InstanceID: t.Instance, CompanyID: t.Company,
			IntegrationID: bowline.ID(in.ID), IntegrationKey: in.Key, SourceID: bowline.ID(in.SourceID),
			SourceType: bowline.SourceType(in.SourceType), PlatformName: in.Name, Created: ch.Now,
		}
		return tx.MoveConnection(ctx, company, &conn, bowline.TriggerCreate, ch)
	})
	if err != nil {
		return bowline.Connection{}, outcome("create connection", err)
	}
	return conn, nil
}

// catalogOf is the catalog as the operator of an instance has set it up.
func (s *Service) catalogOf(instance bowline.ID) *catalog.Catalog {
	if s.Offer == nil {
		return s.Catalog
	}
	return s.Offer(instance)
}

func (s *Service) integration(instance bowline.ID, key string) (catalog.Integration, error) {
	if !wellFormed(key) {
		return catalog.Integration{}, bowline.Errorf(bowline.CodeInvalid, "platformKey must have exactly four lower-case letters.")
	}
	in, ok := s.catalogOf(instance).Get(key)
	if !ok {
		return catalog.Integration{}, bowline.Errorf(bowline.CodeNotFound, "No integration exists with the key %s", key)
	}
	if !in.Enabled {
		return catalog.Integration{}, bowline.Errorf(bowline.CodeInvalid, "The integration %s is not enabled.", key)
	}
	return in, nil
}

func wellFormed(key string) bool {
	for _, c := range []byte(key) {
		if c < 'a' || c > 'z' {
			return false
		}
	}
	return len(key) == 4
}

// Unlink ends a linked connection: its tokens are wiped, its data stays, and
// the customer may link it again. Only the status Unlinked can be asked for and
// only of a linked connection; all else is CodeInvalid (platform-api section
// 2.2).
func (s *Service) Unlink(ctx context.Context, t Target, status string) (bowline.Connection, error) {
	if bowline.Status(status) != bowline.Unlinked {
		return bowline.Connection{}, bowline.Errorf(bowline.CodeInvalid, "status must be Unlinked: a connection can only be unlinked.")
	}
	return s.move(ctx, t, bowline.TriggerUnlink)
}

// Delete removes a connection with its tokens and history. A connection that is
// gone already is CodeNotFound.
func (s *Service) Delete(ctx context.Context, t Target) error {
	_, err := s.move(ctx, t, bowline.TriggerDelete)
	return err
}

// move takes the connection along one transition.
func (s *Service) move(ctx context.Context, t Target, trigger bowline.Trigger) (bowline.Connection, error) {
	var conn bowline.Connection
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		company, err := s.lock(ctx, tx, t)
		if err != nil {
			return err
		}
		if conn, err = find(company, t.Connection); err != nil {
			return err
		}
		return tx.MoveConnection(ctx, company, &conn, trigger, s.change(ctx, t, ""))
	})
	if err != nil {
		return bowline.Connection{}, outcome(string(trigger)+" connection", err)
	}
	return conn, nil
}

// lock takes the company for the rest of the transaction.
func (s *Service) lock(ctx context.Context, tx *store.Tx, t Target) (bowline.Company, error) {
	company, err := tx.LockCompany(ctx, t.Instance, t.Company)
	if errors.Is(err, store.ErrNotFound) {
		return company, bowline.Errorf(bowline.CodeNotFound, "No company exists with ID %s", t.Company)
	}
	return company, err
}

func find(company bowline.Company, id bowline.ID) (bowline.Connection, error) {
	for _, c := range company.DataConnections {
		if c.ID == id {
			return c, nil
		}
	}
	return bowline.Connection{}, unknown(id)
}

func unknown(id bowline.ID) error {
	return bowline.Errorf(bowline.CodeNotFound, "No connection exists with ID %s", id)
}

func (s *Service) change(ctx context.Context, t Target, reason string) store.Change {
	return store.Change{
		Actor: t.Actor, Reason: reason, CorrelationID: rest.CorrelationID(ctx),
		Links: s.Links, Now: s.Now().UTC(),
	}
}

// outcome gives the store's refusals their public form.
func outcome(doing string, err error) error {
	if errors.Is(err, store.ErrConflict) {
		return &bowline.Error{
			Code: bowline.CodeConflict, Cause: fmt.Errorf("%s: %w", doing, err),
			Message: "The connection was changed by someone else at the same moment; read it again.",
		}
	}
	return fmt.Errorf("%s: %w", doing, err)
}
