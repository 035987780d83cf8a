package link_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store/storetest"
)

// look is a member of staff who looks at a draft.
type look struct {
	*world
	kept  link.KeptDraft
	draft link.Draft
}

func (w *world) look(change func(*link.Draft)) *look {
	w.t.Helper()
	l := &look{world: w, draft: link.Draft{
		Link: bowline.DefaultLinkSettings(), Branding: bowline.Branding{PrimaryColor: "#0b5"},
		Profile: link.DraftProfile{Name: "Draft & Sons", LogoURL: "https://draft.example/logo.png"},
	}}
	if change != nil {
		change(&l.draft)
	}
	l.keep()
	return l
}

// keep brings the draft to the server, the first time or again.
func (l *look) keep() {
	l.t.Helper()
	kept, err := l.service.KeepDraft(l.t.Context(), link.DraftKey{Instance: l.instance, ID: l.kept.ID}, l.draft)
	must(l.t, err)
	l.kept = kept
}

func (l *look) do(v link.View, a link.Action) link.View {
	l.t.Helper()
	a.Flow = v.Flow
	next, err := l.service.Preview(l.t.Context(), l.kept.ID, l.kept.Token, a)
	if err != nil {
		l.t.Fatalf("%s on %s: %v", a.Action, v.Step, err)
	}
	return next
}

func (l *look) boot() link.View { return l.do(link.View{}, link.Action{Action: link.ActBoot}) }

// TestPreviewWritesNothing goes through everything that can be done in a preview,
// and compares all tables before and after.
func TestPreviewWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.look(func(d *link.Draft) {
			d.Link.Landing = bowline.LandingSettings{Enabled: true, Title: "Hello", CompanyLogo: true}
			d.Link.ManageConnections = bowline.ManageSettings{Enabled: true, Title: "Yours"}
			d.Link.MultiEntity = true
			d.Link.Locales = []string{"en-US", "fr-CA"}
		})
		before := storetest.Dump(t, w.store)
		v := l.boot()
		want := func(step link.Step) {
			t.Helper()
			if v.Step != step {
				t.Fatalf("step %s, want %s", v.Step, step)
			}
		}
		act := func(a link.Action) { t.Helper(); v = l.do(v, a) }
		want(link.StepLanding)
		if v.Client.Name != "Draft & Sons" || v.Client.PrimaryColor != "#0b5" || v.Landing.Title != "Hello" || !v.Landing.ShowLogo {
			t.Errorf("not the draft is shown: %+v %+v", v.Client, v.Landing)
		}
		act(link.Action{Action: link.ActLanguage, Locale: "fr-CA"})
		act(link.Action{Action: link.ActLanguage, Locale: "en-US"})
		act(link.Action{Action: link.ActStart})
		want(link.StepMain)
		act(link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		act(link.Action{Action: link.ActNotListed})
		act(link.Action{Action: link.ActRequest, Name: "Abacus"})
		want(link.StepNotListed)
		act(link.Action{Action: link.ActBack})
		act(link.Action{Action: link.ActDevice})
		want(link.StepDevice)
		act(link.Action{Action: link.ActBack})
		act(link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		act(link.Action{Action: link.ActHandOver, IntegrationKey: accounting})
		want(link.StepConsent)
		act(link.Action{Action: link.ActAccept})
		want(link.StepHandOver)
		act(link.Action{Action: link.ActContinue})
		want(link.StepMain)
		pending := v.Main.Types[0]
		if pending.State != "pending" || len(pending.Connections) != 1 {
			t.Fatalf("after the hand-over: %+v", pending)
		}
		act(link.Action{Action: link.ActResume, ConnectionID: pending.Connections[0].ID})
		if v.Step == link.StepTenants {
			if !v.Tenants.Multiple || len(v.Tenants.Items) < 2 {
				t.Errorf("tenants: %+v", v.Tenants)
			}
			act(link.Action{Action: link.ActSelectTenants, TenantIDs: []string{"1"}})
		}
		want(link.StepSuccess)
		if !slices.ContainsFunc(v.Events, func(e link.Event) bool { return e.Type == link.EventConnection }) {
			t.Errorf("events %+v", v.Events)
		}
		act(link.Action{Action: link.ActContinue})
		want(link.StepMain)
		if v.Main.Types[0].State != "linked" || !v.Main.CanManage {
			t.Fatalf("after the success: %+v", v.Main)
		}
		act(link.Action{Action: link.ActManage})
		want(link.StepManage)
		if v.Manage.Title != "Yours" {
			t.Errorf("manage: %+v", v.Manage)
		}
		act(link.Action{Action: link.ActDetails, ConnectionID: v.Manage.Connections[0].ID})
		act(link.Action{Action: link.ActDisconnect})
		want(link.StepDisconnect)
		act(link.Action{Action: link.ActConfirm})
		want(link.StepDisconnected)
		act(link.Action{Action: link.ActContinue})
		act(link.Action{Action: link.ActDetails, ConnectionID: v.Manage.Connections[0].ID})
		want(link.StepManaged)
		if v.Managed.CanDisconnect || !v.Managed.CanReconnect || v.Managed.EndedAt == nil {
			t.Errorf("after disconnecting: %+v", v.Managed)
		}
		act(link.Action{Action: link.ActReconnect})
		want(link.StepSuccess)
		act(link.Action{Action: link.ActFinish})
		want(link.StepDone)
		must(t, w.service.FlushVisits(t.Context()))

		for _, screen := range link.PreviewScreens() {
			l.draft.Screen = screen
			l.keep()
			everything(l, l.boot(), 3)
		}
		after := storetest.Dump(t, w.store)
		delete(before, "link_previews")
		delete(after, "link_previews")
		for table, rows := range after {
			if !slices.Equal(before[table], rows) {
				t.Errorf("%s: %d rows before, %d after", table, len(before[table]), len(rows))
			}
		}
		if len(before) != len(after) || len(after) < 20 {
			t.Errorf("%d tables", len(after))
		}
		if w.exchanges.Load()+w.revocations.Load() != 0 {
			t.Error("the provider was asked something")
		}
	})
}

// everything does whatever a screen offers, some screens deep. An error is a
// refusal, never a failure of ours.
func everything(l *look, v link.View, depth int) {
	l.t.Helper()
	if depth == 0 {
		return
	}
	for _, action := range []string{
		link.ActStart, link.ActCreate, link.ActConnect, link.ActReplace, link.ActAddAnother, link.ActResume, link.ActReconnect, link.ActShare,
		link.ActFinish, link.ActChoose, link.ActNotListed, link.ActRequest, link.ActLeave, link.ActAccept, link.ActConfirm, link.ActLater,
		link.ActSubmit, link.ActCheck, link.ActManage, link.ActDetails, link.ActDisconnect, link.ActHandOver, link.ActDevice, link.ActSignIn,
		link.ActHelp, link.ActSelectTenant, link.ActSelectTenants, link.ActCancel, link.ActContinue, link.ActRetry, link.ActBack, "bogus",
	} {
		a := link.Action{Flow: v.Flow, Action: action, SourceType: bowline.Accounting, IntegrationKey: accounting, Name: "x"}
		if v.Manage != nil && len(v.Manage.Connections) > 0 {
			a.ConnectionID = v.Manage.Connections[0].ID
		}
		next, err := l.service.Preview(l.t.Context(), l.kept.ID, l.kept.Token, a)
		switch code := bowline.CodeOf(err); {
		case err == nil:
			everything(l, next, depth-1)
		case err == link.ErrNothingNew, code == bowline.CodeInvalid, code == bowline.CodeNotFound: //nolint:errorlint // as it is
		default:
			l.t.Errorf("%s on %s: %v", action, v.Step, err)
		}
	}
}

// TestPreviewScreens: each screen can be looked at first.
func TestPreviewScreens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		full := func(d *link.Draft) {
			d.Link.Landing.Enabled, d.Link.ManageConnections.Enabled = true, true
			for _, of := range []*bowline.SourceTypeSettings{&d.Link.SourceTypes.Accounting, &d.Link.SourceTypes.Banking, &d.Link.SourceTypes.Commerce} {
				of.Consent.Message = "Please *agree*, says {companyName}."
			}
		}
		for screen, want := range map[string]struct {
			step link.Step
			of   bowline.SourceType
		}{
			"": {link.StepLanding, ""}, "landing": {link.StepLanding, ""}, "invite": {link.StepInvite, ""}, "main": {link.StepMain, ""},
			"picker": {link.StepPicker, bowline.Accounting}, "picker.banking": {link.StepPicker, bowline.Banking},
			"consent.accounting": {link.StepConsent, bowline.Accounting}, "consent.banking": {link.StepConsent, bowline.Banking},
			"consent.commerce": {link.StepConsent, bowline.Commerce}, "exit": {link.StepConsent, bowline.Accounting},
			"guide": {link.StepGuide, ""}, "credentials": {link.StepCredentials, ""}, "tenants": {link.StepTenants, ""},
			"success": {link.StepSuccess, ""}, "notListed": {link.StepNotListed, ""}, "manage": {link.StepManage, ""},
			"managed": {link.StepManaged, ""}, "disconnect": {link.StepDisconnect, ""}, "done": {link.StepDone, ""},
		} {
			l := w.look(func(d *link.Draft) { full(d); d.Screen = screen })
			v := l.boot()
			if v.Step != want.step {
				t.Errorf("%q begins with %s", screen, v.Step)
				continue
			}
			if v.Post != "/sdk/companies/"+string(l.kept.ID)+"/journey" {
				t.Errorf("%q posts to %s", screen, v.Post)
			}
			if v.Consent != nil && (v.Consent.SourceType != want.of || v.Consent.Subtitle != "Please *agree*, says Draft & Sons.") {
				t.Errorf("%q: %s %q", screen, v.Consent.SourceType, v.Consent.Subtitle)
			}
			if v.Picker != nil && v.Picker.SourceType != want.of {
				t.Errorf("%q: %s", screen, v.Picker.SourceType)
			}
			if (v.Exit == link.ExitAsk) != (screen == "exit") && want.step == link.StepConsent && screen == "exit" {
				t.Errorf("%q: the X does %s", screen, v.Exit)
			}
		}
		l := w.look(func(d *link.Draft) { d.Screen = "manage" }) // which is switched off
		if v := l.boot(); v.Step != link.StepMain {
			t.Errorf("manage, switched off, begins with %s", v.Step)
		}
		l = w.look(func(d *link.Draft) { d.Link.SourceTypes = bowline.SourceTypesSettings{}; d.Screen = "success" })
		if v := l.boot(); v.Step != link.StepMain {
			t.Errorf("success of nothing begins with %s", v.Step)
		}
	})
}

// TestPreviewFollowsTheDraft: the screen that is shown stays while the draft
// changes.
func TestPreviewFollowsTheDraft(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.look(func(d *link.Draft) { d.Screen = "consent.accounting" })
		v := l.boot()
		l.draft.Link.SourceTypes.Accounting.Consent.Purpose.Body = "To lend you money"
		l.draft.Branding.ColorScheme, l.draft.ColorScheme = "", "dark"
		l.keep()
		again := l.do(link.View{}, link.Action{Action: link.ActBoot, Resume: v.Flow})
		if again.Step != link.StepConsent || again.Client.ColorScheme != "dark" || len(again.Events) > 0 ||
			!slices.ContainsFunc(again.Consent.Sections, func(s link.ConsentSection) bool { return s.Body == "To lend you money" }) {
			t.Errorf("the draft changed, the screen is %s: %+v", again.Step, again.Consent)
		}
		done := l.do(again, link.Action{Action: link.ActAccept})
		l.draft.Link.SourceTypes.Accounting.Enabled = false
		l.keep()
		if v := l.do(link.View{}, link.Action{Action: link.ActBoot, Resume: done.Flow}); v.Step != done.Step {
			t.Errorf("a result gives way to %s", v.Step)
		}
		l.draft.Branding.ColorScheme = "light" // which customers get whatever their device prefers
		l.keep()
		if v := l.boot(); v.Client.ColorScheme != "light" {
			t.Errorf("colour scheme %q", v.Client.ColorScheme)
		}
	})
}

// TestPreviewIsItsHoldersOnly: what is refused, and that nothing of a preview is
// good for a customer's journey.
func TestPreviewIsItsHoldersOnly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l, m := w.look(func(d *link.Draft) { d.Screen = "invite" }), w.look(nil)
		boot := link.Action{Action: link.ActBoot}
		for about, token := range map[string]string{"another token": m.kept.Token, "no token": "", "a forged one": "preview.x", "no mark": strings.TrimPrefix(m.kept.Token, "preview.")} {
			if _, err := w.service.Preview(t.Context(), l.kept.ID, token, boot); bowline.CodeOf(err) != bowline.CodeForbidden {
				t.Errorf("%s: %v", about, err)
			}
		}
		v := l.boot()
		if _, err := w.service.Preview(t.Context(), m.kept.ID, m.kept.Token, link.Action{Action: link.ActCreate, Flow: v.Flow, Name: "x"}); bowline.CodeOf(err) != bowline.CodeInvalid {
			t.Errorf("the flow of another preview: %v", err)
		}
		before := storetest.Dump(t, w.store)
		if _, err := w.service.CreateInvited(t.Context(), w.instance, link.Action{Action: link.ActCreate, Flow: v.Flow, Name: "Made up"}, w.browser); err == nil {
			t.Error("the flow of a preview makes a company")
		}
		for _, company := range []bowline.ID{w.company, l.kept.ID} {
			if _, _, err := w.service.Act(t.Context(), company, link.Action{Action: link.ActCreate, Flow: v.Flow}, link.Browser{Embedded: true}); err == nil {
				t.Error("the flow of a preview is good elsewhere")
			}
		}
		p := &hostPage{world: w}
		customers := p.load("")
		if _, err := w.service.Preview(t.Context(), l.kept.ID, l.kept.Token, link.Action{Action: link.ActConnect, Flow: customers.Flow}); bowline.CodeOf(err) != bowline.CodeInvalid {
			t.Errorf("the flow of a customer: %v", err)
		}
		if after := storetest.Dump(t, w.store); !reflect.DeepEqual(before, after) {
			t.Error("something was written")
		}
		other := link.DraftKey{Instance: storetest.NewInstance(t, w.store), ID: l.kept.ID}
		if kept, err := w.service.KeepDraft(t.Context(), other, link.Draft{}); err != nil || kept.ID == l.kept.ID {
			t.Errorf("a draft in the place of another instance's: %v", err)
		}
		chosen := link.DraftKey{Instance: w.instance, ID: bowline.NewID(w.clock.Now())}
		if kept, err := w.service.KeepDraft(t.Context(), chosen, link.Draft{}); err != nil || kept.ID == chosen.ID {
			t.Errorf("an id that the caller chose: %v", err)
		}
		if v := l.boot(); v.Step != link.StepInvite {
			t.Errorf("another's draft is shown: %s", v.Step)
		}
		w.clock.add(30 * time.Minute)
		old := l.kept.Token
		l.keep()
		w.clock.add(30 * time.Minute)
		l.boot()
		if _, err := w.service.Preview(t.Context(), l.kept.ID, old, boot); bowline.CodeOf(err) != bowline.CodeExpired {
			t.Errorf("a token of an hour ago, of a draft that lives: %v", err)
		}
		w.clock.add(30 * time.Minute)
		if _, err := w.service.Preview(t.Context(), l.kept.ID, l.kept.Token, boot); bowline.CodeOf(err) != bowline.CodeExpired {
			t.Errorf("after an hour: %v", err)
		}
	})
}
