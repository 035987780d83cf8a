package portal

import (
	"log/slog"
	"net/http"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/web"
)

// Handler serves /portal. All fields are required.
type Handler struct {
	Links  bowline.Links
	Staff  *auth.Staff
	API    http.Handler // the Platform API for people, at its paths without any prefix
	Assets *web.Assets
	Logger *slog.Logger
}

// InstanceHeader names the instance that a request of the app is about.
const InstanceHeader = "Bowline-Instance"

var errCrossOrigin = bowline.Errorf(bowline.CodeForbidden, "Actions are taken from our own pages only.")

// Mount adds the routes to a mux.
func (h *Handler) Mount(mux *http.ServeMux) {
	sameOrigin := http.NewCrossOriginProtection()
	// Behind a proxy that rewrites Host the browser still names our origin.
	if err := sameOrigin.AddTrustedOrigin(h.Links.PublicURL); err != nil {
		h.Logger.Error("trust our own origin", "error", err)
	}
	sameOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest.WriteError(w, r, errCrossOrigin)
	}))
	handle := func(pattern string, serve http.HandlerFunc) {
		mux.Handle(pattern, protect(sameOrigin.Handler(serve)))
	}
	handle("GET /portal/session", h.session)
	handle("POST /portal/session", h.signIn)
	handle("DELETE /portal/session", h.signOut)
	handle("POST /portal/setup", h.setUp)
	handle("POST /portal/invitation", h.invitation)
	handle("POST /portal/invitation/accept", h.accept)
	handle("POST /portal/password-reset", h.reset)
	handle("GET /portal/sso/start", h.startSSO)
	handle("GET "+auth.SSOCallbackPath, h.completeSSO)
	// Each by itself: a pattern for all methods would clash with the shell's.
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		handle(method+" /portal/api/", h.api)
	}
	handle("GET /portal/{$}", h.shell)
	handle("GET /portal/{page...}", h.shell)
	mux.Handle("/portal/", protect(rest.Unmatched(mux, "/portal/"))) // other methods: 405, in the envelope
}

// policy admits what the app loads: files of ours, and the preview of the journey
// in a frame.
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; frame-src 'self'; " +
	"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// protect sets the headers that every answer carries.
func protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Frame-Options", "DENY")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-store")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(w, inLanguage(r))
	})
}

// api passes a request of the app on, in the name of whoever is signed in.
func (h *Handler) api(w http.ResponseWriter, r *http.Request) {
	session, err := h.Staff.Session(r.Context(), h.cookie(r, sessionCookie))
	if err != nil {
		rest.WriteError(w, r, err)
		return
	}
	var instance bowline.ID
	if named := r.Header.Get(InstanceHeader); named != "" {
		if instance, err = bowline.ParseID(named); err != nil {
			rest.WriteError(w, r, bowline.Errorf(bowline.CodeInvalid, "The header %s must be the id of an instance.", InstanceHeader))
			return
		}
	}
	caller, err := session.Caller(instance)
	if err != nil {
		rest.WriteError(w, r, err)
		return
	}
	http.StripPrefix("/portal/api", h.API).ServeHTTP(w, r.WithContext(auth.With(r.Context(), &caller)))
}
