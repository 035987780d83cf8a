package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// paceWorkers make the requests of a pace, each on a connection of its own, so
// that one that takes long does not hold up the next.
const paceWorkers = 8

// paced does something at a fixed rate for a while, however long it takes.
func paced(ctx context.Context, perSecond int, span time.Duration, work load) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	ticks := make(chan struct{}, perSecond)
	var workers sync.WaitGroup
	for n := range work.workers {
		workers.Go(func() {
			once, end, err := work.prepare(n)
			if err != nil {
				fail(err)
				return
			}
			defer end()
			for range ticks {
				if err := once(); err != nil {
					fail(err)
					return
				}
			}
		})
	}
	ticker := time.NewTicker(time.Second / time.Duration(perSecond))
	for n := 0; n < int(span.Seconds()*float64(perSecond)) && ctx.Err() == nil; n++ {
		<-ticker.C
		select {
		case ticks <- struct{}{}:
		default:
			fail(fmt.Errorf("the machine does not keep up with %d events per second", perSecond))
		}
	}
	ticker.Stop()
	close(ticks)
	workers.Wait()
	return context.Cause(ctx)
}

// delays are how long things took, in milliseconds.
type delays []float64

// at is the delay within which that share of them were done.
func (d delays) at(share float64) float64 {
	slices.Sort(d)
	return d[min(int(share*float64(len(d))), len(d)-1)]
}

// spread gathers two percentiles of several runs.
type spread struct{ p50, p99 []float64 }

func (s *spread) add(d delays) {
	s.p50, s.p99 = append(s.p50, d.at(.5)), append(s.p99, d.at(.99))
}

// arrivals returns, for one endpoint, how long after its event each message was
// there: from the time that the event bears, which is before it was committed.
func arrivals(list []delivery, path string) delays {
	var found delays
	for _, d := range list {
		if d.path == path {
			found = append(found, float64(d.at.Sub(d.generated))/float64(time.Millisecond))
		}
	}
	return found
}

// pace is how many events a second the latency is measured at.
const pace = 200

// healthy is the endpoint whose deliveries are timed.
const healthy = "/healthy"

// timed creates companies at the pace over the API and returns how long the
// healthy endpoint waited to be told of each.
func (b *bench) timed(ctx context.Context, sys *system, s *sink, span time.Duration) (delays, error) {
	s.take()
	companies := sys.companies()
	count := int(span.Seconds() * pace)
	if err := paced(ctx, pace, span, companies); err != nil {
		return nil, fmt.Errorf("create companies: %w", err)
	}
	list, err := settled(s, healthy, count)
	return arrivals(list, healthy), err
}

// settleWait is longer than any lease of a replica that died.
const settleWait = 90 * time.Second

// settled waits until an endpoint has been told that often, and returns all
// that has arrived since the last take.
func settled(s *sink, path string, count int) ([]delivery, error) {
	var list []delivery
	for until := time.Now().Add(settleWait); ; time.Sleep(pollEvery) {
		list = append(list, s.take()...)
		told := 0
		for _, d := range list {
			if d.path == path {
				told++
			}
		}
		switch {
		case told == count:
			return list, nil
		case told > count:
			return nil, fmt.Errorf("%s was told %d times of %d events", path, told, count)
		case time.Now().After(until):
			return nil, fmt.Errorf("%s was told of %d of %d events", path, told, count)
		}
	}
}

// crowdShare says of how many companies one has the tag that the crowd of dead
// and slow consumers asks for.
const crowdShare = 20

const crowdTag = "crowd"

// companies is the load of creating companies, of which some have the tag.
func (s *system) companies() load {
	return overHTTP(s.host, paceWorkers, func(c *client) error {
		body := `{"name":"Harbour Bakery"}`
		if sequence.Add(1)%crowdShare == 0 {
			body = `{"name":"Harbour Bakery","tags":{"` + crowdTag + `":"yes"}}`
		}
		_, err := c.expect(200, call{method: "POST", path: "/api/companies", header: s.header, body: body})
		return err
	})
}

// latency measures from event to delivery with one consumer, and beside it what
// the least takes that one could call durable: commit, then sign and post.
func (b *bench) latency(ctx context.Context, e engine, plain committer) (ours, floor spread, err error) {
	s, err := openSink(ctx, nil, nil)
	if err != nil {
		return ours, floor, err
	}
	defer s.close()
	p, err := b.prepared(ctx, e)
	if err != nil {
		return ours, floor, err
	}
	defer p.drop(ctx)
	if err := p.consumers(ctx, []endpoint{{url: s.url + healthy}}); err != nil {
		return ours, floor, err
	}
	sys, err := startSystem(ctx, p.place)
	if err != nil {
		return ours, floor, err
	}
	defer func() { err = errors.Join(err, sys.close()) }()
	for n := range b.rounds + 1 {
		below, err := b.naive(ctx, s, plain)
		if err != nil {
			return ours, floor, err
		}
		above, err := b.timed(ctx, sys, s, b.paceSpan)
		if err != nil {
			return ours, floor, fmt.Errorf("latency on %s: %w", e.name, err)
		}
		b.tellDelays("event to delivery on "+e.name+", floor", below)
		b.tellDelays("event to delivery on "+e.name, above)
		if n > 0 {
			ours.add(above)
			floor.add(below)
		}
	}
	return ours, floor, nil
}

func (b *bench) tellDelays(name string, d delays) {
	b.tellf("%-38s p50 %.2f ms, p99 %.2f ms", name, d.at(.5), d.at(.99))
}

// naive commits two rows, signs and posts, at the same pace.
func (b *bench) naive(ctx context.Context, s *sink, plain committer) (delays, error) {
	poster, err := newPoster(paceWorkers)
	if err != nil {
		return nil, err
	}
	defer poster.close()
	var mu sync.Mutex
	var took delays
	err = paced(ctx, pace, b.paceSpan, load{workers: paceWorkers, prepare: func(int) (func() error, func(), error) {
		return func() error {
			began := time.Now()
			if err := plain.commit(context.WithoutCancel(ctx), 2); err != nil {
				return err
			}
			err := poster.post(ctx, s.url+"/naive")
			mu.Lock()
			defer mu.Unlock()
			took = append(took, float64(time.Since(began))/float64(time.Millisecond))
			return err
		}, func() {}, nil
	}})
	s.take()
	return took, err
}

// The crowd beside a healthy consumer.
const (
	deadConsumers = 100 // half refuse connections, half never answer
	slowConsumers = 10
	slowAnswer    = time.Second
	// crowdWarm is long enough to see that the dead do not answer.
	crowdWarm = 1500 * time.Millisecond
)

// crowded measures the healthy consumer alone and beside the crowd, in turns:
// each has a database of its own, in which the crowd's failures pile up.
func (b *bench) crowded(ctx context.Context, e engine) (alone, beside spread, err error) {
	s, err := openSink(ctx, func(d *delivery) verdict {
		switch d.path[:5] {
		case "/dead":
			return verdict{never: true}
		case "/slow":
			return verdict{after: slowAnswer}
		}
		return verdict{}
	}, nil)
	if err != nil {
		return alone, beside, err
	}
	defer s.close()
	closed, err := freeAddress(ctx)
	if err != nil {
		return alone, beside, err
	}
	crowd := []endpoint{{url: s.url + healthy}}
	for n := range deadConsumers {
		url := fmt.Sprintf("%s/dead/%d", s.url, n)
		if n%2 == 0 {
			url = fmt.Sprintf("http://%s/gone/%d", closed, n)
		}
		crowd = append(crowd, endpoint{url: url, tag: crowdTag + ":yes"})
	}
	for n := range slowConsumers {
		crowd = append(crowd, endpoint{url: fmt.Sprintf("%s/slow/%d", s.url, n), tag: crowdTag + ":yes"})
	}
	sides := []struct {
		list []endpoint
		into *spread
	}{{crowd[:1], &alone}, {crowd, &beside}}
	places := make([]*prepared, len(sides))
	for n, side := range sides {
		if places[n], err = b.prepared(ctx, e); err != nil {
			return alone, beside, err
		}
		defer places[n].drop(ctx)
		if err := places[n].consumers(ctx, side.list); err != nil {
			return alone, beside, err
		}
	}
	for turn := range b.crowdRounds + 1 {
		for n, side := range sides {
			var got delays
			err := b.profiled(fmt.Sprintf("crowd-%d-%s", len(side.list), e.name), turn == b.crowdRounds, func() (err error) {
				got, err = b.oneTurn(ctx, places[n], s)
				return err
			})
			if err != nil {
				return alone, beside, fmt.Errorf("beside dead consumers on %s: %w", e.name, err)
			}
			b.tellDelays(fmt.Sprintf("%d consumers on %s", len(side.list), e.name), got)
			if turn > 0 {
				side.into.add(got)
			}
		}
	}
	return alone, beside, nil
}

// oneTurn starts Bowline, lets the deliveries get going, and times them.
func (b *bench) oneTurn(ctx context.Context, p *prepared, s *sink) (delays, error) {
	sys, err := startSystem(ctx, p.place)
	if err != nil {
		return nil, err
	}
	if _, err = b.timed(ctx, sys, s, crowdWarm); err != nil {
		return nil, errors.Join(err, sys.close())
	}
	got, err := b.timed(ctx, sys, s, b.crowdSpan)
	return got, errors.Join(err, sys.close())
}
