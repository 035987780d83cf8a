package bowline

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// quotedPath finds what looks like a path of this repository between backticks.
var quotedPath = regexp.MustCompile("`((?:internal|web|cmd|docs|scripts|e2e|examples)/[A-Za-z0-9_./-]+|[a-z_]+_test\\.go)`")

// link finds the target of a Markdown link to a file.
var link = regexp.MustCompile(`\]\(([^)#:]+)\)`)

// TestDocsNameWhatIsThere keeps the documents from rotting: each path that they
// name exists.
func TestDocsNameWhatIsThere(t *testing.T) {
	t.Parallel()
	documents, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"docs/*.md", "docs/decisions/*.md"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, more...)
	}
	if len(documents) < 8 {
		t.Fatalf("found only %d documents", len(documents))
	}
	for _, document := range documents {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range quotedPath.FindAllStringSubmatch(string(text), -1) {
			if strings.HasSuffix(found[1], "/dist") || strings.Contains(found[1], "/dist/") {
				continue // built, not kept
			}
			if _, err := os.Stat(found[1]); err != nil {
				t.Errorf("%s names %s, which does not exist", document, found[1])
			}
		}
		for _, found := range link.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(document), found[1])); err != nil {
				t.Errorf("%s links to %s, which does not exist", document, found[1])
			}
		}
	}
}
