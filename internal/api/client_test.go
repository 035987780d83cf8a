package api_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestPublishedClient runs every operation through a client library that we did
// not write: what it does not accept, no user of it can receive.
func TestPublishedClient(t *testing.T) {
	t.Parallel()
	installClient(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		// The base URL carries a path, as it does in the product.
		server := httptest.NewServer(http.StripPrefix("/api", h.handler))
		t.Cleanup(server.Close)
		run := exec.CommandContext(t.Context(), "node", "run.mjs")
		run.Dir = "clienttest"
		run.Env = append(os.Environ(), "BOWLINE_API_URL="+server.URL+"/api", "BOWLINE_API_KEY="+h.key, "PROVIDER_TOKEN="+goodToken)
		out, err := run.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if !strings.Contains(string(out), "calls as published") {
			t.Errorf("the script did not come to its end: %s", out)
		}
	})
}

// installClient brings the pinned library to where the script finds it, once
// per checkout.
func installClient(t *testing.T) {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s is needed to run the published client library: install Node.js 20 or later", program)
		}
	}
	if _, err := os.Stat(filepath.Join("clienttest", "node_modules", "@codat", "platform", "package.json")); err == nil {
		return
	}
	install := exec.CommandContext(t.Context(), "npm", "ci", "--no-fund", "--no-audit", "--loglevel=error")
	install.Dir = "clienttest"
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
}
