// Package rest is the wire form that every HTTP handler shares: a correlation
// id for each request, JSON out, strict JSON in, one error envelope, and pages
// of results with their links.
//
// A handler returns an error; this package decides status and text. The public
// sentence of a [bowline.Error] reaches the caller, its cause and every other
// error reach the log and nothing else.
//
// The package must not know any resource, any route, who is calling, or where
// data is kept.
package rest
