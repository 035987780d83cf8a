package link_test

import (
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// lostAndWorking has two accounting connections: one that was lost to the other.
func (w *world) lostAndWorking() (lost, working bowline.Connection) {
	w.t.Helper()
	lost = w.story()
	w.comeFrom(rival, w.toHandoff(rival, bowline.Accounting).Handoff.URL, "robin", "allow")
	for _, c := range w.connections() {
		if c.ID != lost.ID {
			working = c
		}
	}
	return lost, working
}

// TestReconnectingSaysWhatItEnds: only one accounting connection can work. Who
// brings a lost one back is told beforehand which one goes, and afterwards that
// it went; so is the page of the Connections SDK.
func TestReconnectingSaysWhatItEnds(t *testing.T) {
	for name, only := range map[string]bool{"in Link": false, "in the Connections SDK": true} {
		t.Run(name, func(t *testing.T) {
			eachWith(t, rivals, func(t *testing.T, w *world) {
				lost, working := w.lostAndWorking()
				w.overseen()
				p := &hostPage{world: w, bearer: true, only: only}
				list := p.load("")
				v := p.do(list, link.Action{Action: link.ActDetails, ConnectionID: lost.ID})
				if !strings.Contains(v.Managed.Replaces, "Other Books") || v.Managed.ReplaceButton == "" {
					t.Fatalf("the details say %q, [%s]", v.Managed.Replaces, v.Managed.ReplaceButton)
				}
				v = p.do(v, link.Action{Action: link.ActReconnect})
				p.tab(v.Handoff.URL, "robin", "allow")
				v, _ = p.check(v)
				if v.Step != link.StepSuccess || !strings.Contains(v.Success.Note, "Other Books") {
					t.Errorf("it ends on %s, %+v", v.Step, v.Success)
				}
				for _, c := range w.connections() {
					if want := c.ID == lost.ID; (c.Status == bowline.Linked) != want {
						t.Errorf("%s is %s", c.PlatformName, c.Status)
					}
				}
				want := "connectionStarted, connection"
				if only {
					want = "disconnect, reconnect"
				}
				if got := strings.Join(p.told, ", "); got != want {
					t.Errorf("callbacks: %s, want %s", got, want)
				}
				if only && (v.Events[0].Connection.ConnectionID != working.ID || v.Events[1].Connection.ConnectionID != lost.ID) {
					t.Errorf("they are about %+v", v.Events)
				}
				other := p.do(list, link.Action{Action: link.ActDetails, ConnectionID: working.ID})
				if !strings.Contains(other.Managed.Replaces, "Accounting Sandbox (Harbour Lane Café)") {
					t.Errorf("the other one's details say %q", other.Managed.Replaces)
				}
			})
		})
	}
}

// TestReconnectingAsksAgain: what was connected after the details were drawn is
// not ended before they have been drawn with it.
func TestReconnectingAsksAgain(t *testing.T) {
	eachWith(t, rivals, func(t *testing.T, w *world) {
		lost := w.story()
		w.unlink(lost)
		w.overseen()
		p := &hostPage{world: w, bearer: true}
		v := p.do(p.load(""), link.Action{Action: link.ActDetails, ConnectionID: lost.ID})
		if v.Managed.Replaces != "" || v.Managed.ReplaceButton != "" {
			t.Errorf("nothing is replaced, and the details say %q", v.Managed.Replaces)
		}
		w.comeFrom(rival, w.toHandoff(rival, bowline.Accounting).Handoff.URL, "robin", "allow")
		v = p.do(v, link.Action{Action: link.ActReconnect})
		if v.Step != link.StepManaged || !strings.Contains(v.Managed.Replaces, "Other Books") || len(p.told) != 0 {
			t.Fatalf("step %s, told %v", v.Step, p.told)
		}
		if v = p.do(v, link.Action{Action: link.ActReconnect}); v.Step != link.StepHandoff {
			t.Errorf("who has seen it comes to %s", v.Step)
		}
	})
}

// TestReplacingSaysSo: so does the way of Link's list, to a customer who chose it.
func TestReplacingSaysSo(t *testing.T) {
	eachWith(t, rivals, func(t *testing.T, w *world) {
		w.story()
		v := w.comeFrom(rival, w.toHandoff(rival, bowline.Accounting).Handoff.URL, "robin", "allow")
		if v.Step != link.StepSuccess || !strings.Contains(v.Success.Note, "Accounting Sandbox (Harbour Lane Café)") {
			t.Errorf("it ends on %s, %+v", v.Step, v.Success)
		}
		choice, _ := w.choice() // the answer to which is the result itself
		v = w.act(choice, link.Action{Action: link.ActSelectTenant, TenantID: choice.Tenants.Items[0].ID})
		if v.Step != link.StepSuccess || !strings.Contains(v.Success.Note, "Other Books") {
			t.Errorf("after a choice: %s, %+v", v.Step, v.Success)
		}
	})
}
