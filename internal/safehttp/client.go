package safehttp

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// Defaults of Options.
const (
	// DefaultTimeout covers a whole request, body included.
	DefaultTimeout = 15 * time.Second
	// DefaultMaxBody caps a response body, in bytes after decompression.
	DefaultMaxBody = 1 << 20
)

// Options shape the client. The zero value is the strictest.
type Options struct {
	// Allow lists networks that may be reached although they are private, over
	// https and plain http, on any port. Public addresses never need it.
	Allow []netip.Prefix
	// Timeout covers a whole request, body included; DefaultTimeout when 0.
	Timeout time.Duration
	// MaxBody caps response bodies in bytes; DefaultMaxBody when 0. Reading
	// past it fails with ErrTooLarge.
	MaxBody int64
	// Local serves URL prefixes of this process, such as
	// "http://127.0.0.1:8080/sandbox/", by a handler instead of a socket.
	// Scheme and host match exactly, the path after cleaning. A handler must
	// heed the request's context.
	Local map[string]http.Handler
	// Observe, when set, is told about every finished request.
	Observe func(Observation)
	// Certificates prove to servers that ask for it who calls.
	Certificates []tls.Certificate
	// Roots vouch for servers; the system's when nil.
	Roots *x509.CertPool
	// Resolver looks names up; the system's when nil.
	Resolver *net.Resolver
}

// Observation is one request as metrics may see it: never a path, a query or
// a header.
type Observation struct {
	// Host is the URL's host, with its port when it has one.
	Host string
	// Method is the HTTP method.
	Method string
	// Status is 0 when there was no answer.
	Status int
	// Duration lasts until the response headers, not the body.
	Duration time.Duration
	// Err is nil when there was an answer; see ErrBlocked and Bare.
	Err error
}

// New returns the client. It follows no redirects: the answer is the redirect
// itself (http.ErrUseLastResponse), because the place it points to was chosen
// by the other side.
func New(o Options) *http.Client {
	timeout := o.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	return &http.Client{
		Transport: NewTransport(o),
		Timeout:   timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}
