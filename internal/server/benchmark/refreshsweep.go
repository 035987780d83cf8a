package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/bowline/bowline/internal/store"
)

const (
	// sweepDelay is how long the provider takes for each refresh.
	sweepDelay = 100 * time.Millisecond
	// sweepWithin and sweepMemory are what refreshing all connections may take: in
	// time, of which fewer may take their part and a start, and in MiB.
	sweepWithin = 10 * time.Minute
	sweepStart  = 15 * time.Second
	sweepMemory = 512
	sweepAll    = 1_000_000
)

// refreshSweeps has the built program refresh connections that are all due at
// its start, as after a long outage, at a provider that takes its time and limits
// its rate.
func (b *bench) refreshSweeps(ctx context.Context, engines []engine) error {
	took := line{name: fmt.Sprintf("refresh of %s connections that are all due, s", thousands(float64(b.swept), 0)), lower: true, goal: thousands(b.sweepLimit().Seconds(), 0)}
	peak := line{name: "the same, most memory resident, MiB", lower: true, goal: strconv.Itoa(sweepMemory)}
	for _, e := range engines {
		seconds, mib, err := b.refreshSweep(ctx, e)
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		took.put(e, figure{seconds, seconds, seconds}, figure{})
		peak.put(e, figure{mib, mib, mib}, figure{})
	}
	b.table.add(took)
	b.table.add(peak)
	return nil
}

// sweepLimit is how long it may take.
func (b *bench) sweepLimit() time.Duration {
	part := sweepWithin * time.Duration(b.swept) / sweepAll
	if b.swept < sweepAll {
		part += sweepStart
	}
	return part
}

func (b *bench) refreshSweep(ctx context.Context, e engine) (seconds, mib float64, err error) {
	g, err := openGranter(ctx, b.swept, sweepDelay)
	if err != nil {
		return 0, 0, err
	}
	defer g.close()
	p, err := b.prepared(ctx, e)
	if err != nil {
		return 0, 0, err
	}
	defer p.drop(ctx)
	c, err := g.catalog(b.dir)
	if err != nil {
		return 0, 0, err
	}
	in, _ := c.Get(granterKey)
	began := time.Now()
	err = p.with(ctx, func(s *store.Store) error {
		return p.connect(ctx, s, linked{in: in, count: b.swept, age: tokenLife})
	})
	if err != nil {
		return 0, 0, err
	}
	b.tellf("%d connections stored on %s in %s", b.swept, e.name, time.Since(began).Round(time.Millisecond))
	folder, err := g.describe(b.dir, true)
	if err != nil {
		return 0, 0, err
	}
	began = time.Now()
	program, err := b.startPlace(ctx, p.place, "BOWLINE_CATALOG_DIR="+folder)
	if err != nil {
		return 0, 0, err
	}
	err = b.watchSweep(g, began)
	took := time.Since(began)
	peak, fault := program.peakKiB()
	if err = errors.Join(err, fault, program.stop(), g.blame(true)); err != nil {
		return 0, 0, err
	}
	b.tellf("refreshed in %s with %d MiB on %s", took.Round(time.Millisecond), peak>>10, e.name)
	if peak>>10 > sweepMemory {
		return 0, 0, fmt.Errorf("%d MiB were resident, want %d at most", peak>>10, sweepMemory)
	}
	return took.Seconds(), float64(peak) / 1024, p.with(ctx, func(s *store.Store) error { return swept(ctx, s, g, began, took) })
}

// watchSweep waits until the provider has refreshed everything.
func (b *bench) watchSweep(g *granter, began time.Time) error {
	limit, told := b.sweepLimit(), began
	for g.reached.Load() < int64(b.swept) {
		if time.Since(began) > limit {
			return fmt.Errorf("%d of %d were refreshed after %s", g.reached.Load(), b.swept, limit)
		}
		if time.Since(told) > 20*time.Second {
			told = time.Now()
			b.tellf("%d refreshed after %s", g.reached.Load(), time.Since(began).Round(time.Second))
		}
		time.Sleep(pollEvery)
	}
	return nil
}

// swept wants no grant refreshed more often than its phase came round, and
// nothing left of what was due when it began.
func swept(ctx context.Context, s *store.Store, g *granter, began time.Time, took time.Duration) error {
	again := 0
	for _, turn := range g.turns {
		if turn > 1 {
			again++
		}
	}
	if share := float64(took) / float64(tokenLife/2); float64(again) > share*float64(len(g.turns)) {
		return fmt.Errorf("%d grants were refreshed again in %s", again, took)
	}
	next, err := s.NextRenewals(ctx)
	if err == nil && next.Before(began) {
		err = fmt.Errorf("something is still due, since %s", next)
	}
	return err
}

// peakKiB reads VmHWM (proc_pid_status(5)): the most that was ever resident.
func (p *process) peakKiB() (int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read memory: %w", err)
	}
	_, rest, ok := strings.Cut(string(text), "VmHWM:")
	fields := strings.Fields(rest)
	if !ok || len(fields) == 0 {
		return 0, errors.New("read memory: the program has ended")
	}
	return strconv.Atoi(fields[0])
}
