package auth

import (
	"context"
	"sync"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// useEvery is how exactly it is known when a key was used last: one write a
// minute and key is the most that this costs.
const useEvery = time.Minute

// keyUses gathers when keys were used. The zero value is ready.
type keyUses struct {
	mu   sync.Mutex
	keys map[bowline.ID]keyUse
}

type keyUse struct {
	at    time.Time
	told  time.Time // which of them the database knows
	wrote time.Time // when it was told; zero before the first time
}

func (u *keyUses) note(key bowline.ID, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.keys == nil || len(u.keys) >= maxKnown {
		u.keys = map[bowline.ID]keyUse{}
	}
	use := u.keys[key]
	use.at = now
	u.keys[key] = use
}

// due lists what is to be written, of each key at most once a minute unless all
// is wanted.
func (u *keyUses) due(now time.Time, all bool) map[bowline.ID]time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	list := map[bowline.ID]time.Time{}
	for key, use := range u.keys {
		if use.at.After(use.told) && (all || now.Sub(use.wrote) >= useEvery) {
			list[key] = use.at
			u.keys[key] = keyUse{use.at, use.at, now}
		}
	}
	return list
}

// FlushKeyUse stores when keys were used last; run it every few seconds.
func (a *Authenticator) FlushKeyUse(ctx context.Context) error { return a.flushUses(ctx, false) }

// FlushAllKeyUse stores it at the end of the process.
func (a *Authenticator) FlushAllKeyUse(ctx context.Context) error { return a.flushUses(ctx, true) }

func (a *Authenticator) flushUses(ctx context.Context, all bool) error {
	uses := a.uses.due(a.now(), all)
	if len(uses) == 0 {
		return nil
	}
	return a.store.Write(ctx, func(tx *store.Tx) error {
		for key, at := range uses {
			if err := tx.UseAPIKey(ctx, key, at); err != nil {
				return err
			}
		}
		return nil
	})
}
