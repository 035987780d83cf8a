package api

import "time"

// SetLimits makes lists of messages and actions on many of them end early.
func SetLimits(a *API, messageReach int, bulkTime time.Duration) {
	a.messageReach, a.bulkTime = messageReach, bulkTime
}
