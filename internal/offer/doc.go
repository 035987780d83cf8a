// Package offer knows what each instance offers its customers: the catalog of
// the files, as the instance's operator has set it up.
//
//	files ──► catalog.Catalog ──┐
//	                            ├──► Book.Catalog(instance): from memory, unless
//	setups in the store ────────┘    another replica may have changed a setup
//
// What it hands out holds clients and secrets that were sealed in the store, in
// the types that do not print them. The package must not know who asks, and
// changes nothing by itself: whoever changes a setup tells it with
// [Book.Forget], and whoever reads the files again with [Book.Rebase].
package offer
