package link_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// nameless connects software that tells nothing of whose account it is.
func (w *world) nameless() (bowline.Connection, bowline.Grant) {
	w.t.Helper()
	w.comeFrom(rival, w.toHandoff(rival, bowline.Accounting).Handoff.URL, "robin", "allow")
	c := w.connections()[0]
	grant, err := w.store.Grant(w.t.Context(), c.ID)
	must(w.t, err)
	if c.Status != bowline.Linked || c.TenantID != "" {
		w.t.Fatalf("the connection is %+v", c)
	}
	return c, grant
}

// kept fails unless a connection still lives on a grant, and no other one is
// left at the provider.
func (w *world) kept(c bowline.Connection, grant bowline.Grant) {
	w.t.Helper()
	now, err := w.store.Grant(w.t.Context(), c.ID)
	must(w.t, err)
	if now.AccessToken != grant.AccessToken || !w.accepted(now.AccessToken) {
		w.t.Error("the tokens of a connection that works were swapped or ended")
	}
	after, err := w.store.Connection(w.t.Context(), w.instance, c.CompanyID, c.ID)
	must(w.t, err)
	if after.Status != bowline.Linked || len(after.DataConnectionErrors) != 0 || !after.LinkedAt.Equal(*c.LinkedAt) {
		w.t.Errorf("the connection is %+v", after)
	}
}

// noted fails unless the timeline of a connection has a line that says why.
func (w *world) noted(c bowline.Connection, reason string) {
	w.t.Helper()
	history, err := w.store.History(w.t.Context(), w.instance, c.ID)
	must(w.t, err)
	if !slices.ContainsFunc(history, func(l bowline.ConnectionHistory) bool { return l.Reason == reason && l.To == bowline.Linked }) {
		w.t.Errorf("no line says %q: %+v", reason, history)
	}
}

// TestAnAddressSwapsNoTokens: whoever holds a Link URL and nothing else finds no
// way to the sign-in of a connection that works (decision 20).
func TestAnAddressSwapsNoTokens(t *testing.T) {
	eachWith(t, rivals, func(t *testing.T, w *world) {
		c, grant := w.nameless()
		w.browser.Cookies = link.Cookies{}
		for _, action := range []string{link.ActReconnect, link.ActResume} {
			v := w.act(w.boot(), link.Action{Action: action, ConnectionID: c.ID})
			if v.Step != link.StepMain || v.Main.Types[0].State != "linked" || !v.Main.CanFinish || len(w.browser.Cookies) != 0 {
				t.Errorf("%s leads to %s, with %d cookies", action, v.Step, len(w.browser.Cookies))
			}
		}
		target, cookie, v, err := w.service.Start(t.Context(), w.company, c.ID, link.Entry{})
		must(t, err)
		if target != "" || cookie != (link.Cookie{}) || v == nil || v.Step != link.StepMain || v.Main.Types[0].State != "linked" {
			t.Fatalf("the connection's own URL leads to %q, %+v", target, v)
		}
		must(t, w.setRedirect("https://lender.example/done?s={statusCode}"))
		if done := w.act(*v, link.Action{Action: link.ActFinish}); done.Step != link.StepDone || done.Done.RedirectURL != "https://lender.example/done?s=201" {
			t.Errorf("from there the visit ends on %s, %+v", done.Step, done.Done)
		}
		w.kept(c, grant)
	})
}

// TestPasswordAndLinkedConnection: the URL of a connection that works shows so
// behind a one-time password too, and whoever spent it may look after it.
func TestPasswordAndLinkedConnection(t *testing.T) {
	eachWith(t, rivals, func(t *testing.T, w *world) {
		c, grant := w.nameless()
		w.lock("ABC123")
		_, _, gate, err := w.service.Start(t.Context(), w.company, c.ID, link.Entry{})
		must(t, err)
		if gate.Step != link.StepGate {
			t.Fatalf("without a password: %s", gate.Step)
		}
		opened, err := w.service.Open(t.Context(), w.company, link.Action{Flow: gate.Flow, OTP: "ABC123"})
		must(t, err)
		if opened.View.Step != link.StepMain || len(opened.Cookies) != 0 {
			t.Errorf("with one: %s", opened.View.Step)
		}
		w.overseen(oneTime)
		_, _, v, err := w.service.Start(t.Context(), w.company, c.ID, w.proven(true))
		must(t, err)
		if v == nil || v.Step != link.StepManage {
			t.Errorf("a browser that may look after it sees %+v", v)
		}
		w.kept(c, grant)
	})
}

// TestTwoTabsOfOnePendingConnection: what the first tab connected stays, where
// nothing says that the second one signed in to the same. Its grant goes back.
func TestTwoTabsOfOnePendingConnection(t *testing.T) {
	eachWith(t, rivals, func(t *testing.T, w *world) {
		late := w.toHandoff(rival, bowline.Accounting)
		c, grant := w.nameless()
		w.revoked()
		before := w.revocations.Load()
		v := w.comeFrom(rival, late.Handoff.URL, "sam", "allow")
		if v.Step != link.StepError || v.Error.Code != "connected" || v.Error.CanRetry || v.Error.CanHandOver || v.Main.Types[0].State != "linked" {
			t.Errorf("the second tab shows %s, %+v", v.Step, v.Error)
		}
		w.kept(c, grant)
		if n := w.revoked() - before; n != 1 {
			t.Errorf("%d grants were given back, want 1", n)
		}
		w.noted(c, "The connection was linked by another sign-in meanwhile, and stays as it is.")
		if got, want := w.events(), "connection.created connection.connected"; got != want {
			t.Errorf("events %q, want %q", got, want)
		}
		if v = w.act(v, link.Action{Action: link.ActContinue}); v.Step != link.StepMain {
			t.Errorf("going on leads to %s", v.Step)
		}
	})
}

// TestTwoTabsWithOneOrganization: the same organization twice is one connection
// with the newer tokens, and both tabs say that it works (link.md 1.3.22).
func TestTwoTabsWithOneOrganization(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		late := w.toHandoff(accounting, bowline.Accounting)
		first := w.story()
		v := w.result(w.complete(w.signIn(late.Handoff.URL, "robin", "allow")))
		if v.Step != link.StepSuccess || !v.Success.Again || v.Success.ConnectionID != first.ID {
			t.Errorf("the second tab shows %s, %+v", v.Step, v.Success)
		}
		w.alive()
		w.noted(first, "The same organization was connected again.")
	})
}

// TestCredentialsOfALinkedConnection: a form that was left open in another tab
// changes nothing any more.
func TestCredentialsOfALinkedConnection(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.withLedgers(strings.ReplaceAll(ledgers, "\n    tenants: {items: entities, id: id, name: name, within: \"${field.company}\"}", ""))
		late := w.toForm()
		if v := w.act(w.act(w.boot(), link.Action{Action: link.ActResume, ConnectionID: w.connections()[0].ID}), ledgerKey); v.Step != link.StepSuccess {
			t.Fatalf("the first tab shows %s, %+v", v.Step, v.Credentials)
		}
		c := w.connections()[0]
		v := w.act(late, link.Action{Action: link.ActSubmit, Fields: map[string]string{"company": "Evil-Co", "key": "0ther"}})
		grant, err := w.store.Grant(t.Context(), c.ID)
		must(t, err)
		if v.Step != link.StepMain || grant.Extra["key"] != "k3y" {
			t.Errorf("the second tab shows %s, and the company is %q", v.Step, grant.Extra["company"])
		}
	})
}

// TestHelperOfALinkedConnection: nothing is handed over that works, and a helper
// who is late finds the hand-over done.
func TestHelperOfALinkedConnection(t *testing.T) {
	eachWith(t, rivals, func(t *testing.T, w *world) {
		late := w.toHandoff(rival, bowline.Accounting)
		c, grant := w.nameless()
		v := w.act(late, link.Action{Action: link.ActHandOver})
		if v.Step == link.StepHandOver {
			t.Error("a connection that works is handed over")
		}
		v = w.act(late, link.Action{Action: link.ActRetry})
		if v.Step != link.StepSuccess || v.Success.ConnectionID != c.ID {
			t.Errorf("the page that waited shows %s", v.Step)
		}
		w.kept(c, grant)
	})
}

// TestTicketOfALinkedConnection: a host page's new tab is not let through to the
// provider of what works by now, and a page that was left is gone back to.
func TestTicketOfALinkedConnection(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w}
		waiting := p.toTab()
		left := p.do(waiting, link.Action{Action: link.ActRetry, Return: hostOrigin + "/page"})
		p.tab(waiting.Handoff.URL, "robin", "allow")
		first := w.alive()
		for name, tt := range map[string]struct {
			address, target string
		}{
			"a new tab": {address: waiting.Handoff.URL},
			"the same":  {address: left.Handoff.URL, target: hostOrigin + "/page"},
		} {
			target, cookie, v, err := w.service.OpenTicket(t.Context(), sent(t, tt.address).Get("ticket"))
			must(t, err)
			if target != tt.target || cookie != (link.Cookie{}) || (v == nil) == (tt.target == "") {
				t.Fatalf("%s: %q, %+v", name, target, v)
			}
			if v != nil && (v.Step != link.StepClosed || v.Closed.Outcome != link.ClosedLinked) {
				t.Errorf("%s shows %s", name, v.Step)
			}
			if v == nil {
				continue
			}
			if here := w.act(*v, link.Action{Action: link.ActContinue}); here.Step != link.StepMain || here.Main.Types[0].State != "linked" {
				t.Errorf("%s goes on to %s", name, here.Step)
			}
		}
		if c := w.alive(); !c.LinkedAt.Equal(*first.LinkedAt) {
			t.Error("the connection was linked anew")
		}
	})
}
