package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/catalogdocs"
	"github.com/bowline/bowline/internal/simulator"
)

type docsCommand struct {
	Dir        string `arg:"" help:"Where to write the pages, such as docs/integrations."`
	CatalogDir string `help:"Directory with integrations of your own, to write about too."`
}

// Run writes one page for each integration and an index.
func (c docsCommand) Run() error { return c.run(os.Stdout) }

func (c docsCommand) run(out io.Writer) error {
	pages, err := documents(c.CatalogDir)
	if err != nil {
		return err
	}
	if err := catalogdocs.Write(c.Dir, pages); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Wrote %d pages to %s.\n", len(pages), c.Dir)
	return err
}

// isOwn says whether a directory has a file of its own for the key, which no
// test of ours has seen.
func isOwn(dir, key string) bool {
	_, err := os.Stat(filepath.Join(dir, key+".yaml"))
	return dir != "" && err == nil
}

// documents makes the pages of the built-in integrations and those of a
// directory.
func documents(dir string) (map[string][]byte, error) {
	described, err := catalog.Described(dir)
	if err != nil {
		return nil, fmt.Errorf("load the catalog: %w", err)
	}
	emulated := simulator.New(simulator.Options{}).Keys()
	return catalogdocs.Pages(catalogdocs.Options{
		Catalog:  described,
		Emulated: func(key string) bool { return slices.Contains(emulated, key) && !isOwn(dir, key) },
	}), nil
}
