package webhook

import (
	"context"
	"errors"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

const (
	// fanOutBatch bounds the events of one transaction: others write too.
	fanOutBatch = 256
	// claimBatch bounds the messages of one transaction, and claimConsumers the
	// consumers that share it.
	claimBatch, claimConsumers = 256, 32
	// spare is how many messages of one transaction may be for consumers that do
	// not keep up: few of them cost less at once than by themselves later.
	spare = 4
	// reloadAfter is how old what we know of consumers' health may be, which
	// other replicas change without a word.
	reloadAfter = time.Minute
	// busyQueue is how much may wait for fast consumers before fan-out pauses:
	// messages that go through memory cost less than those that wait in between.
	// busyPause bounds it for each batch: others have no part in it.
	busyQueue, busyPause = 4096, 50 * time.Millisecond
)

// step does all that there is to do now for consumers that keep up, and returns
// how long there is nothing.
func (d *Dispatcher) step(ctx context.Context) (time.Duration, error) {
	if err := d.reload(ctx); err != nil {
		return 0, err
	}
	more, err := d.fanOut(ctx)
	if err != nil {
		return 0, err
	}
	if err := d.claim(ctx, keepsUp); err != nil {
		return 0, err
	}
	if more {
		return d.busy(), nil
	}
	return d.pause(keepsUp), nil
}

// busy is how long to leave events where they are.
func (d *Dispatcher) busy() time.Duration {
	if !d.crowded() {
		d.busySince = time.Time{}
		return 0
	}
	now := time.Now()
	if d.busySince.IsZero() {
		d.busySince = now
	}
	return max(0, busyPause-now.Sub(d.busySince))
}

// crowded says whether enough waits for fast consumers.
func (d *Dispatcher) crowded() bool {
	if d.queued.Load() < busyQueue {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	fast := 0
	for _, e := range d.endpoints {
		fast += e.fastQueue()
	}
	return fast >= busyQueue
}

// pause is the time until something is known to be due on a side.
func (d *Dispatcher) pause(on side) time.Duration {
	pause := d.options.Poll
	now := d.now()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range d.endpoints {
		if !e.nextDue.IsZero() && !e.hungry.Load() && d.side(e) == on {
			pause = min(pause, max(e.nextDue.Sub(now), time.Millisecond))
		}
	}
	return pause
}

// reload reads the consumers again when they have changed.
func (d *Dispatcher) reload(ctx context.Context) error {
	changed := d.consumers.Swap(false)
	if !changed && time.Since(d.loaded) < reloadAfter {
		return nil
	}
	asOf := d.judged.Load()
	revision, err := d.store.ConsumersRevision(ctx)
	if err == nil {
		var list []bowline.Consumer
		if list, err = d.store.AllConsumers(ctx); err == nil {
			d.take(ctx, list, asOf)
			d.mu.Lock()
			d.revision = revision
			d.mu.Unlock()
			d.loaded = time.Now()
			d.nudgeBehind()
			return nil
		}
	}
	d.consumers.Store(true)
	return err
}

// take replaces what is known of consumers. Those that are gone or disabled
// lose what waits for them in memory.
func (d *Dispatcher) take(ctx context.Context, list []bowline.Consumer, asOf int64) {
	var left []item
	defer func() { d.skip(left) }()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.byInstance = map[bowline.ID][]*endpoint{}
	seen := map[bowline.ID]bool{}
	for _, c := range list {
		seen[c.ID] = true
		e := d.endpoints[c.ID]
		if e == nil {
			e = newEndpoint(d)
			d.endpoints[c.ID] = e
		}
		wasDisabled := e.consumer.ID != "" && e.consumer.Disabled
		if err := e.configure(c, asOf); err != nil {
			d.log.ErrorContext(ctx, "a webhook consumer cannot be used", "webhook", c.ID, "error", err)
		}
		if c.Disabled {
			left = append(left, e.drain()...)
		} else {
			d.byInstance[c.InstanceID] = append(d.byInstance[c.InstanceID], e)
			if wasDisabled {
				d.due.Store(true)
			}
		}
	}
	for id, e := range d.endpoints {
		if !seen[id] {
			d.letGo(e.drain()...)
			e.retire()
			e.close(nil)
			delete(d.endpoints, id)
			d.orphans[id] = true
		}
	}
}

// skip passes over attempts that fell due while their consumer was disabled.
func (d *Dispatcher) skip(list []item) {
	now := d.now()
	for _, it := range list {
		d.results <- result{Outcome: skip(it.Delivery, now)}
	}
}

// fanOut turns one batch of events into messages and queues those that have
// room.
func (d *Dispatcher) fanOut(ctx context.Context) (more bool, err error) {
	if d.busy() > 0 {
		return true, nil
	}
	d.busySince = time.Time{}
	d.mu.Lock()
	for _, e := range d.endpoints {
		e.measure()
	}
	d.space = d.hands.space(0, true)
	d.spared, d.fanning = 0, true
	revision, before := d.revision, d.putOffs
	d.mu.Unlock()
	now := d.now()
	list, more, err := d.store.FanOut(ctx, store.FanOut{
		Revision: revision, Now: now, Until: now.Add(d.options.Lease), Holder: d.holder.Load(), Limit: fanOutBatch, Match: d.match,
	})
	d.mu.Lock()
	d.fanning = false
	putOff := d.putOffs != before
	d.mu.Unlock()
	if errors.Is(err, store.ErrStale) {
		d.consumers.Store(true)
		return true, nil
	}
	if err != nil {
		return false, err
	}
	d.push(list)
	if putOff {
		d.rest.Store(true)
		d.nudgeBehind()
	}
	return more, nil
}

// match says who is told of an event. It runs inside the transaction, perhaps
// twice; too little room is no harm.
func (d *Dispatcher) match(event *bowline.Event) (targets []store.Target) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range d.byInstance[event.InstanceID] {
		if !e.consumer.Wants(event) {
			continue
		}
		if d.putOff(e) {
			targets = append(targets, store.Target{Consumer: e.consumer.ID, Later: true})
			continue
		}
		leased := !e.backlog && d.fits(e, event)
		if !leased {
			// What comes later must not overtake it.
			e.backlog = true
			d.dueAt(e, d.now())
		}
		targets = append(targets, store.Target{Consumer: e.consumer.ID, Leased: leased})
	}
	return targets
}

// push queues deliveries, in order. The body of an event is made once.
func (d *Dispatcher) push(list []store.Delivery) {
	var event *bowline.Event
	var body []byte
	touched := make([]*endpoint, 0, 8)
	for _, delivery := range list {
		if delivery.Event != event {
			event = delivery.Event
			body = encode(event)
		}
		e := d.endpoint(delivery.Consumer)
		if e == nil {
			continue // its lease ends, and then it is dropped
		}
		e.add(item{Delivery: delivery, body: body})
		if len(touched) == 0 || touched[len(touched)-1] != e {
			touched = append(touched, e)
		}
	}
	for _, e := range touched {
		e.start()
	}
}
