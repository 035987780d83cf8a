package api

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/bowline/bowline"
)

// parameterNames are the query parameters that operations know. Names are
// compared without regard to case (platform-api section 14).
var parameterNames = []string{"page", "pageSize", "query", "orderBy", "tags", "status", "eventType", "companyId", "before", "from", "to", "kind",
	"q", "integration", "tag", "owner", "parent", "subsidiaries", "sort", "cursor", "limit",
	"device", "locale", "correlationId", "path", "days"}

// canonicalQuery rewrites the query string of r to the known parameters under
// their canonical names, each at most once, and refuses text that no engine
// could compare with. Unknown parameters are dropped: old clients send some.
func canonicalQuery(r *http.Request) error {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return bowline.Errorf(bowline.CodeInvalid, "The query string is not correctly encoded.")
	}
	found := map[string]string{}
	for name, given := range values {
		for _, known := range parameterNames {
			if !strings.EqualFold(name, known) {
				continue
			}
			if _, twice := found[known]; twice || len(given) > 1 {
				return bowline.Errorf(bowline.CodeInvalid, "The parameter %s is given more than once.", known)
			}
			if !utf8.ValidString(given[0]) || strings.ContainsRune(given[0], 0) {
				return bowline.Errorf(bowline.CodeInvalid, "The parameter %s is not text in UTF-8.", known)
			}
			found[known] = given[0]
		}
	}
	var clean strings.Builder
	for _, name := range parameterNames {
		value, ok := found[name]
		if !ok {
			continue
		}
		if clean.Len() > 0 {
			clean.WriteByte('&')
		}
		clean.WriteString(name + "=" + url.QueryEscape(value))
	}
	target := *r.URL // the caller's request is not ours to change
	target.RawQuery = clean.String()
	r.URL = &target
	return nil
}
