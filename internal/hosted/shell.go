package hosted

import (
	"bytes"
	"encoding/json"
	"html"
	"net/http"
	"strings"

	"github.com/bowline/bowline/internal/link"
)

// head names the script and the style of the page. Without a built front end,
// as in a test of the server alone, there is nothing to name.
func (h *Handler) head(locale string) string {
	if !h.Assets.Built() {
		return ""
	}
	var b strings.Builder
	b.WriteString(`<link rel="stylesheet" href="` + h.Assets.Stylesheet("link") + `">`)
	b.WriteString(`<script type="module" src="` + h.Assets.Script("link") + `"></script>`)
	for _, address := range h.Assets.Preload("link", "link."+locale, "link.later") {
		b.WriteString(`<link rel="modulepreload" href="` + address + `">`)
	}
	return b.String()
}

// show answers with the page that draws a view. The view travels as a data
// block, which no policy lets run, so the first screen needs no second request.
func (h *Handler) show(w http.ResponseWriter, status int, view link.View) {
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
	page.WriteString(h.head(view.Locale))
	page.WriteString(`</head><body><div id="bowline-link"></div>` +
		`<noscript><p class="noscript">This page needs JavaScript to connect your software. Please switch it on and load the page again.</p></noscript>` +
		`<script type="application/json" id="bowline-view">`)
	page.Write(data)
	page.WriteString(`</script></body></html>`)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = page.WriteTo(w)
}
