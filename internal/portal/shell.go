package portal

import (
	"bytes"
	"html/template"
	"net/http"
	"strings"

	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/web"
)

// page is what is around the app. It holds nothing of anybody, so that whoever
// is not signed in may have it.
var page = template.Must(template.New("portal").Parse(`<!doctype html><html lang="en-US" class="bowline"><head><meta charset="utf-8">` +
	`<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">` +
	`<title>Bowline</title><link rel="icon" href="data:,">` +
	`{{if .Script}}<link rel="stylesheet" href="{{.Stylesheet}}"><script type="module" src="{{.Script}}"></script>` +
	`{{range .Preload}}<link rel="modulepreload" href="{{.}}">{{end}}{{end}}` +
	`</head><body><div id="portal"></div>` +
	`{{if .Script}}<noscript><p>{{.Without}}</p></noscript>` +
	`{{else}}<p>This Bowline was built without its front end, so the Portal cannot be shown. The <a href="/docs/api">API</a> works.</p>{{end}}` +
	`</body></html>`))

func (h *Handler) shell(w http.ResponseWriter, r *http.Request) {
	shown := struct {
		web.PortalHead
		Without string // what a browser shows that runs no scripts
	}{Without: rest.Said(r.Context(), "The Portal needs JavaScript. Please switch it on and load the page again.")}
	if h.Assets != nil {
		shown.PortalHead = h.Assets.Portal(strings.TrimPrefix(r.URL.Path, "/portal"))
	}
	var text bytes.Buffer
	if err := page.Execute(&text, shown); err != nil {
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	// The browser has gone when this fails.
	_, _ = w.Write(text.Bytes())
}
