package hosted

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// policy is the Content Security Policy of a page: nothing runs and nothing
// styles but files of our own and, by the hashes of their texts, the scripts and
// styles that lie in the page (CSP level 3, section 6.7.3.3).
func policy(scripts, styles []string) string {
	from := func(directive string, hashes []string) string {
		return strings.Join(append([]string{directive, "'self'"}, hashes...), " ")
	}
	return strings.Join([]string{
		"default-src 'none'", from("script-src", scripts), from("style-src", styles), "img-src 'self' data: https:",
		"connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
	}, "; ")
}

// source is the hash of an element's text as a policy names it.
func source(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
