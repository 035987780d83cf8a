package store

import (
	"embed"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// dialect is all that differs between the SQL of the two engines.
type dialect struct {
	name       string        // as Engine returns it, and the folder of the migrations
	goose      goose.Dialect // for the migrations
	lock       string        // ends a SELECT that must keep its rows from changing
	share      string        // ends a SELECT whose rows others may read and lock alike, but not change
	skipLocked string        // ends a SELECT that takes rows nobody else holds
	failedHint string        // follows messages where only those that failed are wanted
	position   string        // of a text in another one; 0 where it is not
}

// Names of the engines.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// SQLite has one writer, so that a transaction holds every lock from its start.
// Its planner keeps no count of rows, and would prefer the primary key to a much
// smaller index over the same columns.
var sqliteDialect = dialect{name: SQLite, goose: goose.DialectSQLite3, failedHint: " INDEXED BY messages_failed", position: "instr"}

// NO KEY UPDATE excludes other changes of the row but lets foreign keys to it
// be checked, which FOR UPDATE would hold up.
var postgresDialect = dialect{
	name: Postgres, goose: goose.DialectPostgres,
	lock: " FOR NO KEY UPDATE", share: " FOR SHARE", skipLocked: " FOR UPDATE SKIP LOCKED", position: "strpos",
}
