package store

import (
	"context"
	"fmt"
	"time"
)

type behindKey struct{}

// Behind marks writes that nobody waits for: on SQLite, which writes one
// transaction after the other, they let others go first, and never share a
// commit with them. PostgreSQL works on several at once; there they go one
// after the other, with pauses in between (see lane). Such transactions should
// be small, as one that has begun holds up the next.
func Behind(ctx context.Context) context.Context {
	return context.WithValue(ctx, behindKey{}, true)
}

func isBehind(ctx context.Context) bool {
	behind, _ := ctx.Value(behindKey{}).(bool)
	return behind
}

type derivedKey struct{}

// lane is what a PostgreSQL engine has for those behind: processor, disk and
// connections are others' for as long as theirs.
type lane struct {
	turn chan struct{} // holds a token when it is free
	free time.Time     // for whoever has the token: when the next may begin
}

func newLane() *lane {
	l := &lane{turn: make(chan struct{}, 1)}
	l.turn <- struct{}{}
	return l
}

// enter waits for a turn. The caller ends it.
func (l *lane) enter(ctx context.Context) (leave func(), err error) {
	select {
	case <-l.turn:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to write: %w", ctx.Err())
	}
	if wait := time.Until(l.free); wait > 0 {
		pause := time.NewTimer(wait)
		defer pause.Stop()
		select {
		case <-pause.C:
		case <-ctx.Done():
			l.turn <- struct{}{}
			return nil, fmt.Errorf("wait to write: %w", ctx.Err())
		}
	}
	began := time.Now()
	return func() {
		ended := time.Now()
		l.free = ended.Add(min(ended.Sub(began), maxPause))
		l.turn <- struct{}{}
	}, nil
}

// maxPause bounds a pause: what took long had to wait itself.
const maxPause = 20 * time.Millisecond

// Derived marks writes that follow from what is stored and come about again
// when they are lost: on PostgreSQL their commit does not wait for the disk
// (decision 24). A crash of the database, not one of Bowline, may take the last
// of them back, and never one that a durable commit came after. SQLite, which
// writes one after the other, makes them durable.
func Derived(ctx context.Context) context.Context {
	return context.WithValue(ctx, derivedKey{}, true)
}

func isDerived(ctx context.Context) bool {
	derived, _ := ctx.Value(derivedKey{}).(bool)
	return derived
}
