package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
)

// TestServeSDK is the table of what a host page may load, and for how long it
// may keep it.
func TestServeSDK(t *testing.T) {
	t.Parallel()
	assets, err := Load(fstest.MapFS{
		"manifest.json":         {Data: []byte(`{}`)},
		"assets/a-1.js":         {Data: []byte("a")},
		"sdk/link.js":           {Data: []byte("plain")},
		"sdk/link.js.br":        {Data: []byte("small")},
		"sdk/versions.json":     {Data: []byte(`{"latest":{}}`)},
		"sdk/1.2.3-abc/link.js": {Data: []byte("pinned")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		method, path string
		status       int
		body, cache  string
	}{
		{"GET", "/sdk/link.js", 200, "small", keepForAWhile},
		{"HEAD", "/sdk/link.js", 200, "", keepForAWhile},
		{"GET", "/sdk/versions.json", 200, `{"latest":{}}`, keepForAWhile},
		{"GET", "/sdk/1.2.3-abc/link.js", 200, "pinned", keepForGood},
		{"GET", "/sdk/1.2.4/link.js", 404, "not found\n", "no-store"},
		{"GET", "/sdk/link.js.br", 404, "not found\n", "no-store"},
		{"GET", "/sdk/../assets/a-1.js", 404, "not found\n", "no-store"},
		{"POST", "/sdk/link.js", 405, "method not allowed\n", ""},
	} {
		r := httptest.NewRequest(tt.method, tt.path, nil)
		r.Header.Set("Accept-Encoding", "br")
		w := httptest.NewRecorder()
		assets.ServeSDK(w, r)
		header := w.Header()
		if w.Code != tt.status || w.Body.String() != tt.body || header.Get("Cache-Control") != tt.cache {
			t.Errorf("%s %s: %d %q, kept %q", tt.method, tt.path, w.Code, w.Body, header.Get("Cache-Control"))
		}
		if header.Get("Access-Control-Allow-Origin") != "*" || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s: headers %v", tt.method, tt.path, header)
		}
		if tt.status == http.StatusOK && header.Get("Content-Type") == "" {
			t.Errorf("%s %s has no type", tt.method, tt.path)
		}
	}
}
