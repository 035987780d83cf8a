package flights_test

import (
	"errors"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/flights"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/simulator"
	"github.com/bowline/bowline/internal/store"
)

var ending = []check{
	{Check: flights.Check{Name: "revoke", Asks: "We end the grant at the provider. Its tokens stop working. Ending it once more is no error, but where the provider makes it one."},
		excuse: revokes, fly: flyRevoke},
	{Check: flights.Check{Name: "unlink", Asks: "The connection is disconnected here. The provider is asked once to end the grant, or the organization's part of it; where no call does that, the timeline says so. Connecting again works."},
		fly: flyUnlink},
	{Check: flights.Check{Name: "disconnect", Asks: "One of two organizations of a grant is disconnected. The other goes on working."},
		excuse: disconnects, fly: flyDisconnect},
	{Check: flights.Check{Name: "removed", Asks: "The customer removes the app at the provider. The next refresh, or where that cannot tell the next call, says that the grant is over; connecting again works."},
		fly: flyRemoved},
	{Check: flights.Check{Name: "unused", Asks: "A second sign-in of the same person is given up at the choice of an organization. What was connected before goes on working."},
		excuse: func(f *flight) string {
			if f.facts.alone != "" {
				return f.facts.alone
			}
			return ""
		}, fly: flyUnused},
}

// revokes gives the reason where no call ends a grant, and proves that none is
// pretended.
func revokes(f *flight) string {
	if f.facts.noRevoke == "" {
		return ""
	}
	_, g := f.connected()
	if err := f.client.Revoke(f.Context(), f.in, g); !errors.Is(err, oauth.ErrUnsupported) {
		f.Errorf("revocation leads to %v", err)
	}
	return f.facts.noRevoke
}

func disconnects(f *flight) string {
	if f.facts.several {
		return ""
	}
	if err := f.client.Disconnect(f.Context(), f.in, oauth.Grant{AccessToken: "a"}, oauth.Tenant{ID: "1"}); !errors.Is(err, oauth.ErrUnsupported) {
		f.Errorf("a disconnect leads to %v", err)
	}
	return "No call ends one connection and leaves the grant."
}

// over checks that a grant is over and that we find out.
func (f *flight) over(c bowline.Connection, g oauth.Grant) {
	f.Helper()
	if err := f.alive(c, g); oauth.ReasonOf(err) != oauth.Refused && f.finds(err) {
		f.Errorf("a call leads to %v", err)
	}
	if f.facts.rotation == unneeded {
		return
	}
	f.due(g)
	if _, err := f.client.Refresh(f.Context(), f.in, g); err == nil || oauth.ReasonOf(err) != oauth.Refused && !f.facts.unspoken {
		f.Errorf("a refresh leads to %v", err)
	}
}

// finds says whether a call of the API is the only one that can tell.
func (f *flight) finds(err error) bool {
	return err == nil || f.facts.unspoken || f.facts.rotation == unneeded
}

func flyRevoke(f *flight) {
	c, g := f.connected()
	if err := f.client.Revoke(f.Context(), f.in, g); err != nil {
		f.Fatalf("%v: %s", err, f.lastWords())
	}
	if err := f.client.Revoke(f.Context(), f.in, g); (err != nil) != f.facts.pedantic {
		f.Errorf("once more: %v: %s", err, f.lastWords())
	}
	f.over(c, g)
}

// flyUnlink ends a connection as the API and the customer do.
func flyUnlink(f *flight) {
	f = f.apart()
	c, g := f.connected()
	must(f.T, f.store.Write(f.Context(), func(tx *store.Tx) error {
		company, err := tx.LockCompany(f.Context(), f.instance, f.company)
		if err != nil {
			return err
		}
		return tx.MoveConnection(f.Context(), company, &c, bowline.TriggerUnlink, f.change())
	}))
	asked := f.requests(ends)
	f.sweep()
	calls := f.requests(ends) - asked
	f.sweep()
	if again := f.requests(ends) - asked - calls; again != 0 {
		f.Errorf("what was ended is ended once more, %d times", again)
	}
	lines, err := f.store.History(f.Context(), f.instance, c.ID)
	must(f.T, err)
	note := lines[len(lines)-1].Reason
	if f.facts.noRevoke != "" {
		if calls != 0 || !strings.Contains(note, "no call") {
			f.Errorf("%d calls, and the history says %q", calls, note)
		}
		return
	}
	if calls != 1 || !strings.Contains(note, "was ended") {
		f.Errorf("%d calls, and the history says %q: %s", calls, note, f.lastWords())
	}
	if !f.facts.several { // there, the grant lives on without the organization
		f.over(c, g)
	}
	f.found()
	f.connected()
}

func flyDisconnect(f *flight) {
	w := will{item: firstName}
	w.Tenants = []string{firstName, secondName}
	first, g := f.linked(f.journey(w))
	f.found()
	w.item = secondName
	second, other := f.linked(f.journey(w))
	must(f.T, f.client.Disconnect(f.Context(), f.in, g, oauth.Tenant{ID: first.TenantID}))
	must(f.T, f.client.Disconnect(f.Context(), f.in, g, oauth.Tenant{ID: first.TenantID})) // there is nothing left to end
	name := func(c bowline.Connection, g oauth.Grant) (string, error) {
		return f.client.CompanyName(f.Context(), f.in, g, oauth.Tenant{ID: c.TenantID})
	}
	if got, err := name(first, g); err == nil {
		f.Errorf("the first organisation still answers: %q", got)
	}
	if got, err := name(second, other); err != nil || got != secondName {
		f.Errorf("the second organisation answers %q, %v", got, err)
	}
	f.due(other)
	f.refreshed(second, other)
}

func flyRemoved(f *flight) {
	c, g := f.connected()
	f.sim.Revoke(f.key)
	f.over(c, g)
	f.found()
	f.connected()
}

func flyUnused(f *flight) {
	f = f.apart()
	c, g := f.connected()
	f.found()
	w := will{}
	if f.facts.several { // of which the first was ticked before
		w.Tenants = []string{firstName, secondName, "Company 3"}
		f.on(simulator.ManyTenants)
	}
	v := f.journey(w)
	if v.Step != link.StepTenants {
		f.Fatalf("the journey leads to %s", v.Step)
	}
	f.act(v, link.Action{Action: link.ActCancel})
	f.sweep()
	if err := f.alive(c, g); err != nil {
		f.Errorf("the connection from before does not work any more: %v", err)
	}
	f.due(g)
	f.refreshed(c, g)
}
