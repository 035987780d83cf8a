package bowline

import (
	"slices"
	"time"
)

// Deprecation is a part of the API that ends on a day that was told before. An
// instance can let it end early, to find out what still calls it.
type Deprecation struct {
	ID         string // kept of instances that opted in: it never changes
	Title      string
	Change     string // what ends, and what to do about it
	Announced  time.Time
	Effective  time.Time // from then on it has ended for everybody
	Operations []DeprecatedOperation
}

// DeprecatedOperation is an operation that ends, and the one to use in its stead:
// each a method and a path of the API.
type DeprecatedOperation struct {
	Operation string
	Instead   string
}

// deprecations is what is going to end. A year passes between the announcement
// and the end, and nothing ends that a published client still calls. What has ended stays here as long as its operations are served
// with the refusal that says so.
var deprecations = []Deprecation{
	{
		ID: "rules", Title: "Alert rules",
		Change:    "Rules of before webhook consumers can no longer be created or read. Nothing has ever been sent for them: create a webhook consumer for the events that you want to be told of.",
		Announced: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Effective: time.Date(2027, 11, 22, 0, 0, 0, 0, time.UTC),
		Operations: []DeprecatedOperation{
			{"POST /rules", "POST /webhooks"},
			{"GET /rules", "GET /webhooks"},
			{"GET /rules/{ruleId}", "GET /webhooks/{webhookId}"},
		},
	},
}

// Deprecations lists what is going to end or has ended.
func Deprecations() []Deprecation { return slices.Clone(deprecations) }

// Ended says whether it has ended by then, for everybody.
func (d Deprecation) Ended(now time.Time) bool { return !now.Before(d.Effective) }

// DeprecationsAhead lists what has not ended by then, what ends first on top.
func DeprecationsAhead(now time.Time) []Deprecation {
	ahead := slices.DeleteFunc(Deprecations(), func(d Deprecation) bool { return d.Ended(now) })
	slices.SortStableFunc(ahead, func(a, b Deprecation) int { return a.Effective.Compare(b.Effective) })
	return ahead
}

// OptIns are the deprecations that have ended early for an instance, by id.
type OptIns map[string]bool

// Known returns the opt-ins of deprecations that there are. Others may be left
// over from one that is gone from the list.
func (o OptIns) Known() OptIns {
	known := OptIns{}
	for _, d := range deprecations {
		if o[d.ID] {
			known[d.ID] = true
		}
	}
	return known
}
