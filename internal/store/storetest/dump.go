package storetest

import (
	"database/sql"
	"path/filepath"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // reads SQLite from outside

	"github.com/bowline/bowline/internal/store"
)

// Dump returns everything that a store made by [OpenWith] holds, by table, each
// row as a text, in no order that means anything. It reads past the store, so
// that nothing which the store has no query for is overlooked.
func Dump(t testing.TB, s *store.Store) map[string][]string {
	t.Helper()
	where, ok := opened.Load(s)
	if !ok {
		t.Fatal("the store was not opened here")
	}
	db, tables := openOutside(t, where.(store.Options), s.Engine())
	defer func() { _ = db.Close() }()
	all := map[string][]string{}
	for _, table := range texts(t, db, tables) {
		all[table] = texts(t, db, `SELECT * FROM `+table)
		slices.Sort(all[table])
	}
	return all
}

// Tamper changes a database past its store.
func Tamper(t testing.TB, s *store.Store, query string) {
	t.Helper()
	where, ok := opened.Load(s)
	if !ok {
		t.Fatal("the store was not opened here")
	}
	db, _ := openBeside(t, where.(store.Options), s.Engine(), "rw")
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}

// openOutside opens a database beside its store, and says which query lists
// its tables.
func openOutside(t testing.TB, o store.Options, engine string) (db *sql.DB, tables string) {
	t.Helper()
	return openBeside(t, o, engine, "ro")
}

// openBeside is openOutside in a mode of SQLite.
func openBeside(t testing.TB, o store.Options, engine, mode string) (db *sql.DB, tables string) {
	t.Helper()
	if engine == store.Postgres {
		config, err := pgxpool.ParseConfig(o.URL) // knows the parameters of the pool
		if err != nil {
			t.Fatal("the database's URL cannot be read")
		}
		return stdlib.OpenDB(*config.ConnConfig), `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()`
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(o.Dir, "bowline.db")+"?mode="+mode+"&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	return db, `SELECT name FROM sqlite_master WHERE type = 'table'`
}

// texts returns each row of a query as one text.
func texts(t testing.TB, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(sql.NullString)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		line := ""
		for i, v := range values {
			if i > 0 {
				line += "|"
			}
			line += v.(*sql.NullString).String
		}
		list = append(list, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}
