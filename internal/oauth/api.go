package oauth

import (
	"net/http"
	"regexp"

	"github.com/bowline/bowline/internal/catalog"
)

// Access is what a request to the provider's API needs that somebody else
// writes: where it goes and what shows who asks. It holds a token: it does not
// print.
type Access struct {
	// URL is the base below which the request stays, with a query that goes along.
	URL string
	// Header holds, by canonical name, the headers that are ours to set. An empty
	// value is one that must not be sent.
	Header map[string]string
}

// String tells nothing.
func (Access) String() string { return "Access[redacted]" }

// GoString tells nothing.
func (Access) GoString() string { return "Access[redacted]" }

// whose matches what a provider has told of whose data is meant.
var whose = regexp.MustCompile(`\$\{(tenant|token|callback|claim)\.`)

// unnamed says whether a header that says whose data is meant would have to be
// left out. Then the provider would answer about whoever comes first: another
// business of the customer, or with a key of the operator the operator.
func unnamed(headers map[string]Secret, values catalog.Values) bool {
	for _, template := range headers {
		if _, err := catalog.FillText(template.Reveal(), values); err != nil && whose.MatchString(template.Reveal()) {
			return true
		}
	}
	return false
}

// API returns how the provider's API is asked with a grant about a tenant.
// ErrUnsupported when the entry names no base, otherwise errors are *Error: also
// when what says whose data is meant is not known.
func API(in catalog.Integration, g Grant, t Tenant) (Access, error) {
	const op = "ask the API"
	in = in.ForInputs(g.Values)
	if in.API.URL == "" {
		return Access{}, ErrUnsupported
	}
	values := g.variables().With(t.variables())
	base, err := filled(op, in.API.URL, values)
	if err != nil {
		return Access{}, err
	}
	if unnamed(in.API.Headers, values) {
		return Access{}, &Error{Op: op, Reason: Misconfigured, cause: catalog.ErrUnset}
	}
	m := message{op: op, in: in, headers: map[string]string{}}
	for _, headers := range []map[string]Secret{in.API.Headers, {"Authorization": in.API.Authorization}} {
		if err := m.fill(headers, values); err != nil {
			return Access{}, err
		}
	}
	m.login(values)
	// Who asks must not say in our place what we have nothing to say for.
	ours := map[string]string{"Authorization": ""}
	for name := range in.API.Headers {
		ours[http.CanonicalHeaderKey(name)] = ""
	}
	for name := range in.API.Logins {
		ours[http.CanonicalHeaderKey(name)] = ""
	}
	for name, value := range m.headers {
		ours[name] = value
	}
	return Access{URL: base, Header: ours}, nil
}
