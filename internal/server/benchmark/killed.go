package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

const (
	// killedEvents are not delivered yet when the program is killed.
	killedEvents = 200
	// firstWithin and allWithin are what a start after it has, on both engines: the
	// leases of a dead process do not hold up the next one.
	firstWithin, allWithin = 500, 5000 // milliseconds
)

// startPlace starts the built program on a place that was made here.
func (b *bench) startPlace(ctx context.Context, p place, environ ...string) (*process, error) {
	return spawn(ctx, b.binary, []string{"serve"}, append([]string{
		"BOWLINE_DATA_DIR=" + p.dir, "BOWLINE_DATABASE_URL=" + p.url, "BOWLINE_ENCRYPTION_KEYSET=" + p.keyset,
		"BOWLINE_BOOTSTRAP_API_KEY=" + apiKey, "BOWLINE_INSECURE_CONSUMERS=true", "BOWLINE_OUTBOUND_ALLOW=" + loopback.String(),
		"BOWLINE_LOG_LEVEL=warn",
	}, environ...))
}

// kill ends the program as a crash does.
func (p *process) kill() error {
	if err := p.command.Process.Kill(); err != nil {
		return err
	}
	_ = p.command.Wait() // which tells of the signal
	return nil
}

// afterKill is what a consumer saw of a crash, in milliseconds from the start
// that followed it.
type afterKill struct{ ready, first, all float64 }

// killed kills the built program with events undelivered, again and again.
func (b *bench) killed(ctx context.Context, e engine) (list []afterKill, err error) {
	holding := atomic.Bool{}
	s, err := openSink(ctx, func(*delivery) verdict { return verdict{never: holding.Load()} }, nil)
	if err != nil {
		return nil, err
	}
	defer s.close()
	p, err := b.prepared(ctx, e)
	if err != nil {
		return nil, err
	}
	defer p.drop(ctx)
	if err := p.consumers(ctx, []endpoint{{url: s.url + healthy}}); err != nil {
		return nil, err
	}
	for range b.rests {
		holding.Store(true)
		if err := b.crash(ctx, p.place, s); err != nil {
			return nil, err
		}
		holding.Store(false)
		got, err := b.recover(ctx, p.place, s)
		if err != nil {
			return nil, fmt.Errorf("after kill -9 on %s: %w", e.name, err)
		}
		if got.first > firstWithin || got.all > allWithin {
			return nil, fmt.Errorf("after kill -9 on %s: the first delivery came after %.0f ms and the last after %.0f ms, want %d and %d at most",
				e.name, got.first, got.all, firstWithin, allWithin)
		}
		b.tellf("after kill -9 on %-12s ready %.0f ms, first delivery %.0f ms, all %.0f ms", e.name, got.ready, got.first, got.all)
		list = append(list, got)
	}
	return list, nil
}

// crash starts the program, has it record events that nobody accepts, and kills
// it in the middle of that.
func (b *bench) crash(ctx context.Context, p place, s *sink) error {
	s.take()
	program, err := b.startPlace(ctx, p)
	if err != nil {
		return err
	}
	c, err := dial(program.host)
	if err != nil {
		return errors.Join(err, program.kill())
	}
	defer c.close()
	sys := &system{host: program.host, header: apiHeader}
	for range killedEvents {
		if _, err := sys.newCompany(c); err != nil {
			return errors.Join(err, program.kill())
		}
	}
	for until := time.Now().Add(startLimit); len(s.take()) == 0; time.Sleep(pollEvery) {
		if time.Now().After(until) {
			return errors.Join(errors.New("nothing is delivered before the kill"), program.kill())
		}
	}
	return program.kill()
}

// recover starts the program anew and waits until everything has arrived.
func (b *bench) recover(ctx context.Context, p place, s *sink) (afterKill, error) {
	s.take()
	began := time.Now()
	program, err := b.startPlace(ctx, p)
	if err != nil {
		return afterKill{}, err
	}
	list, err := settled(s, healthy, killedEvents)
	if err = errors.Join(err, program.stop()); err != nil {
		return afterKill{}, err
	}
	since := func(at time.Time) float64 { return float64(at.Sub(began)) / float64(time.Millisecond) }
	return afterKill{ready: float64(program.ready) / float64(time.Millisecond), first: since(list[0].at), all: since(list[len(list)-1].at)}, nil
}
