package flights_test

import (
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/simulator"
)

func flySibling(f *flight) {
	f = f.apart()
	first, _ := f.connected()
	f.pass(time.Minute)
	f.found()
	second, _ := f.connected()
	if first.TenantID != second.TenantID {
		f.Fatalf("the organizations are %q and %q", first.TenantID, second.TenantID)
	}
	shared := f.facts.account || f.facts.several
	want := func(c bowline.Connection, calls int, says string) {
		f.Helper()
		if f.facts.noRevoke != "" {
			calls, says = 0, "no call"
		}
		f.unlink(c)
		if n, note := f.swept(c); n != calls || !strings.Contains(note, says) {
			f.Errorf("%d calls, and the history says %q: %s", n, note, f.lastWords())
		}
	}
	if shared {
		want(first, 0, "another connection uses it")
	} else {
		want(first, 1, "was ended")
	}
	works := func() {
		f.Helper()
		f.due(f.grant(second))
		f.pass(time.Minute)
		_, err := f.fresh(f.keeper(), second, "")
		must(f.T, err)
		if err := f.alive(second, f.grant(second)); err != nil {
			f.Errorf("the other one does not work: %v: %s", err, f.lastWords())
		}
	}
	if err := f.alive(second, f.grant(second)); err != nil {
		f.Errorf("the other one does not work: %v: %s", err, f.lastWords())
	}
	works()
	want(second, 1, "was ended")
	if f.facts.noRevoke == "" && !f.facts.unsaid {
		f.ended()
	}
}

// comesBack checks that a connection is what it was, and works.
func (f *flight) comesBack(before bowline.Connection, v link.View) {
	f.Helper()
	now, g := f.linked(v)
	if now.ID != before.ID || now.TenantID != before.TenantID || !now.Created.Equal(before.Created) {
		f.Errorf("the connection went from %s %q to %s %q", before.ID, before.TenantID, now.ID, now.TenantID)
	}
	for _, e := range now.DataConnectionErrors {
		if e.Status != bowline.ErrorResolved {
			f.Errorf("it still has the error %+v", e)
		}
	}
	if f.in.UsesCredentials() {
		_, err := f.prober.Probe(f.Context(), f.in, g.Values)
		must(f.T, err)
	} else if err := f.alive(now, g); err != nil {
		f.Errorf("it does not work: %v: %s", err, f.lastWords())
	}
}

// reconnect has the customer bring a connection back.
func (f *flight) reconnect(c bowline.Connection, w will) link.View {
	f.Helper()
	v, err := f.service.Boot(f.Context(), f.company, link.Entry{OpenID: true, Sandbox: new(true)})
	must(f.T, err)
	return f.onward(f.act(v, link.Action{Action: link.ActReconnect, ConnectionID: c.ID}), w)
}

func flyReconnect(f *flight) {
	f = f.apart()
	c := f.anyConnected()
	f.unlink(c)
	f.swept(c)
	f.pass(time.Minute)
	f.comesBack(c, f.reconnect(c, f.first()))
	k := f.keeper()
	f.sim.Revoke(f.key)
	for turns := 0; f.read(c).Status == bowline.Linked && turns < 20; turns++ {
		f.turn(k, c)
	}
	f.off(simulator.KeyRemoved)
	f.comesBack(c, f.reconnect(c, f.first()))
	if n := f.told(c, bowline.ConnectionReconnected); n != 2 {
		f.Errorf("the fintech was told %d times", n)
	}
	f.turn(k, c)
	if now := f.read(c); now.Status != bowline.Linked {
		f.Errorf("then it is %s: %s", now.Status, f.lastWords())
	}
}
