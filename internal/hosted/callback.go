package hosted

import (
	"net/http"
	"net/url"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// start serves a connection's own URL: straight to the provider (link.md 4.1).
func (h *Handler) start(w http.ResponseWriter, r *http.Request) {
	company, ok := companyID(r)
	connection, err := bowline.ParseID(r.PathValue("connectionId"))
	if !ok || err != nil {
		h.show(w, http.StatusNotFound, link.NotFound())
		return
	}
	if isHead(r) {
		w.WriteHeader(http.StatusOK)
		return
	}
	target, cookie, view, err := h.Link.Start(r.Context(), company, connection, entry(r.URL.Query()))
	switch {
	case err != nil:
		h.fault(w, r, err)
	case view != nil && view.Step == link.StepNotFound:
		h.show(w, http.StatusNotFound, *view)
	case view != nil:
		h.show(w, http.StatusBadGateway, *view)
	default:
		h.keep(w, r, cookie)
		redirect(w, target)
	}
}

// callback takes a provider's answer. The browser is sent on at once, so that
// neither the code nor the state stays in its address bar.
func (h *Handler) callback(w http.ResponseWriter, r *http.Request) {
	if isHead(r) { // a scanner must not spend the code
		w.WriteHeader(http.StatusOK)
		return
	}
	done, err := h.Link.Complete(r.Context(), r.PathValue("integrationKey"), r.URL.Query(), h.browser(r))
	switch {
	case err != nil:
		h.fault(w, r, err)
	case done.View != nil && done.View.Step == link.StepNotFound:
		h.show(w, http.StatusNotFound, *done.View)
	case done.View != nil && link.IsTooMany(*done.View):
		h.show(w, http.StatusTooManyRequests, *done.View)
	case done.View != nil:
		h.show(w, http.StatusBadRequest, *done.View)
	case done.RedirectURL != "":
		redirect(w, done.RedirectURL)
	default:
		redirect(w, h.Links.Company(done.Company)+"?"+authorizationParam+"="+url.QueryEscape(string(done.Authorization)))
	}
}

// redirect answers 303, so that the browser follows with GET whatever it came
// with (RFC 9700 section 4.12), and without a body that repeats the address.
func redirect(w http.ResponseWriter, target string) {
	w.Header().Set("Location", target)
	w.WriteHeader(http.StatusSeeOther)
}
