package server

import (
	"context"
	"log/slog"
	"time"

	"github.com/bowline/bowline/internal/store"
)

// loop is work that comes back at an interval until it is stopped.
type loop struct {
	name  string
	every time.Duration
	once  func(context.Context) error
}

// loops lists everything that runs in the background.
func (s *Server) loops() []loop {
	return []loop{
		{"expire authorizations", time.Minute, s.expireAuthorizations},
		{"reseal secrets", time.Hour, s.reseal},
	}
}

func (l loop) run(ctx context.Context, log *slog.Logger) {
	ticker := time.NewTicker(l.every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := l.once(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "background work failed", "loop", l.name, "error", err)
		}
	}
}

// batch is how many rows a loop touches in one transaction.
const batch = 200

// expireAuthorizations ends what customers left unfinished and wipes the tokens
// that waited for a choice.
func (s *Server) expireAuthorizations(ctx context.Context) error {
	for {
		var n int
		err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
			n, err = tx.ExpireAuthorizations(ctx, s.options.Now(), batch)
			return err
		})
		if err != nil || n < batch {
			return err
		}
	}
}

// reseal moves secrets from retired keys to the current one, after a keyset was
// rotated.
func (s *Server) reseal(ctx context.Context) error {
	for {
		n, err := s.store.Reseal(ctx, batch)
		if err != nil || n < batch {
			return err
		}
	}
}
