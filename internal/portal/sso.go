package portal

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
)

// startSSO sends the browser to the sign-in service.
func (h *Handler) startSSO(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	departure, err := h.Staff.StartSSO(r.Context(), query.Get("to"), query.Get("test"))
	if err != nil {
		h.stranded(w, r, err, query.Has("test"))
		return
	}
	h.set(w, ssoCookie, departure.Cookie, ssoLife)
	http.Redirect(w, r, departure.URL, http.StatusSeeOther)
}

// completeSSO takes the browser back from there.
func (h *Handler) completeSSO(w http.ResponseWriter, r *http.Request) {
	cookie := h.cookie(r, ssoCookie)
	h.set(w, ssoCookie, "", 0)
	arrival, err := h.Staff.CompleteSSO(r.Context(), r.URL.Query(), cookie, h.browser(r))
	switch {
	case err != nil:
		h.stranded(w, r, err, arrival.Tested)
	case arrival.Tested:
		http.Redirect(w, r, testedPage, http.StatusSeeOther)
	default:
		h.let(w, arrival.SignedIn)
		http.Redirect(w, r, arrival.Then, http.StatusSeeOther)
	}
}

// Pages of the app that single sign-on ends on.
const (
	signInPage = "/portal/sign-in?sso="
	testedPage = "/portal/settings/sign-in?tested=1"
)

// stranded sends the browser to the sign-in page, which says why. After a test
// the settings say so.
func (h *Handler) stranded(w http.ResponseWriter, r *http.Request, err error, test bool) {
	why := "failed"
	var known *auth.SSOError
	if errors.As(err, &known) {
		why = string(known.Why)
	}
	ctx := r.Context()
	h.Logger.WarnContext(ctx, "single sign-on failed", "error", err, "test", test, "correlationId", rest.CorrelationID(ctx))
	if test {
		http.Redirect(w, r, testedPage, http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, signInPage+url.QueryEscape(why), http.StatusSeeOther)
}
