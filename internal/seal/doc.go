// Package seal keeps secrets unreadable at rest: authenticated encryption with
// AES-256-GCM under a keyset that can be rotated without downtime.
//
// A keyset is one line of text that the operator keeps outside the database.
// It holds one primary key, which seals everything new, and any number of
// older keys, which only open what they once sealed. Sealed bytes start with
// the id of their key, so that rows under an older key can be found and sealed
// again by looking at five bytes.
//
// Every sealed value is bound to the place where it belongs (table, row,
// column). The same bytes moved to another row do not open, so that somebody
// who can write to the database cannot hand one customer's tokens to another.
//
// The package must not know what it seals, where that is stored, or where the
// keyset comes from.
package seal
