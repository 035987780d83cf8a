package link_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store"
)

// lock switches one-time links on; password is the only one, good once.
func (w *world) lock(password string) {
	w.t.Helper()
	settings := bowline.DefaultLinkSettings()
	settings.OneTimeLinks, settings.SupportText = true, "Call 555 0100."
	must(w.t, w.store.Write(w.t.Context(), func(tx *store.Tx) error {
		return tx.PutLinkSettings(w.t.Context(), w.instance, settings)
	}))
	w.service.Spend = func(_ context.Context, company bowline.ID, given string) error {
		if company != w.company || given != password || password == "" {
			return bowline.Errorf(bowline.CodeUnauthorized, "no")
		}
		password = ""
		return nil
	}
}

// tellsNothing fails if a view holds anything of the company or its visit.
func (w *world) tellsNothing(v link.View) {
	w.t.Helper()
	v.Flow, v.Post = "", ""
	text, err := json.Marshal(v)
	must(w.t, err)
	for _, secret := range []string{"Bakery", "Harbour", string(w.company)} {
		if strings.Contains(string(text), secret) {
			w.t.Errorf("the %s view tells %q: %s", v.Step, secret, text)
		}
	}
}

func TestGate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.lock("ABC123")
		e := link.Entry{Params: map[string]string{"journey": "demo"}}
		boot := func(e link.Entry) link.View {
			t.Helper()
			v, err := w.service.Boot(t.Context(), w.company, e)
			must(t, err)
			return v
		}
		v := boot(e)
		if v.Step != link.StepGate || v.Gate.Kind != "otp" || !strings.Contains(v.Post, string(w.company)) {
			t.Fatalf("without a password the first view is %+v", v)
		}
		w.tellsNothing(v)
		if boot(e).Step != link.StepGate {
			t.Error("reading the page a second time opened it")
		}

		open := func(a link.Action) (link.View, error) {
			o, err := w.service.Open(t.Context(), w.company, a)
			return o.View, err
		}
		for name, otp := range map[string]string{"wrong": "000000", "missing": ""} {
			shown, err := open(link.Action{Flow: v.Flow, OTP: otp})
			if bowline.CodeOf(err) != bowline.CodeUnauthorized || shown.Step != link.StepExpired || shown.Client.SupportText == "" {
				t.Errorf("%s password: %v, %+v", name, err, shown)
			}
			w.tellsNothing(shown)
		}
		must(t, w.setRedirect("https://lender.example/{journey}"))
		opened, err := open(link.Action{Flow: v.Flow, OTP: "ABC123"})
		must(t, err)
		if opened.Step != link.StepMain || opened.Company.Name != "Harbour Bakery" {
			t.Fatalf("the password leads to %+v", opened)
		}
		if _, err := open(link.Action{Flow: v.Flow, OTP: "ABC123"}); bowline.CodeOf(err) != bowline.CodeUnauthorized {
			t.Errorf("the password is good twice: %v", err)
		}
		if next := w.act(opened, link.Action{Action: link.ActConnect, SourceType: bowline.Accounting}); next.Step != link.StepPicker {
			t.Errorf("from the opened page one comes to %s", next.Step)
		}
	})
}

// TestGateOpensNothingElse: the flow of a gate is good for its own action only,
// whatever is done with it.
func TestGateOpensNothingElse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.lock("")
		gate := w.boot()
		actions := map[string]bool{link.ActLanguage: true, link.ActOpen: true, link.ActBoot: true}
		for _, all := range link.Steps() {
			for _, action := range all {
				actions[action] = true
			}
		}
		for action := range actions {
			v, _, err := w.service.Act(t.Context(), w.company, link.Action{Flow: gate.Flow, Action: action, Locale: "fr-CA"}, w.browser)
			if bowline.CodeOf(err) != bowline.CodeExpired {
				t.Errorf("%s: %v, step %s", action, err, v.Step)
			}
		}
		other := bowline.NewID(w.clock.Now())
		if _, err := w.service.Open(t.Context(), other, link.Action{Flow: gate.Flow}); bowline.CodeOf(err) != bowline.CodeExpired {
			t.Errorf("the gate of one company at another: %v", err)
		}
		main, err := w.service.Boot(t.Context(), w.company, link.Entry{Trusted: true})
		must(t, err)
		if _, err := w.service.Open(t.Context(), w.company, link.Action{Flow: main.Flow}); bowline.CodeOf(err) != bowline.CodeExpired {
			t.Errorf("a proof is taken for a gate: %v", err)
		}
		w.clock.add(13 * time.Hour)
		if _, err := w.service.Open(t.Context(), w.company, link.Action{Flow: gate.Flow}); bowline.CodeOf(err) != bowline.CodeExpired {
			t.Errorf("an old gate: %v", err)
		}
	})
}

func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, err := w.service.Session(w.company, false)
		must(t, err)
		if !link.IsSessionCookie(c.Name) || c.Life != 24*time.Hour {
			t.Errorf("cookie %s for %s", c.Name, c.Life)
		}
		held := link.Cookies{c.Name: c.Value}
		other := bowline.NewID(w.clock.Now())
		theirs, err := w.service.Session(other, true)
		must(t, err)
		if !w.service.HasSession(w.company, held) || w.service.HasSession(other, held) || w.service.HasSession(w.company, nil) {
			t.Error("a session is not good for its company, or for more")
		}
		if w.service.Proven(w.company, held) || !w.service.Proven(other, link.Cookies{theirs.Name: theirs.Value}) {
			t.Error("a session says of itself what it is not")
		}
		if w.service.HasSession(other, link.Cookies{theirs.Name: c.Value}) || w.service.HasSession(w.company, link.Cookies{c.Name: "forged"}) {
			t.Error("a session under another name, or a forged one, is taken")
		}
		w.clock.add(24 * time.Hour)
		if w.service.HasSession(w.company, held) {
			t.Error("a session outlives its day")
		}
	})
}

// TestConnectionURLUnderPassword goes the way of a connection's own URL: gate,
// provider, and back to the fintech with the result.
func TestConnectionURLUnderPassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.story()
		w.unlink(c)
		must(t, w.setRedirect("https://lender.example/{journey}?c={connectionId}&s={statusCode}&m={errorMessage}&t={sourceType}"))
		w.lock("ABC123")
		e := link.Entry{Params: map[string]string{"journey": "demo"}}
		target, _, view, err := w.service.Start(t.Context(), w.company, c.ID, e)
		must(t, err)
		if target != "" || view == nil || view.Step != link.StepGate {
			t.Fatalf("without a password it starts: %q, %+v", target, view)
		}
		w.tellsNothing(*view)
		o, err := w.service.Open(t.Context(), w.company, link.Action{Flow: view.Flow, OTP: "ABC123"})
		must(t, err)
		v, cookies := o.View, o.Cookies
		if v.Step != link.StepHandoff || len(cookies) != 1 {
			t.Fatalf("the password leads to %+v", v)
		}
		w.browser.Cookies[cookies[0].Name] = cookies[0].Value
		r := w.complete(w.signIn(v.Handoff.URL, "robin", "deny"))
		if want := "https://lender.example/demo?c=" + string(c.ID) + "&s=403&m=User%20cancelled&t=accounting"; r.RedirectURL != want {
			t.Errorf("after a refusal: %q, want %q", r.RedirectURL, want)
		}

		target, cookie, _, err := w.service.Start(t.Context(), w.company, c.ID, link.Entry{Trusted: true, OpenID: true})
		must(t, err)
		w.browser.Cookies[cookie.Name] = cookie.Value
		r = w.complete(w.signIn(target, "robin", "allow"))
		if want := "https://lender.example/?c=" + string(c.ID) + "&s=200&m=&t=accounting"; r.RedirectURL != want {
			t.Errorf("with a session: %q, want %q", r.RedirectURL, want)
		}
	})
}

// TestHostTokensAreCheckedAtTheStart: nobody goes through a journey whose end
// would be refused, and a password is not wasted on it.
func TestHostTokensAreCheckedAtTheStart(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.story()
		must(t, w.store.Write(t.Context(), func(tx *store.Tx) error {
			return tx.PutProfile(t.Context(), w.instance, bowline.Profile{
				Name: "Harbour Lending", RedirectURL: "https://{env}.mybank.example/ok", WhiteListURLs: []string{"https://uat.mybank.example"},
			})
		}))
		for env, ok := range map[string]bool{"uat": true, "evil": false, "": false} {
			e := link.Entry{Params: map[string]string{"env": env}}
			if _, err := w.service.Boot(t.Context(), w.company, e); (err == nil) != ok || !ok && bowline.CodeOf(err) != bowline.CodeInvalid {
				t.Errorf("boot with %q: %v", env, err)
			}
			if _, _, _, err := w.service.Start(t.Context(), w.company, c.ID, e); (err == nil) != ok || !ok && bowline.CodeOf(err) != bowline.CodeInvalid {
				t.Errorf("start with %q: %v", env, err)
			}
		}
		w.lock("ABC123")
		gate := w.boot()
		for range 2 {
			if _, err := w.service.Open(t.Context(), w.company, link.Action{Flow: gate.Flow, OTP: "ABC123"}); bowline.CodeOf(err) != bowline.CodeInvalid {
				t.Errorf("open: %v", err)
			}
		}
	})
}

// TestClaimsLeaveWithTheRedirect is link.md 4.7: on request, and only then.
func TestClaimsLeaveWithTheRedirect(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.story()
		must(t, w.setRedirect("https://lender.example/?e={openId_email}&v={openId_email_verified}&s={openId_sub}&n={data.company.companyName}"))
		end := func(e link.Entry) string {
			t.Helper()
			w.unlink(c) // what works is not signed in to
			target, cookie, _, err := w.service.Start(t.Context(), w.company, c.ID, e)
			must(t, err)
			w.browser.Cookies[cookie.Name] = cookie.Value
			return w.complete(w.signIn(target, "robin", "allow")).RedirectURL
		}
		with, without := end(link.Entry{OpenID: true}), end(link.Entry{})
		if !strings.Contains(with, "%40") || !strings.Contains(with, "&v=true&s=&") {
			t.Errorf("with openId=true: %s", with)
		}
		if !strings.HasPrefix(without, "https://lender.example/?e=&v=&s=&n=") {
			t.Errorf("without: %s", without)
		}
	})
}
