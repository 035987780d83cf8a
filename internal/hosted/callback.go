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
		h.show(w, r, http.StatusNotFound, link.NotFound())
		return
	}
	if isHead(r) {
		w.WriteHeader(http.StatusOK)
		return
	}
	target, cookie, view, err := h.Link.Start(r.Context(), company, connection, h.entry(r, company))
	h.leave(w, r, departure{target, cookie, view, err})
}

// departure is the way to a provider, or the view to show instead.
type departure struct {
	target string
	cookie link.Cookie
	view   *link.View
	err    error
}

func (h *Handler) leave(w http.ResponseWriter, r *http.Request, d departure) {
	switch {
	case bowline.CodeOf(d.err) == bowline.CodeInvalid:
		h.show(w, r, http.StatusBadRequest, link.BadLink())
	case d.err != nil:
		h.fault(w, r, d.err)
	case d.view != nil:
		h.show(w, r, statusOf(*d.view), *d.view)
	default:
		if d.cookie.Name != "" { // none is kept by who goes back to where they came from
			h.keep(w, r, d.cookie)
		}
		redirect(w, d.target)
	}
}

// statusOf is the HTTP status that goes with a view.
func statusOf(v link.View) int {
	switch {
	case v.Step == link.StepNotFound:
		return http.StatusNotFound
	case v.Step == link.StepExpired:
		return http.StatusUnauthorized
	case link.IsTooMany(v):
		return http.StatusTooManyRequests
	case v.Step == link.StepError && v.Flow == "":
		return http.StatusBadRequest
	case v.Step == link.StepError:
		return http.StatusBadGateway
	}
	return http.StatusOK
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
	case done.View != nil:
		h.show(w, r, statusOf(*done.View), *done.View)
	case done.Trial:
		redirect(w, trialOverPath)
	case done.Closed:
		redirect(w, h.Links.Closed()+"?"+authorizationParam+"="+url.QueryEscape(string(done.Authorization)))
	case done.RedirectURL != "":
		redirect(w, done.RedirectURL)
	case done.Helper:
		redirect(w, h.Links.Go()+"?"+authorizationParam+"="+url.QueryEscape(string(done.Authorization)))
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
