package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/bowline/bowline/web"
)

// bench gathers the figures.
type bench struct {
	settings
	dir   string
	table *table
}

// side is one engine: Bowline on it, and the floors on it.
type side struct {
	name  string
	url   string // of PostgreSQL; empty for SQLite
	dir   string
	plain committer // shares commits where the engine has to be told to
	alone committer // does not; nil where there is no difference
	bare  *bare
	sys   *system
}

func (b *bench) all(ctx context.Context, postgresURL string) error {
	sqlite, err := b.open(ctx, &side{name: "sqlite"})
	if err != nil {
		return err
	}
	defer sqlite.close()
	pg := &side{name: "postgres"}
	if postgresURL == "" {
		fmt.Fprintln(os.Stderr, "WITHOUT POSTGRESQL: its column stays empty")
	} else {
		own, err := openPostgres(ctx, postgresURL)
		if err != nil {
			return err
		}
		defer func() { _ = own.close(context.WithoutCancel(ctx)) }()
		pg.url = own.url
		if pg, err = b.open(ctx, pg); err != nil {
			return err
		}
		defer pg.close()
	}
	if err := b.throughput(ctx, sqlite, pg); err != nil {
		return err
	}
	if err := b.webhooks(ctx, sqlite, pg, postgresURL); err != nil {
		return err
	}
	if err := b.refreshes(ctx, postgresURL); err != nil {
		return err
	}
	if err := b.directories(ctx, postgresURL); err != nil {
		return err
	}
	if b.wants("page") {
		if err := b.page(sqlite); err != nil {
			return err
		}
	}
	if b.wants("start") {
		return b.coldStarts(ctx, postgresURL)
	}
	return nil
}

func (b *bench) open(ctx context.Context, s *side) (_ *side, err error) {
	if s.dir, err = subfolder(b.dir, s.name); err != nil {
		return nil, err
	}
	if s.url == "" {
		shared, err := openSQLiteCommits(ctx, s.dir, 64)
		if err != nil {
			return nil, err
		}
		alone, err := openSQLiteCommits(ctx, s.dir, 1)
		if err != nil {
			return nil, err
		}
		s.plain, s.alone = shared, alone
	} else if s.plain, err = openPostgresCommits(ctx, s.url); err != nil {
		return nil, err
	}
	if s.bare, err = startBare(ctx, s.plain); err != nil {
		return nil, err
	}
	p, err := newPlace(filepath.Join(s.dir, "data"), s.url)
	if err != nil {
		return nil, err
	}
	if s.sys, err = startSystem(ctx, p); err != nil {
		return nil, fmt.Errorf("start Bowline on %s: %w", s.name, err)
	}
	return s, nil
}

// close reports what did not end well; the figures stand nevertheless.
func (s *side) close() {
	err := errors.Join(s.sys.close(), s.bare.close(), s.plain.close())
	if s.alone != nil {
		err = errors.Join(err, s.alone.close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchmark:", s.name+":", err)
	}
}

// compare measures Bowline and its floor in turns, so that what else happens
// on the machine meets both. A first turn, shorter, warms up and is left out.
func (b *bench) compare(ctx context.Context, name string, ours, floor load) (got, bottom figure, err error) {
	var mine, theirs []float64
	for n := range b.runs + 1 {
		span := b.span
		if n == 0 {
			span /= 2
		}
		var below outcome
		if b.floors {
			if below, err = floor.rate(ctx, span); err != nil {
				return got, bottom, fmt.Errorf("%s, floor: %w", name, err)
			}
			b.tell(name+", floor", below)
		}
		var above outcome
		if err = b.profiled(name, n > 0, func() error {
			above, err = ours.rate(ctx, span)
			return err
		}); err != nil {
			return got, bottom, fmt.Errorf("%s: %w", name, err)
		}
		b.tell(name, above)
		if n > 0 {
			mine, theirs = append(mine, above.rate), append(theirs, below.rate)
		}
	}
	return summarize(mine), summarize(theirs), nil
}

// tell prints a run as it ends. Where other work shares the machine, processor
// time and allocations say more than rates.
func (b *bench) tell(name string, o outcome) {
	if b.verbose {
		fmt.Fprintf(os.Stderr, "%-28s %9.0f /s %10s CPU %8.0f allocations\n", name, o.rate, o.cpu.Round(time.Microsecond), o.allocs)
	}
}

// tellf prints a line of what tell is for.
func (b *bench) tellf(format string, values ...any) {
	if b.verbose {
		fmt.Fprintf(os.Stderr, format+"\n", values...)
	}
}

func (b *bench) throughput(ctx context.Context, sqlite, pg *side) error {
	rows := []struct {
		name, title, goal string
		ours              func(*side) (load, error)
		floor             func(*side) load
	}{
		{"reads", "API reads by id, per s", "20,000", b.reads, func(s *side) load { return overHTTP(s.bare.host, b.workers, s.bare.read) }},
		{"writes", "API writes (new company), per s", "", b.writes, func(s *side) load { return overHTTP(s.bare.host, b.workers, s.bare.write) }},
		{"journeys", "full journeys, per s", "1,000 / 600", b.journeys, func(s *side) load { return overHTTP(s.bare.host, b.workers, s.bare.journey) }},
	}
	for _, row := range rows {
		if !b.wants(row.name) {
			continue
		}
		l := line{name: row.title, goal: row.goal}
		for _, s := range []*side{sqlite, pg} {
			if s.sys == nil || s == sqlite && !b.sqlite {
				continue
			}
			ours, err := row.ours(s)
			if err != nil {
				return err
			}
			got, floor, err := b.compare(ctx, row.name+"-"+s.name, ours, row.floor(s))
			if err != nil {
				return err
			}
			if s == sqlite {
				l.sqlite, l.floor = got, floor
			} else {
				l.pg, l.pgFloor = got, floor
			}
		}
		b.table.add(l)
	}
	if b.wants("commits") {
		return b.commits(ctx, sqlite, pg)
	}
	return nil
}

// reads asks for one company with a linked connection, again and again.
func (b *bench) reads(s *side) (load, error) {
	c, err := dial(s.sys.host)
	if err != nil {
		return load{}, err
	}
	defer c.close()
	company, err := s.sys.journey(c)
	if err != nil {
		return load{}, fmt.Errorf("prepare a company: %w", err)
	}
	read := call{method: "GET", path: "/api/companies/" + company, header: s.sys.header}
	return overHTTP(s.sys.host, b.workers, func(c *client) error {
		_, err := c.expect(200, read)
		return err
	}), nil
}

func (b *bench) writes(s *side) (load, error) {
	return overHTTP(s.sys.host, b.workers, func(c *client) error {
		_, err := s.sys.newCompany(c)
		return err
	}), nil
}

func (b *bench) journeys(s *side) (load, error) {
	return overHTTP(s.sys.host, b.workers, func(c *client) error {
		_, err := s.sys.journey(c)
		return err
	}), nil
}

// commits are floors by themselves: what the engines do without any HTTP.
func (b *bench) commits(ctx context.Context, sqlite, pg *side) error {
	for _, row := range []struct {
		title string
		on    committer
		pg    committer
	}{
		{"plain commits of 2 rows, writers sharing, per s", sqlite.plain, nil},
		{"plain commits of 2 rows, one by one, per s", sqlite.alone, pg.plain},
	} {
		l := line{name: row.title}
		for _, target := range []struct {
			on   committer
			into *figure
		}{{row.on, &l.floor}, {row.pg, &l.pgFloor}} {
			if target.on == nil {
				continue
			}
			var runs []float64
			for range b.runs {
				got, err := commits(ctx, target.on, b.workers, 2).rate(ctx, b.span/2)
				if err != nil {
					return fmt.Errorf("plain commits: %w", err)
				}
				runs = append(runs, got.rate)
			}
			*target.into = summarize(runs)
		}
		b.table.add(l)
	}
	return nil
}

func (b *bench) page(s *side) error {
	assets, err := web.Load(web.FS())
	if err != nil {
		return err
	}
	c, err := dial(s.sys.host)
	if err != nil {
		return err
	}
	defer c.close()
	if !assets.Built() {
		return errors.New("the front end is not built")
	}
	opening := append(assets.PreloadSteps("link", "en-US", "main"), assets.Script("link"), assets.Stylesheet("link"))
	first, later, err := fileBytes(c, opening, assets.PreloadSteps("link", "en-US", "main", "picker", "consent", "guide"))
	if err != nil {
		return err
	}
	b.table.add(line{name: "first hosted screen: JS and CSS, brotli, bytes", sqlite: exactly(first), goal: "14,000"})
	b.table.add(line{name: "whole hosted journey: JS and CSS, brotli, bytes", sqlite: exactly(first + later), goal: "45,000"})
	return nil
}

func exactly(n int) figure { return figure{float64(n), float64(n), float64(n)} }
