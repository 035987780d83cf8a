// Package notice takes what providers tell by themselves: that a customer has
// ended a grant there.
//
//	signed request ─► signature ─► its kind, and the organization ─┐
//	the customer's browser ─► the organization ────────────────────┴► the turns of its connections come at once
//
// A notice is a hint. It says that it is time to ask the provider, and never ends
// a connection by itself: so one that comes twice, late, out of order, or from
// somebody who has got hold of the key, leads to one question more.
//
// The package must not know what a turn does, and keeps nothing.
package notice
