package hosted

import (
	"net/http"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/rest"
)

// embeddedArea takes the actions of journeys inside pages of the fintech;
// link.ConnectionsPath those of the Connections SDK.
const embeddedArea = "/sdk/companies/{companyId}/journey"

// embedded takes one action of a journey in a host page.
func (h *Handler) embedded(w http.ResponseWriter, r *http.Request) { forHosts(w, r, h.actEmbedded) }

// connections takes one action of the Connections SDK.
func (h *Handler) connections(w http.ResponseWriter, r *http.Request) {
	forHosts(w, r, h.actConnections)
}

// forHosts answers pages of other origins. Their requests carry a company access
// token and no cookie; what act returns is for registered origins.
func forHosts(w http.ResponseWriter, r *http.Request, act func(http.ResponseWriter, *http.Request, string) (link.View, error)) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if origin != "" {
		// Every page may read that it is refused: without that its developers
		// would see a network error and no reason. What is worth protecting is
		// sent to registered origins only, and never by the cookies of a browser.
		header.Set("Access-Control-Allow-Origin", origin)
		header.Set("Access-Control-Expose-Headers", rest.CorrelationHeader)
	}
	if r.Method == http.MethodOptions {
		header.Set("Access-Control-Allow-Methods", "POST")
		header.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
		header.Set("Access-Control-Max-Age", "7200")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	view, err := act(w, r, bowline.CanonicalOrigin(origin))
	answer(w, r, view, err)
}

func (h *Handler) actEmbedded(w http.ResponseWriter, r *http.Request, origin string) (link.View, error) {
	if token, ok := previewToken(r); ok {
		return h.actPreview(w, r, token)
	}
	id, ok := companyID(r)
	if !ok {
		return link.View{}, link.ErrNotFound
	}
	bearer, err := h.bearer(r)
	if err != nil {
		return link.View{}, err
	}
	if err := h.Link.Admit(r.Context(), id, bearer, origin); err != nil {
		return link.View{}, err
	}
	var action link.Action
	if err := rest.ReadJSON(w, r, &action); err != nil {
		return link.View{}, err
	}
	browser := h.browser(r)
	browser.Embedded, browser.Bearer, browser.Origin = true, bearer != link.Bearer{}, origin
	act := h.Link.Act
	if action.Action == link.ActBoot {
		act = h.Link.BootEmbedded
	}
	view, _, err := act(r.Context(), id, action, browser)
	return view, err
}

// actConnections is actEmbedded where the token alone names the company.
func (h *Handler) actConnections(w http.ResponseWriter, r *http.Request, origin string) (link.View, error) {
	bearer, err := h.bearer(r)
	if err != nil {
		return link.View{}, err
	}
	if err := h.Link.AdmitConnections(r.Context(), bearer, origin); err != nil {
		return link.View{}, err
	}
	var action link.Action
	if err := rest.ReadJSON(w, r, &action); err != nil {
		return link.View{}, err
	}
	browser := h.browser(r)
	browser.Embedded, browser.Bearer, browser.Only, browser.Origin = true, true, true, origin
	act := h.Link.Act
	if action.Action == link.ActBoot {
		act = h.Link.BootConnections
	}
	view, _, err := act(r.Context(), bearer.Company, action, browser)
	return view, err
}

// bearer reads the company access token of a request. An API key has no
// business in a browser and is refused with a word of warning.
func (h *Handler) bearer(r *http.Request) (link.Bearer, error) {
	if r.Header.Get("Authorization") == "" {
		return link.Bearer{}, nil
	}
	caller, err := h.Auth.FromRequest(r)
	if err != nil {
		return link.Bearer{}, err
	}
	if caller.Company == "" {
		return link.Bearer{}, bowline.Errorf(bowline.CodeForbidden,
			"This is an API key. It must never reach a browser: get a company access token for it on your server.")
	}
	return link.Bearer{Instance: caller.Instance, Company: caller.Company}, nil
}

// handoff opens the provider in a tab that a host page has made.
func (h *Handler) handoff(w http.ResponseWriter, r *http.Request) {
	if isHead(r) {
		w.WriteHeader(http.StatusOK)
		return
	}
	target, cookie, view, err := h.Link.OpenTicket(r.Context(), r.URL.Query().Get("ticket"))
	h.leave(w, r, departure{target, cookie, view, err})
}

// closed is where a tab ends whose result another page waits for.
func (h *Handler) closed(w http.ResponseWriter, r *http.Request) {
	id, err := bowline.ParseID(r.URL.Query().Get(authorizationParam))
	if err != nil {
		h.nowhere(w, r)
		return
	}
	view, err := h.Link.Closed(r.Context(), id, h.browser(r))
	if err != nil {
		h.fault(w, r, err)
		return
	}
	h.show(w, r, statusOf(view), view)
}
