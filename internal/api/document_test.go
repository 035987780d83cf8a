package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

var update = flag.Bool("update", false, "rewrite openapi.json")

func TestDocumentIsCommitted(t *testing.T) {
	t.Parallel()
	got := documented(t).Document()
	if *update {
		if err := os.WriteFile("openapi.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("openapi.json is not what the routes say; run go test ./internal/api -run TestDocumentIsCommitted -update and read the difference")
	}
}

// documented is an API whose document is looked at; nothing is stored.
func documented(t *testing.T) *api.API {
	t.Helper()
	return newHarness(t, storetest.Open(t, store.SQLite)).api
}

// TestDocumentMatchesRoutes probes each documented operation, and wants each
// served route in the document.
func TestDocumentMatchesRoutes(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	doc := decodeDocument(t, h.api.Document())
	inDocument := map[string]bool{}
	for path, item := range doc.Paths {
		for method := range item {
			inDocument[strings.ToUpper(method)+" "+path] = true
			target := regexp.MustCompile(`\{[^}]+\}`).ReplaceAllString(path, "x")
			w := httptest.NewRecorder()
			h.handler.ServeHTTP(w, httptest.NewRequest(strings.ToUpper(method), target, nil))
			// Without a key every operation that exists asks for one.
			if w.Code != 401 {
				t.Errorf("%s %s is documented and answers %d", method, path, w.Code)
			}
		}
	}
	if len(h.api.Routes()) != len(inDocument) {
		t.Errorf("%d routes are served, %d documented", len(h.api.Routes()), len(inDocument))
	}
	for _, r := range h.api.Routes() {
		if !inDocument[r.Method+" "+r.Path] {
			t.Errorf("%s %s is served and not documented", r.Method, r.Path)
		}
	}
}

// TestDocumentIsComplete wants a title, a description, a group and errors for
// every operation, and a description of every member.
func TestDocumentIsComplete(t *testing.T) {
	t.Parallel()
	doc := decodeDocument(t, documented(t).Document())
	seen := map[string]bool{}
	for path, item := range doc.Paths {
		for method, op := range item {
			if op.OperationID == "" || op.Summary == "" || op.Description == "" || len(op.Tags) != 1 || seen[op.OperationID] {
				t.Errorf("%s %s is not described", method, path)
			}
			seen[op.OperationID] = true
			if op.Responses["401"] == nil || op.Responses["422"] != nil || op.Responses["default"] != nil {
				t.Errorf("%s %s declares the wrong errors", method, path)
			}
		}
	}
	if len(seen) != 130 {
		t.Errorf("%d operations, want 130", len(seen))
	}
}

type decodedDocument struct {
	Paths map[string]map[string]struct {
		OperationID, Summary, Description string
		Tags                              []string
		Responses                         map[string]json.RawMessage
	}
}

func decodeDocument(t *testing.T, text []byte) (doc decodedDocument) {
	t.Helper()
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// answers holds the compiled schema of every answer, by operation and status.
// Objects are closed in it, so that a member that is not documented shows.
var answers = sync.OnceValue(func() map[string]*jsonschema.Schema {
	text, err := os.ReadFile("openapi.json")
	if err != nil {
		panic(err)
	}
	root, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(err)
	}
	closeObjects(root)
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	if err := compiler.AddResource("openapi.json", root); err != nil {
		panic(err)
	}
	compiled := map[string]*jsonschema.Schema{}
	for path, item := range root.(map[string]any)["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			for status, r := range op.(map[string]any)["responses"].(map[string]any) {
				name := strings.ToUpper(method) + " " + path + " " + status
				content, _ := r.(map[string]any)["content"].(map[string]any)
				if content["application/json"] == nil { // nothing, or what a provider says
					compiled[name] = nil
					continue
				}
				escaped := strings.NewReplacer("~", "~0", "/", "~1").Replace(path)
				compiled[name] = compiler.MustCompile(fmt.Sprintf(
					"openapi.json#/paths/%s/%s/responses/%s/content/application~1json/schema", escaped, method, status))
			}
		}
	}
	return compiled
})

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

// holdsNull looks for what published clients refuse (platform-api W3).
func holdsNull(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case map[string]any:
		for _, inner := range v {
			if holdsNull(inner) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, holdsNull)
	}
	return false
}

// checkAnswer holds one answer against the document and against what is true of
// every answer.
func checkAnswer(t testing.TB, a *api.API, method, target string, got answer) {
	t.Helper()
	path, _, _ := strings.Cut(target, "?")
	correlation := got.header.Get("X-Correlation-Id")
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(correlation) {
		t.Errorf("%s %s: correlation id %q", method, path, correlation)
	}
	if got.body != "" && got.header.Get("Content-Type") != "application/json" {
		t.Errorf("%s %s: content type %q", method, path, got.header.Get("Content-Type"))
	}
	if got.body == "" && got.header.Get("Content-Type") != "" {
		t.Errorf("%s %s: an empty answer has the content type %q", method, path, got.header.Get("Content-Type"))
	}
	var decoded any
	if got.body != "" {
		if err := json.Unmarshal([]byte(got.body), &decoded); err != nil || holdsNull(decoded) {
			t.Errorf("%s %s: not JSON, or null in it: %s", method, path, got.body)
		}
	}
	if got.status >= 400 && !strings.Contains(got.body, correlation) {
		t.Errorf("%s %s: the envelope lacks the correlation id: %s", method, path, got.body)
	}
	literal := slices.ContainsFunc(a.Routes(), func(r api.Route) bool { return r.Method == method && r.Path == path })
	for _, r := range a.Routes() {
		if literal && r.Path != path {
			continue // a pattern that the literal path beats
		}
		if r.Method != method || !regexp.MustCompile("^"+regexp.MustCompile(`\{[^}]+\}`).ReplaceAllString(r.Path, "[^/]+")+"$").MatchString(path) {
			continue
		}
		schema, declared := answers()[r.Method+" "+r.Path+" "+strconv.Itoa(got.status)]
		if !declared {
			t.Errorf("%s %s: status %d is not documented: %s", method, path, got.status, got.body)
			continue
		}
		if schema == nil {
			if got.body != "" {
				t.Errorf("%s %s: a body where none is documented: %s", method, path, got.body)
			}
			continue
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(got.body))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil {
			t.Errorf("%s %s: %v", method, path, err)
		}
	}
}
