// Package transfer moves an instance from one installation to another: its
// companies with their connections, what customers agreed to, what happened, and
// where it is asked for, the grants. The file is JSON, one line for each company
// between a first line and a last one, so that a file that was cut shows and one
// of any size passes through.
//
// Ids stay what they are, since the fintech knows them. Nothing is told to
// webhook consumers: for them nothing happens. Keys, settings and setups do not
// move.
//
// The package must not know files, flags, or who may do this.
package transfer
