package safehttp

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// outward lists what reaches the network past this package.
var outward = map[string]map[string]bool{
	"net/http": {
		"DefaultClient": true, "DefaultTransport": true, "Get": true, "Head": true, "Post": true, "PostForm": true,
		"Client": true, "Transport": true,
	},
	"net": {
		"Dial": true, "DialTimeout": true, "DialTCP": true, "DialUDP": true, "DialIP": true, "Dialer": true,
	},
	"crypto/tls":             {"Dial": true, "DialWithDialer": true, "Dialer": true},
	"net/http/httputil":      {"NewSingleHostReverseProxy": true, "ReverseProxy": true},
	"golang.org/x/oauth2":    {"NewClient": true},
	"code.dny.dev/ssrf":      {"New": true},
	"net/rpc":                {"Dial": true, "DialHTTP": true},
	"golang.org/x/net/http2": {"Transport": true},
}

// TestOnlyWayOut walks the module: no package but this one may open outgoing
// connections for URLs. Types may be named (a *http.Client is passed around),
// but not built.
func TestOnlyWayOut(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(root, "internal", "safehttp")
	// It plays the outside: a load generator on loopback, no part of the product.
	outside := filepath.Join(root, "internal", "server", "benchmark")
	files := 0
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if skipDir(root, path, entry.Name()) || path == own || path == outside {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			files++
			inspect(t, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Error("the walk saw no file")
	}
}

// skipDir leaves out what is not part of this module.
func skipDir(root, path, name string) bool {
	if path == root {
		return false
	}
	if strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || name == "data" || name == "bin" {
		return true
	}
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	return err == nil
}

func inspect(t *testing.T, path string) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	for _, line := range violations(file) {
		position := files.Position(line.Pos())
		t.Errorf("%s:%d: uses %s; outbound connections go through internal/safehttp", position.Filename, position.Line, line.Sel.Name)
	}
}

// violations returns the forbidden selectors of a file, leaving out mentions of
// a pointer type.
func violations(file *ast.File) []*ast.SelectorExpr {
	imported := map[string]string{}
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if outward[path] != nil {
			imported[name] = path
		}
	}
	var found []*ast.SelectorExpr
	ast.Inspect(file, func(node ast.Node) bool {
		// *http.Client only names the type; *http.DefaultClient copies it.
		if star, ok := node.(*ast.StarExpr); ok {
			selector, ok := star.X.(*ast.SelectorExpr)
			return ok && strings.HasPrefix(selector.Sel.Name, "Default")
		}
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if pkg, ok := selector.X.(*ast.Ident); ok && outward[imported[pkg.Name]][selector.Sel.Name] {
				found = append(found, selector)
			}
		}
		return true
	})
	return found
}

func TestOnlyWayOutSeesThem(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]int{
		`http.Get("x")`: 1, `http.DefaultClient.Do(nil)`: 1, `_ = &http.Client{}`: 1, `_ = new(http.Client)`: 1,
		`var c http.Client; _ = c`: 1, `net.Dial("tcp", "x")`: 1, `d := net.Dial; _ = d`: 1, `_ = []any{http.DefaultTransport.(x)}`: 1,
		`_ = web.Client{}`: 1, `c := *http.DefaultClient; _ = c`: 1, `_ = func(*http.Client) {}`: 0, `var c *http.Client; _ = c`: 0, `_ = http.MethodGet`: 0,
		`_ = struct{ c *http.Client }{http.DefaultClient}`: 1, `_ = struct{ c any }{c: http.DefaultClient}`: 1,
	} {
		text := "package p\nimport (\"net\"; \"net/http\"; web \"net/http\")\nfunc f() {" + source + "}"
		file, err := parser.ParseFile(token.NewFileSet(), "p.go", text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(violations(file)); got != want {
			t.Errorf("%s: %d found, want %d", source, got, want)
		}
	}
}
