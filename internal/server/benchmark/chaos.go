package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// How the chaos is made.
const (
	replicas    = 3
	chaosPace   = 500              // companies created a second
	chaosUneasy = 5                // of so many messages one fails at its first attempt
	killMean    = 3 * time.Second  // between two kills, on average
	settleLimit = 45 * time.Second // for what is left after the last kill: less than a lease, as survivors do not wait for its end
	doneLag     = 2 * time.Second  // an accepted delivery may not be recorded yet for so long
	chaosLimit  = 15 * time.Minute // for all of it
)

// chaos is several programs on one PostgreSQL of which some die at any time,
// and a consumer that fails at any time.
type chaos struct {
	b     *bench
	place place
	sink  *sink

	mu       sync.Mutex
	running  []*process
	died     map[int]time.Time // by process id
	seen     map[string]*seen  // by message
	dice     *rand.Rand
	unsure   int // creations that got no answer
	answered int
}

// seen is what the consumer knows of one message.
type seen struct {
	event    string
	requests int
	accepted time.Time // first; zero before
	by       int       // the process that sent what was accepted; 0 when unknown
	again    int       // requests after that
}

// chaos makes it and tells what came of it. It fails when an event is lost, or
// sent again without cause.
func (b *bench) chaos(ctx context.Context, e engine) (err error) {
	ctx, cancel := context.WithTimeout(ctx, chaosLimit)
	defer cancel()
	p, err := b.prepared(ctx, e)
	if err != nil {
		return err
	}
	defer p.drop(ctx)
	c := &chaos{b: b, place: p.place, died: map[int]time.Time{}, seen: map[string]*seen{}, dice: rand.New(rand.NewPCG(uint64(b.seed), 5))} //nolint:gosec // a failing run must be repeatable
	if c.sink, err = openSink(ctx, c.judge, c.owner); err != nil {
		return err
	}
	defer c.sink.close()
	if err := p.consumers(ctx, []endpoint{{url: c.sink.url + healthy}}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.end()) }()
	for range replicas {
		if err := c.start(ctx); err != nil {
			return err
		}
	}
	began := time.Now()
	kills, err := c.rage(ctx)
	if err != nil {
		return err
	}
	events, err := c.settle(ctx)
	if err != nil {
		return err
	}
	return c.tell(events, kills, time.Since(began))
}

func (c *chaos) start(ctx context.Context) error {
	p, err := c.b.startPlace(ctx, c.place)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running = append(c.running, p)
	return nil
}

// end stops what still runs, politely.
func (c *chaos) end() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for _, p := range c.running {
		errs = append(errs, p.stop())
	}
	c.running = nil
	return errors.Join(errs...)
}

// owner says which replica has a connection to the sink.
func (c *chaos) owner(from, to int) int {
	c.mu.Lock()
	var all []int
	for _, p := range c.running {
		all = append(all, p.command.Process.Pid)
	}
	c.mu.Unlock()
	return owner(all, from, to)
}

// judge fails some messages at their first attempt, half of them without an
// answer. Once only: the second retry is due after five minutes.
func (c *chaos) judge(d *delivery) verdict {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.seen[d.message]
	if m == nil {
		m = &seen{event: d.event}
		c.seen[d.message] = m
	}
	m.requests++
	if !m.accepted.IsZero() {
		m.again++
		return verdict{}
	}
	if m.requests == 1 && c.dice.IntN(chaosUneasy) == 0 {
		return verdict{status: 503, drop: c.dice.IntN(2) == 0}
	}
	m.accepted, m.by = d.at, d.sender
	return verdict{}
}

// rage creates companies at a pace on whichever replica lives, and kills one
// after the other meanwhile.
func (c *chaos) rage(ctx context.Context) (kills int, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	killed := make(chan error, 1)
	go func() {
		killed <- func() error {
			for {
				select {
				case <-ctx.Done():
					return nil
				case <-time.After(killMean/2 + c.random(killMean)):
				}
				if err := c.killOne(); err != nil {
					return err
				}
				kills++
				if err := c.start(context.WithoutCancel(ctx)); err != nil {
					return err
				}
			}
		}()
	}()
	span := time.Duration(c.b.chaosEvents) * time.Second / chaosPace
	err = paced(ctx, chaosPace, span, load{workers: 4 * paceWorkers, prepare: func(int) (func() error, func(), error) {
		var on *client
		return func() error {
				for done := false; !done && ctx.Err() == nil; {
					on, done = c.create(on)
				}
				return nil
			}, func() {
				if on != nil {
					on.close()
				}
			}, nil
	}})
	stop()
	err = errors.Join(err, <-killed)
	return kills, err
}

func (c *chaos) random(below time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Duration(c.dice.Int64N(int64(below)))
}

func (c *chaos) killOne() error {
	c.mu.Lock()
	n := c.dice.IntN(len(c.running))
	p := c.running[n]
	c.running = append(c.running[:n:n], c.running[n+1:]...)
	c.mu.Unlock()
	err := p.kill()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.died[p.command.Process.Pid] = time.Now()
	return err
}

// create tries to create a company, over the connection of last time unless it
// broke, and returns the connection if it still holds.
func (c *chaos) create(on *client) (_ *client, done bool) {
	if on == nil {
		c.mu.Lock()
		host := c.running[c.dice.IntN(len(c.running))].host
		c.mu.Unlock()
		var err error
		if on, err = dial(host); err != nil {
			return nil, false // it has just died, and was asked for nothing
		}
	}
	_, err := (&system{header: apiHeader}).newCompany(on)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil { // it died while it was asked, before or after it committed
		c.unsure++
		on.close()
		return nil, false
	}
	c.answered++
	return on, true
}

// settle waits until the database says that everything was delivered, and
// returns the events that there are.
func (c *chaos) settle(ctx context.Context) (events map[string]bool, err error) {
	conn, err := pgx.Connect(ctx, c.place.url)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	for until := time.Now().Add(settleLimit); ; time.Sleep(100 * time.Millisecond) {
		var open int
		err := conn.QueryRow(ctx, `SELECT (SELECT count(*) FROM events WHERE fanned IN (0, 3))
			+ (SELECT count(*) FROM messages WHERE status <> 'Success')`).Scan(&open)
		if err != nil {
			return nil, err
		}
		if open == 0 {
			break
		}
		if time.Now().After(until) {
			return nil, fmt.Errorf("%d events are not delivered after %s", open, settleLimit)
		}
	}
	rows, err := conn.Query(ctx, `SELECT id FROM events`)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	events = map[string]bool{}
	for _, id := range list {
		events[id] = true
	}
	return events, err
}

// tell prints the count and judges it.
func (c *chaos) tell(events map[string]bool, kills int, took time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	delivered, requests, again, causeless := map[string]int{}, 0, 0, 0
	for _, m := range c.seen {
		requests += m.requests
		if m.accepted.IsZero() {
			continue
		}
		delivered[m.event]++
		again += m.again
		if m.again > 0 && !c.explained(m) {
			causeless += m.again
		}
	}
	lost, twins := 0, 0
	for event := range events {
		if delivered[event] == 0 {
			lost++
		}
		twins += max(delivered[event]-1, 0)
	}
	fmt.Printf("chaos: %d replicas, %d kills, %d companies created and %d more attempts at it that got no answer, in %s: %d events, %d requests, "+
		"%d delivered, %d lost; %d delivered again, %d of them by a replica that was killed before it could record it, %d without cause\n",
		replicas, kills, c.answered, c.unsure, took.Round(time.Second), len(events), requests, len(delivered), lost, again, again-causeless, causeless)
	switch {
	case len(events) < c.answered:
		return fmt.Errorf("%d companies were created and %d events recorded", c.answered, len(events))
	case lost > 0 || len(delivered) != len(events):
		return fmt.Errorf("%d events are lost", lost)
	case twins > 0:
		return fmt.Errorf("%d events came as two messages", twins)
	case causeless > 0:
		return fmt.Errorf("%d deliveries again without cause", causeless)
	}
	return nil
}

// explained says whether a message had to be sent again: the replica whose
// delivery was accepted died before it can have recorded that.
func (c *chaos) explained(m *seen) bool {
	for pid, at := range c.died {
		if (m.by == pid || m.by == 0) && m.accepted.Before(at) && at.Sub(m.accepted) < doneLag {
			return true
		}
	}
	return false
}
