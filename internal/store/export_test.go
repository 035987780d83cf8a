package store

import "runtime"

// AnyWaiting is the look that each step of the deliveries begins with.
const AnyWaiting = anyWaiting

// WaitForWriters returns once so many wait for SQLite's writer.
func WaitForWriters(s *Store, n int) {
	w := s.engine.(*sqliteEngine).writer
	for len(w.queue)+len(w.behind) < n {
		runtime.Gosched()
	}
}
