package webhook

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// side is where a consumer is looked after: by the coordinator, or by the
// goroutine that serves those who do not keep up. They are many at times, and
// what is to be done for them must not stand before anybody else.
type side bool

const (
	keepsUp side = false
	behind  side = true
)

const (
	// tardy is how long a consumer may take to answer that counts as keeping up.
	tardy = 500 * time.Millisecond
	// lookApart keeps looks for due messages apart, as they cost by consumer:
	// by this, or by so many times what one takes.
	lookApart, lookShare = 200 * time.Millisecond, 20
)

// portions bound what one transaction does for those who do not keep up.
type portions struct {
	events, messages int // for messages that were put off
	consumers, batch int // for leases
	outcomes         int // that are no plain successes: each is a statement of its own
}

// portionsOf goes by what a transaction costs others: on SQLite those who come
// next wait for it, on PostgreSQL it is its round trips that take their time.
func portionsOf(s *store.Store) portions {
	if s != nil && s.Engine() == store.Postgres {
		return portions{events: 8, messages: 64, consumers: 8, batch: 8, outcomes: 32}
	}
	return portions{events: 8, messages: 4, consumers: 2, batch: 8, outcomes: 4}
}

// keepsUp says whether a consumer answers soon and well. Of one that is new we
// expect it.
func (e *endpoint) keepsUp() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	stuck := e.active > 0 && time.Since(e.moved) > tardy
	held := e.limiter != nil && e.waiting() > 0
	return e.failed == 0 && e.latency <= tardy && !stuck && !held
}

// side says where a consumer is looked after now. It is asked under mu.
func (d *Dispatcher) side(e *endpoint) side {
	return side(e.consumer.Disabled || e.putOff || !e.keepsUp())
}

// putOff says whether a consumer's message is to be made later: in one
// transaction those who keep up come first, with a few others. What follows a
// message that was put off must not overtake it. It is asked under mu.
func (d *Dispatcher) putOff(e *endpoint) bool {
	if !e.putOff {
		if e.keepsUp() {
			return false
		}
		if d.spared < spare {
			d.spared++
			return false
		}
		e.putOff = true
	}
	d.putOffs++
	return true
}

// stepBehind does what there is to do for consumers that do not keep up, a
// little of it at a time.
func (d *Dispatcher) stepBehind(ctx context.Context) (time.Duration, error) {
	ctx = store.Derived(store.Behind(ctx))
	wait := d.options.Poll
	if d.due.Load() || time.Since(d.looked) >= d.options.Poll {
		// One look that was slow must not put off the next for long.
		wait = min(max(lookApart, lookShare*d.lookTook), d.options.Poll) - time.Since(d.looked)
		if wait <= 0 {
			if err := d.look(ctx); err != nil {
				return 0, err
			}
			wait = d.options.Poll
		}
	}
	more, err := d.fanOutRest(ctx)
	if err != nil {
		return 0, err
	}
	if err := d.claim(ctx, behind); err != nil {
		return 0, err
	}
	if more {
		return 0, nil
	}
	return min(wait, d.pause(behind)), nil
}

// fanOutRest makes some of the messages that were put off.
func (d *Dispatcher) fanOutRest(ctx context.Context) (more bool, err error) {
	if !d.rest.Swap(false) {
		return false, nil
	}
	d.mu.Lock()
	putOffs, revision := d.putOffs, d.revision
	d.mu.Unlock()
	now := d.now()
	room := map[bowline.ID]int{}
	list, mark, more, err := d.store.FanOutRest(ctx, store.Rest{
		Revision: revision, Now: now, Until: now.Add(d.options.Lease), Holder: d.holder.Load(),
		Events: d.portions.events, Messages: d.portions.messages, After: d.restMark,
		Match: d.wanted, Lease: func(consumer bowline.ID) bool { return d.leases(consumer, room) },
	})
	if err != nil {
		d.rest.Store(true)
		if errors.Is(err, store.ErrStale) { // whoever reads them again wakes us
			d.consumers.Store(true)
			d.nudge()
			err = nil
		}
		return false, err
	}
	d.push(list)
	if d.restMark = mark; more {
		d.rest.Store(true)
		return true, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if putOffs == d.putOffs && !d.fanning { // else there may be more by now
		for _, e := range d.endpoints {
			e.putOff = false
		}
	}
	return false, nil
}

// wanted says who is told of an event, for what was put off.
func (d *Dispatcher) wanted(event *bowline.Event) (list []bowline.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range d.byInstance[event.InstanceID] {
		if e.consumer.Wants(event) {
			list = append(list, e.consumer.ID)
		}
	}
	return list
}

// leases says whether a message is taken at once, and what room is left then.
func (d *Dispatcher) leases(consumer bowline.ID, room map[bowline.ID]int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	e := d.endpoints[consumer]
	if e == nil {
		return false
	}
	left, known := room[consumer]
	if !known {
		left = e.free()
	}
	if e.backlog || left == 0 {
		e.backlog = true
		d.dueAt(e, d.now())
		return false
	}
	room[consumer] = left - 1
	return true
}

// look asks the database when each consumer has something to do.
func (d *Dispatcher) look(ctx context.Context) error {
	d.due.Store(false)
	d.rest.Store(true) // another replica may have left it
	d.mu.Lock()
	d.looks++
	d.mu.Unlock()
	begun := time.Now()
	list, err := d.store.DueConsumers(ctx)
	if err != nil {
		return err
	}
	d.looked = time.Now()
	d.lookTook = d.looked.Sub(begun)
	d.found(list)
	if _, err := d.current(ctx); err != nil {
		return err
	}
	return d.drop(ctx)
}

// found takes note of what is due. What was noted while the database was asked
// stays.
func (d *Dispatcher) found(list []store.Due) {
	now, wake := d.now(), false
	d.mu.Lock()
	for _, e := range d.endpoints {
		if e.noted < d.looks {
			e.nextDue = time.Time{}
		}
	}
	for _, due := range list {
		if e := d.endpoints[due.Consumer]; e != nil {
			e.nextDue = earlier(e.nextDue, due.At)
			wake = wake || d.side(e) == keepsUp && due.At.Before(now.Add(d.options.Poll))
		} else {
			d.orphans[due.Consumer] = true
		}
	}
	d.mu.Unlock()
	if wake {
		d.nudge()
	}
}

// dueAt notes when a consumer has something to do. It is called under mu.
func (d *Dispatcher) dueAt(e *endpoint, at time.Time) {
	e.nextDue, e.noted = earlier(e.nextDue, at), d.looks
}

// current says whether consumers are as we know them. If another replica has
// changed them, the next step reads them again.
func (d *Dispatcher) current(ctx context.Context) (bool, error) {
	revision, err := d.store.ConsumersRevision(ctx)
	d.mu.Lock()
	known := d.revision
	d.mu.Unlock()
	if err != nil || revision == known {
		return err == nil, err
	}
	d.consumers.Store(true)
	d.nudge()
	return false, nil
}

// drop deletes what consumers that are gone have left, in small steps.
func (d *Dispatcher) drop(ctx context.Context) error {
	d.mu.Lock()
	left := slices.Collect(maps.Keys(d.orphans))
	d.mu.Unlock()
	for _, id := range left {
		n, err := d.store.DropMessages(ctx, id, claimBatch)
		if err != nil {
			return err
		}
		if n < claimBatch { // or the consumer is there, and will be known soon
			d.mu.Lock()
			delete(d.orphans, id)
			d.mu.Unlock()
		} else {
			d.due.Store(true)
		}
	}
	return nil
}
