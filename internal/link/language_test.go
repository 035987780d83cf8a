package link_test

import (
	"context"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store"
)

// settings stores what the fintech sets.
func (w *world) settings(set func(*bowline.LinkSettings)) {
	w.t.Helper()
	l := bowline.DefaultLinkSettings()
	set(&l)
	must(w.t, l.Validate())
	must(w.t, w.store.Write(w.t.Context(), func(tx *store.Tx) error {
		return tx.PutLinkSettings(context.Background(), w.instance, l)
	}))
}

func bilingual(l *bowline.LinkSettings) { l.Locales = []string{"en-US", "fr-CA"} }

// french switches the language and wants the same screen again, with nothing
// told to a host page.
func (w *world) french(v link.View) link.View {
	w.t.Helper()
	next := w.act(v, link.Action{Action: link.ActLanguage, Locale: "fr-CA"})
	if next.Step != v.Step || next.Locale != "fr-CA" || len(next.Events) > 0 {
		w.t.Errorf("%s in French is %s in %s, with %d events", v.Step, next.Step, next.Locale, len(next.Events))
	}
	return next
}

func (w *world) inFrench(about, text string) {
	w.t.Helper()
	if !strings.ContainsAny(text, "éèàêçÉÀ") {
		w.t.Errorf("%s is not French: %q", about, text)
	}
}

// TestLanguageOnEveryScreen walks a journey and switches on each screen.
func TestLanguageOnEveryScreen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.settings(func(l *bowline.LinkSettings) {
			bilingual(l)
			l.Landing.Enabled = true
		})
		v := w.boot()
		if v.Step != link.StepLanding || v.Locale != "en-US" || strings.Join(v.Locales, " ") != "en-US fr-CA" {
			t.Fatalf("the visit begins with %s in %s of %v", v.Step, v.Locale, v.Locales)
		}
		w.inFrench("landing", w.french(v).Landing.Body)
		v = w.french(w.act(v, link.Action{Action: link.ActStart}))
		v = w.french(w.act(v, link.Action{Action: link.ActConnect, SourceType: bowline.Accounting}))
		w.french(w.act(v, link.Action{Action: link.ActNotListed}))
		v = w.french(w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: accounting}))
		w.inFrench("consent", v.Consent.Terms)
		terms := v.Consent.Terms
		v = w.french(w.act(v, link.Action{Action: link.ActAccept}))

		conn := w.connections()[0]
		consents, err := w.store.Consents(t.Context(), w.instance, conn.ID)
		must(t, err)
		if len(consents) != 1 || consents[0].Locale != "fr-CA" || !strings.Contains(consents[0].Text, terms) {
			t.Errorf("the consent is recorded as %+v", consents)
		}

		failed := w.french(w.result(w.complete(w.signIn(v.Handoff.URL, "robin", "deny"))))
		w.inFrench("error", failed.Error.Message)
		if failed.Error.Code != "denied" || !failed.Error.CanRetry {
			t.Errorf("the error in French is %+v", failed.Error)
		}
		v = w.act(failed, link.Action{Action: link.ActRetry})
		several := w.result(w.complete(w.signIn(v.Handoff.URL, "sam", "allow")))
		several = w.french(several)
		if several.Step != link.StepTenants {
			t.Fatalf("an account with several organisations leads to %s", several.Step)
		}
		several = w.act(several, link.Action{Action: link.ActSelectTenant, TenantID: several.Tenants.Items[0].ID})
		if several.Step != link.StepSuccess {
			t.Fatalf("the journey ends on %s", several.Step)
		}
		v = w.french(several)
		v = w.act(v, link.Action{Action: link.ActContinue})
		w.french(w.act(v, link.Action{Action: link.ActFinish}))
	})
}

func TestLanguageOfTheVisit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.settings(bilingual)
		for wanted, want := range map[string]string{"fr-FR": "fr-CA", "en": "en-US", "de": "en-US", "": "en-US"} {
			e := link.Entry{}
			if wanted != "" {
				e.Locales = []string{wanted}
			}
			v, err := w.service.Boot(t.Context(), w.company, e)
			must(t, err)
			// The choice lasts: later requests do not bring the browser's wishes.
			next := w.act(v, link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
			if v.Locale != want || next.Locale != want {
				t.Errorf("a browser that wants %q gets %s, then %s, not %s", wanted, v.Locale, next.Locale, want)
			}
		}
		v := w.boot()
		for _, locale := range []string{"", "de-DE", "fr", "xx"} {
			_, _, err := w.service.Act(t.Context(), w.company, link.Action{Flow: v.Flow, Action: link.ActLanguage, Locale: locale}, w.browser)
			if bowline.CodeOf(err) != bowline.CodeInvalid {
				t.Errorf("%q is accepted: %v", locale, err)
			}
		}
	})
}

func TestLanguageOfAHostPage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.settings(bilingual)
		p := &hostPage{world: w, options: `{"text":{"accounting.consents.purpose":"For {companyName}"}}`}
		v := p.toTab()
		waiting := p.do(v, link.Action{Action: link.ActLanguage, Locale: "fr-CA"})
		if waiting.Step != link.StepHandoff || waiting.Locale != "fr-CA" {
			t.Fatalf("the waiting page in French is %s in %s", waiting.Step, waiting.Locale)
		}
		p.tab(v.Handoff.URL, "robin", "allow") // the tab that was open before
		done, news := p.check(waiting)
		if !news || done.Step != link.StepSuccess {
			t.Fatalf("the page that was turned to French learns %s (%t)", done.Step, news)
		}
		p.do(done, link.Action{Action: link.ActLanguage, Locale: "en-US"})
		if got := strings.Join(p.told, ", "); got != "consent, connectionStarted, connection" {
			t.Errorf("the host was told %s", got)
		}
	})
}

// TestReloadKeepsTheLanguage: a host page that is loaded again while it waits
// goes on in the language that was chosen.
func TestReloadKeepsTheLanguage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.settings(bilingual)
		p := &hostPage{world: w}
		waiting := p.do(p.toTab(), link.Action{Action: link.ActLanguage, Locale: "fr-CA"})
		if again := p.load(waiting.Flow); again.Step != link.StepHandoff || again.Locale != "fr-CA" {
			t.Errorf("the page goes on with %s in %s", again.Step, again.Locale)
		}
	})
}

// TestOptionsOfTheHostCount plays a page whose options take things away, and a
// visitor who asks for them all the same.
func TestOptionsOfTheHostCount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w, options: `{
			"sourceTypes":{"accounting":{"optional":false,"enableIntegrations":true,"allowedIntegrations":["mqjo"]}},
			"text":{"companyName":"Acme","main.title":"**Books**","accounting.consents.purpose":"For {companyName}"}}`}
		v := p.load("")
		if v.Step != link.StepPicker || len(v.Picker.Integrations) != 1 || v.Client.Name != "Acme" {
			t.Fatalf("the visit begins with %s, %+v", v.Step, v.Picker)
		}
		_, _, err := w.service.Act(t.Context(), w.company, link.Action{
			Flow: v.Flow, Action: link.ActChoose, IntegrationKey: "aiwb", Options: []byte(p.options),
		}, p.embedded())
		if bowline.CodeOf(err) != bowline.CodeInvalid {
			t.Errorf("an integration that is not allowed can be chosen: %v", err)
		}
		v = p.do(v, link.Action{Action: link.ActChoose, IntegrationKey: accounting})
		if len(v.Consent.Sections) == 0 || v.Consent.Sections[0].Body != "For Acme" {
			t.Errorf("the consent has %+v", v.Consent.Sections)
		}
		v = p.do(v, link.Action{Action: link.ActBack})
		if v = p.do(v, link.Action{Action: link.ActBack}); v.Main == nil || *v.Main.Title != "**Books**" || len(v.Main.Types) != 1 {
			t.Errorf("the list is %+v", v.Main)
		}

		// Words that change between drawing and agreeing are drawn again.
		v = p.do(p.load(""), link.Action{Action: link.ActChoose, IntegrationKey: accounting})
		p.options = strings.Replace(p.options, "For {companyName}", "For somebody else", 1)
		if v = p.do(v, link.Action{Action: link.ActAccept}); v.Step != link.StepConsent || v.Consent.Sections[0].Body != "For somebody else" {
			t.Errorf("words that were not read are agreed to: %s", v.Step)
		}
		if len(w.connections()) != 0 {
			t.Error("a connection was made without consent")
		}
		p.options = `{"hideBorder":"yes"}`
		_, _, err = w.service.BootEmbedded(t.Context(), w.company, link.Action{Action: link.ActBoot, Options: []byte(p.options)}, p.embedded())
		if bowline.CodeOf(err) != bowline.CodeInvalid {
			t.Errorf("bad options: %v", err)
		}
	})
}
