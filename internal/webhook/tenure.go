package webhook

import (
	"context"
	"time"

	"golang.org/x/time/rate"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

const (
	// awayLimit is how long a dispatcher that has lost its session goes on as if
	// nothing had happened: others believe its death at their second look only.
	awayLimit = time.Second
	// reach is how much of the time to come is searched for leases of the dead,
	// in leases: their clocks may be ahead.
	reach = 2
)

// join enters the dispatchers, and frees what dead ones left.
func (d *Dispatcher) join(ctx context.Context) (*store.Holder, error) {
	if d.store.Engine() == store.SQLite { // which has one process
		if err := d.store.FreeLeases(ctx); err != nil {
			return nil, err
		}
	}
	h, err := d.store.Hold(ctx, 0)
	if err != nil {
		return nil, err
	}
	d.holder.Store(h.ID)
	alive, err := h.Tend(ctx, d.reach())
	if err != nil {
		h.Abandon()
		return nil, err
	}
	d.replicas.Store(int64(alive))
	return h, nil
}

func (d *Dispatcher) reach() store.Lease {
	now := d.now()
	return store.Lease{Now: now, Until: now.Add(reach * d.options.Lease)}
}

// stay keeps the dispatcher entered and looks after the dead, until ctx ends. It
// returns the holder that is entered then.
func (d *Dispatcher) stay(ctx context.Context, h *store.Holder) *store.Holder {
	for {
		err := h.Wait(ctx, d.options.Poll)
		alive := 0
		if err == nil {
			alive, err = h.Tend(ctx, d.reach())
		}
		switch {
		case ctx.Err() != nil:
			return h
		case h.Lost():
			d.log.WarnContext(ctx, "the database session of the deliveries broke", "error", err)
			if h = d.rejoin(ctx, h); ctx.Err() != nil {
				return h
			}
			continue
		case err != nil:
			d.log.ErrorContext(ctx, "other dispatchers cannot be looked after", "error", err)
		}
		if alive > 0 {
			d.live(alive)
		}
	}
}

// live notes how many dispatchers there are, who share what consumers take.
func (d *Dispatcher) live(count int) {
	if d.replicas.Swap(int64(count)) != int64(count) {
		d.consumers.Store(true)
		d.nudge()
	}
}

// rejoin enters again. Nothing is sent while others may believe us dead; what
// they have taken over is not sent at all.
func (d *Dispatcher) rejoin(ctx context.Context, lost *store.Holder) *store.Holder {
	away := time.AfterFunc(awayLimit, func() { d.away.Store(true) })
	defer func() {
		away.Stop()
		d.away.Store(false)
	}()
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		h, err := d.store.Hold(ctx, lost.ID)
		if err == nil {
			d.holder.Store(h.ID)
			d.log.InfoContext(ctx, "deliveries have a database session again", "kept", h.ID == lost.ID)
			return h
		}
		if ctx.Err() == nil {
			d.log.ErrorContext(ctx, "deliveries have no database session", "error", err)
		}
		select {
		case <-ctx.Done():
			return lost
		case <-time.After(pause):
		}
	}
}

// rate is what this process may send to a consumer: all that live share what
// the consumer takes, and none knows what the others do.
func (d *Dispatcher) rate(c bowline.Consumer) rate.Limit {
	return rate.Limit(c.RateLimit) / rate.Limit(max(d.replicas.Load(), 1))
}
