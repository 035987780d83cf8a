package connection

import (
	"context"
	"errors"
	"fmt"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// errNoLook is for a deployment that keeps no grants alive.
var errNoLook = bowline.Errorf(bowline.CodeUnavailable, "Connections cannot be checked here.")

// Check asks the provider at once whether a connection still stands, as is done
// by itself from time to time, and says what came of it. What the provider says
// has its usual consequences, timeline and events included. An unknown connection
// is CodeNotFound.
func (s *Service) Check(ctx context.Context, t Target) (bowline.ConnectionCheck, error) {
	conn, err := s.Store.Connection(ctx, t.Instance, t.Company, t.Connection)
	if errors.Is(err, store.ErrNotFound) {
		return bowline.ConnectionCheck{}, unknown(t.Connection)
	}
	if err != nil {
		return bowline.ConnectionCheck{}, fmt.Errorf("read connection: %w", err)
	}
	if conn.Status != bowline.Linked {
		return bowline.ConnectionCheck{Result: bowline.CheckNotLinked, Status: conn.Status, Message: notLinked(conn.Status).Message}, nil
	}
	if s.Look == nil {
		return bowline.ConnectionCheck{}, errNoLook
	}
	check, err := s.Look(ctx, t)
	if err == nil && check.Result == bowline.CheckNotLinked { // it ended at this moment
		check.Message = notLinked(check.Status).Message
	}
	return check, err
}
