package renewal

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/bowline/bowline/internal/catalog"
)

// Bounds of a gate.
const (
	firstLimit = 8 // requests at once, until it is known that more go well
	maxLimit   = 256
	// tripAfter is how many failures in a row make us leave a provider alone,
	// for firstRest at first and maxRest at most.
	tripAfter = 6
	firstRest = 2 * time.Second
	maxRest   = time.Minute
	// halveApart keeps one moment's failures from counting several times.
	halveApart = time.Second
)

// gate is the way to one provider as one client of it: what is under way, how
// much may be, and when. Requests at once grow while all goes well and halve
// when the provider is in trouble (additive increase, multiplicative decrease).
// It goes by the wall clock, as the provider does.
type gate struct {
	clock func() time.Time

	mu      sync.Mutex
	pace    pace
	limit   float64
	slow    bool // there was trouble: grow by one a round, not by one a success
	running int
	urgent  []func(rest time.Duration) // somebody waits for these
	waiting []func(rest time.Duration)
	looking []func(rest time.Duration) // somebody asked for these, as often as they like
	looked  bool                       // the latest of the two that take turns was a look
	halved  time.Time
	failed  int // in a row
	rest    time.Duration
	until   time.Time // left alone until then
	timer   *time.Timer
	closed  bool
}

func newGate(clock func() time.Time) *gate { return &gate{clock: clock, limit: firstLimit} }

// allow takes over what the provider allows.
func (g *gate) allow(r catalog.Rate, replicas int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pace.set(r, replicas)
}

// room is how many more may be handed over so that they are under way within d;
// 0 while there is enough, so that what is claimed is claimed in batches.
func (g *gate) room(d time.Duration) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.resting() > 0 {
		return 0
	}
	limit := int(g.limit) * 2
	if g.failed >= tripAfter {
		limit = 1 // one is enough to see whether it is over
	}
	limit = g.pace.within(d, limit)
	if has := g.running + len(g.waiting); has <= limit/2 {
		return limit - has
	}
	return 0
}

// held is how many were handed over and are not through.
func (g *gate) held() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.running + len(g.waiting)
}

// pause is how long the provider is left alone, 0 for not.
func (g *gate) pause() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.resting()
}

func (g *gate) resting() time.Duration { return max(0, g.until.Sub(g.clock())) }

// do runs fn in a goroutine of its own when its turn has come, or at once with
// the time for which the provider is to be left alone: then it must not be asked.
// Each fn must call done or skip exactly once.
func (g *gate) do(fn func(rest time.Duration), urgent bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if urgent {
		g.urgent = append(g.urgent, fn)
	} else {
		g.waiting = append(g.waiting, fn)
	}
	g.pump()
}

// look is do for a look that somebody asked for. Looks and what is due by itself
// take turns, so that no number of them holds up the others, and they take nothing
// from the room of what is claimed.
func (g *gate) look(fn func(rest time.Duration)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.looking = append(g.looking, fn)
	g.pump()
}

// pump starts what may start. The caller holds the lock.
func (g *gate) pump() {
	for len(g.urgent)+len(g.waiting)+len(g.looking) > 0 {
		now := g.clock()
		wait := g.until.Sub(now)
		limit := int(g.limit)
		if g.failed >= tripAfter {
			limit = 1
		}
		switch {
		case g.closed:
		case wait > 0: // leases must not wait with them
		case g.running >= limit:
			return
		default:
			if wait = 0; g.wait(now) {
				return
			}
		}
		queue := g.first()
		fn := (*queue)[0]
		(*queue)[0] = nil
		*queue = (*queue)[1:]
		g.running++
		go fn(max(wait, 0))
	}
}

// first is the queue whose turn it is.
func (g *gate) first() *[]func(rest time.Duration) {
	if len(g.urgent) > 0 {
		return &g.urgent
	}
	if g.looked = len(g.looking) > 0 && (!g.looked || len(g.waiting) == 0); g.looked {
		return &g.looking
	}
	return &g.waiting
}

// wait says whether the provider's rate wants the next one to wait, and sees to
// it that it comes.
func (g *gate) wait(now time.Time) bool {
	wait := g.pace.take(now)
	if wait <= 0 {
		return false
	}
	if g.timer != nil {
		g.timer.Stop()
	}
	g.timer = time.AfterFunc(wait, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.pump()
	})
	return true
}

// close lets everything that waits go at once; those find out for themselves
// that nothing is to be done any more.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	if g.timer != nil {
		g.timer.Stop()
	}
	g.pump()
}

// skip ends a turn in which the provider was not asked.
func (g *gate) skip() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running--
	g.pump()
}

// done ends a turn: the provider is well, or in trouble and perhaps wants to be
// left alone for a time. It says whether that has tripped the gate just now.
func (g *gate) done(trouble bool, leaveAlone time.Duration) (tripped bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	defer g.pump()
	g.running--
	now := g.clock()
	if !trouble {
		if g.failed >= tripAfter {
			g.limit = 1
		}
		g.failed, g.rest = 0, 0
		if g.slow {
			g.limit += 1 / g.limit
		} else {
			g.limit++
		}
		g.limit = min(g.limit, maxLimit)
		return false
	}
	g.slow = true
	if now.Sub(g.halved) >= halveApart {
		g.limit, g.halved = max(1, g.limit/2), now
	}
	g.failed++
	if until := now.Add(leaveAlone); leaveAlone > 0 && until.After(g.until) {
		g.until = until
	}
	if g.failed < tripAfter || g.resting() > 0 {
		return false
	}
	g.rest = min(max(2*g.rest, firstRest), maxRest)
	g.until = now.Add(g.rest*3/4 + rand.N(g.rest/4)) //nolint:gosec // no secret
	return g.failed == tripAfter
}
