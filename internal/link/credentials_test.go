package link_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

const rightKey, wrongKey = "shop_demo2468", "shop_wrong1357"

func typed(store, key string) link.Action {
	return link.Action{Action: link.ActSubmit, Fields: map[string]string{"store": store, "key": key, "stranger": "x"}}
}

// shows returns a view as the browser gets it.
func shows(t *testing.T, v link.View) string {
	t.Helper()
	text, err := json.Marshal(v)
	must(t, err)
	return string(text)
}

func TestCredentialsStory(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var log bytes.Buffer
		w.service.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		v := w.begun(keyed, bowline.Commerce)
		if v.Step != link.StepCredentials || len(v.Credentials.Fields) != 2 || v.Credentials.Problem != "" {
			t.Fatalf("after the consent: %s %+v", v.Step, v.Credentials)
		}
		if f := v.Credentials.Fields[0]; f.Name != "store" || f.Suffix != ".shops.example" || f.Secret || f.Problem != "" {
			t.Errorf("the first field is %+v", f)
		}
		wrong := w.act(v, typed("harbour-lane", wrongKey))
		if wrong.Step != link.StepCredentials || !strings.Contains(wrong.Credentials.Problem, "Keys Sandbox") {
			t.Fatalf("a wrong key shows %s %+v", wrong.Step, wrong.Credentials)
		}
		if wrong.Credentials.Fields[0].Value != "harbour-lane" || wrong.Credentials.Fields[1].Value != "" || strings.Contains(shows(t, wrong), wrongKey) {
			t.Errorf("the form holds %+v", wrong.Credentials.Fields)
		}
		c := w.untouched(1)
		if e := c.DataConnectionErrors[0]; e.StatusCode != "500" || e.StatusText != "Unauthorized" {
			t.Errorf("the error is %+v", e)
		}
		done := w.act(wrong, typed(" https://Harbour-Lane.shops.example/ ", rightKey))
		if done.Step != link.StepSuccess {
			t.Fatalf("the right key shows %s %+v", done.Step, done.Credentials)
		}
		c = w.connections()[0]
		if c.Status != bowline.Linked || c.CompanyName != "Harbour Lane Coffee Beans" || c.TenantID != "c498b6e7-3648-445e-9afa-3a387f006745" {
			t.Errorf("the connection is %+v", c)
		}
		grant, err := w.store.Grant(t.Context(), c.ID)
		must(t, err)
		if fmt.Sprint(grant.Extra) != "map[key:"+rightKey+" store:Harbour-Lane]" || grant.AccessToken != "" {
			t.Errorf("kept: %v", grant.Extra)
		}
		if got, want := w.events(), "connection.created connection.failed connection.connected"; got != want {
			t.Errorf("events %q, want %q", got, want)
		}
		if text := log.String(); strings.Contains(text, rightKey) || strings.Contains(text, wrongKey) || strings.Contains(strings.ToLower(text), "harbour-lane") || text == "" {
			t.Errorf("the log says %s", text)
		}
	})
}

// TestTypingErrors are found before anybody is asked, and leave nothing.
func TestTypingErrors(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.begun(keyed, bowline.Commerce)
		for name, c := range map[string]struct {
			store, key string
			problems   int
		}{
			"nothing":    {"", " ", 2},
			"no key":     {"harbour-lane", "", 1},
			"form":       {"harbour lane", "not a key", 2},
			"path":       {"../../token", rightKey, 1},
			"long":       {strings.Repeat("a", 600), rightKey, 1},
			"a new line": {"harbour-lane\nx", rightKey, 1},
		} {
			got := w.act(v, typed(c.store, c.key))
			if got.Step != link.StepCredentials || got.Credentials.Problem != "" {
				t.Fatalf("%s: %s %+v", name, got.Step, got.Credentials)
			}
			problems := 0
			for _, f := range got.Credentials.Fields {
				if f.Problem != "" {
					problems++
				}
			}
			if problems != c.problems {
				t.Errorf("%s: %d problems, want %d: %+v", name, problems, c.problems, got.Credentials.Fields)
			}
		}
		w.untouched(0)
		if got := w.events(); got != "connection.created" {
			t.Errorf("events %q", got)
		}
	})
}

func TestShopThatIsClosed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.act(w.begun(keyed, bowline.Commerce), typed("resting", rightKey))
		if v.Step != link.StepCredentials || !strings.Contains(v.Credentials.Problem, "not answering") {
			t.Errorf("%s %+v", v.Step, v.Credentials)
		}
		w.untouched(1)
		if v = w.act(v, typed("nowhere", rightKey)); v.Step != link.StepCredentials || strings.Contains(v.Credentials.Problem, "not answering") {
			t.Errorf("a shop that is not there: %s %+v", v.Step, v.Credentials)
		}
	})
}

func TestTriesOfCredentialsAreLimited(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.begun(keyed, bowline.Commerce)
		for range 40 {
			v = w.act(v, typed("harbour-lane", wrongKey))
		}
		if v.Step != link.StepCredentials || !strings.Contains(v.Credentials.Problem, "many tries") {
			t.Errorf("%s %+v", v.Step, v.Credentials)
		}
		if n := strings.Count(w.events(), "connection.failed"); n > 30 {
			t.Errorf("%d tries were made", n)
		}
		w.clock.add(time.Minute)
		if v = w.act(v, typed("harbour-lane", rightKey)); v.Step != link.StepSuccess {
			t.Errorf("after a while the right key shows %s", v.Step)
		}
	})
}

// TestReconnectWithCredentials: the same shop again, never another one.
func TestReconnectWithCredentials(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.act(w.begun(keyed, bowline.Commerce), typed("harbour-lane", rightKey))
		w.unlink(w.connections()[0])
		again := func() link.View {
			return w.act(w.boot(), link.Action{Action: link.ActReconnect, ConnectionID: w.connections()[0].ID})
		}
		v := w.act(again(), typed("maple-pine", rightKey))
		if v.Step != link.StepMismatch || len(v.Mismatch.Selected) != 1 || v.Mismatch.Selected[0] == v.Mismatch.Previous {
			t.Errorf("another shop shows %s %+v", v.Step, v.Mismatch)
		}
		if v = w.act(v, link.Action{Action: link.ActRetry}); v.Step != link.StepCredentials {
			t.Fatalf("retry shows %s", v.Step)
		}
		if v = w.act(v, typed("harbour-lane", rightKey)); v.Step != link.StepSuccess || w.connections()[0].Status != bowline.Linked {
			t.Errorf("the same shop shows %s", v.Step)
		}
	})
}

func TestCredentialsOfARemovedConnection(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.begun(keyed, bowline.Commerce)
		w.remove()
		if v = w.act(v, typed("harbour-lane", rightKey)); v.Step != link.StepMain || len(w.connections()) != 0 {
			t.Errorf("%s, %d connections", v.Step, len(w.connections()))
		}
	})
}

// TestCredentialsInAHostPage is the second row of link.md 1.4.
func TestCredentialsInAHostPage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w, options: `{}`}
		v := p.do(p.load(""), link.Action{Action: link.ActConnect, SourceType: bowline.Commerce})
		v = p.do(v, link.Action{Action: link.ActChoose, IntegrationKey: keyed})
		v = p.do(v, link.Action{Action: link.ActAccept})
		v = p.do(v, typed("harbour-lane", "not a key")) // no callback: nobody was asked
		v = p.do(v, typed("harbour-lane", wrongKey))
		v = p.do(v, typed("resting", rightKey))
		v = p.do(v, typed("maple-pine", rightKey))
		if v.Step != link.StepSuccess {
			t.Fatalf("step %s", v.Step)
		}
		if got, want := strings.Join(p.told, ", "), "consent, connectionStarted, error 422, error 503, connection"; got != want {
			t.Errorf("callbacks %q, want %q", got, want)
		}
	})
}

// TestHelperTypesCredentials: the form and its mistakes are the helper's, and
// the owner's page hears of the end.
func TestHelperTypesCredentials(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.begun(keyed, bowline.Commerce)
		if !v.Credentials.CanHandOver {
			t.Fatal("the form cannot be handed over")
		}
		waiting := w.act(v, link.Action{Action: link.ActHandOver})
		h := w.helper()
		v = h.help(h.open(codeOf(waiting.HandOver.URL)).View, link.Action{Action: link.ActHelp})
		if v.Step != link.StepCredentials || v.Credentials.CanHandOver {
			t.Fatalf("helping leads to %s %+v", v.Step, v.Credentials)
		}
		if back := h.help(v, link.Action{Action: link.ActBack}); back.Step != link.StepHelper {
			t.Errorf("back shows %s", back.Step)
		}
		if v = h.help(v, typed("harbour-lane", wrongKey)); v.Step != link.StepCredentials || v.Credentials.Problem == "" {
			t.Errorf("a wrong key shows %s", v.Step)
		}
		if v = h.help(v, typed("harbour-lane", rightKey)); v.Step != link.StepDone || !v.Done.Helper || v.Main != nil {
			t.Errorf("the right key shows %s", v.Step)
		}
		if v, news := w.news(waiting); !news || v.Step != link.StepSuccess {
			t.Errorf("the owner's page shows %s, news %v", v.Step, news)
		}
	})
}
