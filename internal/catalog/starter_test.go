package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStarterWantsItsEndpointsOnly(t *testing.T) {
	t.Parallel()
	const schema = "https://connect.example" + SchemaPath
	for name, monogram := range map[string]string{
		"Acme Books": "AB", "": "A", `No: "quotes" # here`: "NQ", "true": "T", "🙂": "A", "Über München": "ÜM",
	} {
		text, err := Starter("acme", name, schema)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !bytes.HasPrefix(text, []byte("# yaml-language-server: $schema="+schema+"\n")) {
			t.Errorf("%s: the first line is no editor hint", name)
		}
		dir := writeFiles(t, map[string]string{"acme.yaml": string(text)})
		want := "acme.yaml:12: oauth.authorizeUrl must be an absolute http or https URL\nacme.yaml:13: oauth.tokenUrl must be an absolute http or https URL"
		if diff := cmp.Diff(want, fmt.Sprint(Lint(dir))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		done := strings.Replace(string(text), fillIn, "https://login.acme.example/authorize", 1)
		done = strings.Replace(done, fillIn, "https://login.acme.example/token", 1)
		c := load(t, Options{Dir: writeFiles(t, map[string]string{"acme.yaml": done})})
		in, _ := c.Get("acme")
		if wanted := strings.TrimSpace(name); wanted != "" && in.Name != wanted || in.Logo.Monogram != monogram {
			t.Errorf("name %q, monogram %q", in.Name, in.Logo.Monogram)
		}
		lines := 0
		for line := range strings.Lines(done) {
			if code, _, _ := strings.Cut(line, "#"); strings.TrimSpace(code) != "" {
				lines++
			}
		}
		if lines > 20 {
			t.Errorf("%d lines", lines)
		}
	}
}

func TestStarterRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][3]string{
		"key": {"Acme", "A", "x"}, "long key": {"acmee", "A", "x"}, "path": {"../a", "A", "x"},
		"line break": {"acme", "A\nB", "x"}, "long name": {"acme", strings.Repeat("a", 101), "x"}, "schema": {"acme", "A", "x\ny"},
	} {
		if text, err := Starter(c[0], c[1], c[2]); err == nil {
			t.Errorf("%s: %s", name, text)
		}
	}
	if _, err := Starter("mqjo", "Mine", "x"); err == nil || !strings.HasPrefix(err.Error(), "mqjo is the key of a built-in integration") {
		t.Errorf("a built-in key: %v", err)
	}
}

func TestUnsetVariables(t *testing.T) {
	t.Parallel()
	dir := writeFiles(t, map[string]string{
		"abcd.yaml": edit("clientId: me", "clientId: ${env.ABCD_ID}", "hush-hush", "${env.ABCD_SECRET}"),
		"efgh.yaml": edit("abcd", "efgh", "https://issuer.example", "https://${env.SET}/${env.NONE}"),
		"ijkl.yaml": "[", "mnop.yaml": edit("abcd", "mnop", "https://issuer.example", "${server.sandbox}"),
	})
	unset, err := Unset(dir, func(name string) (string, bool) {
		value, ok := map[string]string{"SET": "issuer.example", "ABCD_SECRET": ""}[name]
		return value, ok
	})
	want := []Fault{
		{"abcd.yaml", 8, "oauth.clientId uses ${env.ABCD_ID}, which is not set"},
		{"abcd.yaml", 9, "oauth.clientSecret uses ${env.ABCD_SECRET}, which is not set"},
		{"efgh.yaml", 7, "oauth.issuer uses ${env.NONE}, which is not set"},
	}
	if diff := cmp.Diff(want, unset); diff != "" || err != nil {
		t.Error(err, diff)
	}
	if _, err := Unset(dir+"/none", nil); err == nil {
		t.Error("a directory that is not there is accepted")
	}
}

func TestSchemaIsPublished(t *testing.T) {
	t.Parallel()
	var schema struct {
		Schema string `json:"$schema"`
		Title  string `json:"title"`
	}
	if err := json.Unmarshal(Schema(), &schema); err != nil || schema.Schema != "https://json-schema.org/draft/2020-12/schema" || schema.Title == "" {
		t.Fatalf("%v: %+v", err, schema)
	}
	ask := func(tag string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, SchemaPath, nil)
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		SchemaHandler().ServeHTTP(w, r)
		return w
	}
	first := ask("")
	if first.Code != http.StatusOK || !bytes.Equal(first.Body.Bytes(), Schema()) || first.Header().Get("Content-Type") != "application/schema+json" ||
		first.Header().Get("Cache-Control") != "public, max-age=3600" || first.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%d %v", first.Code, first.Header())
	}
	if again := ask(first.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("asked again: %d", again.Code)
	}
}
