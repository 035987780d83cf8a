package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// fewStored is what a database that has grown is compared with.
const fewStored = 1000

// growth measures what one delivery costs, in microseconds of elapsed time while
// a backlog is sent, in a database with few messages and in one with many.
func (b *bench) growth(ctx context.Context, e engine) (few, many figure, err error) {
	s, err := openSink(ctx, nil, nil)
	if err != nil {
		return few, many, err
	}
	defer s.close()
	sides := []struct {
		stored int
		costs  []float64
		place  *prepared
	}{{stored: fewStored}, {stored: b.stored}}
	for n := range sides {
		p, err := b.prepared(ctx, e)
		if err != nil {
			return few, many, err
		}
		defer p.drop(ctx)
		sides[n].place = p
		if err := p.consumers(ctx, []endpoint{{url: s.url + healthy}}); err != nil {
			return few, many, err
		}
		began := time.Now()
		if err := p.age(ctx, sides[n].stored); err != nil {
			return few, many, fmt.Errorf("store %d messages on %s: %w", sides[n].stored, e.name, err)
		}
		b.tellf("%d messages stored on %s in %s", sides[n].stored, e.name, time.Since(began).Round(time.Millisecond))
		if err := p.settle(ctx, "events", "messages", "attempts"); err != nil {
			return few, many, err
		}
	}
	count := b.events / 3 // few enough that the smaller database stays small
	for turn := range b.rounds + 1 {
		for n := range sides {
			side := &sides[n]
			if err := side.place.backlog(ctx, count); err != nil {
				return few, many, err
			}
			got, err := drain(ctx, side.place.place, s, count)
			if err != nil {
				return few, many, fmt.Errorf("with %d messages on %s: %w", side.stored, e.name, err)
			}
			b.tell(fmt.Sprintf("with %d on %s", side.stored, e.name), outcome{rate: got.rate, cpu: got.cpu})
			if turn > 0 {
				side.costs = append(side.costs, 1e6/got.rate)
			}
		}
	}
	return summarize(sides[0].costs), summarize(sides[1].costs), nil
}

// age stores messages that were delivered long ago: made and finished by the
// statements that do so in Bowline, without anything being sent.
func (p *prepared) age(ctx context.Context, count int) error {
	return p.with(ctx, func(s *store.Store) error {
		list, err := s.Consumers(ctx, p.instance)
		if err == nil && len(list) == 0 {
			err = errors.New("there is no consumer")
		}
		if err != nil {
			return err
		}
		for left := count; left > 0 && err == nil; left -= eventsAtOnce {
			if err = p.record(ctx, s, min(left, eventsAtOnce)); err == nil {
				err = deliver(ctx, s, list[0].ID)
			}
		}
		return err
	})
}

// deliver makes messages of all waiting events, and successes of the messages.
func deliver(ctx context.Context, s *store.Store, consumer bowline.ID) error {
	revision, err := s.ConsumersRevision(ctx)
	if err != nil {
		return err
	}
	now := utcNow()
	leased, _, err := s.FanOut(ctx, store.FanOut{
		Revision: revision, Now: now, Until: now.Add(time.Minute), Limit: eventsAtOnce,
		Match: func(*bowline.Event) []store.Target { return []store.Target{{Consumer: consumer, Leased: true}} },
	})
	if err != nil {
		return err
	}
	outcomes := make([]store.Outcome, len(leased))
	for n, d := range leased {
		outcomes[n] = store.Outcome{
			Delivery: d, Status: bowline.MessageSuccess, Kind: bowline.AttemptScheduled, Scheduled: 1,
			Attempt: &bowline.Attempt{
				ID: bowline.NewID(now), MessageID: d.ID, Kind: bowline.AttemptScheduled, URL: "http://127.0.0.1" + healthy, At: now,
				Duration: time.Millisecond, Success: true, StatusCode: 204,
			},
		}
	}
	return s.Finish(ctx, outcomes, nil)
}
