package french

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// speakers are the packages whose sentences staff may read: in an answer, or later
// in a timeline or in the log of requests.
var speakers = []string{
	".", "internal/api", "internal/auth", "internal/connection", "internal/hosted", "internal/link", "internal/notice", "internal/picture",
	"internal/portal", "internal/query", "internal/renewal", "internal/rest", "internal/script", "internal/store", "internal/transfer", "internal/webhook",
}

// silent are files whose texts never come to a person in the Portal: documents of
// the API, and pages that have words of their own.
var silent = []string{
	"internal/api/document.go", "internal/api/reference.go", "internal/api/schema.go", "internal/api/routes.go", "internal/api/directorynotes.go",
	"internal/api/linksettingsnotes.go", "internal/api/peoplenotes.go", "internal/notice/page.go",
}

// apart are texts of files that speak: parts of SQL and of the API's document, and
// a warning for the console of a browser that embeds Link.
var apart = []string{
	" AND f.", "There are %d more warnings about options.", "What the provider answered; its status may be any.", "What the provider is sent.",
	"The company's id.", "The connection's id.",
	"Path of the provider's API below its base. It may have several segments; parameters of the query go along.",
	"Id of the event, the same for all consumers.", "When it happened, UTC; the same on every attempt.",
}

// tellers are functions that make a sentence of a format: which argument it is.
var tellers = map[string]int{"Errorf": 1, "refuse": 0, "when": 3, "invalid": 0, "skip": 1, "unfinished": 1, "redirectFault": 0}

// private are functions whose texts are for logs and for programmers. Errorf and
// New are so in the packages fmt and errors only.
var private = []string{
	"panic", "fmt.Errorf", "errors.New", "Debug", "Info", "Warn", "Error", "DebugContext", "InfoContext", "WarnContext", "ErrorContext",
	"LogAttrs", "warn", "unknown",
}

type sentence struct{ text, at string }

// sentences walks the source for what can reach a person: every format of a
// teller, and every other text that reads like a sentence.
func sentences(t *testing.T) []sentence {
	t.Helper()
	const root = "../.."
	var all []sentence
	for _, dir := range speakers {
		names, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		if err != nil || len(names) == 0 {
			t.Fatalf("%s has no source: %v", dir, err)
		}
		for _, name := range names {
			path, err := filepath.Rel(root, name)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, "_test.go") || slices.Contains(silent, filepath.ToSlash(path)) {
				continue
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for text, pos := range texts(file) {
				all = append(all, sentence{text, path + ":" + strconv.Itoa(set.Position(pos).Line)})
			}
		}
	}
	return all
}

// texts are those of one file.
func texts(file *ast.File) map[string]token.Pos {
	found, left := map[string]token.Pos{}, map[ast.Node]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			if n.Tag != nil {
				left[n.Tag] = true
			}
		case *ast.CallExpr:
			full, short := called(n)
			if slices.Contains(private, full) || slices.Contains(private, short) {
				for _, arg := range n.Args {
					ast.Inspect(arg, func(inner ast.Node) bool { left[inner] = true; return true })
				}
				return true
			}
			if at, tells := tellers[short]; tells && at < len(n.Args) {
				if text, ok := literal(n.Args[at]); ok && text != "%s" {
					found[text] = n.Args[at].Pos()
				}
			}
		case *ast.BasicLit:
			if text, ok := literal(n); ok && !left[n] && readsLikeOne(text) {
				found[text] = n.Pos()
			}
		}
		return true
	})
	return found
}

func called(call *ast.CallExpr) (full, short string) {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name, f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name, f.Sel.Name
		}
		return "", f.Sel.Name
	}
	return "", ""
}

func literal(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// readsLikeOne says whether a text is a sentence, or the end of one that is put
// together.
func readsLikeOne(text string) bool {
	return strings.Contains(text, " ") && !strings.ContainsAny(text, "\n<") && strings.ContainsAny(text[len(text)-1:], ".?!")
}

// TestEverySentenceHasFrench fails for a sentence that somebody adds in English
// alone. A text that is only a part of one is found in the whole.
func TestEverySentenceHasFrench(t *testing.T) {
	t.Parallel()
	all := pairs()
	for _, s := range sentences(t) {
		if _, known := all[s.text]; known || slices.Contains(apart, s.text) || partOfOne(all, s.text) {
			continue
		}
		t.Errorf("%s: no French for %q: add it to internal/french/words", s.at, s.text)
	}
}

func partOfOne(all map[string]string, text string) bool {
	if len(text) < 5 {
		return false
	}
	for english := range all {
		if english != text && strings.Contains(english, text) {
			return true
		}
	}
	return false
}
