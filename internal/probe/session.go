package probe

import (
	"context"
	"net/http"
	"strings"

	"github.com/bowline/bowline/internal/catalog"
)

// Access is what a request to the provider's API needs that somebody else
// writes: where it goes and what shows who asks, the way the entry's probe shows
// it. It holds credentials: it does not print.
type Access struct {
	// URL is the base below which the request stays, with a query that goes along.
	URL string
	// Header holds, by canonical name, the headers that are ours to set.
	Header map[string]string
	// Usual holds headers that count where the request does not have them itself.
	Usual map[string]string
	// Brief says that a key was asked for that ends by itself, such as a token.
	Brief bool
}

// String tells nothing.
func (Access) String() string { return "Access[redacted]" }

// GoString tells nothing.
func (Access) GoString() string { return "Access[redacted]" }

// Open makes the calls that come before the probe, such as the one that trades a
// secret for a token, and returns how the provider's API is asked with their
// outcome. ErrNoAPI when the entry names no base, otherwise errors are *Error.
func (c *Client) Open(ctx context.Context, in catalog.Integration, values map[string]string) (Access, error) {
	if in.Credentials == nil || in.API.URL == "" {
		return Access{}, ErrNoAPI
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	known := map[string]string{}
	for name, value := range in.Credentials.Whole(values) {
		known["field."+name] = value
	}
	for i := range in.Credentials.Prepare {
		if _, err := c.prepare(ctx, &in.Credentials.Prepare[i], known); err != nil {
			return Access{}, err
		}
	}
	base, err := address(in.API.URL, known)
	if err != nil {
		return Access{}, err
	}
	call := in.Credentials.Probe.ProbeCall
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base, nil)
	if err != nil {
		return Access{}, &Error{Reason: Misconfigured, cause: "the address is not a URL"}
	}
	if err := authorize(r, &call, known); err != nil {
		return Access{}, err
	}
	a := Access{URL: base, Header: map[string]string{"Authorization": ""}, Usual: map[string]string{}, Brief: len(in.Credentials.Prepare) > 0}
	for name, template := range call.Headers {
		name = http.CanonicalHeaderKey(name)
		switch {
		case name == "Content-Type": // that of the probe's own body
		case strings.Contains(template.Reveal(), "${"):
			a.Header[name] = r.Header.Get(name)
		default:
			a.Usual[name] = r.Header.Get(name)
		}
	}
	a.Header["Authorization"] = r.Header.Get("Authorization")
	return a, nil
}

// Base is Access.URL without asking anybody; "" where only a call tells it.
func Base(in catalog.Integration, values map[string]string) string {
	if in.Credentials == nil || in.API.URL == "" || strings.Contains(in.API.URL, "${kept.") {
		return ""
	}
	known := map[string]string{}
	for name, value := range in.Credentials.Whole(values) {
		known["field."+name] = value
	}
	base, err := address(in.API.URL, known)
	if err != nil {
		return ""
	}
	return base
}

// prepare makes one call and keeps of its answer what later ones need.
func (c *Client) prepare(ctx context.Context, call *catalog.ProbeCall, known map[string]string) (answer, error) {
	got, err := c.call(ctx, call, known)
	if err != nil {
		return got, err
	}
	for name, keep := range call.Keep {
		value := got.text(keep.Path)
		if !keep.Accepts(value) {
			return got, got.invalid("the answer lacks what the next request needs")
		}
		known["kept."+name] = value
	}
	return got, nil
}
