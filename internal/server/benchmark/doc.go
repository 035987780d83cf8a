// Command benchmark measures Bowline on the machine it runs on and prints one
// table, each figure beside the machine's own floor: what bare net/http and
// plain commits on the same engine reach with the same load generator.
//
// Server, load generator, webhook consumers and floors run in one process and
// share its cores, so the cost of generating the load and of taking deliveries
// is in every figure and in every floor. What a start or a crash is part of is
// measured on processes of their own. All of it stays on loopback, in a folder
// that is removed afterwards.
//
// It must not know how Bowline is made: it uses the configuration, the HTTP
// interface and the built binary. Only what no client can bring about (a backlog
// of events, a million old messages, a hundred dead consumers) it puts into the
// database before Bowline starts, with the statements of internal/store.
package main
