package script

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// errClosed answers runs after Close.
var errClosed = errors.New("scripts are no longer run")

// pool holds the children. A slot is the right to use one; so many children as
// slots exist at most, the idle ones included.
type pool struct {
	slots chan struct{}
	life  context.Context // ends when the pool closes; every child with it
	end   context.CancelFunc
	start func() (*process, error)
	rest  time.Duration // how long a child may be idle

	mu   sync.Mutex
	idle []*process // longest idle first
}

// get waits for a slot and returns a child for a source: one that ran it
// before, or a new one. put or drop must follow.
func (p *pool) get(ctx context.Context, source string) (*process, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a script process: %w", ctx.Err())
	case <-p.life.Done():
		return nil, errClosed
	}
	if child := p.take(source); child != nil {
		return child, nil
	}
	child, err := p.start()
	if err != nil {
		<-p.slots
		if p.life.Err() != nil {
			return nil, errClosed
		}
		return nil, err
	}
	child.source = source
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
	if found == nil && len(p.idle) > 0 && len(p.idle)+len(p.slots) > cap(p.slots) {
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
	p.mu.Lock()
	child.idle = time.AfterFunc(p.rest, func() { p.retire(child) })
	p.idle = append(p.idle, child)
	p.mu.Unlock()
	<-p.slots
}

// drop gives back the slot of a child that must not be used again.
func (p *pool) drop(child *process) {
	child.end()
	<-p.slots
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
	p.end()
	for range cap(p.slots) { // runs under way fail at once and give back theirs
		p.slots <- struct{}{}
	}
	p.mu.Lock()
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, child := range idle {
		child.idle.Stop()
		child.end()
	}
}
