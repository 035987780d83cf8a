package link_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// several connects two organisations of one account at once.
func (w *world) several() link.View {
	w.t.Helper()
	v := w.toHandoff(accounting, bowline.Accounting)
	v = w.result(w.complete(w.signIn(v.Handoff.URL, "sam", "allow")))
	v = w.act(v, link.Action{Action: link.ActSelectTenants, TenantIDs: []string{v.Tenants.Items[0].ID, v.Tenants.Items[1].ID}})
	if v.Step != link.StepSuccess || len(v.Success.TenantNames) != 2 {
		w.t.Fatalf("two organisations lead to %s", v.Step)
	}
	return v
}

// TestSeveralBeyondTheLimit: where the operator allows no more companies, none
// is made, the grant goes back, and the customer is told in words of ours.
func TestSeveralBeyondTheLimit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.settings(func(l *bowline.LinkSettings) { l.MultiEntity = true })
		w.service.CompanyLimit = 2
		v := w.toHandoff(accounting, bowline.Accounting)
		v = w.result(w.complete(w.signIn(v.Handoff.URL, "sam", "allow")))
		v = w.act(v, link.Action{Action: link.ActSelectTenants, TenantIDs: []string{v.Tenants.Items[0].ID, v.Tenants.Items[1].ID}})
		if v.Step != link.StepError || v.Error.Code != "misconfigured" || w.revoked() != 1 {
			t.Errorf("it shows %s, %+v, with %d revocations", v.Step, v.Error, w.revoked())
		}
		parent, err := w.store.Company(t.Context(), w.instance, w.company)
		must(t, err)
		if len(parent.ReferenceSubsidiaryCompanies) != 0 || len(parent.DataConnections) != 1 || parent.DataConnections[0].Status != bowline.PendingAuth {
			t.Errorf("the company is left as %+v", parent)
		}
	})
}

// TestRedirectAfterSeveral: the connections of new companies are touched in the
// visit as much as one of its own (link.md 4.4, "multiple connections").
func TestRedirectAfterSeveral(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.settings(func(l *bowline.LinkSettings) { l.MultiEntity = true })
		must(t, w.setRedirect("https://lender.example/{sourceType}?s={statusCode}&c={connectionId}"))
		v := w.act(w.several(), link.Action{Action: link.ActFinish})
		parent, err := w.store.Company(t.Context(), w.instance, w.company)
		must(t, err)
		made, err := w.store.ConnectionsOf(t.Context(), w.instance, parent.Relations().Subsidiaries)
		must(t, err)
		left := map[string]bool{}
		for _, c := range made {
			left["https://lender.example/accounting?s=200&c="+string(c.ID)] = true
		}
		if v.Done == nil || !left[v.Done.RedirectURL] {
			t.Errorf("the visit ends on %s, %+v", v.Step, v.Done)
		}
	})
}

// TestAdditionalConsentAfterSeveral: the list asks for it, so it can be given,
// and is recorded with each connection under the company that has it.
func TestAdditionalConsentAfterSeveral(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.settings(func(l *bowline.LinkSettings) { l.MultiEntity = true })
		w.several()
		w.clock.add(time.Hour)
		p := &hostPage{world: w, options: `{"enableAdditionalConsent":true}`}
		v := p.do(p.load(""), link.Action{Action: link.ActShare, SourceType: bowline.Accounting})
		if v.Share == nil || len(v.Share.Connections) != 2 {
			t.Fatalf("asking to share shows %s, %+v", v.Step, v.Share)
		}
		v = p.do(v, link.Action{Action: link.ActShare})
		if v.Step != link.StepShared || !v.Main.CanFinish {
			t.Fatalf("sharing shows %s, %+v", v.Step, v.Main)
		}
		parent, err := w.store.Company(t.Context(), w.instance, w.company)
		must(t, err)
		made, err := w.store.ConnectionsOf(t.Context(), w.instance, parent.Relations().Subsidiaries)
		must(t, err)
		for _, c := range made {
			consents, err := w.store.Consents(t.Context(), w.instance, c.ID)
			must(t, err)
			if last := consents[len(consents)-1]; len(consents) != 2 || last.Kind != bowline.ConsentAdditional || last.CompanyID != c.CompanyID {
				t.Errorf("%d consents, the last is %s of %s", len(consents), last.Kind, last.CompanyID)
			}
		}
	})
}

// TestUnkeptGrantIsGivenBack ends an attempt while its code is exchanged: the
// grant that comes of it is kept nowhere, so the provider hears that it is over.
func TestUnkeptGrantIsGivenBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		provider, meanwhile := w.provider, func() {}
		w.provider = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			provider.ServeHTTP(rw, r)
			if strings.HasSuffix(r.URL.Path, "/token") {
				meanwhile()
			}
		})
		overdue := func() {
			w.clock.add(61 * time.Second)
			_, err := w.service.ExpireOverdue(t.Context(), 10)
			must(t, err)
		}
		choice := w.toHandoff(accounting, bowline.Accounting)
		query := w.signIn(choice.Handoff.URL, "sam", "allow")
		meanwhile = overdue
		if v := w.result(w.complete(query)); v.Step != link.StepError || w.revoked() != 1 {
			t.Errorf("before the choice: %s, %d revocations, want 1", v.Step, w.revoked())
		}
		meanwhile = w.remove
		choice = w.toHandoff(accounting, bowline.Accounting)
		w.complete(w.signIn(choice.Handoff.URL, "sam", "allow"))
		if w.revoked() != 2 {
			t.Errorf("of a deleted connection: %d revocations, want 2", w.revoked())
		}
		meanwhile = overdue
		if v, _ := w.signedIn("robin"); v.Step != link.StepError || w.revoked() != 3 {
			t.Errorf("before the guided steps: %s, %d revocations, want 3", v.Step, w.revoked())
		}
	})
}

// TestTabOfAHostPageLeadsNowhere goes on in the provider's tab: the host page
// owns what comes next, so that tab ends without the fintech's redirect, also
// where the redirect could not even be built.
func TestTabOfAHostPageLeadsNowhere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w}
		waiting := p.toTab()
		r := p.tab(waiting.Handoff.URL, "robin", "allow")
		must(t, w.setRedirect("https://lender.example/{statusCode}"))
		closed, err := w.service.Closed(t.Context(), r.Authorization, w.browser)
		must(t, err)
		v := w.act(w.act(closed, link.Action{Action: link.ActContinue}), link.Action{Action: link.ActFinish})
		if v.Step != link.StepDone || v.Done.RedirectURL != "" || len(v.Done.Connections) != 1 {
			t.Errorf("the tab ends on %s, %+v", v.Step, v.Done)
		}
	})
}

// TestDirectTwin connects at a connection's own URL what the company has
// already: the redirect names the connection that remains.
func TestDirectTwin(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		w.toHandoff(accounting, bowline.Accounting)
		pending := w.connections()[1]
		target, cookie, _, err := w.service.Start(t.Context(), w.company, pending.ID, link.Entry{})
		must(t, err)
		w.browser.Cookies = link.Cookies{cookie.Name: cookie.Value}
		must(t, w.setRedirect("https://lender.example/?c={connectionId}"))
		r := w.complete(w.signIn(target, "robin", "allow"))
		u, err := url.Parse(r.RedirectURL)
		must(t, err)
		if got := u.Query().Get("c"); got != string(first.ID) {
			t.Errorf("the redirect names %q, not %s", got, first.ID)
		}
	})
}

// TestEntities looks at what several organisations leave behind.
func TestEntities(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w, options: `{"enableMultiEntityLinking":true}`}
		v := p.toTab()
		p.tab(v.Handoff.URL, "sam", "allow")
		v, _ = p.check(v)
		ids := []string{v.Tenants.Items[0].ID, v.Tenants.Items[2].ID}
		names := []string{v.Tenants.Items[0].Name, v.Tenants.Items[2].Name}
		done := p.do(v, link.Action{Action: link.ActSelectTenants, TenantIDs: ids})
		if done.Step != link.StepSuccess || strings.Join(done.Success.TenantNames, "|") != strings.Join(names, "|") || !done.Main.CanFinish {
			t.Fatalf("step %s, %+v, list %+v", done.Step, done.Success, done.Main)
		}
		parent, err := w.store.Company(t.Context(), w.instance, w.company)
		must(t, err)
		if len(parent.ReferenceSubsidiaryCompanies) != 2 || len(parent.DataConnections) != 0 {
			t.Fatalf("the parent has %d companies below it and %d connections", len(parent.ReferenceSubsidiaryCompanies), len(parent.DataConnections))
		}
		for _, ref := range parent.ReferenceSubsidiaryCompanies {
			child, err := w.store.Company(t.Context(), w.instance, ref.ID)
			must(t, err)
			conn := child.DataConnections[0]
			consents, err := w.store.Consents(t.Context(), w.instance, conn.ID)
			must(t, err)
			grant, err := w.store.Grant(t.Context(), conn.ID)
			must(t, err)
			if conn.Status != bowline.Linked || conn.TenantName != child.Name || len(consents) != 1 || !w.accepted(grant.AccessToken) || grant.Family == "" {
				t.Errorf("a child is %+v with %d consents", child, len(consents))
			}
		}
		if got, want := w.events(), "connection.created company.created connection.created connection.connected "+
			"company.created connection.created connection.connected connection.deleted"; got != want {
			t.Errorf("events %s\nwant   %s", got, want)
		}
		again := p.do(v, link.Action{Action: link.ActSelectTenants, TenantIDs: ids})
		if again.Step != link.StepSuccess || len(again.Success.TenantNames) != 2 {
			t.Errorf("the same choice sent twice shows %s", again.Step)
		}
	})
}
