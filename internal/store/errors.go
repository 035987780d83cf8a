package store

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Sentinels on which callers branch.
var (
	// ErrNotFound says that there is no such row in the instance, or that the
	// row that a new one belongs to is gone.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that a row with the same unique value exists, or that
	// the row is no longer as the caller saw it.
	ErrConflict = errors.New("conflict")
	// ErrOtherSignIn says that a refresh token is another connection's, and that
	// nothing shows the access token beside it to be of the same sign-in.
	ErrOtherSignIn = errors.New("the refresh token belongs to another sign-in")
	// ErrClosed says that the store has been closed.
	ErrClosed = errors.New("store is closed")
)

// PostgreSQL's names for what happened (its manual, appendix A).
const (
	pgForeignKey     = "23503"
	pgUnique         = "23505"
	pgDivisionByZero = "22012"
	pgSerialization  = "40001"
	pgDeadlock       = "40P01"
	pgNotAvailable   = "55P03" // a lock, in time
	pgUndefinedTable = "42P01"
)

// translate is the one place where both drivers' errors become sentinels. The
// driver's text goes no further for constraint faults: it may quote the row.
func translate(err error) error {
	if err == nil {
		return nil
	}
	switch pgCode(err) {
	case pgForeignKey:
		return ErrNotFound
	case pgUnique:
		return ErrConflict
	}
	switch liteCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return ErrNotFound
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return ErrConflict
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) { // its Detail and Where may quote values
		return fmt.Errorf("database: %s (%s)", pg.Message, pg.Code)
	}
	return fmt.Errorf("database: %w", err)
}

// pgCode returns the SQLSTATE of a PostgreSQL error, else "".
func pgCode(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}

// liteCode returns the extended result code of a SQLite error, else 0.
func liteCode(err error) int {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()
	}
	return 0
}
