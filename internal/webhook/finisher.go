package webhook

import (
	"context"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

const (
	// finishBatch bounds the outcomes of one transaction. linger is how long the
	// first waits for others: nobody waits for the record, and every commit
	// holds up the next fan-out.
	finishBatch = 256
	linger      = 5 * time.Millisecond
)

// result is an outcome on its way into the database.
type result struct {
	store.Outcome
	endpoint *endpoint // nil when no attempt was made
	ended    time.Time
}

// finishAll stores outcomes until there are no more to come.
func (d *Dispatcher) finishAll() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for first := range d.results {
		batch := append(make([]result, 0, finishBatch), first)
		timer.Reset(linger)
		batch = d.collect(batch, timer)
		if d.ending.Load() && d.crash {
			continue
		}
		d.finish(batch)
	}
}

func (d *Dispatcher) collect(batch []result, timer *time.Timer) []result {
	for len(batch) < finishBatch {
		select {
		case r, ok := <-d.results:
			if !ok {
				return batch
			}
			batch = append(batch, r)
		case <-timer.C:
			return batch
		}
	}
	return batch
}

// finish stores a batch, again and again until it is stored or the dispatcher
// is to end: attempts that were made must not be made again without cause.
func (d *Dispatcher) finish(batch []result) {
	ctx := context.WithoutCancel(d.sending)
	health := d.health(ctx, batch)
	var done, rest []store.Outcome
	retry := false
	for _, r := range batch {
		if r.Status == bowline.MessageSuccess && r.Attempt != nil {
			done = append(done, r.Outcome)
		} else {
			rest = append(rest, r.Outcome)
		}
		retry = retry || !r.RunAt.IsZero()
	}
	if len(rest) == 0 {
		d.record(ctx, done, health)
	} else if len(done) > 0 {
		d.record(ctx, done, nil)
	}
	behind := store.Behind(ctx)
	for len(rest) > 0 {
		n := min(d.portions.outcomes, len(rest))
		part := rest[:n]
		if rest = rest[n:]; len(rest) == 0 && len(health) > 0 {
			d.record(behind, part, health) // what is decided about a consumer stays
		} else {
			d.record(store.Derived(behind), part, nil)
		}
	}
	for _, r := range batch {
		if r.endpoint != nil && len(health) > 0 {
			r.endpoint.savedHealth()
		}
	}
	if retry {
		d.retryAt()
	}
}

// record stores outcomes that share a transaction.
func (d *Dispatcher) record(ctx context.Context, outcomes []store.Outcome, health []store.HealthChange) {
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		for i := range outcomes {
			outcomes[i].Delivery = d.hands.latest(outcomes[i].Delivery)
		}
		err := d.store.Finish(ctx, outcomes, health)
		if err == nil {
			d.tellDisabled(ctx, health)
			var room bool
			if outcomes, room = d.hands.settle(outcomes); room {
				d.nudge()
				d.nudgeBehind()
			}
			if health = nil; len(outcomes) == 0 {
				break
			}
			continue
		}
		d.log.ErrorContext(ctx, "outcomes of deliveries cannot be stored", "messages", len(outcomes), "error", err)
		if d.ending.Load() {
			return // their leases end
		}
		time.Sleep(pause)
	}
}

// health works out how long consumers have been failing, and which of them is
// to be disabled.
func (d *Dispatcher) health(ctx context.Context, batch []result) (changes []store.HealthChange) {
	place := map[*endpoint]int{}
	for _, r := range batch {
		e := r.endpoint
		if e == nil {
			continue
		}
		before := e.getHealth()
		after, disable := before.After(r.Attempt.Success, r.ended)
		if after == before && !disable {
			continue
		}
		if disable && d.succeededSince(ctx, e, after.FailingSince) {
			after, disable = bowline.ConsumerHealth{}, false
		}
		e.setHealth(after)
		c := e.settings.Load().consumer
		change := store.HealthChange{Instance: c.InstanceID, Consumer: c.ID, Health: after, Disable: disable, At: r.ended}
		if at, found := place[e]; found {
			changes[at] = change
			continue
		}
		place[e] = len(changes)
		changes = append(changes, change)
	}
	return changes
}

// tellDisabled logs whom a batch that is stored has disabled.
func (d *Dispatcher) tellDisabled(ctx context.Context, health []store.HealthChange) {
	for _, change := range health {
		if change.Disabled {
			d.log.WarnContext(ctx, "a webhook consumer is disabled: every delivery has failed for five days", "webhook", change.Consumer)
		}
	}
}

// succeededSince asks what other replicas have seen, before a consumer is
// disabled.
func (d *Dispatcher) succeededSince(ctx context.Context, e *endpoint, since time.Time) bool {
	found, err := d.store.SucceededSince(ctx, e.settings.Load().consumer.ID, since)
	if err != nil {
		d.log.ErrorContext(ctx, "a failing webhook consumer cannot be judged", "error", err)
		return true
	}
	return found
}

// giveBack releases what waits in memory.
func (d *Dispatcher) giveBack() {
	for _, e := range d.endpoints {
		for _, it := range e.drain() {
			d.results <- result{Outcome: release(it.Delivery)}
		}
	}
}
