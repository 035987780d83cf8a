// Package probe finds out whether credentials that a customer typed are right:
// it makes the few requests that the integration's catalog entry describes and
// says who answered, or which businesses there are to choose from.
//
// A customer may choose a part of the address that is asked, so the package
// fills templates strictly: a value can never become another host, another
// path, another header or another member of a body than the entry means. What
// an answer says goes into the next request under the same rules. Where a
// request may go at all is for the HTTP client to judge, which in the product
// is safehttp's.
//
// The package must not know what becomes of the credentials, and puts no value
// of a field and no text of a provider into an error.
package probe
