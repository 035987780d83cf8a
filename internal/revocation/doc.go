// Package revocation ends grants at their providers.
//
// What is disconnected, deleted, replaced or never used leaves its tokens,
// sealed, in a row of the store; the change that ended it here and the row are
// one transaction. A Revoker claims such rows, decides who else depends on the
// tokens, asks the provider, and finishes: done, with a line in the connection's
// history and the tokens wiped; or again later, until the provider has confirmed
// or the grant cannot live any more: every hour for a month, then every day.
//
//	waiting ──claim──► leased ──asked──► done (revoked, disconnected, kept, …)
//	   ▲                  │
//	   └── later ◄────────┘
//
// Rows of one unit share tokens and are never in two hands. A crash between the
// provider's answer and the finish has the provider asked once more; that the
// grant is gone by then counts as confirmed.
//
// The package must not know why a connection ended, nor change its state.
package revocation
