package api

import (
	"time"

	"github.com/bowline/bowline"
)

// HoldCounts keeps the connections of an instance from being counted, as somebody
// who counts does, until the returned function is called.
func HoldCounts(a *API, instance bowline.ID) (release func()) {
	one := a.counts.ofInstance(instance)
	one.mu.Lock()
	return one.mu.Unlock
}

// SetLimits makes lists of messages and actions on many of them end early.
func SetLimits(a *API, messageReach int, bulkTime time.Duration) {
	a.messageReach, a.bulkTime = messageReach, bulkTime
}
