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
	// execCount writes at once and returns how many rows it changed.
	execCount(ctx context.Context, sql string, args []any) (int64, error)
	dialect() *dialect
}
