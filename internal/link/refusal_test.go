package link_test

import (
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store"
)

func (w *world) unlink(c bowline.Connection) {
	w.t.Helper()
	must(w.t, w.store.Write(w.t.Context(), func(tx *store.Tx) error {
		company, err := tx.LockCompany(w.t.Context(), w.instance, w.company)
		if err != nil {
			return err
		}
		for _, held := range company.DataConnections {
			if held.ID == c.ID {
				c = held
			}
		}
		return tx.MoveConnection(w.t.Context(), company, &c, bowline.TriggerUnlink,
			store.Change{Actor: bowline.ActorSystem, Links: bowline.NewLinks(origin), Now: w.clock.Now()})
	}))
}

func (w *world) setRedirect(to string) error {
	return w.store.Write(w.t.Context(), func(tx *store.Tx) error {
		return tx.PutProfile(w.t.Context(), w.instance, bowline.Profile{Name: "Harbour Lending", RedirectURL: to, WhiteListURLs: []string{}})
	})
}

// untouched fails unless the only connection waits for its authorization, has
// no tokens, and has as many error items as given.
func (w *world) untouched(errors int) bowline.Connection {
	w.t.Helper()
	all := w.connections()
	if len(all) != 1 {
		w.t.Fatalf("%d connections, want 1", len(all))
	}
	c := all[0]
	if c.Status != bowline.PendingAuth || w.hasGrant(c.ID) || c.TenantID != "" || len(c.DataConnectionErrors) != errors {
		w.t.Errorf("half-made connection: %+v, tokens %v", c, w.hasGrant(c.ID))
	}
	return c
}

// TestMisbehaviour is every way in which a provider or a person can end an
// attempt: a screen that says so, nothing half-made, and a way on that works.
func TestMisbehaviour(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, toggle, decision string
		code, status           string
	}{
		{"denied on the consent page", "", "deny", "denied", "403"},
		{"denied at once", "deny", "allow", "denied", "403"},
		{"server error", "server_error", "allow", "unavailable", "500"},
		{"token endpoint down", "token_down", "allow", "unavailable", "500"},
		{"expired code", "expired_code", "allow", "refused", "500"},
		{"wrong issuer", "wrong_issuer", "allow", "wrongIssuer", "500"},
		{"no organisations", "no_tenants", "allow", "noTenants", "500"},
		{"answer too slow", "slow", "allow", "unavailable", "500"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				if tt.toggle != "" {
					w.misbehave(tt.toggle)
				}
				v := w.toHandoff(accounting, bowline.Accounting)
				v = w.result(w.complete(w.signIn(v.Handoff.URL, "robin", tt.decision)))
				if v.Step != link.StepError || v.Error.Code != tt.code || !v.Error.CanRetry || v.Error.Title == "" {
					t.Fatalf("step %s, %+v; want the error %s", v.Step, v.Error, tt.code)
				}
				c := w.untouched(1)
				if e := c.DataConnectionErrors[0]; e.StatusCode != tt.status || e.Status != bowline.ErrorActive {
					t.Errorf("error item %+v, want status %s", e, tt.status)
				}
				if got, want := w.events(), "connection.created connection.failed"; got != want {
					t.Errorf("events %q, want %q", got, want)
				}

				w.switches, w.outbound.Timeout = nil, time.Minute
				v = w.act(v, link.Action{Action: link.ActRetry})
				v = w.result(w.complete(w.signIn(v.Handoff.URL, "robin", "allow")))
				if v.Step != link.StepSuccess {
					t.Fatalf("trying again shows %s, %+v", v.Step, v.Error)
				}
				if c := w.connections(); len(c) != 1 || c[0].DataConnectionErrors[0].Status != bowline.ErrorResolved {
					t.Errorf("after trying again the connections are %+v", c)
				}
			})
		})
	}
}

func TestCallbackInAnotherBrowserIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.toHandoff(accounting, bowline.Accounting)
		query := w.signIn(v.Handoff.URL, "robin", "allow")
		mine := w.browser.Cookies
		w.browser.Cookies = link.Cookies{}
		r := w.complete(query)
		if r.View == nil || r.View.Step != link.StepError || r.View.Error.Code != "otherBrowser" {
			t.Fatalf("the other browser sees %+v", r)
		}
		if r.View.Flow != "" || r.View.Company.ID != "" || r.Company != "" {
			t.Errorf("the other browser learns of the visit: %+v", r)
		}
		if w.exchanges.Load() != 0 {
			t.Error("the code was exchanged for a browser that did not start")
		}
		w.untouched(0)
		w.browser.Cookies = mine
		if v = w.result(w.complete(query)); v.Step != link.StepSuccess {
			t.Errorf("the right browser then sees %s", v.Step)
		}
	})
}

func TestResultIsForTheBrowserThatMadeIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.toHandoff(accounting, bowline.Accounting)
		r := w.complete(w.signIn(v.Handoff.URL, "sam", "allow"))
		choice := w.result(r)
		w.browser.Cookies = link.Cookies{}
		if v = w.result(r); v.Step != link.StepMain {
			t.Errorf("another browser sees %s", v.Step)
		}
		if v = w.act(choice, link.Action{Action: link.ActSelectTenant, TenantID: choice.Tenants.Items[0].ID}); v.Step != link.StepError {
			t.Errorf("another browser may choose: %s", v.Step)
		}
		w.untouched(0)
	})
}

func TestForgedState(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.toHandoff(accounting, bowline.Accounting)
		query := w.signIn(v.Handoff.URL, "robin", "allow")
		for name, forge := range map[string]func(url.Values){
			"other state": func(q url.Values) { q.Set("state", "forged") },
			"no state":    func(q url.Values) { q.Del("state") },
			"two states":  func(q url.Values) { q.Add("state", "second") },
			"two codes":   func(q url.Values) { q.Add("code", "second") },
		} {
			forged := url.Values{}
			for k, v := range query {
				forged[k] = append([]string(nil), v...)
			}
			forge(forged)
			if r := w.complete(forged); r.View == nil || r.View.Step != link.StepError {
				t.Errorf("%s: %+v", name, r)
			}
		}
		if w.exchanges.Load() != 0 {
			t.Error("a code was exchanged")
		}
		w.untouched(0)
	})
}

func TestAnswerOfAnotherIntegrationIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.toHandoff(accounting, bowline.Accounting)
		query := w.signIn(v.Handoff.URL, "robin", "allow")
		r, err := w.service.Complete(t.Context(), "aiwb", query, w.browser)
		must(t, err)
		if r.View == nil || w.exchanges.Load() != 0 {
			t.Errorf("mixed-up callback: %+v, %d exchanges", r, w.exchanges.Load())
		}
		w.untouched(0)
	})
}

func TestExpiredState(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.toHandoff(accounting, bowline.Accounting)
		query := w.signIn(v.Handoff.URL, "robin", "allow")
		w.clock.add(16 * time.Minute)
		v = w.result(w.complete(query))
		if v.Step != link.StepError || v.Error.Code != "expired" || !v.Error.CanRetry {
			t.Fatalf("step %s, %+v", v.Step, v.Error)
		}
		if w.exchanges.Load() != 0 {
			t.Error("the code was exchanged")
		}
		w.untouched(1)
		v = w.act(v, link.Action{Action: link.ActRetry})
		if v = w.result(w.complete(w.signIn(v.Handoff.URL, "robin", "allow"))); v.Step != link.StepSuccess {
			t.Errorf("trying again shows %s", v.Step)
		}
	})
}

func TestReplayedCallbackShowsTheSameResult(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.toHandoff(accounting, bowline.Accounting)
		query := w.signIn(v.Handoff.URL, "robin", "allow")
		first := w.complete(query)
		second := w.complete(query)
		if first.Authorization != second.Authorization || w.result(second).Step != link.StepSuccess {
			t.Errorf("first %+v, second %+v", first, second)
		}
		if n := w.exchanges.Load(); n != 1 {
			t.Errorf("%d exchanges, want 1", n)
		}
		if got, want := w.events(), "connection.created connection.connected"; got != want {
			t.Errorf("events %q, want %q", got, want)
		}
	})
}

func TestCallbacksAtTheSameTimeExchangeOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.toHandoff(accounting, bowline.Accounting)
		query := w.signIn(v.Handoff.URL, "robin", "allow")
		var all sync.WaitGroup
		results := make([]link.Return, 8)
		for i := range results {
			all.Go(func() {
				r, err := w.service.Complete(t.Context(), accounting, query, w.browser)
				if err != nil {
					t.Error(err)
				}
				results[i] = r
			})
		}
		all.Wait()
		for _, r := range results {
			if r.Authorization != results[0].Authorization || w.result(r).Step != link.StepSuccess {
				t.Errorf("results differ: %+v", results)
			}
		}
		if n := w.exchanges.Load(); n != 1 {
			t.Errorf("%d exchanges, want 1", n)
		}
	})
}

// TestProcessThatDiedWhileExchanging plays a crash between the claim of the
// state and the result: the next arrival ends the attempt, and the customer can
// start again.
func TestProcessThatDiedWhileExchanging(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.toHandoff(accounting, bowline.Accounting)
		query := w.signIn(v.Handoff.URL, "robin", "allow")
		now := w.clock.Now()
		must(t, w.store.Write(t.Context(), func(tx *store.Tx) error {
			return tx.ClaimAuthorization(t.Context(), bowline.Authorization{
				ID: bowline.NewID(now), InstanceID: w.instance, CompanyID: w.company, ConnectionID: w.connections()[0].ID,
				IntegrationKey: accounting, StateHash: link.HashState(query.Get("state")),
				Status: bowline.AuthorizationExchanging, StartedAt: now, ClaimedAt: now, ExpiresAt: now.Add(time.Minute),
			})
		}))
		w.clock.add(2 * time.Minute)
		v = w.result(w.complete(query))
		if v.Step != link.StepError || v.Error.Code != "interrupted" || !v.Error.CanRetry {
			t.Fatalf("step %s, %+v", v.Step, v.Error)
		}
		w.untouched(1)
		v = w.act(v, link.Action{Action: link.ActRetry})
		if v = w.result(w.complete(w.signIn(v.Handoff.URL, "robin", "allow"))); v.Step != link.StepSuccess {
			t.Errorf("trying again shows %s", v.Step)
		}
	})
}

// TestProofs is what a proof is good for: its own company, its own screen, a
// while.
func TestProofs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.boot()
		refuse := func(name string, company bowline.ID, a link.Action, code bowline.Code) {
			t.Helper()
			if _, _, err := w.service.Act(t.Context(), company, a, w.browser); bowline.CodeOf(err) != code {
				t.Errorf("%s: %v, want %s", name, err, code)
			}
		}
		refuse("no proof", w.company, link.Action{Action: link.ActConnect}, bowline.CodeExpired)
		refuse("forged proof", w.company, link.Action{Flow: v.Flow + "A", Action: link.ActConnect}, bowline.CodeExpired)
		refuse("another company", bowline.NewID(w.clock.Now()), link.Action{Flow: v.Flow, Action: link.ActConnect}, bowline.CodeInvalid)
		refuse("consent skipped", w.company, link.Action{Flow: v.Flow, Action: link.ActAccept, IntegrationKey: accounting}, bowline.CodeInvalid)
		refuse("unknown type", w.company, link.Action{Flow: v.Flow, Action: link.ActConnect, SourceType: "Gossip"}, bowline.CodeInvalid)
		refuse("unknown connection", w.company, link.Action{Flow: v.Flow, Action: link.ActResume, ConnectionID: "x"}, bowline.CodeNotFound)
		picker := w.act(v, link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		refuse("unknown integration", w.company, link.Action{Flow: picker.Flow, Action: link.ActChoose, IntegrationKey: "zzzz"}, bowline.CodeInvalid)
		w.clock.add(13 * time.Hour)
		refuse("old proof", w.company, link.Action{Flow: v.Flow, Action: link.ActConnect}, bowline.CodeExpired)
		if n := len(w.connections()); n != 0 {
			t.Errorf("refused actions made %d connections", n)
		}
	})
}

func TestDeletedMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.toHandoff(accounting, bowline.Accounting)
		query := w.signIn(v.Handoff.URL, "robin", "allow")
		w.remove()
		if v = w.result(w.complete(query)); v.Step != link.StepMain && v.Step != link.StepError {
			t.Errorf("the customer sees %s", v.Step)
		}
		if n := len(w.connections()); n != 0 {
			t.Errorf("the deleted connection is back: %d", n)
		}
	})
}

// TestAttemptOfAnotherStateIsRefused: a cookie under the right name that holds
// another attempt, as somebody who can plant cookies might set it, is none.
func TestAttemptOfAnotherStateIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.toHandoff(accounting, bowline.Accounting)
		query := w.signIn(v.Handoff.URL, "robin", "allow")
		mine := link.CookieName(link.HashState(query.Get("state")))
		w.act(w.boot(), link.Action{Action: link.ActResume, ConnectionID: w.connections()[0].ID})
		for name, value := range w.browser.Cookies {
			if name != mine {
				w.browser.Cookies = link.Cookies{mine: value}
			}
		}
		if r := w.complete(query); r.View == nil || r.View.Error == nil || w.exchanges.Load() != 0 {
			t.Errorf("another attempt was taken: %+v, %d exchanges", r, w.exchanges.Load())
		}
		w.untouched(0)
	})
}
