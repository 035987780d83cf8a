package main

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/bowline/bowline/internal/catalog"
)

type lintCommand struct {
	Dir string `arg:"" type:"existingdir" help:"Directory with integrations."`
}

// Run checks every file and reports all faults with file, line and rule.
func (c lintCommand) Run() error {
	if err := catalog.Lint(c.Dir); err != nil {
		return err
	}
	fmt.Println("Every integration is fine.")
	return nil
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
