// Package script runs a consumer's transformation, handler(webhook) of
// webhooks.md section 8, in an embedded JavaScript engine, and trusts it with
// nothing.
//
// No engine bounds everything that a script can do from inside: some built-in
// loops never ask whether they should stop. So a script runs in a child
// process: this very binary started again with ChildCommand, an empty
// environment, three pipes and nothing else. Four limits lie around each run,
// the outer for when the inner fails:
//
//  1. the engine stops at Options.CPU of processor time, at 32 MiB and at a
//     fixed depth of calls, with an error that says which;
//  2. a timer in the child ends it;
//  3. on Linux, resource limits that the child sets on itself before it reads a
//     script: address space, processor time, no new file descriptors (so no
//     files, sockets or programs), no file growth, no core, low priority;
//  4. a timer in the parent kills it at Options.Wall.
//
// Other systems have limits 1, 2 and 4 only.
//
// Every run has an engine of its own that is thrown away after it. A child is
// kept for further runs of the same source only and not after a limit was hit,
// so that even a script that breaks the engine meets no one else's data.
// Children are started when needed, at most Options.Children, and end when
// idle. Whose turn it is to use one is decided in turns.go: nobody's slow scripts
// take all of them.
//
// A script sees the language and its standard library: no network, timers,
// files, modules, console or time zone database.
//
// The package must not know what an event or a consumer is, and never logs or
// stores a payload.
package script
