package hosted

import (
	"net/http"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/rest"
)

// maxHandOvers is how many hand-overs one browser is known by; an accountant
// may hold several. The oldest go first.
const maxHandOvers = 8

// goPage serves the page of a code. The code is in the fragment, so this answer
// is the same for everybody, and reading it opens nothing.
func (h *Handler) goPage(w http.ResponseWriter, r *http.Request) {
	view := link.Gate(link.GateCode, link.HelperPath)
	if authorization, err := bowline.ParseID(r.URL.Query().Get(authorizationParam)); err == nil {
		view, err = h.Link.HelperResult(r.Context(), authorization, h.browser(r))
		if err != nil {
			h.fault(w, r, err)
			return
		}
	}
	h.show(w, r, statusOf(view), view)
}

// goJourney opens a code, or takes a helper's action.
func (h *Handler) goJourney(w http.ResponseWriter, r *http.Request) {
	var action link.Action
	if err := rest.ReadJSON(w, r, &action); err != nil {
		rest.WriteError(w, r, err)
		return
	}
	if action.Action != link.ActOpen {
		view, cookies, err := h.Link.ActHelper(r.Context(), action, h.browser(r))
		if err == nil {
			h.keep(w, r, cookies...)
		}
		answer(w, r, view, err)
		return
	}
	opened, err := h.Link.OpenCode(r.Context(), action.Code, languages(r), h.goBrowser(r))
	if err != nil {
		rest.WriteError(w, r, err)
		return
	}
	if opened.Session != "" {
		h.startSession(w, r, opened)
	}
	if opened.Keep.Name != "" {
		h.keepHandOver(w, r, opened.Keep)
	}
	h.keep(w, r, opened.Cookies...)
	rest.WriteJSON(w, statusOf(opened.View), opened.View)
}

// goBrowser is browser with the cookies of hand-overs.
func (h *Handler) goBrowser(r *http.Request) link.Browser {
	b := h.browser(r)
	for _, c := range r.Cookies() {
		if name, ours := strings.CutPrefix(c.Name, h.prefix()); ours && strings.HasPrefix(name, link.HandOverCookiePrefix) {
			b.Cookies[name] = c.Value
		}
	}
	return b
}

// keepHandOver remembers a hand-over that this browser has opened.
func (h *Handler) keepHandOver(w http.ResponseWriter, r *http.Request, kept link.Cookie) {
	name, before := h.prefix()+kept.Name, []string(nil)
	for _, c := range r.Cookies() {
		if strings.HasPrefix(c.Name, h.prefix()+link.HandOverCookiePrefix) && c.Name != name {
			before = append(before, c.Name)
		}
	}
	for len(before) >= maxHandOvers {
		h.setCookie(w, before[0], "", -1)
		before = before[1:]
	}
	h.setCookie(w, name, kept.Value, int(kept.Life.Seconds()))
}
