package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/bowline/bowline/internal/store"
)

type erasuresCommand struct {
	settingFlags
}

// errErasures is the result of a check that found something.
var errErasures = errors.New("proofs of erasure have been taken away or changed")

// Run checks each instance's chain of proofs.
func (c *erasuresCommand) Run(ctx context.Context) error {
	cfg, sealer, err := c.prepare()
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{
		URL: cfg.DatabaseURL, Dir: cfg.DataDir, Sealer: sealer, Now: utcNow, Logger: cfg.logger(),
	})
	if err != nil {
		return fmt.Errorf("check erasures: %w", err)
	}
	return errors.Join(checkErasures(ctx, s), s.Close())
}

func checkErasures(ctx context.Context, s *store.Store) error {
	instances, err := s.Instances(ctx)
	if err != nil {
		return err
	}
	var found error
	for _, instance := range instances {
		check, err := s.CheckErasures(ctx, instance.ID)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %d proofs, head %s\n", instance.ID, check.Count, check.Head)
		for _, fault := range check.Faults {
			found = errErasures
			fmt.Printf("  %d: %s\n", fault.Number, fault.Problem)
		}
	}
	return found
}
