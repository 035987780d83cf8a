// Package simulator is the providers that Bowline connects to, emulated on the
// wire: what QuickBooks, Xero, Square and the others answer to an OAuth client
// and to the first calls after it, with the traps that each is known for. It
// serves tests in the process and people offline ("bowline simulate").
//
// # Where the facts are from
//
// Every provider is described here a second time, from the providers' public
// documentation and not from the catalog. Whoever edits one of the two must not
// look into the other: a test that connects both finds what only one of them
// got right. Where no public source states a fact, the most likely behaviour
// is emulated and a comment says "unverified". Where the real provider would
// ignore a mistake that costs a customer later, the emulator refuses it.
//
// # How it is built
//
// One engine (authorize, token, refresh, signing, routes) is driven by a
// profile for each integration key: data and a few functions, one file for
// each family of providers. Addresses are the real ones: a request is told by
// its host, and keys that share a host are told apart by client id, API key or
// token. Integrations that ask for a key or a form instead of OAuth have a
// handler each (see keyed).
//
// Requests are answered one at a time, under one lock. All state is in memory:
// grants, codes, tokens, pathologies, and the latest requests of each key.
//
// # What it must not know
//
// The catalog, the OAuth client and Link: it imports nothing of them, and a
// test says so.
package simulator
