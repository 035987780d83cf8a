package api_test

import (
	"context"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// visited records steps as the journey would.
func (h *harness) visited(steps ...bowline.VisitStep) {
	h.t.Helper()
	storetest.Write(h.t, h.store, func(ctx context.Context, tx *store.Tx) error {
		for _, s := range steps { // one by one, so that they may come in any order
			if err := tx.RecordVisits(ctx, []bowline.VisitStep{s}); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestAuthFlow reads the example of link.md 5.7: 15 / 15 / 8 gives 53 %.
func TestAuthFlow(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		read := func(target string) (flow api.AuthFlow) {
			t.Helper()
			got := h.call("GET", target, "")
			if err := json.Unmarshal([]byte(got.body), &flow); err != nil || got.status != 200 {
				t.Fatalf("%s answers %d, %v", target, got.status, err)
			}
			return flow
		}
		if flow := read("/monitor/authFlow"); len(flow.Categories) != 3 || flow.Categories[0].Rate != nil || len(flow.Weeks) != 0 || flow.Since != "" || flow.To != "2026-03-04" || flow.From != "2025-12-05" {
			t.Errorf("before anything happened: %+v", flow)
		}
		wednesday := h.clock.Now() // of the tenth week
		for i := range 15 {
			c := storetest.Add(t, s, bowline.Company{ID: bowline.NewID(wednesday), InstanceID: h.instance, Name: fmt.Sprint(i), Created: wednesday})
			step := bowline.VisitStep{CompanyID: c.ID, SourceType: bowline.Accounting, At: wednesday, Device: "phone", Locale: "en-US", Stages: []bowline.Stage{"b"}}
			begun := step
			begun.At = wednesday.AddDate(0, 0, -7) // nobody completed in that week: it is not drawn
			begun.IntegrationKey, begun.Stages = "mqjo", []bowline.Stage{"b", "s"}
			h.visited(begun, step)
			step.IntegrationKey, step.Stages = "mqjo", []bowline.Stage{"b", "s"}
			h.visited(step, step)
			if i < 8 {
				step.Stages = []bowline.Stage{"k", "c"}
				h.visited(step)
			} else {
				h.visited(bowline.VisitStep{CompanyID: c.ID, SourceType: bowline.Accounting, At: wednesday, Step: "error", Cause: bowline.CauseDenied})
			}
		}
		storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.EndVisits(ctx, wednesday.Add(time.Hour), 100)
			return err
		})
		flow := read("/monitor/authFlow")
		c := flow.Categories[0]
		if c.Began != 15 || c.Started != 15 || c.Succeeded != 8 || c.Rate == nil || *c.Rate != 53.3 {
			t.Errorf("the example of record is %+v", c)
		}
		if len(c.Integrations) != 1 || c.Integrations[0] != (api.AuthFlowIntegration{Key: "mqjo", Name: "Accounting Sandbox", Started: 15, Succeeded: 8}) ||
			len(c.Devices) != 1 || c.Devices[0] != (api.AuthFlowDevice{Device: "phone", Began: 15, Started: 15, Succeeded: 8}) ||
			len(c.Locales) != 1 || len(c.Causes) != 1 || c.Causes[0] != (api.AuthFlowCause{Cause: "Denied", Count: 7}) {
			t.Errorf("its parts are %+v", c)
		}
		if len(flow.Weeks) != 1 || flow.Weeks[0] != (api.AuthFlowWeek{Week: "2026-W10", SourceType: "Accounting", Started: 15, Completed: 8, Rate: 53.3}) || flow.Since != "2026-03-04" {
			t.Errorf("weeks %+v since %s", flow.Weeks, flow.Since)
		}
		if c = read("/monitor/authFlow?integration=mqjo&from=2026-03-04").Categories[0]; c.Began != 15 || c.Succeeded != 8 || len(c.Integrations) != 1 || len(c.Devices) != 0 {
			t.Errorf("filtered: %+v", c)
		}
		if c = read("/monitor/authFlow?device=desktop").Categories[0]; c.Began != 0 || len(c.Causes) != 0 {
			t.Errorf("filtered away: %+v", c)
		}
		for _, bad := range []string{"from=yesterday", "device=phone&locale=fr-CA", "from=2026-03-05", "device=watch", "from=2020-01-01", "from=0001-01-01&to=0001-01-02"} {
			if got := h.call("GET", "/monitor/authFlow?"+bad, ""); got.status != 400 {
				t.Errorf("%s answers %d", bad, got.status)
			}
		}
	})
}

// TestAuthFlowTable exports figures of which one looks like a formula.
func TestAuthFlowTable(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	c := storetest.Add(t, h.store, bowline.Company{ID: bowline.NewID(h.clock.Now()), InstanceID: h.instance, Name: "alpha", Created: h.clock.Now()})
	h.visited(bowline.VisitStep{
		CompanyID: c.ID, SourceType: bowline.Accounting, At: h.clock.Now(), IntegrationKey: `=cmd,"x"`, Locale: "-1", Stages: []bowline.Stage{"b", "s"},
	})
	r := httptest.NewRequest("GET", "/monitor/authFlow.csv", nil)
	r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(h.key)))
	got := httptest.NewRecorder()
	h.handler.ServeHTTP(got, r)
	if got.Code != 200 || got.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(got.Header().Get("Content-Disposition"), "auth-flow-2025-12-05-2026-03-04.csv") {
		t.Fatalf("answers %d, %v", got.Code, got.Header())
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.Body.String(), "\uFEFF"))).ReadAll()
	if err != nil || len(rows) < 4 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	text := fmt.Sprint(rows)
	for _, want := range []string{`[total Accounting 2025-12-05/2026-03-04 1 1 0   0]`, `[integration Accounting '=cmd,"x"  1 0   ]`, `[locale Accounting '-1 1 1 0   ]`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
}

// TestRequests reads the log that the server keeps.
func TestRequests(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		keys, err := s.APIKeys(t.Context(), h.instance)
		if err != nil {
			t.Fatal(err)
		}
		at := h.clock.Now()
		ours := bowline.AnsweredRequest{
			InstanceID: h.instance, ID: strings.Repeat("a", 32), At: at, Area: "api", Method: "POST", Path: "/api/companies", Status: 400,
			Duration: 1500 * time.Microsecond, CallerKind: bowline.CallerKey, CallerID: keys[0].ID, ErrorCode: "invalid", Message: "name is required", LeftOut: 3,
		}
		theirs, nobody := ours, ours
		theirs.InstanceID, theirs.ID = storetest.NewInstance(t, s), strings.Repeat("b", 32)
		nobody.InstanceID, nobody.ID, nobody.CallerID, nobody.CallerKind = "", strings.Repeat("c", 32), "", ""
		storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertRequests(ctx, []bowline.AnsweredRequest{ours, theirs, nobody})
		})
		got := h.call("GET", "/requests?status=4xx&path=/api/comp", "").body
		want := `{"results":[{"at":"2026-03-04T05:06:07.123456Z","correlationId":"` + ours.ID + `","area":"api","method":"POST","path":"/api/companies","status":400,"durationMs":1.5,` +
			`"caller":{"kind":"key","id":"` + string(keys[0].ID) + `","name":"First key"},"errorCode":"invalid","message":"name is required","leftOut":3}],` +
			`"keptDays":14,"oldest":"2026-03-04T05:06:07.123456Z","sampled":true,"readsPer10Seconds":50}`
		if strings.TrimSpace(got) != want {
			t.Errorf("the list is\n%s, want\n%s", got, want)
		}
		for target, status := range map[string]int{
			"/requests/" + ours.ID: 200, "/requests/" + nobody.ID: 200, "/requests/" + theirs.ID: 404, "/requests/" + strings.Repeat("d", 32): 404,
			"/requests/x": 404, "/requests?cursor=x": 400, "/requests?limit=101": 400, "/requests?status=200": 400,
		} {
			if got := h.call("GET", target, ""); got.status != status {
				t.Errorf("%s answers %d", target, got.status)
			}
		}
		for id, found := range map[string]bool{ours.ID: true, nobody.ID: true, theirs.ID: false, "x": false} {
			if got := h.call("GET", "/requests?correlationId="+id, "").body; strings.Contains(got, `"correlationId":"`+id+`"`) != found {
				t.Errorf("by correlation id %s: %s", id, got)
			}
		}
	})
}

// TestWebhookActivity counts attempts by the hour and more.
func TestWebhookActivity(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	consumer := storetest.AddConsumer(t, h.store, storetest.NewConsumer(h.instance, "https://a.example"))
	for i, at := range []time.Time{h.clock.Now(), h.clock.Now().Add(-time.Hour), h.clock.Now().AddDate(0, 0, -6), h.clock.Now().AddDate(0, 0, -8)} {
		err := h.store.Finish(t.Context(), []store.Outcome{{
			Delivery: store.Delivery{Consumer: consumer.ID, ID: bowline.NewID(at)}, Status: bowline.MessageFailure,
			Attempt: &bowline.Attempt{ID: bowline.NewID(at), At: at, Success: i%2 == 0},
		}}, nil)
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := h.store.FlushTallies(t.Context()); err != nil {
		t.Fatal(err)
	}
	for days, c := range map[int]struct{ hours, buckets int }{1: {1, 6}, 7: {6, 25}, 30: {24, 30}} {
		var chart api.WebhookActivity
		got := h.call("GET", fmt.Sprintf("/webhooks/%s/activity?days=%d", consumer.ID, days), "")
		if err := json.Unmarshal([]byte(got.body), &chart); err != nil || got.status != 200 {
			t.Fatalf("%d days: %d, %v", days, got.status, err)
		}
		succeeded, failed := int64(0), int64(0)
		for _, b := range chart.Buckets {
			succeeded, failed = succeeded+b.Succeeded, failed+b.Failed
		}
		want := map[int][2]int64{1: {1, 1}, 7: {2, 1}, 30: {2, 2}}[days]
		if chart.Hours != c.hours || len(chart.Buckets) != c.buckets || succeeded != want[0] || failed != want[1] {
			t.Errorf("%d days: %d buckets of %d hours, %d and %d", days, len(chart.Buckets), chart.Hours, succeeded, failed)
		}
	}
	if got := h.call("GET", "/webhooks/"+string(bowline.NewID(h.clock.Now()))+"/activity", ""); got.status != 404 {
		t.Errorf("of a consumer that is not there: %d", got.status)
	}
}

// TestGettingStarted takes the first steps one by one.
func TestGettingStarted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		done := func() (ids string) {
			t.Helper()
			var got api.GettingStarted
			if err := json.Unmarshal([]byte(h.call("GET", "/gettingStarted", "").body), &got); err != nil || len(got.Steps) != 7 {
				t.Fatalf("%+v, %v", got, err)
			}
			for _, step := range got.Steps {
				if step.Done {
					ids += step.ID + " "
				}
			}
			return ids
		}
		if got := done(); got != "" && got != "addKey " { // the printed key may have been used by now
			t.Errorf("at first: %s", got)
		}
		company := h.company(`{"name":"alpha"}`)
		h.linked(company, "mqjo")
		h.must(201, "POST", "/apiKeys", `{"name":"Server"}`)
		storetest.AddConsumer(t, s, storetest.NewConsumer(h.instance, "https://a.example"))
		storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertBegan(ctx, []store.Began{{Company: bowline.ID(company), At: h.clock.Now()}})
		})
		if got := done(); got != "createCompany openLink connect addKey addWebhook " {
			t.Errorf("then: %s", got)
		}
		h.must(200, "PUT", "/profile", `{"name":"Harbour Lending","redirectUrl":"https://example.com/back","logoUrl":""}`)
		h.must(200, "PUT", "/settings/branding", `{"primaryColor":"#123456"}`)
		if got := done(); got != "nameYourCompany brandIt createCompany openLink connect addKey addWebhook " {
			t.Errorf("at last: %s", got)
		}
	})
}
