package api

import (
	"net/http"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
)

// Refusals around people.
var (
	errStaffOnly   = bowline.Errorf(bowline.CodeForbidden, "This is for people who are signed in to the Portal.")
	errNotSignedIn = bowline.Errorf(bowline.CodeUnauthorized, "Please sign in.")
)

// identifyStaff returns the person whom the Portal has put into the context, or
// answers and reports false when their role does not allow the action.
func (a *API) identifyStaff(w http.ResponseWriter, r *http.Request, action bowline.Action) (auth.Caller, bool) {
	caller := auth.From(r.Context())
	known(r.Context(), caller)
	switch {
	case !caller.Staff():
		rest.WriteError(w, r, errNotSignedIn)
	case !caller.Role.May(action):
		rest.WriteError(w, r, caller.Role.Refuse(action))
	case r.PathValue("companyId") != "":
		if err := a.sees(r.Context(), r.PathValue("companyId")); err != nil {
			rest.WriteError(w, r, err)
			return auth.Caller{}, false
		}
		return caller, true
	default:
		return caller, true
	}
	return auth.Caller{}, false
}
