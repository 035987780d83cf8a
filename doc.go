// Package bowline holds the words of the product: company, connection,
// integration, consent, event, and the rules that belong to them.
//
// A company is a small business. It shares its books through connections; each
// connection leads to one integration and moves through the states of [Status].
// A change of state, its history entry and its event are one transaction; the
// types here say what each of them contains.
//
// The package does no I/O and imports the standard library only. It must not
// know how anything is stored, served or drawn.
package bowline
