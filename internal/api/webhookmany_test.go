package api_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestMessageDetails reads one message with its event.
func TestMessageDetails(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	path := "/webhooks/" + h.consumer(hook)
	h.company(`{"name":"Bakery"}`)
	h.clock.advance(time.Minute)
	deliver(h, 204)
	listed := results(h.must(200, "GET", path+"/messages", ""))[0]
	name, _ := listed["id"].(string)
	got := h.must(200, "GET", "/webhooks/messages/"+name+"/details", "")
	event, _ := got["event"].(map[string]any)
	if got["generatedDate"] != "2026-03-04T05:06:07.123456Z" || got["created"] != "2026-03-04T05:07:07.123456Z" || event["id"] != got["eventId"] {
		t.Errorf("details: %v", got)
	}
	plain, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	checkSchema(t, "company.created", plain)
	delete(got, "event")
	if diff := cmp.Diff(listed, got); diff != "" {
		t.Errorf("the list says otherwise: %s", diff)
	}
	other := newHarness(t, h.store)
	for _, target := range []string{"/webhooks/messages/" + name + "/details", "/webhooks/messages/msg_x/details"} {
		if got := other.call("GET", target, ""); got.status != 404 {
			t.Errorf("%s for another instance: %d", target, got.status)
		}
	}
}

// TestListsGoOn: more messages than one list looks through are reached by
// following the links.
func TestListsGoOn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		api.SetLimits(h.api, 4, 0)
		path := "/webhooks/" + h.consumer(`{"url":"https://hooks.example/in","eventTypes":["company.created","company.deleted"]}`)
		first := h.company(`{"name":"Bakery"}`)
		h.must(204, "DELETE", "/companies/"+first, "")
		for range 9 {
			h.company(`{"name":"Cafe"}`)
		}
		deliver(h, 204)
		follow := func(target string) (found []string, pages int) {
			for target != "" {
				page := h.must(200, "GET", target, "")
				for _, m := range results(page) {
					found = append(found, m["eventType"].(string))
				}
				pages++
				links, _ := page["_links"].(map[string]any)
				next, _ := links["next"].(map[string]any)
				target, _ = next["href"].(string)
				if page["before"] == nil && target != "" && !strings.Contains(target, "page=2") {
					t.Errorf("%s leads on behind the end", target)
				}
			}
			return found, pages
		}
		if found, pages := follow(path + "/messages?pageSize=3"); len(found) != 11 || pages != 5 {
			t.Errorf("%d messages on %d pages", len(found), pages)
		}
		if found, _ := follow(path + "/messages?eventType=company.deleted"); len(found) != 1 || found[0] != "company.deleted" {
			t.Errorf("found %v", found)
		}
		page := h.must(200, "GET", path+"/messages?eventType=company.deleted", "")
		if name, _ := page["before"].(string); !strings.HasPrefix(name, "msg_") || page["totalResults"] != float64(0) {
			t.Errorf("the first part: %v", page)
		}
		if got := h.call("GET", path+"/messages?before=x", ""); got.status != 400 {
			t.Errorf("a bad before: %d", got.status)
		}
	})
}

// TestMuchIsSentInPieces: what one request has no time for is for the next.
func TestMuchIsSentInPieces(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		api.SetLimits(h.api, 0, time.Nanosecond)
		path := "/webhooks/" + h.consumer(hook)
		const n = 501 // more than a step
		for range n {
			h.company(`{"name":"Bakery"}`)
		}
		deliver(h, 500)
		total, since, calls := 0.0, "2026-03-04T05:00:00Z", 0
		for since != "" && calls < 9 {
			got := h.must(202, "POST", path+"/recover", `{"since":"`+since+`"}`)
			total += got["messages"].(float64)
			since, _ = got["since"].(string)
			calls++
		}
		if total != n || calls < 2 {
			t.Errorf("recovered %v in %d calls", total, calls)
		}
	})
}

// TestResendUnderWay: nothing is promised that will not happen.
func TestResendUnderWay(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		path := "/webhooks/" + h.consumer(hook)
		h.company(`{"name":"Bakery"}`)
		deliver(h, 500)
		name := results(h.must(200, "GET", path+"/messages", ""))[0]["id"].(string)
		h.must(202, "POST", "/webhooks/messages/"+name+"/resend", "")
		consumer := bowline.ID(strings.TrimPrefix(path, "/webhooks/"))
		now := h.clock.Now()
		if held, err := s.Claim(t.Context(), []store.Want{{Consumer: consumer, Limit: 1}}, store.Lease{Now: now, Until: now.Add(time.Minute)}); err != nil || len(held) != 1 {
			t.Fatalf("%d claimed, %v", len(held), err)
		}
		if got := h.call("POST", "/webhooks/messages/"+name+"/resend", ""); got.status != 409 || !strings.Contains(got.body, "on its way") {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
}
