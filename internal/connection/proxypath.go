package connection

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bowline/bowline"
)

// maxProxyTarget bounds path and query of a proxied request, in bytes each.
const maxProxyTarget = 16 << 10

// below puts a path, percent-encoded as it came, and a query below a base. It
// never leaves the base, however the path is written: dots, empty segments,
// backslashes and encoded slashes are refused even where a server might take
// them literally, because the next one on the way might not.
func below(base, path, query string) (*url.URL, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return nil, bowline.Errorf(bowline.CodeConflict, "The base of this integration's API is not a URL.")
	}
	if why := pathFault(path); why != "" {
		return nil, bowline.Errorf(bowline.CodeInvalid, "The path %s.", why)
	}
	if why := queryFault(query); why != "" {
		return nil, bowline.Errorf(bowline.CodeInvalid, "The query %s.", why)
	}
	if path == "/" {
		path = "" // the base itself
	}
	raw := u.EscapedPath() + path
	plain, err := url.PathUnescape(raw)
	if err != nil {
		return nil, bowline.Errorf(bowline.CodeInvalid, "The path is not correctly encoded.")
	}
	for name := range u.Query() {
		if names(query, name) {
			return nil, bowline.Errorf(bowline.CodeInvalid, "The parameter %s is set by Bowline: it says which organization is meant.", name)
		}
	}
	target := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: plain, RawPath: raw, RawQuery: joinQuery(u.RawQuery, query)}
	// What follows is true by the above, and looked at once more because so much
	// depends on it.
	again, err := url.Parse(target.String())
	if err != nil || again.Host != u.Host || again.Scheme != u.Scheme || again.User != nil || !within(u.EscapedPath(), again.EscapedPath()) {
		return nil, bowline.Errorf(bowline.CodeInvalid, "The path leaves the provider's API.")
	}
	return target, nil
}

// within says whether an encoded path is a base or below it.
func within(base, path string) bool {
	return path == base || strings.HasPrefix(path, strings.TrimSuffix(base, "/")+"/")
}

func joinQuery(base, query string) string {
	if base == "" || query == "" {
		return base + query
	}
	return base + "&" + query
}

// pathFault says what is wrong with a path, or "". path is percent-encoded; it
// is empty or begins with a slash.
func pathFault(path string) string {
	switch {
	case path == "" || path == "/":
		return ""
	case path[0] != '/':
		return "must begin with a slash"
	case len(path) > maxProxyTarget:
		return "is too long"
	}
	segments := strings.Split(path[1:], "/")
	for i, segment := range segments {
		last := i == len(segments)-1
		if segment == "" && !last {
			return "has an empty segment"
		}
		if why := segmentFault(segment); why != "" {
			return why
		}
	}
	return ""
}

// decodings is how often somebody on the way might decode a path anew.
const decodings = 4

func segmentFault(segment string) string {
	for range decodings {
		switch name, _, _ := strings.Cut(segment, ";"); { // some servers cut parameters off before they look at dots
		case strings.ContainsAny(segment, `/\`):
			return "has an encoded slash or a backslash"
		case segment != "" && strings.Trim(name, ". \t") == "":
			return "has a segment of dots, or one without a name"
		case strings.ContainsFunc(segment, func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }):
			return "has a control character, or is not UTF-8"
		}
		plain, err := url.PathUnescape(segment)
		if err != nil {
			return percentFault(segment)
		}
		if plain == segment {
			return ""
		}
		segment = plain
	}
	return "is encoded too often"
}

// percentFault judges a segment that does not decode as a whole: a percent sign
// that stands for itself is fine once the rest is.
func percentFault(segment string) string {
	lower := strings.ToLower(segment)
	for _, encoded := range []string{"%2e", "%2f", "%5c", "%00", "%0a", "%0d", "%25"} {
		if strings.Contains(lower, encoded) {
			return "is not correctly encoded"
		}
	}
	return ""
}

// queryFault says what is wrong with a query as it came, or "".
func queryFault(query string) string {
	if len(query) > maxProxyTarget {
		return "is too long"
	}
	for _, c := range []byte(query) {
		if c <= ' ' || c >= 0x7f || c == '#' {
			return "has a character that must be encoded"
		}
	}
	return ""
}

// names says whether a query has a parameter, however it is written.
func names(query, parameter string) bool {
	pieces := strings.FieldsFunc(query, func(r rune) bool { return r == '&' || r == ';' })
	return slices.ContainsFunc(pieces, func(piece string) bool {
		name, _, _ := strings.Cut(piece, "=")
		for range decodings {
			plain, err := url.QueryUnescape(name)
			if err != nil || plain == name {
				break
			}
			name = plain
		}
		name, _, _ = strings.Cut(name, "[")
		return strings.EqualFold(strings.TrimSpace(name), parameter)
	})
}
