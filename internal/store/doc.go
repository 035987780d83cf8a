// Package store keeps everything that outlives the process, on SQLite or on
// PostgreSQL, behind one concrete [Store]. It holds all SQL of the product and
// is the only user of seal for rows.
//
//	           ┌── reads: a pool of connections that cannot write
//	Store ─────┤
//	           └── Write(fn): one transaction, durable when Write returns nil
//
// On SQLite one goroutine owns the only connection that writes and commits the
// transactions of all callers that wait together ("group commit"), so that
// full durability costs one flush for many. On PostgreSQL the writes of a
// transaction are queued and travel in as few round trips as possible. What
// the engines have in common is the SQL text: one per query, in the subset
// that both understand. What differs is in dialect.go.
//
// A row carries the id of its instance (the fintech that it belongs to); a
// read names the instance, so that a row of another one is not found. Times
// are integer microseconds, UTC. Text sorts bytewise on both engines. Tokens
// and signing secrets are sealed, bound to table, row and column.
//
// The package must not know who asks, why something changes, or what a
// connection's next state is; it never calls up, publishes or decides.
package store
