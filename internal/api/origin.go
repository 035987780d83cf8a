package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
)

// preflightAge is how long, in seconds, a browser may remember a preflight.
// Removing an origin takes effect on the requests themselves at once.
const preflightAge = "600"

// crossOrigin handles what a browser on another origin needs (Fetch standard,
// section 3.2): answers preflights and adds the headers that let the page read
// the answer. Only operations that a company access token may use take part,
// only for registered origins, and never with credentials of the browser. It
// returns true when the request is answered.
func (a *API) crossOrigin(w http.ResponseWriter, r *http.Request) bool {
	methods := a.browserMethods(r)
	if len(methods) == 0 {
		return false
	}
	w.Header().Add("Vary", "Origin")
	preflight := r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
	if !preflight && !slices.Contains(methods, r.Method) {
		return false
	}
	origin := bowline.CanonicalOrigin(r.Header.Get("Origin"))
	registered, err := a.registered(r.Context(), origin)
	if err != nil {
		rest.WriteError(w, r, err)
		return true
	}
	if registered {
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	}
	if !preflight {
		w.Header().Set("Access-Control-Expose-Headers", rest.CorrelationHeader)
		return false
	}
	if !registered {
		rest.WriteError(w, r, bowline.Errorf(bowline.CodeForbidden, "The origin is not registered in the CORS settings."))
		return true
	}
	w.Header().Set("Access-Control-Allow-Methods", strings.Join(methods, ", "))
	w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
	w.Header().Set("Access-Control-Max-Age", preflightAge)
	w.WriteHeader(http.StatusNoContent)
	return true
}

// browserMethods lists the methods of the request's path that a company access
// token may use.
func (a *API) browserMethods(r *http.Request) []string {
	var methods []string
	probe := *r
	for _, method := range rest.Allowed(a.mux, catchAll, r) {
		probe.Method = method
		_, pattern := a.mux.Handler(&probe)
		if a.access[pattern] == keyOrToken && method != http.MethodHead {
			methods = append(methods, method)
		}
	}
	return methods
}

// registered says whether any instance knows the origin. A preflight carries no
// credentials, so that the instance is not known yet; restrictOrigin looks again
// once it is.
func (a *API) registered(ctx context.Context, origin string) (bool, error) {
	instances, err := a.Store.Instances(ctx)
	if err != nil {
		return false, err
	}
	for _, instance := range instances {
		ok, err := a.registeredAt(ctx, instance.ID, origin)
		if ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func (a *API) registeredAt(ctx context.Context, instance bowline.ID, origin string) (bool, error) {
	allowed, err := a.Store.AllowedOrigins(ctx, instance)
	return slices.Contains(allowed.AllowedOrigins, origin), err
}

// restrictOrigin withdraws the permission to read the answer when the origin is
// registered with another instance than the caller's.
func (a *API) restrictOrigin(w http.ResponseWriter, r *http.Request, caller auth.Caller) {
	if w.Header().Get("Access-Control-Allow-Origin") == "" {
		return
	}
	ok, err := a.registeredAt(r.Context(), caller.Instance, bowline.CanonicalOrigin(r.Header.Get("Origin")))
	if err != nil || !ok {
		w.Header().Del("Access-Control-Allow-Origin")
	}
}
