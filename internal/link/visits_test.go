package link_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// funnel ends all visits and returns what is counted since the clock began.
func (w *world) funnel() store.Funnel {
	w.t.Helper()
	must(w.t, w.service.FlushVisits(w.t.Context()))
	w.clock.add(bowline.VisitRest + time.Second)
	must(w.t, w.service.EndVisits(w.t.Context()))
	f, err := w.store.Funnel(w.t.Context(), store.FunnelQuery{InstanceID: w.instance, From: w.began, To: w.clock.Now()})
	must(w.t, err)
	return f
}

// counted says how many companies came to a stage of accounting.
func counted(f store.Funnel, t bowline.SourceType, stage bowline.Stage) int64 {
	for _, sum := range f.Totals {
		if sum.SourceType == t && sum.Stage == stage {
			return sum.Companies
		}
	}
	return 0
}

// causesOf are the causes of a kind of software.
func causesOf(f store.Funnel, t bowline.SourceType) string {
	text := ""
	for _, c := range f.Causes {
		if c.SourceType == t {
			text += fmt.Sprintf("%s %d ", c.Cause, c.Visits)
		}
	}
	return text
}

// onPhone is a context as a phone's requests have it.
func onPhone(t *testing.T) context.Context {
	t.Helper()
	return link.WithDevice(t.Context(), "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148")
}

// TestCauses leaves journeys where they can be left.
func TestCauses(t *testing.T) {
	chosen := func(w *world) link.View {
		v := w.act(w.boot(), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		return w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: accounting})
	}
	page := func(w *world) *hostPage { return &hostPage{world: w, options: "{}", bearer: true} }
	checkLed := func(p *hostPage, v link.View, led bool) {
		_, _, err := p.service.Act(p.t.Context(), p.company, link.Action{Flow: v.Flow, Action: link.ActCheck, Led: &led}, p.embedded())
		if err != nil && err.Error() != link.ErrNothingNew.Error() {
			p.t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		leave func(*world)
		want  string
	}{
		"looks":    {func(w *world) { w.boot() }, "Closed 1 "},
		"consent":  {func(w *world) { chosen(w) }, "Closed 1 "},
		"provider": {func(w *world) { w.toHandoff(accounting, bowline.Accounting) }, "Timeout 1 "},
		"back": {func(w *world) {
			w.act(w.toHandoff(accounting, bowline.Accounting), link.Action{Action: link.ActBack})
		}, "Closed 1 "},
		"denied": {func(w *world) {
			w.complete(w.signIn(w.toHandoff(accounting, bowline.Accounting).Handoff.URL, "robin", "deny"))
		}, "Denied 1 "},
		"denied and seen": {func(w *world) {
			v := w.result(w.complete(w.signIn(w.toHandoff(accounting, bowline.Accounting).Handoff.URL, "robin", "deny")))
			w.act(v, link.Action{Action: link.ActContinue})
		}, "Denied 1 "},
		"refused": {func(w *world) {
			w.misbehave("expired_code")
			w.complete(w.signIn(w.toHandoff(accounting, bowline.Accounting).Handoff.URL, "robin", "allow"))
		}, "ProviderError 1 "},
		"too late": {func(w *world) {
			query := w.signIn(w.toHandoff(accounting, bowline.Accounting).Handoff.URL, "robin", "allow")
			w.clock.add(16 * time.Minute)
			w.complete(query)
		}, "Timeout 1 "},
		"chooses nothing": {func(w *world) {
			w.result(w.complete(w.signIn(w.toHandoff(accounting, bowline.Accounting).Handoff.URL, "sam", "allow")))
		}, "Timeout 1 "},
		"denied, then connected": {func(w *world) {
			w.complete(w.signIn(w.toHandoff(accounting, bowline.Accounting).Handoff.URL, "robin", "deny"))
			w.story()
			w.boot()
		}, ""},
		"blocked": {func(w *world) {
			p := page(w)
			v := p.toTab()
			checkLed(p, v, false)
			checkLed(p, v, false)
		}, "PopUpBlocked 1 "},
		"blocked, then by the link": {func(w *world) {
			p := page(w)
			v := p.toTab()
			checkLed(p, v, false)
			p.tab(v.Handoff.URL, "robin", "deny")
			checkLed(p, v, false)
		}, "Denied 1 "},
		"not blocked": {func(w *world) {
			p := page(w)
			checkLed(p, p.toTab(), true)
		}, "Timeout 1 "},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				w.t = t
				w.store.OnMove(w.service.Moved)
				c.leave(w)
				if got := causesOf(w.funnel(), bowline.Accounting); got != c.want {
					t.Errorf("causes %q, want %q", got, c.want)
				}
			})
		})
	}
}

// TestFunnelOfRecord is the example of link.md 5.7: of fifteen that begin, fifteen
// start and eight succeed. Trying again changes nothing.
func TestFunnelOfRecord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.store.OnMove(w.service.Moved)
		first := w.company
		for i := range 15 {
			if i > 0 {
				c := storetest.Add(t, w.store, bowline.Company{ID: bowline.NewID(w.clock.Now()), InstanceID: w.instance, Name: "Another", Created: w.clock.Now()})
				w.company = c.ID
			}
			w.browser.Cookies = link.Cookies{}
			for range 2 {
				w.complete(w.signIn(w.toHandoff(accounting, bowline.Accounting).Handoff.URL, "robin", "deny"))
			}
			if i < 8 {
				w.story()
			}
		}
		f := w.funnel()
		began, started, succeeded := counted(f, bowline.Accounting, bowline.StageBegan), counted(f, bowline.Accounting, bowline.StageStarted), counted(f, bowline.Accounting, bowline.StageSucceeded)
		if began != 15 || started != 15 || succeeded != 8 {
			t.Errorf("%d / %d / %d, want 15 / 15 / 8", began, started, succeeded)
		}
		if got := causesOf(f, bowline.Accounting); got != "Denied 7 " {
			t.Errorf("causes %q", got)
		}
		w.company = first
		_, err := w.service.Boot(onPhone(t), first, link.Entry{Locales: []string{"fr-CA"}})
		must(t, err)
		f = w.funnel()
		if n := counted(f, bowline.Accounting, bowline.StageBegan); n != 15 {
			t.Errorf("after another visit %d have begun", n)
		}
		phones := int64(0)
		for _, sum := range f.Devices {
			if sum.Value == "phone" && sum.SourceType == bowline.Accounting && sum.Stage == bowline.StageBegan {
				phones = sum.Companies
			}
		}
		if phones != 1 {
			t.Errorf("%d phones, want 1", phones)
		}
	})
}

// TestOwnBuiltFlow makes and links a connection without a journey: who starts is
// taken to have begun.
func TestOwnBuiltFlow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.store.OnMove(w.service.Moved)
		move := func(trigger bowline.Trigger, conn *bowline.Connection) {
			storetest.Write(t, w.store, func(ctx context.Context, tx *store.Tx) error {
				company, err := tx.LockCompany(ctx, w.instance, w.company)
				if err != nil {
					return err
				}
				return tx.MoveConnection(ctx, company, conn, trigger, store.Change{Actor: bowline.ActorSystem, Links: bowline.NewLinks(origin), Now: w.clock.Now()})
			})
		}
		conn := storetest.NewConnection(bowline.Company{ID: w.company, InstanceID: w.instance}, bowline.Commerce)
		conn.Status = ""
		move(bowline.TriggerCreate, &conn)
		f := w.funnel()
		if b, s, k := counted(f, bowline.Commerce, "b"), counted(f, bowline.Commerce, "s"), counted(f, bowline.Commerce, "k"); b != 1 || s != 1 || k != 0 {
			t.Errorf("after it was made: %d / %d / %d", b, s, k)
		}
		move(bowline.TriggerLink, &conn)
		f = w.funnel()
		if b, s, k := counted(f, bowline.Commerce, "b"), counted(f, bowline.Commerce, "s"), counted(f, bowline.Commerce, "k"); b != 1 || s != 1 || k != 1 || len(f.Causes) != 0 {
			t.Errorf("after it was linked: %d / %d / %d, %+v", b, s, k, f.Causes)
		}
	})
}

// TestSkipSucceeds finishes without what is optional.
func TestSkipSucceeds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.store.OnMove(w.service.Moved)
		settings := bowline.DefaultLinkSettings()
		settings.SourceTypes.Commerce.Enabled, settings.SourceTypes.Commerce.Optional = true, true
		settings.SourceTypes.Banking.Enabled = false
		storetest.Write(t, w.store, func(ctx context.Context, tx *store.Tx) error { return tx.PutLinkSettings(ctx, w.instance, settings) })
		w.story()
		v := w.boot()
		v = w.act(v, link.Action{Action: link.ActFinish})
		if v.Step != link.StepDone {
			t.Fatalf("finishing leads to %s", v.Step)
		}
		f := w.funnel()
		if b, s, k := counted(f, bowline.Commerce, "b"), counted(f, bowline.Commerce, "s"), counted(f, bowline.Commerce, "k"); b != 1 || s != 0 || k != 1 || len(f.Causes) != 0 {
			t.Errorf("what was skipped: %d / %d / %d, %+v", b, s, k, f.Causes)
		}
	})
}

// TestFlushKeepsOrder stores nothing while it cannot, and then all.
func TestFlushKeepsOrder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.store.OnMove(w.service.Moved)
		w.boot()
		closed, err := store.Open(t.Context(), storetest.Options(t, w.store.Engine()))
		must(t, err)
		must(t, closed.Close())
		w.service.Store = closed
		if err := w.service.FlushVisits(t.Context()); err == nil {
			t.Fatal("stored without a database")
		}
		w.service.Store = w.store
		w.story()
		if got := causesOf(w.funnel(), bowline.Accounting); got != "" {
			t.Errorf("what came first was stored last: %q", got)
		}
	})
}
