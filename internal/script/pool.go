package script

import (
	"context"
	"errors"
	"sync"
	"time"
)

// errClosed answers runs after Close.
var errClosed = errors.New("scripts are no longer run")

// pool holds the children. A turn is the right to use one; so many children as
// turns exist at most, the idle ones included.
type pool struct {
	turns *turns
	life  context.Context // ends when the pool closes; every child with it
	end   context.CancelFunc
	start func() (*process, error)
	rest  time.Duration // how long a child may be idle

	mu   sync.Mutex
	idle []*process // longest idle first
}

// get waits for a key's turn and returns a child for a source: one that ran it
// before, or a new one. put or drop must follow.
func (p *pool) get(ctx context.Context, key, source string) (*process, error) {
	if err := p.turns.take(ctx, key); err != nil {
		return nil, err
	}
	if child := p.take(source); child != nil {
		child.key = key
		return child, nil
	}
	child, err := p.start()
	if err != nil {
		p.turns.give(key)
		if p.life.Err() != nil {
			return nil, errClosed
		}
		return nil, err
	}
	child.source, child.key = source, key
	return child, nil
}

// take returns an idle child of the source, or makes room for a new one by
// ending the child that was idle for longest.
func (p *pool) take(source string) *process {
	p.mu.Lock()
	var found, surplus *process
	for i := len(p.idle) - 1; i >= 0 && found == nil; i-- {
		if p.idle[i].source == source {
			found = p.remove(i)
		}
	}
	if found == nil && len(p.idle) > 0 && len(p.idle)+p.turns.taken() > p.turns.size {
		surplus = p.remove(0)
	}
	p.mu.Unlock()
	if surplus != nil {
		surplus.end()
	}
	if found != nil && !found.alive() {
		found.end()
		return p.take(source)
	}
	return found
}

// remove takes the child at i off the idle ones. The caller holds mu.
func (p *pool) remove(i int) *process {
	child := p.idle[i]
	p.idle = append(p.idle[:i], p.idle[i+1:]...)
	child.idle.Stop()
	return child
}

// put gives back a child that can be used again.
func (p *pool) put(child *process) {
	key := child.key // the next to take it writes its own
	p.mu.Lock()
	child.idle = time.AfterFunc(p.rest, func() { p.retire(child) })
	p.idle = append(p.idle, child)
	p.mu.Unlock()
	p.turns.give(key)
}

// drop gives back the turn of a child that must not be used again.
func (p *pool) drop(child *process) {
	child.end()
	p.turns.give(child.key)
}

// retire ends a child that is still idle.
func (p *pool) retire(child *process) {
	p.mu.Lock()
	found := false
	for i := range p.idle {
		if p.idle[i] == child {
			p.remove(i)
			found = true
			break
		}
	}
	p.mu.Unlock()
	if found {
		child.end()
	}
}

// close ends every child and returns when all are gone.
func (p *pool) close() {
	p.end() // runs under way fail at once
	p.turns.close()
	p.mu.Lock()
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, child := range idle {
		child.idle.Stop()
		child.end()
	}
}
