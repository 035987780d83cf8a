package hosted

import (
	"log/slog"
	"net/http"
	"sync"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/peer"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/web"
)

// Handler serves /link, /oauth and the assets of their pages. All fields are required.
type Handler struct {
	Link    *link.Service
	Auth    *auth.Authenticator
	Catalog *catalog.Catalog
	Assets  *web.Assets
	Links   bowline.Links
	Logger  *slog.Logger

	heads sync.Map // opening to head
}

// errCrossOrigin refuses an action that another site's page sent.
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
	page := func(pattern string, serve func(http.ResponseWriter, *http.Request)) {
		mux.Handle(pattern, h.protect(sameOrigin.Handler(withDevice(serve))))
	}
	page("GET /link/company/{companyId}", h.forPeople(h.company))
	page("GET /link/{slug}/company/{companyId}", h.forPeople(h.company)) // the id alone decides
	page("POST /link/companies/{companyId}/journey", h.journey)
	page("GET /link/companies/{companyId}/connections/{connectionId}/start", h.forPeople(h.start))
	page("GET /link/handoff", h.handoff)
	page("GET /link/closed", h.closed)
	page("GET /link/trial", h.trial)
	page("GET "+trialOverPath, h.trialOver)
	page("GET /link/go", h.forPeople(h.goPage))
	page("POST "+link.HelperPath, h.goJourney)
	page("GET /link/invite/{instanceId}", h.forPeople(h.invite))
	page("POST /link/invite/{instanceId}/journey", h.createInvited)
	mux.Handle("POST "+embeddedArea, withDevice(h.embedded))
	mux.HandleFunc("OPTIONS "+embeddedArea, h.embedded)
	mux.Handle("POST "+link.ConnectionsPath, withDevice(h.connections))
	mux.HandleFunc("OPTIONS "+link.ConnectionsPath, h.connections)
	page("GET /oauth/callback/{integrationKey}", h.callback)
	page("GET /link/", h.Old(http.HandlerFunc(h.nowhere)).ServeHTTP)
	page("GET /oauth/", h.nowhere)
	for _, area := range []string{"/link/", "/oauth/"} { // other methods: 405, in the envelope
		mux.Handle(area, rest.Unmatched(mux, area))
	}
	mux.HandleFunc("GET /link/logos/{file}", h.logo)
	mux.HandleFunc("GET "+bowline.PreviewPath+"{previewId}", h.previewPage)
	mux.HandleFunc("GET "+bowline.BrandPicturePath+"{file}", h.brand)
	mux.Handle("GET "+web.AssetPath, h.Assets)
	mux.HandleFunc("GET "+web.SDKPath, h.Assets.ServeSDK)
	mux.Handle(web.SDKPath, rest.Unmatched(mux, web.SDKPath))
}

// protect sets the headers that every answer to a browser carries.
func (h *Handler) protect(next http.Handler) http.Handler {
	strict := policy(nil, nil)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", strict)
		header.Set("X-Frame-Options", "DENY")
		header.Set("X-Content-Type-Options", "nosniff")
		// The addresses of these pages hold ids and, after a callback, a code.
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-store")
		header.Set("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
		next.ServeHTTP(w, r)
	})
}

// withDevice lets the journey know what kind of device a request comes from.
func withDevice(serve http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serve(w, r.WithContext(link.WithDevice(r.Context(), r.UserAgent())))
	})
}

func (h *Handler) browser(r *http.Request) link.Browser {
	return link.Browser{Address: peer.Address(r), UserAgent: r.UserAgent(), Cookies: h.cookies(r)}
}

// fault draws the screen for a failure of ours: the cause goes to the log, the
// customer gets a reference and a way to try again.
func (h *Handler) fault(w http.ResponseWriter, r *http.Request, err error) {
	ctx := r.Context()
	h.Logger.ErrorContext(ctx, "serve journey", "path", r.Pattern, "error", err, "correlationId", rest.CorrelationID(ctx))
	h.show(w, r, http.StatusInternalServerError, link.Fault(rest.CorrelationID(ctx)))
}

// nowhere answers addresses below ours that lead nowhere.
func (h *Handler) nowhere(w http.ResponseWriter, r *http.Request) {
	h.show(w, r, http.StatusNotFound, link.NotFound())
}

// companyID reads the company of a path; a malformed one is simply not found.
func companyID(r *http.Request) (bowline.ID, bool) {
	id, err := bowline.ParseID(r.PathValue("companyId"))
	return id, err == nil
}

// isHead says that only headers are wanted: link scanners ask so, and must not
// start anything.
func isHead(r *http.Request) bool { return r.Method == http.MethodHead }
