// Package hosted is the browser half of the journey: the page behind a Link
// URL, the address where its actions arrive, the addresses to which providers
// send people back, and the assets that the page needs.
//
// It translates between HTTP and package link and holds no rule of the
// journey. Its routes answer browsers only; they are protected as such: a
// strict Content Security Policy, no framing, same-origin actions, cookies that
// scripts cannot read, and nothing cached.
package hosted
