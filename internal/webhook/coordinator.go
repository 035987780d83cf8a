package webhook

import (
	"context"
	"errors"
	"slices"
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
	// lookApart keeps looks for due messages apart, as they cost by consumer:
	// by this, or by so many times what one takes.
	lookApart, lookShare = 50 * time.Millisecond, 20
	// reloadAfter is how old what we know of consumers' health may be, which
	// other replicas change without a word.
	reloadAfter = time.Minute
	// busyQueue is how much may wait for fast consumers before fan-out pauses:
	// messages that go through memory cost less than those that wait in between.
	// busyPause bounds it for each batch: others have no part in it.
	busyQueue, busyPause = 4096, 50 * time.Millisecond
)

// step does all that there is to do now, and returns how long there is nothing.
func (d *Dispatcher) step(ctx context.Context) (time.Duration, error) {
	if err := d.reload(ctx); err != nil {
		return 0, err
	}
	more, err := d.fanOut(ctx)
	if err != nil {
		return 0, err
	}
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
	if err := d.claim(ctx); err != nil {
		return 0, err
	}
	if more {
		return d.busy(), nil
	}
	return min(wait, d.pause()), nil
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
	fast := 0
	for _, e := range d.endpoints {
		fast += e.fastQueue()
	}
	return fast >= busyQueue
}

// pause is the time until something is known to be due.
func (d *Dispatcher) pause() time.Duration {
	pause := d.options.Poll
	now := d.now()
	for _, e := range d.endpoints {
		if !e.nextDue.IsZero() && !e.hungry.Load() {
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
	revision, err := d.store.ConsumersRevision(ctx)
	if err == nil {
		var list []bowline.Consumer
		if list, err = d.store.AllConsumers(ctx); err == nil {
			d.take(ctx, list)
			d.revision, d.loaded = revision, time.Now()
			return nil
		}
	}
	d.consumers.Store(true)
	return err
}

// take replaces what is known of consumers. Those that are gone or disabled
// lose what waits for them in memory.
func (d *Dispatcher) take(ctx context.Context, list []bowline.Consumer) {
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
		if err := e.configure(c); err != nil {
			d.log.ErrorContext(ctx, "a webhook consumer cannot be used", "webhook", c.ID, "error", err)
		}
		if c.Disabled {
			d.skip(e.drain())
		} else {
			d.byInstance[c.InstanceID] = append(d.byInstance[c.InstanceID], e)
			if wasDisabled {
				d.due.Store(true)
			}
		}
	}
	for id, e := range d.endpoints {
		if !seen[id] {
			e.drain()
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
	for _, e := range d.endpoints {
		e.room = e.free()
	}
	now := d.now()
	list, more, err := d.store.FanOut(ctx, store.FanOut{
		Revision: d.revision, Now: now, Until: now.Add(d.options.Lease), Limit: fanOutBatch, Match: d.match,
	})
	if errors.Is(err, store.ErrStale) {
		d.consumers.Store(true)
		return true, nil
	}
	if err != nil {
		return false, err
	}
	d.push(list)
	return more, nil
}

// match says who is told of an event. It runs inside the transaction, perhaps
// twice; too little room is no harm.
func (d *Dispatcher) match(event *bowline.Event) (targets []store.Target) {
	for _, e := range d.byInstance[event.InstanceID] {
		if !e.consumer.Wants(event) {
			continue
		}
		leased := !e.backlog && e.room > 0
		if leased {
			e.room--
		} else {
			// What comes later must not overtake it.
			e.backlog, e.nextDue = true, earlier(e.nextDue, d.now())
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
		e := d.endpoints[delivery.Consumer]
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

// look asks the database when each consumer has something to do.
func (d *Dispatcher) look(ctx context.Context) error {
	d.due.Store(false)
	begun := time.Now()
	list, err := d.store.DueConsumers(ctx)
	if err != nil {
		return err
	}
	d.looked = time.Now()
	d.lookTook = d.looked.Sub(begun)
	for _, e := range d.endpoints {
		e.nextDue = time.Time{}
	}
	for _, due := range list {
		if e := d.endpoints[due.Consumer]; e != nil {
			e.nextDue = due.At
		} else {
			d.orphans[due.Consumer] = true
		}
	}
	if _, err := d.current(ctx); err != nil {
		return err
	}
	return d.drop(ctx)
}

// current says whether consumers are as we know them. If another replica has
// changed them, the next step reads them again.
func (d *Dispatcher) current(ctx context.Context) (bool, error) {
	revision, err := d.store.ConsumersRevision(ctx)
	if err != nil || revision == d.revision {
		return err == nil, err
	}
	d.consumers.Store(true)
	d.nudge()
	return false, nil
}

// drop deletes what consumers that are gone have left, in small steps.
func (d *Dispatcher) drop(ctx context.Context) error {
	for id := range d.orphans {
		n, err := d.store.DropMessages(ctx, id, claimBatch)
		if err != nil {
			return err
		}
		if n < claimBatch { // or the consumer is there, and will be known soon
			delete(d.orphans, id)
		}
	}
	if len(d.orphans) > 0 {
		d.due.Store(true)
	}
	return nil
}

// claim leases what is due for consumers that have room.
func (d *Dispatcher) claim(ctx context.Context) error {
	now := d.now()
	var wants, disabled []store.Want
	for id, e := range d.endpoints {
		if e.nextDue.IsZero() || e.nextDue.After(now) {
			continue
		}
		if e.consumer.Disabled {
			disabled = append(disabled, store.Want{Consumer: id, Limit: claimBatch})
			continue
		}
		limit := min(e.free(), claimBatch)
		if limit == 0 {
			e.wantMore()
			continue
		}
		wants = append(wants, store.Want{Consumer: id, Limit: limit})
	}
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
	for part := range slices.Chunk(wants, claimConsumers) {
		if err := d.claimFor(ctx, part, now); err != nil {
			return err
		}
	}
	return nil
}

func (d *Dispatcher) claimFor(ctx context.Context, wants []store.Want, now time.Time) error {
	list, err := d.store.Claim(ctx, wants, now, now.Add(d.options.Lease))
	if err != nil {
		return err
	}
	got := map[bowline.ID]int{}
	active := list[:0]
	for _, delivery := range list {
		got[delivery.Consumer]++
		if d.endpoints[delivery.Consumer].consumer.Disabled {
			d.results <- result{Outcome: skip(delivery, now)}
			continue
		}
		active = append(active, delivery)
	}
	for _, want := range wants {
		e := d.endpoints[want.Consumer]
		if got[want.Consumer] < want.Limit {
			// Nothing more is due; when the next will be, look tells.
			e.backlog, e.nextDue = false, time.Time{}
			d.due.Store(true)
		} else {
			d.nudge()
		}
	}
	d.push(active)
	return nil
}

// retryAt notes when a consumer has something to do. It is called by the
// finisher, so it only leaves a note.
func (d *Dispatcher) retryAt() {
	if !d.due.Swap(true) {
		d.nudge()
	}
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
