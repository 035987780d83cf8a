// Command rows runs one SQL statement against a database of Bowline and prints
// the rows as a JSON array of objects. The end-to-end tests look with it at
// what is really stored, on both engines, past everything that Bowline itself
// would say:
//
//	rows [-write] DATABASE STATEMENT
//
// DATABASE is a postgres:// address or the path of a SQLite file, which is
// opened for reading only unless -write is there: so a test lets time pass that
// it cannot wait for. It must not know what it is asked.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of PostgreSQL
	_ "modernc.org/sqlite"             // the driver of SQLite
)

// limit ends a statement that waits for a lock: a test should fail, not hang.
const limit = 20 * time.Second

func main() {
	args, mode := os.Args[1:], "ro"
	if len(args) > 0 && args[0] == "-write" {
		args, mode = args[1:], "rw"
	}
	if len(args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: rows [-write] DATABASE STATEMENT")
		os.Exit(2)
	}
	if err := run(args[0], args[1], mode); err != nil {
		fmt.Fprintln(os.Stderr, "rows:", err)
		os.Exit(1)
	}
}

// run prints what the statement gives; mode is how SQLite opens its file.
func run(database, statement, mode string) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	driver, source := "sqlite", (&url.URL{Scheme: "file", Path: database, RawQuery: "mode=" + mode + "&_pragma=busy_timeout(10000)"}).String()
	if strings.HasPrefix(database, "postgres://") {
		driver, source = "pgx", database
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer db.Close() //nolint:errcheck // what was written is committed
	list, err := query(ctx, db, statement)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(list)
}

func query(ctx context.Context, db *sql.DB, statement string) ([]map[string]any, error) {
	rows, err := db.QueryContext(ctx, statement) //nolint:gosec // the whole statement is the caller's, on the caller's own database
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	names, err := rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("columns: %w", err)
	}
	list := []map[string]any{}
	for rows.Next() {
		values, targets := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, fmt.Errorf("scan: %w", err)
		}
		row := make(map[string]any, len(names))
		for i, name := range names {
			row[name] = plain(values[i])
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

// plain shows bytes as the text that they are, since a secret in clear is what
// the tests look for; what is not text loses only what is none.
func plain(value any) any {
	if b, ok := value.([]byte); ok {
		return strings.ToValidUTF8(string(b), "?")
	}
	return value
}
