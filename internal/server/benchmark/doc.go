// Command benchmark measures Bowline on the machine it runs on and prints one
// table, each figure beside the machine's own floor: what bare net/http and
// plain commits on the same engine reach with the same load generator.
//
// Server, load generator and floors run in one process and share its cores, so
// the cost of generating the load is in every figure and in every floor. Start
// and memory are measured on a process of its own. All of it stays on loopback,
// in a folder that is removed afterwards.
//
// It must not know how Bowline is made: it uses the configuration, the HTTP
// interface and the built binary only.
package main
