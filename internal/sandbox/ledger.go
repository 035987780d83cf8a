package sandbox

import (
	"container/heap"
	"sync"
	"time"
)

// maxRecords bounds the ledger. Beyond it the record that would expire first
// is forgotten early, which hits redeemed codes (a minute) long before
// revocations (months).
const maxRecords = 1 << 17

// ledger remembers what has happened to grants: the part of the state that
// self-contained tokens cannot carry. A grant has one code and one family of
// refresh tokens, so its id is the key for all three questions.
type ledger struct {
	mu      sync.RWMutex
	records map[string]*record
	queue   expiryQueue
	limit   int
}

type record struct {
	redeemed   bool // its code was exchanged
	revoked    bool
	generation int // newest refresh token of the family; 0 when not known
	until      time.Time
}

// verdict is the ledger's answer about a code or refresh token.
type verdict int

const (
	accepted verdict = iota
	replayed         // used before; the grant is revoked now
	ended            // the grant had been revoked already
)

func newLedger(limit int) *ledger {
	return &ledger{records: make(map[string]*record), limit: limit}
}

// redeem consumes the code of a grant, once. A second time revokes the grant
// (RFC 6749 section 4.1.2).
func (l *ledger) redeem(id string, now, codeExpires time.Time) verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.keep(id, now, codeExpires)
	switch {
	case r.revoked:
		return ended
	case r.redeemed:
		l.end(id, now)
		return replayed
	}
	r.redeemed = true
	return accepted
}

// rotate consumes one generation of a refresh token family. An older one than
// the newest revokes the grant (RFC 9700 section 4.14.2). After a restart the
// family is unknown and the first to come is believed.
func (l *ledger) rotate(id string, generation int, now time.Time) verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.keep(id, now, now.Add(refreshLife))
	switch {
	case r.revoked:
		return ended
	case r.generation != 0 && generation < r.generation:
		l.end(id, now)
		return replayed
	}
	r.generation = generation + 1
	return accepted
}

// revoke ends a grant with all its tokens.
func (l *ledger) revoke(id string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end(id, now)
}

// revoked reports whether the grant was ended.
func (l *ledger) revoked(id string) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	r := l.records[id]
	return r != nil && r.revoked
}

func (l *ledger) end(id string, now time.Time) {
	// No token of the family can outlive this: no new one will be issued.
	l.keep(id, now, now.Add(refreshLife)).revoked = true
}

// keep returns the record of a grant, made if need be, to be remembered at
// least until the given time. It sweeps what has expired.
func (l *ledger) keep(id string, now, until time.Time) *record {
	l.sweep(now)
	r := l.records[id]
	if r == nil {
		// Before adding, so that the newcomer is never the one to go.
		for len(l.records) >= l.limit {
			l.forgetNextUnless(l.queue[0].at)
		}
		r = &record{until: until}
		l.records[id] = r
		heap.Push(&l.queue, due{id: id, at: until})
	}
	if until.After(r.until) {
		r.until = until
	}
	return r
}

// sweep forgets what has expired. Each record is queued once; one whose span
// grew meanwhile goes back with its new time.
func (l *ledger) sweep(now time.Time) {
	for len(l.queue) > 0 && !l.queue[0].at.After(now) {
		l.forgetNextUnless(now)
	}
}

// forgetNextUnless drops the head of the queue, or puts it back in its place
// when its record is to be kept beyond the given time.
func (l *ledger) forgetNextUnless(at time.Time) {
	next := &l.queue[0]
	if r := l.records[next.id]; r.until.After(at) {
		next.at = r.until
		heap.Fix(&l.queue, 0)
		return
	}
	l.forgetNext()
}

func (l *ledger) forgetNext() {
	next := heap.Pop(&l.queue).(due)
	delete(l.records, next.id)
	if len(l.records) == 0 {
		// A map never shrinks by itself; a burst should not stay resident.
		l.records = make(map[string]*record)
		l.queue = nil
	}
}

// due is when a record may be forgotten at the earliest.
type due struct {
	id string
	at time.Time
}

// expiryQueue is a heap.Interface with the earliest first.
type expiryQueue []due

func (q expiryQueue) Len() int           { return len(q) }
func (q expiryQueue) Less(i, j int) bool { return q[i].at.Before(q[j].at) }
func (q expiryQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }

// Push is for package heap only.
func (q *expiryQueue) Push(x any) { *q = append(*q, x.(due)) }

// Pop is for package heap only.
func (q *expiryQueue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}
