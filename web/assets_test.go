package web

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func built() fstest.MapFS {
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"placeholder.txt": text("placeholder"),
		"manifest.json": text(`{
			"link": {"script": "assets/link-A1.js", "stylesheet": "assets/link-B2.css", "chunks": ["assets/chunk-C3.js"]},
			"link.en-US": {"script": "assets/en-US-D4.js"},
			"link.later": {"script": "assets/later-E5.js", "chunks": ["assets/chunk-C3.js"]}}`),
		"assets/link-A1.js":     text("plain script"),
		"assets/link-A1.js.br":  text("br script"),
		"assets/link-A1.js.gz":  text("gz script"),
		"assets/link-B2.css":    text("plain sheet"),
		"assets/link-B2.css.gz": text("gz sheet"),
		"assets/chunk-C3.js":    text("chunk"),
		"assets/en-US-D4.js":    text("words"),
		"assets/later-E5.js":    text("later"),
	}
}

func load(t *testing.T, dist fstest.MapFS) *Assets {
	t.Helper()
	assets, err := Load(dist)
	if err != nil {
		t.Fatal(err)
	}
	return assets
}

func TestServe(t *testing.T) {
	t.Parallel()
	assets := load(t, built())
	tests := []struct {
		name, method, path, accept string
		status                     int
		body, encoding, kind       string
	}{
		{"brotli", "GET", "/assets/link-A1.js", "gzip, deflate, br, zstd", 200, "br script", "br", "text/javascript; charset=utf-8"},
		{"gzip", "GET", "/assets/link-A1.js", "gzip", 200, "gz script", "gzip", "text/javascript; charset=utf-8"},
		{"plain", "GET", "/assets/link-A1.js", "", 200, "plain script", "", "text/javascript; charset=utf-8"},
		{"brotli refused", "GET", "/assets/link-A1.js", "br;q=0, GZIP;q=0.5", 200, "gz script", "gzip", "text/javascript; charset=utf-8"},
		{"any", "GET", "/assets/link-A1.js", "*", 200, "br script", "br", "text/javascript; charset=utf-8"},
		{"any but one", "GET", "/assets/link-A1.js", "br;q=0, *;q=0.1", 200, "gz script", "gzip", "text/javascript; charset=utf-8"},
		{"nothing accepted", "GET", "/assets/link-A1.js", "*;q=0", 200, "plain script", "", "text/javascript; charset=utf-8"},
		{"twin missing", "GET", "/assets/link-B2.css", "br", 200, "plain sheet", "", "text/css; charset=utf-8"},
		{"nonsense weight", "GET", "/assets/link-A1.js", "br;q=x", 200, "plain script", "", "text/javascript; charset=utf-8"},
		{"head", "HEAD", "/assets/link-A1.js", "br", 200, "", "br", "text/javascript; charset=utf-8"},
		{"twins are no files", "GET", "/assets/link-A1.js.br", "br", 404, "not found\n", "", "text/plain; charset=utf-8"},
		{"nothing outside", "GET", "/assets/../manifest.json", "", 404, "not found\n", "", "text/plain; charset=utf-8"},
		{"other prefix", "GET", "/link-A1.js", "", 404, "not found\n", "", "text/plain; charset=utf-8"},
		{"the folder", "GET", "/assets/", "", 404, "not found\n", "", "text/plain; charset=utf-8"},
		{"post", "POST", "/assets/link-A1.js", "", 405, "method not allowed\n", "", "text/plain; charset=utf-8"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			request := httptest.NewRequest(test.method, "/", nil)
			request.URL.Path = test.path
			if test.accept != "" {
				request.Header.Set("Accept-Encoding", test.accept)
			}
			recorder := httptest.NewRecorder()
			assets.ServeHTTP(recorder, request)
			header := recorder.Header()
			if recorder.Code != test.status || recorder.Body.String() != test.body {
				t.Errorf("answered %d %q, want %d %q", recorder.Code, recorder.Body, test.status, test.body)
			}
			if header.Get("Content-Encoding") != test.encoding || header.Get("Content-Type") != test.kind {
				t.Errorf("encoding %q, type %q", header.Get("Content-Encoding"), header.Get("Content-Type"))
			}
			if header.Get("X-Content-Type-Options") != "nosniff" {
				t.Error("no nosniff")
			}
			kept := header.Get("Cache-Control") == "public, max-age=31536000, immutable"
			if kept != (test.status == http.StatusOK) {
				t.Errorf("cache-control %q with status %d", header.Get("Cache-Control"), test.status)
			}
		})
	}
}

func TestRevalidation(t *testing.T) {
	t.Parallel()
	assets := load(t, built())
	ask := func(encoding, tag string) *httptest.ResponseRecorder {
		request := httptest.NewRequest(http.MethodGet, "/assets/link-A1.js", nil)
		request.Header.Set("Accept-Encoding", encoding)
		if tag != "" {
			request.Header.Set("If-None-Match", tag)
		}
		recorder := httptest.NewRecorder()
		assets.ServeHTTP(recorder, request)
		return recorder
	}
	tag := ask("br", "").Header().Get("ETag")
	if tag == ask("gzip", "").Header().Get("ETag") {
		t.Error("two encodings share a strong tag")
	}
	for _, sent := range []string{tag, `"other", W/` + tag, "*"} {
		if answer := ask("br", sent); answer.Code != http.StatusNotModified || answer.Body.Len() != 0 {
			t.Errorf("If-None-Match %s: %d with %d bytes", sent, answer.Code, answer.Body.Len())
		}
	}
	if answer := ask("gzip", tag); answer.Code != http.StatusOK {
		t.Errorf("the tag of another encoding: %d", answer.Code)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	assets := load(t, built())
	if !assets.Built() || assets.Script("link") != "/assets/link-A1.js" || assets.Stylesheet("link") != "/assets/link-B2.css" {
		t.Errorf("link is %q and %q", assets.Script("link"), assets.Stylesheet("link"))
	}
	if assets.Script("portal") != "" || assets.Stylesheet("link.later") != "" {
		t.Error("an address for something that is not there")
	}
	want := []string{"/assets/chunk-C3.js", "/assets/en-US-D4.js", "/assets/later-E5.js"}
	if got := assets.Preload("link", "link.en-US", "link.later"); !slices.Equal(got, want) {
		t.Errorf("preload %v, want %v", got, want)
	}
}

func TestPreloadSteps(t *testing.T) {
	t.Parallel()
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	assets := load(t, fstest.MapFS{
		"manifest.json": text(`{
			"link": {"script": "assets/core.js"}, "link.en-US": {"script": "assets/en.js"}, "link.fr-CA": {"script": "assets/fr.js"},
			"link.later.en-US": {"script": "assets/en-later.js"}, "link.later.fr-CA": {"script": "assets/fr-later.js"},
			"link.pick": {"script": "assets/pick.js", "steps": ["picker"]},
			"link.later": {"script": "assets/later.js", "chunks": ["assets/shared.js"], "steps": ["consent", "done"], "needs": ["link.pick", "link.later.{locale}"]}}`),
		"assets/core.js": text(""), "assets/en.js": text(""), "assets/fr.js": text(""), "assets/en-later.js": text(""),
		"assets/fr-later.js": text(""), "assets/pick.js": text(""), "assets/later.js": text(""), "assets/shared.js": text(""),
	})
	for _, tt := range []struct{ steps, locale, want string }{
		{"main", "en-US", "en"},
		{"main", "fr-CA", "fr"},
		{"main", "xx-XX", "en"},
		{"picker", "fr-CA", "fr pick"},
		{"done", "fr-CA", "fr pick fr-later shared later"},
		{"picker done", "fr-CA", "fr pick fr-later shared later"},
		{"unheard-of", "fr-CA", "fr"},
	} {
		var want []string
		for _, name := range strings.Fields(tt.want) {
			want = append(want, "/assets/"+name+".js")
		}
		if got := assets.PreloadSteps("link", tt.locale, strings.Fields(tt.steps)...); !slices.Equal(got, want) {
			t.Errorf("%s in %s: %v, want %v", tt.steps, tt.locale, got, want)
		}
	}
}

func TestWhatMayLieInAPage(t *testing.T) {
	t.Parallel()
	dist := fstest.MapFS{
		"manifest.json": {Data: []byte(`{
			"link": {"script": "assets/core.js", "stylesheet": "assets/core.css", "inline": true},
			"link.pick": {"script": "assets/pick.js", "steps": ["picker"], "inline": true},
			"link.later": {"script": "assets/later.js", "steps": ["consent"]},
			"plain": {"script": "assets/later.js"}}`)},
		"assets/core.js": {Data: []byte("core")}, "assets/core.css": {Data: []byte("sheet")},
		"assets/core.js.br": {Data: []byte("small")}, "assets/pick.js": {Data: []byte("pick")}, "assets/later.js": {Data: []byte("later")},
	}
	assets := load(t, dist)
	for step, want := range map[string]bool{"picker": true, "consent": false, "unheard-of": false} {
		if assets.Opens("link", step) != want || assets.Opens("plain", step) {
			t.Errorf("a page that opens at %s: %v", step, !want)
		}
	}
	for address, want := range map[string]string{
		"/assets/core.js": "core", "/assets/core.css": "sheet", "/assets/pick.js": "pick", "/assets/later.js": "", "": "",
	} {
		if got := assets.Text(address); got != want {
			t.Errorf("%s is %q", address, got)
		}
	}
	for _, text := range []string{"x</script >", "</SCRIPT", "a<!--b", "<script", "a\rb", "\x00", "</style"} {
		dist["assets/pick.js"].Data = []byte(text)
		if _, err := Load(dist); !errors.Is(err, errUnquotable) {
			t.Errorf("%q may lie in a page: %v", text, err)
		}
	}
}

func TestUnbuilt(t *testing.T) {
	t.Parallel()
	dist := built()
	delete(dist, "manifest.json")
	assets := load(t, dist)
	if assets.Built() || assets.Script("link") != "" {
		t.Error("a folder without manifest counts as built")
	}
}

func TestBrokenBuilds(t *testing.T) {
	t.Parallel()
	tests := map[string]func(fstest.MapFS){
		"parse asset manifest":  func(dist fstest.MapFS) { dist["manifest.json"].Data = []byte("{") },
		"which is not there":    func(dist fstest.MapFS) { delete(dist, "assets/chunk-C3.js") },
		"no known content type": func(dist fstest.MapFS) { dist["assets/x.exe"] = &fstest.MapFile{} },
	}
	for want, spoil := range tests {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			dist := built()
			spoil(dist)
			if _, err := Load(dist); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want one with %q", err, want)
			}
		})
	}
}

// The embedded folder loads in either state, and every entry that it names is served.
func TestEmbedded(t *testing.T) {
	t.Parallel()
	assets, err := Load(FS())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(assets)
	defer server.Close()
	for name := range assets.entries {
		response, err := server.Client().Get(server.URL + assets.Script(name))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != http.StatusOK || len(body) == 0 {
			t.Errorf("%s: %d with %d bytes", name, response.StatusCode, len(body))
		}
	}
}
