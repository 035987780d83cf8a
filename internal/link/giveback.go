package link

import (
	"context"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

// giveBack ends an attempt whose grant was not used and has the grant ended at
// the provider, if nobody else ended the attempt with another use for it.
func (s *Service) giveBack(ctx context.Context, a bowline.Authorization, given oauth.Grant, reason string) (bowline.Authorization, error) {
	return s.giveBackFor(ctx, a, given, problem{reason: reason})
}

// giveBackFor is giveBack for a problem with more to say than its reason.
func (s *Service) giveBackFor(ctx context.Context, a bowline.Authorization, given oauth.Grant, p problem) (bowline.Authorization, error) {
	grant := grantOf(a.ConnectionID, a.ID, given)
	p.unused = &grant
	ended, made, err := s.end(ctx, a, p)
	if !made && a.Status == bowline.AuthorizationExchanging {
		s.discard(ctx, a, given)
	}
	return ended, err
}

// giveBackUnkept gives back a fresh grant when the attempt that it came from was
// ended, or deleted with its connection, before it could be kept: nothing else
// will ever know of it.
func (s *Service) giveBackUnkept(ctx context.Context, claim, now bowline.Authorization, given oauth.Grant) {
	if claim.Status == bowline.AuthorizationExchanging && now.Status != bowline.AuthorizationChoosing {
		s.discard(ctx, claim, given)
	}
}

// discard has a grant that will not be used ended at its provider.
func (s *Service) discard(ctx context.Context, a bowline.Authorization, given oauth.Grant) {
	ctx, cancel := recording(ctx)
	defer cancel()
	unused := s.unused(a, grantOf(a.ConnectionID, a.ID, given))
	err := s.Store.Write(ctx, func(tx *store.Tx) error { return tx.EndGrant(ctx, unused) })
	if err != nil {
		s.Logger.ErrorContext(ctx, "an unused grant is lost: it cannot be ended at its provider",
			"integration", a.IntegrationKey, "company", a.CompanyID, "error", err)
	}
}

// unused is what is left to do about a grant with which nothing was connected.
func (s *Service) unused(a bowline.Authorization, g bowline.Grant) store.Revocation {
	return store.Revocation{
		Instance: a.InstanceID, Company: a.CompanyID, Connection: a.ConnectionID, IntegrationKey: a.IntegrationKey, Unit: a.ID,
		Grant: g, Reason: store.RevokeUnused, CorrelationID: a.CorrelationID, Created: s.Now(),
	}
}
