package hosted

import (
	"net/http"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/rest"
)

// logoSize is the side of a logo tile in pixels; it is drawn as a vector.
const logoSize = 96

// logo serves the picture of an integration: the operator's own file, or the
// tile that the catalog draws.
func (h *Handler) logo(w http.ResponseWriter, r *http.Request) {
	key, svg := strings.CutSuffix(r.PathValue("file"), ".svg")
	in, ok := h.Catalog.Get(key)
	if !svg || !ok {
		rest.WriteError(w, r, bowline.Errorf(bowline.CodeNotFound, "There is no such logo."))
		return
	}
	header := w.Header()
	// An SVG is a document: opened on its own it must not run anything.
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	header.Set("X-Content-Type-Options", "nosniff")
	data, contentType := in.Logo.Image(logoSize)
	header.Set("Content-Type", contentType)
	header.Set("Cache-Control", "public, max-age=3600")
	_, _ = w.Write(data) // fails only when the browser has gone
}
