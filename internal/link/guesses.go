package link

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/peer"
)

// Limits of what strangers may do here, per replica.
const (
	guessesAtOnce    = 20 // wrong codes from one address
	guessesEvery     = 30 * time.Second
	allGuessesAtOnce = 600 // wrong short codes from everywhere
	allGuessesEvery  = 500 * time.Millisecond
	invitesAtOnce    = 10 // companies made through an invite page from one address
	invitesEvery     = 30 * time.Second
	allInvitesAtOnce = 200 // and of one instance
	allInvitesEvery  = 2 * time.Second
	groupFactor      = 4 // by which more comes from addresses that may be one caller's, see [peer.Group]
)

// everywhere is the key of a limit that all share.
const everywhere = ""

// limits counts by key. The zero value is ready. Counters are forgotten all at
// once when there are too many, which only ever lets more through.
type limits struct {
	mu       sync.Mutex
	counters map[string]*rate.Limiter
}

// take takes one of burst, which come back one by one. It returns how to give
// it back, or false when none is left.
func (l *limits) take(key string, burst int, every time.Duration, now time.Time) (giveBack func(), ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	counter, known := l.counters[key]
	if !known {
		if l.counters == nil || len(l.counters) >= maxTryCounters {
			l.counters = map[string]*rate.Limiter{}
		}
		counter = rate.NewLimiter(rate.Every(every), burst)
		l.counters[key] = counter
	}
	r := counter.ReserveN(now, 1)
	if r.DelayFrom(now) > 0 {
		r.CancelAt(now)
		return nil, false
	}
	return func() { r.CancelAt(now) }, true
}

// takeFrom takes one of burst of whoever an address is of.
func (l *limits) takeFrom(address string, burst int, every time.Duration, now time.Time) (giveBack func(), ok bool) {
	one, ok := l.take(peer.Caller(address), burst, every, now)
	group := peer.Group(address)
	if !ok || group == "" {
		return one, ok
	}
	all, ok := l.take(group, groupFactor*burst, every/groupFactor, now)
	if !ok {
		one()
		return nil, false
	}
	return func() { one(); all() }, true
}

// guess takes one try at a code. The returned function gives it back, for a code
// that was right. Short codes are counted over all addresses too: a search
// spread over many of them meets the same end.
func (s *Service) guess(kind bowline.HandOverKind, b Browser) (right func(), err error) {
	now := s.Now()
	one, ok := s.guesses.takeFrom(b.Address, guessesAtOnce, guessesEvery, now)
	if !ok {
		return nil, errTooManyGuesses
	}
	if kind != bowline.HandOverDevice {
		return one, nil
	}
	all, ok := s.guesses.take(everywhere, allGuessesAtOnce, allGuessesEvery, now)
	if !ok {
		return nil, errTooManyGuesses
	}
	return func() { one(); all() }, nil
}

var errTooManyGuesses error = bowline.Errorf(bowline.CodeTooMany, "There were many tries in a short time. Please wait a few minutes.")
