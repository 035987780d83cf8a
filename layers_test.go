package bowline

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/bowline/bowline"

// layers says how high each package stands. Imports go down only, and packages
// of one layer never meet; so a newcomer knows what may depend on what.
var layers = map[string]int{
	"":                          0,
	"internal/catalog":          1,
	"internal/flights":          1,
	"internal/french":           1,
	"internal/lifecycle":        1,
	"internal/peer":             1,
	"internal/picture":          1,
	"internal/query":            1,
	"internal/rest":             1,
	"internal/safehttp":         1,
	"internal/sandbox":          1,
	"internal/script":           1,
	"internal/seal":             1,
	"internal/simulator":        1,
	"internal/trace":            1,
	"web":                       1,
	"internal/catalogdocs":      2,
	"internal/oauth":            2,
	"internal/probe":            2,
	"internal/store":            2,
	"internal/store/storetest":  3,
	"internal/offer":            3,
	"internal/renewal":          3,
	"internal/roster":           3,
	"internal/auth":             3,
	"internal/link":             3,
	"internal/connection":       3,
	"internal/revocation":       3,
	"internal/transfer":         3,
	"internal/webhook":          3,
	"internal/api":              4,
	"internal/hosted":           4,
	"internal/notice":           4,
	"internal/portal":           4,
	"internal/server":           5,
	"internal/server/benchmark": 6,
	"cmd/bowline":               6,
}

// alone are tools that the tests start; they import nothing that matters.
var alone = []string{"internal/store/storetest/pgrun", "internal/server/benchmark/bareserver", "e2e/rows"}

func TestImportsGoDown(t *testing.T) {
	t.Parallel()
	for _, file := range goFiles(t) {
		dir := filepath.ToSlash(filepath.Dir(file))
		if dir == "." {
			dir = ""
		}
		if strings.HasSuffix(file, "_test.go") || contains(alone, dir) {
			continue
		}
		mine, listed := layers[dir]
		if !listed {
			t.Errorf("%s: package %s has no layer; give it one here", file, dir)
			continue
		}
		for _, path := range imports(t, file) {
			other, ours := strings.CutPrefix(path, module)
			other = strings.TrimPrefix(other, "/")
			if !ours || other == dir {
				continue
			}
			if theirs, ok := layers[other]; !ok || theirs >= mine {
				t.Errorf("%s (layer %d) imports %s (layer %d): imports go down", file, mine, path, theirs)
			}
		}
	}
}

// TestRootUsesTheStandardLibraryOnly keeps the words of the product free of
// everything that could change under them.
func TestRootUsesTheStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	for _, file := range goFiles(t) {
		if filepath.Dir(file) != "." || strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, path := range imports(t, file) {
			if strings.Contains(strings.Split(path, "/")[0], ".") {
				t.Errorf("%s imports %s", file, path)
			}
		}
	}
}

// TestEveryPackageIsDocumented wants exactly one package comment in each.
func TestEveryPackageIsDocumented(t *testing.T) {
	t.Parallel()
	docs := map[string]int{}
	for _, file := range goFiles(t) {
		dir := filepath.Dir(file)
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		docs[dir] += 0
		if parsed.Doc != nil {
			docs[dir]++
		}
	}
	for dir, n := range docs {
		if n != 1 {
			t.Errorf("package in %s has %d package comments, want 1", dir, n)
		}
	}
}

func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			name := d.Name()
			nested := false
			if path != "." {
				_, statErr := os.Stat(filepath.Join(path, "go.mod"))
				nested = statErr == nil
			}
			if name == "node_modules" || name == "testdata" || nested || path != "." && strings.HasPrefix(name, ".") {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(path, ".go") {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, spec := range parsed.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}
