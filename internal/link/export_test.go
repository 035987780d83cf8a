package link

import "time"

// HashState is what the database knows of a state.
var HashState = hashState

// Limits count what strangers do.
type Limits struct{ limits limits }

// TakeFrom takes one of burst of whoever an address is of.
func (l *Limits) TakeFrom(address string, burst int, every time.Duration, now time.Time) bool {
	_, ok := l.limits.takeFrom(address, burst, every, now)
	return ok
}
