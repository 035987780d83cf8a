package web

import (
	"maps"
	"slices"
	"strings"
)

// PortalHead is what the page around the Portal loads: a module script, a style
// sheet, and the scripts that these will ask for at this address, to be named in
// <link rel="modulepreload"> so that the browser fetches them at once.
type PortalHead struct {
	Script, Stylesheet string
	Preload            []string
}

// Portal returns the head for an address below /portal, such as
// "/companies/0199…". An address that no page has gets the shell alone, which
// says so. Without a built front end everything is empty.
func (a *Assets) Portal(path string) PortalHead {
	entries := []string{"portal"}
	for _, name := range slices.Sorted(maps.Keys(a.entries)) {
		if slices.ContainsFunc(a.entries[name].Paths, func(pattern string) bool { return leadsTo(pattern, path) }) {
			entries = append(entries, name)
			break
		}
	}
	return PortalHead{Script: a.Script("portal"), Stylesheet: a.Stylesheet("portal"), Preload: a.Preload(entries...)}
}

// leadsTo says whether a path fits a pattern of the Portal's routes
// (portal/src/router.ts): ":name" is any one part, ":name?" one or none.
func leadsTo(pattern, path string) bool {
	wanted, given := parts(pattern), parts(path)
	if len(given) > len(wanted) {
		return false
	}
	for at, part := range wanted {
		switch named := strings.HasPrefix(part, ":"); {
		case at >= len(given):
			return named && strings.HasSuffix(part, "?")
		case !named && part != given[at]:
			return false
		}
	}
	return true
}

func parts(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}
