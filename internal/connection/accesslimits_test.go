package connection

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/bowline/bowline/internal/catalog"
)

// TestLimitsAreNeverExceeded: whatever the rhythm, no stretch as long as the
// window holds more requests than the provider takes, and a patient caller gets
// nearly all of them.
func TestLimitsAreNeverExceeded(t *testing.T) {
	t.Parallel()
	for _, rate := range []catalog.APIRate{{Requests: 1, Seconds: 1}, {Requests: 8, Seconds: 1}, {Requests: 60, Seconds: 60}, {Requests: 40, Seconds: 20}, {Requests: 500, Seconds: 60}} {
		random := rand.New(rand.NewPCG(uint64(rate.Requests), 7)) //nolint:gosec // a rhythm, not a secret
		var l limits
		span := time.Duration(rate.Seconds) * time.Second
		now := time.Date(2026, 1, 2, 3, 4, 5, 6789, time.UTC)
		start := now
		var sent []time.Time
		for len(sent) < 6*rate.Requests {
			wait, _ := l.take("k", &rate, now, 1, false)
			if wait == 0 {
				sent = append(sent, now)
				now = now.Add(time.Duration(random.Int64N(int64(span) / int64(rate.Requests) / 2)))
				continue
			}
			if again, _ := l.take("k", &rate, now.Add(wait-1), 1, false); again == 0 {
				t.Fatalf("%+v: there was room before the time that was told", rate)
			}
			now = now.Add(wait)
		}
		for i, first := range sent {
			if last := i + rate.Requests; last < len(sent) && sent[last].Sub(first) < span {
				t.Fatalf("%+v: %d requests within %v", rate, rate.Requests+1, sent[last].Sub(first))
			}
		}
		if took, ideal := now.Sub(start), 6*span; took > ideal+ideal/10 {
			t.Errorf("%+v: %v for what can be done in %v", rate, took, ideal)
		}
	}
}
