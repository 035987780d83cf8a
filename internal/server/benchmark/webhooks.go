package main

import (
	"context"
	"fmt"
)

// webhooks measures deliveries: how many, how soon, beside whom, after how many
// and after a crash.
func (b *bench) webhooks(ctx context.Context, sqlite, pg *side, postgresURL string) error {
	engines := []engine{}
	if b.sqlite {
		engines = append(engines, engine{name: "sqlite"})
	}
	if postgresURL != "" {
		engines = append(engines, engine{name: "postgres", url: postgresURL})
	}
	for _, part := range []struct {
		name    string
		measure func(context.Context, []engine, *side, *side) error
	}{
		{"webhooks-rate", b.deliveryRates}, {"webhooks-latency", b.latencies}, {"webhooks-crowd", b.crowds},
		{"webhooks-growth", b.growths}, {"webhooks-kill", b.kills},
	} {
		if !b.wants(part.name) {
			continue
		}
		if err := part.measure(ctx, engines, sqlite, pg); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	if b.wants("webhooks-chaos") && postgresURL != "" {
		if err := b.chaos(ctx, engine{name: "postgres", url: postgresURL}); err != nil {
			return fmt.Errorf("webhooks-chaos, -seed %d: %w", b.seed, err)
		}
	}
	return nil
}

// put sets the figure of an engine, and the floor that belongs to it.
func (l *line) put(e engine, ours, floor figure) {
	if e.url == "" {
		l.sqlite, l.floor = ours, floor
	} else {
		l.pg, l.pgFloor = ours, floor
	}
}

func (b *bench) deliveryRates(ctx context.Context, engines []engine, _, _ *side) error {
	var ceiling figure
	if b.floors {
		var err error
		if ceiling, err = b.ceiling(ctx); err != nil {
			return err
		}
	}
	for _, row := range []struct {
		title, goal string
		consumers   int
	}{{"webhook deliveries, one consumer, per s", "7,000 / 3,500", 1}, {"webhook deliveries, ten consumers, per s", "", 10}} {
		l := line{name: row.title, goal: row.goal, floor: ceiling}
		for _, e := range engines {
			got, err := b.drains(ctx, e, row.consumers)
			if err != nil {
				return err
			}
			l.put(e, got, ceiling)
		}
		b.table.add(l)
	}
	return nil
}

func (b *bench) latencies(ctx context.Context, engines []engine, sqlite, pg *side) error {
	p50 := line{name: fmt.Sprintf("event to delivery at %d events per s, p50, ms", pace), decimals: 2, lower: true}
	p99 := line{name: fmt.Sprintf("event to delivery at %d events per s, p99, ms", pace), decimals: 2, lower: true, goal: "5"}
	for _, e := range engines {
		plain := sqlite.plain
		if e.url != "" {
			plain = pg.plain
		}
		ours, floor, err := b.latency(ctx, e, plain)
		if err != nil {
			return err
		}
		p50.put(e, summarize(ours.p50), summarize(floor.p50))
		p99.put(e, summarize(ours.p99), summarize(floor.p99))
	}
	b.table.add(p50)
	b.table.add(p99)
	return nil
}

func (b *bench) crowds(ctx context.Context, engines []engine, _, _ *side) error {
	p50 := line{name: fmt.Sprintf("the same beside %d dead and %d slow, p50, ms; floor: alone", deadConsumers, slowConsumers), decimals: 2, lower: true}
	p99 := line{name: fmt.Sprintf("the same beside %d dead and %d slow, p99, ms; floor: alone", deadConsumers, slowConsumers), decimals: 2, lower: true, goal: "1.2×"}
	for _, e := range engines {
		alone, beside, err := b.crowded(ctx, e)
		if err != nil {
			return err
		}
		p50.put(e, summarize(beside.p50), summarize(alone.p50))
		p99.put(e, summarize(beside.p99), summarize(alone.p99))
	}
	b.table.add(p50)
	b.table.add(p99)
	return nil
}

func (b *bench) growths(ctx context.Context, engines []engine, _, _ *side) error {
	l := line{
		name:     fmt.Sprintf("one delivery with %s messages stored, µs; floor: with %s", thousands(float64(b.stored), 0), thousands(fewStored, 0)),
		decimals: 1, lower: true, goal: "1.2×",
	}
	for _, e := range engines {
		few, many, err := b.growth(ctx, e)
		if err != nil {
			return err
		}
		l.put(e, many, few)
	}
	b.table.add(l)
	return nil
}

func (b *bench) kills(ctx context.Context, engines []engine, _, _ *side) error {
	first := line{name: "start to first delivery after kill -9, ms", decimals: 1, lower: true, goal: "500"}
	all := line{name: fmt.Sprintf("start to the last of %d undelivered after kill -9, ms", killedEvents), decimals: 1, lower: true}
	for _, e := range engines {
		list, err := b.killed(ctx, e)
		if err != nil {
			return err
		}
		var firsts, alls []float64
		for _, one := range list {
			firsts, alls = append(firsts, one.first), append(alls, one.all)
		}
		first.put(e, summarize(firsts), figure{})
		all.put(e, summarize(alls), figure{})
	}
	b.table.add(first)
	b.table.add(all)
	return nil
}
