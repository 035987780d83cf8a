package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// series is what repeated starts of one program gave: milliseconds until it
// was ready, and MiB resident at rest.
type series struct {
	program   string
	args, env []string
	ready     []float64
	resident  []float64
}

// once starts the program, waits until it is ready and, if asked, until it
// rests, and stops it.
func (s *series) once(ctx context.Context, rest bool) error {
	p, err := spawn(ctx, s.program, s.args, s.env)
	if err != nil {
		return err
	}
	s.ready = append(s.ready, float64(p.ready)/float64(time.Millisecond))
	if rest {
		resident, err := p.memory()
		if err != nil {
			return errors.Join(err, p.stop())
		}
		s.resident = append(s.resident, resident)
	}
	return p.stop()
}

// coldStarts measures the built program in a process of its own.
func (b *bench) coldStarts(ctx context.Context, postgresURL string) error {
	floor, err := buildBare(ctx, b.dir)
	if err != nil {
		return err
	}
	serve := func(name string, env ...string) *series {
		return &series{program: b.binary, args: []string{"serve"}, env: append(env, "BOWLINE_DATA_DIR="+filepath.Join(b.dir, name))}
	}
	bottom, known, empty := &series{program: floor}, serve("started"), serve("")
	all := []*series{bottom, known, empty}
	var pg series
	if postgresURL != "" { // a schema of its own, as its keyset is another
		own, err := openPostgres(ctx, postgresURL)
		if err != nil {
			return err
		}
		defer func() { _ = own.close(context.WithoutCancel(ctx)) }()
		pg = *serve("started-postgres", "BOWLINE_DATABASE_URL="+own.url)
		all = append(all, &pg)
	}
	for n := range b.starts {
		empty.env = serve(fmt.Sprintf("fresh-%d", n)).env
		for _, s := range all {
			if err := s.once(ctx, n > 0 && n <= b.rests && s != empty); err != nil {
				return err
			}
			if n == 0 { // it made the database and brought the program into memory
				s.ready = nil
			}
		}
	}
	l := line{decimals: 1, lower: true, floor: summarize(bottom.ready)}
	l.name, l.goal, l.sqlite, l.pg = "start to ready, existing database, ms", "30", summarize(known.ready), summarize(pg.ready)
	b.table.add(l)
	l.name, l.goal, l.sqlite, l.pg = "start to ready, empty database, ms", "", summarize(empty.ready), figure{}
	b.table.add(l)
	b.table.add(line{
		name: "resident memory at rest, MiB", goal: "30", decimals: 1, lower: true,
		sqlite: summarize(known.resident), pg: summarize(pg.resident), floor: summarize(bottom.resident),
	})
	return nil
}
