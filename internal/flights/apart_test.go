package flights_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/bowline/bowline/"

// TestEmulatorsAreIndependent: neither the emulators nor their tests, nor
// anything that they stand on, knows the catalog, the OAuth client or the
// journey. Otherwise both sides of a flight could be wrong in the same way.
func TestEmulatorsAreIndependent(t *testing.T) {
	t.Parallel()
	forbidden := []string{"internal/catalog", "internal/oauth", "internal/link", "internal/probe"}
	waiting, seen := []string{"internal/simulator"}, map[string]bool{"internal/simulator": true}
	for len(waiting) > 0 {
		dir := waiting[0]
		waiting = waiting[1:]
		for _, path := range importsOf(t, dir) {
			other, ours := strings.CutPrefix(path, module)
			for _, name := range forbidden {
				if ours && (other == name || strings.HasPrefix(other, name+"/")) {
					t.Errorf("%s imports %s", dir, other)
				}
			}
			if ours && !seen[other] {
				seen[other] = true
				waiting = append(waiting, other)
			}
		}
	}
	if len(importsOf(t, "internal/simulator")) == 0 {
		t.Error("no imports were found at all")
	}
}

// importsOf are the imports of a package of ours, its tests included.
func importsOf(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(dir), "*.go"))
	must(t, err)
	var paths []string
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		must(t, err)
		for _, spec := range parsed.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			must(t, err)
			paths = append(paths, path)
		}
	}
	return paths
}
