package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/bowline/bowline/internal/catalog"
)

type lintCommand struct {
	Dir string `arg:"" type:"existingdir" help:"Directory with integrations."`
	Env bool   `help:"Take an unset ${env.NAME} for a fault, as a start would, and not only for a warning."`
}

// Run checks every file, reports all faults with file, line and rule, and fails
// when there is one.
func (c lintCommand) Run() error { return c.run(os.Stdout, os.Stderr, os.LookupEnv) }

func (c lintCommand) run(out, report io.Writer, env func(string) (string, bool)) error {
	faults, err := c.faults()
	if err != nil {
		return err
	}
	unset, err := catalog.Unset(c.Dir, env)
	if err != nil {
		return err
	}
	if c.Env {
		faults, unset = append(faults, unset...), nil
	}
	for _, fault := range faults {
		if err := c.report(report, "", fault); err != nil {
			return err
		}
	}
	for _, fault := range unset {
		if err := c.report(report, "warning: ", fault); err != nil {
			return err
		}
	}
	switch len(faults) {
	case 0:
		_, err = fmt.Fprintln(out, "Every integration is fine.")
		return err
	case 1:
		return errors.New("1 fault")
	}
	return fmt.Errorf("%d faults", len(faults))
}

// faults returns the faults that are not about this machine.
func (c lintCommand) faults() ([]catalog.Fault, error) {
	found := catalog.Lint(c.Dir)
	many, ok := found.(interface{ Unwrap() []error }) //nolint:errorlint // the join itself is wanted, not what it wraps
	if !ok {
		return nil, found
	}
	var faults []catalog.Fault
	for _, err := range many.Unwrap() {
		var fault catalog.Fault
		if !errors.As(err, &fault) {
			return nil, err
		}
		faults = append(faults, fault)
	}
	return faults, nil
}

// report writes a line that terminals and editors can follow to its place.
func (c lintCommand) report(w io.Writer, grade string, fault catalog.Fault) error {
	fault.File = filepath.Join(c.Dir, fault.File)
	_, err := fmt.Fprintln(w, grade+fault.Error())
	return err
}

type schemaCommand struct{}

// Run prints the JSON Schema of an integration's file.
func (schemaCommand) Run() error {
	_, err := os.Stdout.Write(catalog.Schema())
	return err
}

type listCommand struct {
	CatalogDir string `help:"Directory with integrations of your own."`
}

// Run prints the catalog as a table.
func (c listCommand) Run() error {
	// What only a running server knows is filled in; a list does not show it.
	const base = "http://127.0.0.1:8080"
	vars := map[string]string{"server.publicUrl": base, "server.sandbox": base + "/sandbox"}
	for _, sandbox := range []string{"mqjo", "qhnd", "aiwb", "gtrn", "dkpu"} {
		vars["server.secret."+sandbox] = "not shown"
	}
	cat, err := catalog.Load(catalog.Options{Dir: c.CatalogDir, Env: os.LookupEnv, Vars: vars})
	if err != nil {
		return fmt.Errorf("load the catalog: %w", err)
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	lines := "KEY\tSOURCE TYPE\tNAME\n"
	for _, in := range cat.All() {
		lines += fmt.Sprintf("%s\t%s\t%s\n", in.Key, in.SourceType, in.Name)
	}
	if _, err := io.WriteString(table, lines); err != nil {
		return err
	}
	return table.Flush()
}
