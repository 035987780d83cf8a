package connection

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// accessLog gathers proxied requests, so that each of them does not cost a
// transaction. The first of an hour is durable before the request leaves; the
// others are counted and stored soon after, so that a crash loses counts of some
// seconds and never the fact.
type accessLog struct {
	mu      sync.Mutex
	pending map[accessKey]*bowline.Access
	known   map[accessKey]struct{} // of the present hour, stored at least once
	hour    time.Time
	synced  map[bowline.ID]bowline.Access // exchanges of data that wait to be stored
	told    map[bowline.ID]time.Time      // when that was last noted of a connection
}

type accessKey struct {
	connection bowline.ID
	permission bowline.Permission
	actor      bowline.Actor
	hour       int64
}

func keyOf(a bowline.Access) accessKey {
	return accessKey{a.ConnectionID, a.Permission, a.Actor, a.First.Truncate(time.Hour).Unix()}
}

// maxPending bounds what waits to be stored; beyond it every request is stored
// by itself.
const maxPending = 10_000

// note counts a use, or reports that it has to be stored now.
func (l *accessLog) note(a bowline.Access) (counted bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := keyOf(a)
	if hour := a.First.Truncate(time.Hour); !hour.Equal(l.hour) {
		l.hour, l.known = hour, map[accessKey]struct{}{}
	}
	if _, known := l.known[key]; !known || len(l.pending) >= maxPending {
		return false
	}
	l.add(key, a)
	return true
}

func (l *accessLog) add(key accessKey, a bowline.Access) {
	if l.pending == nil {
		l.pending = map[accessKey]*bowline.Access{}
	}
	sum := l.pending[key]
	if sum == nil {
		l.pending[key] = &a
		return
	}
	sum.Requests, sum.Failed = sum.Requests+a.Requests, sum.Failed+a.Failed
	if a.Last.After(sum.Last) {
		sum.Last = a.Last
	}
}

// stored notes that a first use is durable.
func (l *accessLog) stored(a bowline.Access) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known != nil && len(l.known) < maxPending {
		l.known[keyOf(a)] = struct{}{}
	}
}

// failed counts a failure of a use that was noted before.
func (l *accessLog) failed(a bowline.Access) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a.Requests, a.Failed = 0, 1
	l.add(keyOf(a), a)
}

// good notes a use by which data was exchanged, now and then for each connection.
func (l *accessLog) good(a bowline.Access) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if last, told := l.told[a.ConnectionID]; told && a.Last.Sub(last) < store.SyncedEvery {
		return
	}
	if l.told == nil || len(l.told) >= maxPending {
		l.told = map[bowline.ID]time.Time{}
	}
	if l.synced == nil {
		l.synced = map[bowline.ID]bowline.Access{}
	}
	if len(l.synced) < maxPending {
		l.told[a.ConnectionID], l.synced[a.ConnectionID] = a.Last, a
	}
}

// take hands over the counts that wait.
func (l *accessLog) take() map[accessKey]*bowline.Access {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.pending
	l.pending = nil
	return taken
}

// exchanges hands over the exchanges that wait.
func (l *accessLog) exchanges() map[bowline.ID]bowline.Access {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.synced
	l.synced = nil
	return taken
}

// missed returns an exchange that could not be stored.
func (l *accessLog) missed(a bowline.Access) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.synced == nil {
		l.synced = map[bowline.ID]bowline.Access{}
	}
	if later, there := l.synced[a.ConnectionID]; !there || later.Last.Before(a.Last) {
		l.synced[a.ConnectionID] = a
	}
}

// putBack returns what could not be stored.
func (l *accessLog) putBack(taken map[accessKey]*bowline.Access) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, a := range taken {
		l.add(key, *a)
	}
}

// begin notes a proxied request before it leaves.
func (s *Service) begin(ctx context.Context, a bowline.Access) error {
	if s.access.log.note(a) {
		return nil
	}
	err := s.Store.Write(ctx, func(tx *store.Tx) error { return tx.RecordAccess(ctx, a) })
	if err == nil {
		s.access.log.stored(a)
	}
	return err
}

// storeCounts stores what was counted since the last time. What cannot be stored
// is kept for the next.
func (s *Service) storeCounts(ctx context.Context) error {
	taken := s.access.log.take()
	if len(taken) == 0 {
		return nil
	}
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		for _, a := range taken {
			if err := tx.RecordAccess(ctx, *a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.access.log.putBack(taken)
	}
	return err
}

// FlushAccess stores what was counted since the last time, and when data was
// exchanged. What cannot be stored is kept for the next time.
func (s *Service) FlushAccess(ctx context.Context) error {
	errs := []error{s.storeCounts(ctx)}
	for _, a := range s.access.log.exchanges() { // each by itself: together they would hold many companies
		if err := s.Store.Write(ctx, func(tx *store.Tx) error { return tx.Synced(ctx, a) }); err != nil {
			s.access.log.missed(a)
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
