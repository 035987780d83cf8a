package store_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestDeadlockIsRunAgain lets two transactions lock two companies in opposite
// order. PostgreSQL ends one of them; the store runs it again.
func TestDeadlockIsRunAgain(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.Postgres)
	instance := storetest.NewInstance(t, s)
	a := storetest.Add(t, s, storetest.NewCompany(instance, "a"))
	b := storetest.Add(t, s, storetest.NewCompany(instance, "b"))
	var holding, group sync.WaitGroup // both hold their first lock
	holding.Add(2)
	runs := make(chan struct{}, 10)
	for _, order := range [][]bowline.ID{{a.ID, b.ID}, {b.ID, a.ID}} {
		group.Go(func() {
			var first sync.Once
			err := storetest.TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
				runs <- struct{}{}
				for _, id := range order {
					company, err := tx.LockCompany(ctx, instance, id)
					if err != nil {
						return err
					}
					first.Do(func() { holding.Done(); holding.Wait() })
					company.Description += "+"
					if err := tx.UpdateCompany(ctx, company); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if len(runs) < 3 {
		t.Errorf("%d runs: there was no deadlock", len(runs))
	}
	for _, id := range []bowline.ID{a.ID, b.ID} {
		if c, err := s.Company(t.Context(), instance, id); err != nil || c.Description != "++" {
			t.Errorf("company is %q (%v), want both changes once", c.Description, err)
		}
	}
}

// TestServerEndsWithItsFolder starts a server of its own and stops it.
func TestServerEndsWithItsFolder(t *testing.T) {
	t.Parallel()
	server, err := storetest.StartPostgres()
	if errors.Is(err, storetest.ErrNoPostgres) {
		storetest.PostgresURL(t) // skips or fails
	}
	if err != nil {
		t.Fatal(err)
	}
	_, dir, _ := strings.Cut(server.URL, "host=")
	dir = strings.ReplaceAll(dir, "%2F", "/")
	if _, err := os.Stat(dir); err != nil {
		t.Errorf("the folder of a running server: %v", err)
	}
	if err := server.Stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder of a stopped server: %v", err)
	}
}

// TestPgrunPassesOn runs the launcher with a command that looks at what it was
// given and fails in its own way.
func TestPgrunPassesOn(t *testing.T) {
	t.Parallel()
	storetest.PostgresURL(t) // skips without PostgreSQL
	binary := t.TempDir() + "/pgrun"
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./storetest/pgrun") //nolint:gosec // constant arguments
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v: %s", err, out)
	}
	run := exec.CommandContext(t.Context(), binary, "sh", "-c", `test -n "$`+storetest.EnvURL+`" && exit 7`) //nolint:gosec // ours
	err := run.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 7 {
		t.Errorf("exit is %v, want 7", err)
	}
}

// TestIdleLookReadsNoTable: statistics made while many events wait must not
// have PostgreSQL read the whole table, to find none, in each step afterwards.
func TestIdleLookReadsNoTable(t *testing.T) {
	t.Parallel()
	o := storetest.Options(t, store.Postgres)
	storetest.OpenWith(t, o)
	conn, err := pgxpool.New(t.Context(), o.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, sql := range []string{
		`INSERT INTO events (id, instance_id, company_id, connection_id, event_type, generated, payload, fanned, tags)
			SELECT g::text, '', '', '', '', g, repeat('x', 400), CASE WHEN g > 14000 THEN 0 ELSE 1 END, '' FROM generate_series(1, 20000) g`,
		`ANALYZE events`,
		`UPDATE events SET fanned = 1 WHERE fanned = 0`,
	} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := conn.Query(t.Context(), `EXPLAIN `+store.AnyWaiting)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if plan := strings.Join(lines, "\n"); !strings.Contains(plan, "events_waiting") {
		t.Errorf("the plan is\n%s", plan)
	}
}
