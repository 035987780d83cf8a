package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// endings are the operations that end, with what makes each answer, the
// deprecation that it belongs to and the operation that takes its place.
func endings() []struct{ request, body, id, instead string } {
	rule := `{"type":"Sync Failed","notifiers":{"webhook":"https://app.example"}}`
	return []struct{ request, body, id, instead string }{
		{"POST /rules", rule, "rules", "POST /webhooks"},
		{"GET /rules", "", "rules", "GET /webhooks"},
		{"GET /rules/{ruleId}", "", "rules", "GET /webhooks/{webhookId}"},
	}
}

// TestEveryEndingIsServed: what the table of deprecations names are operations,
// and so is what takes their place; the document tells the end of exactly these.
func TestEveryEndingIsServed(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	var document struct {
		Paths map[string]map[string]struct {
			Deprecated bool
			Responses  map[string]struct{ Headers map[string]any }
		}
	}
	if err := json.Unmarshal(h.api.Document(), &document); err != nil {
		t.Fatal(err)
	}
	// find says of an operation whether it is marked, whether it is there at all,
	// and how many of its answers tell of an end, -1 for all of them.
	find := func(operation string) (deprecated, there bool, tell int) {
		method, path, _ := strings.Cut(operation, " ")
		op, there := document.Paths[path][strings.ToLower(method)]
		for _, r := range op.Responses {
			if r.Headers["Deprecation"] != nil && r.Headers["Sunset"] != nil && r.Headers["Link"] != nil {
				tell++
			}
		}
		if tell > 0 && tell == len(op.Responses) {
			tell = -1
		}
		return op.Deprecated, there, tell
	}
	named := 0
	for _, d := range bowline.Deprecations() {
		for _, op := range d.Operations {
			named++
			if deprecated, there, tell := find(op.Operation); !deprecated || !there || tell != -1 {
				t.Errorf("%s: deprecated %v, there %v, %d answers tell of it", op.Operation, deprecated, there, tell)
			}
			if deprecated, there, tell := find(op.Instead); deprecated || !there || tell != 0 {
				t.Errorf("%s: deprecated %v, there %v, %d answers tell of it", op.Instead, deprecated, there, tell)
			}
		}
	}
	for path, item := range document.Paths {
		for method := range item {
			if _, _, tell := find(strings.ToUpper(method) + " " + path); tell != 0 {
				named--
			}
		}
	}
	if named != 0 {
		t.Errorf("%d operations are named and not marked, or the other way round", named)
	}
}

// TestDeprecatedOperations goes through the life of each: announced, ended early,
// taken back, and ended for everybody on the day.
func TestDeprecatedOperations(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		ada := h.person("ada", bowline.RoleDeveloper)
		dates := map[string]bowline.Deprecation{}
		for _, d := range bowline.Deprecations() {
			dates[d.ID] = d
		}
		company := h.company(`{"name":"Harbour Bakery"}`)
		rule := id(t, h.must(200, "POST", "/rules", endings()[0].body))
		walk := func(about string, ended map[string]string) {
			t.Helper()
			for _, row := range endings() {
				method, target, _ := strings.Cut(strings.Replace(row.request, "{ruleId}", rule, 1), " ")
				got := h.call(method, target, row.body)
				want := 200
				if ended[row.id] != "" {
					want = 404
				}
				if got.status != want {
					t.Errorf("%s: %s answers %d: %s", about, row.request, got.status, got.body)
				}
				if want == 404 && (!strings.Contains(got.body, `"error":"NotFound: `) || !strings.Contains(got.body, ended[row.id]) || !strings.Contains(got.body, "Use "+row.instead+" instead.")) {
					t.Errorf("%s: %s says %s", about, row.request, got.body)
				}
				checkEnding(t, row.request, got.header, dates[row.id])
			}
		}
		walk("announced", nil)
		opt := func(id, in string) answer { return h.as(ada, "PUT", "/deprecations/"+id, `{"optedIn":`+in+`}`) }
		for _, step := range []struct{ id, in, shown string }{{"rules", "true", `"optedIn":true`}, {"rules", "true", `"optedIn":true`}} {
			if got := opt(step.id, step.in); got.status != 200 || !strings.Contains(got.body, step.shown) {
				t.Fatalf("%+v: %d %s", step, got.status, got.body)
			}
		}
		walk("ended early", map[string]string{"rules": "has let this operation end early"})
		// Strangers are strangers before anything else is said, and learn of the end.
		stranger := h.call("GET", "/rules", "", "Authorization", "")
		if stranger.status != 401 {
			t.Errorf("a stranger is answered %d", stranger.status)
		}
		checkEnding(t, "as a stranger", stranger.header, dates["rules"])
		if got := h.as(ada, "GET", "/rules", ""); got.status != 404 {
			t.Errorf("staff are answered %d", got.status)
		}
		if got := opt("rules", "false"); got.status != 200 {
			t.Fatal(got)
		}
		walk("taken back", nil)

		h.clock.advance(dates["rules"].Effective.Sub(h.clock.Now()) - time.Microsecond)
		walk("the last moment", nil)
		h.clock.advance(time.Microsecond)
		ended := "ended on " + dates["rules"].Effective.Format(time.DateOnly)
		walk("the day", map[string]string{"rules": ended})
		if got := h.must(200, "GET", "/deprecations", ""); len(got["results"].([]any)) != 0 {
			t.Errorf("listed after the end: %v", got)
		}
		if got := opt("rules", "false"); got.status != 404 {
			t.Errorf("opting out after the end: %d %s", got.status, got.body)
		}
		// What takes their place goes on, and says nothing of an end.
		for _, target := range []string{"/webhooks", "/corsSettings", "/companies/" + company + "/accessToken"} {
			if got := h.call("GET", target, ""); got.status != 200 || got.header.Get("Sunset") != "" || got.header.Get("Deprecation") != "" {
				t.Errorf("%s: %d %v", target, got.status, got.header)
			}
		}
	})
}

func checkEnding(t *testing.T, about string, h http.Header, d bowline.Deprecation) {
	t.Helper()
	since, err := time.Parse(time.RFC3339, "2026-11-22T00:00:00Z")
	if err != nil || h.Get("Deprecation") != "@1795305600" || since.Unix() != 1795305600 {
		t.Errorf("%s: Deprecation is %q", about, h.Get("Deprecation"))
	}
	sunset, err := http.ParseTime(h.Get("Sunset"))
	if err != nil || !sunset.Equal(d.Effective) {
		t.Errorf("%s: Sunset is %q", about, h.Get("Sunset"))
	}
	if link := h.Get("Link"); !strings.HasPrefix(link, "<"+publicURL+"/docs/api#") || !strings.HasSuffix(link, `>; rel="deprecation sunset"; type="text/html"`) {
		t.Errorf("%s: Link is %q", about, link)
	}
}

// TestOptingInIsUndone: who opted in and out is in both histories, and the former
// choice can be brought back.
func TestOptingInIsUndone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		ada := h.person("ada", bowline.RoleAdministrator)
		does := func(method, target, body string) answer {
			t.Helper()
			got := h.as(ada, method, target, body)
			if got.status != 200 {
				t.Fatalf("%s %s: %d %s", method, target, got.status, got.body)
			}
			return got
		}
		does("PUT", "/deprecations/rules", `{"optedIn":true}`)
		does("PUT", "/deprecations/rules", `{"optedIn":false}`)
		var history struct {
			Results []struct {
				ID, Kind, ActorName string
				Summary             []string
			}
		}
		if err := json.Unmarshal([]byte(does("GET", "/settings/history?kind=deprecations", "").body), &history); err != nil {
			t.Fatal(err)
		}
		if len(history.Results) != 2 || history.Results[0].Summary[0] != "rules" || history.Results[0].ActorName != "Ada" || history.Results[0].Kind != "deprecations" {
			t.Fatalf("%+v", history)
		}
		undone := does("POST", "/settings/history/"+history.Results[0].ID+"/restore", "").body
		var restored struct{ Deprecations api.Deprecations }
		if err := json.Unmarshal([]byte(undone), &restored); err != nil {
			t.Fatal(err)
		}
		if list := restored.Deprecations.Results; len(list) != 1 || list[0].ID != "rules" || !list[0].OptedIn {
			t.Errorf("restored: %s", undone)
		}
		if got, err := s.OptIns(t.Context(), h.instance); err != nil || len(got) != 1 || !got["rules"] {
			t.Errorf("stored: %v %v", got, err)
		}
		lines, err := s.StaffHistory(t.Context(), store.StaffLines{Instance: h.instance, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, line := range lines {
			said = append(said, line.What+" "+line.Detail)
		}
		want := "deprecations.changed rules on|deprecations.changed rules off|deprecations.changed rules on"
		if strings.Join(said, "|") != want {
			t.Errorf("history: %q", said)
		}
	})
}

// TestDeprecationsAreShown with what to do, in the language of who asks.
func TestDeprecationsAreShown(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	got := h.call("GET", "/deprecations", "")
	for _, want := range []string{
		`"id":"rules"`, `"title":"Alert rules"`, `"announced":"2026-11-22T00:00:00Z"`, `"effective":"2027-11-22T00:00:00Z"`, `"optedIn":false`,
		`"docsUrl":"` + publicURL + `/docs/api#create-rule"`, `{"operation":"GET /rules/{ruleId}","instead":"GET /webhooks/{webhookId}"}`,
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("%s is not in %s", want, got.body)
		}
	}
	for _, row := range []struct {
		target, body string
		status       int
	}{
		{"/deprecations/nothing", `{"optedIn":true}`, 404}, {"/deprecations/rules", `{}`, 400}, {"/deprecations/rules", `{"optedIn":"yes"}`, 400},
		{"/deprecations/rules", ``, 400},
	} {
		if got := h.call("PUT", row.target, row.body); got.status != row.status {
			t.Errorf("%s %s: %d %s", row.target, row.body, got.status, got.body)
		}
	}
}
