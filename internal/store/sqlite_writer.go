package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// maxBatch is how many callers share a commit at most. More would gain little
// and make the first wait for the last.
const maxBatch = 64

// writer owns the only SQLite connection that writes. Callers queue; one
// goroutine takes all that wait, runs each in a savepoint of one transaction,
// commits once and then answers everybody. A caller whose function fails is
// rolled back alone; a commit that fails, fails all of them.
type writer struct {
	conn  *liteConn
	queue chan *writeJob
	done  chan struct{} // closed when the goroutine has ended

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
	w := &writer{conn: conn, queue: make(chan *writeJob, maxBatch), done: make(chan struct{})}
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
	select {
	case w.queue <- job:
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
	w.mu.Unlock()
	<-w.done
	return w.conn.close()
}

// run serves until the queue is closed. If a function ends its goroutine
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
	for job := range w.queue {
		batch = w.collect(append(batch[:0], job))
		w.commit(batch)
		for _, job := range batch {
			job.answered <- struct{}{}
		}
		batch = batch[:0]
	}
	finished = true
}

var errGoexit = errors.New("write: a function of the transaction ended its goroutine")

// collect adds what else waits and drops what has been abandoned.
func (w *writer) collect(batch []*writeJob) []*writeJob {
	if !batch[0].state.CompareAndSwap(jobWaiting, jobTaken) {
		batch = batch[:0]
	}
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
	for i, job := range batch {
		if err := w.runJob(job, len(batch) > 1); err != nil {
			// The transaction is in an unknown state, for all of them. Jobs that
			// had not run yet fail too: they never began, and can be repeated.
			w.rollback()
			fail(batch, fmt.Errorf("write shared with others (%d of %d): %w", i+1, len(batch), err))
			return
		}
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

func (s *liteSession) execOne(ctx context.Context, missing error, sql string, args []any) error {
	n, err := s.execCount(ctx, sql, args)
	if err == nil && n != 1 {
		s.err = missing
	}
	return s.err
}
