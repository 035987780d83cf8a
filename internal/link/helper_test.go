package link_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// helperSteps are the screens that a helper may see.
var helperSteps = []link.Step{
	link.StepHelper, link.StepGuide, link.StepCredentials, link.StepHandoff, link.StepTenants, link.StepError,
	link.StepDevice, link.StepDone, link.StepExpired,
}

// TestHelperReachesNothingElse tries every action of every screen with a
// helper's proof, also of screens that no helper is shown, naming everything
// that the company has.
func TestHelperReachesNothingElse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		bank := w.toHandoff("qhnd", bowline.Banking) // something that is not the helper's to see
		if bank.Step != link.StepHandoff {
			t.Fatalf("the bank's hand-off is %s", bank.Step)
		}
		waiting := w.handOver()
		mine := w.connections()[1]
		h := w.helper()
		first := h.open(codeOf(waiting.HandOver.URL)).View
		asked, err := w.store.HandOvers(t.Context(), mine.ID)
		must(t, err)
		wall := &wall{helper: h, own: mine.ID, other: w.connections()[0].ID}
		wall.seen(first, "open")
		tried := 0
		for step, actions := range link.Steps() {
			for _, connection := range []bowline.ID{mine.ID, ""} {
				flow, err := w.service.HelperFlow(step, asked[0].ID, link.Reach{
					Instance: w.instance, Company: w.company, Connection: connection,
					HandOver: asked[0].ID, Integration: accounting,
				})
				must(t, err)
				for _, action := range actions {
					tried++
					wall.try(flow, string(step)+" "+action, action)
				}
			}
		}
		if tried < 60 {
			t.Errorf("only %d actions were tried", tried)
		}
		if got := len(w.connections()); got != 2 {
			t.Errorf("the helper made connections: there are %d", got)
		}
	})
}

// wall checks what a helper is shown.
type wall struct {
	*helper
	own, other bowline.ID // connections
}

func (l *wall) try(flow, what, action string) {
	l.t.Helper()
	a := link.Action{
		Flow: flow, Action: action, SourceType: bowline.Accounting, IntegrationKey: accounting, ConnectionID: l.other,
		Name: "Something", Locale: "fr-FR", TenantID: "1", TenantIDs: []string{"1"},
	}
	if _, _, err := l.service.Act(l.t.Context(), l.company, a, l.browser); err == nil {
		l.t.Errorf("%s: the company's own pages take a helper's proof", what)
	}
	l.clock.add(time.Minute) // hand-overs may be made slowly only
	v, _, err := l.service.ActHelper(l.t.Context(), a, l.browser)
	if err == nil {
		l.seen(v, what)
	}
}

// seen fails for a view that shows anything but the one connection.
func (l *wall) seen(v link.View, what string) {
	l.t.Helper()
	if !slices.Contains(helperSteps, v.Step) {
		l.t.Errorf("%s leads a helper to %s", what, v.Step)
	}
	if v.Main != nil || v.Picker != nil || v.Consent != nil || v.Success != nil || v.Share != nil || v.HandOver != nil || v.NotListed != nil {
		l.t.Errorf("%s shows a helper a screen of the owner's", what)
	}
	if v.Post != "" && v.Post != link.HelperPath {
		l.t.Errorf("%s: a helper's actions go to %s", what, v.Post)
	}
	if v.Done != nil && (!v.Done.Helper || v.Done.RedirectURL != "") {
		l.t.Errorf("%s ends a helper's visit as an owner's: %+v", what, v.Done)
	}
	text, err := json.Marshal(v)
	must(l.t, err)
	for _, secret := range []bowline.ID{l.company, l.other} {
		if strings.Contains(string(text), string(secret)) {
			l.t.Errorf("%s tells a helper of %s", what, secret)
		}
	}
}

// TestHelperSwitchesLanguage stays where it is.
func TestHelperSwitchesLanguage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		settings := bowline.DefaultLinkSettings()
		settings.Locales = []string{"en-US", "fr-FR", "en-GB"}
		w.set(settings)
		h := w.helper()
		v := h.open(codeOf(w.handOver().HandOver.URL)).View
		if v.Locale != "en-GB" {
			t.Errorf("a helper whose browser speaks en-GB reads %s", v.Locale)
		}
		v = h.help(v, link.Action{Action: link.ActLanguage, Locale: "fr-FR"})
		if v.Step != link.StepHelper || v.Locale != "fr-FR" {
			t.Errorf("the language leads to %s in %s", v.Step, v.Locale)
		}
		v = h.help(v, link.Action{Action: link.ActHelp})
		v = h.comeBack(w.signIn(v.Handoff.URL, "robin", "allow"))
		v = h.help(v, link.Action{Action: link.ActLanguage, Locale: "en-US"})
		if v.Step != link.StepDone || !v.Done.Helper || v.Locale != "en-US" {
			t.Errorf("at the end the language leads to %s in %s", v.Step, v.Locale)
		}
	})
}

// TestHelperPathTakesHelpersOnly: what is not a helper's proof is refused at
// the address of helpers.
func TestHelperPathTakesHelpersOnly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.boot()
		for _, flow := range []string{v.Flow, "", "forged"} {
			_, _, err := w.service.ActHelper(t.Context(), link.Action{Flow: flow, Action: link.ActConnect, SourceType: bowline.Accounting}, w.browser)
			if err == nil {
				t.Errorf("the flow %.10q is taken", flow)
			}
		}
	})
}
