package bowline

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compileEvent compiles a schema of the catalogue. closed refuses members that
// the schema does not name, which consumers' copies do not.
func compileEvent(t *testing.T, d EventDescription, closed bool) *jsonschema.Schema {
	t.Helper()
	root, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.Schema))
	if err != nil {
		t.Fatal(err)
	}
	if closed {
		closeObjects(root)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("event.json", root); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("event.json")
	if err != nil {
		t.Fatalf("%s: %v", d.EventType, err)
	}
	return schema
}

func closeObjects(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, isObject := v["properties"].(map[string]any); isObject && v["additionalProperties"] == nil {
			v["additionalProperties"] = false
		}
		for _, inner := range v {
			closeObjects(inner)
		}
	case []any:
		for _, inner := range v {
			closeObjects(inner)
		}
	}
}

func acceptsEvent(t *testing.T, schema *jsonschema.Schema, event []byte) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(event))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// TestSamplesAreValid holds every sample against its own schema, closed, and
// every schema against what is not its event.
func TestSamplesAreValid(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, d := range EventCatalogue() {
		if d.Description == "" || seen[d.EventType] {
			t.Errorf("%s has no description, or is there twice", d.EventType)
		}
		seen[d.EventType] = true
		schema := compileEvent(t, d, true)
		if err := acceptsEvent(t, schema, d.Sample); err != nil {
			t.Errorf("sample of %s: %v", d.EventType, err)
		}
		for what, broken := range map[string]string{
			"another type": strings.Replace(string(d.Sample), lastOf(d.EventType)+`",`, `other",`, 1),
			"no id":        strings.Replace(string(d.Sample), `"id":"`+sampleID+`",`, "", 1),
			"no payload":   strings.Replace(string(d.Sample), `"payload":{`, `"payload":{},"was":{`, 1),
			"a bad date":   strings.Replace(string(d.Sample), sampleGenerated, "yesterday", 1),
		} {
			if acceptsEvent(t, compileEvent(t, d, false), []byte(broken)) == nil {
				t.Errorf("the schema of %s accepts an event with %s", d.EventType, what)
			}
		}
		var sample struct{ EventType string }
		if err := json.Unmarshal(d.Sample, &sample); err != nil || !KnownEventType(sample.EventType) {
			t.Errorf("nobody may subscribe to %s: %v", sample.EventType, err)
		}
		if found, ok := DescribeEvent(EventType(sample.EventType)); !ok || found.EventType != d.EventType {
			t.Errorf("%s is described as %q", sample.EventType, found.EventType)
		}
	}
}

// lastOf is the last part of a dotted name.
func lastOf(name string) string { return name[strings.LastIndex(name, ".")+1:] }

// TestSchemasRefuseNull where a member is merely optional (webhooks.md section 1).
func TestSchemasRefuseNull(t *testing.T) {
	t.Parallel()
	for name, member := range map[EventType]string{
		ConnectionConnected: `"lastSync":null,"status"`, CompanyCreated: `"description":null,"redirect"`, CompanyProductAdded: `"description":null,"productId"`,
	} {
		d, _ := DescribeEvent(name)
		_, after, _ := strings.Cut(member, ",")
		broken := strings.Replace(string(d.Sample), after, member, 1)
		if broken == string(d.Sample) || acceptsEvent(t, compileEvent(t, d, false), []byte(broken)) == nil {
			t.Errorf("the schema of %s accepts %s", name, member)
		}
	}
}

// TestRecordedEventsAreInTheCatalogue holds the events as they are made, in
// their golden files, against the schemas, closed.
func TestRecordedEventsAreInTheCatalogue(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "events", "*.json"))
	if err != nil || len(files) < 8 {
		t.Fatalf("%d golden files, %v", len(files), err)
	}
	for _, file := range files {
		event, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var made struct{ EventType EventType }
		if err := json.Unmarshal(event, &made); err != nil {
			t.Fatal(err)
		}
		d, ok := DescribeEvent(made.EventType)
		if !ok || !d.Recorded {
			t.Errorf("%s is not in the catalogue as recorded", made.EventType)
			continue
		}
		if err := acceptsEvent(t, compileEvent(t, d, true), event); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestCatalogueIsWhole: what can be subscribed to is described, legacy names
// excepted, and what is recorded is marked.
func TestCatalogueIsWhole(t *testing.T) {
	t.Parallel()
	recorded := []EventType{
		CompanyCreated, CompanyDeleted, CompanyProductAdded, CompanyProductRemoved, ConnectionCreated, ConnectionConnected,
		ConnectionFailed, ConnectionDisconnected, ConnectionReconnected, ConnectionDeleted,
	}
	for _, d := range EventCatalogue() {
		if d.Recorded != slices.Contains(recorded, EventType(d.EventType)) {
			t.Errorf("%s: recorded is %t", d.EventType, d.Recorded)
		}
	}
	for _, name := range recorded {
		if _, ok := DescribeEvent(name); !ok {
			t.Errorf("%s is not described", name)
		}
	}
	for name := range otherEventTypes {
		if _, ok := DescribeEvent(EventType(name)); !ok {
			t.Errorf("%s is not described", name)
		}
	}
	for _, name := range []EventType{
		"invoices.write.successful", "my-product.read.completed", "reports.creditModel.generate.successful",
		"report.categorizedBankStatement.generate.successful", "reports.spendAnalysis.generate.unsuccessful",
	} {
		if _, ok := DescribeEvent(name); !ok {
			t.Errorf("%s is not described", name)
		}
	}
	for _, name := range []EventType{"", "company.updated", "DatasetDataChanged", ".write.successful", "{dataType}", "sekret"} {
		if d, ok := DescribeEvent(name); ok {
			t.Errorf("%q is described as %s", name, d.EventType)
		}
	}
}

func TestExampleEvent(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	a, err := ExampleEvent("of-us", "invoices.write.successful", now)
	if err != nil || a.EventType != "invoices.write.successful" || a.InstanceID != "of-us" || !a.GeneratedDate.Equal(now) || a.CompanyID != "" {
		t.Fatalf("%+v %v", a, err)
	}
	b, _ := ExampleEvent("of-us", "invoices.write.successful", now)
	if a.ID == b.ID || a.ID == sampleID {
		t.Error("examples share an id")
	}
	encoded, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := DescribeEvent(a.EventType)
	if err := acceptsEvent(t, compileEvent(t, d, true), encoded); err != nil {
		t.Error(err)
	}
	for _, name := range []EventType{"", "sekret", "DataSyncCompleted", EventType(strings.Repeat("x", 200) + ".write.successful")} {
		if _, err := ExampleEvent("of-us", name, now); CodeOf(err) != CodeInvalid || strings.Contains(err.Error(), "sekret") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
