// Package roster keeps the lists that providers give of what is behind an
// integration, such as the banks of an aggregator: each instance's own, because
// the operator's app decides what is on it.
//
// A list is asked for when a customer wants it for the first time, and by
// [Roster.Refresh] once it is older than the integration's file says. It is in
// the database for the other replicas and the next start, and in memory for the
// customers. A provider that is down, or talks nonsense, changes nothing: the
// old list serves on.
//
// What a provider sends is hostile until looked at. The package knows nothing of
// journeys, and nothing of who may choose what.
package roster
