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
	var departure auth.SSODeparture
	var err error
	if query.Has("link") {
		departure, err = h.Staff.StartLinking(r.Context(), query.Get("link"), h.browser(r))
	} else {
		departure, err = h.Staff.StartSSO(r.Context(), query.Get("to"), query.Get("test"))
	}
	if err != nil {
		h.stranded(w, r, err, auth.SSOArrival{Tested: query.Has("test"), Linked: query.Has("link")})
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
		h.stranded(w, r, err, arrival)
	case arrival.Tested:
		http.Redirect(w, r, testedPage, http.StatusSeeOther)
	case arrival.Linked:
		http.Redirect(w, r, accountPage+"linked", http.StatusSeeOther)
	default:
		h.let(w, arrival.SignedIn)
		http.Redirect(w, r, arrival.Then, http.StatusSeeOther)
	}
}

// Pages of the app that single sign-on ends on.
const (
	signInPage = "/portal/sign-in?sso="
	testedPage = "/portal/settings/sign-in?tested=1"
	// accountPage shows what came of linking, to who is signed in.
	accountPage = "/portal/account?sso="
)

// stranded sends the browser to the sign-in page, which says why. After a test
// the settings say so, and after linking the account.
func (h *Handler) stranded(w http.ResponseWriter, r *http.Request, err error, from auth.SSOArrival) {
	why := "failed"
	var known *auth.SSOError
	if errors.As(err, &known) {
		why = string(known.Why)
	}
	ctx := r.Context()
	h.Logger.WarnContext(ctx, "single sign-on failed", "error", err, "test", from.Tested, "link", from.Linked, "correlationId", rest.CorrelationID(ctx))
	switch {
	case from.Tested:
		http.Redirect(w, r, testedPage, http.StatusSeeOther)
	case from.Linked:
		http.Redirect(w, r, accountPage+url.QueryEscape(why), http.StatusSeeOther)
	default:
		http.Redirect(w, r, signInPage+url.QueryEscape(why), http.StatusSeeOther)
	}
}
