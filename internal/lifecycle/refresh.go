package lifecycle

import (
	"fmt"

	"github.com/bowline/bowline"
)

// worker is what one process may do, and what may happen to it.
func (m Model) worker(s State, i int) []Move {
	w := s.Workers[i]
	var moves []Move
	add := func(name string, to State, more ...func(*Move)) {
		move := Move{Name: fmt.Sprintf("worker %d: %s", i+1, name), To: to, Ours: to.faults() == s.faults()}
		for _, f := range more {
			f(&move)
		}
		moves = append(moves, move)
	}
	if w.Step != Idle && m.may(s) {
		add("dies", m.die(s, i))
	}
	if s.Holder == number(i) && w.Step == Idle { // it died
		n := s
		n.free()
		add("its lease ends", n)
	}
	if s.Holder == number(i) && w.Step != Idle && m.may(s) {
		n := s
		n.Stalls++
		n.free()
		add("stalls until its lease ends", n)
	}
	if s.Holder == number(i) && w.Step != Idle && m.may(s) && (m.forgives() || m.Protocol.FreeUnforgiven) {
		n := s // where nothing is forgiven, its lease goes on, and so does it
		n.Breaks++
		n.free()
		n.Workers[i].Blind = true
		add("loses its session, others take it for dead", n)
	}
	switch w.Step {
	case Idle:
		if s.Stored.N != 0 && (s.Holder == 0 || m.Protocol.SendWithoutClaim) {
			n := s
			n.Holder = number(i)
			n.Workers[i] = Worker{Step: Holding, Sent: s.Stored, Lease: true}
			add("claims", n)
		}
	case Holding:
		m.send(s, i, add)
	case Answered:
		n := m.keep(s, i)
		add("commits the answer", n)
	case Refused:
		m.judge(s, i, add)
	case Unheard:
		n := s
		n.Workers[i] = Worker{}
		if w.Lease {
			n.Holder = 0
		}
		add("puts it off", n)
	}
	return moves
}

// die loses what is in memory.
func (m Model) die(s State, i int) State {
	w := s.Workers[i]
	s.Crashes++
	if w.Step == Answered {
		m.lose(&s, w.Got)
	}
	s.Workers[i] = Worker{}
	return s
}

// lose notes that nobody holds a token that the provider gave, unless the
// former one still leads to it.
func (m Model) lose(s *State, got Token) {
	if m.Provider.Rotates && !m.Provider.Grace {
		s.Lost[got.Grant-1] = true
	}
}

// send gives the token to the provider. The claim is durable by now.
func (m Model) send(s State, i int, add func(string, State, ...func(*Move))) {
	w := s.Workers[i]
	n := s
	if !w.Lease && !w.Blind && !m.Protocol.SendLate {
		n.Workers[i] = Worker{}
		add("finds its lease over and sends nothing", n)
		return
	}
	wrong := ""
	for j, other := range s.Workers {
		if j != i && other.Sent == w.Sent && other.Step == Holding && other.Lease && w.Lease {
			wrong = "two workers are about to send one token"
		}
	}
	if s.Asked && w.Sent == s.Stored && s.faults() == 0 {
		wrong = "a token is sent again without cause"
	}
	blame := func(move *Move) { move.Wrong = wrong }
	if w.Sent == s.Stored {
		n.Asked = true
	}
	if m.may(s) {
		out := unheard(n, i)
		out.Losses++
		add("is not answered, the provider is out", out, blame)
	}
	g := n.grant(w.Sent)
	switch {
	case !s.known(w.Sent):
		if m.Provider.Strict {
			n.Overtaken[w.Sent.Grant-1] = s.Overtaken[w.Sent.Grant-1] || g.Alive && w.Blind && m.Provider.Grace
			g.Alive = false
		}
		n.Workers[i].Step = Refused
		add("is refused", n, blame)
		return
	case w.Sent.N == g.Current && m.Provider.Rotates && g.Current < m.Limits.Tokens:
		g.Former = 0
		if m.Provider.Grace {
			g.Former = g.Current
		}
		g.Current++
	}
	got := Token{w.Sent.Grant, g.Current}
	if m.may(s) {
		lost := unheard(n, i)
		lost.Losses++
		m.lose(&lost, got)
		add("is not heard, the answer gets lost", lost, blame)
	}
	n.Workers[i].Step, n.Workers[i].Got = Answered, got
	add("is answered", n, blame)
}

func unheard(s State, i int) State {
	s.Workers[i].Step = Unheard
	return s
}

// keep makes the answer durable. What counts is whether the stored token still
// is the one that was sent, not who holds the renewal.
func (m Model) keep(s State, i int) State {
	w := s.Workers[i]
	if w.Lease {
		s.Holder = 0
	}
	s.Workers[i] = Worker{}
	switch {
	case s.Stored == w.Sent && (w.Lease || !m.Protocol.CommitByLease):
		s.Stored, s.Asked = w.Got, false
	case s.Stored == w.Sent:
		m.lose(&s, w.Got)
		s.Lost[w.Got.Grant-1] = false // by our own fault, which is no excuse
	case s.Stored != w.Got && s.Stored.Grant != w.Got.Grant && !m.Protocol.ForgetLateGrant:
		s.enqueue(w.Got) // the connection was ended meanwhile
	}
	return s
}

// judge ends the connection because the provider refused its token, unless it
// has another one by now.
func (m Model) judge(s State, i int, add func(string, State, ...func(*Move))) {
	w := s.Workers[i]
	n := s
	if w.Lease {
		n.Holder = 0
	}
	n.Workers[i] = Worker{}
	believed := s.Stored == w.Sent || m.Protocol.BelieveLateRefusal && s.Stored.N != 0
	if !believed {
		add("was refused, but there is another token", n)
		return
	}
	g := w.Sent.Grant - 1
	to, allowed := s.Status.after(bowline.TriggerRevoke)
	move := func(move *Move) {
		move.Trigger = bowline.TriggerRevoke
		switch {
		case !allowed:
			move.Wrong = "a connection is deauthorized that cannot be"
		case s.Stored != w.Sent:
			move.Wrong = "a connection loses a token that was never refused"
		case !s.Over[g] && !s.Lost[g] && !s.Overtaken[g] && !m.helpless(s):
			move.Wrong = "a connection is lost although nobody ended it"
		}
	}
	n.Status, n.Stored, n.Asked = to, Token{}, false
	n.free()
	add("deauthorizes", n, move)
}

// forgives says that a token may be sent twice in a row.
func (m Model) forgives() bool { return !m.Provider.Rotates || m.Provider.Grace }

// helpless says that a process slept past its lease while it held the only copy
// of a token, at a provider that gives no grace: another one cannot know.
func (m Model) helpless(s State) bool {
	return s.Stalls > 0 && !m.forgives()
}
