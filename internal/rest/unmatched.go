package rest

import (
	"net/http"
	"strings"

	"github.com/bowline/bowline"
)

// methods are those that a resource of ours may know.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// Unmatched answers what mux has no route for: 405 with Allow where the path
// exists for other methods, else 404, both in the envelope. Register it on the
// same mux under catchAll, usually "/"; a mux without such a pattern would
// answer in plain text.
func Unmatched(mux *http.ServeMux, catchAll string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if allow := Allowed(mux, catchAll, r); len(allow) > 0 {
			w.Header().Set("Allow", strings.Join(allow, ", "))
			WriteJSON(w, http.StatusMethodNotAllowed,
				Status(r.Context(), http.StatusMethodNotAllowed, "The path does not know this method.").In(r.Context()))
			return
		}
		WriteError(w, r, bowline.Errorf(bowline.CodeNotFound, "NotFound"))
	})
}

// Allowed lists the methods that mux knows for the path of r.
func Allowed(mux *http.ServeMux, catchAll string, r *http.Request) []string {
	var allow []string
	probe := *r
	for _, method := range methods {
		probe.Method = method
		if _, pattern := mux.Handler(&probe); pattern != "" && pattern != catchAll {
			allow = append(allow, method)
		}
	}
	return allow
}
