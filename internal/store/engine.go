package store

import "context"

// engine is a database: SQLite or PostgreSQL.
type engine interface {
	dialect() *dialect
	// read runs fn with a connection that cannot write.
	read(ctx context.Context, fn func(querier) error) error
	// write runs fn in one transaction and returns after it is durable.
	write(ctx context.Context, fn func(session) error) error
	ping(ctx context.Context) error
	close() error
}

// querier runs statements that return rows. each is called for every row, must
// not keep the row and must not query.
type querier interface {
	query(ctx context.Context, sql string, args []any, each func(*row) error) error
}

// statement is SQL with the values of its parameters.
type statement struct {
	sql  string
	args []any
}

// session is an open transaction. After a statement failed the transaction is
// lost: every later statement returns the same error, and so does write. Once
// begun it is not interrupted by a caller's context.
type session interface {
	querier
	// exec writes. It may be queued: its error then comes from a later call or
	// from write.
	exec(ctx context.Context, sql string, args []any) error
	// execOne is exec for a statement that must change exactly one row; where
	// it changes none, the transaction fails with missing.
	execOne(ctx context.Context, missing error, sql string, args []any) error
	// queryAll runs several statements that return rows, where it can in one round
	// trip: each is also told which of them a row is from. A fault of one is a
	// fault of all.
	queryAll(ctx context.Context, list []statement, each func(from int, r *row) error) error
	// execCount writes at once and returns how many rows it changed.
	execCount(ctx context.Context, sql string, args []any) (int64, error)
	// flushed has the commit of a transaction that is [Derived] wait for the disk
	// after all.
	flushed(ctx context.Context) error
	dialect() *dialect
}
