package hosted

import (
	"net/http"
	"strings"

	"github.com/bowline/bowline/internal/link"
)

// maxAttempts is how many attempts one browser keeps; the oldest go first, so
// that somebody who tries often does not outgrow the limit on headers.
const maxAttempts = 4

// prefix binds cookies to this host over https (RFC 6265bis section 4.1.3.2).
// Over http, on a laptop, browsers would refuse such a name.
func (h *Handler) prefix() string {
	if h.secure() {
		return "__Host-"
	}
	return ""
}

func (h *Handler) secure() bool { return strings.HasPrefix(h.Links.PublicURL, "https://") }

// cookies reads the cookies that package link may know.
func (h *Handler) cookies(r *http.Request) link.Cookies {
	found := link.Cookies{}
	for _, c := range r.Cookies() {
		if name, ours := strings.CutPrefix(c.Name, h.prefix()); ours && (link.IsAttemptCookie(name) || link.IsSessionCookie(name)) {
			found[name] = c.Value
		}
	}
	return found
}

// keep sets a new attempt's cookie and drops the oldest ones beyond the limit.
// Browsers send older cookies first (RFC 6265 section 5.4).
func (h *Handler) keep(w http.ResponseWriter, r *http.Request, cookies ...link.Cookie) {
	if len(cookies) == 0 {
		return
	}
	var held []string
	for _, c := range r.Cookies() {
		if name, ours := strings.CutPrefix(c.Name, h.prefix()); ours && link.IsAttemptCookie(name) {
			held = append(held, c.Name)
		}
	}
	for excess := len(held) + len(cookies) - maxAttempts; excess > 0 && len(held) > 0; excess-- {
		h.setCookie(w, held[0], "", -1)
		held = held[1:]
	}
	for _, c := range cookies {
		h.setCookie(w, h.prefix()+c.Name, c.Value, int(c.Life.Seconds()))
	}
}

func (h *Handler) setCookie(w http.ResponseWriter, name, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure follows the public URL: browsers drop it over http
		Name: name, Value: value, MaxAge: maxAge, Path: "/",
		HttpOnly: true, Secure: h.secure(), SameSite: http.SameSiteLaxMode,
	})
}
