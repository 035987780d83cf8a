package link_test

import (
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

func TestStory(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.story()
		if c.Status != bowline.Linked || c.LinkedAt == nil || c.TenantID == "" || c.CompanyName == "" {
			t.Errorf("the connection is %+v", c)
		}
		if got, want := w.events(), "connection.created connection.connected"; got != want {
			t.Errorf("events %q, want %q", got, want)
		}
		grant, err := w.store.Grant(t.Context(), c.ID)
		must(t, err)
		if grant.AccessToken == "" || grant.RefreshToken == "" || grant.ExpiresAt.IsZero() {
			t.Error("tokens are missing from the grant")
		}
		consents, err := w.store.Consents(t.Context(), w.instance, c.ID)
		must(t, err)
		if len(consents) != 1 {
			t.Fatalf("%d consents, want 1", len(consents))
		}
		for _, want := range []string{"Connect to Accounting Sandbox", "Harbour Lending", "Invoices and bills", "By continuing"} {
			if !strings.Contains(consents[0].Text, want) {
				t.Errorf("the consent's text lacks %q: %s", want, consents[0].Text)
			}
		}
		if consents[0].GrantedFrom != "192.0.2.7" || consents[0].Locale != "en-US" || len(consents[0].TextVersion) != 64 {
			t.Errorf("the consent is %+v", consents[0])
		}
		history, err := w.store.History(t.Context(), w.instance, c.ID)
		must(t, err)
		if len(history) != 2 || history[1].From != bowline.PendingAuth || history[1].To != bowline.Linked || history[1].Actor != bowline.ActorCustomer {
			t.Errorf("the history is %+v", history)
		}
	})
}

func TestBootStoresNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.boot()
		v = w.act(v, link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: accounting})
		if n := len(w.connections()); n != 0 || w.events() != "" {
			t.Errorf("looking around made %d connections and the events %q", n, w.events())
		}
	})
}

func TestSeveralOrganisations(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.toHandoff(accounting, bowline.Accounting)
		r := w.complete(w.signIn(v.Handoff.URL, "sam", "allow"))
		v = w.result(r)
		if v.Step != link.StepTenants || len(v.Tenants.Items) != 3 {
			t.Fatalf("step %s, want the choice of three organisations", v.Step)
		}
		if c := w.connections()[0]; c.Status != bowline.PendingAuth || w.hasGrant(c.ID) {
			t.Errorf("before the choice the connection is %s and has tokens: %v", c.Status, w.hasGrant(c.ID))
		}
		_, _, err := w.service.Act(t.Context(), w.company, link.Action{Flow: v.Flow, Action: link.ActSelectTenant, TenantID: "not on the list"}, w.browser)
		if bowline.CodeOf(err) != bowline.CodeInvalid {
			t.Errorf("an organisation that is not on the list: %v", err)
		}
		several := []string{v.Tenants.Items[0].ID, v.Tenants.Items[1].ID}
		_, _, err = w.service.Act(t.Context(), w.company, link.Action{Flow: v.Flow, Action: link.ActSelectTenants, TenantIDs: several}, w.browser)
		if v.Tenants.Multiple || bowline.CodeOf(err) != bowline.CodeInvalid {
			t.Errorf("several organisations where one is asked for: %v", err)
		}
		want := v.Tenants.Items[1]
		done := w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: want.ID})
		if done.Step != link.StepSuccess || done.Success.TenantName != want.Name {
			t.Fatalf("after the choice: step %s, %+v", done.Step, done.Success)
		}
		c := w.connections()[0]
		if c.Status != bowline.Linked || c.TenantID != want.ID || !w.hasGrant(c.ID) {
			t.Errorf("the connection is %+v", c)
		}
		if _, err := w.store.AuthorizationGrant(t.Context(), r.Authorization); err == nil {
			t.Error("the tokens that waited for the choice are still there")
		}
		if again := w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: want.ID}); again.Step != link.StepSuccess {
			t.Errorf("choosing twice shows %s", again.Step)
		}
		if got, want := w.events(), "connection.created connection.connected"; got != want {
			t.Errorf("events %q, want %q", got, want)
		}
	})
}

func TestChoiceCanBeCancelled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.toHandoff(accounting, bowline.Accounting)
		r := w.complete(w.signIn(v.Handoff.URL, "sam", "allow"))
		kept, err := w.store.AuthorizationGrant(t.Context(), r.Authorization)
		must(t, err)
		if v = w.act(w.result(r), link.Action{Action: link.ActCancel}); v.Step != link.StepMain {
			t.Errorf("cancelling shows %s", v.Step)
		}
		if w.accepted(kept.AccessToken) {
			t.Error("the grant is still good at the provider")
		}
		c := w.connections()[0]
		if c.Status != bowline.PendingAuth || len(c.DataConnectionErrors) != 1 || c.DataConnectionErrors[0].StatusCode != "403" {
			t.Errorf("the connection is %+v", c)
		}
		if _, err := w.store.AuthorizationGrant(t.Context(), r.Authorization); err == nil {
			t.Error("the tokens are still there")
		}
	})
}

func TestAcceptingTwiceMakesOneConnection(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.boot()
		v = w.act(v, link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		v = w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: accounting})
		errs := make(chan error, 8)
		for range 8 {
			go func() {
				_, _, err := w.service.Act(t.Context(), w.company, link.Action{Flow: v.Flow, Action: link.ActAccept}, w.browser)
				errs <- err
			}()
		}
		for range 8 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if n := len(w.connections()); n != 1 {
			t.Errorf("%d connections, want 1", n)
		}
		if got := w.events(); got != "connection.created" {
			t.Errorf("events %q", got)
		}
	})
}

func TestNewAccountingConnectionReplacesTheFormer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		v := w.toHandoff(accounting, bowline.Accounting)
		v = w.result(w.complete(w.signIn(v.Handoff.URL, "sam", "allow")))
		w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: v.Tenants.Items[0].ID})
		for _, c := range w.connections() {
			want := bowline.Linked
			if c.ID == first.ID {
				want = bowline.Unlinked
			}
			if c.Status != want || w.hasGrant(c.ID) != (want == bowline.Linked) {
				t.Errorf("connection %s is %s with tokens %v, want %s", c.ID, c.Status, w.hasGrant(c.ID), want)
			}
		}
		want := "connection.created connection.connected connection.created connection.disconnected connection.connected"
		if got := w.events(); got != want {
			t.Errorf("events %q, want %q", got, want)
		}
	})
}

func TestReconnectKeepsTheConnection(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		w.unlink(first)
		v := w.boot()
		if v.Main.Types[0].State != "lost" {
			t.Fatalf("the card is %+v", v.Main.Types[0])
		}
		v = w.act(v, link.Action{Action: link.ActReconnect, ConnectionID: first.ID})
		v = w.result(w.complete(w.signIn(v.Handoff.URL, "robin", "allow")))
		if v.Step != link.StepSuccess || v.Success.ConnectionID != first.ID {
			t.Fatalf("step %s, %+v", v.Step, v.Success)
		}
		if got := w.events(); !strings.HasSuffix(got, "connection.disconnected connection.reconnected") {
			t.Errorf("events %q", got)
		}
	})
}

// ending is how many grants are being given back.
func (w *world) ending() int64 {
	w.t.Helper()
	waiting, _, err := w.store.RevocationsWaiting(w.t.Context())
	must(w.t, err)
	return waiting
}

func TestReconnectToAnotherBusinessChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		w.unlink(first)
		ending := w.ending()
		v := w.act(w.boot(), link.Action{Action: link.ActReconnect, ConnectionID: first.ID})
		v = w.result(w.complete(w.signIn(v.Handoff.URL, "zoe", "allow")))
		if v.Step != link.StepMismatch || v.Mismatch.Previous != first.TenantName || len(v.Mismatch.Selected) != 2 || !v.Mismatch.Leads {
			t.Fatalf("step %s, %+v, not %+v", v.Step, v.Mismatch, first)
		}
		c := w.connections()[0]
		if c.Status != bowline.Unlinked || c.TenantID != first.TenantID || w.hasGrant(c.ID) || len(c.DataConnectionErrors) != 0 {
			t.Errorf("the connection is %+v", c)
		}
		if n := w.ending() - ending; n != 1 {
			t.Errorf("%d grants are being given back, want what was just granted", n)
		}
		history, err := w.store.History(t.Context(), w.instance, c.ID)
		must(t, err)
		if last := history[len(history)-1]; last.To != bowline.Unlinked || !strings.Contains(last.Reason, "another organization") || last.Actor != bowline.ActorCustomer {
			t.Errorf("the timeline ends with %+v", last)
		}
		if v = w.act(v, link.Action{Action: link.ActRetry}); v.Step != link.StepHandoff {
			t.Fatalf("selecting again shows %s", v.Step)
		}
		v = w.result(w.complete(w.signIn(v.Handoff.URL, "robin", "allow")))
		if c = w.connections()[0]; v.Step != link.StepSuccess || c.ID != first.ID || c.Status != bowline.Linked {
			t.Errorf("the right business shows %s, and the connection is %s", v.Step, c.Status)
		}
	})
}

func TestFinish(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.boot()
		if v.Main.CanFinish {
			t.Error("the visit can be finished before the books are connected")
		}
		if v = w.act(v, link.Action{Action: link.ActFinish}); v.Step != link.StepMain {
			t.Errorf("finishing too early shows %s", v.Step)
		}
		w.story()
		v = w.act(w.boot(), link.Action{Action: link.ActFinish})
		if v.Step != link.StepDone || len(v.Done.Connections) != 1 || v.Done.RedirectURL != "" {
			t.Errorf("step %s, %+v", v.Step, v.Done)
		}
	})
}

func TestDirectStart(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.toHandoff(accounting, bowline.Accounting)
		c := w.connections()[0]
		target, cookie, view, err := w.service.Start(t.Context(), w.company, c.ID, link.Entry{})
		must(t, err)
		if view != nil || target == "" {
			t.Fatalf("start shows %+v", view)
		}
		w.browser.Cookies = link.Cookies{cookie.Name: cookie.Value}
		must(t, w.setRedirect("https://lender.example/done"))
		r := w.complete(w.signIn(target, "robin", "allow"))
		if r.RedirectURL != "https://lender.example/done" {
			t.Errorf("the browser goes to %q", r.RedirectURL)
		}
		if c = w.connections()[0]; c.Status != bowline.Linked {
			t.Errorf("the connection is %s", c.Status)
		}
	})
}

// TestDirectChoice begins at a connection's own URL and has one more question
// to answer: the fintech gets the customer back without another screen.
func TestDirectChoice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.toHandoff(accounting, bowline.Accounting)
		must(t, w.setRedirect("https://lender.example/done?s={statusCode}&t={sourceType}"))
		target, cookie, _, err := w.service.Start(t.Context(), w.company, w.connections()[0].ID, link.Entry{})
		must(t, err)
		w.browser.Cookies = link.Cookies{cookie.Name: cookie.Value}
		v := w.result(w.complete(w.signIn(target, "sam", "allow")))
		if v.Step != link.StepTenants {
			t.Fatalf("step %s, want the choice", v.Step)
		}
		v = w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: v.Tenants.Items[0].ID})
		if v.Step != link.StepDone || v.Done.RedirectURL != "https://lender.example/done?s=200&t=accounting" {
			t.Errorf("after the choice: step %s, %+v", v.Step, v.Done)
		}
	})
}

// TestTheSameBankTwice is link.md 1.3.22 and 7.2, row 12: one connection with
// new tokens, not two.
func TestTheSameBankTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const bank = "qhnd"
		connect := func(account string) link.View {
			t.Helper()
			v := w.toHandoff(bank, bowline.Banking)
			r, err := w.service.Complete(t.Context(), bank, w.signIn(v.Handoff.URL, account, "allow"), w.browser)
			must(t, err)
			return w.result(r)
		}
		first := connect("robin")
		before, err := w.store.Grant(t.Context(), first.Success.ConnectionID)
		must(t, err)
		again := connect("robin")
		if again.Step != link.StepSuccess || again.Success.ConnectionID != first.Success.ConnectionID {
			t.Fatalf("the second time shows %s, %+v, want the connection %s", again.Step, again.Success, first.Success.ConnectionID)
		}
		c := w.alive()
		after, err := w.store.Grant(t.Context(), c.ID)
		must(t, err)
		consents, err := w.store.Consents(t.Context(), w.instance, c.ID)
		must(t, err)
		if len(w.connections()) != 1 || after.AccessToken == before.AccessToken || len(consents) != 2 {
			t.Errorf("%d connections, new tokens %v, %d consents", len(w.connections()), after.AccessToken != before.AccessToken, len(consents))
		}
		if got, want := w.events(), "connection.created connection.connected connection.created connection.deleted"; got != want {
			t.Errorf("events %s, want %s", got, want)
		}
		other := connect("zoe")
		if other.Step == link.StepTenants {
			other = w.act(other, link.Action{Action: link.ActSelectTenant, TenantID: other.Tenants.Items[0].ID})
		}
		if other.Step != link.StepSuccess || len(w.connections()) != 2 {
			t.Errorf("another account shows %s and makes %d connections", other.Step, len(w.connections()))
		}
	})
}
