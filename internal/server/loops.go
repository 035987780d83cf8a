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
		{"forget authorizations", 10 * time.Minute, s.forgetAuthorizations},
		{"forget hand-overs", 10 * time.Minute, s.forgetHandOvers},
		{"forget trials", 10 * time.Minute, s.forgetTrials},
		{"forget one-time passwords", 10 * time.Minute, s.forgetOneTimePasswords},
		{"fold directory", directoryEvery, s.foldDirectory},
		{"store visits", time.Second, s.journey.FlushVisits},
		{"end visits", time.Minute, s.journey.EndVisits},
		{"forget visits", 10 * time.Minute, s.journey.ForgetVisits},
		{"store answered requests", time.Second, s.storeRequests},
		{"forget answered requests", 10 * time.Minute, s.forgetRequests},
		{"store sums of deliveries", 2 * time.Second, s.store.FlushTallies},
		{"forget sums of deliveries", time.Hour, s.forgetTallies},
		{"store proxied requests", 2 * time.Second, s.lender.FlushAccess},
		{"refresh providers' lists", time.Minute, s.roster.Refresh},
		{"prune deliveries", 10 * time.Minute, s.deliveries.Prune},
		{"end grants", time.Second, s.revocations.Sweep},
		{"prune token ledger", 10 * time.Minute, s.renewals.Prune},
		{"prune ended grants", 10 * time.Minute, s.revocations.Prune},
		{"forget accesses", 10 * time.Minute, s.forgetAccesses},
		{"store when keys were used", 5 * time.Second, s.auth.FlushKeyUse},
		{"forget sessions", 10 * time.Minute, s.forgetSessions},
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

// directoryEvery is how long changes wait to be worked into the directory of
// companies. Lists show them before; a search reads each of them that waits.
const directoryEvery = 2 * time.Second

// What decides whether the directory makes way: so many changes that came during
// one portion, and how many times as long as a portion it then rests.
const (
	directoryBusy = 50
	directoryRest = 3
)

// foldDirectory works changes in until none is left. While many more come, as
// from an import, it takes a quarter of the time at most.
func (s *Server) foldDirectory(ctx context.Context) error {
	mark, err := s.store.DirectoryMark(ctx)
	if err != nil {
		return err
	}
	for {
		began := time.Now()
		n, err := s.store.FoldDirectory(ctx)
		if err != nil || n == 0 {
			return err
		}
		next, err := s.store.DirectoryMark(ctx)
		if err != nil {
			return err
		}
		if next > mark+directoryBusy {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(directoryRest * time.Since(began)):
			}
		}
		mark = next
	}
}

// batch is how many rows a loop touches in one transaction.
const batch = 200

// expireAuthorizations ends what customers left unfinished, and gives back the
// grants that waited for a choice.
func (s *Server) expireAuthorizations(ctx context.Context) error {
	return untilFewer(batch, func() (int, error) { return s.journey.ExpireOverdue(ctx, batch) })
}

// authorizationsKept is for how long a finished authorization can be looked at.
// The browser that made it asks within the first hour or so.
const authorizationsKept = 24 * time.Hour

// forgetAuthorizations deletes finished authorizations that nobody asks for any
// more; the history of their connections keeps what they led to.
func (s *Server) forgetAuthorizations(ctx context.Context) error {
	before := s.options.Now().Add(-authorizationsKept)
	return untilFewer(batch, func() (n int, err error) {
		err = s.store.Write(ctx, func(tx *store.Tx) error {
			n, err = tx.ForgetAuthorizations(ctx, before, batch)
			return err
		})
		return n, err
	})
}

// handOversKept is for how long a hand-over that is out of time can be looked
// at: a visit that it began goes on for some hours after it was opened.
const handOversKept = 24 * time.Hour

// forgetHandOvers deletes links for colleagues and devices that came to nothing
// or have done their part.
func (s *Server) forgetHandOvers(ctx context.Context) error {
	before := s.options.Now().Add(-handOversKept)
	return untilFewer(batch, func() (n int, err error) {
		err = s.store.Write(ctx, func(tx *store.Tx) error {
			n, err = tx.ForgetHandOvers(ctx, before, batch)
			return err
		})
		return n, err
	})
}

// forgetTrials deletes what operators tried out more than an hour ago.
func (s *Server) forgetTrials(ctx context.Context) error {
	now := s.options.Now()
	return untilFewer(batch, func() (n int, err error) {
		err = s.store.Write(ctx, func(tx *store.Tx) error {
			n, err = tx.ForgetTrials(ctx, now, batch)
			return err
		})
		return n, err
	})
}

// forgetOneTimePasswords deletes passwords of Link URLs that nobody used in time.
func (s *Server) forgetOneTimePasswords(ctx context.Context) error {
	now := s.options.Now()
	return untilFewer(batch, func() (n int, err error) {
		err = s.store.Write(ctx, func(tx *store.Tx) error {
			n, err = tx.ForgetOneTimePasswords(ctx, now, batch)
			return err
		})
		return n, err
	})
}

// accessesKept is for how long a connection's timeline says who used its grant: a
// year's audit, and a month to begin it.
const accessesKept = 400 * 24 * time.Hour

// forgetAccesses deletes what old timelines say of who used a grant.
func (s *Server) forgetAccesses(ctx context.Context) error {
	before := s.options.Now().Add(-accessesKept)
	return untilFewer(batch, func() (int, error) { return s.store.PruneAccess(ctx, before, batch) })
}

// reseal moves secrets from retired keys to the current one, after a keyset was
// rotated.
func (s *Server) reseal(ctx context.Context) error {
	return untilFewer(batch, func() (int, error) { return s.store.Reseal(ctx, batch) })
}

// untilFewer repeats a step until it did less than a full batch.
func untilFewer(full int, step func() (int, error)) error {
	for {
		if n, err := step(); err != nil || n < full {
			return err
		}
	}
}
