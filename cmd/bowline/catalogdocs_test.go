package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestIntegrationPagesAreCurrent holds docs/integrations to the catalog.
func TestIntegrationPagesAreCurrent(t *testing.T) {
	t.Parallel()
	const dir, again = "../../docs/integrations", "; run: bowline catalog docs docs/integrations"
	pages, err := documents("")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Name() == "matrix.md" { // written by internal/flights, from its tests
			continue
		}
		if _, made := pages[entry.Name()]; !made {
			t.Errorf("%s belongs to no integration%s", entry.Name(), again)
		}
	}
	for name, want := range pages {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(text, want) {
			t.Errorf("%s is not current%s", name, again)
		}
	}
}

// TestPagesOfAnOperator: a file that replaces a built-in one was seen by no test
// of ours, and its page says so.
func TestPagesOfAnOperator(t *testing.T) {
	t.Parallel()
	own := withFile(t, "gbol.yaml", strings.Replace(fine, "key: abcd", "key: gbol", 1))
	dir := filepath.Join(t.TempDir(), "pages")
	var out bytes.Buffer
	if err := (docsCommand{Dir: dir, CatalogDir: own}).run(&out); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "gbol-books.md"))
	if err != nil || !bytes.Contains(text, []byte("**not at all**: there is no emulator")) {
		t.Errorf("%v: %s", err, text)
	}
	if !strings.HasSuffix(out.String(), " pages to "+dir+".\n") {
		t.Errorf("says %q", out.String())
	}
	if err := (docsCommand{Dir: dir, CatalogDir: filepath.Join(own, "none")}).run(&out); err == nil {
		t.Error("a directory that is not there is accepted")
	}
}
