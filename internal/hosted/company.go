package hosted

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// Limits of the custom parameters of a Link URL: they travel in a cookie.
const (
	maxParams     = 20
	maxParamsSize = 800
)

// authorizationParam is our own parameter of a company's page: whose result to
// show after a callback.
const authorizationParam = "link.authorization"

// company serves the page of a company's journey: its first screen, or the
// result of an authorization that this browser comes back from.
func (h *Handler) company(w http.ResponseWriter, r *http.Request) {
	id, ok := companyID(r)
	if !ok {
		h.show(w, r, http.StatusNotFound, link.NotFound())
		return
	}
	if isHead(r) {
		h.exists(w, r, id)
		return
	}
	var view link.View
	var err error
	if authorization, bad := bowline.ParseID(r.URL.Query().Get(authorizationParam)); bad == nil {
		view, err = h.Link.Result(r.Context(), id, authorization, h.browser(r))
	} else {
		view, err = h.Link.Boot(r.Context(), id, h.entry(r, id))
	}
	switch {
	case bowline.CodeOf(err) == bowline.CodeInvalid:
		h.show(w, r, http.StatusBadRequest, link.BadLink())
	case err != nil:
		h.fault(w, r, err)
	default:
		h.show(w, r, statusOf(view), view)
	}
}

// exists says whether there is such a page. Nobody has begun by asking that.
func (h *Handler) exists(w http.ResponseWriter, r *http.Request, company bowline.ID) {
	known, err := h.Link.Known(r.Context(), company)
	switch {
	case err != nil:
		h.fault(w, r, err)
	case !known:
		h.show(w, r, http.StatusNotFound, link.NotFound())
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusOK)
	}
}

// entry reads what a request says of a visit to a company's page.
func (h *Handler) entry(r *http.Request, company bowline.ID) link.Entry {
	e := entry(r.URL.Query())
	cookies := h.cookies(r)
	e.Locales, e.Trusted, e.Known = languages(r), h.Link.HasSession(company, cookies), h.Link.Proven(company, cookies)
	return e
}

// entry reads the parameters of a Link URL (link.md 4.2). Our own are not
// custom parameters. What does not fit the limits is dropped, the names in
// alphabetical order, so that the same URL always keeps the same ones.
func entry(query url.Values) link.Entry {
	e := link.Entry{OpenID: query.Get("openId") == "true"}
	if show := query.Get("link.showSandboxIntegrations"); show == "true" || show == "false" {
		e.Sandbox = new(show == "true")
	}
	size := 0
	for _, name := range slices.Sorted(maps.Keys(query)) {
		value := query[name][0]
		if strings.HasPrefix(name, "link.") || name == "otp" || name == "openId" || !utf8.ValidString(name+value) {
			continue
		}
		// Counted as it will stand in the cookie, quotes and escapes included.
		encoded, err := json.Marshal([2]string{name, value})
		if size += len(encoded); err != nil || size > maxParamsSize || len(e.Params) == maxParams {
			break
		}
		if e.Params == nil {
			e.Params = map[string]string{}
		}
		e.Params[name] = value
	}
	return e
}
