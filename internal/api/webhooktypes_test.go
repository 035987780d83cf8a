package api_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// eventSchemas holds the schemas of the catalogue, closed: a member that is not
// documented shows.
var eventSchemas = sync.OnceValue(func() map[string]*jsonschema.Schema {
	compiled := map[string]*jsonschema.Schema{}
	for _, d := range bowline.EventCatalogue() {
		root, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.Schema))
		if err != nil {
			panic(err)
		}
		closeObjects(root)
		compiler := jsonschema.NewCompiler()
		compiler.AssertFormat()
		if err := compiler.AddResource("event.json", root); err != nil {
			panic(err)
		}
		compiled[d.EventType] = compiler.MustCompile("event.json")
	}
	return compiled
})

// checkEvent holds an event that was recorded against the catalogue, for every
// test that looks at events.
func checkEvent(t testing.TB, e bowline.Event) {
	t.Helper()
	encoded, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	checkSchema(t, string(e.EventType), encoded)
}

func checkSchema(t testing.TB, eventType string, event []byte) {
	t.Helper()
	d, ok := bowline.DescribeEvent(bowline.EventType(eventType))
	if !ok {
		t.Errorf("%s is not in the catalogue", eventType)
		return
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(event))
	if err == nil {
		err = eventSchemas()[d.EventType].Validate(value)
	}
	if err != nil || holdsNull(value) {
		t.Errorf("%s is not as the catalogue says: %v: %s", eventType, err, event)
	}
}

// TestEventTypes reads the catalogue as a receiver would, and holds each sample
// against the schema beside it.
func TestEventTypes(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	got := h.call("GET", "/webhooks/eventTypes", "")
	var catalogue struct {
		Results []struct {
			EventType string
			Recorded  bool
			Schema    map[string]any
			Sample    json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(got.body), &catalogue); err != nil || got.status != 200 {
		t.Fatalf("%d %v", got.status, err)
	}
	if len(catalogue.Results) != len(bowline.EventCatalogue()) {
		t.Errorf("%d types", len(catalogue.Results))
	}
	for _, entry := range catalogue.Results {
		compiler := jsonschema.NewCompiler()
		if err := compiler.AddResource("event.json", entry.Schema); err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(entry.Sample))
		if err == nil {
			err = compiler.MustCompile("event.json").Validate(value)
		}
		if err != nil {
			t.Errorf("%s: %v", entry.EventType, err)
		}
	}
	if !strings.Contains(got.body, `"eventType":"{dataType}.write.successful"`) {
		t.Error("no patterns are listed")
	}
}
