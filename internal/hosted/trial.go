package hosted

import (
	"errors"
	"io"
	"net/http"

	"github.com/bowline/bowline/internal/link"
)

// trialOverPath is where the browser of a trial ends.
const trialOverPath = "/link/trial/over"

// trialOverPage tells an operator's browser that it has done its part. What
// came of the trial is told to whoever has the API key.
const trialOverPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>The test is over</title>
<main><p>The test is over; you can close this tab.</p></main>
</html>
`

// trial leads an operator to the provider (link.Service.OpenTrial).
func (h *Handler) trial(w http.ResponseWriter, r *http.Request) {
	if isHead(r) { // a scanner must not use up the address
		w.WriteHeader(http.StatusOK)
		return
	}
	target, cookie, err := h.Link.OpenTrial(r.Context(), r.URL.Query().Get("ticket"))
	switch {
	case errors.Is(err, link.ErrTrialOver):
		redirect(w, trialOverPath)
	case err != nil:
		h.fault(w, r, err)
	default:
		h.keep(w, r, cookie)
		redirect(w, target)
	}
}

func (h *Handler) trialOver(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, trialOverPage) // fails only when the browser has gone
}
