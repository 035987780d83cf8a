package oauth

import (
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

// What the schedule goes by. A token is renewed once in each of its lives, and
// whoever does not need that is looked after every CheckEvery.
const (
	// CheckEvery is between looks at a grant that is not about to be refreshed.
	CheckEvery = 6 * time.Hour
	// shortLife is up to which life an access token is refreshed by its phase.
	// One that lives longer is looked at every CheckEvery, and refreshed when it
	// gets old.
	shortLife = CheckEvery
	// longReserve is the rest of a long life in which it is refreshed, and
	// longAge the age at which it is in any case.
	longReserve = 12 * time.Hour
	longAge     = 7 * 24 * time.Hour
	// blindEvery is between refreshes of a token of which nobody tells the end.
	blindEvery = 24 * time.Hour
	// leastLeft is the rest of a refresh token's life that is worth a refresh of
	// its own: an end that refreshes do not put off must not cause ever more.
	leastLeft = time.Hour
	// idleShare is the part of the time after which an unused refresh token ends
	// that we let pass at most: the rest is for outages.
	idleShare = 3
)

// NextRefresh returns when somebody has to look after a grant next: to refresh
// it ahead of its expiry or before it lapses unused, or, where there is nothing
// to refresh, to check that it still stands. It is zero where nothing can be
// done. unit names what is refreshed together; it decides where in each period
// its turn is, so that any number of grants, also those issued in the same
// second, is spread evenly and stays so. The result may lie in the past: then
// it is due.
func NextRefresh(in catalog.Integration, g Grant, unit string, now time.Time) time.Time {
	if !Refreshable(in, g) {
		return nextCheck(in, g, unit, now)
	}
	if Ageless(in, g) {
		return now
	}
	ends := Expiry(in, g)
	var at time.Time
	switch life := lifetime(in, g, now); {
	case ends.IsZero():
		at = after(birth(g, now).Add(blindEvery/2), blindEvery, unit)
	case in.OAuth.Refresh.Window > 0:
		at = lateTurn(in, ends, unit)
	case life > shortLife:
		at = after(now, CheckEvery, unit)
	default:
		at = turn(ends, life, unit)
	}
	return earliest(at, keepAlive(in, g, unit, now))
}

// RefreshDue says whether the time has come to refresh a grant, rather than
// only to check it.
func RefreshDue(in catalog.Integration, g Grant, unit string, now time.Time) bool {
	if !Refreshable(in, g) {
		return false
	}
	if g.IssuedAt.IsZero() { // its age is not known, and will be
		return !now.Before(RefreshFrom(in, g))
	}
	ends := Expiry(in, g)
	if keep := keepAlive(in, g, unit, now); !keep.IsZero() && !keep.After(now) {
		return !now.Before(RefreshFrom(in, g))
	}
	switch life := lifetime(in, g, now); {
	case ends.IsZero():
		return now.Sub(g.IssuedAt) >= blindEvery/2
	case in.OAuth.Refresh.Window > 0:
		return !now.Before(RefreshFrom(in, g))
	case life > shortLife:
		reserve := longReserve
		if life <= longReserve { // or each look would be a refresh
			reserve = CheckEvery + margin(life)
		}
		return ends.Sub(now) <= reserve || now.Sub(g.IssuedAt) >= longAge
	default:
		return !now.Before(turn(ends, life, unit))
	}
}

// Refreshable says whether the grant is one that a refresh renews.
func Refreshable(in catalog.Integration, g Grant) bool {
	return !in.UsesCredentials() && !in.OAuth.Refresh.Never && g.RefreshToken != ""
}

// Checkable says whether the provider can be asked if a grant still stands,
// without changing it.
func Checkable(in catalog.Integration) bool {
	o := in.OAuth
	return in.UsesCredentials() || in.Tenants != nil || in.Company != nil || o.UserinfoURL != "" || o.Discovery && o.Issuer != ""
}

// nextCheck is NextRefresh of what is not refreshed.
func nextCheck(in catalog.Integration, g Grant, unit string, now time.Time) time.Time {
	var at time.Time
	if Checkable(in) {
		at = after(now, CheckEvery, unit)
	}
	if g.ExpiresAt.After(now) && !in.UsesCredentials() {
		at = earliest(at, g.ExpiresAt) // to say that it is over when it is
	}
	return at
}

// Ageless says that nobody knows how old the access token is or when it ends: it
// was handed over without a word, and may be dead. Only a refresh tells.
func Ageless(in catalog.Integration, g Grant) bool {
	return Refreshable(in, g) && g.IssuedAt.IsZero() && g.ExpiresAt.IsZero()
}

// Expiry is when the access token ends: as told, or as the entry knows it; zero
// where neither is known.
func Expiry(in catalog.Integration, g Grant) time.Time {
	if g.ExpiresAt.IsZero() && !g.IssuedAt.IsZero() && in.Limits.AccessTokenSeconds > 0 {
		return g.IssuedAt.Add(usualLife(in))
	}
	return g.ExpiresAt
}

// birth is when the access token was; one of unknown age counts as new.
func birth(g Grant, now time.Time) time.Time {
	if g.IssuedAt.IsZero() {
		return now
	}
	return g.IssuedAt
}

func usualLife(in catalog.Integration) time.Duration {
	return time.Duration(in.Limits.AccessTokenSeconds) * time.Second
}

// lifetime is how long the access token lives from when it was issued, the same
// for each of a grant's tokens: the phase depends on it. Some providers vary the
// life at random, and those who name a time rather than a duration vary it by
// the time that the answer took.
func lifetime(in catalog.Integration, g Grant, now time.Time) time.Duration {
	life := Expiry(in, g).Sub(birth(g, now))
	if usual := usualLife(in); usual > 0 && life >= usual && life < 2*usual {
		return usual
	}
	if life > 2*time.Minute {
		life = (life + time.Minute - 1).Truncate(time.Minute)
	}
	return life
}

// margin is how long before its end a token is refreshed at the latest: long
// enough for some attempts more.
func margin(life time.Duration) time.Duration {
	return min(max(life/10, 90*time.Second), life/3)
}

// turn is the one time of the unit's phase in the period that ends a margin
// before the token does.
func turn(ends time.Time, life time.Duration, unit string) time.Time {
	reserve := margin(life)
	period := max(life-reserve, time.Second)
	return after(ends.Add(-reserve-period), period, unit)
}

// lateTurn is the unit's place in the time for which the provider allows a
// refresh. The first tenth is left to clocks, the last third to another attempt.
func lateTurn(in catalog.Integration, ends time.Time, unit string) time.Time {
	window := time.Duration(in.OAuth.Refresh.Window) * time.Second
	room := window * 17 / 30
	return ends.Add(-window + window/10 + part(unit, room))
}

// keepAlive is when a refresh token that nobody uses has to be used, zero for
// never. What the provider tells of the end of this one counts, and what the
// entry knows of all.
func keepAlive(in catalog.Integration, g Grant, unit string, now time.Time) time.Time {
	from := birth(g, now)
	var at time.Time
	if days := in.OAuth.Refresh.IdleDays; days > 0 {
		idle := time.Duration(days) * 24 * time.Hour / idleShare
		at = from.Add(idle - part(unit, idle/4))
	}
	if left := g.RefreshExpiresAt.Sub(from); !g.RefreshExpiresAt.IsZero() && left > leastLeft {
		at = earliest(at, from.Add(left*2/3-part(unit, left/6)))
	}
	return at
}

// after is the first time of the unit's phase after another one.
func after(start time.Time, period time.Duration, unit string) time.Time {
	origin := time.Unix(0, 0).UTC().Add(part(unit, period))
	passed := start.Sub(origin)
	if passed < 0 {
		return origin
	}
	return origin.Add((passed/period + 1) * period)
}

// part is the unit's share of a duration, in microseconds: from 0 to less than
// the whole, evenly over all units.
func part(unit string, of time.Duration) time.Duration {
	x := bowline.ID(unit).Spread() // by which the store lays them side by side
	return time.Duration(float64(x>>11) / (1 << 53) * float64(of)).Truncate(time.Microsecond)
}

// earliest is the first of two times, of which zero is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
