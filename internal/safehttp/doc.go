// Package safehttp is the only way out of the process: an http.Client for URLs
// that customers, providers and catalog files name. It refuses to connect to
// private, local and special networks unless the operator allowed them, and it
// decides that on the address actually dialed, so that neither DNS nor an odd
// spelling of an address gets around it.
//
// It also bounds what a stranger's server can do to us: no redirects, no
// proxy, a time limit, a cap on the body. Plain http is refused except towards
// networks that the operator allowed. Requests for a URL prefix of this very
// process can be served by a handler without a socket.
//
// The package must not know who calls or why, and reports hosts, never URLs.
package safehttp
