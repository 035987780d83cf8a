package portal

import (
	"embed"
	"html/template"
	"net/http"

	"github.com/bowline/bowline"
)

//go:embed portal.html portal.css
var files embed.FS

var page = template.Must(template.ParseFS(files, "portal.html"))

// Handler serves /portal.
type Handler struct {
	Links bowline.Links
}

// Mount adds the routes to a mux.
func (h *Handler) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /portal/", h.home)
	mux.HandleFunc("GET /portal/portal.css", style)
}

func (h *Handler) home(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Content-Type", "text/html; charset=utf-8")
	// The page is a constant with one value; writing it fails only when the
	// browser has gone.
	_ = page.Execute(w, h.Links)
}

func style(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, files, "portal.css")
}
