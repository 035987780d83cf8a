package revocation_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/revocation"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestOutage has a provider down for hours while we are started anew again and
// again: the grant is ended when it is back, once.
func TestOutage(t *testing.T) {
	each(t, func(w *world) {
		c := w.link("plan", "", "")
		g, _ := w.store.Grant(w.t.Context(), c.ID)
		w.provider.set(func(p *provider) { p.down = true })
		w.move(c, bowline.TriggerUnlink)
		for range 10 {
			w.sweep()
			w.pass(30 * time.Minute)
		}
		w.wantWaiting(1)
		before := w.provider.asked
		for range 20 {
			w.sweep() // at once, it is not asked again and again
		}
		if more := w.provider.asked - before; more > 1 {
			w.t.Errorf("the provider was asked %d times at once", more)
		}
		w.provider.set(func(p *provider) { p.down = false })
		for range 4 {
			w.pass(time.Hour)
			w.sweep()
		}
		w.wantEnded("after the outage", "revoke "+g.RefreshToken)
		w.wantWaiting(0)
		w.wantNote(c, "The access was ended at the provider.")
		if failed := slices.Index(w.outcomes, "revoked"); failed < 3 {
			w.t.Errorf("outcomes %v", w.outcomes)
		}
		if got := w.read(c).Status; got != bowline.Unlinked {
			w.t.Errorf("the connection is %s", got)
		}
	})
}

// TestLostAnswer: the provider has done it, and says so to nobody. Asked again
// it knows nothing of the grant, which its token endpoint confirms.
func TestLostAnswer(t *testing.T) {
	each(t, func(w *world) {
		c := w.link("plan", "", "")
		w.provider.set(func(p *provider) { p.lost = 1 })
		w.move(c, bowline.TriggerUnlink)
		w.sweep()
		w.wantWaiting(1)
		w.pass(time.Hour)
		w.sweep()
		w.wantWaiting(0)
		w.wantNote(c, "The access had ended at the provider already.")
	})
}

// TestOneOrganisationOfSeveral ends one organisation's connection and leaves the
// others alive, also when tokens have to be refreshed for it.
func TestOneOrganisationOfSeveral(t *testing.T) {
	each(t, func(w *world) {
		family := bowline.NewID(w.Now())
		a, b, c := w.link("sevr", "alba", family), w.link("sevr", "bora", family), w.link("sevr", "cala", family)
		w.move(a, bowline.TriggerUnlink)
		w.sweep()
		w.wantEnded("one of three", "disconnect alba")
		w.wantNote(a, "The access to this organization was ended at the provider.")

		// The refresh token belongs to who is linked: not the copy's, theirs is used.
		w.pass(time.Hour)
		w.move(b, bowline.TriggerUnlink)
		w.sweep()
		w.wantEnded("without a token that works")
		w.wantWaiting(1)
		asked := 0
		w.fresh = func(ctx context.Context, instance, company, connection bowline.ID) (bowline.Grant, error) {
			asked++
			if instance != w.instance || company != c.CompanyID || connection != c.ID {
				w.t.Errorf("asked for the token of %s", connection)
			}
			access, refresh := w.provider.give()
			return bowline.Grant{AccessToken: access, RefreshToken: refresh, ExpiresAt: w.Now().Add(accessLife), Extra: map[string]string{"tenant.connectionId": "cala"}}, nil
		}
		w.pass(time.Hour)
		w.sweep()
		w.wantEnded("with a relative's token", "disconnect bora")
		if asked != 1 || w.provider.reused != 0 || !w.provider.links["cala"] {
			w.t.Errorf("asked %d times, %d tokens sent twice, links %v", asked, w.provider.reused, w.provider.links)
		}
		if g, err := w.store.Grant(w.t.Context(), c.ID); err != nil || !w.provider.alive[g.RefreshToken] {
			w.t.Errorf("the last one's refresh token was used: %v", err)
		}

		// The last of the family refreshes its copy.
		w.pass(time.Hour)
		w.move(c, bowline.TriggerUnlink)
		w.sweep()
		w.wantEnded("the last", "disconnect cala")
		w.wantWaiting(0)
	})
}

// TestTwoOfAFamilyAtOnce: both wait with copies of one refresh token, which works
// once.
func TestTwoOfAFamilyAtOnce(t *testing.T) {
	each(t, func(w *world) {
		family := bowline.NewID(w.Now())
		a, b := w.link("sevr", "alba", family), w.link("sevr", "bora", family)
		w.provider.set(func(p *provider) { p.down = true })
		w.move(a, bowline.TriggerUnlink)
		w.sweep()
		w.move(b, bowline.TriggerDelete)
		w.pass(24 * time.Hour)
		w.sweep()
		w.provider.set(func(p *provider) { p.down = false })
		w.pass(24 * time.Hour)
		w.sweep()
		w.pass(24 * time.Hour)
		w.sweep()
		w.wantEnded("both", "disconnect alba", "disconnect bora")
		if w.provider.reused != 0 {
			w.t.Errorf("a refresh token was sent %d times too often", w.provider.reused)
		}
		w.wantWaiting(0)
	})
}

// TestLastOfAFamily: where only the whole grant can be ended, the last one does.
func TestLastOfAFamily(t *testing.T) {
	each(t, func(w *world) {
		family := bowline.NewID(w.Now())
		a, b := w.link("plan", "", family), w.link("plan", "", family)
		g, _ := w.store.Grant(w.t.Context(), a.ID)
		w.move(a, bowline.TriggerUnlink)
		w.sweep()
		w.wantEnded("one of two")
		w.wantNote(a, "The access stays at the provider, because another connection uses it.")
		w.move(b, bowline.TriggerDelete)
		w.sweep()
		w.wantEnded("the last", "revoke "+g.RefreshToken)
		w.wantWaiting(0)
	})
}

// TestAccount: what ends a whole account is not done while somebody is linked to
// it with the same client.
func TestAccount(t *testing.T) {
	each(t, func(w *world) {
		a, b := w.link("acct", "harbour", ""), w.link("acct", "harbour", "")
		w.move(a, bowline.TriggerUnlink)
		w.sweep()
		w.wantEnded("one of two")
		w.wantNote(a, "The access stays at the provider, because another connection uses it.")
		// Connected anew by another sign-in: the former must not end the present.
		w.attach(b, "harbour", bowline.NewID(w.Now()))
		w.sweep()
		w.wantEnded("a former sign-in")
		w.wantNote(b, "The access of the former sign-in stays at the provider, because another connection uses it.")
		// Another client's account is none of ours.
		theirs := w.instance
		w.instance = storetest.NewInstance(w.t, w.store)
		mine, own := w.instance, w.cat.With(map[string]catalog.Registration{"acct": {Clients: map[string]catalog.Client{"": {ID: "another", Secret: "sk_right"}}}})
		w.offer = func(instance bowline.ID) *catalog.Catalog {
			if instance == mine {
				return own
			}
			return w.cat
		}
		c := w.link("acct", "harbour", "")
		w.move(c, bowline.TriggerUnlink)
		w.sweep()
		w.wantEnded("another client's", "deauthorize harbour")
		w.instance = theirs
		w.provider.set(func(p *provider) { p.links["harbour"] = true })
		w.move(b, bowline.TriggerUnlink)
		w.sweep()
		w.wantEnded("the last", "deauthorize harbour")
		w.wantWaiting(0)
	})
}

// TestWrongKey: a key of ours that the provider refuses is no success. It is
// tried until the operator has mended it.
func TestWrongKey(t *testing.T) {
	each(t, func(w *world) {
		c := w.link("acct", "harbour", "")
		w.provider.set(func(p *provider) { p.key = "sk_other" })
		w.move(c, bowline.TriggerUnlink)
		for range 5 {
			w.sweep()
			w.pass(2 * time.Hour)
		}
		w.wantWaiting(1)
		w.provider.set(func(p *provider) { p.key = "sk_right" })
		w.sweep()
		w.wantEnded("with the right key", "deauthorize harbour")
		w.wantNote(c, "The access was ended at the provider.")

		// What the provider says of an account that has left is as ambiguous, and is
		// looked into.
		d := w.link("acct", "quay", "")
		w.provider.set(func(p *provider) { delete(p.links, "quay") })
		w.move(d, bowline.TriggerUnlink)
		w.sweep()
		w.wantNote(d, "The access had ended at the provider already.")
		w.wantWaiting(0)
	})
}

// TestUnused gives back a sign-in that led to nothing, and leaves what is linked.
func TestUnused(t *testing.T) {
	each(t, func(w *world) {
		end := func(key, tenant string) bowline.Connection {
			c := storetest.Add(w.t, w.store, storetest.NewCompany(w.instance, "Harbour Bakery"), bowline.Commerce).DataConnections[0]
			access, refresh := w.provider.give()
			w.write(func(ctx context.Context, tx *store.Tx) error {
				return tx.EndGrant(ctx, store.Revocation{
					Instance: w.instance, Company: c.CompanyID, Connection: c.ID, IntegrationKey: key, Reason: store.RevokeUnused, Created: w.Now(),
					Grant: bowline.Grant{AccessToken: access, RefreshToken: refresh, ExpiresAt: w.Now().Add(accessLife), Extra: map[string]string{"token.account": tenant, "token.event": "this"}},
				})
			})
			w.sweep()
			return c
		}
		w.link("sevr", "alba", "")
		w.provider.set(func(p *provider) { p.links["bora"] = true })
		c := end("sevr", "")
		w.wantEnded("of several", "disconnect bora")
		w.wantNote(c, "The access of a sign-in that was not used to this organization was ended at the provider.")
		w.link("acct", "harbour", "")
		end("acct", "harbour")
		w.wantEnded("an account that is linked")
		w.provider.set(func(p *provider) { p.links["quay"] = true })
		end("acct", "quay")
		w.wantEnded("an account that is not", "deauthorize quay")
		w.wantWaiting(0)
	})
}

// TestNoCall: some providers cannot be asked.
func TestNoCall(t *testing.T) {
	each(t, func(w *world) {
		c := w.link("quie", "", "")
		w.move(c, bowline.TriggerUnlink)
		w.sweep()
		w.wantNote(c, "The access was forgotten here. The provider has no call that ends it; the customer can remove the app there.")
		if w.provider.asked != 0 {
			w.t.Errorf("the provider was asked %d times", w.provider.asked)
		}
	})
}

// TestGivesUp when the grant cannot live any more, and says so. After the first
// month it asks once a day.
func TestGivesUp(t *testing.T) {
	each(t, func(w *world) {
		c := w.link("plan", "", "")
		w.provider.set(func(p *provider) { p.down = true })
		w.move(c, bowline.TriggerUnlink)
		for range 40 {
			w.sweep()
			w.pass(24 * time.Hour)
		}
		w.provider.set(func(p *provider) { p.asked = 0 })
		for range 10 * 24 {
			w.sweep()
			w.pass(time.Hour)
		}
		if w.provider.asked < 8 || w.provider.asked > 10 {
			w.t.Errorf("asked %d times in ten days", w.provider.asked)
		}
		w.pass(315 * 24 * time.Hour)
		w.wantWaiting(1)
		w.sweep()
		w.wantWaiting(0)
		w.wantNote(c, "The access was forgotten here, but the provider did not confirm its end. The customer can remove the app there.")
	})
}

// TestLongOutage: a provider that comes back after months ends what it was asked
// to end.
func TestLongOutage(t *testing.T) {
	each(t, func(w *world) {
		c := w.link("plan", "", "")
		g, err := w.store.Grant(t.Context(), c.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		w.provider.set(func(p *provider) { p.down = true })
		w.move(c, bowline.TriggerUnlink)
		for range 20 {
			w.sweep()
			w.pass(10 * 24 * time.Hour)
		}
		w.provider.set(func(p *provider) { p.down = false })
		w.sweep()
		w.wantEnded("after two hundred days", "revoke "+g.RefreshToken)
		w.wantWaiting(0)
		w.wantNote(c, "The access was ended at the provider.")
	})
}

// TestDeleted leaves nothing but the proof in the end, and until then what is
// needed to end the grant.
func TestDeleted(t *testing.T) {
	each(t, func(w *world) {
		c := w.link("plan", "", "")
		w.provider.set(func(p *provider) { p.down = true })
		w.move(c, bowline.TriggerUnlink)
		w.sweep()
		w.move(c, bowline.TriggerDelete)
		if got := storetest.Traces(w.t, w.store, string(c.ID)); !slices.Equal(got, []string{"revocations"}) {
			w.t.Errorf("traces before it is done: %v", got)
		}
		w.provider.set(func(p *provider) { p.down = false })
		w.pass(24 * time.Hour)
		w.sweep()
		if got := storetest.Traces(w.t, w.store, string(c.ID)); len(got) != 0 {
			w.t.Errorf("traces: %v", got)
		}
		proofs, _, err := w.store.Erasures(w.t.Context(), w.instance, bowline.Page{Number: 1, Size: 10})
		if err != nil || len(proofs) != 1 || proofs[0].GrantOutcome != "revoked" || proofs[0].GrantEndedAt == nil {
			w.t.Errorf("proofs %+v, %v", proofs, err)
		}
	})
}

// TestTwoProcesses end each grant once.
func TestTwoProcesses(t *testing.T) {
	each(t, func(w *world) {
		const many = 60
		for range many {
			w.move(w.link("plan", "", ""), bowline.TriggerUnlink)
		}
		var wait sync.WaitGroup
		for range 3 {
			r := w.revoker()
			wait.Go(func() {
				if err := r.Sweep(w.t.Context()); err != nil {
					w.t.Error(err)
				}
			})
		}
		wait.Wait()
		got := w.provider.ended()
		slices.Sort(got)
		if len(got) != many || len(slices.Compact(got)) != many {
			w.t.Errorf("%d calls, want %d", len(got), many)
		}
		w.wantWaiting(0)
	})
}

// TestStopped: being stopped says nothing about the provider, and loses nothing.
func TestStopped(t *testing.T) {
	each(t, func(w *world) {
		c := w.link("plan", "", "")
		w.move(c, bowline.TriggerUnlink)
		ctx, cancel := context.WithCancel(w.t.Context())
		var during *revocation.Revoker
		w.offer = func(bowline.ID) *catalog.Catalog { // on the way to the provider
			cancel()
			return w.cat
		}
		during = w.revoker()
		if err := during.Sweep(ctx); err != nil && !errors.Is(err, context.Canceled) {
			w.t.Fatal(err)
		}
		w.offer = func(bowline.ID) *catalog.Catalog { return w.cat }
		w.wantWaiting(1)
		w.sweep()
		w.wantWaiting(0)
		if got := w.provider.ended(); len(got) != 1 || !strings.HasPrefix(got[0], "revoke ") {
			w.t.Errorf("the provider was asked %v", got)
		}
	})
}
