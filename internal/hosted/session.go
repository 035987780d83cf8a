package hosted

import (
	"net/http"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/rest"
)

// maxSessions is for how many companies one browser holds a session; an
// accountant may work for several. The oldest go first.
const maxSessions = 8

// startSession lets this browser open a company's journey again for a day,
// without another one-time password (link.md 4.3). A session that such a password
// was spent for does not give way to a lesser one.
func (h *Handler) startSession(w http.ResponseWriter, r *http.Request, opened link.Opened) {
	if !opened.Proven && h.Link.Proven(opened.Session, h.cookies(r)) {
		return
	}
	session, err := h.Link.Session(opened.Session, opened.Proven)
	if err != nil { // the page at hand works without
		h.Logger.ErrorContext(r.Context(), "start session", "error", err)
		return
	}
	name, before := h.prefix()+session.Name, []string(nil)
	for _, c := range r.Cookies() {
		if own, ours := strings.CutPrefix(c.Name, h.prefix()); ours && link.IsSessionCookie(own) && c.Name != name {
			before = append(before, c.Name)
		}
	}
	for len(before) >= maxSessions {
		h.setCookie(w, before[0], "", -1)
		before = before[1:]
	}
	h.setCookie(w, name, session.Value, int(session.Life.Seconds()))
}

// openGate spends the one-time password of a page that told nothing yet.
func (h *Handler) openGate(w http.ResponseWriter, r *http.Request, company bowline.ID, action link.Action) {
	opened, err := h.Link.Open(r.Context(), company, action)
	if bowline.CodeOf(err) == bowline.CodeUnauthorized {
		rest.WriteJSON(w, statusOf(opened.View), opened.View)
		return
	}
	if err == nil {
		h.startSession(w, r, opened)
		h.keep(w, r, opened.Cookies...)
	}
	answer(w, r, opened.View, err)
}
