package hosted

import (
	"errors"
	"net/http"
	"strings"

	"github.com/bowline/bowline"
	uploaded "github.com/bowline/bowline/internal/picture"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// brand serves a picture that a fintech has uploaded, by the hash of its bytes:
// what is there never changes.
func (h *Handler) brand(w http.ResponseWriter, r *http.Request) {
	hash, ok := bowline.BrandPictureHash(r.URL.Path)
	if !ok {
		rest.WriteError(w, r, errNoPicture)
		return
	}
	found, err := h.Link.Store.BrandImage(r.Context(), hash)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && !strings.HasSuffix(r.URL.Path, "."+found.Kind):
		rest.WriteError(w, r, errNoPicture)
		return
	case err != nil:
		rest.WriteError(w, r, err)
		return
	}
	header := w.Header()
	// An SVG is a document: opened on its own it must not run anything.
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Type", uploaded.Kind(found.Kind).ContentType())
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin") // pages that embed the journey show it
	header.Set("ETag", `"`+hash+`"`)
	if strings.Contains(r.Header.Get("If-None-Match"), hash) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(found.Content) // fails only when the browser has gone
}

var errNoPicture error = bowline.Errorf(bowline.CodeNotFound, "There is no such picture.")
