package link_test

import (
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// TestWhoManages is the table of who may look after what is connected. Those who
// may not see the journey as ever, and a flow of somebody who may does not help
// them.
func TestWhoManages(t *testing.T) {
	off := func(l *bowline.LinkSettings) { l.ManageConnections.Enabled = false }
	for name, tt := range map[string]struct {
		settings []func(*bowline.LinkSettings)
		embedded bool
		bearer   bool
		session  string // "spent", "carried" or none
		manages  bool
	}{
		"embedded with a token":                    {embedded: true, bearer: true, manages: true},
		"embedded without":                         {embedded: true},
		"embedded, switched off":                   {settings: []func(*bowline.LinkSettings){off}, embedded: true, bearer: true},
		"hosted with a spent password":             {settings: []func(*bowline.LinkSettings){oneTime}, session: "spent", manages: true},
		"hosted, switched off":                     {settings: []func(*bowline.LinkSettings){oneTime, off}, session: "spent"},
		"hosted with a session of a carried link":  {settings: []func(*bowline.LinkSettings){oneTime}, session: "carried"},
		"hosted with the address alone":            {},
		"hosted, passwords switched off meanwhile": {session: "spent"},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				c := w.story()
				w.overseen(tt.settings...)
				p := &hostPage{world: w, bearer: tt.bearer}
				e := link.Entry{}
				if tt.session != "" {
					e = w.proven(tt.session == "spent")
				}
				boot := func() link.View {
					if tt.embedded {
						return p.load("")
					}
					v, err := w.service.Boot(t.Context(), w.company, e)
					must(t, err)
					return v
				}
				v := boot()
				if tt.manages {
					if v.Step != link.StepManage || len(v.Manage.Connections) != 1 || v.Manage.Connections[0].ID != c.ID || !v.Manage.CanConnect || !v.Manage.CanFinish ||
						v.Manage.Title != "Manage connected platforms" || v.Manage.Subtitle != "All of yours." {
						t.Fatalf("step %s, %+v", v.Step, v.Manage)
					}
					return
				}
				if v.Step != link.StepMain || v.Main.CanManage {
					t.Fatalf("step %s, %+v", v.Step, v.Main)
				}
				// Somebody else's screen, taken from a page that may.
				w.overseen(oneTime)
				mine := w.proven(true)
				able, err := w.service.Boot(t.Context(), w.company, mine)
				must(t, err)
				able = w.act(w.act(able, link.Action{Action: link.ActDetails, ConnectionID: c.ID}), link.Action{Action: link.ActDisconnect})
				if able.Step != link.StepDisconnect {
					t.Fatalf("step %s", able.Step)
				}
				stranger := w.browser
				stranger.Cookies = link.Cookies{}
				next, _, err := w.service.Act(t.Context(), w.company, link.Action{Flow: able.Flow, Action: link.ActConfirm}, stranger)
				if err != nil || next.Step != link.StepMain || w.connections()[0].Status != bowline.Linked {
					t.Errorf("a stranger with the flow comes to %s, %v; the connection is %s", next.Step, err, w.connections()[0].Status)
				}
			})
		})
	}
}

// TestCarriedVisitsDoNotManage: whoever goes on with another device, or in the
// tab of the provider, got there by an address that can be passed on.
func TestCarriedVisitsDoNotManage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.story()
		w.overseen(oneTime)
		p := &hostPage{world: w, bearer: true}
		w.unlink(first)
		v := p.do(p.do(p.load(""), link.Action{Action: link.ActDetails, ConnectionID: first.ID}), link.Action{Action: link.ActReconnect})
		device := p.do(v, link.Action{Action: link.ActDevice})
		r := p.tab(v.Handoff.URL, "robin", "allow")
		closed, err := w.service.Closed(t.Context(), r.Authorization, w.browser)
		must(t, err)
		here := w.act(w.act(closed, link.Action{Action: link.ActContinue}), link.Action{Action: link.ActContinue})
		if here.Step != link.StepMain || here.Main.CanManage {
			t.Errorf("the provider's tab goes on to %s", here.Step)
		}

		w.unlink(first)
		_, code, _ := strings.Cut(device.Device.URL, "#")
		opened, err := w.service.OpenCode(t.Context(), code, nil, link.Browser{Cookies: link.Cookies{}})
		must(t, err)
		if opened.Proven || opened.View.Step != link.StepHandoff {
			t.Fatalf("the other device shows %s, proven %v", opened.View.Step, opened.Proven)
		}
		session, err := w.service.Session(opened.Session, opened.Proven)
		must(t, err)
		phone := link.Browser{Cookies: link.Cookies{session.Name: session.Value}}
		for _, action := range []string{link.ActBack} {
			next, _, err := w.service.Act(t.Context(), w.company, link.Action{Flow: opened.View.Flow, Action: action}, phone)
			must(t, err)
			if next.Step != link.StepMain || next.Main.CanManage {
				t.Errorf("on the other device, %s leads to %s", action, next.Step)
			}
		}
	})
}
