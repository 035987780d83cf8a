package hosted

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/web"
)

// dressed is a handler with a small front end.
func dressed(t *testing.T) *Handler {
	t.Helper()
	dist := fstest.MapFS{"manifest.json": {Data: []byte(`{
		"link": {"script": "assets/core.js", "stylesheet": "assets/link.css"},
		"link.en-US": {"script": "assets/en.js"}, "link.fr-CA": {"script": "assets/fr.js"},
		"link.later.en-US": {"script": "assets/en-later.js"}, "link.later.fr-CA": {"script": "assets/fr-later.js"},
		"link.list": {"script": "assets/list.js", "steps": ["main"]},
		"link.pick": {"script": "assets/pick.js", "steps": ["picker"]},
		"link.later": {"script": "assets/later.js", "steps": ["consent", "done"], "needs": ["link.pick", "link.later.{locale}"]}}`)}}
	for name := range strings.FieldsSeq("core.js link.css en.js fr.js en-later.js fr-later.js list.js pick.js later.js") {
		dist["assets/"+name] = &fstest.MapFile{}
	}
	assets, err := web.Load(dist)
	if err != nil {
		t.Fatal(err)
	}
	return &Handler{Links: bowline.NewLinks("http://127.0.0.1:8080"), Assets: assets}
}

// TestPagesAnnounceTheirFiles reads the header that a phone acts on first: what
// the first screen needs and nothing that can wait.
func TestPagesAnnounceTheirFiles(t *testing.T) {
	t.Parallel()
	h := dressed(t)
	main := func(title, subtitle string) *link.MainView { return &link.MainView{Title: &title, Subtitle: &subtitle} }
	for name, tt := range map[string]struct {
		view link.View
		want string
	}{
		"the list of types":    {link.View{Step: link.StepMain, Locale: "en-US", Main: &link.MainView{}}, "en.js list.js"},
		"with a plain title":   {link.View{Step: link.StepMain, Locale: "fr-CA", Main: main("Bonjour", "")}, "fr.js list.js"},
		"with Markdown":        {link.View{Step: link.StepMain, Locale: "fr-CA", Main: main("", "**Bonjour**")}, "fr.js pick.js fr-later.js later.js list.js"},
		"the list of software": {link.View{Step: link.StepPicker, Locale: "en-US"}, "en.js pick.js"},
		"a later screen":       {link.View{Step: link.StepConsent, Locale: "en-US"}, "en.js pick.js en-later.js later.js"},
		"an unheard-of tongue": {link.View{Step: link.StepPicker, Locale: "xx-XX"}, "en.js pick.js"},
	} {
		rec := httptest.NewRecorder()
		h.show(rec, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusOK, tt.view)
		want := []string{"</assets/link.css>; rel=preload; as=style"}
		for file := range strings.FieldsSeq("core.js " + tt.want) {
			want = append(want, "</assets/"+file+">; rel=preload; as=script; crossorigin")
		}
		if got := strings.Split(rec.Header().Get("Link"), ", "); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		elements := `<link rel="stylesheet" href="/assets/link.css"><script type="module" src="/assets/core.js"></script>`
		for file := range strings.FieldsSeq(tt.want) {
			elements += `<link rel="modulepreload" href="/assets/` + file + `">`
		}
		if body := rec.Body.String(); !strings.Contains(body, elements+"</head>") {
			t.Errorf("%s: %s", name, body)
		}
	}
}

func TestPagesAreCompressedWhereAccepted(t *testing.T) {
	t.Parallel()
	h := dressed(t)
	view := link.View{Step: link.StepPicker, Locale: "en-US", Client: link.ClientView{Name: strings.Repeat("Harbor Lending ", 100)}}
	ask := func(accept string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		if accept != "" {
			r.Header.Set("Accept-Encoding", accept)
		}
		rec := httptest.NewRecorder()
		h.show(rec, r, http.StatusNotFound, view)
		if rec.Code != http.StatusNotFound || rec.Header().Get("Vary") != "Accept-Encoding" || rec.Header().Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%q: %d, %v", accept, rec.Code, rec.Header())
		}
		return rec
	}
	plain := ask("").Body.String()
	for accept, packed := range map[string]bool{
		"gzip, deflate, br, zstd": true, "*": true, "GZIP;q=0.1": true,
		"br": false, "gzip;q=0": false, "identity": false, "*, gzip;q=0": false,
	} {
		rec := ask(accept)
		if got := rec.Header().Get("Content-Encoding") == "gzip"; got != packed {
			t.Errorf("%q: compressed %v", accept, got)
			continue
		}
		body := rec.Body.String()
		if packed {
			if len(body) > len(plain)/2 {
				t.Errorf("%q: %d bytes of %d", accept, len(body), len(plain))
			}
			reader, err := gzip.NewReader(rec.Body)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(reader)
			if err != nil {
				t.Fatal(err)
			}
			body = string(text)
		}
		if body != plain {
			t.Errorf("%q: another page", accept)
		}
	}
}
