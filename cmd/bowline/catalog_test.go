package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const fine = `key: abcd
name: Books
sourceType: Accounting
logo: {monogram: B, color: "#336699"}
dataTypes: [Invoices]
oauth:
  issuer: https://issuer.example
  clientId: ${env.BOOKS_ID}
  clientSecret: ${env.BOOKS_SECRET}
`

func withFile(t *testing.T, name, text string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestLintReports(t *testing.T) {
	t.Parallel()
	env := func(name string) (string, bool) {
		value, ok := map[string]string{"BOOKS_ID": "x"}[name]
		return value, ok
	}
	unset := "abcd.yaml:9: oauth.clientSecret uses ${env.BOOKS_SECRET}, which is not set\n"
	for name, c := range map[string]struct {
		text     string
		env      bool
		out, err string // err is what it fails with
		report   func(dir string) string
	}{
		"fine":   {strings.Replace(fine, "_SECRET", "_ID", 1), true, "Every integration is fine.\n", "", func(string) string { return "" }},
		"unset":  {fine, false, "Every integration is fine.\n", "", func(dir string) string { return "warning: " + dir + "/" + unset }},
		"strict": {fine, true, "", "1 fault", func(dir string) string { return dir + "/" + unset }},
		"faulty": {strings.NewReplacer("Books", "3", "[Invoices]", "[]").Replace(fine), false, "", "2 faults", func(dir string) string {
			return dir + "/abcd.yaml:2: name must be string, not number\n" + dir + "/abcd.yaml:5: dataTypes must have at least 1 items\n" + "warning: " + dir + "/" + unset
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := withFile(t, "abcd.yaml", c.text)
			var out, report bytes.Buffer
			failed := ""
			if err := (lintCommand{Dir: dir, Env: c.env}).run(&out, &report, env); err != nil {
				failed = err.Error()
			}
			if want := c.report(dir); out.String() != c.out || report.String() != want || failed != c.err {
				t.Errorf("prints %q, reports %q, fails with %q; want %q, %q, %q", out.String(), report.String(), failed, c.out, want, c.err)
			}
		})
	}
}

func TestNewIntegration(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	command := newCommand{Key: "acme", Name: "Acme Books", Dir: dir, Server: "https://connect.example/"}
	var out bytes.Buffer
	if err := command.run(&out); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "acme.yaml")
	text, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(text, []byte("# yaml-language-server: $schema=https://connect.example/schemas/integration.json\n")) {
		t.Errorf("%v: %s", err, text)
	}
	if !strings.Contains(out.String(), path) {
		t.Errorf("says %q", out.String())
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := command.run(&out); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("written over: %v", err)
	}
	if text, _ := os.ReadFile(path); string(text) != "mine" {
		t.Error("the file was written over")
	}
	for _, refused := range []newCommand{{Key: "mqjo", Dir: dir}, {Key: "../x", Dir: dir}, {Key: "efgh", Dir: filepath.Join(dir, "none")}} {
		if err := refused.run(&out); err == nil {
			t.Errorf("%+v succeeds", refused)
		}
	}
}

func TestCatalogCommandsAreThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, args := range [][]string{{"catalog", "schema"}, {"catalog", "new", "acme", "--dir", dir}} {
		if err := run(t.Context(), args); err != nil {
			t.Errorf("bowline %q: %v", args, err)
		}
	}
	if err := run(t.Context(), []string{"catalog", "lint", dir}); err == nil {
		t.Error("endpoints that nobody filled in pass")
	}
}
