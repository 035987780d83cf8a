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
const authorizationParam = "authorization"

// company serves the page of a company's journey: its first screen, or the
// result of an authorization that this browser comes back from.
func (h *Handler) company(w http.ResponseWriter, r *http.Request) {
	id, ok := companyID(r)
	if !ok {
		h.show(w, http.StatusNotFound, link.NotFound())
		return
	}
	query := r.URL.Query()
	var view link.View
	var err error
	if authorization, bad := bowline.ParseID(query.Get(authorizationParam)); bad == nil {
		view, err = h.Link.Result(r.Context(), id, authorization, h.browser(r))
	} else {
		view, err = h.Link.Boot(r.Context(), id, entry(query))
	}
	if err != nil {
		h.fault(w, r, err)
		return
	}
	status := http.StatusOK
	if view.Step == link.StepNotFound {
		status = http.StatusNotFound
	}
	h.show(w, status, view)
}

// entry reads the parameters of a Link URL (link.md 4.2). Our own are not
// custom parameters. What does not fit the limits is dropped, the names in
// alphabetical order, so that the same URL always keeps the same ones.
func entry(query url.Values) link.Entry {
	e := link.Entry{
		OpenID:      query.Get("openId") == "true",
		HideSandbox: query.Get("link.showSandboxIntegrations") == "false",
	}
	size := 0
	for _, name := range slices.Sorted(maps.Keys(query)) {
		value := query[name][0]
		if strings.HasPrefix(name, "link.") || name == "otp" || name == "openId" || name == authorizationParam || !utf8.ValidString(name+value) {
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
