package flights_test

import (
	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/flights"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/simulator"
)

var exchanging = []check{
	{Check: flights.Check{Name: "form", Asks: "The provider answers in form encoding instead of JSON. It makes no difference, for a refresh neither."},
		needs: simulator.FormTokens, fly: func(f *flight) { flyOddly(f, simulator.FormTokens) }},
	{Check: flights.Check{Name: "numbers", Asks: "Numbers come as strings. It makes no difference."},
		needs: simulator.StringNumbers, without: "Its token answers hold no numbers.",
		fly: func(f *flight) { flyOddly(f, simulator.StringNumbers) }},
	{Check: flights.Check{Name: "lost", Asks: "The answer to the code gets lost. The code is not sent again; the journey says that the provider cannot be reached, and trying again works."},
		needs: simulator.LostExchange, fly: flyLostExchange},
	{Check: flights.Check{Name: "429", Asks: "The token endpoint wants fewer requests, by status 429 or in the provider's own way. The journey says to try later, and later it works."},
		fly: func(f *flight) { flyStorm(f, f.tokenStorm()) }},
	{Check: flights.Check{Name: "500", Asks: "The token endpoint answers with an HTML page and status 500. The journey says to try later, and later it works."},
		needs: simulator.TokenBroken, fly: func(f *flight) { flyBroken(f, simulator.TokenBroken) }},
	{Check: flights.Check{Name: "API 429", Asks: "The API wants fewer requests, by status 429 or in the provider's own way. What cannot do without the answer is tried again and works; what can is linked, and gets the answer later."},
		fly: func(f *flight) { flyStorm(f, f.apiStorm()) }},
	{Check: flights.Check{Name: "API 500", Asks: "The API answers with an HTML page and status 500. As before."},
		needs: simulator.Broken, fly: func(f *flight) { flyBroken(f, simulator.Broken) }},
	{Check: flights.Check{Name: "clock ahead", Asks: "The provider's clock is ten minutes ahead. Connecting and refreshing work, and the ends of tokens are right by our clock."},
		needs: simulator.ClockAhead, fly: func(f *flight) { flyOddly(f, simulator.ClockAhead) }},
	{Check: flights.Check{Name: "clock behind", Asks: "It is ten minutes behind. As before."},
		needs: simulator.ClockBehind, fly: func(f *flight) { flyOddly(f, simulator.ClockBehind) }},
	{Check: flights.Check{Name: "gone before", Asks: "The customer takes access back before the code is redeemed. The journey fails, and trying again works."},
		needs: simulator.RevokedBeforeExchange, fly: flyGoneBefore},
	{Check: flights.Check{Name: "gone after", Asks: "The customer takes access back right after. The journey fails where it asks the provider anything that it needs; " +
		"where it does not, the first refresh or call finds out."},
		needs: simulator.RevokedBeforeTenants, fly: flyGoneAfter},
}

// tokenStorm is how the provider throttles its token endpoint.
func (f *flight) tokenStorm() simulator.Pathology {
	if simulator.Applies(f.key, simulator.ErrorWith200) {
		return simulator.ErrorWith200
	}
	return simulator.TokenStorm
}

// apiStorm is how it throttles its API.
func (f *flight) apiStorm() simulator.Pathology {
	if simulator.Applies(f.key, simulator.ThrottledAs403) {
		return simulator.ThrottledAs403
	}
	return simulator.Storm
}

// flyOddly connects and refreshes with a pathology that should make no
// difference.
func flyOddly(f *flight, p simulator.Pathology) {
	f.on(p)
	c, g := f.connected()
	f.identified(c, firstName)
	f.granted(g)
	if err := f.alive(c, g); err != nil {
		f.Errorf("what is stored does not work: %v", err)
	}
	if f.facts.rotation == unneeded {
		return
	}
	f.due(g)
	f.granted(f.refreshed(c, g))
}

func flyLostExchange(f *flight) {
	f.on(simulator.LostExchange)
	v := f.journey(f.first())
	f.failed(v, "unavailable")
	if n := f.requests(redeems); n != 1 {
		f.Errorf("the code was sent %d times", n)
	}
	c, _ := f.linked(f.retry(v, f.first()))
	f.identified(c, firstName)
}

// flyStorm tries until a storm is over.
func flyStorm(f *flight, p simulator.Pathology) {
	f.on(p)
	v := f.journey(f.first())
	failures := 0
	for ; v.Step == link.StepError && failures <= strikes; failures++ {
		f.failed(v, "unavailable")
		v = f.retry(v, f.first())
	}
	c, g := f.linked(v)
	if needed := p == f.tokenStorm() || f.tenantCall(); needed && failures == 0 {
		f.Error("the storm did not strike")
	}
	if n := f.requests(redeems); n > failures+1 {
		f.Errorf("%d codes were sent in %d journeys", n, failures+1)
	}
	f.learns(c, g)
}

func flyBroken(f *flight, p simulator.Pathology) {
	f.on(p)
	v := f.journey(f.first())
	if p == simulator.TokenBroken || f.tenantCall() {
		f.failed(v, "unavailable")
		f.off(p)
		v = f.retry(v, f.first())
	}
	f.off(p)
	f.learns(f.linked(v))
}

// learns checks that the business's name can be had at last.
func (f *flight) learns(c bowline.Connection, g oauth.Grant) {
	f.Helper()
	var name string
	err := f.stormy(func() (err error) {
		name, err = f.client.CompanyName(f.Context(), f.in, g, oauth.Tenant{ID: c.TenantID, Name: c.TenantName})
		return err
	})
	if f.in.Company == nil {
		name = c.CompanyName
	}
	c.CompanyName = name
	if err != nil {
		f.Error(err)
	}
	f.identified(c, firstName)
}

// stormy repeats what is refused for now, as often as a storm strikes.
func (f *flight) stormy(try func() error) (err error) {
	f.Helper()
	for range strikes + 1 {
		if err = try(); err == nil {
			return nil
		}
		if reason := oauth.ReasonOf(err); reason != oauth.Unavailable {
			f.Fatalf("the provider is busy, and that counts as %q: %v", reason, err)
		}
	}
	return err
}

func flyGoneBefore(f *flight) {
	f.on(simulator.RevokedBeforeExchange)
	v := f.journey(f.first())
	if f.facts.codeless { // it could be the client's secret as well
		f.failed(v, "misconfigured")
	} else {
		f.failed(v, "refused")
	}
	f.off(simulator.RevokedBeforeExchange)
	c, _ := f.linked(f.retry(v, f.first()))
	f.identified(c, firstName)
}

func flyGoneAfter(f *flight) {
	f.on(simulator.RevokedBeforeTenants)
	v := f.journey(f.first())
	f.off(simulator.RevokedBeforeTenants)
	if f.tenantCall() {
		f.failed(v, "refused")
		f.linked(f.retry(v, f.first()))
		return
	}
	c, g := f.linked(v)
	f.over(c, g)
}
