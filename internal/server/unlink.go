package server

import (
	"context"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/connection"
)

// unlinkFor ends connections for customers, in the one way that there is; link
// and connection may not know each other.
func unlinkFor(connections *connection.Service) func(context.Context, bowline.Connection) error {
	return func(ctx context.Context, c bowline.Connection) error {
		_, err := connections.Unlink(ctx, connection.Target{
			Instance: c.InstanceID, Company: c.CompanyID, Connection: c.ID, Actor: bowline.ActorCustomer,
		}, string(bowline.Unlinked))
		return err
	}
}
