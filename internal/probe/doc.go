// Package probe finds out whether credentials that a customer typed are right:
// it makes the one request that the integration's catalog entry describes and
// says who answered.
//
// A customer may choose a part of the address that is asked, so the package
// fills templates strictly: a value can never become another host, another path
// or another header than the entry means. Where a request may go at all is for
// the HTTP client to judge, which in the product is safehttp's.
//
// The package must not know what becomes of the credentials, and puts no value
// of a field into an error.
package probe
