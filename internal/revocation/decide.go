package revocation

import (
	"math/rand/v2"
	"time"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
)

// deed is what is to be done about a grant.
type deed int

const (
	keep           deed = iota // somebody else lives on it
	wait                       // somebody may be about to
	nothing                    // it was ended before
	disconnect                 // end one organisation's connection
	disconnectEach             // end those of every organisation that nobody uses
	revoke                     // end the whole grant
	revokeUnshared             // the same, after a look at whose account it is
)

// decide says what is to be done. shared says that a connection to the same
// organisation, by the same client, is linked.
func decide(in catalog.Integration, r store.Revocation, others store.Relatives, shared bool) deed {
	// Of both, nobody knows whose account it is now.
	unused := r.Reason == store.RevokeUnused || r.Reason == store.RevokeStrayed
	switch {
	case in.Disconnect != nil && unused:
		return disconnectEach
	case in.Disconnect != nil && (shared || r.TenantID == ""):
		return keep
	case in.Disconnect != nil && others.Signing:
		return wait
	case in.Disconnect != nil:
		return disconnect
	case others.Family != nil:
		return keep
	case others.Ended && r.Reason != store.RevokeLate: // what came late lives on: the tokens that were ended were not the last
		return nothing
	case in.OAuth.RevokeEnds != catalog.EndsAccount:
		return revoke
	case shared:
		return keep
	case others.Signing && r.Reason != store.RevokeUnused:
		return wait
	case unused || r.TenantID == "":
		return revokeUnshared
	}
	return revoke
}

// The outcomes, as the store, the proof of an erasure and the metrics name them.
const (
	outcomeRevoked      = store.WhollyEnded
	outcomeDisconnected = "disconnected"
	outcomeKept         = "kept"
	outcomeUnsupported  = "unsupported"
	outcomeOver         = "over"
	outcomeAbandoned    = "abandoned"
)

// note says to people how it ended.
func note(r store.Revocation, outcome string) string {
	what := "The access"
	switch r.Reason {
	case store.RevokeReplaced:
		what = "The access of the former sign-in"
	case store.RevokeUnused:
		what = "The access of a sign-in that was not used"
	case store.RevokeStrayed:
		what = "What was left of the access"
	}
	switch outcome {
	case outcomeRevoked:
		return what + " was ended at the provider."
	case outcomeDisconnected:
		return what + " to this organization was ended at the provider."
	case outcomeKept:
		return what + " stays at the provider, because another connection uses it."
	case outcomeUnsupported:
		return what + " was forgotten here. The provider has no call that ends it; the customer can remove the app there."
	case outcomeOver:
		return what + " had ended at the provider already."
	}
	return what + " was forgotten here, but the provider did not confirm its end. The customer can remove the app there."
}

// Times between attempts.
const (
	firstPause = 10 * time.Second
	longPause  = time.Hour
	waitPause  = time.Minute
	// eager is for how long the provider is asked every hour at least. After that
	// each pause is longer by seldom: once a day.
	eager  = 30 * 24 * time.Hour
	seldom = 23 * time.Hour
	// longest is for how long a grant is believed to live of which nothing is known.
	longest = 365 * 24 * time.Hour
)

// mayLive is until when a grant may live on at its provider, unless it is ended.
// Its own end counts where that is known, else what is known of all that the
// provider gives, at most from when nobody needed this one here any more.
func mayLive(in catalog.Integration, r store.Revocation) time.Time {
	const day = 24 * time.Hour
	patience := r.Created.Add(eager)
	if r.Grant.RefreshToken == "" {
		return r.Created.Add(longest)
	}
	until := r.Grant.RefreshExpiresAt
	if until.IsZero() {
		until = r.Created.Add(longest)
		used := r.Created
		if r.Grant.IssuedAt.After(used) {
			used = r.Grant.IssuedAt
		}
		refresh := in.OAuth.Refresh
		for _, known := range []struct {
			from time.Time
			days int
		}{{used, refresh.IdleDays}, {r.Created, refresh.EndDays}, {r.Created, in.Limits.ConsentDays}} {
			if end := known.from.Add(time.Duration(known.days) * day); known.days > 0 && end.Before(until) {
				until = end
			}
		}
	}
	if until.Before(patience) {
		return patience
	}
	return until
}

// pause is how long to wait after so many attempts that failed, at least as long
// as the provider said. Up to a fifth is left to chance, so that what failed
// together does not come back together.
func pause(failed int, said time.Duration) time.Duration {
	p := firstPause
	for range min(failed-1, 8) {
		p = min(3*p, longPause)
	}
	p += rand.N(p/5 + 1) //nolint:gosec // spreads, and hides nothing
	return max(p, said)
}
