// Command bowline serves Bowline and looks after its keys and catalog.
//
// Run "bowline serve" to start it and "bowline --help" for the rest. All
// configuration lives here: see config.go for the keys and where they come
// from.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the build.
var version = "dev"

// commands is the command line.
type commands struct {
	Serve    serveCommand    `cmd:"" help:"Start Bowline."`
	Simulate simulateCommand `cmd:"" help:"Play the providers, to try integrations offline."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the database to this version's schema and stop."`
	Export   exportCommand   `cmd:"" help:"Write an instance's companies, connections, consents and timelines to standard output."`
	Import   importCommand   `cmd:"" help:"Read what export wrote from standard input."`
	Catalog  struct {
		Lint   lintCommand   `cmd:"" help:"Check the integrations in a directory."`
		List   listCommand   `cmd:"" help:"List the integrations on offer."`
		New    newCommand    `cmd:"" help:"Write the file of a new integration."`
		Schema schemaCommand `cmd:"" help:"Print the JSON Schema of an integration's file."`
		Test   testCommand   `cmd:"" help:"Sign in at an integration's provider and show what goes over the wire."`
		Docs   docsCommand   `cmd:"" help:"Write a page about each integration."`
	} `cmd:"" help:"Work with the catalog of integrations."`
	Keys struct {
		Generate generateCommand `cmd:"" help:"Print a new encryption keyset."`
		Rotate   rotateCommand   `cmd:"" help:"Print the keyset with a new primary key (one process)."`
		Add      addCommand      `cmd:"" help:"Print the keyset with a new key that only opens yet (step one, several replicas)."`
		Promote  promoteCommand  `cmd:"" help:"Print the keyset with its newest key as primary (step two)."`
	} `cmd:"" help:"Work with the encryption keyset."`
	Users struct {
		SetUpLink setUpLinkCommand `cmd:"" name:"setup-link" help:"Print a link that makes the first administrator of the Portal."`
		ResetLink resetLinkCommand `cmd:"" name:"reset-link" help:"Print a link by which somebody chooses another password. Signing in with passwords is switched on by it."`
	} `cmd:"" help:"Let people into the Portal again."`
	Erasures struct {
		Check erasuresCommand `cmd:"" help:"Check that no proof of erasure was taken away or changed."`
	} `cmd:"" help:"Work with the proofs of what was deleted."`
	ScriptChild scriptChildCommand `cmd:"" hidden:""`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bowline:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var c commands
	parser, err := kong.New(&c, kong.Name("bowline"),
		kong.Description("A self-hosted authorization journey for small businesses' books."),
		kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		return fmt.Errorf("read the command line: %w", err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		var parse *kong.ParseError
		if errors.As(err, &parse) {
			_ = parse.Context.PrintUsage(true)
		}
		return err
	}
	return parsed.Run()
}

type versionCommand struct{}

// Run prints the version and, if known, the commit.
func (versionCommand) Run() error {
	commit := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				commit = " (" + setting.Value + ")"
			}
		}
	}
	fmt.Printf("bowline %s%s\n", version, commit)
	return nil
}
