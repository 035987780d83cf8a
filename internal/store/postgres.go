package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// poolSize suits small machines: on two cores 16 connections beat 64 in
// throughput and in the tail. pool_max_conns in the URL overrides it.
const poolSize = 16

// writeLimit bounds a transaction that has begun, so that a database that went
// silent does not hold its callers for ever.
const writeLimit = 30 * time.Second

// postgresEngine is a pool of PostgreSQL connections.
type postgresEngine struct {
	pool   *pgxpool.Pool
	guard  sync.Map // SQL text to the same text made to fail when it changes no row
	closed atomic.Bool
	behind *lane
}

func openPostgres(ctx context.Context, o Options) (engine, error) {
	config, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, errors.New("the database URL cannot be read") // the cause repeats it
	}
	if !strings.Contains(o.URL, "pool_max_conns") {
		config.MaxConns = poolSize
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	e := &postgresEngine{pool: pool, behind: newLane()}
	m := migrator{
		dialect: &postgresDialect,
		open:    func() (*sql.DB, error) { return stdlib.OpenDBFromPool(pool), nil },
		version: e.version,
		lock:    e.lock,
	}
	if err := m.migrate(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return e, nil
}

func (e *postgresEngine) version(ctx context.Context) (version int64, err error) {
	err = e.pool.QueryRow(ctx, schemaVersionSQL+`TRUE`).Scan(&version)
	if pgCode(err) == pgUndefinedTable {
		return 0, nil
	}
	return version, err
}

// lock takes an advisory lock that belongs to the current schema.
func (e *postgresEngine) lock(ctx context.Context) (release func() error, err error) {
	conn, err := e.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	const key = `(hashtext('bowline migration'), hashtext(current_schema()))`
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock`+key); err != nil {
		conn.Release()
		return nil, err
	}
	return func() error {
		defer conn.Release()
		_, err := conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock`+key)
		return err
	}, nil
}

func (e *postgresEngine) dialect() *dialect { return &postgresDialect }

func (e *postgresEngine) read(ctx context.Context, fn func(querier) error) error {
	if e.closed.Load() {
		return ErrClosed
	}
	return fn(poolReader{e.pool})
}

// poolReader runs each query on whichever connection is free. What keeps it
// from writing is that only this package writes its SQL.
type poolReader struct{ pool *pgxpool.Pool }

func (r poolReader) query(ctx context.Context, sql string, args []any, each func(*row) error) error {
	rows, err := r.pool.Query(ctx, sql, args...)
	if err != nil {
		return translate(err)
	}
	return translate(eachRow(rows, each))
}

// eachRow hands the rows of a result to each and closes it.
func eachRow(rows pgx.Rows, each func(*row) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := each(&row{pg: rows.RawValues(), fields: rows.FieldDescriptions()}); err != nil {
			return fmt.Errorf("read row: %w", err)
		}
	}
	return rows.Err()
}

func (e *postgresEngine) ping(ctx context.Context) error { return e.pool.Ping(ctx) }

func (e *postgresEngine) close() error {
	if e.closed.CompareAndSwap(false, true) {
		e.pool.Close()
	}
	return nil
}
