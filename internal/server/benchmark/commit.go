package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "modernc.org/sqlite" // registers the driver
)

// committer makes plain durable commits on an engine: rows into one table,
// nothing else.
type committer interface {
	// commit returns once that many rows are on the disk.
	commit(ctx context.Context, rows int) error
	close() error
}

// payload is about as long as a row of ours.
var payload = strings.Repeat("benchmark ", 30)

var sequence atomic.Int64

const insertRow = `INSERT INTO plain (id, body) VALUES ($1, $2)`

// sqliteCommits has one connection that writes, as SQLite wants it. Callers who
// wait share a commit unless batch is 1.
type sqliteCommits struct {
	db     *sql.DB
	conn   *sql.Conn
	insert *sql.Stmt
	batch  int
	queue  chan plainJob
	ended  chan struct{}
}

type plainJob struct {
	rows int
	done chan error
}

func openSQLiteCommits(ctx context.Context, dir string, batch int) (*sqliteCommits, error) {
	path := filepath.Join(dir, fmt.Sprintf("plain-%d.db", batch))
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, err
	}
	s := &sqliteCommits{db: db, batch: batch, queue: make(chan plainJob, 256), ended: make(chan struct{})}
	if s.conn, err = db.Conn(ctx); err == nil {
		_, err = s.conn.ExecContext(ctx, `CREATE TABLE plain (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT`)
	}
	if err == nil {
		s.insert, err = s.conn.PrepareContext(ctx, insertRow)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open plain SQLite: %w", err), db.Close())
	}
	go s.run(context.WithoutCancel(ctx))
	return s, nil
}

func (s *sqliteCommits) commit(_ context.Context, rows int) error {
	job := plainJob{rows: rows, done: make(chan error, 1)}
	s.queue <- job
	return <-job.done
}

func (s *sqliteCommits) run(ctx context.Context) {
	defer close(s.ended)
	for job := range s.queue {
		jobs := []plainJob{job}
		for more := true; more && len(jobs) < s.batch; {
			select {
			case next, ok := <-s.queue:
				if more = ok; ok {
					jobs = append(jobs, next)
				}
			default:
				more = false
			}
		}
		err := s.write(ctx, jobs)
		for _, j := range jobs {
			j.done <- err
		}
	}
}

func (s *sqliteCommits) write(ctx context.Context, jobs []plainJob) error {
	tx, err := s.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	insert := tx.StmtContext(ctx, s.insert) //nolint:sqlclosecheck // closed with the transaction
	for _, job := range jobs {
		for range job.rows {
			if _, err := insert.ExecContext(ctx, sequence.Add(1), payload); err != nil {
				return errors.Join(err, tx.Rollback())
			}
		}
	}
	return tx.Commit()
}

func (s *sqliteCommits) close() error {
	close(s.queue)
	<-s.ended
	return errors.Join(s.insert.Close(), s.conn.Close(), s.db.Close())
}

// postgresCommits sends the rows of a commit in one round trip.
type postgresCommits struct{ pool *pgxpool.Pool }

func openPostgresCommits(ctx context.Context, url string) (*postgresCommits, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the address of PostgreSQL cannot be read")
	}
	config.MaxConns = 16
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	if _, err := pool.Exec(ctx, `CREATE TABLE plain (id BIGINT PRIMARY KEY, body TEXT NOT NULL)`); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open plain PostgreSQL: %w", err)
	}
	return &postgresCommits{pool}, nil
}

func (p *postgresCommits) commit(ctx context.Context, rows int) error {
	batch := &pgx.Batch{}
	for range rows {
		batch.Queue(insertRow, sequence.Add(1), payload)
	}
	return p.pool.SendBatch(ctx, batch).Close()
}

func (p *postgresCommits) close() error {
	p.pool.Close()
	return nil
}

// commits is the load of plain commits without any HTTP.
func commits(ctx context.Context, on committer, workers, rows int) load {
	return load{workers: workers, prepare: func(int) (func() error, func(), error) {
		return func() error { return on.commit(context.WithoutCancel(ctx), rows) }, func() {}, nil
	}}
}
