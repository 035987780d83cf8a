package api_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// deliver does what the deliveries do, without a network: tells everybody of
// what was recorded, and lets each attempt that is due end with a status.
func deliver(h *harness, status int) (made int) {
	h.t.Helper()
	ctx, now := h.t.Context(), h.clock.Now()
	revision, err := h.store.ConsumersRevision(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	consumers, err := h.store.AllConsumers(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	_, _, err = h.store.FanOut(ctx, store.FanOut{
		Revision: revision, Now: now, Until: now.Add(time.Minute), Limit: 1000,
		Match: func(e *bowline.Event) (targets []store.Target) {
			for i := range consumers {
				if consumers[i].Wants(e) {
					targets = append(targets, store.Target{Consumer: consumers[i].ID})
				}
			}
			return targets
		},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	var wants []store.Want
	for _, c := range consumers {
		wants = append(wants, store.Want{Consumer: c.ID, Limit: 1000})
	}
	due, err := h.store.Claim(ctx, wants, store.Lease{Now: now, Until: now.Add(time.Minute)})
	if err != nil {
		h.t.Fatal(err)
	}
	var outcomes []store.Outcome
	for _, d := range due {
		o := store.Outcome{
			Delivery: d, Status: bowline.MessageSuccess, Kind: bowline.AttemptScheduled, Scheduled: d.Scheduled + 1,
			Attempt: &bowline.Attempt{
				ID: bowline.NewID(now), MessageID: d.ID, Kind: d.Kind, URL: "https://hooks.example/in", At: now,
				Duration: 12500 * time.Microsecond, Success: status < 300, StatusCode: status, ResponseBody: "said so",
			},
		}
		if status >= 300 {
			o.Status = bowline.MessageFailure
			if next, more := bowline.NextAttempt(o.Scheduled, now, 0); more {
				o.Status, o.RunAt = bowline.MessageAttempting, next
			}
		}
		outcomes = append(outcomes, o)
	}
	if err := h.store.Finish(ctx, outcomes, nil); err != nil {
		h.t.Fatal(err)
	}
	return len(due)
}

func (h *harness) consumer(body string) string {
	h.t.Helper()
	return id(h.t, h.must(201, "POST", "/webhooks", body))
}

func TestMessageLists(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		path := "/webhooks/" + h.consumer(`{"url":"https://hooks.example/in","eventTypes":["company.created","connection.created"]}`)
		bakery := h.company(`{"name":"Bakery"}`)
		deliver(h, 204)
		h.clock.advance(time.Hour)
		h.connection(bakery, "mqjo")
		deliver(h, 500)
		h.clock.advance(time.Second) // before the second attempt
		cafe := h.company(`{"name":"Cafe"}`)
		deliver(h, 200)

		middle := url.QueryEscape(h.clock.Now().Add(-time.Second).Format(time.RFC3339Nano))
		for _, test := range []struct {
			query string
			want  string // types and statuses, the latest first
		}{
			{"", "company.created Success, connection.created Attempting, company.created Success"},
			{"status=Attempting", "connection.created Attempting"},
			{"STATUS=Success", "company.created Success, company.created Success"},
			{"status=Failure", ""},
			{"eventType=connection.created", "connection.created Attempting"},
			{"eventType=nonsense", ""},
			{"companyId=" + cafe, "company.created Success"},
			{"companyId=" + strings.ToUpper(bakery) + "&eventType=company.created", "company.created Success"},
			{"companyId=" + unknownID, ""},
			{"from=" + middle, "company.created Success, connection.created Attempting"},
			{"to=" + middle, "company.created Success"},
			{"from=" + middle + "&to=" + middle, ""},
			{"page=2&pageSize=2", "company.created Success"},
			{"page=3&pageSize=2", ""},
		} {
			var found []string
			for _, m := range results(h.must(200, "GET", path+"/messages?"+test.query, "")) {
				found = append(found, m["eventType"].(string)+" "+m["status"].(string))
			}
			if got := strings.Join(found, ", "); got != test.want {
				t.Errorf("%s: %s, want %s", test.query, got, test.want)
			}
		}
		for query, name := range map[string]string{"companyId=" + cafe: "Cafe", "companyId=" + bakery: "Bakery"} {
			list := results(h.must(200, "GET", path+"/messages?"+query, ""))
			if list[0]["companyName"] != name {
				t.Errorf("%s: %v, want %s", query, list[0], name)
			}
			details := h.must(200, "GET", "/webhooks/messages/"+list[0]["id"].(string)+"/details", "")
			if details["companyName"] != name {
				t.Errorf("details: %v, want %s", details, name)
			}
		}
		page := h.call("GET", path+"/messages?pageSize=1&status=Success&from="+middle[:10]+url.QueryEscape("T00:00:00Z"), "").body
		if !strings.Contains(page, `"totalResults":2`) || !strings.Contains(page, `"next":{"href":"`+path+`/messages?page=2&pageSize=1&status=Success&from=2026-03-04T00%3A00%3A00Z"}`) {
			t.Errorf("links: %s", page)
		}
		for _, bad := range []string{"status=Happy", "status=success", "companyId=x", "from=yesterday", "from=2026-03-04", "page=0", "status=Success&Status=Failure"} {
			if got := h.call("GET", path+"/messages?"+bad, ""); got.status != 400 {
				t.Errorf("%s: %d %s", bad, got.status, got.body)
			}
		}
		if got := h.call("GET", "/webhooks/"+unknownID+"/messages", ""); got.status != 404 {
			t.Errorf("a consumer that is not there: %d", got.status)
		}
	})
}

// TestAttemptLists follows one message through failure and success.
func TestAttemptLists(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		path := "/webhooks/" + h.consumer(hook)
		h.company(`{"name":"Bakery"}`)
		deliver(h, 500)
		waiting := results(h.must(200, "GET", path+"/messages", ""))[0]
		if waiting["status"] != "Attempting" || waiting["attempts"] != float64(1) || waiting["nextAttempt"] != "2026-03-04T05:06:12.123456Z" {
			t.Errorf("after the failure: %v", waiting)
		}
		h.clock.advance(5 * time.Second)
		deliver(h, 204)
		message := results(h.must(200, "GET", path+"/messages", ""))[0]
		name, _ := message["id"].(string)
		if message["status"] != "Success" || message["nextAttempt"] != nil || !strings.HasPrefix(name, "msg_") || strings.Contains(name, ".") {
			t.Errorf("after the success: %v", message)
		}
		attempts := "/webhooks/messages/" + name + "/attempts"
		list := h.call("GET", attempts, "").body
		for _, want := range []string{`"messageId":"` + name + `"`, `"kind":"Scheduled"`, `"milliseconds":12.5`, `"statusCode":500`, `"statusCode":204`, `"success":false`, `"responseBody":"said so"`, `"totalResults":2`} {
			if !strings.Contains(list, want) {
				t.Errorf("%s is not in %s", want, list)
			}
		}
		if got := results(h.must(200, "GET", attempts, ""))[0]["statusCode"]; got != float64(204) {
			t.Errorf("the latest is not the first: %v", got)
		}
		for query, want := range map[string]int{"status=Failure": 1, "status=Success": 1, "pageSize=1": 1, "to=2026-03-04T05:06:10Z": 1, "from=2027-01-01T00:00:00Z": 0} {
			if got := results(h.must(200, "GET", attempts+"?"+query, "")); len(got) != want {
				t.Errorf("%s: %d attempts", query, len(got))
			}
		}
		event := h.call("GET", "/webhooks/messages/"+name+"/event", "")
		if event.status != 200 || !strings.Contains(event.body, `"name":"Bakery"`) {
			t.Errorf("event: %d %s", event.status, event.body)
		}
		checkSchema(t, "company.created", []byte(event.body))
		for _, request := range []string{"GET /webhooks/messages/x/attempts", "GET /webhooks/messages/" + unknownID + "/attempts", "GET /webhooks/messages/" + unknownID + "/event",
			"POST /webhooks/messages/msg_" + strings.ReplaceAll(unknownID, "-", "") + "/resend", "GET /webhooks/messages/" + name + "/attempts?status=Attempting"} {
			method, target, _ := strings.Cut(request, " ")
			if got := h.call(method, target, ""); got.status != 404 && got.status != 400 {
				t.Errorf("%s: %d", request, got.status)
			}
		}
	})
}

// TestSendingAgain goes through everything that sends something on request.
func TestSendingAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		h.company(`{"name":"Before anybody listened"}`)
		deliver(h, 204)
		h.clock.advance(time.Hour)
		path := "/webhooks/" + h.consumer(hook)
		h.company(`{"name":"Bakery"}`)
		deliver(h, 204)
		message := results(h.must(200, "GET", path+"/messages", ""))[0]
		name, _ := message["id"].(string)

		// kinds are those of the attempts of a message, the latest first.
		kinds := func(name string) string {
			var list []string
			for _, attempt := range results(h.must(200, "GET", "/webhooks/messages/"+name+"/attempts", "")) {
				list = append(list, attempt["kind"].(string))
			}
			return strings.Join(list, " ")
		}
		if got := h.must(202, "POST", "/webhooks/messages/"+name+"/resend", ""); got["messages"] != float64(1) || got["messageId"] != name {
			t.Errorf("resend: %v", got)
		}
		if n := deliver(h, 204); n != 1 || kinds(name) != "Resent Scheduled" {
			t.Errorf("resent %d: %s", n, kinds(name))
		}

		if got := h.must(202, "POST", path+"/replay", ""); got["messages"] != float64(1) {
			t.Errorf("replay: %v", got)
		}
		if n := deliver(h, 500); n != 1 {
			t.Errorf("replayed %d", n)
		}
		if got := h.must(202, "POST", path+"/replay", `{"since":"2000-01-01T00:00:00Z"}`); got["messages"] != float64(0) {
			t.Errorf("what was sent is replayed: %v", got)
		}
		failed := results(h.must(200, "GET", path+"/messages?status=Attempting", ""))
		if len(failed) != 1 || kinds(failed[0]["id"].(string)) != "Replayed" {
			t.Fatalf("%v", failed)
		}

		if got := h.must(202, "POST", path+"/recover", `{"since":"2999-01-01T00:00:00Z"}`); got["messages"] != float64(0) {
			t.Errorf("recovered what is older: %v", got)
		}
		if got := h.must(202, "POST", path+"/recover", `{"since":"2026-03-04T05:00:00Z"}`); got["messages"] != float64(1) || got["since"] != nil {
			t.Errorf("recover: %v", got)
		}
		h.clock.advance(time.Second) // behind what was replayed
		if n := deliver(h, 204); n != 1 || kinds(failed[0]["id"].(string)) != "Recovered Replayed" {
			t.Errorf("recovered %d: %s", n, kinds(failed[0]["id"].(string)))
		}

		example := h.must(202, "POST", path+"/example", `{"eventType":"connection.connected"}`)
		if n := deliver(h, 204); n != 1 || kinds(example["messageId"].(string)) != "Example" {
			t.Errorf("%d examples: %v", n, example)
		}
		event := h.call("GET", "/webhooks/messages/"+example["messageId"].(string)+"/event", "").body
		checkSchema(t, "connection.connected", []byte(event))
		h.must(202, "POST", path+"/example", `{"eventType":"invoices.write.successful"}`)

		for request, status := range map[string]int{
			"/example {}": 400, `/example {"eventType":"sekret"}`: 400, `/example {"eventType":"DataSyncCompleted"}`: 400, "/recover {}": 400,
			`/recover {"since":"sekret"}`: 400, `/replay {"since":"sekret"}`: 400, "/recover ": 400,
		} {
			target, body, _ := strings.Cut(request, " ")
			if got := h.call("POST", path+target, body); got.status != status || strings.Contains(got.body, "sekret") {
				t.Errorf("%s: %d %s", request, got.status, got.body)
			}
		}

		// Nothing is sent to a consumer that is switched off.
		h.must(200, "PATCH", path, `{"disabled":true}`)
		for target, body := range map[string]string{
			path + "/replay": "", path + "/recover": `{"since":"2026-03-04T05:00:00Z"}`, path + "/example": `{"eventType":"company.created"}`,
			"/webhooks/messages/" + name + "/resend": "",
		} {
			if got := h.call("POST", target, body); got.status != 409 || !strings.Contains(got.body, "disabled") {
				t.Errorf("%s to a disabled consumer: %d %s", target, got.status, got.body)
			}
		}
		for _, action := range []string{"replay", "recover", "example"} {
			if got := h.call("POST", "/webhooks/"+unknownID+"/"+action, map[string]string{
				"recover": `{"since":"2026-03-04T05:00:00Z"}`, "example": `{"eventType":"company.created"}`,
			}[action]); got.status != 404 {
				t.Errorf("%s to nobody: %d", action, got.status)
			}
		}
	})
}

// TestManyAreSpacedOut: no faster than the consumer's rate limit.
func TestManyAreSpacedOut(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	for range 3 {
		h.company(`{"name":"Bakery"}`)
	}
	deliver(h, 204)
	path := "/webhooks/" + h.consumer(hook)
	h.must(200, "PATCH", path, `{"rateLimit":2}`)
	if got := h.must(202, "POST", path+"/replay", ""); got["messages"] != float64(3) {
		t.Fatalf("%v", got)
	}
	for second := range 3 {
		if n := deliver(h, 204); n != 1 {
			t.Errorf("%d messages in step %d", n, second)
		}
		h.clock.advance(500 * time.Millisecond)
	}
}
