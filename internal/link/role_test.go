package link_test

import (
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// refusing is the sandbox as a provider whose refusals mean something else than
// that the person said no.
func refusing(meaning string) map[string]string {
	rule := "failures: {rules: [{at: callback, codes: [access_denied], means: " + meaning + "}]}\n"
	return map[string]string{asking: strings.Replace(regional, "oauth:\n", rule+"oauth:\n", 1)}
}

func (w *world) refused() link.View {
	w.t.Helper()
	v := w.act(w.begun(asking, bowline.Accounting), answersOf("eu", "AB1234", ""))
	v = w.comeFrom(asking, v.Handoff.URL, "robin", "deny")
	if v.Step != link.StepError {
		w.t.Fatalf("after the refusal: %s", v.Step)
	}
	return v
}

// TestWrongRole: the way on is somebody else, with a link or in person.
func TestWrongRole(t *testing.T) {
	eachWith(t, refusing("role"), func(t *testing.T, w *world) {
		v := w.refused()
		if v.Error.Code != "role" || !v.Error.CanRetry || !v.Error.CanHandOver || !strings.Contains(v.Error.Message, "Regional Ledger") {
			t.Errorf("the screen is %+v", v.Error)
		}
		if c := w.untouched(1); c.DataConnectionErrors[0].StatusCode != "500" {
			t.Errorf("the error is %+v", c.DataConnectionErrors[0])
		}
		if again := w.act(v, link.Action{Action: link.ActRetry}); again.Step != link.StepCredentials {
			t.Errorf("another sign-in begins with %s", again.Step)
		}
		waiting := w.act(v, link.Action{Action: link.ActHandOver})
		if waiting.Step != link.StepHandOver || waiting.HandOver.URL == "" {
			t.Fatalf("handing it over shows %s", waiting.Step)
		}
		h := w.helper()
		v = h.help(h.open(codeOf(waiting.HandOver.URL)).View, link.Action{Action: link.ActHelp})
		v = h.help(v, answersOf("eu", "AB1234", ""))
		r, err := w.service.Complete(t.Context(), asking, w.signIn(v.Handoff.URL, "robin", "deny"), h.browser)
		must(t, err)
		theirs, err := w.service.HelperResult(t.Context(), r.Authorization, h.browser)
		must(t, err)
		if theirs.Error == nil || theirs.Error.Code != "role" || theirs.Error.CanHandOver {
			t.Errorf("the helper is shown %+v", theirs.Error)
		}
	})
}

// TestPlanLacksIt: the customer is sent to renew it, and can come back.
func TestPlanLacksIt(t *testing.T) {
	eachWith(t, refusing("plan"), func(t *testing.T, w *world) {
		v := w.refused()
		if v.Error.Code != "plan" || !v.Error.CanRetry || v.Error.CanHandOver || !strings.Contains(v.Error.Title, "plan") {
			t.Errorf("the screen is %+v", v.Error)
		}
		if c := w.untouched(1); c.DataConnectionErrors[0].StatusCode != "500" {
			t.Errorf("the error is %+v", c.DataConnectionErrors[0])
		}
	})
}

// TestHostPageHearsOfTheRole with a code of its own.
func TestHostPageHearsOfTheRole(t *testing.T) {
	for _, meaning := range []string{"role", "plan"} {
		t.Run(meaning, func(t *testing.T) {
			eachWith(t, refusing(meaning), func(t *testing.T, w *world) {
				p := &hostPage{world: w, options: `{}`}
				v := p.do(p.load(""), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
				v = p.do(v, link.Action{Action: link.ActChoose, IntegrationKey: asking})
				v = p.do(p.do(v, link.Action{Action: link.ActAccept}), answersOf("eu", "AB1234", ""))
				target, cookie, _, err := w.service.OpenTicket(t.Context(), sent(t, v.Handoff.URL).Get("ticket"))
				must(t, err)
				w.browser.Cookies[cookie.Name] = cookie.Value
				_, err = w.service.Complete(t.Context(), asking, w.signIn(target, "robin", "deny"), w.browser)
				must(t, err)
				p.check(v)
				if got, want := strings.Join(p.told, ", "), "consent, connectionStarted, error 422"; got != want {
					t.Errorf("callbacks %q, want %q", got, want)
				}
			})
		})
	}
}

const square = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8H0z"/></svg>`

// TestOfficialButton: the picture says what the button says, also in the record,
// and is not used for words that it does not have.
func TestOfficialButton(t *testing.T) {
	files := map[string]string{
		asking: strings.Replace(regional, "oauth:\n", "consentButton: Connect to Regional\noauth:\n", 1), "regi.button.svg": square,
	}
	eachWith(t, files, func(t *testing.T, w *world) {
		picker := w.act(w.boot(), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		v := w.act(picker, link.Action{Action: link.ActChoose, IntegrationKey: asking})
		image := v.Consent.ButtonImage
		if image == nil || image.Default != origin+"/link/logos/regi.button.svg" || image.Hover != origin+"/link/logos/regi.button-hover.svg" || v.Consent.Button != "Connect to Regional" {
			t.Fatalf("the button is %q, %+v", v.Consent.Button, image)
		}
		w.act(v, link.Action{Action: link.ActAccept})
		consents, err := w.store.Consents(t.Context(), w.instance, w.connections()[0].ID)
		must(t, err)
		if !strings.Contains(consents[0].Text, "[Connect to Regional]") {
			t.Errorf("agreed to: %s", consents[0].Text)
		}
		if v = w.act(picker, link.Action{Action: link.ActHandOver, IntegrationKey: asking}); v.Consent.ButtonImage != nil || v.Consent.Button == "Connect to Regional" {
			t.Errorf("for a colleague the button is %q, %+v", v.Consent.Button, v.Consent.ButtonImage)
		}
		if v = w.act(picker, link.Action{Action: link.ActChoose, IntegrationKey: accounting}); v.Consent.ButtonImage != nil {
			t.Errorf("without one the button is %+v", v.Consent.ButtonImage)
		}
	})
}
