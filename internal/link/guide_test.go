package link_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// Keys of the sandbox integrations that want more than a sign-in.
const (
	guided = "gtrn"
	keyed  = "wvtc"
)

// begun goes from the first screen to what follows the consent.
func (w *world) begun(key string, t bowline.SourceType) link.View {
	w.t.Helper()
	v := w.act(w.boot(), link.Action{Action: link.ActConnect, SourceType: t})
	v = w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: key})
	return w.act(v, link.Action{Action: link.ActAccept})
}

// signedIn goes through the guided steps and the provider, and returns what
// waits then.
func (w *world) signedIn(account string) (link.View, link.Return) {
	w.t.Helper()
	v := w.begun(guided, bowline.Accounting)
	for v.Step == link.StepGuide {
		v = w.act(v, link.Action{Action: link.ActConfirm})
	}
	r, err := w.service.Complete(w.t.Context(), guided, w.signIn(v.Handoff.URL, account, "allow"), w.browser)
	must(w.t, err)
	return w.result(r), r
}

func TestGuidedStory(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.begun(guided, bowline.Accounting)
		if v.Step != link.StepGuide || v.Guide.Phase != link.GuideBefore || v.Guide.Index != 0 || v.Guide.Count != 2 || v.Guide.Confirm == "" {
			t.Fatalf("after the consent: %s %+v", v.Step, v.Guide)
		}
		if !strings.Contains(v.Guide.Body, "Harbour Bakery") || strings.Contains(v.Guide.Body, "${") {
			t.Errorf("the first step says %q", v.Guide.Body)
		}
		second := w.act(v, link.Action{Action: link.ActConfirm})
		if second.Step != link.StepGuide || second.Guide.Index != 1 || len(second.Guide.Copies) != 1 ||
			second.Guide.Copies[0].Value != "Harbour Lending for Harbour Bakery" || second.Guide.Link == nil {
			t.Fatalf("the second step is %+v", second.Guide)
		}
		if v.Guide.Leads || !second.Guide.Leads {
			t.Errorf("a tab is opened at the first step: %v, at the last: %v", v.Guide.Leads, second.Guide.Leads)
		}
		if back := w.act(second, link.Action{Action: link.ActBack}); back.Guide == nil || back.Guide.Index != 0 {
			t.Errorf("back shows %s", back.Step)
		}
		handoff := w.act(second, link.Action{Action: link.ActConfirm})
		if handoff.Step != link.StepHandoff {
			t.Fatalf("after the steps: %s", handoff.Step)
		}
		if again := w.act(handoff, link.Action{Action: link.ActRetry}); again.Step != link.StepHandoff {
			t.Errorf("opening the provider again shows %s", again.Step)
		}
		if back := w.act(v, link.Action{Action: link.ActBack}); back.Step != link.StepMain {
			t.Errorf("back from the first step shows %s", back.Step)
		}
		after, r := w.signedIn("robin")
		if after.Step != link.StepGuide || after.Guide.Phase != link.GuideAfter || after.Guide.Count != 1 || after.Guide.CanHandOver || after.Guide.Leads {
			t.Fatalf("after the sign-in: %s %+v", after.Step, after.Guide)
		}
		if c := w.connections()[0]; c.Status != bowline.PendingAuth || w.hasGrant(c.ID) {
			t.Errorf("before the last step the connection is %s", c.Status)
		}
		done := w.act(after, link.Action{Action: link.ActConfirm})
		if done.Step != link.StepSuccess {
			t.Fatalf("after the last step: %s %+v", done.Step, done.Error)
		}
		w.alive()
		if _, err := w.store.AuthorizationGrant(t.Context(), r.Authorization); err == nil {
			t.Error("the tokens that waited are still there")
		}
		if twice := w.act(after, link.Action{Action: link.ActConfirm}); twice.Step != link.StepSuccess {
			t.Errorf("confirming twice shows %s", twice.Step)
		}
		if late := w.act(after, link.Action{Action: link.ActLater}); late.Step != link.StepMain {
			t.Errorf("later, after all, shows %s", late.Step)
		}
		w.alive()
		if n := len(w.connections()); n != 1 {
			t.Errorf("%d connections, want 1", n)
		}
		if got, want := w.events(), "connection.created connection.connected"; got != want {
			t.Errorf("events %q, want %q", got, want)
		}
	})
}

// TestGuideAfterChoice: the choice of an organisation comes first, and is still
// known when the steps are done.
func TestGuideAfterChoice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v, _ := w.signedIn("sam")
		if v.Step != link.StepTenants {
			t.Fatalf("step %s, want the choice", v.Step)
		}
		want := v.Tenants.Items[2]
		after := w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: want.ID})
		if after.Step != link.StepGuide || after.Guide.Phase != link.GuideAfter {
			t.Fatalf("after the choice: %s %+v", after.Step, after.Error)
		}
		// The choice is made: another one does not count any more.
		if again := w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: v.Tenants.Items[0].ID}); again.Step != link.StepGuide {
			t.Errorf("choosing again shows %s", again.Step)
		}
		if done := w.act(after, link.Action{Action: link.ActConfirm}); done.Step != link.StepSuccess || done.Success.TenantName != want.Name {
			t.Fatalf("at the end: %s %+v", done.Step, done.Success)
		}
		if c := w.alive(); c.TenantID != want.ID {
			t.Errorf("connected to %s, want %s", c.TenantID, want.ID)
		}
	})
}

func TestGuideLater(t *testing.T) {
	for _, action := range []string{link.ActLater, link.ActBack} {
		t.Run(action, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				v, r := w.signedIn("robin")
				kept, err := w.store.AuthorizationGrant(t.Context(), r.Authorization)
				must(t, err)
				if left := w.act(v, link.Action{Action: action}); left.Step != link.StepMain {
					t.Errorf("doing it later shows %s", left.Step)
				}
				if w.accepted(kept.AccessToken) {
					t.Error("the grant is still good at the provider")
				}
				c := w.untouched(1)
				if code := c.DataConnectionErrors[0].StatusCode; code != "403" {
					t.Errorf("the error's status is %s", code)
				}
				if v = w.act(v, link.Action{Action: link.ActConfirm}); v.Step != link.StepError || !v.Error.CanRetry {
					t.Fatalf("the old tab shows %s", v.Step)
				}
				if v = w.act(v, link.Action{Action: link.ActRetry}); v.Step != link.StepHandoff {
					t.Errorf("retry shows %s, want the provider: the steps were done", v.Step)
				}
				v = w.act(w.boot(), link.Action{Action: link.ActResume, ConnectionID: c.ID})
				if v.Step != link.StepGuide || v.Guide.Phase != link.GuideBefore {
					t.Errorf("resuming shows %s", v.Step)
				}
			})
		})
	}
}

func TestGuideThatWasLeftOpen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v, r := w.signedIn("robin")
		kept, err := w.store.AuthorizationGrant(t.Context(), r.Authorization)
		must(t, err)
		w.clock.add(3 * time.Hour)
		if v = w.act(v, link.Action{Action: link.ActConfirm}); v.Step != link.StepError || v.Error.Code != "expired" {
			t.Errorf("step %s %+v", v.Step, v.Error)
		}
		w.untouched(1)
		if w.accepted(kept.AccessToken) {
			t.Error("the grant is still good at the provider")
		}
	})
}

// TestGuidedConnectionURL: a connection's own URL leads through what the
// integration wants first.
func TestGuidedConnectionURL(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.begun(guided, bowline.Accounting)
		w.begun(keyed, bowline.Commerce)
		for _, c := range w.connections() {
			url, _, v, err := w.service.Start(t.Context(), w.company, c.ID, link.Entry{})
			must(t, err)
			want := link.StepGuide
			if c.IntegrationKey == keyed {
				want = link.StepCredentials
			}
			if url != "" || v == nil || v.Step != want {
				t.Errorf("%s: %q %+v", c.IntegrationKey, url, v)
			}
		}
	})
}

// TestGuideInAHostPage: the steps after the sign-in wait on the page that opened
// the provider's tab.
func TestGuideInAHostPage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w, options: `{}`}
		v := p.do(p.load(""), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		v = p.do(v, link.Action{Action: link.ActChoose, IntegrationKey: guided})
		for v = p.do(v, link.Action{Action: link.ActAccept}); v.Step == link.StepGuide; {
			v = p.do(v, link.Action{Action: link.ActConfirm})
		}
		address, err := url.Parse(v.Handoff.URL)
		must(t, err)
		target, cookie, _, err := w.service.OpenTicket(t.Context(), address.Query().Get("ticket"))
		must(t, err)
		w.browser.Cookies[cookie.Name] = cookie.Value
		r, err := w.service.Complete(t.Context(), guided, w.signIn(target, "robin", "allow"), w.browser)
		must(t, err)
		if !r.Closed {
			t.Errorf("the tab is not told to close: %+v", r)
		}
		v, news := p.check(v)
		if !news || v.Step != link.StepGuide || v.Guide.Phase != link.GuideAfter {
			t.Fatalf("the waiting page shows %s", v.Step)
		}
		if v = p.do(v, link.Action{Action: link.ActConfirm}); v.Step != link.StepSuccess {
			t.Errorf("at the end: %s", v.Step)
		}
		if got, want := strings.Join(p.told, ", "), "consent, connectionStarted, connection"; got != want {
			t.Errorf("callbacks %q, want %q", got, want)
		}
	})
}

// TestHelperIsGuided: a helper goes through the steps on both sides of the
// sign-in.
func TestHelperIsGuided(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.begun(guided, bowline.Accounting)
		if !v.Guide.CanHandOver {
			t.Fatal("the step cannot be handed over")
		}
		waiting := w.act(v, link.Action{Action: link.ActHandOver})
		h := w.helper()
		v = h.open(codeOf(waiting.HandOver.URL)).View
		for v = h.help(v, link.Action{Action: link.ActHelp}); v.Step == link.StepGuide; {
			v = h.help(v, link.Action{Action: link.ActConfirm})
		}
		if v.Step != link.StepHandoff {
			t.Fatalf("after the steps: %s", v.Step)
		}
		r, err := w.service.Complete(t.Context(), guided, w.signIn(v.Handoff.URL, "robin", "allow"), h.browser)
		must(t, err)
		after, err := w.service.HelperResult(t.Context(), r.Authorization, h.browser)
		must(t, err)
		if after.Step != link.StepGuide || after.Guide.Phase != link.GuideAfter {
			t.Fatalf("after the sign-in: %s", after.Step)
		}
		if v = h.help(after, link.Action{Action: link.ActConfirm}); v.Step != link.StepDone || !v.Done.Helper {
			t.Errorf("at the end: %s", v.Step)
		}
		w.alive()
	})
}
