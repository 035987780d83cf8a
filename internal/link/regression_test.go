package link_test

import (
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store"
)

// choice goes to the choice among three organizations.
func (w *world) choice() (link.View, link.Return) {
	w.t.Helper()
	v := w.toHandoff(accounting, bowline.Accounting)
	r := w.complete(w.signIn(v.Handoff.URL, "sam", "allow"))
	if v = w.result(r); v.Step != link.StepTenants {
		w.t.Fatalf("step %s, want the choice", v.Step)
	}
	return v, r
}

// TestChoosingInTwoTabsKeepsTheTokens: the tab that comes second must not give
// back the grant on which the first one's connection lives.
func TestChoosingInTwoTabsKeepsTheTokens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v, _ := w.choice()
		var tabs sync.WaitGroup
		for range 6 {
			tabs.Go(func() {
				next, _, err := w.service.Act(t.Context(), w.company, link.Action{
					Flow: v.Flow, Action: link.ActSelectTenant, TenantID: v.Tenants.Items[0].ID,
				}, w.browser)
				if err != nil || next.Step != link.StepSuccess {
					t.Errorf("a tab shows %s, %v", next.Step, err)
				}
			})
		}
		tabs.Wait()
		w.alive()
	})
}

func TestCancellingAfterTheChoiceKeepsTheTokens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v, _ := w.choice()
		w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: v.Tenants.Items[0].ID})
		if v = w.act(v, link.Action{Action: link.ActCancel}); v.Step != link.StepMain {
			t.Errorf("cancelling late shows %s", v.Step)
		}
		w.alive()
	})
}

// TestChoosingAgainstCancelling: whichever tab is faster, a connection that is
// linked in the end has tokens that work.
func TestChoosingAgainstCancelling(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v, _ := w.choice()
		var tabs sync.WaitGroup
		for i := range 12 {
			a := link.Action{Flow: v.Flow, Action: link.ActCancel}
			if i%2 == 0 {
				a = link.Action{Flow: v.Flow, Action: link.ActSelectTenant, TenantID: v.Tenants.Items[0].ID}
			}
			tabs.Go(func() {
				if _, _, err := w.service.Act(t.Context(), w.company, a, w.browser); err != nil {
					t.Error(err)
				}
			})
		}
		tabs.Wait()
		if w.connections()[0].Status == bowline.Linked {
			w.alive()
		} else {
			w.untouched(1)
		}
	})
}

// TestOrganizationIsNeverSwapped: an old choice in another tab must not turn a
// linked connection into one of another organization.
func TestOrganizationIsNeverSwapped(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		old, r := w.choice()
		kept, err := w.store.AuthorizationGrant(t.Context(), r.Authorization)
		must(t, err)
		v := w.act(w.boot(), link.Action{Action: link.ActResume, ConnectionID: w.connections()[0].ID})
		if v = w.result(w.complete(w.signIn(v.Handoff.URL, "robin", "allow"))); v.Step != link.StepSuccess {
			t.Fatalf("the second tab shows %s", v.Step)
		}
		linked := w.alive()
		v = w.act(old, link.Action{Action: link.ActSelectTenant, TenantID: old.Tenants.Items[0].ID})
		if v.Step != link.StepMismatch || v.Mismatch.Previous != linked.TenantName || v.Mismatch.Selected[0] != old.Tenants.Items[0].Name {
			t.Errorf("the first tab shows %s, %+v", v.Step, v.Mismatch)
		}
		if c := w.alive(); c.TenantID != linked.TenantID {
			t.Errorf("the organization changed from %s to %s", linked.TenantName, c.TenantName)
		}
		if w.accepted(kept.AccessToken) {
			t.Error("the grant that was not used is still good")
		}
	})
}

// TestAbandonedChoiceIsGivenBack: nobody chooses, so the grant goes back and the
// connection says what happened.
func TestAbandonedChoiceIsGivenBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v, _ := w.choice()
		if n, err := w.service.ExpireOverdue(t.Context(), 10); n != 0 || err != nil {
			t.Fatalf("%d expired too early, %v", n, err)
		}
		w.clock.add(31 * time.Minute)
		if n, err := w.service.ExpireOverdue(t.Context(), 10); n != 1 || err != nil {
			t.Fatalf("%d expired, %v; want 1", n, err)
		}
		w.untouched(1)
		// Its access token has expired by now anyway; what counts is the call.
		if n := w.revoked(); n != 1 {
			t.Errorf("%d revocations, want 1", n)
		}
		if got, want := w.events(), "connection.created connection.failed"; got != want {
			t.Errorf("events %q, want %q", got, want)
		}
		v = w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: v.Tenants.Items[0].ID})
		if v.Step != link.StepError || v.Error.Code != "expired" || !v.Error.CanRetry {
			t.Errorf("choosing too late shows %s, %+v", v.Step, v.Error)
		}
	})
}

// TestConsentIsWhatWasShown: words that changed while the page was open are
// shown again before anybody is recorded to have agreed to them.
func TestConsentIsWhatWasShown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.act(w.boot(), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		v = w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: accounting})
		must(t, w.store.Write(t.Context(), func(tx *store.Tx) error {
			return tx.PutProfile(t.Context(), w.instance, bowline.Profile{Name: "Somebody Else Ltd", WhiteListURLs: []string{}})
		}))
		v = w.act(v, link.Action{Action: link.ActAccept})
		if v.Step != link.StepConsent || len(w.connections()) != 0 {
			t.Fatalf("agreeing to changed words shows %s", v.Step)
		}
		if v = w.act(v, link.Action{Action: link.ActAccept}); v.Step != link.StepHandoff {
			t.Errorf("agreeing to the new words shows %s", v.Step)
		}
	})
}

func TestConsentsDoNotPileUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.act(w.boot(), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		v = w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: accounting})
		refused := 0
		for range 60 {
			_, _, err := w.service.Act(t.Context(), w.company, link.Action{Flow: v.Flow, Action: link.ActAccept}, w.browser)
			switch bowline.CodeOf(err) {
			case "":
			case bowline.CodeTooMany:
				refused++
			default:
				t.Fatal(err)
			}
		}
		consents, err := w.store.Consents(t.Context(), w.instance, w.connections()[0].ID)
		must(t, err)
		if len(consents) != 1 || refused == 0 {
			t.Errorf("60 posts of one proof left %d consents, %d were refused", len(consents), refused)
		}
	})
}

func TestDeletedWhileExchanging(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.toHandoff(accounting, bowline.Accounting)
		query := w.signIn(v.Handoff.URL, "robin", "allow")
		w.onExchange = w.remove
		if v = w.result(w.complete(query)); v.Step != link.StepMain {
			t.Errorf("the customer sees %s", v.Step)
		}
		if n := len(w.connections()); n != 0 {
			t.Errorf("the deleted connection is back: %d", n)
		}
	})
}

// TestStaleChoiceIsExplained: a page from the browser's history offers a choice
// that was made; another answer to it is not taken for the first one.
func TestStaleChoiceIsExplained(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v, _ := w.choice()
		w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: v.Tenants.Items[0].ID})
		first := w.alive()
		v = w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: v.Tenants.Items[1].ID})
		if v.Step != link.StepError || v.Error.Code != "mismatch" {
			t.Errorf("the stale choice shows %s", v.Step)
		}
		if c := w.alive(); c.TenantID != first.TenantID || c.ConnectionInfo["tenantName"] != first.TenantName || len(c.DataConnectionErrors) != 0 {
			t.Errorf("the connection is %+v", c)
		}
	})
}

// TestDeletedWhileChoosing: what was granted for a choice that nobody can make
// any more goes back with the connection.
func TestDeletedWhileChoosing(t *testing.T) {
	for name, remove := range map[string]func(*world){
		"the connection": (*world).remove,
		"the company": func(w *world) {
			must(w.t, w.store.Write(w.t.Context(), func(tx *store.Tx) error {
				company, err := tx.LockFamily(w.t.Context(), w.instance, w.company)
				if err != nil {
					return err
				}
				return tx.RemoveCompany(w.t.Context(), company, store.Change{Actor: bowline.ActorSystem, Links: bowline.NewLinks(origin), Now: w.clock.Now()})
			}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				_, r := w.choice()
				kept, err := w.store.AuthorizationGrant(t.Context(), r.Authorization)
				must(t, err)
				remove(w)
				if w.accepted(kept.AccessToken) || w.revoked() != 1 || w.ending() != 0 {
					t.Errorf("the grant that nobody can use is still good, after %d revocations", w.revoked())
				}
			})
		})
	}
}

// TestOtherTabFindsATwin: a pending connection goes because one tab came to an
// organization that is connected already, and what another tab was granted for
// it goes back.
func TestOtherTabFindsATwin(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		choice, r := w.choice()
		kept, err := w.store.AuthorizationGrant(t.Context(), r.Authorization)
		must(t, err)
		v := w.toHandoff(accounting, bowline.Accounting)
		if v = w.result(w.complete(w.signIn(v.Handoff.URL, "robin", "allow"))); v.Success == nil || !v.Success.Again || v.Success.ConnectionID != first.ID {
			t.Fatalf("the second tab shows %s, %+v", v.Step, v.Success)
		}
		if w.accepted(kept.AccessToken) {
			t.Error("the grant that nobody can use is still good")
		}
		w.alive()
		if v = w.act(choice, link.Action{Action: link.ActSelectTenant, TenantID: choice.Tenants.Items[0].ID}); v.Step == link.StepSuccess {
			t.Error("the first tab still chooses")
		}
	})
}
