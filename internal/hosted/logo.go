package hosted

import (
	"net/http"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/rest"
)

// logoSize is the side of a logo tile in pixels; it is drawn as a vector.
const logoSize = 96

// logo serves the pictures of an integration: its logo, which is the operator's
// own file or the tile that the catalog draws, and its official button. The
// address ends in .svg whatever the picture is.
func (h *Handler) logo(w http.ResponseWriter, r *http.Request) {
	name, svg := strings.CutSuffix(r.PathValue("file"), ".svg")
	key, slot, _ := strings.Cut(name, ".")
	in, ok := h.Catalog.Get(key)
	data, contentType := picture(in, slot)
	if !svg || !ok || data == nil {
		rest.WriteError(w, r, bowline.Errorf(bowline.CodeNotFound, "There is no such logo."))
		return
	}
	header := w.Header()
	// An SVG is a document: opened on its own it must not run anything.
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Type", contentType)
	header.Set("Cache-Control", "public, max-age=3600")
	_, _ = w.Write(data) // fails only when the browser has gone
}

// picture returns nil for a slot that is not known or has none.
func picture(in catalog.Integration, slot string) (data []byte, contentType string) {
	switch slot {
	case "":
		return in.Logo.Image(logoSize)
	case "button", "button-hover":
		data, contentType, _ = in.Button.Image(slot == "button-hover")
	}
	return data, contentType
}
