// Package peer says who is at the other end of a request: the address that sent
// it, or, behind proxies that the operator trusts, the one that the nearest of
// them says it came from.
//
// Whatever else stands in such headers was written by strangers, and counts for
// nothing. The package knows neither people nor limits: who counts what by an
// address decides that.
package peer
