// Package flights flies every integration of the catalog against the emulator
// of its provider, and keeps the record: which check each one passed, and why
// the others do not apply.
//
// The flights themselves are its tests. They are the one place that knows both
// sides, the catalog's files and the flight simulator's profiles, which were
// written from the same public facts by people who did not look at each other's
// work; so what only one of them got right fails here. The tests hold a third
// opinion, a table of what the facts say.
//
// What is not a test is the record and how it is written down, as
// docs/integrations/matrix.md. The package must not know any provider by name
// but in that table.
package flights
