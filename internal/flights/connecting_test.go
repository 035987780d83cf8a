package flights_test

import (
	"regexp"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/flights"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/simulator"
	"github.com/bowline/bowline/internal/store"
)

var connecting = []check{
	{Check: flights.Check{Name: "connect", Asks: "The whole journey ends on success. The tokens, their ends, the organization, the business's name, " +
		"the person's claims and whatever later requests need are stored, and requests made of what is stored succeed."},
		fly: flyConnect},
	{Check: flights.Check{Name: "deny", Asks: "The customer says no at the provider. The journey says so, nothing is linked, and trying again works."},
		fly: flyDeny},
	{Check: flights.Check{Name: "wrong role", Asks: "Somebody signs in who may not allow this. The journey says so, nothing is linked, and the right person can."},
		fly: flyWrongRole},
	{Check: flights.Check{Name: "choice", Asks: "There are two organizations. The one that is chosen is the one that is connected, under its own name."},
		fly: flyChoice},
	{Check: flights.Check{Name: "several", Asks: "Several organizations are connected at once, each as a company of its own."},
		excuse: func(f *flight) string {
			switch {
			case f.facts.multi:
				return ""
			case f.facts.alone != "":
				return f.facts.alone
			}
			return "One organization is connected at a time."
		}, fly: flySeveral},
	{Check: flights.Check{Name: "none", Asks: "The account has no organization. The journey says so, and the unused grant is given back where that is possible and ends nothing else."},
		needs: simulator.NoTenants, excuse: func(f *flight) string { return f.unless(simulator.NoTenants, f.facts.alone) }, fly: flyNone},
	{Check: flights.Check{Name: "150", Asks: "The account has 150 organizations. All are on the list, and the last one can be connected."},
		needs: simulator.ManyTenants, without: "One seller has a handful of marketplaces.",
		excuse: func(f *flight) string { return f.unless(simulator.ManyTenants, f.facts.alone) }, fly: flyMany},
	{Check: flights.Check{Name: "renamed", Asks: "The organization has another name at every call. A reconnection finds it by its id and takes the new name over."},
		needs: simulator.RenamedTenants, fly: flyRenamed},
}

// unless is the reason, where the provider could not show a pathology.
func (f *flight) unless(p simulator.Pathology, reason string) string {
	if simulator.Applies(f.key, p) {
		return ""
	}
	return reason
}

func flyConnect(f *flight) {
	c, g := f.connected()
	f.identified(c, firstName)
	f.granted(g)
	for _, name := range f.facts.keeps {
		if g.Values[name] == "" {
			f.Errorf("%s is not stored: %v", name, names(g.Values))
		}
	}
	for _, name := range f.facts.claims {
		if g.Claims[name] == nil {
			f.Errorf("the claim %s is not stored", name)
		}
	}
	if err := f.alive(c, g); err != nil {
		f.Errorf("what is stored does not work: %v", err)
	}
	if f.in.Company != nil {
		name, err := f.client.CompanyName(f.Context(), f.in, g, oauth.Tenant{ID: c.TenantID, Name: c.TenantName})
		if err != nil || name != c.CompanyName {
			f.Errorf("later the business's name is %q, %v", name, err)
		}
	}
	if n := f.requests(redeems); n != 1 {
		f.Errorf("the code was sent %d times", n)
	}
	if n := f.requests(func(h simulator.Hop) bool { return h.Status >= 400 }); n != 0 {
		f.Errorf("the provider refused %d requests", n)
	}
	for name, value := range f.facts.sends {
		if f.requests(func(h simulator.Hop) bool { return h.Header.Get(name) == value }) == 0 {
			f.Errorf("no call carries %s", name)
		}
	}
}

// identified checks which organisation is stored with a connection.
func (f *flight) identified(c bowline.Connection, name string) {
	f.Helper()
	if f.facts.tenant == "" {
		if c.TenantID != "" {
			f.Errorf("nobody tells an id, yet it is %q", c.TenantID)
		}
	} else if !regexp.MustCompile("^(?:" + f.facts.tenant + ")$").MatchString(c.TenantID) {
		f.Errorf("the organisation's id is %q", c.TenantID)
	}
	switch {
	case f.facts.named && !strings.HasPrefix(c.TenantName, name):
		f.Errorf("the organisation's name is %q, want %q", c.TenantName, name)
	case !f.facts.named && c.TenantName != c.TenantID:
		f.Errorf("nobody tells a name, yet it is %q", c.TenantName)
	}
	if f.facts.company != "" && name == firstName {
		name = f.facts.company
	}
	if !strings.HasPrefix(c.CompanyName, name) {
		f.Errorf("the business's name is %q, want %q", c.CompanyName, name)
	}
}

// granted checks the tokens of a fresh grant.
func (f *flight) granted(g oauth.Grant) {
	f.Helper()
	if g.AccessToken == "" || g.RefreshToken == "" {
		f.Errorf("tokens are missing: %v", g)
	}
	near := func(what string, at time.Time, life, early time.Duration) {
		f.Helper()
		switch missing := f.Now().Add(life).Sub(at); {
		case life == 0 && !at.IsZero():
			f.Errorf("the %s token has no end, yet it is %v", what, at)
		case life > 0 && (missing > early || missing < -time.Second):
			f.Errorf("the %s token ends %v from now, want %v", what, at.Sub(f.Now()), life)
		}
	}
	near("access", g.ExpiresAt, f.facts.life, time.Second)
	if f.facts.rotation == daily { // it is the one from before for a day
		near("refresh", g.RefreshExpiresAt, f.facts.ends, day)
		return
	}
	near("refresh", g.RefreshExpiresAt, f.facts.ends, time.Second)
}

func names(values map[string]string) []string {
	var all []string
	for name := range values {
		all = append(all, name)
	}
	return all
}

func flyDeny(f *flight) {
	w := f.first()
	w.Deny = true
	v := f.journey(w)
	f.failed(v, "denied")
	if n := f.requests(redeems); n != 0 {
		f.Errorf("%d codes were sent", n)
	}
	f.linked(f.retry(v, f.first()))
}

func flyWrongRole(f *flight) {
	w, want := f.first(), f.facts.role
	w.WrongRole = true
	if want == "" {
		want = "denied"
	}
	v := f.journey(w)
	f.failed(v, want)
	c, _ := f.linked(f.retry(v, f.first()))
	f.identified(c, firstName)
}

func flyChoice(f *flight) {
	w, name := will{item: secondName}, secondName
	switch {
	case f.facts.several: // all that is ticked is listed
		w.Tenants = []string{firstName, secondName}
	case f.facts.picked:
		w.Tenants = []string{secondName}
	}
	first, _ := f.connected()
	f.found()
	if f.facts.other != "" {
		f.facts.row, f.facts.company, name = f.facts.other, f.facts.otherCompany, f.facts.otherCompany
	}
	c, g := f.linked(f.journey(w))
	f.identified(c, name)
	if f.facts.tenant != "" && c.TenantID == first.TenantID {
		f.Error("both organisations have one id")
	}
	if err := f.alive(c, g); err != nil {
		f.Errorf("what is stored does not work: %v", err)
	}
}

func flySeveral(f *flight) {
	f.instance = f.newInstance(f.T, true)
	f.found()
	v := f.journey(will{})
	if v.Step != link.StepTenants || !v.Tenants.Multiple {
		f.Fatalf("the journey leads to %s", v.Step)
	}
	wanted := []string{f.item(v, firstName), f.item(v, secondName)}
	v = f.onward(f.act(v, link.Action{Action: link.ActSelectTenants, TenantIDs: wanted}), will{})
	if v.Step != link.StepSuccess || len(v.Success.TenantNames) != 2 {
		f.Fatalf("two organisations lead to %s, %+v", v.Step, v.Error)
	}
	parent, err := f.store.Company(f.Context(), f.instance, f.company)
	must(f.T, err)
	children, err := f.store.ConnectionsOf(f.Context(), f.instance, parent.Relations().Subsidiaries)
	must(f.T, err)
	if len(children) != 2 {
		f.Fatalf("%d connections were made", len(children))
	}
	for _, c := range children {
		name := firstName
		if strings.HasPrefix(c.TenantName, secondName) {
			name = secondName
		}
		f.identified(c, name)
		if err := f.alive(c, f.grant(c)); err != nil {
			f.Errorf("what is stored of %s does not work: %v", c.TenantName, err)
		}
	}
}

func flyNone(f *flight) {
	f = f.apart()
	f.on(simulator.NoTenants)
	v := f.journey(f.first())
	f.failed(v, "noTenants")
	f.sweep()
	if given := f.requests(ends); (given > 0) != (f.facts.noRevoke == "" && !f.facts.several) {
		f.Errorf("the grant was given back %d times", given)
	}
	f.off(simulator.NoTenants)
	c, _ := f.linked(f.retry(v, f.first()))
	f.identified(c, firstName)
}

func flyMany(f *flight) {
	f.on(simulator.ManyTenants)
	v := f.journey(will{})
	if v.Step != link.StepTenants {
		f.Fatalf("the journey leads to %s, %+v", v.Step, v.Error)
	}
	different := map[string]bool{}
	for _, item := range v.Tenants.Items {
		different[item.ID] = true
	}
	if len(different) < 150 {
		f.Errorf("%d organisations are listed", len(different))
	}
	const last = "Company 150"
	c, _ := f.linked(f.onward(v, will{item: last}))
	f.identified(c, last)
}

func flyRenamed(f *flight) {
	f.on(simulator.RenamedTenants)
	before, _ := f.connected()
	f.pass(time.Hour)
	must(f.T, f.store.Write(f.Context(), func(tx *store.Tx) error {
		company, err := tx.LockCompany(f.Context(), f.instance, f.company)
		if err != nil {
			return err
		}
		return tx.MoveConnection(f.Context(), company, &company.DataConnections[0], bowline.TriggerUnlink, f.change())
	}))
	v, err := f.service.Boot(f.Context(), f.company, link.Entry{OpenID: true, Sandbox: new(true)})
	must(f.T, err)
	v = f.act(v, link.Action{Action: link.ActReconnect, ConnectionID: before.ID})
	after, _ := f.linked(f.onward(v, will{}))
	if after.ID != before.ID || after.TenantID != before.TenantID {
		f.Errorf("the connection went from %q to %q", before.TenantID, after.TenantID)
	}
	if !strings.Contains(after.CompanyName, "renamed") {
		f.Errorf("the business still goes by %q", after.CompanyName)
	}
}
