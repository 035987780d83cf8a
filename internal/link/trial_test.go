package link_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/trace"
)

// traced makes the world's way out one that is recorded, as the server's is.
func (w *world) traced() {
	outbound := safehttp.New(safehttp.Options{Timeout: time.Minute, Local: map[string]http.Handler{origin + "/sandbox/": w.provider}})
	outbound.Transport = trace.Transport(outbound.Transport)
	w.service.OAuth = oauth.NewClient(oauth.Options{HTTP: outbound, Now: w.clock.Now, Logger: w.service.Logger})
	w.service.Probe = &probe.Client{HTTP: outbound}
}

// openTrial starts a trial and leads the browser to the provider.
func (w *world) openTrial(key string) (link.Trial, string) {
	w.t.Helper()
	trial, err := w.service.StartTrial(w.t.Context(), w.instance, key, nil)
	must(w.t, err)
	return trial, w.openTicket(trial)
}

func ticketOf(t *testing.T, trial link.Trial) string {
	t.Helper()
	address, err := url.Parse(trial.URL)
	must(t, err)
	if address.Path != "/link/trial" {
		t.Fatalf("the address is %s", address)
	}
	return address.Query().Get("ticket")
}

func (w *world) openTicket(trial link.Trial) string {
	w.t.Helper()
	target, cookie, err := w.service.OpenTrial(w.t.Context(), ticketOf(w.t, trial))
	must(w.t, err)
	if !link.IsAttemptCookie(cookie.Name) {
		w.t.Errorf("the cookie %s would not come back", cookie.Name)
	}
	w.browser.Cookies[cookie.Name] = cookie.Value
	return target
}

func (w *world) trialResult(key string, id bowline.ID) link.TrialResult {
	w.t.Helper()
	result, err := w.service.TrialResult(w.t.Context(), w.instance, key, id)
	must(w.t, err)
	return result
}

// outcomes is the steps in short.
func outcomes(r link.TrialResult) string {
	var list []string
	for _, step := range r.Steps {
		list = append(list, step.Name+" "+step.Outcome)
	}
	return strings.Join(list, ", ")
}

func TestTrial(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.traced()
		trial, target := w.openTrial(accounting)
		if got := w.trialResult(accounting, trial.ID); got.Status != bowline.TrialWaiting || outcomes(got) != "redirect ok" {
			t.Errorf("before the sign-in: %s, %s", got.Status, outcomes(got))
		}
		query := w.signIn(target, "robin", "allow")
		if r := w.complete(query); !r.Trial || r.View != nil || r.Company != "" {
			t.Errorf("the browser goes to %+v", r)
		}
		got := w.trialResult(accounting, trial.ID)
		const want = "redirect ok, callback ok, exchange ok, refresh ok, organizations ok, company name ok, user ok, revoke ok"
		if got.Status != bowline.TrialDone || outcomes(got) != want {
			t.Errorf("%s, %s: %+v", got.Status, outcomes(got), got.Steps)
		}
		var kinds []string
		for _, hop := range got.Hops {
			kinds = append(kinds, hop.Kind+strings.TrimPrefix(strings.SplitN(hop.URL, "?", 2)[0], origin))
		}
		for _, part := range []string{"authorization redirect/sandbox/authorize", "callback/oauth/callback/mqjo", "/sandbox/token", "/sandbox/revoke"} {
			if !strings.Contains(strings.Join(kinds, " ")+" ", part+" ") {
				t.Errorf("no hop %s among %v", part, kinds)
			}
		}
		in, _ := w.service.Catalog.Get(accounting)
		w.hides(got, query.Get("code"), query.Get("state"), in.OAuth.ClientSecret.Reveal())
		if w.hasTrace(got) || len(w.connections()) != 0 || w.events() != "" {
			t.Error("the trial left something with the company")
		}

		// The same callback again changes nothing, nor does the address.
		if r := w.complete(query); !r.Trial {
			t.Errorf("the second arrival goes to %+v", r)
		}
		if _, _, err := w.service.OpenTrial(t.Context(), ticketOf(t, trial)); !errors.Is(err, link.ErrTrialOver) {
			t.Errorf("opened again: %v", err)
		}
		if again := w.trialResult(accounting, trial.ID); len(again.Hops) != len(got.Hops) {
			t.Errorf("%d hops became %d", len(got.Hops), len(again.Hops))
		}
	})
}

// hides wants none of the secrets, and nothing that looks like a token of the
// sandbox, in what the operator is shown.
func (w *world) hides(r link.TrialResult, secrets ...string) {
	w.t.Helper()
	shown, err := json.Marshal(r)
	must(w.t, err)
	for _, secret := range secrets {
		if secret == "" || strings.Contains(string(shown), secret) || strings.Contains(string(shown), url.QueryEscape(secret)) {
			w.t.Errorf("%q is shown, or was not there", secret)
		}
	}
}

// hasTrace says whether the answers of the token endpoint show a token.
func (w *world) hasTrace(r link.TrialResult) bool {
	for _, hop := range r.Hops {
		if strings.HasSuffix(hop.URL, "/token") && !strings.Contains(hop.ResponseBody, `"access_token":"[masked`) {
			w.t.Errorf("the token endpoint's answer is shown as %s", hop.ResponseBody)
			return true
		}
	}
	return false
}

func TestTrialThatFails(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.traced()
		trial, target := w.openTrial(accounting)
		w.complete(w.signIn(target, "robin", "deny"))
		if got := w.trialResult(accounting, trial.ID); got.Status != bowline.TrialFailed || outcomes(got) != "redirect ok, callback failed" {
			t.Errorf("denied: %s, %s", got.Status, outcomes(got))
		}

		trial, target = w.openTrial(accounting)
		query := w.signIn(target, "robin", "allow")
		query.Set("code", "made-up-authorization-code")
		w.complete(query)
		got := w.trialResult(accounting, trial.ID)
		if got.Status != bowline.TrialFailed || outcomes(got) != "redirect ok, callback ok, exchange failed" {
			t.Errorf("wrong code: %s, %s", got.Status, outcomes(got))
		}
		w.hides(got)
		if shown, _ := json.Marshal(got); strings.Contains(string(shown), "made-up-authorization-code") {
			t.Errorf("the code is shown: %s", shown)
		}
	})
}

// TestTrialIsBoundToItsBrowser lets another browser bring the callback, and a
// trial's cookie stand for a journey.
func TestTrialIsBoundToItsBrowser(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		trial, target := w.openTrial(accounting)
		query := w.signIn(target, "robin", "allow")
		mine := w.browser.Cookies
		w.browser.Cookies = link.Cookies{}
		if r := w.complete(query); r.Trial || r.View == nil {
			t.Errorf("another browser goes to %+v", r)
		}
		if got := w.trialResult(accounting, trial.ID); got.Status != bowline.TrialWaiting {
			t.Errorf("another browser made the trial %s", got.Status)
		}
		w.browser.Cookies = mine
		if r, err := w.service.Complete(t.Context(), "aiwb", query, w.browser); err != nil || !r.Trial {
			t.Errorf("another integration's callback: %+v, %v", r, err)
		}
		if got := w.trialResult(accounting, trial.ID); got.Status != bowline.TrialWaiting {
			t.Errorf("another integration's callback made the trial %s", got.Status)
		}
	})
}

func TestTrialsOfNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for key, inputs := range map[string]map[string]string{"none": nil, "wvtc": {"store": "harbour-lane"}} {
			if _, err := w.service.StartTrial(t.Context(), w.instance, key, inputs); err == nil {
				t.Errorf("%s with %v began", key, inputs)
			}
		}
		trial, _ := w.openTrial(accounting)
		for what, ask := range map[string]func() error{
			"another instance": func() error {
				_, err := w.service.TrialResult(t.Context(), w.company, accounting, trial.ID)
				return err
			},
			"another key": func() error {
				_, err := w.service.TrialResult(t.Context(), w.instance, "aiwb", trial.ID)
				return err
			},
			"another trial": func() error {
				_, err := w.service.TrialResult(t.Context(), w.instance, accounting, w.company)
				return err
			},
		} {
			if err := ask(); bowline.CodeOf(err) != bowline.CodeNotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, _, err := w.service.OpenTrial(t.Context(), "made up"); !errors.Is(err, link.ErrTrialOver) {
			t.Errorf("a made-up ticket: %v", err)
		}
		w.clock.add(31 * time.Minute)
		if _, _, err := w.service.OpenTrial(t.Context(), ticketOf(t, trial)); !errors.Is(err, link.ErrTrialOver) {
			t.Errorf("an old ticket: %v", err)
		}
		w.clock.add(15 * time.Minute)
		if got := w.trialResult(accounting, trial.ID); got.Status != bowline.TrialFailed || outcomes(got) != "redirect ok, callback failed" {
			t.Errorf("nobody came: %s, %s", got.Status, outcomes(got))
		}
		w.clock.add(time.Hour)
		if _, err := w.service.TrialResult(t.Context(), w.instance, accounting, trial.ID); bowline.CodeOf(err) != bowline.CodeNotFound {
			t.Errorf("kept for too long: %v", err)
		}
	})
}

// TestTrialOfCredentials asks at once, with what a customer would type.
func TestTrialOfCredentials(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.traced()
		for key, want := range map[string]bowline.TrialStatus{"shop_demo2468": bowline.TrialDone, "shop_wrong2468": bowline.TrialFailed} {
			trial, err := w.service.StartTrial(t.Context(), w.instance, "wvtc", map[string]string{"store": "harbour-lane", "key": key})
			must(t, err)
			got := w.trialResult("wvtc", trial.ID)
			if trial.URL != "" || got.Status != want || len(got.Hops) == 0 || len(got.Steps) != 1 {
				t.Errorf("%s: %s, %+v, %d hops", key, got.Status, got.Steps, len(got.Hops))
			}
			w.hides(got)
			if shown, _ := json.Marshal(got); strings.Contains(string(shown), key) {
				t.Errorf("the key is shown: %s", shown)
			}
		}
	})
}

// TestTrialWithTooMuchTyped: what a browser would not keep is refused at the
// start, as it is for a customer.
func TestTrialWithTooMuchTyped(t *testing.T) {
	asked(t, func(t *testing.T, w *world) {
		inputs := map[string]string{"region": "eu", "file": "AB1234", "pin": strings.Repeat("漢", 450)}
		_, err := w.service.StartTrial(t.Context(), w.instance, asking, inputs)
		if bowline.CodeOf(err) != bowline.CodeInvalid || !strings.Contains(err.Error(), "pin") {
			t.Errorf("%v", err)
		}
		inputs["pin"] = "quietpin"
		trial, err := w.service.StartTrial(t.Context(), w.instance, asking, inputs)
		must(t, err)
		if q := sent(t, w.openTicket(trial)); q.Get("market") != "EU-1" || q.Get("company_file") != "F-AB1234" {
			t.Errorf("the provider is asked with %v", q)
		}
	})
}

// TestTrialLeavesASharedGrant: an operator who tries out an integration with an
// account that is connected must not end those connections.
func TestTrialLeavesASharedGrant(t *testing.T) {
	files := withLine("company:", `disconnect: {method: DELETE, url: "${server.sandbox}/api/organisations/${tenant.id}"}`)
	eachWith(t, files, func(t *testing.T, w *world) {
		trial, err := w.service.StartTrial(t.Context(), w.instance, asking, map[string]string{"region": "eu", "file": "AB1234"})
		must(t, err)
		query := w.signIn(w.openTicket(trial), "robin", "allow")
		r, err := w.service.Complete(t.Context(), asking, query, w.browser)
		must(t, err)
		got := w.trialResult(asking, trial.ID)
		if !r.Trial || got.Status != bowline.TrialDone || !strings.HasSuffix(outcomes(got), ", revoke skipped") || w.revoked() != 0 {
			t.Errorf("%s, %s, %d revocations", got.Status, outcomes(got), w.revoked())
		}
	})
}
