package lifecycle

import (
	"slices"

	"github.com/bowline/bowline"
)

// Token is a refresh token: the n-th of a grant. The zero Token is none.
type Token struct{ Grant, N uint8 }

// Grant is what the provider knows of one consent.
type Grant struct {
	Given   bool
	Alive   bool
	Current uint8 // the token that is good
	Former  uint8 // the one before, while its grace lasts; 0 for none
}

// Step is where a worker stands within one refresh.
type Step uint8

// The steps of a worker.
const (
	Idle     Step = iota
	Holding       // has claimed the renewal, durably, and sent nothing yet
	Answered      // has a new token in memory only
	Refused       // was told that the token is not accepted
	Unheard       // has sent and knows nothing
)

// Worker is one process that refreshes.
type Worker struct {
	Step  Step
	Sent  Token // what it claimed
	Got   Token // the provider's answer
	Lease bool  // nobody has taken its place since it claimed
	Blind bool  // its session broke, others may take its place, and it does not know
}

// workers is how many refresh at once, grants how often the customer consents.
const workers, grants = 2, 2

// Status is a [bowline.Status] as a small number: states are kept by the million.
type Status uint8

// statuses are what the numbers stand for. The first is a connection that is not
// there.
var statuses = [...]bowline.Status{"", bowline.PendingAuth, bowline.Linked, bowline.Unlinked, bowline.Deauthorized}

// linked is the number of bowline.Linked.
const linked Status = 2

// after is where a trigger leads by the table of the code; false when it is
// refused.
func (s Status) after(t bowline.Trigger) (Status, bool) {
	to, _, err := statuses[s].Next(t)
	return Status(slices.Index(statuses[:], to)), err == nil //nolint:gosec // five of them
}

// State is everything that there is, at one moment.
type State struct {
	// Durable: what the database holds.
	Status Status
	Stored Token
	Asked  bool  // Stored may have been sent by somebody who did not come back
	Holder uint8 // the worker that holds the renewal, counted from 1; 0 for none
	Ending [2 * grants]Token

	// At the provider.
	Grants [grants]Grant

	// In memory, and lost with the process.
	Workers [workers]Worker

	// What has gone wrong so far, which excuses what could not be helped.
	Crashes, Losses, Stalls, Breaks uint8
	Over                            [grants]bool // a person or the provider ended it
	Lost                            [grants]bool // a token was replaced, nobody knows the new one, and there is no grace
	Overtaken                       [grants]bool // a request was under way for so long that its token was replaced twice
}

// faults is how often something has gone wrong.
func (s *State) faults() uint8 { return s.Crashes + s.Losses + s.Stalls + s.Breaks }

// grant returns the consent that a token is of.
func (s *State) grant(t Token) *Grant { return &s.Grants[t.Grant-1] }

// known says whether the provider still accepts a token.
func (s *State) known(t Token) bool {
	if t.N == 0 {
		return false
	}
	g := s.grant(t)
	return g.Alive && (t.N == g.Current || t.N == g.Former)
}

// enqueue keeps a token until the provider has confirmed its end.
func (s *State) enqueue(t Token) {
	if t.N == 0 {
		return
	}
	for i, other := range s.Ending {
		if other == t {
			return
		}
		if other.N == 0 {
			s.Ending[i] = t
			return
		}
	}
	panic("the model has too little room for grants to end")
}

// free takes the renewal from whoever holds it.
func (s *State) free() {
	s.Holder = 0
	for i := range s.Workers {
		s.Workers[i].Lease = false
	}
}

// settled says that nothing is left to do and all is as it should be: the
// connection works, or it is over at the provider too.
func (s *State) settled() bool {
	if s.Holder != 0 || s.Ending[0].N != 0 {
		return false
	}
	for _, w := range s.Workers {
		if w.Step != Idle {
			return false
		}
	}
	for i, g := range s.Grants {
		ours := s.Stored.Grant == number(i)
		switch {
		case ours && !s.known(s.Stored):
			return false
		case !ours && g.Alive && !s.Lost[i]:
			return false // nobody uses it, and it goes on
		}
	}
	return (s.Status == linked) == (s.Stored.N != 0)
}

// alike turns states that differ in nothing but the workers' numbers into one.
func (s State) alike() State {
	if s.Workers[0].after(s.Workers[1]) {
		s.Workers[0], s.Workers[1] = s.Workers[1], s.Workers[0]
		if s.Holder != 0 {
			s.Holder = workers + 1 - s.Holder
		}
	}
	return s
}

// after is an order of workers, whatever it is.
func (w Worker) after(o Worker) bool {
	a := [...]uint8{uint8(w.Step), w.Sent.Grant, w.Sent.N, w.Got.Grant, w.Got.N, flag(w.Lease), flag(w.Blind)}
	b := [...]uint8{uint8(o.Step), o.Sent.Grant, o.Sent.N, o.Got.Grant, o.Got.N, flag(o.Lease), flag(o.Blind)}
	return slices.Compare(a[:], b[:]) > 0
}

func flag(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

// number counts places from 1, so that 0 is none.
func number(place int) uint8 { return uint8(place) + 1 } //nolint:gosec // there are two
