package link

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

// toDisconnect asks before a connection is ended.
func (s *Service) toDisconnect(ctx context.Context, h hop, conn bowline.Connection) (View, error) {
	if conn.Status != bowline.Linked { // in another tab, or at the provider
		return s.managedView(ctx, h.pg, conn)
	}
	return s.disconnectView(ctx, h.pg, conn)
}

func (s *Service) disconnectView(ctx context.Context, pg page, conn bowline.Connection) (View, error) {
	v, err := s.managedAt(ctx, pg, conn, proof{Step: StepDisconnect})
	if err != nil {
		return View{}, err
	}
	v.Disconnect = &DisconnectView{Connection: v.Managed.Connection, DataTypes: v.Managed.DataTypes}
	return v, nil
}

// disconnect ends a connection that works: its tokens are wiped and ended at the
// provider, what was read stays. One that somebody ended meanwhile is shown as
// it is; one that this customer ended is told of again, in case the answer to
// that was lost.
func (s *Service) disconnect(ctx context.Context, h hop, conn bowline.Connection) (View, error) {
	if conn.Status == bowline.Linked {
		err := s.Unlink(ctx, conn)
		switch bowline.CodeOf(err) {
		case bowline.CodeConflict, bowline.CodeInvalid, bowline.CodeNotFound: // changed, ended or deleted meanwhile
		default:
			if err != nil {
				return View{}, fmt.Errorf("disconnect: %w", err)
			}
		}
	}
	pg, err := s.reload(ctx, h.pg)
	if err != nil {
		return View{}, err
	}
	conn, ok := pg.managedOne(conn.ID)
	switch {
	case !ok:
		return s.manageView(pg)
	case conn.Status == bowline.Linked: // changed at the same moment, or linked anew: asked again
		return s.disconnectView(ctx, pg, conn)
	case conn.Status != bowline.Unlinked:
		return s.managedView(ctx, pg, conn)
	}
	return s.disconnectedView(ctx, pg, conn)
}

func (s *Service) disconnectedView(ctx context.Context, pg page, conn bowline.Connection) (View, error) {
	v, err := s.managedAt(ctx, pg, conn, proof{Step: StepDisconnected})
	if err != nil {
		return View{}, err
	}
	v.Disconnected = &DisconnectedView{Connection: v.Managed.Connection}
	return withEvents(v, Event{Type: EventDisconnect, Connection: argsOf(conn)}), nil
}
