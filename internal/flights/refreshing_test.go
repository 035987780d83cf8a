package flights_test

import (
	"errors"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/flights"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/simulator"
)

var refreshing = []check{
	{Check: flights.Check{Name: "refresh", Asks: "A refresh brings an access token that works, and keeps what later requests need."},
		excuse: refreshes, fly: flyRefresh},
	{Check: flights.Check{Name: "rotation", Asks: "The refresh token is replaced, or kept, as the provider does it. One that works once is refused afterwards."},
		excuse: refreshes, fly: flyRotation},
	{Check: flights.Check{Name: "single use", Asks: "The provider accepts a refresh token only once, although it does not say so. The next refresh takes the new one, and when an answer gets lost the grant counts as over."},
		excuse: func(f *flight) string {
			if f.facts.single {
				return "That is this provider's rule; see rotation."
			}
			return refreshes(f)
		},
		needs: simulator.SingleUseRefresh, without: "The same refresh token goes on working, for a day at least.", fly: flySingleUse},
	{Check: flights.Check{Name: "lost", Asks: "The answer to a refresh gets lost. It can be repeated where the provider allows it; where it does not, the grant counts as over, and connecting again works."},
		excuse: refreshes, needs: simulator.LostRefresh, fly: flyLostRefresh},
	{Check: flights.Check{Name: "no token", Asks: "The answer holds no refresh token. The one that there is stays."},
		excuse: refreshes, needs: simulator.NoRefreshToken, without: "It never does; see rotation.", fly: flyNoToken},
	{Check: flights.Check{Name: "too early", Asks: "A refresh before its time is not even tried, and one that the provider finds too early does not end the connection."},
		excuse: refreshes, needs: simulator.EarlyRefreshRefused, fly: flyTooEarly},
	{Check: flights.Check{Name: "429", Asks: "The provider wants fewer requests, by status 429 or under status 200. The refresh is put off, and later the same refresh token works."},
		excuse: refreshes, fly: flyRefreshStorm},
	{Check: flights.Check{Name: "500", Asks: "The provider answers with an HTML page and status 500. As before."},
		excuse: refreshes, needs: simulator.TokenBroken, fly: flyRefreshBroken},
	{Check: flights.Check{Name: "plan lapsed", Asks: "The business stopped paying the provider. That counts as neither an error of ours nor a withdrawn grant; after it has paid, the same tokens work."},
		excuse: refreshes, needs: simulator.PlanLapsed, fly: flyPlanLapsed},
}

// refreshes gives the reason where nothing is refreshed, and proves it.
func refreshes(f *flight) string {
	if f.facts.rotation != unneeded {
		return ""
	}
	if _, err := f.client.Refresh(f.Context(), f.in, oauth.Grant{AccessToken: "a", RefreshToken: "r"}); !errors.Is(err, oauth.ErrUnsupported) {
		f.Errorf("a refresh leads to %v", err)
	}
	return unneededAt
}

// refreshed refreshes, and checks that what comes of it works.
func (f *flight) refreshed(c bowline.Connection, g oauth.Grant) oauth.Grant {
	f.Helper()
	next, err := f.client.Refresh(f.Context(), f.in, g)
	if err != nil {
		f.Fatalf("refresh: %v: %s", err, f.lastWords())
	}
	if next.AccessToken == g.AccessToken || next.RefreshToken == "" {
		f.Errorf("a refresh leads to %v", next)
	}
	if err := f.alive(c, next); err != nil {
		f.Errorf("the new access token does not work: %v", err)
	}
	return next
}

// refused checks that a refresh token is not accepted any more.
func (f *flight) refused(g oauth.Grant) {
	f.Helper()
	if _, err := f.client.Refresh(f.Context(), f.in, g); oauth.ReasonOf(err) != oauth.Refused {
		f.Errorf("an old refresh token leads to %v", err)
	}
}

// postponed checks that a refresh failed for now, and nothing more.
func (f *flight) postponed(g oauth.Grant) {
	f.Helper()
	if _, err := f.client.Refresh(f.Context(), f.in, g); oauth.ReasonOf(err) != oauth.Unavailable {
		f.Errorf("a refresh leads to %v", err)
	}
}

func flyRefresh(f *flight) {
	c, g := f.connected()
	for range 3 {
		f.due(g)
		before := g
		g = f.refreshed(c, before)
		f.granted(g)
		for _, name := range f.facts.keeps {
			if g.Values[name] == "" {
				f.Errorf("%s got lost", name)
			}
		}
	}
}

func flyRotation(f *flight) {
	c, old := f.connected()
	f.due(old)
	g := f.refreshed(c, old)
	switch f.facts.rotation {
	case kept:
		if g.RefreshToken != old.RefreshToken {
			f.Error("the refresh token was replaced")
		}
		f.refreshed(c, old)
	case daily:
		if g.RefreshToken != old.RefreshToken {
			f.Error("the refresh token was replaced within the hour")
		}
		f.pass(25 * time.Hour)
		if next := f.refreshed(c, g); next.RefreshToken == g.RefreshToken {
			f.Error("the refresh token was not replaced within a day")
		}
	case replaced:
		if g.RefreshToken == old.RefreshToken {
			f.Error("the refresh token was not replaced")
		}
		if f.facts.single {
			f.due(g)
			next := f.refreshed(c, g) // ends every grace of the first
			f.refused(old)
			f.pass(f.facts.grace + time.Second)
			f.refused(g)
			f.due(next)
			f.refreshed(c, next)
		}
	case unneeded:
	}
}

func flySingleUse(f *flight) {
	f.on(simulator.SingleUseRefresh)
	c, old := f.connected()
	f.due(old)
	g := f.refreshed(c, old)
	if f.facts.rotation == daily {
		f.pass(25 * time.Hour)
		old, g = g, f.refreshed(c, g)
	}
	f.refused(old)
	f.due(g)
	g = f.refreshed(c, g)
	f.due(g)
	f.on(simulator.LostRefresh)
	f.postponed(g)
	f.refused(g)
}

func flyLostRefresh(f *flight) {
	c, g := f.connected()
	f.due(g)
	f.on(simulator.LostRefresh)
	f.postponed(g)
	if f.facts.single && f.facts.grace == 0 {
		f.refused(g)
		f.found()
		f.connected()
		return
	}
	if f.facts.single {
		f.pass(f.facts.grace / 2)
	}
	f.refreshed(c, g)
}

func flyNoToken(f *flight) {
	c, g := f.connected()
	f.on(simulator.NoRefreshToken)
	for range 2 {
		f.due(g)
		next := f.refreshed(c, g)
		if next.RefreshToken != g.RefreshToken {
			f.Error("the refresh token is another one")
		}
		g = next
	}
}

func flyTooEarly(f *flight) {
	c, g := f.connected()
	f.postponed(g)
	if n := f.requests(renews); n != 0 {
		f.Errorf("the provider was asked %d times", n)
	}
	hasty := f.in
	hasty.OAuth.Refresh.Window = 0
	if _, err := f.client.Refresh(f.Context(), hasty, g); oauth.ReasonOf(err) != oauth.Unavailable {
		f.Errorf("what the provider finds too early leads to %v", err)
	}
	if n := f.requests(renews); n != 1 {
		f.Errorf("the provider was asked %d times", n)
	}
	f.pass(oauth.RefreshFrom(f.in, g).Sub(f.Now()))
	f.refreshed(c, g)
}

func flyRefreshStorm(f *flight) {
	c, g := f.connected()
	f.due(g)
	f.on(f.tokenStorm())
	for range strikes {
		f.postponed(g)
	}
	f.refreshed(c, g)
}

func flyRefreshBroken(f *flight) {
	c, g := f.connected()
	f.due(g)
	f.on(simulator.TokenBroken)
	f.postponed(g)
	f.off(simulator.TokenBroken)
	f.refreshed(c, g)
}

func flyPlanLapsed(f *flight) {
	c, g := f.connected()
	f.due(g)
	f.on(simulator.PlanLapsed)
	if _, err := f.client.Refresh(f.Context(), f.in, g); oauth.ReasonOf(err) != oauth.Lapsed {
		f.Errorf("a refresh leads to %v", err)
	}
	if err := f.alive(c, g); oauth.ReasonOf(err) != oauth.Lapsed {
		f.Errorf("a call leads to %v", err)
	}
	f.found()
	v := f.journey(f.first())
	f.failed(v, "plan")
	f.off(simulator.PlanLapsed)
	f.refreshed(c, g)
	f.linked(f.retry(v, f.first()))
}
