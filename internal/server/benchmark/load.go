package main

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// figure is what several runs of one measurement gave.
type figure struct{ median, least, most float64 }

func (f figure) known() bool { return f.median > 0 }

func summarize(runs []float64) figure {
	if len(runs) == 0 {
		return figure{}
	}
	slices.Sort(runs)
	return figure{median: runs[len(runs)/2], least: runs[0], most: runs[len(runs)-1]}
}

// load is work that many do at once. prepare makes one worker, whose function
// is then called again and again.
type load struct {
	workers int
	prepare func(worker int) (once func() error, end func(), err error)
}

// overHTTP is a load whose workers each have a connection of their own.
func overHTTP(host string, workers int, once func(*client) error) load {
	return load{workers: workers, prepare: func(int) (func() error, func(), error) {
		c, err := dial(host)
		if err != nil {
			return nil, nil, err
		}
		return func() error { return once(c) }, c.close, nil
	}}
}

// outcome is what one run of a load came to.
type outcome struct {
	rate   float64       // done per second
	cpu    time.Duration // of this process, for doing it once
	allocs float64       // objects allocated, for doing it once
}

// rate runs the load for the given time. The first fault ends it.
func (l load) rate(ctx context.Context, span time.Duration) (outcome, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, span, errSpan)
	defer cancel()
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	var done atomic.Int64
	var workers sync.WaitGroup
	before := spent()
	for worker := range l.workers {
		workers.Go(func() {
			once, end, err := l.prepare(worker)
			if err != nil {
				fail(err)
				return
			}
			defer end()
			for ctx.Err() == nil {
				if err := once(); err != nil {
					fail(err)
					return
				}
				done.Add(1)
			}
		})
	}
	workers.Wait()
	after := spent()
	if cause := context.Cause(ctx); !errors.Is(cause, errSpan) {
		return outcome{}, cause
	}
	n := max(done.Load(), 1)
	return outcome{
		rate:   float64(done.Load()) / after.at.Sub(before.at).Seconds(),
		cpu:    (after.cpu - before.cpu) / time.Duration(n),
		allocs: float64(after.mallocs-before.mallocs) / float64(n),
	}, nil
}

// expense is what this process has used so far. A database in a process of its
// own is not in it.
type expense struct {
	at      time.Time
	cpu     time.Duration
	mallocs uint64
}

func spent() expense {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used) // cannot fail for oneself
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return expense{
		at: time.Now(), mallocs: memory.Mallocs,
		cpu: time.Duration(used.Utime.Nano() + used.Stime.Nano()),
	}
}

var errSpan = errors.New("the time is over")
