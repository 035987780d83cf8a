package portal

import (
	"net/http"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/peer"
)

// Names of our cookies, and for how long a browser keeps them. That a session
// has ended is for the server to say.
const (
	sessionCookie = "bowline_portal"
	deviceCookie  = "bowline_device" // tells tries of known browsers from those of strangers
	ssoCookie     = "bowline_sso"    // the attempt at single sign-on under way

	deviceLife = 180 * 24 * time.Hour
	ssoLife    = 10 * time.Minute
)

// name binds cookies to this host over https (RFC 6265bis section 4.1.3.2). Over
// http, on a laptop, browsers would refuse such a name.
func (h *Handler) name(name string) string {
	if h.secure() {
		return "__Host-" + name
	}
	return name
}

func (h *Handler) secure() bool { return strings.HasPrefix(h.Links.PublicURL, "https://") }

// cookie reads a cookie of ours; "" when there is none.
func (h *Handler) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(h.name(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// set sets a cookie; a life of 0 takes it away.
func (h *Handler) set(w http.ResponseWriter, name, value string, life time.Duration) {
	seconds := int(life.Seconds())
	if seconds == 0 {
		seconds = -1
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure follows the public URL: browsers drop it over http
		Name: h.name(name), Value: value, MaxAge: seconds, Path: "/",
		HttpOnly: true, Secure: h.secure(), SameSite: http.SameSiteLaxMode,
	})
}

// let gives a browser what it is known by from now on.
func (h *Handler) let(w http.ResponseWriter, in auth.SignedIn) {
	h.set(w, sessionCookie, in.Token, bowline.SessionLife)
	h.set(w, deviceCookie, in.Device, deviceLife)
}

func (h *Handler) browser(r *http.Request) auth.Browser {
	return auth.Browser{
		Address: peer.Address(r), UserAgent: r.UserAgent(), Device: h.cookie(r, deviceCookie), Session: h.cookie(r, sessionCookie),
	}
}
