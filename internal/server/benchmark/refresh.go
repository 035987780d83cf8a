package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// refreshes measures the work of keeping connections alive: how many grants a
// second, what one costs as there are more, and all of a million at once.
func (b *bench) refreshes(ctx context.Context, postgresURL string) error {
	engines := []engine{}
	if b.sqlite {
		engines = append(engines, engine{name: "sqlite"})
	}
	if postgresURL != "" {
		engines = append(engines, engine{name: "postgres", url: postgresURL})
	}
	for _, part := range []struct {
		name    string
		measure func(context.Context, []engine) error
	}{{"refresh-rate", b.refreshRates}, {"refresh-growth", b.refreshGrowths}, {"refresh-sweep", b.refreshSweeps}} {
		if !b.wants(part.name) {
			continue
		}
		if err := part.measure(ctx, engines); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

// refreshRates measures refreshes a second against a provider that answers at
// once; its floor is that provider with nothing behind the refreshes.
func (b *bench) refreshRates(ctx context.Context, engines []engine) error {
	l := line{name: "refresh grants, per s", goal: "5,000"}
	for _, e := range engines {
		var floor figure
		if b.floors {
			var err error
			if floor, err = b.granterAlone(ctx); err != nil {
				return err
			}
		}
		got, err := b.refreshRate(ctx, e)
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		l.put(e, got, floor)
	}
	b.table.add(l)
	return nil
}

func (b *bench) refreshRate(ctx context.Context, e engine) (figure, error) {
	var rates []float64
	for n := range b.rounds + 1 {
		f, err := b.farm(ctx, e, []int{b.events})
		if err != nil {
			return figure{}, err
		}
		side := f.sides[0]
		side.kept.pass(tokenLife) // all of them are due
		var took time.Duration
		var done int
		before := spent()
		err = b.profiled("refresh-"+e.name, n > 0, func() error {
			began := time.Now()
			done, err = side.kept.sweep(ctx)
			took = time.Since(began)
			if err == nil && done != b.events {
				err = fmt.Errorf("%d of %d were refreshed", done, b.events)
			}
			return err
		})
		used := spent().cpu - before.cpu
		if err = errors.Join(err, f.granter.blame(false), f.drop(ctx)); err != nil {
			return figure{}, err
		}
		rate := float64(done) / took.Seconds()
		b.tell("refreshes on "+e.name, outcome{rate: rate, cpu: used / time.Duration(done)})
		if n > 0 {
			rates = append(rates, rate)
		}
	}
	return summarize(rates), nil
}

// granterAlone is how often the provider can be asked from here.
func (b *bench) granterAlone(ctx context.Context) (figure, error) {
	g, err := openGranter(ctx, 1, 0)
	if err != nil {
		return figure{}, err
	}
	defer g.close()
	poster, err := newPoster(b.workers)
	if err != nil {
		return figure{}, err
	}
	defer poster.close()
	g.lenient = true
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refreshToken(0, 0)}}.Encode()
	posts := load{workers: b.workers, prepare: func(int) (func() error, func(), error) {
		return func() error {
			header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
			return poster.send(ctx, g.url+"/token", header, []byte(form))
		}, func() {}, nil
	}}
	var rates []float64
	for n := range b.rounds + 1 {
		got, err := posts.rate(ctx, b.span)
		if err != nil {
			return figure{}, fmt.Errorf("ask the provider: %w", err)
		}
		b.tell("refreshes, floor", got)
		if n > 0 {
			rates = append(rates, got.rate)
		}
	}
	return summarize(rates), nil
}

// refreshGrowths measures what one refresh costs with few connections stored
// and with many.
func (b *bench) refreshGrowths(ctx context.Context, engines []engine) error {
	lines := make([]line, len(b.farms)-1)
	for i := range lines {
		lines[i] = line{
			name:     fmt.Sprintf("one refresh with %s connections, µs; floor: with %s", thousands(float64(b.farms[i+1]), 0), thousands(float64(b.farms[0]), 0)),
			decimals: 1, lower: true, goal: "1.3×",
		}
	}
	for _, e := range engines {
		costs, err := b.refreshGrowth(ctx, e)
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		for i := range lines {
			lines[i].put(e, costs[i+1], costs[0])
		}
	}
	for _, l := range lines {
		b.table.add(l)
	}
	return nil
}

// refreshedAtOnce is how many are due in each step, however many are stored.
const refreshedAtOnce = 1000

// refreshGrowth returns the elapsed time of one refresh by size. The sizes take
// turns, so that whatever else the machine does meets them alike.
func (b *bench) refreshGrowth(ctx context.Context, e engine) (_ []figure, err error) {
	f, err := b.farm(ctx, e, b.farms)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.granter.blame(false), f.drop(ctx)) }()
	for _, side := range f.sides {
		if err := b.age(ctx, side); err != nil {
			return nil, err
		}
		if err := side.place.settle(ctx, "connections", "grants", "renewals", "renewal_tokens", "token_ledger"); err != nil {
			return nil, err
		}
	}
	costs := make([][]float64, len(f.sides))
	for turn := range b.refreshRounds + 1 {
		for i, side := range f.sides {
			wrote, err := side.traffic(ctx)
			if err != nil {
				return nil, err
			}
			done, before, began := 0, spent(), time.Now()
			for done < b.refreshedEach {
				side.kept.pass(side.step)
				n, err := side.kept.sweep(ctx)
				if err != nil {
					return nil, err
				}
				done += n
			}
			each := time.Since(began) / time.Duration(done)
			b.tell(fmt.Sprintf("refresh with %d on %s", side.count, e.name),
				outcome{rate: float64(time.Second) / float64(each), cpu: (spent().cpu - before.cpu) / time.Duration(done)})
			now, err := side.traffic(ctx)
			if err != nil {
				return nil, err
			}
			b.tellf("%32d refreshes, for each %s", done, now.since(wrote, done))
			if turn > 0 {
				costs[i] = append(costs[i], float64(each)/float64(time.Microsecond))
			}
		}
	}
	list := make([]figure, len(costs))
	for i := range costs {
		list[i] = summarize(costs[i])
	}
	return list, nil
}

// age has everything refreshed once, as has happened to every connection but the
// newest: so rows lie where refreshes put them, not where sign-ins did.
func (b *bench) age(ctx context.Context, side *farmSide) error {
	began := time.Now()
	side.kept.pass(tokenLife)
	n, err := side.kept.sweep(ctx)
	if err == nil && n != side.count {
		err = fmt.Errorf("%d of %d were refreshed", n, side.count)
	}
	b.tellf("%d refreshed once in %s", n, time.Since(began).Round(time.Millisecond))
	return err
}

// farm is some places full of connections to one provider.
type farm struct {
	granter *granter
	sides   []*farmSide
}

type farmSide struct {
	count int
	place *prepared
	kept  *keeping
	step  time.Duration // in which as many become due as are refreshed at once
}

// farm makes a place for each number of connections.
func (b *bench) farm(ctx context.Context, e engine, counts []int) (_ *farm, err error) {
	f, all := &farm{}, 0
	for _, count := range counts {
		all += count
	}
	if f.granter, err = openGranter(ctx, all, 0); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.drop(ctx))
		}
	}()
	c, err := f.granter.catalog(b.dir)
	if err != nil {
		return nil, err
	}
	in, _ := c.Get(granterKey)
	first := 0
	for _, count := range counts {
		side := &farmSide{count: count, step: tokenLife * 9 / 10 * refreshedAtOnce / time.Duration(max(count, refreshedAtOnce))}
		f.sides = append(f.sides, side)
		if side.place, err = b.prepared(ctx, e); err != nil {
			return nil, err
		}
		if side.kept, err = side.place.keep(ctx, c); err != nil {
			return nil, err
		}
		began := time.Now()
		if err := side.place.connect(ctx, side.kept.store, linked{in: in, first: first, count: count}); err != nil {
			return nil, err
		}
		first += count
		b.tellf("%d connections stored on %s in %s", count, e.name, time.Since(began).Round(time.Millisecond))
	}
	return f, nil
}

func (f *farm) drop(ctx context.Context) error {
	var errs []error
	for _, side := range f.sides {
		if side.kept != nil {
			errs = append(errs, side.kept.close())
		}
		if side.place != nil {
			side.place.drop(ctx)
		}
	}
	f.granter.close()
	return errors.Join(errs...)
}
