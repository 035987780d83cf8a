package link_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store"
)

// TestCallbackOrder has a case for each row of link.md 1.4 that needs no form.
func TestCallbackOrder(t *testing.T) {
	finish := func(p *hostPage, v link.View) {
		v = p.do(v, link.Action{Action: link.ActContinue})
		p.do(v, link.Action{Action: link.ActFinish})
	}
	result := func(p *hostPage, account, decision string) link.View {
		v := p.toTab()
		if _, news := p.check(v); news {
			p.t.Error("there was news before anything happened")
		}
		p.tab(v.Handoff.URL, account, decision)
		v, news := p.check(v)
		if !news {
			p.t.Fatal("no news after the sign-in")
		}
		return v
	}
	for name, test := range map[string]struct {
		options, want string
		play          func(p *hostPage)
	}{
		"connect": {want: "consent, connectionStarted, connection, finish", play: func(p *hostPage) {
			finish(p, result(p, "robin", "allow"))
		}},
		"cancelled at the provider": {want: "consent, connectionStarted, error 403", play: func(p *hostPage) {
			if v := result(p, "robin", "deny"); v.Step != link.StepError || !v.Error.CanRetry {
				p.t.Errorf("step %s, %+v", v.Step, v.Error)
			}
		}},
		"several entities": {options: `{"enableMultiEntityLinking":true}`,
			want: "consent, connectionStarted, connection, connection, connection, finish",
			play: func(p *hostPage) {
				v := result(p, "sam", "allow")
				if v.Step != link.StepTenants || !v.Tenants.Multiple {
					p.t.Fatalf("step %s, %+v", v.Step, v.Tenants)
				}
				var all []string
				for _, item := range v.Tenants.Items {
					all = append(all, item.ID)
				}
				finish(p, p.do(v, link.Action{Action: link.ActSelectTenants, TenantIDs: all}))
			}},
		"resumed": {want: "consent, connectionStarted, connectionStarted, connection", play: func(p *hostPage) {
			p.toTab()
			v := p.do(p.load(""), link.Action{Action: link.ActResume, ConnectionID: p.connections()[0].ID})
			p.tab(v.Handoff.URL, "robin", "allow")
			p.check(v)
		}},
		"additional consent": {options: `{"enableAdditionalConsent":true}`, want: "consent, finish", play: func(p *hostPage) {
			p.story()
			p.clock.add(time.Hour)
			v := p.load("")
			if card := v.Main.Types[0]; card.State != "shareable" || !v.Main.CanFinish { // what is linked satisfies (link.md 1.3.3)
				p.t.Fatalf("the card is %+v", card)
			}
			v = p.do(v, link.Action{Action: link.ActShare, SourceType: bowline.Accounting})
			v = p.do(v, link.Action{Action: link.ActShare})
			if v.Step != link.StepShared || !v.Main.CanFinish {
				p.t.Fatalf("step %s", v.Step)
			}
			finish(p, v)
			consents, err := p.store.Consents(p.t.Context(), p.instance, p.connections()[0].ID)
			must(p.t, err)
			if len(consents) != 2 || consents[1].Kind != bowline.ConsentAdditional || p.events() != "connection.created connection.connected" {
				p.t.Errorf("consents %+v, events %s", consents, p.events())
			}
		}},
		"not listed": {want: "error 501, finish", play: func(p *hostPage) {
			v := p.do(p.load(""), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
			v = p.do(v, link.Action{Action: link.ActNotListed})
			v = p.do(v, link.Action{Action: link.ActRequest, Name: "  Abacus\u0000 2000 "})
			if !v.NotListed.Sent || v.NotListed.Name != "Abacus 2000" {
				p.t.Errorf("%+v", v.NotListed)
			}
			p.do(v, link.Action{Action: link.ActLeave})
			wishes, err := p.store.IntegrationRequests(p.t.Context(), p.instance, 10)
			must(p.t, err)
			if len(wishes) != 1 || wishes[0].Name != "Abacus 2000" || wishes[0].SourceType != bowline.Accounting {
				p.t.Errorf("wishes %+v", wishes)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				p := &hostPage{world: w, options: test.options}
				test.play(p)
				if got := strings.Join(p.told, ", "); got != test.want {
					t.Errorf("callbacks: %s\nwant:      %s", got, test.want)
				}
			})
		})
	}
}

// TestReloadWhileWaiting is link.md 7.2, row 8: the result reaches a page that
// was loaded anew meanwhile.
func TestReloadWhileWaiting(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w}
		v := p.toTab()
		waiting := p.load(v.Flow)
		if waiting.Step != link.StepHandoff || waiting.Handoff.Mode != link.HandoffTab {
			t.Fatalf("a reload while waiting shows %s", waiting.Step)
		}
		p.tab(v.Handoff.URL, "robin", "allow") // the tab that was open before the reload
		if got := p.load(waiting.Flow); got.Step != link.StepSuccess {
			t.Errorf("a reload after the sign-in shows %s", got.Step)
		}
		if got, want := strings.Join(p.told, ", "), "consent, connectionStarted, connection"; got != want {
			t.Errorf("callbacks: %s, want %s", got, want)
		}
	})
}

// TestReturnPage says who learns what in the provider's tab.
func TestReturnPage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w}
		v := p.toTab()
		r := p.tab(v.Handoff.URL, "sam", "allow")
		if !r.Closed || r.RedirectURL != "" {
			t.Fatalf("the tab goes to %+v", r)
		}
		closed, err := w.service.Closed(t.Context(), r.Authorization, w.browser)
		must(t, err)
		if closed.Step != link.StepClosed || closed.Closed.Outcome != link.ClosedChoose {
			t.Fatalf("the tab shows %s, %+v", closed.Step, closed.Closed)
		}
		stranger, err := w.service.Closed(t.Context(), r.Authorization, link.Browser{Cookies: link.Cookies{}})
		must(t, err)
		if stranger.Step != link.StepNotFound {
			t.Errorf("a stranger is shown %s", stranger.Step)
		}
		here := w.act(closed, link.Action{Action: link.ActContinue})
		if here.Step != link.StepTenants || !strings.HasPrefix(here.Post, "/link/") {
			t.Errorf("going on in the tab shows %s, posting to %s", here.Step, here.Post)
		}
	})
}

// TestLeaveHostPage is for browsers that open no tabs: the host page itself is
// left and found again, and no other address can be returned to.
func TestLeaveHostPage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w}
		v := p.toTab()
		for _, evil := range []string{
			"https://evil.example/", "https://app.fintech.example.evil.example/", "https://user@app.fintech.example/",
			"http://app.fintech.example/", "//app.fintech.example/", "javascript:alert(1)", "/relative", "https://app.fintech.example:8443/",
		} {
			_, _, err := w.service.Act(t.Context(), w.company, link.Action{Flow: v.Flow, Action: link.ActRetry, Return: evil}, p.embedded())
			if bowline.CodeOf(err) != bowline.CodeInvalid {
				t.Errorf("return to %s: %v", evil, err)
			}
		}
		back := hostOrigin + "/apply?step=2"
		v = p.do(v, link.Action{Action: link.ActRetry, Return: back + "#form"})
		if v.Handoff.Mode != link.HandoffRedirect {
			t.Fatalf("mode %s", v.Handoff.Mode)
		}
		if r := p.tab(v.Handoff.URL, "robin", "allow"); r.RedirectURL != back {
			t.Errorf("the browser goes to %q, want %q", r.RedirectURL, back)
		}
		if got := p.load(v.Flow); got.Step != link.StepSuccess {
			t.Errorf("the host page shows %s", got.Step)
		}
	})
}

// TestTicketsEnd says that the address of a tab is good for minutes only, and
// for nothing else.
func TestTicketsEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w}
		v := p.toTab()
		u, err := url.Parse(v.Handoff.URL)
		must(t, err)
		for name, text := range map[string]string{"forged": "x" + u.Query().Get("ticket"), "a flow": v.Flow, "none": ""} {
			_, _, view, err := w.service.OpenTicket(t.Context(), text)
			must(t, err)
			if view == nil || view.Step != link.StepError {
				t.Errorf("a ticket that is %s: %+v", name, view)
			}
		}
		w.clock.add(11 * time.Minute)
		_, _, view, err := w.service.OpenTicket(t.Context(), u.Query().Get("ticket"))
		must(t, err)
		if view == nil || view.Step != link.StepError {
			t.Errorf("an old ticket: %+v", view)
		}
	})
}

// TestAdmit is the table of who may embed a journey.
func TestAdmit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		must(t, w.store.Write(t.Context(), func(tx *store.Tx) error {
			return tx.PutAllowedOrigins(t.Context(), w.instance, bowline.AllowedOrigins{AllowedOrigins: []string{hostOrigin}})
		}))
		now := w.clock.Now()
		mine := link.Bearer{Instance: w.instance, Company: w.company}
		check := func(name string, company bowline.ID, bearer link.Bearer, origin string, want bowline.Code) {
			t.Helper()
			err := w.service.Admit(t.Context(), company, bearer, origin)
			if want == "" && err != nil || want != "" && bowline.CodeOf(err) != want {
				t.Errorf("%s: %v, want %q", name, err, want)
			}
		}
		other := bowline.NewID(now)
		check("a token of the company", w.company, mine, hostOrigin, "")
		check("no token", w.company, link.Bearer{}, hostOrigin, bowline.CodeUnauthorized)
		check("a token of another company", w.company, link.Bearer{Instance: w.instance, Company: other}, hostOrigin, bowline.CodeForbidden)
		check("a token of another instance", w.company, link.Bearer{Instance: other, Company: w.company}, hostOrigin, bowline.CodeForbidden)
		check("another origin", w.company, mine, "https://evil.example", bowline.CodeForbidden)
		check("no origin", w.company, mine, "", bowline.CodeForbidden)
		check("a company that is gone", other, link.Bearer{Instance: w.instance, Company: other}, hostOrigin, bowline.CodeNotFound)
		check("a company that somebody guesses without a token", other, link.Bearer{}, hostOrigin, bowline.CodeUnauthorized)
		check("a company that somebody guesses", other, mine, hostOrigin, bowline.CodeForbidden)

		settings := bowline.DefaultLinkSettings()
		settings.AllowTokenless = true
		must(t, w.store.Write(t.Context(), func(tx *store.Tx) error { return tx.PutLinkSettings(t.Context(), w.instance, settings) }))
		check("no token, where that is allowed", w.company, link.Bearer{}, hostOrigin, "")
		check("no token, from another origin", w.company, link.Bearer{}, "https://evil.example", bowline.CodeForbidden)
	})
}

// TestFlowsStayInTheirPlace keeps what a host page was given from our own
// pages, and the other way round: they are let in by different means.
func TestFlowsStayInTheirPlace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w}
		for name, try := range map[string]struct {
			flow    string
			browser link.Browser
		}{
			"a host page's flow on ours": {p.load("").Flow, w.browser},
			"our flow in a host page":    {w.boot().Flow, p.embedded()},
		} {
			_, _, err := w.service.Act(t.Context(), w.company, link.Action{
				Flow: try.flow, Action: link.ActConnect, SourceType: bowline.Accounting,
			}, try.browser)
			if bowline.CodeOf(err) != bowline.CodeInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestConsentSaysWhatFollows keeps a tab from being opened for a sign-in that
// does not come yet.
func TestConsentSaysWhatFollows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for key, want := range map[string]bool{accounting: true, "gtrn": false, "wvtc": false} {
			p := &hostPage{world: w}
			of := bowline.Accounting
			if key == "wvtc" {
				of = bowline.Commerce
			}
			v := p.do(p.load(""), link.Action{Action: link.ActConnect, SourceType: of})
			v = p.do(v, link.Action{Action: link.ActChoose, IntegrationKey: key})
			if v.Consent == nil || v.Consent.Leads != want {
				t.Errorf("%s: step %s, %+v", key, v.Step, v.Consent)
			}
		}
	})
}

// TestWaitingAgain waits for a sign-in of a connection that was linked before and
// lost: what was there before is no news. While it is linked, that is the news.
func TestWaitingAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w}
		v := p.toTab()
		p.tab(v.Handoff.URL, "robin", "allow")
		w.clock.add(time.Minute)
		if got := p.do(v, link.Action{Action: link.ActRetry}); got.Step != link.StepSuccess {
			t.Errorf("signing in once more to what works leads to %s", got.Step)
		}
		w.unlink(w.connections()[0])
		again := p.do(v, link.Action{Action: link.ActRetry})
		if _, news := p.check(again); news {
			t.Error("the sign-in before counts as the result of a new one")
		}
		p.tab(again.Handoff.URL, "robin", "allow")
		if got, news := p.check(again); !news || got.Step != link.StepSuccess {
			t.Errorf("after the new sign-in: news %v, step %s", news, got.Step)
		}
	})
}
