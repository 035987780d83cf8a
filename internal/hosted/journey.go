package hosted

import (
	"net/http"

	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/rest"
)

// journey takes one action and answers with the next view.
func (h *Handler) journey(w http.ResponseWriter, r *http.Request) {
	id, ok := companyID(r)
	if !ok {
		rest.WriteError(w, r, link.ErrNotFound)
		return
	}
	var action link.Action
	if err := rest.ReadJSON(w, r, &action); err != nil {
		rest.WriteError(w, r, err)
		return
	}
	view, cookies, err := h.Link.Act(r.Context(), id, action, h.browser(r))
	if err != nil {
		rest.WriteError(w, r, err)
		return
	}
	h.keep(w, r, cookies...)
	rest.WriteJSON(w, http.StatusOK, view)
}
