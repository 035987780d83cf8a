package bowline

import "time"

// TrialStatus is how far a trial has come.
type TrialStatus string

// The states of a trial. It is claimed by the callback that runs it, and ends
// once.
const (
	TrialWaiting TrialStatus = "waiting" // for somebody to sign in
	TrialRunning TrialStatus = "running"
	TrialDone    TrialStatus = "done"
	TrialFailed  TrialStatus = "failed"
)

// Trial is a sign-in by which an operator finds out whether an integration is
// set up right. It belongs to no company and leaves no connection behind.
type Trial struct {
	ID         ID
	InstanceID ID
	Key        string // of the integration
	Status     TrialStatus
	// Record is what happened, encoded by who ran the trial and sealed in the
	// store.
	Record    []byte
	Created   time.Time
	ClaimedAt *time.Time // when the callback came; nil before
	ExpiresAt time.Time  // when it is forgotten
}
