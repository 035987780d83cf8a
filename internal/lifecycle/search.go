package lifecycle

import (
	"fmt"
	"strings"
)

// Report is what a search found.
type Report struct {
	States, Moves int
	// Wrong are the broken promises, each with the shortest way there.
	Wrong []string
	// Seen are the moves of the connection: from, trigger, to.
	Seen map[Transition]bool
}

// Search visits every state that is reachable from nothing.
func (m Model) Search() Report {
	type visited struct {
		from int
		by   string
	}
	states := []State{{}}
	index := map[State]int{{}: 0}
	came := []visited{{from: -1}}
	var before [][]int32 // predecessors, for the way back
	report := Report{Seen: map[Transition]bool{}}
	broken := map[string]bool{}
	way := func(at int, last string) string {
		steps := []string{last}
		for ; came[at].from >= 0; at = came[at].from {
			steps = append(steps, came[at].by)
		}
		for i, j := 0, len(steps)-1; i < j; i, j = i+1, j-1 {
			steps[i], steps[j] = steps[j], steps[i]
		}
		return strings.Join(steps, "\n  ")
	}
	wrong := func(what string, at int, last string) {
		if !broken[what] {
			broken[what] = true
			report.Wrong = append(report.Wrong, fmt.Sprintf("%s:\n  %s", what, way(at, last)))
		}
	}
	before = append(before, nil)
	for at := 0; at < len(states); at++ {
		for _, move := range m.Moves(states[at]) {
			report.Moves++
			if move.Wrong != "" {
				wrong(move.Wrong, at, move.Name)
			}
			if move.Trigger != "" {
				report.Seen[Transition{statuses[states[at].Status], move.Trigger, statuses[move.To.Status]}] = true
			}
			move.To = move.To.alike()
			to, found := index[move.To]
			if !found {
				to = len(states)
				index[move.To] = to
				states, came, before = append(states, move.To), append(came, visited{at, move.Name}), append(before, nil)
			}
			if move.Ours {
				before[to] = append(before[to], int32(at)) //nolint:gosec // far fewer states
			}
		}
	}
	report.States = len(states)
	if at := stuck(states, before); at >= 0 {
		wrong("from here nothing that we do leads to a connection that works, or is over everywhere", at, "(end)")
	}
	return report
}

// stuck returns the first state from which our own moves do not lead to a
// settled one, -1 when there is none.
func stuck(states []State, before [][]int32) int {
	good := make([]bool, len(states))
	var queue []int
	for i := range states {
		if states[i].settled() {
			good[i] = true
			queue = append(queue, i)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, from := range before[queue[0]] {
			if !good[from] {
				good[from] = true
				queue = append(queue, int(from))
			}
		}
	}
	for i, ok := range good {
		if !ok {
			return i
		}
	}
	return -1
}
