package renewal

import (
	"time"

	"github.com/bowline/bowline/internal/catalog"
)

// pace spaces requests so that there are never more in any window than a
// provider allows, and no bursts. The zero value allows everything.
type pace struct {
	every time.Duration // between two requests; 0 for no limit
	next  time.Time     // when the next may go
}

// paceShare is how much of what the provider allows is used: requests that left
// evenly need not arrive so.
const paceShare = 0.9

// maxIdle is how much unused time may be made up for: timers are not exact.
const maxIdle = 5 * time.Millisecond

// set takes over a limit, of which others take equal parts.
func (p *pace) set(r catalog.Rate, replicas int) {
	if r.Requests <= 0 || r.Seconds <= 0 {
		p.every = 0
		return
	}
	window := time.Duration(r.Seconds) * time.Second
	ours := float64(r.Requests) * paceShare / float64(max(replicas, 1))
	if ours < 1 { // which replicas that know nothing of each other can keep on average only
		p.every = time.Duration(float64(window) / ours)
		return
	}
	p.every = (window + maxIdle) / time.Duration(ours)
}

// take lets one request go, or says how long it has to wait.
func (p *pace) take(now time.Time) (wait time.Duration) {
	if p.every == 0 {
		return 0
	}
	if wait = p.next.Sub(now); wait > 0 {
		return wait
	}
	if idle := now.Add(-min(maxIdle, p.every*4)); p.next.Before(idle) {
		p.next = idle
	}
	p.next = p.next.Add(p.every)
	return 0
}

// within is how many requests may go in a time, at most limit.
func (p *pace) within(d time.Duration, limit int) int {
	if p.every == 0 {
		return limit
	}
	return int(min(int64(limit), 1+int64(d/p.every)))
}
