package hosted

import (
	"errors"
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
	if action.Action == link.ActOpen {
		h.openGate(w, r, id, action)
		return
	}
	view, cookies, err := h.Link.Act(r.Context(), id, action, h.browser(r))
	if err == nil {
		h.keep(w, r, cookies...)
	}
	answer(w, r, view, err)
}

// answer sends the view that follows an action. A page that asked for news gets
// 204 when there is none.
func answer(w http.ResponseWriter, r *http.Request, view link.View, err error) {
	switch {
	case errors.Is(err, link.ErrNothingNew):
		w.WriteHeader(http.StatusNoContent)
	case err != nil:
		rest.WriteError(w, r, err)
	default:
		rest.WriteJSON(w, http.StatusOK, view)
	}
}
