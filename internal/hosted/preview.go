package hosted

import (
	"net/http"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/rest"
)

// previewPolicy lets the page run files of ours only, and the Portal frame it.
const previewPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; " +
	"connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"

// previewPage serves the page that shows a draft of settings in the Portal. It is
// the same for every draft: which one, its script reads in the address, and the
// server never sees the token there.
func (h *Handler) previewPage(w http.ResponseWriter, r *http.Request) {
	if _, err := bowline.ParseID(r.PathValue("previewId")); err != nil || !h.Assets.Built() {
		rest.WriteError(w, r, bowline.Errorf(bowline.CodeNotFound, "NotFound"))
		return
	}
	header := w.Header()
	header.Set("Content-Security-Policy", previewPolicy)
	header.Set("X-Frame-Options", "SAMEORIGIN")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Type", "text/html; charset=utf-8")
	// Fails only when the browser has gone.
	_, _ = w.Write([]byte(`<!doctype html><html lang="en"><head><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">` +
		`<meta name="color-scheme" content="light dark"><title>Preview</title><link rel="icon" href="data:,">` +
		`<link rel="stylesheet" href="` + h.Assets.Stylesheet("preview") + `">` +
		`<script type="module" src="` + h.Assets.Script("preview") + `"></script></head><body><div id="link"></div></body></html>`))
}

// previewToken returns the token of a request that is about a preview.
func previewToken(r *http.Request) (string, bool) {
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return token, bearer && link.IsPreviewToken(token)
}

// actPreview takes one action of a preview, whose page is one of ours.
func (h *Handler) actPreview(w http.ResponseWriter, r *http.Request, token string) (link.View, error) {
	id, ok := companyID(r)
	if !ok {
		return link.View{}, link.ErrNotFound
	}
	var action link.Action
	if err := rest.ReadJSON(w, r, &action); err != nil {
		return link.View{}, err
	}
	return h.Link.Preview(r.Context(), id, token, action)
}
