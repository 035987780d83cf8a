package flights_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/flights"
	"github.com/bowline/bowline/internal/renewal"
	"github.com/bowline/bowline/internal/simulator"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

var (
	reconnects = flights.Check{Name: "reconnect", Asks: "A connection that was disconnected, or that the provider ended, is brought back by its customer. It keeps its id, works, has no error any more, and the fintech is told."}
	elsewheres = flights.Check{Name: "other business", Asks: "Whoever brings a connection back comes with another business. That is refused, both names are shown, nothing changes, " +
		"what was granted is given back where that is possible, and the right business still works."}
)

var living = []check{
	{Check: flights.Check{Name: "race", Asks: "Two workers on one database want the same connection, whose access token has ended, at the same moment. The provider is asked once, and both get the same new token, which works."},
		excuse: refreshes, fly: flyRace},
	{Check: flights.Check{Name: "revoked", Asks: "All is well at first, and stays so. Then the customer removes the app at the provider. " +
		"Within the life of an access token, or within six hours where that is longer or has no end, the connection is Deauthorized, six hours later where the catalog has no words for the refusal, with an error, a line in its history and an event."},
		fly: flyRevoked},
	{Check: flights.Check{Name: "refused", Asks: "As before, but a request of the fintech finds out first. The connection ends at once, or a minute later when the provider says so once more, or after six hours in which it does where the catalog has no words for it; where it takes no early refreshes, as soon as it takes one."},
		fly: flyRefused},
	{Check: flights.Check{Name: "told", Asks: "The customer removes the app at the provider, which tells us. Within three minutes the connection is Deauthorized. " +
		"A notice that is not signed right is refused, one about a grant that stands changes nothing, and so does one that comes again later."},
		excuse: untold, fly: flyTold},
	{Check: flights.Check{Name: "vanished", Asks: "The provider's list lacks the organization once, and has it again: the connection lives, and until then nobody is handed what was refreshed meanwhile. " +
		"Then it lacks it for good: the second list in a row, five minutes after the first, ends the connection. The grant itself is good, and is ended at the provider where that harms nobody."},
		excuse: changeless, fly: flyVanished},
	{Check: flights.Check{Name: "disconnect", Asks: "The connection is disconnected when its access token has ended. The tokens are gone here at once, and the provider ends the grant, " +
		"or the organization's part of it; where no call does that, it is not asked for anything."},
		fly: flyDisconnected},
	{Check: flights.Check{Name: "sibling", Asks: "Two companies are connected to the same organization, each by a sign-in of its own. One is disconnected and the other goes on working, " +
		"and where ending the one would end both, the provider is not asked; then the other is disconnected, and nothing is left. " +
		"Where nobody says whether it would end both, it is not asked either, and what the first sign-in gave may be left there, although nobody has its tokens."},
		fly: flySibling},
	{Check: reconnects, fly: flyReconnect},
	{Check: elsewheres, excuse: nameless, fly: flyElsewhere},
}

// keeper is a worker that keeps grants alive, as each process has one.
func (f *flight) keeper() *renewal.Keeper {
	k := renewal.New(renewal.Options{
		Store: f.store, OAuth: f.client, Probe: f.prober, Offer: func(bowline.ID) *catalog.Catalog { return f.catalog },
		Links: bowline.NewLinks(origin), Now: f.Now, Jitter: func() float64 { return 0.5 }, Poll: 5 * time.Millisecond,
	})
	f.Cleanup(k.Close)
	return k
}

// fresh is a grant as the fintech gets it.
func (f *flight) fresh(k *renewal.Keeper, c bowline.Connection, stale string) (bowline.Grant, error) {
	_, g, err := k.Fresh(f.Context(), f.instance, c.CompanyID, c.ID, renewal.FreshOptions{Stale: stale})
	return g, err
}

// read is a connection as it is now.
func (f *flight) read(c bowline.Connection) bowline.Connection {
	f.Helper()
	now, err := f.store.Connection(f.Context(), f.instance, c.CompanyID, c.ID)
	must(f.T, err)
	return now
}

// told counts what the fintech was told of a connection.
func (f *flight) told(c bowline.Connection, what bowline.EventType) int {
	f.Helper()
	events, err := f.store.Events(f.Context(), f.instance, 0, 1000)
	must(f.T, err)
	n := 0
	for _, e := range events {
		if e.ConnectionID == c.ID && (what == "" || e.EventType == what) {
			n++
		}
	}
	return n
}

func (f *flight) history(c bowline.Connection) []bowline.ConnectionHistory {
	f.Helper()
	lines, err := f.store.History(f.Context(), f.instance, c.ID)
	must(f.T, err)
	return lines
}

// unlink disconnects as the API does, and as the customer does through Link.
func (f *flight) unlink(c bowline.Connection) {
	f.Helper()
	target := connection.Target{Instance: f.instance, Company: c.CompanyID, Connection: c.ID, Actor: bowline.ActorCustomer}
	now, err := f.lender().Unlink(f.Context(), target, string(bowline.Unlinked))
	if err != nil || now.Status != bowline.Unlinked {
		f.Fatalf("the connection is %s: %v", now.Status, err)
	}
	f.wiped(c)
}

// wiped checks that nothing can be lent of a connection any more.
func (f *flight) wiped(c bowline.Connection) {
	f.Helper()
	if _, err := f.store.Grant(f.Context(), c.ID); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("its grant is there: %v", err)
	}
	if _, err := f.store.RenewalOf(f.Context(), c.ID); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("its renewal is there: %v", err)
	}
	if g, err := f.fresh(f.keeper(), c, ""); bowline.CodeOf(err) != bowline.CodeConflict || g.AccessToken != "" || len(g.Extra) > 0 {
		f.Errorf("whoever asks for its grant gets %v", err)
	}
}

// swept ends at the provider what is to be ended, all of it, and returns how
// often the provider was asked to, and what the connection's history says.
func (f *flight) swept(c bowline.Connection) (calls int, note string) {
	f.Helper()
	before := f.requests(ends)
	f.sweep()
	if left, _, err := f.store.RevocationsWaiting(f.Context()); err != nil || left != 0 {
		f.Errorf("%d grants wait to be ended: %v: %s", left, err, f.lastWords())
	}
	lines := f.history(c)
	if last := lines[len(lines)-1]; last.Trigger == bowline.TriggerNote {
		note = last.Reason
	}
	return f.requests(ends) - before, note
}

// turn lets time pass until a connection has to be looked after, and has that
// done.
func (f *flight) turn(k *renewal.Keeper, c bowline.Connection) {
	f.Helper()
	u, err := f.store.RenewalOf(f.Context(), c.ID)
	must(f.T, err)
	if u.DueAt.IsZero() {
		f.Fatal("nobody ever looks after the connection")
	}
	if wait := u.DueAt.Sub(f.Now()); wait > 0 {
		f.pass(wait)
	}
	if n, err := k.Sweep(f.Context()); err != nil || n == 0 {
		f.Fatalf("%d turns were taken: %v", n, err)
	}
}

// promised is within which time the end of a grant is noticed that nobody tells.
func (f *flight) promised() time.Duration {
	if life := f.facts.life; life > 0 && life <= 6*hour {
		return life + f.confirmed()
	}
	return 6*hour + f.confirmed()
}

// confirmed is for how long a refusal is doubted: for hours where the catalog does
// not know it, as a provider that is unwell may refuse everybody.
func (f *flight) confirmed() time.Duration {
	if !f.in.UsesCredentials() {
		return 2 * minute
	}
	for _, call := range f.in.Credentials.Calls() {
		if slices.ContainsFunc(call.Errors, func(row catalog.ProbeError) bool { return row.Means == catalog.MeansRefused }) {
			return 2 * minute
		}
	}
	return 6*hour + 2*minute
}

// lost checks that a connection was deauthorized, with all that belongs to it.
func (f *flight) lost(c bowline.Connection) {
	f.Helper()
	now := f.read(c)
	if now.Status != bowline.Deauthorized {
		f.Fatalf("the connection is %s: %s", now.Status, f.lastWords())
	}
	if errs := now.DataConnectionErrors; len(errs) != 1 || errs[0].Status != bowline.ErrorActive || errs[0].ErrorMessage == "" || errs[0].StatusCode < "400" {
		f.Errorf("its errors are %+v", errs)
	}
	lines := f.history(c)
	last := lines[len(lines)-1]
	if last.Trigger != bowline.TriggerRevoke || last.Actor != bowline.ActorProvider || last.To != bowline.Deauthorized || last.Reason == "" || last.CorrelationID == "" {
		f.Errorf("its history ends with %+v", last)
	}
	if n := f.told(c, bowline.ConnectionDisconnected); n != 1 {
		f.Errorf("the fintech was told %d times", n)
	}
	f.wiped(c)
}

func flyRevoked(f *flight) {
	f = f.apart()
	c := f.anyConnected()
	k := f.keeper()
	for range 2 {
		f.turn(k, c)
		if now := f.read(c); now.Status != bowline.Linked || len(now.DataConnectionErrors) > 0 {
			f.Fatalf("the connection is %s with %+v: %s", now.Status, now.DataConnectionErrors, f.lastWords())
		}
	}
	f.sim.Revoke(f.key)
	since := f.Now()
	for turns := 0; f.read(c).Status == bowline.Linked && turns < 20; turns++ {
		f.turn(k, c)
	}
	f.lost(c)
	if took := f.Now().Sub(since); took > f.promised() {
		f.Errorf("it took %v, and %v are promised", took, f.promised())
	}
}

func flyRefused(f *flight) {
	f = f.apart()
	c := f.anyConnected()
	k := f.keeper()
	f.due(f.grant(c)) // or the provider would not renew yet
	g, err := f.fresh(k, c, "")
	must(f.T, err)
	stale := g.AccessToken
	if f.in.UsesCredentials() {
		stale = "refused"
	}
	f.sim.Revoke(f.key)
	since, within := f.Now(), f.confirmed()
	if simulator.Native(f.key, simulator.EarlyRefreshRefused) {
		within = f.facts.life
	}
	if _, err := f.fresh(k, c, stale); bowline.CodeOf(err) != bowline.CodeConflict {
		if bowline.CodeOf(err) != bowline.CodeUnavailable {
			f.Errorf("the fintech gets %v", err)
		}
		for turns := 0; f.read(c).Status == bowline.Linked && turns < 20; turns++ {
			f.turn(k, c)
		}
	}
	f.lost(c)
	if took := f.Now().Sub(since); took > within {
		f.Errorf("it took %v, and %v are promised", took, within)
	}
}

// changeless says of whom no list with less in it can be had.
func changeless(f *flight) string {
	switch {
	case f.in.UsesCredentials() || f.in.Tenants == nil:
		return "The provider does not list organizations."
	case f.facts.picked:
		return "The customer picks what is listed, for good, with the provider's consent."
	}
	return f.unless(simulator.ManyTenants, f.facts.alone)
}

func flyVanished(f *flight) {
	f = f.apart()
	f.on(simulator.ManyTenants)
	c, _ := f.linked(f.journey(will{item: "Company 150"}))
	k := f.keeper()
	lives := func() {
		f.Helper()
		if now := f.read(c); now.Status != bowline.Linked || len(now.DataConnectionErrors) > 0 {
			f.Fatalf("the connection is %s with %+v: %s", now.Status, now.DataConnectionErrors, f.lastWords())
		}
	}
	looked := func() { // a turn that asks for the list
		f.Helper()
		asks := func(h simulator.Hop) bool { return h.Method == http.MethodGet && !ends(h) }
		for before := f.requests(asks); f.requests(asks) == before; {
			f.turn(k, c)
		}
	}
	looked()
	lives()
	f.off(simulator.ManyTenants)
	looked()
	lives()
	f.on(simulator.ManyTenants)
	looked()
	lives()
	_, err := f.fresh(f.keeper(), c, "")
	must(f.T, err)
	f.off(simulator.ManyTenants)
	looked()
	lives()
	since := f.Now()
	for turns := 0; f.read(c).Status == bowline.Linked && turns < 5; turns++ {
		looked()
	}
	f.lost(c)
	if took := f.Now().Sub(since); took < 5*minute || took > 10*minute {
		f.Errorf("it took %v", took)
	}
	f.swept(c)
}

func flyDisconnected(f *flight) {
	f = f.apart()
	c, g := f.connected()
	if f.sim.Standing(f.key) == 0 {
		f.Fatal("nothing is connected")
	}
	f.pass(f.facts.life + time.Minute)
	f.unlink(c)
	calls, note := f.swept(c)
	f.unsealed()
	if f.facts.noRevoke != "" {
		if calls != 0 || !strings.Contains(note, "no call") {
			f.Errorf("%d calls, and the history says %q", calls, note)
		}
		return
	}
	if calls != 1 || !strings.Contains(note, "was ended") {
		f.Errorf("%d calls, and the history says %q: %s", calls, note, f.lastWords())
	}
	f.ended()
	if !f.facts.several { // there, the grant lives on without the organization
		f.over(c, g)
	}
	if calls, _ := f.swept(c); calls != 0 {
		f.Errorf("what was ended is ended once more, %d times", calls)
	}
}

// unsealed checks that the database holds no tokens and no credentials any more,
// not even sealed ones.
func (f *flight) unsealed() {
	f.Helper()
	tables := storetest.Dump(f.T, f.store)
	for _, table := range []string{"grants", "renewals", "renewal_tokens"} {
		if rows, known := tables[table]; !known || len(rows) != 0 {
			f.Errorf("%s has %d rows", table, len(rows))
		}
	}
	const sealed = 7 // column
	for _, row := range tables["revocations"] {
		if cells := strings.Split(row, "|"); cells[sealed] != "" || cells[sealed-1] == "" || cells[sealed+1] != string(store.RevokeUnlinked) {
			f.Errorf("what was ended at the provider is still kept: %q", cells)
		}
	}
}

// ended checks that nothing can be reached any more, by whatever was consented to.
func (f *flight) ended() {
	f.Helper()
	if left := f.sim.Standing(f.key); left != 0 {
		f.Errorf("at the provider %d are left: %s", left, f.lastWords())
	}
}
