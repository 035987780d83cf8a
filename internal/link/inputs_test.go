package link_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// asking is the key of an integration that asks before its sign-in.
const asking = "regi"

const regional = `key: regi
name: Regional Ledger
sourceType: Accounting
logo: {monogram: RL, color: "#1f6f54"}
dataTypes: [Invoices and bills]
signIn: {role: administrator, note: Ask your bookkeeper who that is.}
inputs:
  - name: region
    label: Region
    options:
      - {value: eu, label: Europe, set: {market: EU-1}}
      - {value: us, label: United States, set: {market: US-1}}
  - {name: file, label: Company file, pattern: "[A-Z]{2}[0-9]{4}", prefix: F-}
  - {name: pin, label: PIN, secret: true, optional: true}
oauth:
  issuer: ${server.sandbox}
  clientId: sandbox-regi
  clientSecret: ${server.secret.regi}
  scopes: [openid, offline_access, accounting.read]
  issParameter: required
  authorizeParams: {market: "${input.region.market}", company_file: "${input.file}"}
  tokenParams: {company_file: "${input.file}"}
tenants: {url: "${server.sandbox}/api/organisations", items: organisations, id: id, name: name}
company: {url: "${server.sandbox}/api/organisations/${tenant.id}", name: companyName}
`

func asked(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	eachWith(t, map[string]string{asking: regional}, test)
}

// answersOf is what a customer types, beside a member that is no field.
func answersOf(region, file, pin string) link.Action {
	return link.Action{Action: link.ActSubmit, Fields: map[string]string{"region": region, "file": file, "pin": pin, "stranger": "x"}}
}

// sent are the parameters of a sign-in's address.
func sent(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	must(t, err)
	return u.Query()
}

// comeFrom finishes a sign-in at the provider of an integration.
func (w *world) comeFrom(key, handoff, account, decision string) link.View {
	w.t.Helper()
	r, err := w.service.Complete(w.t.Context(), key, w.signIn(handoff, account, decision), w.browser)
	must(w.t, err)
	return w.result(r)
}

func TestAskedBeforeTheSignIn(t *testing.T) {
	asked(t, func(t *testing.T, w *world) {
		v := w.begun(asking, bowline.Accounting)
		if v.Step != link.StepCredentials || !v.Credentials.Leads || len(v.Credentials.Fields) != 3 || !v.Credentials.CanHandOver {
			t.Fatalf("after the consent: %s %+v", v.Step, v.Credentials)
		}
		if f := v.Credentials.Fields[0]; f.Value != "" || fmt.Sprint(f.Options) != "[{eu Europe} {us United States}]" || f.Problem != "" {
			t.Errorf("the region is %+v", f)
		}
		if strings.Contains(shows(t, v), "US-1") {
			t.Error("the browser is told what a choice sets")
		}
		v = w.act(v, answersOf("us", "f-AB1234", "quietpin"))
		if v.Step != link.StepHandoff {
			t.Fatalf("after the answers: %s %+v", v.Step, v.Credentials)
		}
		if q := sent(t, v.Handoff.URL); q.Get("market") != "US-1" || q.Get("company_file") != "F-AB1234" || strings.Contains(v.Handoff.URL, "quietpin") {
			t.Errorf("the provider is asked with %v", q)
		}
		if again := w.act(v, link.Action{Action: link.ActRetry}); again.Step != link.StepHandoff || sent(t, again.Handoff.URL).Get("market") != "US-1" {
			t.Errorf("opening the provider again shows %s", again.Step)
		}
		if v = w.comeFrom(asking, v.Handoff.URL, "robin", "allow"); v.Step != link.StepSuccess {
			t.Fatalf("at the end: %s %+v", v.Step, v.Error)
		}
		if form := w.tokenForm.Load().(url.Values); form.Get("company_file") != "F-AB1234" || form.Has("market") {
			t.Errorf("the token endpoint was sent %v", form)
		}
		grant, err := w.store.Grant(t.Context(), w.alive().ID)
		must(t, err)
		for name, want := range map[string]string{"input.region": "us", "input.region.market": "US-1", "input.file": "F-AB1234", "input.pin": "quietpin"} {
			if grant.Extra[name] != want {
				t.Errorf("kept of %s: %q", name, grant.Extra[name])
			}
		}
		if got, want := w.events(), "connection.created connection.connected"; got != want {
			t.Errorf("events %q, want %q", got, want)
		}
	})
}

// TestWrongAnswers are shown again, secrets excepted, before anybody is asked.
func TestWrongAnswers(t *testing.T) {
	asked(t, func(t *testing.T, w *world) {
		v := w.begun(asking, bowline.Accounting)
		for name, c := range map[string]struct {
			region, file, pin string
			problems          string
		}{
			"nothing":        {"", "", "", "region file"},
			"another region": {"EU", "AB1234", "", "region"},
			"its label":      {"Europe", "AB1234", "", "region"},
			"malformed":      {"eu", "1234", "quietpin", "file"},
			"a control":      {"eu", "AB1234", "04\x0020", "pin"},
			"too long":       {"eu", "AB1234", strings.Repeat("9", 501), "pin"},
		} {
			got := w.act(v, answersOf(c.region, c.file, c.pin))
			if got.Step != link.StepCredentials {
				t.Fatalf("%s: step %s", name, got.Step)
			}
			var problems []string
			for _, f := range got.Credentials.Fields {
				if f.Problem != "" {
					problems = append(problems, f.Name)
				}
			}
			if strings.Join(problems, " ") != c.problems {
				t.Errorf("%s: problems with %v, want %s", name, problems, c.problems)
			}
			if f := got.Credentials.Fields; f[0].Value != c.region || f[1].Value != c.file || f[2].Value != "" {
				t.Errorf("%s: the form holds %q, %q and %q", name, f[0].Value, f[1].Value, f[2].Value)
			}
			if c.pin != "" && strings.Contains(shows(t, got), c.pin) {
				t.Errorf("%s: the secret comes back", name)
			}
		}
		if n := w.exchanges.Load(); n != 0 || w.events() != "connection.created" {
			t.Errorf("%d exchanges, events %q", n, w.events())
		}
		w.untouched(0)
	})
}

// TestCorrectingAnswers: whoever comes back after a failure, or of their own
// accord, sees what they said and can change it.
func TestCorrectingAnswers(t *testing.T) {
	asked(t, func(t *testing.T, w *world) {
		handoff := w.act(w.begun(asking, bowline.Accounting), answersOf("eu", "AB1234", "quietpin"))
		failed := w.comeFrom(asking, handoff.Handoff.URL, "robin", "deny")
		if failed.Step != link.StepError || failed.Error.Leads {
			t.Fatalf("after the denial: %s", failed.Step)
		}
		prefilled := func(what string, v link.View) {
			t.Helper()
			if v.Step != link.StepCredentials {
				t.Fatalf("%s shows %s", what, v.Step)
			}
			f := v.Credentials.Fields
			if f[0].Value != "eu" || f[1].Value != "AB1234" || f[2].Value != "" || strings.Contains(shows(t, v), "quietpin") {
				t.Errorf("%s: the form holds %+v", what, f)
			}
		}
		v := w.act(failed, link.Action{Action: link.ActRetry})
		prefilled("retry", v)
		again := w.act(handoff, link.Action{Action: link.ActBack})
		again = w.act(again, link.Action{Action: link.ActResume, ConnectionID: w.connections()[0].ID})
		prefilled("resume", again)
		v = w.act(v, answersOf("us", "CD5678", ""))
		if q := sent(t, v.Handoff.URL); q.Get("market") != "US-1" || q.Get("company_file") != "F-CD5678" {
			t.Errorf("the provider is asked with %v", q)
		}
		if v = w.comeFrom(asking, v.Handoff.URL, "robin", "allow"); v.Step != link.StepSuccess {
			t.Errorf("at the end: %s", v.Step)
		}
		if n := len(w.connections()); n != 1 {
			t.Errorf("%d connections", n)
		}
	})
}

// TestAnswersAreForTheirConnection: they do not leak into another one's.
func TestAnswersAreForTheirConnection(t *testing.T) {
	asked(t, func(t *testing.T, w *world) {
		handoff := w.act(w.begun(asking, bowline.Accounting), answersOf("eu", "AB1234", ""))
		v := w.act(handoff, link.Action{Action: link.ActBack})
		v = w.act(v, link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		v = w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: accounting})
		v = w.act(v, link.Action{Action: link.ActAccept})
		if v.Step != link.StepHandoff || strings.Contains(v.Handoff.URL, "market") || strings.Contains(v.Handoff.URL, "AB1234") {
			t.Errorf("another integration: %s %+v", v.Step, v.Handoff)
		}
		w.remove()
		if v = w.begun(asking, bowline.Accounting); v.Step != link.StepCredentials || v.Credentials.Fields[1].Value != "" {
			t.Errorf("a new connection: %s %+v", v.Step, v.Credentials)
		}
	})
}

// TestAnswersFitACookie: what is too much for the browser is said, not lost.
func TestAnswersFitACookie(t *testing.T) {
	more := ""
	for i := range 7 {
		more += fmt.Sprintf("  - {name: more%d, label: More, optional: true}\n", i)
	}
	files := map[string]string{asking: strings.Replace(regional, "oauth:\n", more+"oauth:\n", 1)}
	eachWith(t, files, func(t *testing.T, w *world) {
		v := w.begun(asking, bowline.Accounting)
		a := answersOf("eu", "AB1234", "")
		a.Fields["more1"], a.Fields["more2"], a.Fields["more3"] = strings.Repeat("x", 400), strings.Repeat("y", 500), strings.Repeat("z", 400)
		if v = w.act(v, a); v.Step != link.StepCredentials || v.Credentials.Fields[5].Problem == "" {
			t.Fatalf("too much shows %s", v.Step)
		}
		a.Fields["more2"] = strings.Repeat("y", 300)
		if v = w.act(v, a); v.Step != link.StepHandoff {
			t.Fatalf("enough shows %s %+v", v.Step, v.Credentials)
		}
		for name, value := range w.browser.Cookies {
			if len(name)+len(value) > 3800 {
				t.Errorf("a cookie of %d bytes", len(name)+len(value))
			}
		}
	})
}

// TestConnectionURLAsks: a connection's own URL leads through the questions.
func TestConnectionURLAsks(t *testing.T) {
	asked(t, func(t *testing.T, w *world) {
		w.begun(asking, bowline.Accounting)
		target, _, v, err := w.service.Start(t.Context(), w.company, w.connections()[0].ID, link.Entry{})
		must(t, err)
		if target != "" || v == nil || v.Step != link.StepCredentials || !v.Credentials.Leads {
			t.Fatalf("%q %+v", target, v)
		}
		next := w.act(*v, answersOf("eu", "AB1234", ""))
		if next.Step != link.StepHandoff || sent(t, next.Handoff.URL).Get("market") != "EU-1" {
			t.Fatalf("after the answers: %s", next.Step)
		}
		if done := w.comeFrom(asking, next.Handoff.URL, "robin", "allow"); done.Step != link.StepSuccess {
			t.Errorf("at the end: %s %+v", done.Step, done.Error)
		}
	})
}

// TestHelperIsAsked too, and nothing of the owner's answers.
func TestHelperIsAsked(t *testing.T) {
	asked(t, func(t *testing.T, w *world) {
		owner := w.act(w.begun(asking, bowline.Accounting), answersOf("eu", "AB1234", ""))
		waiting := w.act(owner, link.Action{Action: link.ActHandOver})
		h := w.helper()
		first := h.open(codeOf(waiting.HandOver.URL)).View
		if !strings.Contains(first.Helper.Who, "administrator of the Regional Ledger account") {
			t.Errorf("the helper is told %q", first.Helper.Who)
		}
		v := h.help(first, link.Action{Action: link.ActHelp})
		if v.Step != link.StepCredentials || v.Credentials.Fields[1].Value != "" || v.Credentials.CanHandOver {
			t.Fatalf("the helper is shown %s %+v", v.Step, v.Credentials)
		}
		if wrong := h.help(v, answersOf("eu", "", "")); wrong.Step != link.StepCredentials || wrong.Credentials.Fields[1].Problem == "" {
			t.Errorf("a wrong answer shows %s", wrong.Step)
		}
		v = h.help(v, answersOf("us", "CD5678", ""))
		if v.Step != link.StepHandoff || sent(t, v.Handoff.URL).Get("company_file") != "F-CD5678" {
			t.Fatalf("after the answers: %s", v.Step)
		}
		r, err := w.service.Complete(t.Context(), asking, w.signIn(v.Handoff.URL, "robin", "allow"), h.browser)
		must(t, err)
		done, err := w.service.HelperResult(t.Context(), r.Authorization, h.browser)
		must(t, err)
		if done.Step != link.StepDone || !done.Done.Helper {
			t.Errorf("at the end: %s", done.Step)
		}
		w.alive()
	})
}

// TestHostPageCarriesAnswers into the provider's tab.
func TestHostPageCarriesAnswers(t *testing.T) {
	asked(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w, options: `{}`}
		v := p.do(p.load(""), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		v = p.do(v, link.Action{Action: link.ActChoose, IntegrationKey: asking})
		if v.Consent.Leads {
			t.Error("a tab would be opened before the questions")
		}
		v = p.do(v, link.Action{Action: link.ActAccept})
		v = p.do(v, answersOf("us", "AB1234", "quietpin"))
		if v.Step != link.StepHandoff || v.Handoff.Mode != link.HandoffTab {
			t.Fatalf("after the answers: %s", v.Step)
		}
		target, cookie, _, err := w.service.OpenTicket(t.Context(), sent(t, v.Handoff.URL).Get("ticket"))
		must(t, err)
		if sent(t, target).Get("market") != "US-1" {
			t.Errorf("the tab leads to %s", target)
		}
		w.browser.Cookies[cookie.Name] = cookie.Value
		_, err = w.service.Complete(t.Context(), asking, w.signIn(target, "robin", "allow"), w.browser)
		must(t, err)
		v, news := p.check(v)
		if !news || v.Step != link.StepSuccess {
			t.Errorf("the waiting page shows %s", v.Step)
		}
		if got, want := strings.Join(p.told, ", "), "consent, connectionStarted, connection"; got != want {
			t.Errorf("callbacks %q, want %q", got, want)
		}
		text, err := json.Marshal(v)
		must(t, err)
		if strings.Contains(string(text), "quietpin") {
			t.Error("the secret is shown")
		}
	})
}

// TestWhoHasToSignIn is told before the journey leaves, and is no part of what
// is agreed to.
func TestWhoHasToSignIn(t *testing.T) {
	asked(t, func(t *testing.T, w *world) {
		const want = "An administrator of the Regional Ledger account has to sign in. Ask your bookkeeper who that is."
		v := w.act(w.boot(), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		consent := w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: asking})
		if consent.Consent.Who != want {
			t.Errorf("the consent says %q", consent.Consent.Who)
		}
		if plain := w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: accounting}); plain.Consent.Who != "" {
			t.Errorf("where anybody may sign in: %q", plain.Consent.Who)
		}
		handoff := w.act(w.act(consent, link.Action{Action: link.ActAccept}), answersOf("eu", "AB1234", ""))
		if handoff.Handoff.Who != want {
			t.Errorf("the hand-off says %q", handoff.Handoff.Who)
		}
		consents, err := w.store.Consents(t.Context(), w.instance, w.connections()[0].ID)
		must(t, err)
		if strings.Contains(consents[0].Text, "administrator") {
			t.Errorf("agreed to: %s", consents[0].Text)
		}
	})
}
