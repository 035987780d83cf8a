package link_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store"
)

// overseen switches on what lets customers look after their connections.
func (w *world) overseen(change ...func(*bowline.LinkSettings)) {
	w.t.Helper()
	settings := bowline.DefaultLinkSettings()
	settings.ManageConnections = bowline.ManageSettings{Enabled: true, Subtitle: "All of yours."}
	for _, c := range change {
		c(&settings)
	}
	must(w.t, w.store.Write(w.t.Context(), func(tx *store.Tx) error {
		return tx.PutLinkSettings(w.t.Context(), w.instance, settings)
	}))
}

func oneTime(l *bowline.LinkSettings) { l.OneTimeLinks = true }

// proven gives the browser the session of somebody who spent a password.
func (w *world) proven(spent bool) link.Entry {
	w.t.Helper()
	c, err := w.service.Session(w.company, spent)
	must(w.t, err)
	w.browser.Cookies[c.Name] = c.Value
	return link.Entry{Trusted: true, Known: w.service.Proven(w.company, w.browser.Cookies)}
}

// revoke is what the provider does to a connection.
func (w *world) revoke(id bowline.ID) {
	w.t.Helper()
	must(w.t, w.store.Write(w.t.Context(), func(tx *store.Tx) error {
		company, err := tx.LockCompany(w.t.Context(), w.instance, w.company)
		if err != nil {
			return err
		}
		for _, c := range company.DataConnections {
			if c.ID == id {
				return tx.MoveConnection(w.t.Context(), company, &c, bowline.TriggerRevoke,
					store.Change{Actor: bowline.ActorProvider, Links: bowline.NewLinks(origin), Now: w.clock.Now()})
			}
		}
		return store.ErrNotFound
	}))
}

// TestDisconnectAndReconnect goes all the way round inside Link, as link.md
// 1.3.17 says.
func TestDisconnectAndReconnect(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		w.overseen()
		p := &hostPage{world: w, bearer: true}
		v := p.load("")
		if v.Exit != link.ExitClose {
			t.Errorf("on the list the X does %q", v.Exit)
		}
		v = p.do(v, link.Action{Action: link.ActDetails, ConnectionID: first.ID})
		if d := v.Managed; v.Step != link.StepManaged || !d.CanDisconnect || d.CanReconnect || d.BusinessName != first.TenantName || d.LinkedAt == nil || d.EndedAt != nil {
			t.Fatalf("step %s, %+v", v.Step, v.Managed)
		}
		v = p.do(v, link.Action{Action: link.ActDisconnect})
		if v.Step != link.StepDisconnect || v.Managed == nil || v.Disconnect.Connection.ID != first.ID || w.connections()[0].Status != bowline.Linked {
			t.Fatalf("step %s, %+v", v.Step, v)
		}
		if kept := p.do(v, link.Action{Action: link.ActCancel}); kept.Step != link.StepManaged || !kept.Managed.CanDisconnect {
			t.Errorf("keeping it shows %s", kept.Step)
		}
		w.clock.add(time.Minute)
		v = p.do(v, link.Action{Action: link.ActConfirm})
		if d := v.Managed; v.Step != link.StepDisconnected || d.EndedBy != link.EndedByCustomer || !d.EndedAt.Equal(w.clock.Now()) || !d.CanReconnect || !d.Leads || d.CanDisconnect {
			t.Fatalf("step %s, %+v", v.Step, v.Managed)
		}
		if c := w.connections()[0]; c.Status != bowline.Unlinked || w.hasGrant(c.ID) {
			t.Errorf("the connection is %s, with tokens %v", c.Status, w.hasGrant(c.ID))
		}
		history, err := w.store.History(t.Context(), w.instance, first.ID)
		must(t, err)
		if last := history[len(history)-1]; last.Trigger != bowline.TriggerUnlink || last.Actor != bowline.ActorCustomer {
			t.Errorf("the timeline ends with %+v", last)
		}
		v = p.do(v, link.Action{Action: link.ActContinue})
		if v.Step != link.StepManage || v.Manage.Connections[0].Status != bowline.Unlinked || v.Manage.CanFinish {
			t.Fatalf("step %s, %+v", v.Step, v.Manage)
		}
		v = p.do(p.do(v, link.Action{Action: link.ActDetails, ConnectionID: first.ID}), link.Action{Action: link.ActReconnect})
		if v.Step != link.StepHandoff || v.Exit != link.ExitAsk {
			t.Fatalf("step %s, X does %q", v.Step, v.Exit)
		}
		p.tab(v.Handoff.URL, "robin", "allow")
		v, _ = p.check(v)
		if v.Step != link.StepSuccess || v.Manage == nil || v.Main != nil || v.Exit != link.ExitClose || v.Success.CanAddAnother || v.Success.CanFinish || v.Success.Again {
			t.Fatalf("step %s, %+v", v.Step, v.Success)
		}
		if c := w.alive(); c.ID != first.ID {
			t.Error("the connection is another one")
		}
		v = p.do(v, link.Action{Action: link.ActContinue})
		if v.Step != link.StepManage {
			t.Fatalf("after the success: %s", v.Step)
		}
		main := p.do(v, link.Action{Action: link.ActConnect})
		if main.Step != link.StepMain || !main.Main.CanManage {
			t.Fatalf("something else: %s, %+v", main.Step, main.Main)
		}
		if again := p.do(main, link.Action{Action: link.ActManage}); again.Step != link.StepManage {
			t.Errorf("and back: %s", again.Step)
		}
		if v = p.do(v, link.Action{Action: link.ActFinish}); v.Step != link.StepDone {
			t.Errorf("at the end: %s", v.Step)
		}
		if got, want := strings.Join(p.told, ", "), "connectionStarted, connection, finish"; got != want {
			t.Errorf("callbacks: %s, want %s", got, want)
		}
		if got, want := w.events(), "connection.created connection.connected connection.disconnected connection.reconnected"; got != want {
			t.Errorf("events: %s, want %s", got, want)
		}
	})
}

// TestMismatchOnTheManageSide leads back to the connection, which is as it was.
func TestMismatchOnTheManageSide(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		w.revoke(first.ID)
		w.overseen(oneTime)
		v, err := w.service.Boot(t.Context(), w.company, w.proven(true))
		must(t, err)
		v = w.act(v, link.Action{Action: link.ActDetails, ConnectionID: first.ID})
		if v.Managed.EndedBy != link.EndedByProvider || v.Managed.Connection.Status != bowline.Deauthorized {
			t.Fatalf("%+v", v.Managed)
		}
		v = w.act(v, link.Action{Action: link.ActReconnect})
		v = w.result(w.complete(w.signIn(v.Handoff.URL, "zoe", "allow")))
		if v.Step != link.StepMismatch || v.Managed == nil || v.Main != nil || v.Managed.Connection.ID != first.ID {
			t.Fatalf("step %s", v.Step)
		}
		v = w.act(v, link.Action{Action: link.ActCancel})
		if v.Step != link.StepManaged || !v.Managed.CanReconnect || w.connections()[0].Status != bowline.Deauthorized {
			t.Errorf("cancel shows %s, the connection is %s", v.Step, w.connections()[0].Status)
		}
		if v = w.act(v, link.Action{Action: link.ActBack}); v.Step != link.StepManage {
			t.Errorf("back shows %s", v.Step)
		}
	})
}

// TestManagedChangesMeanwhile: what happened in another tab, or at the provider,
// is shown rather than done again.
func TestManagedChangesMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		w.overseen()
		p := &hostPage{world: w, bearer: true, only: true}
		asked := func() link.View {
			v := p.do(p.load(""), link.Action{Action: link.ActDetails, ConnectionID: first.ID})
			return p.do(v, link.Action{Action: link.ActDisconnect})
		}
		v := asked()
		w.onUnlink = func() { w.revoke(first.ID) }
		if got := p.do(v, link.Action{Action: link.ActConfirm}); got.Step != link.StepManaged || got.Managed.EndedBy != link.EndedByProvider {
			t.Errorf("ended by the provider meanwhile: %s, %+v", got.Step, got.Managed)
		}
		w.onUnlink = nil
		again := p.do(v, link.Action{Action: link.ActCancel})
		again = p.do(again, link.Action{Action: link.ActReconnect})
		p.tab(again.Handoff.URL, "robin", "allow")
		p.told = nil
		v = asked()
		for range 2 { // the answer to the first is lost
			if got := p.do(v, link.Action{Action: link.ActConfirm}); got.Step != link.StepDisconnected {
				t.Errorf("disconnecting shows %s", got.Step)
			}
		}
		if got, want := strings.Join(p.told, ", "), "disconnect, disconnect"; got != want {
			t.Errorf("callbacks: %s", got)
		}
		if got := strings.Count(w.events(), "connection.disconnected"); got != 2 { // by the provider, and by the customer
			t.Errorf("%d events", got)
		}
		back := p.do(v, link.Action{Action: link.ActCancel})
		again = p.do(back, link.Action{Action: link.ActReconnect})
		p.tab(again.Handoff.URL, "robin", "allow")
		if got := p.do(back, link.Action{Action: link.ActReconnect}); got.Step != link.StepManaged || !got.Managed.CanDisconnect {
			t.Errorf("reconnecting what works shows %s", got.Step)
		}
		w.remove()
		for _, action := range []string{link.ActConfirm, link.ActCancel} {
			if got := p.do(v, link.Action{Action: action}); got.Step != link.StepManage || len(got.Manage.Connections) != 0 {
				t.Errorf("%s of one that is gone shows %s", action, got.Step)
			}
		}
	})
}

// TestDisconnectedOnce: of many that end a connection at once, one does, and all
// learn that it is over.
func TestDisconnectedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		w.overseen()
		p := &hostPage{world: w, bearer: true}
		v := p.do(p.do(p.load(""), link.Action{Action: link.ActDetails, ConnectionID: first.ID}), link.Action{Action: link.ActDisconnect})
		steps := make(chan link.Step, 8)
		for range cap(steps) {
			go func() {
				next, _, err := w.service.Act(t.Context(), w.company, link.Action{Flow: v.Flow, Action: link.ActConfirm}, p.embedded())
				if err != nil {
					t.Error(err)
				}
				steps <- next.Step
			}()
		}
		for range cap(steps) {
			if step := <-steps; step != link.StepDisconnected {
				t.Errorf("step %s", step)
			}
		}
		if got := strings.Count(w.events(), "connection.disconnected"); got != 1 {
			t.Errorf("%d events, want 1", got)
		}
	})
}

// TestListIsOfTheCompany: nothing that is pending, and nothing of other companies,
// can be seen or touched.
func TestListIsOfTheCompany(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.overseen()
		p := &hostPage{world: w, bearer: true}
		if v := p.load(""); v.Step != link.StepMain || v.Main.CanManage {
			t.Errorf("with nothing connected: %s", v.Step)
		}
		p.toTab() // pending
		if v := p.load(""); v.Step != link.StepMain || v.Main.CanManage {
			t.Errorf("with a pending connection: %s", v.Step)
		}
		mine := w.story()
		other := w.otherCompany()
		theirs := other.DataConnections[0].ID
		v := p.load("")
		if v.Step != link.StepManage || len(v.Manage.Connections) != 1 {
			t.Fatalf("step %s, %+v", v.Step, v.Manage)
		}
		for _, id := range []bowline.ID{theirs, "", bowline.NewID(w.clock.Now())} {
			if got := p.do(v, link.Action{Action: link.ActDetails, ConnectionID: id}); got.Step != link.StepManage {
				t.Errorf("details of %q: %s", id, got.Step)
			}
		}
		detail := p.do(v, link.Action{Action: link.ActDetails, ConnectionID: mine.ID})
		// The connection is that of the screen, whatever the action says.
		asked := p.do(detail, link.Action{Action: link.ActDisconnect, ConnectionID: theirs})
		p.do(asked, link.Action{Action: link.ActConfirm, ConnectionID: theirs})
		after, err := w.store.Link(t.Context(), other.ID)
		must(t, err)
		if got := after.Company.DataConnections[0].Status; got != other.DataConnections[0].Status {
			t.Errorf("theirs is %s", got)
		}
		for _, c := range w.connections() {
			if c.ID == mine.ID && c.Status != bowline.Unlinked {
				t.Errorf("ours is %s", c.Status)
			}
		}
	})
}

// TestLastActive is the later one of the last sync and the last use of the
// tokens that brought something.
func TestLastActive(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.story()
		w.overseen()
		p := &hostPage{world: w, bearer: true}
		if at := p.load("").Manage.Connections[0].LastActive; at != nil {
			t.Errorf("what was never used was active %s", at)
		}
		hour := w.clock.Now().Truncate(time.Hour)
		use := func(at time.Time, failed int64) {
			t.Helper()
			must(t, w.store.Write(t.Context(), func(tx *store.Tx) error {
				return tx.RecordAccess(t.Context(), bowline.Access{
					InstanceID: w.instance, ConnectionID: c.ID, Permission: bowline.PermissionProxy, Actor: "key:x",
					First: at, Last: at, Requests: 1, Failed: failed,
				})
			}))
		}
		want := hour.Add(2*time.Hour + time.Minute)
		use(hour, 0)
		use(want, 0)
		use(hour.Add(3*time.Hour), 1)
		v := p.load("")
		if at := v.Manage.Connections[0].LastActive; at == nil || !at.Equal(want) {
			t.Errorf("last active %v, want %s", at, want)
		}
		if v = p.do(v, link.Action{Action: link.ActDetails, ConnectionID: c.ID}); !v.Managed.Connection.LastActive.Equal(want) {
			t.Errorf("in detail %v", v.Managed.Connection.LastActive)
		}
	})
}

// TestAdditionalConsentComesFirst: a host page that asks for it gets it.
func TestAdditionalConsentComesFirst(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.story()
		w.overseen()
		w.clock.add(time.Hour)
		p := &hostPage{world: w, bearer: true, options: `{"enableAdditionalConsent":true}`}
		v := p.load("")
		if v.Step != link.StepMain || v.Main.Types[0].State != "shareable" || !v.Main.CanManage {
			t.Errorf("step %s, %+v", v.Step, v.Main)
		}
	})
}

// TestLandingComesFirst and leads on to what is connected.
func TestLandingComesFirst(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.story()
		w.overseen(func(l *bowline.LinkSettings) { l.Landing.Enabled = true })
		p := &hostPage{world: w, bearer: true}
		v := p.load("")
		if v.Step != link.StepLanding {
			t.Fatalf("step %s", v.Step)
		}
		if v = p.do(v, link.Action{Action: link.ActStart}); v.Step != link.StepManage {
			t.Errorf("after the landing: %s", v.Step)
		}
	})
}
