package safehttp

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Transport is the guarded http.RoundTripper behind New. Use it alone where a
// library wants to build its own client.
type Transport struct {
	// Two transports, because what may be dialed depends on the scheme and a
	// dial function does not learn it. Their pools never mix.
	https, http *http.Transport
	local       []localPrefix
	maxBody     int64
	observe     func(Observation)
}

// NewTransport returns a Transport. It panics when a key of o.Local is not an
// absolute http(s) URL with a path ending in "/": that is a fault of the code
// that calls it.
func NewTransport(o Options) *Transport {
	t := &Transport{
		https:   tune(newGuard(o.Allow, false).dialer(o.Resolver), o),
		http:    tune(newGuard(o.Allow, true).dialer(o.Resolver), Options{}),
		local:   localPrefixes(o.Local),
		maxBody: o.MaxBody,
		observe: o.Observe,
	}
	if t.maxBody == 0 {
		t.maxBody = DefaultMaxBody
	}
	return t
}

// tune returns a transport for few hosts and many requests to each.
func tune(dial func(context.Context, string, string) (net.Conn, error), o Options) *http.Transport {
	return &http.Transport{
		// A proxy would dial for us, past the guard.
		Proxy:                  nil,
		DialContext:            dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, Certificates: o.Certificates, RootCAs: o.Roots},
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           512,
		MaxIdleConnsPerHost:    256, // as many as renewals of one provider run at once
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// CloseIdleConnections closes connections that no request uses.
func (t *Transport) CloseIdleConnections() {
	t.https.CloseIdleConnections()
	t.http.CloseIdleConnections()
}

// RoundTrip sends one request within the rules of the package.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.observe == nil {
		return t.roundTrip(r)
	}
	start := time.Now()
	response, err := t.roundTrip(r)
	seen := Observation{Host: r.URL.Host, Method: r.Method, Duration: time.Since(start), Err: err}
	if response != nil {
		seen.Status = response.StatusCode
	}
	t.observe(seen)
	return response, err
}

func (t *Transport) roundTrip(r *http.Request) (*http.Response, error) {
	if response, served, err := t.serveLocal(r); served {
		if err != nil {
			return nil, err
		}
		return t.capped(response)
	}
	var next *http.Transport
	switch r.URL.Scheme {
	case "https":
		next = t.https
	case "http":
		next = t.http
	default:
		closeBody(r)
		return nil, &BlockedError{Host: r.URL.Hostname(), Rule: "scheme"}
	}
	response, err := next.RoundTrip(r)
	if err != nil {
		// The error may list addresses around ours.
		var blocked *BlockedError
		if errors.As(err, &blocked) {
			return nil, blocked
		}
		return nil, err
	}
	if response.StatusCode == http.StatusSwitchingProtocols {
		// Its body is the bare connection, which heeds no context and may never end.
		_ = response.Body.Close()
		return nil, ErrSwitched
	}
	return t.capped(response)
}

// capped puts the cap around the body, or refuses an answer that announces
// more than the cap.
func (t *Transport) capped(response *http.Response) (*http.Response, error) {
	if response.ContentLength > t.maxBody && response.Request.Method != http.MethodHead {
		_ = response.Body.Close()
		return nil, ErrTooLarge
	}
	response.Body = &cappedBody{ReadCloser: response.Body, left: t.maxBody}
	return response, nil
}

// cappedBody fails after the cap instead of ending there, because a JSON
// document cut in the middle must not look like a whole one.
type cappedBody struct {
	io.ReadCloser
	left int64
}

func (b *cappedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	// One byte over the cap tells a longer body from one that just fits.
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return max(n-1, 0), ErrTooLarge
	}
	return n, err
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}

// isHTTP reports whether the scheme is one this package speaks.
func isHTTP(scheme string) bool {
	return strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")
}
