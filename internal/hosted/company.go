package hosted

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// Limits of the custom parameters of a Link URL: they travel in a cookie.
const (
	maxParams     = 20
	maxParamsSize = 1200
)

// Our own parameters of a company's page: what to show after a callback.
const (
	authorizationParam = "authorization"
	noticeParam        = "notice"
	noticeOtherBrowser = "otherBrowser"
)

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
	authorization, bad := bowline.ParseID(query.Get(authorizationParam))
	switch {
	case bad == nil:
		view, err = h.Link.Result(r.Context(), id, authorization, h.browser(r))
	case query.Get(noticeParam) == noticeOtherBrowser:
		view, err = h.Link.OtherBrowser(r.Context(), id)
	default:
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
// custom parameters; what does not fit the limits is dropped.
func entry(query url.Values) link.Entry {
	e := link.Entry{
		OpenID:      query.Get("openId") == "true",
		HideSandbox: query.Get("link.showSandboxIntegrations") == "false",
	}
	size := 0
	for name, values := range query {
		value := values[0]
		size += len(name) + len(value)
		reserved := strings.HasPrefix(name, "link.") || name == "otp" || name == "openId" || name == authorizationParam || name == noticeParam
		if reserved || len(e.Params) == maxParams || size > maxParamsSize || !utf8.ValidString(name+value) {
			continue
		}
		if e.Params == nil {
			e.Params = map[string]string{}
		}
		e.Params[name] = value
	}
	return e
}
