package server

import (
	"context"
	"fmt"

	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/safehttp"
)

// staffSecret names the stored secret under which it is counted who tries to
// sign in.
const staffSecret = "staff"

// people prepares what lets the fintech's staff in. Their sign-in service is
// asked past any detour for providers: a simulator does not stand for it.
func (s *Server) people(ctx context.Context) error {
	key, err := s.secret(ctx, staffSecret)
	if err != nil {
		return err
	}
	s.staff = auth.NewStaff(auth.StaffOptions{
		Store: s.store, Sealer: s.options.Sealer, Links: s.links, Key: key, Now: s.options.Now, Logger: s.log, Cost: s.options.PasswordCost,
		HTTP: safehttp.New(safehttp.Options{Allow: s.options.OutboundAllow, Timeout: s.options.OAuthTimeout, Observe: s.metrics.observeOutbound}),
	})
	return nil
}

// firstAdministrator makes the administrator of the configuration, or else a link
// that makes one, as long as there is an instance without any.
func (s *Server) firstAdministrator(ctx context.Context) (err error) {
	if account := s.options.BootstrapAdmin; account.Email != "" {
		if _, err := s.staff.BootstrapAdministrator(ctx, account.Email, account.Password); err != nil {
			return fmt.Errorf("administrator of the configuration: %w", err)
		}
		return nil
	}
	s.welcome.SetUpURL, err = s.staff.SetUpLink(ctx)
	return err
}

// forgetSessions deletes what of sign-ins is over.
func (s *Server) forgetSessions(ctx context.Context) error {
	return untilFewer(batch, func() (int, error) { return s.staff.Forget(ctx, batch) })
}
