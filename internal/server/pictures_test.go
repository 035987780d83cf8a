package server_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/server"
)

// TestPicturesOfAnOperator: official assets lie in the catalog directory, without
// a copy of the built-in file, and reach pages and the API.
func TestPicturesOfAnOperator(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"mqjo.logo.svg": "<svg><title>the logo</title></svg>", "mqjo.button.svg": "<svg><title>the button</title></svg>",
		"mqjo.button-hover.svg": "<svg><title>under a pointer</title></svg>",
		"acme.yaml": `key: acme
name: Acme Books
sourceType: Accounting
logo: {icon: xero, color: "#13b5ea"}
dataTypes: [Invoices]
oauth: {issuer: "https://issuer.example", clientId: me, clientSecret: hush}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := start(t, server.Options{DataDir: t.TempDir(), CatalogDir: dir})
	key := r.Welcome().APIKey
	for _, tt := range []struct {
		path, key string
		status    int
		contains  string
	}{
		{"/link/logos/mqjo.svg", "", 200, "the logo"},
		{"/link/logos/mqjo.button.svg", "", 200, "the button"},
		{"/link/logos/mqjo.button-hover.svg", "", 200, "under a pointer"},
		{"/link/logos/mqjo.logo.svg", "", 404, ""},
		{"/link/logos/mqjo.button", "", 404, ""},
		{"/link/logos/acme.svg", "", 200, `<path transform="translate(10 10) scale(1.5)"`},
		{"/link/logos/acme.button.svg", "", 404, ""},
		{"/api/integrations/mqjo/branding", key, 200, `"button":{"default":{"image":{"src":"` + r.URL() + `/link/logos/mqjo.button.svg","alt":"Connect Accounting Sandbox"}},"hover":{"image":{"src":"` + r.URL() + `/link/logos/mqjo.button-hover.svg"`},
		{"/api/integrations/acme/branding", key, 200, `"button":{"default":{"image":{"src":"` + r.URL() + `/link/logos/acme.svg"`},
		{"/schemas/integration.json", "", 200, `"title": "Bowline integration"`},
		{"/schemas/other.json", "", 404, ""},
	} {
		status, header, body := r.ask(t, "GET", tt.path, tt.key)
		if status != tt.status || !strings.Contains(body, tt.contains) {
			t.Errorf("%s: %d %s; want %d with %s", tt.path, status, body, tt.status, tt.contains)
		}
		if csp := header.Get("Content-Security-Policy"); status == 200 && strings.HasPrefix(tt.path, "/link/") && !strings.Contains(csp, "sandbox") {
			t.Errorf("%s: a picture could run as a page: %q", tt.path, csp)
		}
	}
}
