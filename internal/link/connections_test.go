package link_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// otherCompany makes one of the same instance, with a connection.
func (w *world) otherCompany() bowline.Company {
	w.t.Helper()
	return storetest.Add(w.t, w.store, storetest.NewCompany(w.instance, "Quay Books"), bowline.Accounting)
}

// TestConnectionsSDK goes round in the Connections SDK (link.md 3.2): without
// the setting, without the fintech's looks, and with callbacks of its own.
func TestConnectionsSDK(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		must(t, w.store.Write(t.Context(), func(tx *store.Tx) error {
			return tx.PutBranding(t.Context(), w.instance, bowline.Branding{PrimaryColor: "#123456", HeroURL: "https://lender.example/hero.png"})
		}))
		p := &hostPage{world: w, bearer: true, only: true,
			options: `{"theme":{},"text":{"accounting.connectionDetails.dataTypes":["**Invoices**"],"banking.connectionDetails.dataTypes":["Balances"]}}`}
		v := p.load("")
		if v.Step != link.StepManage || v.Post != link.ConnectionsPath || v.Manage.Title != "Manage connected accounts" || v.Manage.CanConnect || v.Manage.CanFinish ||
			v.Company != (link.CompanyView{}) || v.Client.PrimaryColor != "" || v.Client.HeroURL != "" || v.Client.Name != "Harbour Lending" {
			t.Fatalf("%+v, %+v", v, v.Manage)
		}
		if len(v.Warnings) != 1 || !strings.Contains(v.Warnings[0], "theme") {
			t.Errorf("warnings %q", v.Warnings)
		}
		v = p.do(v, link.Action{Action: link.ActDetails, ConnectionID: first.ID})
		if !slices.Equal(v.Managed.DataTypes, []string{"**Invoices**"}) {
			t.Errorf("data types %q", v.Managed.DataTypes)
		}
		v = p.do(v, link.Action{Action: link.ActDisconnect})
		if !slices.Equal(v.Disconnect.DataTypes, []string{"**Invoices**"}) || v.Exit != link.ExitClose {
			t.Errorf("%+v, X does %q", v.Disconnect, v.Exit)
		}
		v = p.do(v, link.Action{Action: link.ActConfirm})
		v = p.do(v, link.Action{Action: link.ActContinue})
		detail := p.do(v, link.Action{Action: link.ActDetails, ConnectionID: first.ID})
		waiting := p.do(detail, link.Action{Action: link.ActReconnect})
		if waiting.Step != link.StepHandoff || waiting.Handoff.Mode != link.HandoffTab || waiting.Handoff.CanHandOver {
			t.Fatalf("step %s, %+v", waiting.Step, waiting.Handoff)
		}
		p.tab(waiting.Handoff.URL, "zoe", "allow")
		v, _ = p.check(waiting)
		if v.Step != link.StepMismatch || v.Managed == nil || v.Exit != link.ExitClose {
			t.Fatalf("another business shows %s", v.Step)
		}
		v = p.do(v, link.Action{Action: link.ActRetry})
		reloaded := p.load(v.Flow)
		if reloaded.Step != link.StepHandoff || reloaded.Post != link.ConnectionsPath {
			t.Fatalf("a reload while waiting shows %s", reloaded.Step)
		}
		p.tab(v.Handoff.URL, "robin", "allow")
		v = p.load(reloaded.Flow)
		if v.Step != link.StepSuccess || v.Manage == nil || v.Main != nil {
			t.Fatalf("a reload after the sign-in shows %s", v.Step)
		}
		if c := w.alive(); c.ID != first.ID {
			t.Error("the connection is another one")
		}
		if v = p.do(v, link.Action{Action: link.ActContinue}); v.Step != link.StepManage {
			t.Errorf("after the success: %s", v.Step)
		}
		if got, want := strings.Join(p.told, ", "), "disconnect, error 409, reconnect"; got != want {
			t.Errorf("callbacks: %s, want %s", got, want)
		}
		if got, want := w.events(), "connection.created connection.connected connection.disconnected connection.reconnected"; got != want {
			t.Errorf("events: %s, want %s", got, want)
		}
	})
}

// TestConnectionsSDKDoesNothingElse: no action of the journey leads out of it,
// and its flows are good for no other place, nor theirs for it.
func TestConnectionsSDKDoesNothingElse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		p := &hostPage{world: w, bearer: true, only: true}
		list := p.load("")
		detail := p.do(list, link.Action{Action: link.ActDetails, ConnectionID: first.ID})
		w.unlink(first)
		handoff := p.do(detail, link.Action{Action: link.ActReconnect})
		p.tab(handoff.Handoff.URL, "robin", "deny")
		failed, _ := p.check(handoff)
		if failed.Step != link.StepError || failed.Manage == nil || failed.Main != nil || failed.Error.CanHandOver {
			t.Fatalf("step %s, %+v", failed.Step, failed.Error)
		}
		for _, v := range []link.View{list, detail, handoff, failed} {
			for _, action := range []string{
				link.ActConnect, link.ActFinish, link.ActHandOver, link.ActDevice, link.ActAddAnother, link.ActManage, link.ActShare, link.ActChoose,
			} {
				_, _, err := w.service.Act(t.Context(), w.company, link.Action{Flow: v.Flow, Action: action}, p.embedded())
				if bowline.CodeOf(err) != bowline.CodeInvalid {
					t.Errorf("%s on %s: %v", action, v.Step, err)
				}
			}
		}
		if v := p.do(failed, link.Action{Action: link.ActContinue}); v.Step != link.StepManage {
			t.Errorf("after the failure: %s", v.Step)
		}
		linked := &hostPage{world: w, bearer: true}
		for name, try := range map[string]struct {
			flow    string
			browser link.Browser
		}{
			"its flow in Link":         {list.Flow, linked.embedded()},
			"its flow on our pages":    {list.Flow, w.browser},
			"Link's flow in it":        {linked.load("").Flow, p.embedded()},
			"a flow of our pages":      {w.boot().Flow, p.embedded()},
			"its flow, another's page": {list.Flow, link.Browser{Embedded: true, Bearer: true, Origin: hostOrigin}},
		} {
			_, _, err := w.service.Act(t.Context(), w.company, link.Action{Flow: try.flow, Action: link.ActBack}, try.browser)
			if bowline.CodeOf(err) != bowline.CodeInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if v := linked.load(handoff.Flow); v.Step != link.StepMain { // a proof to go on with
			t.Errorf("Link resumes what was begun in the Connections SDK: %s", v.Step)
		}
		if _, _, err := w.service.Act(t.Context(), w.otherCompany().ID, link.Action{Flow: list.Flow, Action: link.ActBack}, p.embedded()); bowline.CodeOf(err) != bowline.CodeInvalid {
			t.Errorf("with the token of another company: %v", err)
		}
	})
}

// TestConnectionsSDKOutsideOfItsPage: whoever lost the page can finish the
// sign-in in the provider's tab, and nothing more.
func TestConnectionsSDKOutsideOfItsPage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		w.unlink(first)
		p := &hostPage{world: w, bearer: true, only: true}
		begin := func() link.View {
			v := p.do(p.load(""), link.Action{Action: link.ActDetails, ConnectionID: first.ID})
			return p.do(v, link.Action{Action: link.ActReconnect})
		}
		goOn := func(r link.Return) link.View {
			t.Helper()
			closed, err := w.service.Closed(t.Context(), r.Authorization, w.browser)
			must(t, err)
			return w.act(closed, link.Action{Action: link.ActContinue})
		}
		failed := goOn(p.tab(begin().Handoff.URL, "robin", "deny"))
		if failed.Step != link.StepError || failed.Main != nil || failed.Manage != nil || failed.Company.ID != "" {
			t.Fatalf("step %s, %+v", failed.Step, failed)
		}
		if v := w.act(failed, link.Action{Action: link.ActContinue}); v.Step != link.StepDone || len(v.Done.Connections) != 0 {
			t.Errorf("leaving the failure shows %s", v.Step)
		}
		if v := goOn(p.tab(begin().Handoff.URL, "robin", "allow")); v.Step != link.StepDone || len(v.Done.Connections) != 1 || v.Main != nil {
			t.Errorf("a success shows %s", v.Step)
		}
		w.alive()
	})
}

// TestConnectionsSDKSpeaks: every screen can be drawn in another language.
func TestConnectionsSDKSpeaks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		w.overseen(func(l *bowline.LinkSettings) {
			l.Locales = []string{"en-US", "de-DE"}
			l.ManageConnections.Title = "Everything of yours"
		})
		for _, only := range []bool{true, false} {
			p := &hostPage{world: w, bearer: true, only: only}
			title := map[bool]string{true: "Verbundene Konten verwalten", false: "Verbundene Plattformen verwalten"}[only]
			speak := func(v link.View) {
				t.Helper()
				told := len(p.told)
				got := p.do(v, link.Action{Action: link.ActLanguage, Locale: "de-DE"})
				if got.Step != v.Step || got.Locale != "de-DE" || got.Manage != nil && got.Manage.Title != title || len(p.told) != told {
					t.Errorf("%s becomes %s in %s, %+v", v.Step, got.Step, got.Locale, got.Manage)
				}
			}
			list := p.load("")
			speak(list)
			detail := p.do(list, link.Action{Action: link.ActDetails, ConnectionID: first.ID})
			speak(detail)
			asked := p.do(detail, link.Action{Action: link.ActDisconnect})
			speak(asked)
			gone := p.do(asked, link.Action{Action: link.ActConfirm})
			speak(gone)
			waiting := p.do(p.do(p.do(gone, link.Action{Action: link.ActBack}), link.Action{Action: link.ActDetails, ConnectionID: first.ID}), link.Action{Action: link.ActReconnect})
			p.tab(waiting.Handoff.URL, "zoe", "allow")
			wrong, _ := p.check(waiting)
			if wrong.Step != link.StepMismatch {
				t.Fatalf("step %s", wrong.Step)
			}
			speak(wrong)
			again := p.do(wrong, link.Action{Action: link.ActRetry})
			p.tab(again.Handoff.URL, "robin", "allow")
			done, _ := p.check(again)
			speak(done)
		}
	})
}

// TestOptionsOfTheConnectionsSDK that cannot be read are refused, at each step.
func TestOptionsOfTheConnectionsSDK(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w, bearer: true, only: true}
		v := p.load("")
		for _, action := range []string{link.ActBoot, link.ActBack} {
			act := w.service.Act
			if action == link.ActBoot {
				act = w.service.BootConnections
			}
			_, _, err := act(t.Context(), w.company, link.Action{Flow: v.Flow, Action: action, Options: json.RawMessage(`{"text":7}`)}, p.embedded())
			if bowline.CodeOf(err) != bowline.CodeInvalid {
				t.Errorf("%s: %v", action, err)
			}
		}
	})
}

// TestAdmitConnections wants a token even where Link does without.
func TestAdmitConnections(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		settings := bowline.DefaultLinkSettings()
		settings.AllowTokenless = true
		must(t, w.store.Write(t.Context(), func(tx *store.Tx) error {
			if err := tx.PutLinkSettings(t.Context(), w.instance, settings); err != nil {
				return err
			}
			return tx.PutAllowedOrigins(t.Context(), w.instance, bowline.AllowedOrigins{AllowedOrigins: []string{hostOrigin}})
		}))
		mine, other := link.Bearer{Instance: w.instance, Company: w.company}, bowline.NewID(w.clock.Now())
		for name, tt := range map[string]struct {
			bearer link.Bearer
			origin string
			want   bowline.Code
		}{
			"a token":                          {mine, hostOrigin, ""},
			"no token":                         {link.Bearer{}, hostOrigin, bowline.CodeUnauthorized},
			"another origin":                   {mine, "https://evil.example", bowline.CodeForbidden},
			"no origin":                        {mine, "", bowline.CodeForbidden},
			"a company of another instance":    {link.Bearer{Instance: other, Company: w.company}, hostOrigin, bowline.CodeForbidden},
			"a company that was deleted since": {link.Bearer{Instance: w.instance, Company: other}, hostOrigin, bowline.CodeNotFound},
		} {
			err := w.service.AdmitConnections(t.Context(), tt.bearer, tt.origin)
			if tt.want == "" && err != nil || tt.want != "" && bowline.CodeOf(err) != tt.want {
				t.Errorf("%s: %v, want %q", name, err, tt.want)
			}
		}
	})
}

// TestTheSameBusinessAgain: picking anew what was connected before brings that
// connection back, with its id and history, and takes the place of another one
// of a type that exists once.
func TestTheSameBusinessAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		w.unlink(first)
		v := w.toHandoff(accounting, bowline.Accounting)
		v = w.result(w.complete(w.signIn(v.Handoff.URL, "zoe", "allow")))
		v = w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: v.Tenants.Items[0].ID})
		second := v.Success.ConnectionID
		if second == first.ID || v.Success.Again {
			t.Fatalf("another business: %+v", v.Success)
		}
		v = w.toHandoff(accounting, bowline.Accounting)
		v = w.result(w.complete(w.signIn(v.Handoff.URL, "robin", "allow")))
		if v.Step != link.StepSuccess || v.Success.ConnectionID != first.ID || !v.Success.Again {
			t.Fatalf("the first business again: %s, %+v", v.Step, v.Success)
		}
		for _, c := range w.connections() {
			want := map[bowline.ID]bowline.Status{first.ID: bowline.Linked, second: bowline.Unlinked}[c.ID]
			if c.Status != want || w.hasGrant(c.ID) != (want == bowline.Linked) {
				t.Errorf("connection %s is %s, want %q", c.ID, c.Status, want)
			}
		}
		if got := w.events(); !strings.HasSuffix(got, "connection.created connection.deleted connection.disconnected connection.reconnected") {
			t.Errorf("events: %s", got)
		}
	})
}
