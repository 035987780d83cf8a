package probe

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/bowline/bowline/internal/catalog"
)

// hostName is a DNS name of at least two labels (RFC 1123 section 2.1), as it
// must be where a customer has a part in it. An address of digits only is none.
var hostName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

const maxHost = 253

// request fills the templates of an entry with the whole values of its fields.
func request(c catalog.Credentials, values map[string]string) (*http.Request, error) {
	target, err := address(c.Probe.URL, values)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequest(http.MethodGet, target, nil) //nolint:noctx // the caller adds the context
	if err != nil {
		return nil, &Error{Reason: Misconfigured, cause: "the address is not a URL"}
	}
	same := func(s string) string { return s }
	for name, template := range c.Probe.Headers {
		value := catalog.FillFields(template.Reveal(), values, same)
		if !headerValue(value) {
			return nil, &Error{Reason: Refused, cause: "a value cannot stand in a header"}
		}
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if c.Probe.Bearer != "" {
		value := catalog.FillFields(c.Probe.Bearer.Reveal(), values, same)
		if !headerValue(value) {
			return nil, &Error{Reason: Refused, cause: "a value cannot stand in a header"}
		}
		r.Header.Set("Authorization", "Bearer "+value)
	}
	if b := c.Probe.Basic; b != nil {
		username := catalog.FillFields(b.Username.Reveal(), values, same)
		if strings.Contains(username, ":") { // RFC 7617 section 2: the password would begin there
			return nil, &Error{Reason: Refused, cause: "a user name holds a colon"}
		}
		r.SetBasicAuth(username, catalog.FillFields(b.Password.Reveal(), values, same))
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "Bowline")
	return r, nil
}

// headerValue refuses what would end a header line or is no text.
func headerValue(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar })
}

// address fills the URL. What customers typed stays within the label, segment
// or parameter that the template has for it.
func address(template string, values map[string]string) (string, error) {
	scheme, host, rest := catalog.SplitHost(template)
	filled := catalog.FillFields(host, values, strings.ToLower)
	if filled != host && (len(filled) > maxHost || !hostName.MatchString(withoutPort(host, filled))) {
		return "", &Error{Reason: Refused, cause: "a value cannot stand in a host name"}
	}
	path, query, asked := strings.Cut(rest, "?")
	open := false // a value that a segment cannot hold
	path = catalog.FillFields(path, values, func(value string) string {
		open = open || value == "" || strings.ContainsAny(value, `/\`)
		return url.PathEscape(value)
	})
	for _, segment := range strings.Split(path, "/") {
		plain, err := url.PathUnescape(segment)
		open = open || err != nil || plain == "." || plain == ".."
	}
	if open {
		return "", &Error{Reason: Refused, cause: "a value cannot stand in a path"}
	}
	if asked {
		query = "?" + catalog.FillFields(query, values, url.QueryEscape)
	}
	return scheme + filled + path + query, nil
}

// withoutPort cuts the port off a filled host, if the template has one of its
// own: a customer's value cannot bring one along.
func withoutPort(template, filled string) string {
	if i := strings.LastIndex(template, ":"); i >= 0 && !strings.Contains(template[i:], "}") {
		return strings.TrimSuffix(filled, template[i:])
	}
	return filled
}
