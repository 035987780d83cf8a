package storetest

import (
	"testing"

	"github.com/bowline/bowline/internal/store"
)

// advisory finds the session that holds the advisory lock of a number, which is
// kept in two halves.
const advisory = ` FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted
	AND classid::bigint << 32 | objid::bigint = $1`

// Sessions counts those that hold the advisory lock of a dispatcher.
func Sessions(t testing.TB, o store.Options, id int64) int {
	t.Helper()
	return ask(t, o, `SELECT count(*)`+advisory, id)
}

// EndSessions breaks them from the side of PostgreSQL, and returns when they are
// gone.
func EndSessions(t testing.TB, o store.Options, id int64) {
	t.Helper()
	if ended := ask(t, o, `SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 10000))`+advisory, id); ended != 1 {
		t.Fatalf("%d sessions ended, want 1", ended)
	}
}

func ask(t testing.TB, o store.Options, query string, id int64) (n int) {
	t.Helper()
	db, _ := openOutside(t, o, store.Postgres)
	defer func() { _ = db.Close() }()
	if err := db.QueryRowContext(t.Context(), query, id).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
