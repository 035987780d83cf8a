package renewal

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// judge is a provider whose tokens work once, forgiven for raceGrace when the
// answer got lost, and that notes every use without such a cause.
type judge struct {
	mu      sync.Mutex
	minted  int
	tokens  map[string]*exhibit
	dead    map[string]time.Time // when processes were killed
	sent    map[string]bool      // which processes have sent anything
	faults  []string
	lost    int
	again   int // sent again, with cause
	refused int
}

// exhibit is a refresh token.
type exhibit struct {
	grant     int
	successor *exhibit
	former    *exhibit
	used      time.Time // first
	by        string    // the process that sent it last
	cause     bool      // the answer to the last use got lost
	answered  time.Time // that use; zero while it is under way
	underWay  int
}

func newJudge() *judge {
	return &judge{tokens: map[string]*exhibit{}, dead: map[string]time.Time{}, sent: map[string]bool{}}
}

func (j *judge) mint(grant int, former *exhibit) (access, refresh string, e *exhibit) {
	j.minted++
	access, refresh = fmt.Sprintf("access-%d-%d", grant, j.minted), fmt.Sprintf("refresh-%d-%d", grant, j.minted)
	e = &exhibit{grant: grant, former: former}
	j.tokens[refresh] = e
	return access, refresh, e
}

func (j *judge) blame(format string, args ...any) {
	j.faults = append(j.faults, fmt.Sprintf(format, args...))
}

func (j *judge) kill(process string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.dead[process] = time.Now()
}

// died says whether the process that sent a token last died before it can have
// stored what came of it.
func (j *judge) died(e *exhibit) bool {
	at, dead := j.dead[e.by]
	return dead && (e.answered.IsZero() || at.Sub(e.answered) < raceCommit)
}

// describe tells what is known of a token.
func (j *judge) describe(e *exhibit) string {
	if e == nil {
		return "nobody was given it"
	}
	text := fmt.Sprintf("grant %d, sent by %s", e.grant, e.by)
	if !e.answered.IsZero() {
		text += fmt.Sprintf(", answered %v ago", time.Since(e.answered))
	}
	if at, dead := j.dead[e.by]; dead {
		text += fmt.Sprintf(", killed %v ago", time.Since(at))
	}
	if e.successor != nil && !e.successor.used.IsZero() {
		text += ", and the one that replaced it was sent too"
	}
	return text
}

// heard says whether a process has sent anything so far.
func (j *judge) heard(process string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.sent[process]
}

func (j *judge) rounds() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.minted - raceConnections
}

func (j *judge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	process, sent := r.Header.Get("X-Process"), r.PostForm.Get("refresh_token")
	e, refused := j.enter(process, sent)
	if !refused {
		time.Sleep(rand.N(4 * time.Millisecond)) // a provider takes its time
	}
	access, refresh, lost := j.answer(e, refused)
	w.Header().Set("Content-Type", "application/json")
	switch {
	case refused:
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"invalid_grant"}`)
	case lost:
		panic(http.ErrAbortHandler)
	default:
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": access, "refresh_token": refresh,
			"expires_in": int(raceLife.Seconds()), "token_type": "Bearer"})
	}
}

func (j *judge) enter(process, sent string) (e *exhibit, refused bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sent[process] = true
	e = j.tokens[sent]
	if e == nil {
		j.refused++
		j.blame("a token that nobody was given")
		return nil, true
	}
	if e.underWay > 0 && !j.died(e) {
		j.blame("grant %d: two send one token at once", e.grant)
	}
	if !e.used.IsZero() {
		j.again++
		if !e.cause && !j.died(e) {
			j.blame("grant %d: a token comes again, although its answer had arrived at a process that lives", e.grant)
		}
		if e.successor != nil && !e.successor.used.IsZero() {
			j.blame("grant %d: a token comes after the one that replaced it", e.grant)
		}
		if time.Since(e.used) > raceGrace {
			j.refused++
			j.blame("grant %d: a token comes again %v after its first use", e.grant, time.Since(e.used))
			return e, true
		}
	} else {
		e.used = time.Now()
	}
	e.by, e.cause, e.answered = process, false, time.Time{}
	e.underWay++
	return e, false
}

func (j *judge) answer(e *exhibit, refused bool) (access, refresh string, lost bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if refused {
		return "", "", false
	}
	e.underWay--
	e.answered = time.Now()
	access, refresh, e.successor = j.mint(e.grant, e)
	if lost = rand.N(raceLost) == 0; lost {
		e.cause = true
		j.lost++
	}
	return access, refresh, lost
}
