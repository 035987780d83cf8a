// Package catalog holds the integrations: which software a customer can
// connect, how it looks in the picker and how its OAuth works, as data. One
// YAML file is one integration; the built-in files are embedded, and an
// operator's directory adds to them or replaces them at start.
//
// A file passes four gates, and every fault of every file is reported at once
// with its file, line and rule: a small YAML dialect (no anchors, no tags, no
// duplicate keys), the JSON Schema beside this file, the expansion of
// ${...} variables, and the rules that a schema cannot say. A Catalog that
// Load returned is complete and never changes.
//
// The package must not know what is done with an integration: no network, no
// storage, no names of particular providers in code.
package catalog
