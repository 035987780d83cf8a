package bowline

import (
	"net/url"
	"strings"
)

// CanonicalOrigin brings an Origin header to the form in which allowed origins
// are kept. What is no origin gives "" or a text that equals none.
func CanonicalOrigin(origin string) string {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return ""
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}
