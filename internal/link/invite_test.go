package link_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

func (w *world) invite() link.View {
	w.t.Helper()
	v, err := w.service.Invite(w.t.Context(), w.instance, link.Entry{Locales: []string{"en-US"}, Params: map[string]string{"ref": "7"}})
	must(w.t, err)
	return v
}

func (w *world) createInvited(v link.View, name string) (link.View, error) {
	w.t.Helper()
	return w.service.CreateInvited(w.t.Context(), w.instance, link.Action{Flow: v.Flow, Action: link.ActCreate, Name: name}, w.browser)
}

// companyNames are the fintech's companies but the first.
func (w *world) companyNames() []string {
	w.t.Helper()
	recorded, err := w.store.Events(w.t.Context(), w.instance, 0, 500)
	must(w.t, err)
	var names []string
	for _, e := range recorded[1:] {
		if e.EventType == bowline.CompanyCreated {
			c, err := w.store.Company(w.t.Context(), w.instance, e.CompanyID)
			must(w.t, err)
			names = append(names, c.Name)
		}
	}
	return names
}

// TestInvite makes companies, one for each visit, and one only.
func TestInvite(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.invite()
		if v.Step != link.StepInvite || v.Invite.Title == "" || v.Post != "/link/invite/"+string(w.instance)+"/journey" || v.Company != (link.CompanyView{}) {
			t.Fatalf("the page is %+v", v)
		}
		if got := w.companyNames(); len(got) != 0 {
			t.Errorf("opening the page made %v", got)
		}
		first, err := w.createInvited(v, "  Mill & Sons,\t\"Ltd\" <b>  ")
		must(t, err)
		if first.Step != link.StepMain || first.Company.Name != "Mill & Sons, Ltd b" || first.Post != "/link/companies/"+string(first.Company.ID)+"/journey" {
			t.Fatalf("the company begins with %s: %+v, %s", first.Step, first.Company, first.Post)
		}
		again, err := w.createInvited(v, "Another name") // a double click, or the back button
		must(t, err)
		if again.Company != first.Company {
			t.Errorf("the same page made %+v and %+v", first.Company, again.Company)
		}
		second, err := w.createInvited(w.invite(), "Mill & Sons")
		must(t, err)
		if second.Company.ID == first.Company.ID {
			t.Error("another visit came to the same company")
		}
		if got := strings.Join(w.companyNames(), "|"); got != "Mill & Sons, Ltd b|Mill & Sons" {
			t.Errorf("the companies are %q", got)
		}
		w.company = first.Company.ID
		if v := w.act(first, link.Action{Action: link.ActConnect, SourceType: bowline.Accounting}); v.Step != link.StepPicker {
			t.Errorf("the new company's journey goes on with %s", v.Step)
		}
	})
}

// TestInviteNames has a row for each name that is not one.
func TestInviteNames(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.invite()
		for _, name := range []string{"", "   ", "<>", "\x00", strings.Repeat("a", 251)} {
			again, err := w.createInvited(v, name)
			must(t, err)
			if again.Step != link.StepInvite || again.Invite.Problem == "" {
				t.Errorf("%.10q leads to %s", name, again.Step)
			}
			v = again
		}
		if got := w.companyNames(); len(got) != 0 {
			t.Errorf("made %v", got)
		}
		if v, err := w.createInvited(v, strings.Repeat("a", 250)); err != nil || v.Step != link.StepMain {
			t.Errorf("250 letters lead to %s (%v)", v.Step, err)
		}
	})
}

// TestInviteBeginsWithTheLandingPage where there is one.
func TestInviteBeginsWithTheLandingPage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		settings := bowline.DefaultLinkSettings()
		settings.Landing.Enabled, settings.Invite.Title = true, "Who are you?"
		w.set(settings)
		v := w.invite()
		if v.Invite.Title != "Who are you?" {
			t.Errorf("the page asks %q", v.Invite.Title)
		}
		if v, err := w.createInvited(v, "Mill"); err != nil || v.Step != link.StepLanding {
			t.Errorf("it leads to %s (%v)", v.Step, err)
		}
	})
}

// TestInviteIsRefused has a row for each reason.
func TestInviteIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if v, err := w.service.Invite(t.Context(), bowline.NewID(w.clock.Now()), link.Entry{}); err != nil || v.Step != link.StepNotFound {
			t.Errorf("an unknown instance shows %s (%v)", v.Step, err)
		}
		page := w.invite()
		for what, a := range map[string]link.Action{
			"no flow":           {Action: link.ActCreate, Name: "Mill"},
			"a company's flow":  {Action: link.ActCreate, Name: "Mill", Flow: w.boot().Flow},
			"another action":    {Action: link.ActConnect, Name: "Mill", Flow: page.Flow},
			"an action of Act":  {Action: link.ActBack, Name: "Mill", Flow: page.Flow},
			"a flow of a forge": {Action: link.ActCreate, Name: "Mill", Flow: "forged"},
		} {
			if v, err := w.service.CreateInvited(t.Context(), w.instance, a, w.browser); err == nil {
				t.Errorf("%s leads to %s", what, v.Step)
			}
		}
		if _, err := w.service.CreateInvited(t.Context(), bowline.NewID(w.clock.Now()), link.Action{Flow: page.Flow, Action: link.ActCreate, Name: "Mill"}, w.browser); err == nil {
			t.Error("another instance takes the flow")
		}
		settings := bowline.DefaultLinkSettings()
		settings.OneTimeLinks = true
		w.set(settings)
		if v := w.invite(); v.Step != link.StepExpired || v.Client.Name != "" {
			t.Errorf("under one-time links the page is %s", v.Step)
		}
		if v, err := w.createInvited(page, "Mill"); err != nil || v.Step != link.StepExpired {
			t.Errorf("under one-time links an old page leads to %s (%v)", v.Step, err)
		}
		if got := w.companyNames(); len(got) != 0 {
			t.Errorf("made %v", got)
		}
	})
}

// TestInviteLimits: the operator's limit holds, and a script is slowed down.
func TestInviteLimits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for n := range 12 {
			_, err := w.createInvited(w.invite(), "Mill")
			if tooMany := bowline.CodeOf(err) == bowline.CodeTooMany; tooMany != (n >= 10) || err != nil && !tooMany {
				t.Errorf("company %d is answered %v", n, err)
			}
		}
		w.clock.add(time.Hour)
		w.service.CompanyLimit = 11
		v, err := w.createInvited(w.invite(), "Mill")
		if err != nil || v.Step != link.StepInvite || !strings.Contains(v.Invite.Problem, "Harbour Lending") {
			t.Errorf("beyond the limit: %s, %+v, %v", v.Step, v.Invite, err)
		}
		if got := len(w.companyNames()); got != 10 {
			t.Errorf("%d companies were made", got)
		}
	})
}
