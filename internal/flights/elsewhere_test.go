package flights_test

import (
	"reflect"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/flights"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/simulator"
)

var livingWithKeys = []check{
	{Check: flights.Check{Name: "revoked", Asks: "All is well at first, and stays so. Then the customer deletes the key or the user. " +
		"Within six hours the connection is Deauthorized, with an error, a line in its history and an event."},
		fly: flyRevoked},
	{Check: flights.Check{Name: "refused", Asks: "As before, but a request of the fintech finds out first. The connection ends a minute later, when the provider says so once more."},
		fly: flyRefused},
	{Check: flights.Check{Name: "disconnect", Asks: "The connection is disconnected. What was typed in is gone here at once, and the provider is not asked for anything: the key is the customer's."},
		fly: flyForgotten},
	{Check: reconnects, fly: flyReconnect},
	{Check: elsewheres, excuse: namelessKey, fly: flyElsewhere},
}

func flyForgotten(f *flight) {
	f = f.apart()
	c := f.anyConnected()
	f.pass(time.Hour)
	asked := len(f.sim.Seen(f.key))
	f.unlink(c)
	if _, note := f.swept(c); note != "" || len(f.sim.Seen(f.key)) != asked {
		f.Errorf("the history says %q: %s", note, f.lastWords())
	}
	f.unsealed()
}

// nameless gives the reason where nobody can tell that it is another business,
// and proves it: it takes the first one's place.
func nameless(f *flight) string {
	if f.facts.tenant != "" {
		return ""
	}
	f.takesAny(elsewhere(f))
	return "No id of the organization is told, so a sign-in to another one cannot be told apart."
}

func namelessKey(f *flight) string {
	if keyKnown[f.key].tenant {
		return ""
	}
	f.takesAny(f.first())
	return "No id of the business is told, so the key of another one cannot be told apart."
}

// takesAny proves that a connection cannot be told from one to another business.
func (f *flight) takesAny(w will) {
	f.Helper()
	f = f.apart()
	c := f.anyConnected()
	f.unlink(c)
	f.elsewhereFrom()
	now, _ := f.linked(f.reconnect(c, w))
	if now.ID != c.ID || now.TenantID != "" || f.in.Tenants != nil || f.in.Tenant != nil {
		f.Errorf("the connection went from %s %q to %s %q", c.ID, c.TenantID, now.ID, now.TenantID)
	}
}

// elsewhere is what a customer does who signs in to another business. One that
// is on no list cannot be chosen, so it is for elsewhereFrom to leave only others.
func elsewhere(f *flight) will {
	w := will{item: firstName}
	if f.facts.picked {
		w.Tenants, w.item = []string{secondName}, secondName
	}
	return w
}

// elsewhereFrom has the customer be somebody else from now on, where that is not
// for them to choose at the provider.
func (f *flight) elsewhereFrom() {
	f.off(simulator.ManyTenants)
	if f.in.UsesCredentials() {
		f.on(simulator.OtherBusiness)
	}
}

// backAgain undoes elsewhereFrom.
func (f *flight) backAgain(many bool) {
	if many {
		f.on(simulator.ManyTenants)
	}
	f.off(simulator.OtherBusiness)
}

func flyElsewhere(f *flight) {
	f = f.apart()
	w := f.first()
	many := !f.facts.picked && simulator.Applies(f.key, simulator.ManyTenants) && !f.in.UsesCredentials()
	if many { // of which most are gone when the customer comes back
		f.on(simulator.ManyTenants)
		w.item = "Company 150"
	}
	c, _ := f.linked(f.journey(w))
	f.unlink(c)
	f.swept(c)
	f.pass(time.Hour)
	f.elsewhereFrom()
	before, lines, told := f.read(c), len(f.history(c)), f.told(c, "")
	standing := f.sim.Standing(f.key)
	v := f.reconnect(c, elsewhere(f))
	if v.Step != link.StepMismatch {
		f.Fatalf("the journey leads to %s (%+v): %s", v.Step, v.Error, f.lastWords())
	}
	f.showsBoth(c, v)
	f.wiped(c)
	if calls, note := f.swept(c); calls == 0 && f.facts.noRevoke == "" && !f.in.UsesCredentials() || calls > 0 && f.facts.noRevoke != "" {
		f.Errorf("what was granted was given back %d times, and the history says %q: %s", calls, note, f.lastWords())
	}
	if left := f.sim.Standing(f.key); left != standing && f.facts.noRevoke == "" {
		f.Errorf("at the provider it went from %d to %d: %s", standing, left, f.lastWords())
	}
	after := f.read(c)
	before.Version, after.Version = 0, 0
	if !reflect.DeepEqual(before, after) || f.told(c, "") != told {
		f.Errorf("the connection went from\n%+v to\n%+v", before, after)
	}
	noted := false
	for _, line := range f.history(c)[lines:] {
		noted = noted || line.Reason != "" && line.From == line.To
	}
	if !noted {
		f.Error("the history says nothing")
	}
	f.backAgain(many)
	f.comesBack(c, f.onward(f.act(v, link.Action{Action: link.ActRetry}), w))
}

// showsBoth checks that the customer sees which business was expected and which
// one came, where anybody tells names.
func (f *flight) showsBoth(c bowline.Connection, v link.View) {
	f.Helper()
	previous := c.TenantName
	if previous == c.TenantID || previous == "" {
		previous = c.CompanyName
	}
	if v.Mismatch.Previous != previous || previous == "" {
		f.Errorf("expected is %q, and %q is shown", previous, v.Mismatch.Previous)
	}
	if len(v.Mismatch.Selected) == 0 || strings.Join(v.Mismatch.Selected, "") == "" {
		f.Error("the screen does not say which business came")
	}
	for _, name := range v.Mismatch.Selected {
		if name == previous {
			f.Errorf("%q came, and was expected", name)
		}
	}
}
