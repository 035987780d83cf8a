package store

import (
	"runtime"
	"time"
)

// AnyWaiting is the look that each step of the deliveries begins with.
const AnyWaiting = anyWaiting

// WaitForWriters returns once so many wait for SQLite's writer.
func WaitForWriters(s *Store, n int) {
	w := s.engine.(*sqliteEngine).writer
	for len(w.queue)+len(w.behind) < n {
		runtime.Gosched()
	}
}

// NarrowDirectory makes searches in the directory take the ways that they take
// where there are many companies, and few or many of them are found.
func NarrowDirectory(s *Store, dense bool) {
	s.reach = reach{few: 1, passed: 3, told: 2, sample: 1, full: 0, step: 1, dense: blockSize + 1}
	if dense {
		s.reach.dense = 0
	}
}

// EmptyLog has SQLite's log carried over and emptied, as happens now and then;
// false when somebody is at it.
func EmptyLog(s *Store) (bool, error) {
	c, err := startCheckpointer(s.engine.(*sqliteEngine).path, nil)
	if err != nil {
		return false, err
	}
	c.emptied = time.Time{}
	c.carry(time.Now())
	return !c.emptied.IsZero(), c.stop()
}
