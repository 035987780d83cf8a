package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// maxAttempts is how often a transaction is tried that PostgreSQL gave up in
// favour of another one.
const maxAttempts = 6

func (e *postgresEngine) write(ctx context.Context, fn func(session) error) error {
	if isBehind(ctx) {
		leave, err := e.behind.enter(ctx)
		if err != nil {
			return err
		}
		defer leave()
	}
	for attempt := 1; ; attempt++ {
		err := e.attempt(ctx, fn)
		var again *retryError
		if !errors.As(err, &again) {
			return err
		}
		if attempt == maxAttempts {
			return again.cause
		}
		pause := time.NewTimer(time.Duration(1+rand.IntN(10<<attempt)) * time.Millisecond) //nolint:gosec // a pause, not a secret
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return fmt.Errorf("wait to write: %w", ctx.Err())
		}
	}
}

// retryError marks a transaction that may succeed when it is run again.
type retryError struct{ cause error }

func (e *retryError) Error() string { return e.cause.Error() }
func (e *retryError) Unwrap() error { return e.cause }

func (e *postgresEngine) attempt(ctx context.Context, fn func(session) error) error {
	if e.closed.Load() {
		return ErrClosed
	}
	conn, err := e.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("wait to write: %w", translate(err))
	}
	// A connection that is not idle, after a panic say, is closed by Release.
	defer conn.Release()
	run, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeLimit)
	defer cancel()
	s := &pgSession{engine: e, conn: conn, ctx: run, derived: isDerived(ctx)}
	if err := fn(s); err != nil {
		s.rollback()
		return s.outcome(err)
	}
	if err := s.commit(); err != nil {
		s.rollback()
		return s.outcome(err)
	}
	return nil
}

// pgSession is a transaction that queues what it can. Writes wait until a
// query needs them or the transaction ends, then all travel together: a
// transaction that only writes is one round trip, one that reads first is two.
type pgSession struct {
	engine  *postgresEngine
	conn    *pgxpool.Conn
	ctx     context.Context // the transaction's own; see writeLimit
	derived bool            // see Derived
	queued  []pgWrite
	begun   bool
	err     error // the first fault of a statement
	retry   bool  // that fault is worth another attempt
}

// notFlushed has the commit of a transaction return before it is on the disk.
// SET LOCAL would want a BEGIN before it.
const notFlushed = `SELECT set_config('synchronous_commit', 'off', true)`

type pgWrite struct {
	sql     string
	args    []any
	missing error // see execOne
}

func (s *pgSession) dialect() *dialect { return &postgresDialect }

func (s *pgSession) exec(_ context.Context, sql string, args []any) error {
	s.lead()
	if s.err == nil {
		s.queued = append(s.queued, pgWrite{sql: sql, args: args})
	}
	return s.err
}

func (s *pgSession) flushed(ctx context.Context) error {
	if !s.derived {
		return s.err
	}
	return s.exec(ctx, `SELECT set_config('synchronous_commit', reset_val, true) FROM pg_settings WHERE name = 'synchronous_commit'`, nil)
}

// lead puts what is for the whole transaction before its first statement.
func (s *pgSession) lead() {
	if s.derived && !s.begun && len(s.queued) == 0 {
		s.queued = append(s.queued, pgWrite{sql: notFlushed})
	}
}

func (s *pgSession) execOne(_ context.Context, missing error, sql string, args []any) error {
	s.lead()
	if s.err == nil {
		s.queued = append(s.queued, pgWrite{s.engine.guarded(sql), args, missing})
	}
	return s.err
}

// guarded wraps a statement so that it divides by zero when it changes no row.
// The fault stops everything behind it in the same round trip, the commit
// included, which a look at the row count afterwards could not.
func (e *postgresEngine) guarded(sql string) string {
	if text, ok := e.guard.Load(sql); ok {
		return text.(string)
	}
	text := `WITH changed AS (` + sql + ` RETURNING 1) SELECT 1 / count(*) FROM changed`
	e.guard.Store(sql, text)
	return text
}

func (s *pgSession) execCount(_ context.Context, sql string, args []any) (n int64, err error) {
	err = s.flush([]statement{{sql, args}}, func(results pgx.BatchResults) error {
		tag, err := results.Exec()
		n = tag.RowsAffected()
		return err
	})
	return n, err
}

func (s *pgSession) query(ctx context.Context, sql string, args []any, each func(*row) error) error {
	return s.queryAll(ctx, []statement{{sql, args}}, func(_ int, r *row) error { return each(r) })
}

func (s *pgSession) queryAll(_ context.Context, list []statement, each func(int, *row) error) error {
	return s.flush(list, func(results pgx.BatchResults) error {
		for n := range list {
			rows, err := results.Query()
			if err != nil {
				return err
			}
			if err := eachRow(rows, func(r *row) error { return each(n, r) }); err != nil {
				return err
			}
		}
		return nil
	})
}

// flush sends what is queued with more statements, in an open transaction.
func (s *pgSession) flush(last []statement, read func(pgx.BatchResults) error) error {
	if s.err != nil {
		return s.err
	}
	s.lead()
	batch := &pgx.Batch{}
	if !s.begun {
		batch.Queue(`BEGIN`)
	}
	s.send(batch)
	for _, one := range last {
		batch.Queue(one.sql, one.args...)
	}
	results := s.conn.SendBatch(s.ctx, batch)
	err := s.collect(results, !s.begun)
	s.begun = true
	if err == nil {
		err = read(results)
	}
	if closing := results.Close(); err == nil {
		err = closing
	}
	s.queued = s.queued[:0]
	return s.note(err)
}

func (s *pgSession) send(batch *pgx.Batch) {
	for _, w := range s.queued {
		batch.Queue(w.sql, w.args...)
	}
}

// collect reads the results of BEGIN, if it was sent, and of queued writes.
func (s *pgSession) collect(results pgx.BatchResults, begin bool) error {
	if begin {
		if _, err := results.Exec(); err != nil {
			return err
		}
	}
	for _, w := range s.queued {
		if _, err := results.Exec(); err != nil {
			if w.missing != nil && pgCode(err) == pgDivisionByZero {
				return w.missing
			}
			return err
		}
	}
	return nil
}

// commit sends what is left. Where nothing was read before, the round trip is
// a transaction by itself (PostgreSQL manual, section 55.2.3), which needs
// neither BEGIN nor COMMIT.
func (s *pgSession) commit() error {
	if s.err != nil {
		return s.err
	}
	if !s.begun && len(s.queued) == 0 {
		return nil
	}
	batch := &pgx.Batch{}
	s.send(batch)
	if s.begun {
		batch.Queue(`COMMIT`)
	}
	results := s.conn.SendBatch(s.ctx, batch)
	err := s.collect(results, false)
	if err == nil && s.begun {
		_, err = results.Exec()
	}
	if closing := results.Close(); err == nil {
		err = closing
	}
	if err == nil {
		s.begun = false
	}
	return s.note(err)
}

// note keeps the first fault. Sentinels and the faults of a reading function
// pass unchanged.
func (s *pgSession) note(err error) error {
	if err == nil {
		return nil
	}
	switch pgCode(err) {
	case pgSerialization, pgDeadlock:
		s.retry = true
	}
	if !errors.Is(err, ErrConflict) && !errors.Is(err, ErrNotFound) {
		err = translate(err)
	}
	s.err = err
	return err
}

// outcome is what write returns for a transaction that ended with err.
func (s *pgSession) outcome(err error) error {
	if s.retry {
		return &retryError{err}
	}
	return err
}

// rollback ends a transaction that failed. When even that fails, Release
// closes the connection, which ends it as well.
func (s *pgSession) rollback() {
	if s.begun {
		_, _ = s.conn.Exec(s.ctx, `ROLLBACK`)
	}
}
