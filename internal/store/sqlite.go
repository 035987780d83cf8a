package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
)

// sqliteFile is the database's name inside the data folder.
const sqliteFile = "bowline.db"

// sqliteEngine is a SQLite file in WAL mode: a writer and a pool of readers.
type sqliteEngine struct {
	path   string
	writer *writer
	// readers holds a token for each connection that may be open; a token
	// without a connection (nil) is a connection not opened yet.
	readers      chan *liteConn
	checkpointer *checkpointer
	closed       atomic.Bool
	once         sync.Once
}

// sqliteDSN returns the address of a database file with the given parameters.
func sqliteDSN(path string, query string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: query}).String()
}

// Durability and waiting. FULL, because the loss of a rotated refresh token
// disconnects a customer; group commit makes it affordable. The caches are
// small: the pages of a busy database are in the system's cache anyway. The log
// is carried over into the file by a connection of its own (checkpointer); the
// writer does that only when the other one cannot keep up. What is deleted is
// overwritten, free pages included, which FAST would leave as they are: who gets
// the keyset later finds no tokens that were wiped before.
const (
	writerPragmas = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=secure_delete(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-4096)&_pragma=wal_autocheckpoint(8000)"
	checkpointPragmas = "_pragma=busy_timeout(10000)&_pragma=synchronous(FULL)&_pragma=cache_size(-256)&_pragma=wal_autocheckpoint(0)"
	readerPragmas     = "mode=ro&_pragma=busy_timeout(10000)&_pragma=query_only(1)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-2048)"
)

func openSQLite(ctx context.Context, o Options) (engine, error) {
	dir := o.Dir
	if dir == "" {
		dir = "."
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	path := filepath.Join(dir, sqliteFile)
	// SQLite gives its other files the mode of this one.
	if err := touch(path); err != nil {
		return nil, err
	}
	conn, err := openPatiently(ctx, sqliteDSN(path, writerPragmas))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	m := migrator{
		dialect: &sqliteDialect,
		open: func() (*sql.DB, error) {
			return sql.Open("sqlite", sqliteDSN(path, writerPragmas+"&_txlock=immediate"))
		},
		version: func(ctx context.Context) (int64, error) { return sqliteVersion(ctx, conn) },
		lock:    func(ctx context.Context) (func() error, error) { return sqliteLock(ctx, dir) },
	}
	if err := m.migrate(ctx); err != nil {
		return nil, errors.Join(err, conn.close())
	}
	n := o.MaxReaders
	if n <= 0 {
		n = max(4, 2*runtime.GOMAXPROCS(0))
	}
	e := &sqliteEngine{path: path, writer: startWriter(conn), readers: make(chan *liteConn, n)}
	if e.checkpointer, err = startCheckpointer(path, e.writer.wrote); err != nil {
		return nil, errors.Join(err, e.writer.stop())
	}
	for range n {
		e.readers <- nil
	}
	return e, nil
}

// touch makes an empty file that only its owner can read, unless it exists.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("make database file: %w", err)
	}
	return f.Close()
}

func sqliteVersion(ctx context.Context, conn *liteConn) (version int64, err error) {
	var tables int64
	tables, err = countRows(ctx, conn, `SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'`, nil)
	if err != nil || tables == 0 {
		return 0, err
	}
	return countRows(ctx, conn, schemaVersionSQL+`1`, nil)
}

// sqliteLock takes a lock between processes by holding a transaction on a
// database of its own, which works on every system that SQLite works on.
func sqliteLock(ctx context.Context, dir string) (release func() error, err error) {
	path := filepath.Join(dir, "migration.lock")
	if err := touch(path); err != nil {
		return nil, err
	}
	conn, err := openLite(sqliteDSN(path, "_pragma=busy_timeout(60000)"))
	if err != nil {
		return nil, err
	}
	if _, err := conn.exec(ctx, `BEGIN EXCLUSIVE`, nil); err != nil {
		return nil, errors.Join(err, conn.close())
	}
	return conn.close, nil // which ends the transaction
}

func (e *sqliteEngine) dialect() *dialect { return &sqliteDialect }

func (e *sqliteEngine) read(ctx context.Context, fn func(querier) error) error {
	conn, err := e.acquire(ctx)
	if err != nil {
		return err
	}
	defer func() { e.readers <- conn }()
	return fn(conn)
}

// acquire waits for a reader; the caller gives it back to the channel.
func (e *sqliteEngine) acquire(ctx context.Context) (*liteConn, error) {
	var conn *liteConn
	select {
	case conn = <-e.readers:
	default:
		select {
		case conn = <-e.readers:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for a reader: %w", ctx.Err())
		}
	}
	if e.closed.Load() {
		e.readers <- conn
		return nil, ErrClosed
	}
	if conn != nil {
		return conn, nil
	}
	conn, err := openLite(sqliteDSN(e.path, readerPragmas))
	if err != nil {
		e.readers <- nil
		return nil, fmt.Errorf("open reader: %w", err)
	}
	return conn, nil
}

func (e *sqliteEngine) write(ctx context.Context, fn func(session) error) error {
	return e.writer.do(ctx, fn)
}

func (e *sqliteEngine) ping(ctx context.Context) error {
	return e.read(ctx, func(q querier) error {
		return q.query(ctx, `SELECT 1`, nil, func(*row) error { return nil })
	})
}

func (e *sqliteEngine) close() (err error) {
	e.once.Do(func() {
		e.closed.Store(true)
		// Every token comes back once its reader is done.
		for range cap(e.readers) {
			if conn := <-e.readers; conn != nil {
				err = errors.Join(err, conn.close())
			}
		}
		// The writer is the last: it carries over what is left in the log, and
		// removes it. A reader could not, and would leave it there.
		err = errors.Join(err, e.checkpointer.stop(), e.writer.stop())
		for range cap(e.readers) {
			e.readers <- nil // so that late callers see ErrClosed instead of waiting
		}
	})
	return err
}
