package hosted

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/web"
)

// head names the script and the style of the page and what else its first
// screen needs, and says the same in a header: a phone reads that before it has
// made a document of the rest, and starts fetching. The header says "script",
// because browsers take up "modulepreload" there later; the element says
// "modulepreload", finds what was fetched and compiles it while the rest
// arrives. Without a built front end, as in a test of the server alone, there is
// nothing to name.
func (h *Handler) head(header http.Header, view link.View) string {
	if !h.Assets.Built() {
		return ""
	}
	wanted := opening{locale: view.Locale, step: view.Step}
	wanted.rich = view.Main != nil && (rich(view.Main.Title) || rich(view.Main.Subtitle))
	known, found := h.heads.Load(wanted)
	if !found { // as many as there are screens and languages
		known, _ = h.heads.LoadOrStore(wanted, h.headOf(wanted))
	}
	made := known.(head)
	header.Set("Link", made.link)
	return made.elements
}

// opening is what decides about a page's head, and head is what is in it.
type (
	opening struct {
		locale string
		step   link.Step
		rich   bool // the list of types has Markdown in its title
	}
	head struct{ link, elements string }
)

func (h *Handler) headOf(o opening) head {
	steps := []string{string(o.step)}
	if o.rich {
		// What draws Markdown comes with the later screens.
		steps = append(steps, string(link.StepDone))
	}
	style, script := h.Assets.Stylesheet("link"), h.Assets.Script("link")
	early := []string{"<" + style + ">; rel=preload; as=style", preload(script)}
	var elements strings.Builder
	elements.WriteString(`<link rel="stylesheet" href="` + style + `"><script type="module" src="` + script + `"></script>`)
	for _, address := range h.Assets.PreloadSteps("link", o.locale, steps...) {
		early = append(early, preload(address))
		elements.WriteString(`<link rel="modulepreload" href="` + address + `">`)
	}
	return head{strings.Join(early, ", "), elements.String()}
}

// preload is the link of a module (RFC 8288). Modules are fetched with CORS, and
// what was fetched otherwise would be fetched again.
func preload(script string) string { return "<" + script + ">; rel=preload; as=script; crossorigin" }

// rich says that a text has marks of Markdown in it, or may have: being wrong
// costs a file too many or a round trip (ui/plain.ts decides).
func rich(text *string) bool { return text != nil && strings.ContainsAny(*text, "*_[\\<|\n\r") }

// show answers with the page that draws a view. The view travels as a data
// block, which no policy lets run, so the first screen needs no second request.
func (h *Handler) show(w http.ResponseWriter, r *http.Request, status int, view link.View) {
	data, err := json.Marshal(view) // escapes <, > and &: safe inside a script element
	if err != nil {
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	title := "Connect your business"
	if view.Client.Name != "" {
		title = "Connect to " + view.Client.Name
	}
	var page bytes.Buffer
	page.Grow(len(data) + 1024)
	page.WriteString(`<!doctype html><html lang="` + html.EscapeString(view.Locale) + `" dir="` + direction(view.Locale) + `"><head><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">` +
		`<meta name="color-scheme" content="light dark"><title>` + html.EscapeString(title) + `</title>` +
		`<link rel="icon" href="data:,">`)
	page.WriteString(h.head(w.Header(), view))
	page.WriteString(`</head><body><div id="bowline-link"></div>` +
		`<noscript><p class="noscript">This page needs JavaScript to connect your software. Please switch it on and load the page again.</p></noscript>` +
		`<script type="application/json" id="bowline-view">`)
	page.Write(data)
	page.WriteString(`</script></body></html>`)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	deliver(w, r, status, page.Bytes())
}

// packers are kept, because each one weighs most of a megabyte.
var packers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// deliver sends a page, compressed where the browser takes that. Compression
// tells an eavesdropper who can choose a part of the page what another part of
// it is, when the same secret comes again and again (BREACH). Here nothing does:
// what a request brings is sealed into the flow and not repeated in the clear,
// and the flow, the one thing worth guessing, is new and random in each answer.
func deliver(w http.ResponseWriter, r *http.Request, status int, page []byte) {
	header := w.Header()
	header.Add("Vary", "Accept-Encoding")
	if web.Accepts(r.Header.Values("Accept-Encoding"), "gzip") {
		var small bytes.Buffer
		packer := packers.Get().(*gzip.Writer)
		defer packers.Put(packer)
		packer.Reset(&small)
		_, err := packer.Write(page)
		if errors.Join(err, packer.Close()) == nil { // writing to memory does not fail
			header.Set("Content-Encoding", "gzip")
			page = small.Bytes()
		}
	}
	header.Set("Content-Length", strconv.Itoa(len(page)))
	w.WriteHeader(status)
	// A failed write means that the browser left; there is nobody to tell.
	_, _ = w.Write(page)
}
