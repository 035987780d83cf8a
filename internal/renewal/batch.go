package renewal

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/bowline/bowline/internal/store"
)

// commitBatch bounds the results of one transaction: others write too.
const commitBatch = 128

// batch puts results that come together into one transaction. While one is on
// its way, the next gathers.
type batch struct {
	finish func(context.Context, []store.RenewalOutcome) ([]store.RenewalOutcome, error)
	limit  int

	mu      sync.Mutex
	waiting []result
	busy    bool
}

type result struct {
	outcome store.RenewalOutcome
	done    func(lost bool, err error)
}

// add hands over a result; done is called once it is durable, or cannot be.
func (b *batch) add(r result) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting = append(b.waiting, r)
	if !b.busy {
		b.busy = true
		go b.run()
	}
}

func (b *batch) run() {
	for {
		b.mu.Lock()
		n := min(len(b.waiting), b.limit)
		if n == 0 {
			b.busy = false
			b.mu.Unlock()
			return
		}
		part := b.waiting[:n:n]
		b.waiting = b.waiting[n:]
		b.mu.Unlock()
		b.commit(part)
	}
}

// commit stores a part. A token that the provider has replaced is nowhere but
// here, so as long as this process lives it does not give up on the database.
func (b *batch) commit(part []result) {
	outcomes := make([]store.RenewalOutcome, len(part))
	for i := range part {
		outcomes[i] = part[i].outcome
	}
	var lost []store.RenewalOutcome
	var err error
	if len(part) > 1 {
		if lost, err = b.finish(context.Background(), outcomes); err != nil && !errors.Is(err, store.ErrClosed) {
			for i := range part { // the fault of one must not hold up the others
				go b.commit(part[i : i+1])
			}
			return
		}
	} else {
		err = insist(func() (err error) {
			lost, err = b.finish(context.Background(), outcomes)
			return err
		})
	}
	late := make(map[fenced]bool, len(lost))
	for i := range lost {
		late[fenceOf(lost[i].Renewal)] = true
	}
	for i := range part {
		part[i].done(late[fenceOf(part[i].outcome.Renewal)], err)
	}
}

// insist tries again and again what must not be lost, until the database takes
// it or is closed.
func insist(try func() error) (err error) {
	for n, pause := 0, 50*time.Millisecond; n < commitTries; n, pause = n+1, min(2*pause, 2*time.Second) {
		if err = try(); err == nil || errors.Is(err, store.ErrClosed) {
			break
		}
		time.Sleep(pause)
	}
	return err
}

// commitTries go on for more than the time in which a database comes back, or
// another takes its place.
const commitTries = 120

type fenced struct {
	id    string
	fence int64
}

func fenceOf(u store.Renewal) fenced { return fenced{string(u.ID), u.Fence} }
