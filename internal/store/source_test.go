package store_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var placeholder = regexp.MustCompile(`\$(\d+)`)

// TestPlaceholdersAscend reads every SQL text of the package. Placeholders must
// appear first in ascending order: a driver that binds by order of appearance
// would otherwise swap values without an error.
func TestPlaceholdersAscend(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			text, ok := literals(e)
			if !ok {
				return true
			}
			highest := 0
			for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
				number, _ := strconv.Atoi(match[1])
				if number > highest+1 {
					t.Errorf("%s: $%d comes before $%d", set.Position(n.Pos()), number, highest+1)
				}
				highest = max(highest, number)
				seen++
			}
			return false // the parts of a sum have been read with it
		})
	}
	if seen < 100 {
		t.Errorf("only %d placeholders found: the test reads the wrong thing", seen)
	}
}

// literals joins the string literals of a sum; other operands count as empty.
func literals(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, e.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		left, okLeft := literals(e.X)
		right, okRight := literals(e.Y)
		return left + right, e.Op == token.ADD && (okLeft || okRight)
	}
	return "", false
}

// TestLibcIsTheOneSQLiteWasMadeWith: modernc.org/sqlite is generated for one
// version of modernc.org/libc; another one corrupts it silently
// (gitlab.com/cznic/sqlite, issue 177).
func TestLibcIsTheOneSQLiteWasMadeWith(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Version}} {{.Dir}} {{.GoMod}}",
		"modernc.org/libc", "modernc.org/sqlite").Output()
	if err != nil {
		t.Fatalf("list modules: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	used := strings.Fields(lines[0])[0]
	fields := strings.Fields(lines[1])
	mod, err := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json", fields[len(fields)-1]).Output() //nolint:gosec // a path from go list
	if err != nil {
		t.Fatalf("read sqlite's go.mod: %v", err)
	}
	want := regexp.MustCompile(`"modernc.org/libc",\s*"Version": "([^"]+)"`).FindSubmatch(mod)
	if want == nil || !bytes.Equal(want[1], []byte(used)) {
		t.Errorf("modernc.org/libc is %s, sqlite requires %s", used, want)
	}
}

var (
	tableSQL     = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\)`)
	referenceSQL = regexp.MustCompile(`(?m)^\s*(\w+) .*\bREFERENCES (?:companies|connections)\b`)
	keySQL       = regexp.MustCompile(`PRIMARY KEY \((\w+)`)
)

// TestReferencesAreIndexed: what goes with a company or a connection is found by
// an index, or each deletion would read whole tables.
func TestReferencesAreIndexed(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		files, err := filepath.Glob(filepath.Join("migrations", engine, "*.sql"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%d migrations, %v", len(files), err)
		}
		var all strings.Builder
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
		}
		seen := 0
		for _, table := range tableSQL.FindAllStringSubmatch(all.String(), -1) {
			key := keySQL.FindStringSubmatch(table[2])
			for _, reference := range referenceSQL.FindAllStringSubmatch(table[2], -1) {
				seen++
				column := reference[1]
				index := regexp.MustCompile(`CREATE (UNIQUE )?INDEX \w+ ON ` + table[1] + ` \(` + column + `\b`)
				if !strings.Contains(reference[0], "PRIMARY KEY") && (key == nil || key[1] != column) && !index.MatchString(all.String()) {
					t.Errorf("%s: nothing finds the rows of %s by %s", engine, table[1], column)
				}
			}
		}
		if seen < 10 {
			t.Errorf("%s: found %d references; does the pattern still fit?", engine, seen)
		}
	}
}
