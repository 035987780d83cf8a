package hosted

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/web"
)

// dressed is a handler with a small front end.
func dressed(t testing.TB) *Handler {
	t.Helper()
	dist := fstest.MapFS{"manifest.json": {Data: []byte(`{
		"link": {"script": "assets/core.js", "stylesheet": "assets/link.css", "inline": true},
		"link.en-US": {"script": "assets/en.js", "inline": true}, "link.fr-CA": {"script": "assets/fr.js", "inline": true},
		"link.later.en-US": {"script": "assets/en-later.js"}, "link.later.fr-CA": {"script": "assets/fr-later.js"},
		"link.list": {"script": "assets/list.js", "steps": ["main"], "inline": true},
		"link.pick": {"script": "assets/pick.js", "steps": ["picker"], "inline": true},
		"link.later": {"script": "assets/later.js", "steps": ["consent", "done"], "needs": ["link.list", "link.pick", "link.later.{locale}"]}}`)}}
	for name := range strings.FieldsSeq("core.js link.css en.js fr.js en-later.js fr-later.js list.js pick.js later.js") {
		dist["assets/"+name] = &fstest.MapFile{Data: []byte("/* " + name + " */")}
	}
	assets, err := web.Load(dist)
	if err != nil {
		t.Fatal(err)
	}
	return &Handler{Links: bowline.NewLinks("http://127.0.0.1:8080"), Assets: assets}
}

// TestPagesBringOrAnnounceTheirFiles reads what a phone acts on first: the first
// screens have all that they need in them, other pages say what theirs need, and
// none has what can wait.
func TestPagesBringOrAnnounceTheirFiles(t *testing.T) {
	t.Parallel()
	h := dressed(t)
	main := func(title, subtitle string) *link.MainView {
		return &link.MainView{Title: &title, Subtitle: &subtitle, Types: make([]link.TypeCard, 1)}
	}
	picker := &link.PickerView{Integrations: make([]link.Tile, 1)}
	for name, tt := range map[string]struct {
		view             link.View
		carried, fetched string
	}{
		"the list of types":    {link.View{Step: link.StepMain, Locale: "en-US", Main: main("", "")}, "link.css core.js en.js list.js", ""},
		"with a plain title":   {link.View{Step: link.StepMain, Locale: "fr-CA", Main: main("Bonjour", "")}, "link.css core.js fr.js list.js", ""},
		"with Markdown":        {link.View{Step: link.StepMain, Locale: "fr-CA", Main: main("", "**Bonjour**")}, "link.css core.js fr.js list.js pick.js", "fr-later.js later.js"},
		"without types":        {link.View{Step: link.StepMain, Locale: "fr-CA", Main: &link.MainView{}}, "link.css core.js fr.js list.js pick.js", "fr-later.js later.js"},
		"the list of software": {link.View{Step: link.StepPicker, Locale: "en-US", Picker: picker}, "link.css core.js en.js pick.js", ""},
		"without software":     {link.View{Step: link.StepPicker, Locale: "en-US", Picker: &link.PickerView{}}, "link.css core.js en.js list.js pick.js", "en-later.js later.js"},
		"an unheard-of tongue": {link.View{Step: link.StepPicker, Locale: "xx-XX", Picker: picker}, "link.css core.js en.js pick.js", ""},
		"a later screen":       {link.View{Step: link.StepConsent, Locale: "en-US"}, "", "link.css core.js en.js list.js pick.js en-later.js later.js"},
	} {
		rec := httptest.NewRecorder()
		h.show(rec, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusOK, tt.view)
		var elements, early []string
		for file := range strings.FieldsSeq(tt.carried) {
			text := "/* " + file + " */"
			if file == "link.css" {
				elements = append(elements, "<style>"+text+"</style>")
			} else {
				elements = append(elements, `<script type="module">`+text+"</script>")
			}
		}
		for file := range strings.FieldsSeq(tt.fetched) {
			switch file {
			case "link.css":
				early = append(early, "</assets/link.css>; rel=preload; as=style")
				elements = append(elements, `<link rel="stylesheet" href="/assets/link.css">`)
				continue
			case "core.js":
				elements = append(elements, `<script type="module" src="/assets/core.js"></script>`)
			default:
				elements = append(elements, `<link rel="modulepreload" href="/assets/`+file+`">`)
			}
			early = append(early, "</assets/"+file+">; rel=preload; as=script; crossorigin")
		}
		if got := rec.Header().Get("Link"); got != strings.Join(early, ", ") {
			t.Errorf("%s announces %s, want %v", name, got, early)
		}
		_, head, _ := strings.Cut(rec.Body.String(), `href="data:,">`)
		head, _, _ = strings.Cut(head, "<title>")
		for _, element := range elements {
			before, after, found := strings.Cut(head, element)
			if !found {
				t.Errorf("%s: no %s", name, element)
			}
			head = before + after
		}
		if head != "" {
			t.Errorf("%s: also %s", name, head)
		}
	}
}

// runs finds what a browser would run or style with in a page: the texts of its
// scripts and styles, but not data blocks.
var runs = regexp.MustCompile(`(?s)<(style|script)([^>]*)>(.*?)</(?:style|script)>`)

// TestPolicyNamesWhatLiesInThePage is the promise of the policy: each script and
// style in a page is there by its hash, no other hash is there, and nothing lets
// in what the customer or the fintech wrote.
func TestPolicyNamesWhatLiesInThePage(t *testing.T) {
	t.Parallel()
	built, err := web.Load(web.FS())
	if err != nil {
		t.Fatal(err)
	}
	hostile := `</script><script>alert(1)</script><style>*{display:none}</style>`
	for _, h := range []*Handler{dressed(t), {Assets: built}, {Assets: &web.Assets{}}} {
		for _, step := range []link.Step{link.StepMain, link.StepPicker, link.StepConsent, link.StepNotFound} {
			view := link.View{Step: step, Locale: "en-US", Client: link.ClientView{Name: hostile}}
			rec := httptest.NewRecorder()
			h.protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				h.show(w, r, http.StatusOK, view)
			})).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/", nil))
			hashes := map[string][]string{"script": {"'self'"}, "style": {"'self'"}}
			for _, found := range runs.FindAllStringSubmatch(rec.Body.String(), -1) {
				element, attributes, text := found[1], found[2], found[3]
				switch {
				case strings.Contains(attributes, `type="application/json"`), strings.Contains(attributes, "src="):
				default:
					sum := sha256.Sum256([]byte(text))
					hashes[element] = append(hashes[element], "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
				}
			}
			carried := h.Assets.Built() && (step == link.StepMain || step == link.StepPicker)
			if got := len(hashes["style"]) == 2 && len(hashes["script"]) > 3; got != carried {
				t.Errorf("%s: %d styles, %d scripts", step, len(hashes["style"])-1, len(hashes["script"])-1)
			}
			policies := rec.Header().Values("Content-Security-Policy")
			want := "default-src 'none'; script-src " + strings.Join(hashes["script"], " ") + "; style-src " + strings.Join(hashes["style"], " ") +
				"; img-src 'self' data: https:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
			if len(policies) != 1 || policies[0] != want {
				t.Errorf("%s: %v, want %s", step, policies, want)
			}
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
