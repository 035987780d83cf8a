package webhook

import (
	"context"
	"slices"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// claim leases what is due for consumers of a side that have room.
func (d *Dispatcher) claim(ctx context.Context, on side) error {
	now := d.now()
	consumers, batch := claimConsumers, claimBatch
	if on == behind {
		consumers, batch = d.portions.consumers, d.portions.batch
	}
	wants, disabled := d.wants(on, now, batch)
	if len(disabled) > 0 {
		// They were disabled at now only if nobody has changed them since.
		current, err := d.current(ctx)
		if err != nil {
			return err
		}
		if current {
			wants = append(wants, disabled...)
		}
	}
	for part := range slices.Chunk(wants, consumers) {
		if err := d.claimFor(ctx, part, now); err != nil {
			return err
		}
	}
	return nil
}

// wants is what there is to lease for a side.
func (d *Dispatcher) wants(on side, now time.Time, batch int) (wants, disabled []store.Want) {
	d.mu.Lock()
	defer d.mu.Unlock()
	left := d.hands.items(d.hands.space(0, true))
	for id, e := range d.endpoints {
		if e.nextDue.IsZero() || e.nextDue.After(now) || d.side(e) != on {
			continue
		}
		if e.consumer.Disabled {
			disabled = append(disabled, store.Want{Consumer: id, Limit: batch})
			continue
		}
		limit := min(e.free(), batch, left)
		if limit == 0 && left > 0 {
			e.hungry.Store(true)
			if !e.roomy() || !e.hungry.Swap(false) {
				continue
			}
			limit = min(e.free(), batch, left)
		}
		if limit == 0 {
			e.hungry.Store(true)
			continue
		}
		left -= limit
		wants = append(wants, store.Want{Consumer: id, Limit: limit})
	}
	return wants, disabled
}

func (d *Dispatcher) claimFor(ctx context.Context, wants []store.Want, now time.Time) error {
	list, err := d.store.Claim(ctx, wants, store.Lease{Holder: d.holder.Load(), Now: now, Until: now.Add(d.options.Lease)})
	if err != nil {
		return err
	}
	got := map[bowline.ID]int{}
	active := list[:0]
	var passed []item
	d.mu.Lock()
	for _, delivery := range list {
		got[delivery.Consumer]++
		if e := d.endpoints[delivery.Consumer]; e != nil && e.consumer.Disabled {
			passed = append(passed, item{Delivery: delivery})
			continue
		}
		active = append(active, delivery)
	}
	again := false
	for _, want := range wants {
		e := d.endpoints[want.Consumer]
		if e == nil {
			continue // deleted meanwhile
		}
		if again = got[want.Consumer] == want.Limit; !again {
			// Nothing more is due; when the next will be, look tells.
			e.backlog, e.nextDue = false, time.Time{}
			d.due.Store(true)
		}
	}
	d.mu.Unlock()
	d.skip(passed)
	if again {
		d.nudge()
		d.nudgeBehind()
	}
	d.push(active)
	return nil
}

// retryAt notes when a consumer has something to do. It is called by the
// finisher, so it only leaves a note.
func (d *Dispatcher) retryAt() {
	if !d.due.Swap(true) {
		d.nudgeBehind()
	}
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
