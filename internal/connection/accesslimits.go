package connection

import (
	"cmp"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

// LimitError refuses a request that the provider would not take yet. It is a
// CodeTooMany [bowline.Error].
type LimitError struct {
	Err   *bowline.Error
	After time.Duration // until the next request has a chance
}

// Error is the refusal.
func (e *LimitError) Error() string { return e.Err.Error() }

// Unwrap returns the refusal.
func (e *LimitError) Unwrap() error { return e.Err }

// limits keeps requests within what providers take, one window for each
// organisation or registration.
type limits struct {
	mu      sync.Mutex
	windows map[string]*window
}

const (
	slots      = 20        // parts of a window that are counted by themselves
	maxBlocked = time.Hour // how long a provider's own word is believed
	maxWindows = 20_000    // beyond it, those that are over are forgotten
)

// window counts requests of the recent past in slots, the present one included.
// A slot counts until all of it is over, so that more than the limit is never
// sent within any stretch as long as the window; a little less may be.
type window struct {
	counts  [slots + 1]int
	at      int64 // the present slot, counted since 1970
	blocked time.Time
	last    time.Time
}

// keyOfLimit says whose requests count together. A provider counts what a client
// of its sends, in whichever instance it is set up.
func keyOfLimit(r reached) string {
	whose := cmp.Or(r.in.ForInputs(r.grant.Extra).OAuth.ClientID, string(r.conn.InstanceID)) // typed keys have no client
	key := r.in.Key + "\x00" + whose + "\x00"
	if rate := r.in.API.Rate; rate != nil && rate.Per == catalog.RateClient {
		return key
	}
	return key + cmp.Or(r.conn.TenantID, string(r.conn.ID))
}

// take counts a request, or says how long it has to wait and whether it is the
// provider's word that holds it back. force counts in any case.
func (l *limits) take(key string, rate *catalog.APIRate, now time.Time, share int, force bool) (wait time.Duration, told bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.window(key, now)
	w.last = now
	if now.Before(w.blocked) && !force {
		return w.blocked.Sub(now), true
	}
	if rate == nil {
		return 0, false
	}
	slot := time.Duration(rate.Seconds) * time.Second / slots
	w.move(now, slot)
	sum := 0
	for _, n := range w.counts {
		sum += n
	}
	if sum >= max(1, rate.Requests/max(1, share)) && !force {
		return w.next(now, slot), false
	}
	w.counts[int(w.at%(slots+1))]++
	return 0, false
}

func (l *limits) window(key string, now time.Time) *window {
	if l.windows == nil {
		l.windows = map[string]*window{}
	}
	w := l.windows[key]
	if w == nil {
		if len(l.windows) >= maxWindows {
			for other, idle := range l.windows {
				if now.Sub(idle.last) > 24*time.Hour || len(l.windows) >= 2*maxWindows {
					delete(l.windows, other)
				}
			}
		}
		w = &window{}
		l.windows[key] = w
	}
	return w
}

// move begins the present slot and forgets those that are over.
func (w *window) move(now time.Time, slot time.Duration) {
	at := now.UnixNano() / int64(slot)
	switch gone := at - w.at; {
	case gone < 0: // the clock was set back
	case gone > slots:
		w.counts, w.at = [slots + 1]int{}, at
	default:
		for w.at < at {
			w.at++
			w.counts[int(w.at%(slots+1))] = 0
		}
	}
}

// next is how long until the oldest slot that counts is over.
func (w *window) next(now time.Time, slot time.Duration) time.Duration {
	for age := int64(slots); age >= 0; age-- {
		if i := w.at - age; i >= 0 && w.counts[int(i%(slots+1))] > 0 {
			over := time.Unix(0, (i+slots+1)*int64(slot))
			return max(over.Sub(now), time.Millisecond)
		}
	}
	return slot
}

// block believes a provider that wants to be left alone for a while.
func (l *limits) block(key string, now time.Time, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.window(key, now)
	w.last = now
	if until := now.Add(min(d, maxBlocked)); until.After(w.blocked) {
		w.blocked = until
	}
}

// renewed remembers which tokens are new because a provider refused the ones
// before them. One that is refused again right away is not renewed again: the
// fault is elsewhere.
type renewed struct {
	mu   sync.Mutex
	when map[[sha256.Size]byte]time.Time
}

// renewedAgain is for how long a refusal of a new token is not believed.
const renewedAgain = time.Minute

func (r *renewed) note(token string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.when == nil {
		r.when = map[[sha256.Size]byte]time.Time{}
	}
	for digest, at := range r.when {
		if now.Sub(at) > renewedAgain {
			delete(r.when, digest)
		}
	}
	r.when[sha256.Sum256([]byte(token))] = now
}

func (r *renewed) lately(token string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, known := r.when[sha256.Sum256([]byte(token))]
	return known && now.Sub(at) <= renewedAgain
}
