package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// maxBatch is how many callers share a commit at most. More would gain little
// and make the first wait for the last.
const maxBatch = 64

// maxPassed is how many commits those behind let pass before it is their turn.
const maxPassed = 8

// heldBack is how long those behind wait after a commit: what follows from one,
// as a delivery does from its event, comes within that time.
const heldBack = time.Millisecond

// writer owns the only SQLite connection that writes. Callers queue; one
// goroutine takes all that wait, runs each in a savepoint of one transaction,
// commits once and then answers everybody. A caller whose function fails is
// rolled back alone; a commit that fails, fails all of them. Those who are in no
// hurry (see [Behind]) wait until nobody else does, and share with nobody.
type writer struct {
	conn   *liteConn
	queue  chan *writeJob
	behind chan *writeJob
	passed int           // commits since somebody behind had a turn
	ended  time.Time     // when the last commit ended that was not of one behind
	done   chan struct{} // closed when the goroutine has ended
	wrote  chan struct{} // holds one token after a commit

	mu     sync.RWMutex // held shared while queueing, so that stop can close the queue
	closed bool
}

// writeJob is one call of Write.
type writeJob struct {
	fn       func(session) error
	state    atomic.Int32 // jobWaiting, then jobTaken or jobAbandoned
	err      error
	panicked any           // what fn panicked with
	answered chan struct{} // holds one token once the job is settled
}

const (
	jobWaiting int32 = iota
	jobTaken
	jobAbandoned
)

func startWriter(conn *liteConn) *writer {
	w := &writer{conn: conn, queue: make(chan *writeJob, maxBatch), behind: make(chan *writeJob, maxBatch), done: make(chan struct{}),
		wrote: make(chan struct{}, 1)}
	go w.run()
	return w
}

// do queues fn and waits for its result. Until fn has begun, ctx can end the
// wait.
func (w *writer) do(ctx context.Context, fn func(session) error) error {
	job := &writeJob{fn: fn, answered: make(chan struct{}, 1)}
	if err := w.enqueue(ctx, job); err != nil {
		return err
	}
	select {
	case <-job.answered:
	case <-ctx.Done():
		if job.state.CompareAndSwap(jobWaiting, jobAbandoned) {
			return fmt.Errorf("wait to write: %w", ctx.Err())
		}
		<-job.answered
	}
	if job.panicked != nil {
		panic(job.panicked) // where the caller's own recovery sees it
	}
	return job.err
}

func (w *writer) enqueue(ctx context.Context, job *writeJob) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return ErrClosed
	}
	queue := w.queue
	if isBehind(ctx) {
		queue = w.behind
	}
	select {
	case queue <- job:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait to write: %w", ctx.Err())
	}
}

// stop lets the queued work finish and closes the connection.
func (w *writer) stop() error {
	w.mu.Lock()
	w.closed = true
	close(w.queue)
	close(w.behind)
	w.mu.Unlock()
	<-w.done
	return w.conn.close()
}

// run serves until the queues are closed. If a function ends its goroutine
// (runtime.Goexit, as a failed test does), the batch is lost and another
// goroutine takes over.
func (w *writer) run() {
	var batch []*writeJob
	finished := false
	defer func() {
		if finished {
			close(w.done)
			return
		}
		w.abandon(batch, errGoexit)
		go w.run()
	}()
	for {
		job, behind := w.next()
		if job == nil {
			break
		}
		batch = append(batch[:0], job)
		if behind {
			batch = take(batch)
		} else {
			batch = w.collect(batch)
		}
		w.commit(batch)
		if !behind {
			w.ended = time.Now()
		}
		for _, job := range batch {
			job.answered <- struct{}{}
		}
		select {
		case w.wrote <- struct{}{}:
		default:
		}
		batch = batch[:0]
	}
	finished = true
}

// next waits for a job: one of those behind when nobody else waits or is about
// to come, or when they have let enough others pass. It is nil when there will
// be no more.
func (w *writer) next() (job *writeJob, behind bool) {
	if w.passed < maxPassed {
		if job = w.first(); job != nil {
			w.passed++
			return job, false
		}
	}
	w.passed = 0
	select {
	case job = <-w.queue:
		if job != nil {
			return job, false
		}
		return <-w.behind, true // what is left
	case job = <-w.behind:
		if job != nil {
			return job, true
		}
		return <-w.queue, false
	}
}

// first returns a job of those who are not behind. It waits for one while there
// is somebody behind and the last commit was a moment ago.
func (w *writer) first() *writeJob {
	select {
	case job := <-w.queue:
		return job
	default:
	}
	left := heldBack - time.Since(w.ended)
	if left <= 0 {
		return nil
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case job := <-w.queue:
		return job
	case <-timer.C:
		return nil
	}
}

// take drops a job that has been abandoned.
func take(batch []*writeJob) []*writeJob {
	if !batch[0].state.CompareAndSwap(jobWaiting, jobTaken) {
		return batch[:0]
	}
	return batch
}

var errGoexit = errors.New("write: a function of the transaction ended its goroutine")

// collect adds what else waits and drops what has been abandoned.
func (w *writer) collect(batch []*writeJob) []*writeJob {
	batch = take(batch)
	for len(batch) < maxBatch {
		select {
		case job, ok := <-w.queue:
			if !ok {
				return batch
			}
			if job.state.CompareAndSwap(jobWaiting, jobTaken) {
				batch = append(batch, job)
			}
		default:
			return batch
		}
	}
	return batch
}

// The statements of a batch.
const (
	sqlBegin     = `BEGIN IMMEDIATE`
	sqlCommit    = `COMMIT`
	sqlRollback  = `ROLLBACK`
	sqlSavepoint = `SAVEPOINT caller`
	sqlRelease   = `RELEASE caller`
	sqlUndo      = `ROLLBACK TO caller`
)

// commit runs a batch and sets the result of each job.
func (w *writer) commit(batch []*writeJob) {
	if len(batch) == 0 {
		return
	}
	if err := w.do1(sqlBegin); err != nil {
		fail(batch, err)
		return
	}
	if !w.runAll(batch, 0, len(batch) > 1) {
		return
	}
	if len(batch) == 1 && batch[0].failed() {
		w.rollback()
		return
	}
	if err := w.do1(sqlCommit); err != nil {
		w.rollback()
		fail(batch, fmt.Errorf("commit: %w", err))
	}
}

// runAll runs the jobs of a batch from the given one on. It is false when the
// transaction is lost.
func (w *writer) runAll(batch []*writeJob, from int, shared bool) bool {
	for i, job := range batch[from:] {
		if err := w.runJob(job, shared); err != nil {
			// The transaction is in an unknown state, for all of them. Jobs that
			// had not run yet fail too: they never began, and can be repeated.
			w.rollback()
			fail(batch, fmt.Errorf("write shared with others (%d of %d): %w", from+i+1, len(batch), err))
			return false
		}
	}
	return true
}

func (j *writeJob) failed() bool { return j.err != nil || j.panicked != nil }

// fail sets the result of all jobs that have not failed by themselves.
func fail(batch []*writeJob, err error) {
	for _, job := range batch {
		if !job.failed() {
			job.err = err
		}
	}
}

// runJob runs one job; an error means that the shared transaction is lost.
func (w *writer) runJob(job *writeJob, shared bool) error {
	if shared {
		if err := w.do1(sqlSavepoint); err != nil {
			return err
		}
	}
	s := &liteSession{conn: w.conn}
	job.call(s)
	if job.err == nil {
		job.err = s.err // a fault that fn ignored
	}
	if !shared {
		return nil
	}
	if job.failed() {
		// Fails when SQLite has rolled back everything on its own (disk full).
		if err := w.do1(sqlUndo); err != nil {
			return err
		}
	}
	return w.do1(sqlRelease)
}

// call runs the function and catches its panic. Goexit passes through.
func (j *writeJob) call(s session) {
	defer func() {
		if p := recover(); p != nil {
			j.panicked = p
		}
	}()
	j.err = j.fn(s)
}

// abandon answers a batch that cannot be finished.
func (w *writer) abandon(batch []*writeJob, err error) {
	w.rollback()
	fail(batch, err)
	for _, job := range batch {
		job.answered <- struct{}{}
	}
}

func (w *writer) do1(sql string) error {
	_, err := w.conn.exec(context.Background(), sql, nil)
	return translate(err)
}

// rollback ends whatever transaction is left; without one it does nothing.
func (w *writer) rollback() { _ = w.do1(sqlRollback) }

// liteSession is a caller's transaction on the writer's connection. It runs
// under no context: one caller's cancellation must not touch the others.
type liteSession struct {
	conn *liteConn
	err  error // the first fault of a statement
}

func (s *liteSession) dialect() *dialect { return &sqliteDialect }

func (s *liteSession) query(_ context.Context, sql string, args []any, each func(*row) error) error {
	if s.err != nil {
		return s.err
	}
	s.err = s.conn.query(context.Background(), sql, args, each)
	return s.err
}

func (s *liteSession) queryAll(ctx context.Context, list []statement, each func(int, *row) error) error {
	for n, one := range list {
		if err := s.query(ctx, one.sql, one.args, func(r *row) error { return each(n, r) }); err != nil {
			return err
		}
	}
	return s.err
}

func (s *liteSession) execCount(_ context.Context, sql string, args []any) (int64, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.conn.exec(context.Background(), sql, args)
	s.err = translate(err)
	return n, s.err
}

func (s *liteSession) exec(ctx context.Context, sql string, args []any) error {
	_, err := s.execCount(ctx, sql, args)
	return err
}

func (s *liteSession) flushed(context.Context) error { return s.err } // as all are

func (s *liteSession) execOne(ctx context.Context, missing error, sql string, args []any) error {
	n, err := s.execCount(ctx, sql, args)
	if err == nil && n != 1 {
		s.err = missing
	}
	return s.err
}
