package hosted

import (
	"net/http"
	"strings"

	"github.com/bowline/bowline"
)

// Old leads from address forms of former times to those of today (link.md 4.1)
// and leaves everything else to next. It is no set of patterns of a mux: such
// patterns would stand in the way of others.
func (h *Handler) Old(next http.Handler) http.Handler {
	move := h.protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target, _ := h.today(r.URL.Path)
		if r.URL.RawQuery != "" {
			target += "?" + r.URL.RawQuery
		}
		w.Header().Set("Location", target)
		w.WriteHeader(http.StatusMovedPermanently)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, old := h.today(r.URL.Path); old && (r.Method == http.MethodGet || isHead(r)) {
			move.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// today returns the present form of an old address. Only ids are taken over
// from it, and the name in a branded one as far as it is one.
func (h *Handler) today(path string) (string, bool) {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	at := func(i int) bowline.ID {
		id, err := bowline.ParseID(parts[i])
		if err != nil {
			return ""
		}
		return id
	}
	var company, connection bowline.ID
	switch {
	case len(parts) == 5 && parts[0] == "companies" && parts[2] == "connections" && parts[4] == "start":
		company, connection = at(1), at(3)
	case len(parts) == 4 && parts[0] == "link" && parts[1] == "start":
		company, connection = at(2), at(3)
	case len(parts) == 2 && parts[1] == "link":
		return h.Links.Company(at(0)), at(0) != ""
	case len(parts) == 2 && parts[0] == "company":
		return h.Links.Company(at(1)), at(1) != ""
	case len(parts) == 3 && parts[1] == "company":
		return h.Links.BrandedCompany(parts[0], at(2)), at(2) != ""
	}
	return h.Links.Connection(company, connection), company != "" && connection != ""
}
