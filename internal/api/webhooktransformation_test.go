package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/script"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// transform stands for the engine, which has its own tests: the source says
// what it does.
func transform(_ context.Context, source string, in script.Input) (script.Output, error) {
	switch source {
	case "same":
		return script.Output{Method: in.Method, URL: in.URL, Payload: in.Payload}, nil
	case "told":
		payload, err := json.Marshal(map[string]any{"type": in.EventType, "event": in.Payload})
		return script.Output{Method: "PUT", URL: "https://else.example/", Payload: payload}, err
	case "cancel":
		return script.Output{Cancel: true}, nil
	case "syntax":
		return script.Output{}, &script.Error{Kind: script.Syntax, Message: "unexpected token", Line: 3, Column: 7}
	case "throws":
		return script.Output{}, &script.Error{Kind: script.Threw, Message: "no such company", Line: 2}
	}
	return script.Output{}, errors.New("sekret of the machine")
}

func TestTransformations(t *testing.T) {
	play(t, []row{
		{"create", "POST /webhooks", `{"url":"https://hooks.example/in","eventTypes":["DataSyncCompleted","company.product.added"]}`, 201, nil, nil, nil, "a"},
		{"none", "GET /webhooks/$a/transformation", "", 200, []string{`"source":""`, `"enabled":false`, `"version":1`}, nil, nil, ""},
		{"enabled without a source", "PUT /webhooks/$a/transformation", `{"source":" ","enabled":true}`, 400, []string{"handler"}, nil, nil, ""},
		{"switched off", "PUT /webhooks/$a/transformation", `{"source":"syntax","version":1}`, 200, []string{`"source":"syntax"`, `"enabled":false`, `"version":2`}, nil, nil, ""},
		{"not JavaScript", "PUT /webhooks/$a/transformation", `{"source":"syntax","enabled":true}`, 400, []string{"not JavaScript", "line 3"}, nil, nil, ""},
		{"old version", "PUT /webhooks/$a/transformation", `{"source":"same","enabled":true,"version":1}`, 409, nil, nil, nil, ""},
		{"what throws on a sample may be right", "PUT /webhooks/$a/transformation", `{"source":"throws","enabled":true}`, 200, []string{`"enabled":true`}, nil, nil, ""},
		{"when the engine is out of order", "PUT /webhooks/$a/transformation", `{"source":"broken","enabled":true}`, 200, nil, nil, nil, ""},
		{"switched on", "PUT /webhooks/$a/transformation", `{"source":"told","enabled":true,"version":4}`, 200, []string{`"version":5`}, nil, nil, ""},
		{"shown", "GET /webhooks/$a", "", 200, []string{`"transformation":{"enabled":true}`}, []string{"told"}, nil, ""},
		{"too long", "PUT /webhooks/$a/transformation", `{"source":"` + strings.Repeat("x", 64<<10+1) + `"}`, 400, []string{"source"}, nil, nil, ""},

		{"stored, on a sample of its own", "POST /webhooks/$a/transformation/test", "", 200,
			[]string{`"method":"PUT"`, `"url":"https://else.example/"`, `"type":"company.product.added"`, `"productName"`, `"cancel":false`, `"milliseconds":`}, []string{"error"}, nil, ""},
		{"another source, on another sample", "POST /webhooks/$a/transformation/test", `{"source":"same","eventType":"connection.failed"}`, 200,
			[]string{`"method":"POST"`, `"url":"https://hooks.example/in"`, `"eventType":"connection.failed"`}, nil, nil, ""},
		{"on an event", "POST /webhooks/$a/transformation/test", `{"event":{"eventType":"x.y","payload":{"a":1}}}`, 200, []string{`"type":"x.y"`, `"payload":{"a":1}`}, nil, nil, ""},
		{"cancelled", "POST /webhooks/$a/transformation/test", `{"source":"cancel"}`, 200, []string{`"cancel":true`}, []string{"payload", "method", "url"}, nil, ""},
		{"syntax", "POST /webhooks/$a/transformation/test", `{"source":"syntax"}`, 200, []string{`"kind":"syntax"`, `"line":3`, `"column":7`, "unexpected token"}, []string{"payload"}, nil, ""},
		{"throws", "POST /webhooks/$a/transformation/test", `{"source":"throws"}`, 200, []string{`"kind":"threw"`, "no such company"}, []string{"column"}, nil, ""},
		{"out of order", "POST /webhooks/$a/transformation/test", `{"source":"broken"}`, 503, []string{"cannot be run"}, []string{"sekret"}, nil, ""},
		{"no source", "POST /webhooks/$a/transformation/test", `{"source":""}`, 400, nil, nil, nil, ""},
		{"unknown type", "POST /webhooks/$a/transformation/test", `{"eventType":"sekret"}`, 400, []string{"eventType"}, []string{"sekret"}, nil, ""},
		{"unchanged by tests", "GET /webhooks/$a/transformation", "", 200, []string{`"source":"told"`, `"version":5`}, nil, nil, ""},
		{"delete", "DELETE /webhooks/$a/transformation", "", 204, nil, nil, nil, ""},
		{"deleted", "GET /webhooks/$a/transformation", "", 200, []string{`"source":""`}, nil, nil, ""},
		{"nobody's", "GET /webhooks/" + unknownID + "/transformation", "", 404, nil, nil, nil, ""},
		{"nobody's test", "POST /webhooks/" + unknownID + "/transformation/test", "", 404, nil, nil, nil, ""},
	}, func(h *harness, _ map[string]string) {
		*h = *newHarness(h.t, h.store, func(o *api.Options) { o.Transform = transform })
	})
}

// TestTransformationsUnavailable: an API without an engine stores and does not
// try.
func TestTransformationsUnavailable(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	path := "/webhooks/" + h.consumer(hook) + "/transformation"
	h.must(200, "PUT", path, `{"source":"function handler(w) { return w }","enabled":true}`)
	if got := h.call("POST", path+"/test", ""); got.status != 503 {
		t.Errorf("%d %s", got.status, got.body)
	}
}
