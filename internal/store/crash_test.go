package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// Environment of the child that is killed.
const (
	crashDir    = "BOWLINE_TEST_CRASH_DIR"
	crashKeyset = "BOWLINE_TEST_CRASH_KEYSET"
)

// TestKilledWriterLosesNothing kills a process with SIGKILL while 16 of its
// goroutines write. Every write that it reported must be there afterwards,
// whole: each writes a company and its connection.
func TestKilledWriterLosesNothing(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv(crashDir); dir != "" {
		writeUntilKilled(t, dir)
		return
	}
	const rounds, acknowledgements = 3, 500
	dir, keyset := t.TempDir(), newKeyset(t)
	var acknowledged []string
	for range rounds {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledWriterLosesNothing$") //nolint:gosec // this binary
		child.Env = append(os.Environ(), crashDir+"="+dir, crashKeyset+"="+keyset)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; n < acknowledgements && lines.Scan(); n++ {
			acknowledged = append(acknowledged, lines.Text())
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it still said before it died counts as well
			if text := lines.Text(); len(text) == 73 {
				acknowledged = append(acknowledged, text)
			}
		}
		_ = child.Wait() // killed
	}
	if len(acknowledged) < rounds*acknowledgements {
		t.Fatalf("only %d writes were acknowledged", len(acknowledged))
	}
	s := storetest.OpenWith(t, store.Options{Dir: dir, Sealer: parse(t, keyset)})
	for _, line := range acknowledged {
		instance, id, _ := strings.Cut(line, " ")
		company, err := s.Company(t.Context(), bowline.ID(instance), bowline.ID(id))
		if err != nil || len(company.DataConnections) != 1 {
			t.Fatalf("acknowledged company %q: %v, %d connections", line, err, len(company.DataConnections))
		}
	}
}

func writeUntilKilled(t *testing.T, dir string) {
	s := storetest.OpenWith(t, store.Options{Dir: dir, Sealer: parse(t, os.Getenv(crashKeyset))})
	instance := storetest.NewInstance(t, s)
	ids := make(chan bowline.ID)
	for range 16 {
		go func() {
			for {
				c := storetest.NewCompany(instance, "x")
				err := s.Write(context.Background(), func(tx *store.Tx) error {
					if err := tx.InsertCompany(context.Background(), c); err != nil {
						return err
					}
					return tx.InsertConnection(context.Background(), storetest.NewConnection(c, bowline.Accounting))
				})
				if err != nil {
					fmt.Println(err)
					os.Exit(1)
				}
				ids <- c.ID
			}
		}()
	}
	for id := range ids {
		fmt.Println(instance, id)
	}
}
