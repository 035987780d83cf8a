package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// testAPI answers as the API does: a test that waits twice and then ends.
func testAPI(t *testing.T, end string) *httptest.Server {
	t.Helper()
	looks := 0
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/integrations/acme/tests", func(w http.ResponseWriter, r *http.Request) {
		if user := r.Header.Get("Authorization"); user != "Basic bXkta2V5" {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"statusCode":401,"error":"Unauthorized"}`))
			return
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"id":"t-1","url":"https://bowline.example/link/trial?ticket=x"}`))
	})
	mux.HandleFunc("GET /api/integrations/acme/tests/t-1", func(w http.ResponseWriter, _ *http.Request) {
		if looks++; looks < 3 {
			_, _ = w.Write([]byte(`{"id":"t-1","status":"waiting","steps":[],"hops":[]}`))
			return
		}
		_, _ = w.Write([]byte(end))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func TestCatalogTest(t *testing.T) {
	t.Parallel()
	const done = `{"id":"t-1","status":"done","steps":[{"name":"exchange","outcome":"ok","detail":"with \u001b[2J"},{"name":"refresh","outcome":"skipped"}],
		"hops":[{"at":"2026-11-22T10:00:00Z","milliseconds":12.5,"method":"POST","url":"https://acme.example/token","status":200,
		"requestHeaders":[{"name":"Authorization","value":"Basic [masked, 8 characters]"}]}],"dropped":2}`
	for _, row := range []struct {
		name, key, end, want, err string
	}{
		{"done", "my-key", done, `POST https://acme.example/token
  > Authorization: Basic [masked, 8 characters]
  < 200 OK (12.5ms)

2 more were not kept.

ok       exchange       with �[2J
skipped  refresh
`, ""},
		{"failed", "my-key", strings.Replace(done, `"done"`, `"failed"`, 1), "ok       exchange", "the test failed"},
		{"refused", "other", done, "", "start the test: Unauthorized (401)"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			opened := ""
			c := testCommand{
				Key: "acme", Server: testAPI(t, row.end).URL + "/", APIKey: row.key, Open: true, Wait: time.Minute, every: time.Millisecond,
				open: func(address string) error { opened = address; return nil },
			}
			var out strings.Builder
			err := c.run(t.Context(), &out)
			if row.err == "" && err != nil || row.err != "" && (err == nil || err.Error() != row.err) {
				t.Errorf("error %v, want %q", err, row.err)
			}
			if !strings.Contains(out.String(), row.want) {
				t.Errorf("printed\n%s", out.String())
			}
			if row.want != "" && (opened != "https://bowline.example/link/trial?ticket=x" || !strings.Contains(out.String(), opened)) {
				t.Errorf("opened %q", opened)
			}
			if strings.Contains(out.String(), row.key) {
				t.Error("the API key is printed")
			}
		})
	}
}

func TestCatalogTestNeedsAServer(t *testing.T) {
	t.Parallel()
	for _, server := range []string{"", "bowline.example", "ftp://bowline.example", "https://user:pw@bowline.example"} {
		if _, err := (testCommand{Server: server}).client(); err == nil {
			t.Errorf("%q was taken", server)
		}
	}
}
