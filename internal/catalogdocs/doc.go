// Package catalogdocs writes docs/integrations from the catalog: one page for
// each integration and an index. A page says what the customer sees, what the
// operator registers, what goes over the wire, where a connection can fall off
// a cliff, and, without embellishment, what of all that was checked and how.
//
// It is a pure function of the catalog and of what is emulated, so that a test
// can make the pages anew and compare. It must not know any provider by name,
// and must not print what can be a secret: of headers and bodies it tells the
// names.
package catalogdocs
