package lifecycle

import (
	"fmt"

	"github.com/bowline/bowline"
)

// Provider says how a provider treats refresh tokens.
type Provider struct {
	Name    string
	Rotates bool // each refresh replaces the token
	Grace   bool // the former one works until the new one was used
	Strict  bool // a replaced token that comes again ends the grant
}

// Protocol is how we refresh. The zero value is what the code does; each member
// leaves out one rule, to see that the search notices.
type Protocol struct {
	SendWithoutClaim   bool // two may send at once
	SendLate           bool // a worker sends after its lease has ended
	CommitByLease      bool // a late answer is thrown away although its token is still the stored one
	BelieveLateRefusal bool // a refusal counts although the stored token is another one by now
	ForgetLateGrant    bool // tokens that come after the connection was ended are not ended
	ForgetUnlinked     bool // unlinking wipes tokens without ending the grant
	ForgetReplaced     bool // so does connecting anew
	FreeUnforgiven     bool // what a lost holder had is free at once even where the provider forgives nothing
}

// Limits bound one way through the states: how often something goes wrong, be it
// a crash, an answer that gets lost, a process that sleeps past its lease or one
// that loses its session with the database, and how many tokens a grant has.
type Limits struct{ Faults, Tokens uint8 }

// Model is one provider, one protocol.
type Model struct {
	Provider Provider
	Protocol Protocol
	Limits   Limits
}

// Move is one step of somebody.
type Move struct {
	Name string
	To   State
	// Ours says that we do it by ourselves, and nothing goes wrong: what has to
	// be mended is mended by such moves.
	Ours bool
	// Trigger is what happened to the connection, "" for nothing.
	Trigger bowline.Trigger
	// Wrong says which promise the step breaks, "" for none.
	Wrong string
}

// Moves returns everything that may happen next.
func (m Model) Moves(s State) []Move {
	var moves []Move
	moves = append(moves, m.people(s)...)
	for i := range s.Workers {
		moves = append(moves, m.worker(s, i)...)
	}
	return append(moves, m.ender(s)...)
}

// people are the customer, the fintech and the provider's staff.
func (m Model) people(s State) []Move {
	var moves []Move
	do := func(name string, trigger bowline.Trigger, change func(*State)) {
		to, allowed := s.Status.after(trigger)
		if !allowed {
			return
		}
		next := s
		next.Status = to
		change(&next)
		moves = append(moves, Move{Name: name, To: next, Trigger: trigger})
	}
	do("create", bowline.TriggerCreate, func(*State) {})
	do("fail", bowline.TriggerFail, func(*State) {})
	if next := s.unused(); next >= 0 {
		do("link", bowline.TriggerLink, func(n *State) {
			if !m.Protocol.ForgetReplaced {
				n.enqueue(n.Stored)
			}
			n.Grants[next] = Grant{Given: true, Alive: true, Current: 1}
			n.Stored, n.Asked = Token{number(next), 1}, false
			n.free()
		})
	}
	wipe := func(n *State) {
		if !m.Protocol.ForgetUnlinked {
			n.enqueue(n.Stored)
		}
		n.Stored, n.Asked = Token{}, false
		n.free()
	}
	do("unlink", bowline.TriggerUnlink, wipe)
	do("delete", bowline.TriggerDelete, wipe)
	for i, g := range s.Grants {
		if g.Alive {
			n := s
			n.Grants[i].Alive, n.Over[i] = false, true
			moves = append(moves, Move{Name: fmt.Sprintf("grant %d is withdrawn", i+1), To: n})
		}
	}
	return moves
}

// unused is the place of the next consent, -1 when there were enough.
func (s *State) unused() int {
	for i, g := range s.Grants {
		if !g.Given {
			return i
		}
	}
	return -1
}

// ender is the worker that ends grants at the provider, until that confirms.
func (m Model) ender(s State) []Move {
	var moves []Move
	for i, t := range s.Ending {
		if t.N == 0 {
			continue
		}
		n := s
		if n.known(t) {
			n.grant(t).Alive = false
		}
		if m.may(s) {
			lost := n
			lost.Losses++
			moves = append(moves, Move{Name: "end, answer lost", To: lost})
		}
		copy(n.Ending[i:], n.Ending[i+1:])
		n.Ending[len(n.Ending)-1] = Token{}
		moves = append(moves, Move{Name: "end, confirmed", To: n, Ours: true})
	}
	return moves
}

// may says whether something else may go wrong.
func (m Model) may(s State) bool { return s.faults() < m.Limits.Faults }
