package hosted

import (
	"html"
	"net/http"
	"strings"

	"github.com/bowline/bowline/internal/link"
)

// opening is what decides about a page's head.
type opening struct {
	locale string
	step   link.Step
	heavy  bool // the list needs what comes with the later screens
}

// head is a page up to what differs from visit to visit, and the headers that belong to it.
type head struct {
	start  packed
	link   string // of the Link header; may be empty
	policy string // the Content Security Policy
}

// head returns the head of the page of a view. As many are kept as there are
// screens and languages.
func (h *Handler) head(view link.View) head {
	wanted := opening{view.Locale, view.Step, heavy(view)}
	known, found := h.heads.Load(wanted)
	if !found {
		known, _ = h.heads.LoadOrStore(wanted, h.headOf(wanted))
	}
	return known.(head)
}

// announce sets the headers.
func (h head) announce(header http.Header) {
	header.Set("Content-Security-Policy", h.policy)
	if h.link != "" {
		header.Set("Link", h.link)
	}
}

// headOf makes a head. At a first screen the page carries its style and scripts
// as text: a phone on a slow network would wait for another round trip to fetch
// them. Elsewhere it names them, so that a browser that has them need not be
// sent them again. Without a built front end, as in a test of the server alone,
// there is nothing to name.
func (h *Handler) headOf(o opening) head {
	var f files
	if h.Assets.Built() {
		carry := func(string) string { return "" }
		if h.Assets.Opens("link", string(o.step)) {
			carry = h.Assets.Text
		}
		style, core := h.Assets.Stylesheet("link"), h.Assets.Script("link")
		f.style(style, carry(style))
		f.script(core, carry(core), `<script type="module" src="`+core+`"></script>`)
		for _, part := range h.Assets.PreloadSteps("link", o.locale, o.steps()...) {
			f.script(part, carry(part), `<link rel="modulepreload" href="`+part+`">`)
		}
	}
	start := pack(`<!doctype html><html lang="` + html.EscapeString(o.locale) + `" dir="` + direction(o.locale) + `"><head><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">` +
		`<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">` + f.elements.String())
	return head{start, strings.Join(f.early, ", "), policy(f.scripts, f.styles)}
}

// steps are those whose scripts the page needs.
func (o opening) steps() []string {
	steps := []string{string(o.step)}
	if o.heavy {
		steps = append(steps, string(link.StepDone)) // any of the later ones
	}
	return steps
}

// files are the style and the scripts of a page: as elements, and what headers
// say of them. What lies in the page is admitted by its hash. What is fetched is
// announced: a phone reads that before it has made a document of the rest, and
// starts fetching. The header says "script", because browsers take up
// "modulepreload" there later; the element says "modulepreload", finds what was
// fetched and compiles it while the rest arrives.
type files struct {
	elements        strings.Builder
	early           []string // of the Link header (RFC 8288)
	scripts, styles []string // sources of the policy
}

func (f *files) style(address, text string) {
	if text != "" {
		f.styles = append(f.styles, source(text))
		f.elements.WriteString("<style>" + text + "</style>")
		return
	}
	f.early = append(f.early, "<"+address+">; rel=preload; as=style")
	f.elements.WriteString(`<link rel="stylesheet" href="` + address + `">`)
}

// script adds a module, by its text or with the element that fetches it.
func (f *files) script(address, text, element string) {
	if text != "" {
		f.scripts = append(f.scripts, source(text))
		f.elements.WriteString(`<script type="module">` + text + "</script>")
		return
	}
	// Modules are fetched with CORS, and what was fetched otherwise would be fetched again.
	f.early = append(f.early, "<"+address+">; rel=preload; as=script; crossorigin")
	f.elements.WriteString(element)
}

// heavy says that a list needs the later screens for itself: there is nothing in
// it, or there may be Markdown in its title. Being wrong costs a file too many or
// a round trip (web/link/src/supply.ts decides).
func heavy(view link.View) bool {
	switch {
	case view.Step == link.StepMain && view.Main != nil:
		return len(view.Main.Types) == 0 || rich(view.Main.Title) || rich(view.Main.Subtitle)
	case view.Step == link.StepPicker && view.Picker != nil:
		return len(view.Picker.Integrations) == 0
	}
	return false
}

// rich says that a text has marks of Markdown in it, or may have.
func rich(text *string) bool { return text != nil && strings.ContainsAny(*text, "*_[\\<|\n\r") }
