package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/transfer"
)

type exportCommand struct {
	settingFlags
	Instance   string `help:"Id of the instance; the only one when left out." placeholder:"ID"`
	WithTokens bool   `help:"Write tokens and credentials, in clear. Whoever has the file has the customers' books."`
}

// Run writes an instance to standard output.
func (c *exportCommand) Run(ctx context.Context) error {
	return c.withStore(ctx, c.Instance, func(_ config, s *store.Store, instance bowline.ID) error {
		out := bufio.NewWriter(os.Stdout)
		n, err := transfer.Export{Store: s, Instance: instance, Grants: c.WithTokens, Now: utcNow()}.Write(ctx, out)
		if err = errors.Join(err, out.Flush()); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "Wrote %d companies.\n", n)
		return nil
	})
}

type importCommand struct {
	settingFlags
	Instance string `help:"Id of the instance; the only one when left out." placeholder:"ID"`
}

// Run reads an instance from standard input.
func (c *importCommand) Run(ctx context.Context) error { return c.read(ctx, os.Stdin) }

func (c *importCommand) read(ctx context.Context, from io.Reader) error {
	return c.withStore(ctx, c.Instance, func(cfg config, s *store.Store, instance bowline.ID) error {
		// Times of renewal need no addresses, so that the server's own may be anything.
		cat, err := catalog.Described(cfg.CatalogDir)
		if err != nil {
			return fmt.Errorf("load the catalog: %w", err)
		}
		done, err := transfer.Import{Store: s, Instance: instance, Catalog: cat, Now: utcNow}.Read(ctx, bufio.NewReader(from))
		fmt.Fprintf(os.Stderr, "Stored %d companies; %d were there already. %d connections came without their authorization and are unlinked.\n",
			done.Companies, done.Skipped, done.Unlinked)
		return err
	})
}

// withStore opens the database for a command about one instance.
func (f settingFlags) withStore(ctx context.Context, wanted string, do func(config, *store.Store, bowline.ID) error) error {
	cfg, sealer, err := f.prepare()
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{URL: cfg.DatabaseURL, Dir: cfg.DataDir, Sealer: sealer, Now: utcNow, Logger: cfg.logger()})
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	instance, err := chosenInstance(ctx, s, wanted)
	if err == nil {
		err = do(cfg, s, instance)
	}
	return errors.Join(err, s.Close())
}

func chosenInstance(ctx context.Context, s *store.Store, wanted string) (bowline.ID, error) {
	instances, err := s.Instances(ctx)
	if err != nil {
		return "", err
	}
	for _, i := range instances {
		if string(i.ID) == wanted || wanted == "" && len(instances) == 1 {
			return i.ID, nil
		}
	}
	if wanted == "" {
		return "", fmt.Errorf("there are %d instances: name one with --instance", len(instances))
	}
	return "", errors.New("there is no such instance")
}
