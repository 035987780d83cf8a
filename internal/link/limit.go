package link

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/bowline/bowline"
)

// What one company's visitors may make us store, per replica. Somebody who
// tries and fails all day stays below it; a script does not.
const (
	triesAtOnce    = 30
	triesEvery     = 20 * time.Second
	maxTryCounters = 20_000
)

// tries counts, per company, what anonymous visitors made us store. The zero
// value is ready. Counters are forgotten all at once when there are too many,
// which only ever lets more through.
type tries struct {
	mu       sync.Mutex
	counters map[bowline.ID]*rate.Limiter
}

// allow takes one try. It refuses with CodeTooMany.
func (t *tries) allow(company bowline.ID, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	counter, known := t.counters[company]
	if !known {
		if t.counters == nil || len(t.counters) >= maxTryCounters {
			t.counters = map[bowline.ID]*rate.Limiter{}
		}
		counter = rate.NewLimiter(rate.Every(triesEvery), triesAtOnce)
		t.counters[company] = counter
	}
	if !counter.AllowN(now, 1) {
		return bowline.Errorf(bowline.CodeTooMany, "There were many tries in a short time. Please wait a few minutes.")
	}
	return nil
}
