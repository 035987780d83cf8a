package renewal

import (
	"context"
	"time"

	"github.com/bowline/bowline/internal/store"
)

const (
	// awayLimit is how long a Keeper that has lost its session goes on as if
	// nothing had happened: others believe its death at their second look only.
	awayLimit = time.Second
	// reach is how much of the time to come is searched for leases of the dead,
	// in leases: their clocks may be ahead.
	reach = 2
)

// join enters those who renew, and frees what dead ones left.
func (k *Keeper) join(ctx context.Context) (*store.Holder, error) {
	if k.store.Engine() == store.SQLite { // which has one process
		if err := k.store.FreeRenewals(ctx, 0, k.now()); err != nil {
			return nil, err
		}
	}
	h, err := k.store.HoldFor(ctx, store.HoldRenewals, 0)
	if err != nil {
		return nil, err
	}
	k.holder.Store(h.ID)
	alive, err := h.Tend(ctx, k.reach())
	if err != nil {
		h.Abandon()
		return nil, err
	}
	k.replicas.Store(int64(alive))
	return h, nil
}

func (k *Keeper) reach() store.Lease {
	now := k.now()
	return store.Lease{Now: now, Until: now.Add(reach * k.options.Lease)}
}

// stay keeps the Keeper entered and looks after the dead, until ctx ends. It
// returns the holder that is entered then.
func (k *Keeper) stay(ctx context.Context, h *store.Holder) *store.Holder {
	for {
		err := h.Wait(ctx, k.options.Poll)
		alive := 0
		if err == nil {
			alive, err = h.Tend(ctx, k.reach())
		}
		switch {
		case ctx.Err() != nil:
			return h
		case h.Lost():
			k.log.WarnContext(ctx, "the database session of the renewals broke", "error", err)
			if h = k.rejoin(ctx, h); ctx.Err() != nil {
				return h
			}
			continue
		case err != nil:
			k.log.ErrorContext(ctx, "others who renew cannot be looked after", "error", err)
		}
		if alive > 0 {
			k.replicas.Store(int64(alive)) // a provider's rate is shared
		}
	}
}

// rejoin enters again. Nothing is sent while others may believe us dead.
func (k *Keeper) rejoin(ctx context.Context, lost *store.Holder) *store.Holder {
	away := time.AfterFunc(awayLimit, func() { k.away.Store(true) })
	defer func() {
		away.Stop()
		k.away.Store(false)
	}()
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		h, err := k.store.HoldFor(ctx, store.HoldRenewals, lost.ID)
		if err == nil {
			k.holder.Store(h.ID)
			k.log.InfoContext(ctx, "renewals have a database session again", "kept", h.ID == lost.ID)
			return h
		}
		if ctx.Err() == nil {
			k.log.ErrorContext(ctx, "renewals have no database session", "error", err)
		}
		select {
		case <-ctx.Done():
			return lost
		case <-time.After(pause):
		}
	}
}
