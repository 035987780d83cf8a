package link_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store"
)

// helper plays somebody else with a browser of their own.
type helper struct {
	*world
	browser link.Browser
}

func (w *world) helper() *helper {
	return &helper{world: w, browser: link.Browser{Address: "198.51.100.4", UserAgent: "Helper", Cookies: link.Cookies{}}}
}

// open opens a link, or comes back without its code.
func (h *helper) open(code string) link.Opened {
	h.t.Helper()
	opened, err := h.service.OpenCode(h.t.Context(), code, []string{"en-GB"}, h.browser)
	must(h.t, err)
	if opened.Keep.Name != "" {
		h.browser.Cookies[opened.Keep.Name] = opened.Keep.Value
	}
	h.keep(opened.Cookies)
	return opened
}

func (h *helper) keep(cookies []link.Cookie) {
	for _, c := range cookies {
		h.browser.Cookies[c.Name] = c.Value
	}
}

func (h *helper) help(v link.View, a link.Action) link.View {
	h.t.Helper()
	a.Flow = v.Flow
	next, cookies, err := h.service.ActHelper(h.t.Context(), a, h.browser)
	must(h.t, err)
	h.keep(cookies)
	return next
}

// comeBack is what the helper sees after the provider.
func (h *helper) comeBack(query url.Values) link.View {
	h.t.Helper()
	r, err := h.service.Complete(h.t.Context(), accounting, query, h.browser)
	must(h.t, err)
	if !r.Helper {
		h.t.Error("the helper is sent to the company's page")
	}
	v, err := h.service.HelperResult(h.t.Context(), r.Authorization, h.browser)
	must(h.t, err)
	return v
}

func codeOf(address string) string {
	_, code, _ := strings.Cut(address, "#")
	return code
}

// handOver goes from the first screen to a link for a colleague.
func (w *world) handOver() link.View {
	w.t.Helper()
	v := w.act(w.boot(), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
	v = w.act(v, link.Action{Action: link.ActHandOver, IntegrationKey: accounting})
	if v.Step != link.StepConsent || !v.Consent.HandOver {
		w.t.Fatalf("handing over leads to %s: %+v", v.Step, v.Consent)
	}
	v = w.act(v, link.Action{Action: link.ActAccept})
	if v.Step != link.StepHandOver || !strings.HasPrefix(v.HandOver.URL, origin+"/link/go#") {
		w.t.Fatalf("the consent leads to %s: %+v", v.Step, v.HandOver)
	}
	return v
}

// news says whether a page that waits hears of something.
func (w *world) news(v link.View) (link.View, bool) {
	w.t.Helper()
	next, _, err := w.service.Act(w.t.Context(), w.company, link.Action{Flow: v.Flow, Action: link.ActCheck}, w.browser)
	if errors.Is(err, link.ErrNothingNew) {
		return v, false
	}
	must(w.t, err)
	return next, true
}

// TestHandOver is the story: the owner agrees, a colleague signs in, and the
// owner's page hears of it.
func TestHandOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.add(time.Hour)
		waiting := w.handOver()
		conn := w.connections()[0]
		if want := w.clock.Now().Add(7 * 24 * time.Hour); !waiting.HandOver.Expires.Equal(want) {
			t.Errorf("the link is good until %s, want %s", waiting.HandOver.Expires, want)
		}
		if _, news := w.news(waiting); news {
			t.Error("news before anything has happened")
		}
		w.clock.add(time.Hour)
		h := w.helper()
		v := h.open(codeOf(waiting.HandOver.URL)).View
		switch {
		case v.Step != link.StepHelper || v.Client.Name != "Harbour Lending" || v.Company.Name != "Harbour Bakery":
			t.Fatalf("the link leads to %s of %+v for %+v", v.Step, v.Company, v.Client)
		case len(v.Helper.DataTypes) == 0 || v.Helper.Integration.Key != accounting || !v.Helper.Expires.Equal(waiting.HandOver.Expires):
			t.Errorf("the helper reads %+v", v.Helper)
		}
		v = h.help(v, link.Action{Action: link.ActHelp})
		if v.Step != link.StepHandoff || v.Handoff.CanHandOver {
			t.Fatalf("helping leads to %s, %+v", v.Step, v.Handoff)
		}
		w.clock.add(time.Minute)
		v = h.comeBack(w.signIn(v.Handoff.URL, "robin", "allow"))
		if v.Step != link.StepDone || !v.Done.Helper || v.Done.RedirectURL != "" || v.Main != nil {
			t.Fatalf("the helper ends on %s: %+v", v.Step, v.Done)
		}
		w.clock.add(time.Minute)
		if v, news := w.news(waiting); !news || v.Step != link.StepSuccess || v.Success.ConnectionID != conn.ID {
			t.Errorf("the owner's page shows %s, news %v", v.Step, news)
		}
		w.alive()
		w.twoRecords(conn.ID, h)
		if v := h.open("").View; v.Step != link.StepDone || !v.Done.Helper {
			t.Errorf("coming back later shows %s", v.Step)
		}
	})
}

// twoRecords proves that the owner's consent and the helper's sign-in stay
// apart, and that the timeline tells of both.
func (w *world) twoRecords(conn bowline.ID, h *helper) {
	w.t.Helper()
	ctx := w.t.Context()
	consents, err := w.store.Consents(ctx, w.instance, conn)
	must(w.t, err)
	asked, err := w.store.HandOvers(ctx, conn)
	must(w.t, err)
	if len(consents) != 1 || consents[0].GrantedFrom != w.browser.Address || consents[0].UserAgent != "Test" {
		w.t.Errorf("the owner's consent is recorded as %+v", consents)
	}
	if len(asked) != 1 || asked[0].OpenedFrom != h.browser.Address || asked[0].UserAgent != "Helper" ||
		asked[0].OpenedAt == nil || asked[0].FinishedAt == nil || asked[0].AuthorizationID == "" {
		w.t.Fatalf("the helper's sign-in is recorded as %+v", asked)
	}
	a, err := w.store.Authorization(ctx, asked[0].AuthorizationID)
	if err != nil || a.HandOverID != asked[0].ID || a.Status != bowline.AuthorizationLinked {
		w.t.Errorf("the hand-over names the authorization %+v (%v)", a, err)
	}
	history, err := w.store.History(ctx, w.instance, conn)
	must(w.t, err)
	var reasons []string
	for _, line := range history {
		reasons = append(reasons, string(line.To)+": "+line.Reason)
	}
	want := "PendingAuth: |PendingAuth: Handed to a colleague.|Linked: A colleague signed in."
	if got := strings.Join(reasons, "|"); got != want {
		w.t.Errorf("the timeline is %q, want %q", got, want)
	}
	if got := w.events(); got != "connection.created connection.connected" {
		w.t.Errorf("events: %s", got)
	}
}

// TestOwnerHears waits on the same page all the time, hosted and embedded.
func TestOwnerHears(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w, options: "{}"}
		waiting := p.do(p.load(""), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		waiting = p.do(waiting, link.Action{Action: link.ActHandOver, IntegrationKey: accounting})
		waiting = p.do(waiting, link.Action{Action: link.ActAccept})
		h := w.helper()
		v := h.help(h.open(codeOf(waiting.HandOver.URL)).View, link.Action{Action: link.ActHelp})
		v = h.comeBack(w.signIn(v.Handoff.URL, "robin", "deny"))
		if v.Step != link.StepError || !v.Error.CanRetry || v.Main != nil {
			t.Fatalf("declining shows the helper %s: %+v", v.Step, v.Error)
		}
		if _, news := p.check(waiting); news {
			t.Error("the owner is bothered with what the helper can repeat")
		}
		v = h.help(v, link.Action{Action: link.ActRetry})
		if v = h.comeBack(w.signIn(v.Handoff.URL, "robin", "allow")); v.Step != link.StepDone {
			t.Fatalf("the second try ends on %s: %+v", v.Step, v.Error)
		}
		if len(v.Events) > 0 {
			t.Error("a helper's page is told callbacks")
		}
		if v, news := p.check(waiting); !news || v.Step != link.StepSuccess {
			t.Errorf("the owner's page shows %s", v.Step)
		}
		if got, want := strings.Join(p.told, " "), "consent connectionStarted connection"; got != want {
			t.Errorf("the host heard %q, want %q", got, want)
		}
	})
}

// TestHandOverOnTheWay hands over from the hand-off: the consent stands.
func TestHandOverOnTheWay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.act(w.toHandoff(accounting, bowline.Accounting), link.Action{Action: link.ActHandOver})
		if v.Step != link.StepHandOver {
			t.Fatalf("handing over leads to %s", v.Step)
		}
		first := codeOf(v.HandOver.URL)
		if back := w.act(v, link.Action{Action: link.ActSignIn}); back.Step != link.StepHandoff {
			t.Errorf("signing in after all leads to %s", back.Step)
		}
		v = w.act(w.toHandoff(accounting, bowline.Accounting), link.Action{Action: link.ActHandOver})
		h := w.helper()
		if v := h.open(first).View; v.Step != link.StepExpired {
			t.Errorf("the earlier link shows %s", v.Step)
		}
		if v := h.open(codeOf(v.HandOver.URL)).View; v.Step != link.StepHelper || len(v.Helper.DataTypes) == 0 {
			t.Errorf("the last link shows %s", v.Step)
		}
		consents, err := w.store.Consents(t.Context(), w.instance, w.connections()[0].ID)
		if err != nil || len(consents) != 1 {
			t.Errorf("%d consents are recorded (%v)", len(consents), err)
		}
	})
}

// TestHandOverOpensOnce lets many open one link at the same time.
func TestHandOverOpensOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		code := codeOf(w.handOver().HandOver.URL)
		var won, lost atomic.Int64
		var browsers sync.WaitGroup
		for range 8 {
			browsers.Go(func() {
				h := w.helper()
				switch v := h.open(code).View; v.Step {
				case link.StepHelper:
					won.Add(1)
					if again := h.open(code).View; again.Step != link.StepHelper {
						t.Errorf("who opened it comes back to %s", again.Step)
					}
				case link.StepExpired:
					lost.Add(1)
					if v.Company.Name != "" || v.Client.Name != "" || v.Flow != "" {
						t.Errorf("a used link tells %+v", v)
					}
				}
			})
		}
		browsers.Wait()
		if won.Load() != 1 || lost.Load() != 7 {
			t.Errorf("%d browsers opened it, %d did not", won.Load(), lost.Load())
		}
	})
}

// TestHandOverEnds has a row for each way in which a link is over.
func TestHandOverEnds(t *testing.T) {
	for name, end := range map[string]func(w *world, waiting link.View){
		"time": func(w *world, _ link.View) { w.clock.add(7 * 24 * time.Hour) },
		"the owner signed in": func(w *world, waiting link.View) {
			v := w.act(waiting, link.Action{Action: link.ActSignIn})
			w.clock.add(time.Second)
			w.complete(w.signIn(v.Handoff.URL, "robin", "allow"))
		},
		"the connection was removed": func(w *world, _ link.View) { w.remove() },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				waiting := w.handOver()
				early, late := w.helper(), w.helper()
				before := early.open(codeOf(waiting.HandOver.URL)).View
				w.clock.add(time.Second)
				end(w, waiting)
				if v := late.open(codeOf(waiting.HandOver.URL)).View; v.Step != link.StepExpired {
					t.Errorf("another browser is shown %s", v.Step)
				}
				if v := early.open("").View; v.Step != link.StepExpired {
					t.Errorf("coming back shows %s", v.Step)
				}
				v, _, err := w.service.ActHelper(t.Context(), link.Action{Flow: before.Flow, Action: link.ActHelp}, early.browser)
				if err == nil && v.Step != link.StepExpired || err != nil && bowline.CodeOf(err) != bowline.CodeExpired {
					t.Errorf("a tab that was left open leads to %s (%v)", v.Step, err)
				}
			})
		})
	}
}

// TestCodesAreNotStored looks for the codes in the database.
func TestCodesAreNotStored(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.handOver()
		code := strings.ToUpper(codeOf(v.HandOver.URL))
		if len(code)*5 < 128 {
			t.Errorf("a code has %d bits", len(code)*5)
		}
		asked, err := w.store.HandOvers(t.Context(), w.connections()[0].ID)
		must(t, err)
		kept, err := json.Marshal(asked)
		must(t, err)
		if strings.Contains(strings.ToUpper(string(kept)), code) || strings.Contains(strings.ToUpper(v.Flow), code) {
			t.Error("the code is kept")
		}
	})
}

// TestHandOverCanBeOff: the setting hides it, and the server refuses it.
func TestHandOverCanBeOff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		settings := bowline.DefaultLinkSettings()
		settings.HandOver = false
		w.set(settings)
		v := w.act(w.boot(), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		if v.Picker.CanHandOver {
			t.Error("the picker offers it")
		}
		a := link.Action{Flow: v.Flow, Action: link.ActHandOver, IntegrationKey: accounting}
		if _, _, err := w.service.Act(t.Context(), w.company, a, w.browser); bowline.CodeOf(err) != bowline.CodeInvalid {
			t.Errorf("the picker's action is answered %v", err)
		}
		v = w.toHandoff(accounting, bowline.Accounting)
		_, _, err := w.service.Act(t.Context(), w.company, link.Action{Flow: v.Flow, Action: link.ActHandOver}, w.browser)
		if v.Handoff.CanHandOver || bowline.CodeOf(err) != bowline.CodeInvalid {
			t.Errorf("the hand-off offers it: %v, %v", v.Handoff.CanHandOver, err)
		}
	})
}

// set stores settings of the fintech.
func (w *world) set(l bowline.LinkSettings) {
	w.t.Helper()
	must(w.t, w.store.Write(w.t.Context(), func(tx *store.Tx) error { return tx.PutLinkSettings(w.t.Context(), w.instance, l) }))
}
