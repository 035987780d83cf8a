package hosted

import (
	"bytes"
	"encoding/json"
	"html"
	"net/http"

	"github.com/bowline/bowline/internal/link"
)

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
	var rest bytes.Buffer
	rest.Grow(len(data) + 512)
	rest.WriteString(`<title>` + html.EscapeString(title) + `</title></head><body><div id="bowline-link"></div>` +
		`<noscript><p class="noscript">This page needs JavaScript to connect your software. Please switch it on and load the page again.</p></noscript>` +
		`<script type="application/json" id="bowline-view">`)
	rest.Write(data)
	rest.WriteString(`</script></body></html>`)
	head := h.head(view)
	head.announce(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	head.start.deliver(w, r, status, rest.Bytes())
}
