package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestAttemptTellsWhatWasSent reads one attempt whole: everything but what an
// operator may have meant to be secret.
func TestAttemptTellsWhatWasSent(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		path := "/webhooks/" + h.consumer(hook)
		h.must(200, "PATCH", path, `{"headers":{"Authorization":"Basic sekret","X-Desk":"north-sekret"}}`)
		h.clock.advance(time.Minute)
		h.company(`{"name":"Bakery"}`)
		deliver(h, 500)
		name := results(h.must(200, "GET", path+"/messages", ""))[0]["id"].(string)
		attempts := "/webhooks/messages/" + name + "/attempts"
		target := attempts + "/" + results(h.must(200, "GET", attempts, ""))[0]["id"].(string)
		got := h.call("GET", target, "")
		for _, want := range []string{
			`"method":"POST"`, `"url":"https://hooks.example/in"`, `{"name":"webhook-id","value":"` + name + `"}`, `"name":"webhook-timestamp"`,
			`{"name":"webhook-signature","value":"v1,`, `{"name":"content-type","value":"application/json"}`, `{"name":"authorization","hidden":true}`,
			`{"name":"x-desk","hidden":true}`, `\"name\":\"Bakery\"`, `"response":{"statusCode":500,"headers":[],"body":"said so"}`,
		} {
			if !strings.Contains(got.body, want) {
				t.Errorf("%s is not in %s", want, got.body)
			}
		}
		for _, not := range []string{"sekret", `"doubtful"`, `"transformed"`, `"bodyCut"`} {
			if strings.Contains(got.body, not) {
				t.Errorf("%s is in %s", not, got.body)
			}
		}
		h.clock.advance(time.Hour)
		h.must(200, "PATCH", path, `{"headers":{"X-Desk":null}}`)
		if got := h.call("GET", target, "").body; !strings.Contains(got, `"doubtful":true`) || !strings.Contains(got, "webhook-signature") {
			t.Errorf("after another header: %s", got)
		}
		h.must(200, "POST", path+"/secret", "")
		if got := h.call("GET", target, "").body; strings.Contains(got, "webhook-signature") {
			t.Errorf("signed with a secret that it did not have: %s", got)
		}
		for _, wrong := range []string{attempts + "/x", attempts + "/" + unknownID, "/webhooks/messages/" + unknownID + strings.TrimPrefix(target, "/webhooks/messages/"+name)} {
			if got := h.call("GET", wrong, ""); got.status != 404 {
				t.Errorf("%s: %d", wrong, got.status)
			}
		}
	})
}
