package hosted

import (
	"net/http"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/rest"
)

// invite serves the page where a company that is not known yet names itself.
func (h *Handler) invite(w http.ResponseWriter, r *http.Request) {
	instance, err := bowline.ParseID(r.PathValue("instanceId"))
	if err != nil {
		h.show(w, r, http.StatusNotFound, link.NotFound())
		return
	}
	e := entry(r.URL.Query())
	e.Locales = languages(r)
	view, err := h.Link.Invite(r.Context(), instance, e)
	if err != nil {
		h.fault(w, r, err)
		return
	}
	h.show(w, r, statusOf(view), view)
}

// createInvited makes the company.
func (h *Handler) createInvited(w http.ResponseWriter, r *http.Request) {
	instance, err := bowline.ParseID(r.PathValue("instanceId"))
	if err != nil {
		rest.WriteError(w, r, link.ErrNotFound)
		return
	}
	var action link.Action
	if err := rest.ReadJSON(w, r, &action); err != nil {
		rest.WriteError(w, r, err)
		return
	}
	view, err := h.Link.CreateInvited(r.Context(), instance, action, h.browser(r))
	if err != nil {
		rest.WriteError(w, r, err)
		return
	}
	rest.WriteJSON(w, statusOf(view), view)
}
