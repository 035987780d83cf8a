package server_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/server"
)

// TestReload: what an operator changes in the directory counts without a
// restart, all of it or nothing.
func TestReload(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := func(key, name, more string) {
		write(key+".yaml", "key: "+key+"\nname: "+name+"\nsourceType: Accounting\nlogo: {monogram: AB, color: \"#123456\"}\n"+
			"dataTypes: [Invoices]\noauth: {issuer: \"https://issuer.example\", clientId: me, clientSecret: hush}\n"+more)
	}
	file("acme", "Acme Books", "")
	r := start(t, server.Options{DataDir: t.TempDir(), CatalogDir: dir})
	key := r.Welcome().APIKey
	named := func(step, integration string, wantStatus int, want string) {
		t.Helper()
		if status, _, body := r.ask(t, "GET", "/api/integrations/"+integration, key); status != wantStatus || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s, want %d with %s", step, status, body, wantStatus, want)
		}
	}
	picture := func(step, want string) {
		t.Helper()
		if status, _, body := r.ask(t, "GET", "/link/logos/acme.svg", ""); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s, want %s", step, status, body, want)
		}
	}
	named("at the start", "acme", 200, `"name":"Acme Books"`)

	file("acme", "Acme Ledgers", "")
	file("brio", "Brio", "")
	write("acme.logo.svg", "<svg><title>the new logo</title></svg>")
	named("before it is asked to", "acme", 200, `"name":"Acme Books"`)
	if err := r.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	named("changed", "acme", 200, `"name":"Acme Ledgers"`)
	named("added", "brio", 200, `"name":"Brio"`)
	picture("a picture", "the new logo")

	file("acme", "Acme Broken", "order: -1\n")
	if err := os.Remove(filepath.Join(dir, "brio.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := r.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), "acme.yaml:7: order") {
		t.Errorf("a fault: %v", err)
	}
	if logged := r.log.String(); !strings.Contains(logged, "the catalog stays as it was") || !strings.Contains(logged, "acme.yaml:7: order") {
		t.Errorf("the log tells of no fault: %s", logged)
	}
	named("after a fault", "acme", 200, `"name":"Acme Ledgers"`)
	named("after a fault, what was taken away", "brio", 200, `"name":"Brio"`)

	file("acme", "Acme Again", "")
	if err := r.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	named("mended", "acme", 200, `"name":"Acme Again"`)
	named("taken away", "brio", 404, "")
}
