package storetest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bowline/bowline"
)

// shared is the server of this test binary.
var shared struct {
	once   sync.Once
	server *Postgres // kept, because the server ends with it; see Postgres
	err    error
}

// PostgresURL returns the address of an empty schema of the test's own, which
// is dropped when the test ends. Without a server the test is skipped, or
// fails where PostgreSQL is required.
func PostgresURL(t testing.TB) string {
	t.Helper()
	base := serverURL(t)
	name := "test_" + strings.ReplaceAll(string(bowline.NewID(time.Now())), "-", "")
	if err := administer(base, "CREATE SCHEMA "+name); err != nil {
		t.Fatalf("create schema: %v", err)
	}
	t.Cleanup(func() {
		if err := administer(base, "DROP SCHEMA "+name+" CASCADE"); err != nil {
			t.Errorf("drop schema: %v", err)
		}
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal("BOWLINE_TEST_POSTGRES_URL cannot be read")
	}
	q := u.Query()
	q.Set("search_path", name)
	if !q.Has("pool_max_conns") {
		q.Set("pool_max_conns", "8") // many tests share the server
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func serverURL(t testing.TB) string {
	t.Helper()
	if given := os.Getenv(EnvURL); given != "" {
		return given
	}
	shared.once.Do(func() {
		shared.server, shared.err = StartPostgres()
	})
	switch {
	case errors.Is(shared.err, ErrNoPostgres) && !required():
		fmt.Fprintf(os.Stderr, "SKIPPED ON POSTGRESQL: %s: %v\n", t.Name(), shared.err)
		t.Skip(shared.err)
	case shared.err != nil:
		t.Fatalf("start PostgreSQL: %v", shared.err)
	}
	return shared.server.URL
}

func required() bool {
	return os.Getenv("BOWLINE_REQUIRE_POSTGRES") == "1" || os.Getenv("CI") == "true"
}

func administer(address, sql string) error {
	ctx := context.Background() // cleanups run after the test's own context ended
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}
