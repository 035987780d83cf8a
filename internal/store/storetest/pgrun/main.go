// Command pgrun starts a throw-away PostgreSQL, runs a command with
// BOWLINE_TEST_POSTGRES_URL set to it, stops the server and exits as the
// command did. It lets many test binaries share one server:
//
//	go run ./internal/store/storetest/pgrun go test ./...
//
// Where there is no PostgreSQL it says so and runs the command without: the
// tests decide whether that is a failure. It must not know what it runs.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/bowline/bowline/internal/store/storetest"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: pgrun command [arguments]")
		return 2
	}
	// An interrupt reaches the command by itself; we stay to stop the server.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)

	command := exec.Command(args[0], args[1:]...) //nolint:gosec,noctx // the caller's own command
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.Env = os.Environ()
	if os.Getenv(storetest.EnvURL) == "" {
		server, err := storetest.StartPostgres()
		switch {
		case err == nil:
			defer stop(server)
			command.Env = append(command.Env, storetest.EnvURL+"="+server.URL)
		case errors.Is(err, storetest.ErrNoPostgres):
			fmt.Fprintln(os.Stderr, "WITHOUT POSTGRESQL:", err)
		default:
			fmt.Fprintln(os.Stderr, "pgrun:", err)
			return 1
		}
	}
	if err := command.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "pgrun:", err)
		return 1
	}
	go func() {
		for s := range signals {
			if s == syscall.SIGTERM { // sent to us alone
				_ = command.Process.Signal(s)
			}
		}
	}()
	err := command.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), 1) // -1 when a signal ended it
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgrun:", err)
		return 1
	}
	return 0
}

func stop(server *storetest.Postgres) {
	if err := server.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "pgrun: stop PostgreSQL:", err)
	}
}
