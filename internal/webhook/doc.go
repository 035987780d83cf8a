// Package webhook tells consumers of events: at least once, eight times if need
// be, and none at the expense of another.
//
//	events ──fan-out──► messages ──lease──► queue of a consumer ──► send
//	                        ▲                                         │
//	                        └──────── finish: decide, record ◄────────┘
//
// [Dispatcher.Run] has several goroutines of its own. The coordinator turns
// events into messages, and leases what is due, for consumers that keep up; for
// those that are slow or fail another does, behind it and in small transactions
// (behind.go). The finisher stores what came of them, many in one transaction. A consumer that has something in its queue has
// senders: more while all goes well, one or two while it fails, none when it is
// idle. What does not fit into a queue waits in the database, so that a consumer
// that is slow or gone costs rows and no memory.
//
// A message is sent only while its lease has time for a whole attempt. Whoever
// dies leaves leases that end; several processes may work on one database, and
// on PostgreSQL look after those of the dead at once (tenure.go). What is here is
// known by name, so that nothing is sent twice when a clock steps, and bounded
// in bytes over all consumers (hands.go).
//
// The decisions are functions without side effects: when to try again is
// bowline.NextAttempt, when to disable is bowline.ConsumerHealth, what an
// attempt leads to is in decide.go. The package must not know who recorded an
// event or why, and everything that leaves the process goes through safehttp.
package webhook
