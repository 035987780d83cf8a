package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// liteConn is one SQLite connection, used by one goroutine at a time. It
// speaks to the driver below database/sql: the pool, the per-call checks and
// the scanning of that package cost as much as the statements themselves. It
// keeps every statement prepared, because preparing costs more than running.
type liteConn struct {
	conn       driver.Conn
	statements map[string]*liteStatement
	args       []driver.NamedValue // reused; a statement is done with them when it returns
	row        row
}

type liteStatement struct {
	driver.Stmt
	exec  driver.StmtExecContext
	query driver.StmtQueryContext
}

// maxStatements bounds the statements kept: the filter language makes new ones
// without end.
const maxStatements = 200

var liteDriver sqlite.Driver

func openLite(dsn string) (*liteConn, error) {
	conn, err := liteDriver.Open(dsn)
	if err != nil {
		return nil, err
	}
	return &liteConn{conn: conn, statements: map[string]*liteStatement{}}, nil
}

// openPatiently opens a connection that may have to turn the file's journal into
// a log first. Of two that try at once SQLite refuses one without any waiting
// (neither could go on), so that one tries again.
func openPatiently(ctx context.Context, dsn string) (*liteConn, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for pause := time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		conn, err := openLite(dsn)
		if err == nil || liteCode(err)&0xff != sqlite3.SQLITE_BUSY {
			return conn, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, err
		}
	}
}

func (c *liteConn) prepare(ctx context.Context, sql string) (*liteStatement, error) {
	if s := c.statements[sql]; s != nil {
		return s, nil
	}
	if len(c.statements) >= maxStatements {
		if err := c.forget(); err != nil {
			return nil, err
		}
	}
	prepared, err := c.conn.(driver.ConnPrepareContext).PrepareContext(ctx, sql)
	if err != nil {
		return nil, err
	}
	s := &liteStatement{Stmt: prepared}
	s.exec, s.query = prepared.(driver.StmtExecContext), prepared.(driver.StmtQueryContext)
	c.statements[sql] = s
	return s, nil
}

func (c *liteConn) forget() (err error) {
	for _, s := range c.statements {
		err = errors.Join(err, s.Close())
	}
	clear(c.statements)
	return err
}

func (c *liteConn) bind(args []any) []driver.NamedValue {
	c.args = c.args[:0]
	for i, arg := range args {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: arg})
	}
	return c.args
}

func (c *liteConn) exec(ctx context.Context, sql string, args []any) (int64, error) {
	s, err := c.prepare(ctx, sql)
	if err != nil {
		return 0, err
	}
	result, err := s.exec.ExecContext(ctx, c.bind(args))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// query implements querier. A context that ends interrupts the statement.
func (c *liteConn) query(ctx context.Context, sql string, args []any, each func(*row) error) (err error) {
	s, err := c.prepare(ctx, sql)
	if err != nil {
		return translate(err)
	}
	rows, err := s.query.QueryContext(ctx, c.bind(args))
	if err != nil {
		return translate(err)
	}
	defer func() {
		if e := rows.Close(); err == nil && e != nil {
			err = translate(e)
		}
	}()
	width := len(rows.Columns())
	if cap(c.row.lite) < width {
		c.row.lite = make([]driver.Value, width)
	}
	for {
		c.row = row{lite: c.row.lite[:width]}
		switch err := rows.Next(c.row.lite); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && ctx.Err() != nil:
			return fmt.Errorf("database: %w", ctx.Err()) // that is what interrupted it
		case err != nil:
			return translate(err)
		}
		if err := each(&c.row); err != nil {
			return fmt.Errorf("read row: %w", err)
		}
	}
}

func (c *liteConn) close() error { return errors.Join(c.forget(), c.conn.Close()) }
