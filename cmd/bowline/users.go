package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
)

type setUpLinkCommand struct {
	settingFlags
}

// Run prints a set-up link.
func (c *setUpLinkCommand) Run(ctx context.Context) error {
	return c.withStaff(ctx, func(staff *auth.Staff) error {
		link, err := staff.SetUpLink(ctx)
		if err != nil {
			return err
		}
		if link == "" {
			return errors.New("every instance has an administrator already; bowline users reset-link lets one in again")
		}
		fmt.Println(link)
		return nil
	})
}

type resetLinkCommand struct {
	settingFlags
	Email string `arg:"" help:"Whose password."`
}

// Run prints a link for a new password.
func (c *resetLinkCommand) Run(ctx context.Context) error {
	return c.withStaff(ctx, func(staff *auth.Staff) error {
		link, err := staff.OperatorResetLink(ctx, c.Email)
		if err != nil {
			return err
		}
		fmt.Println(link.URL)
		return nil
	})
}

// withStaff opens the database for a command about people. Whoever can, needs no
// further proof.
func (f settingFlags) withStaff(ctx context.Context, do func(*auth.Staff) error) error {
	cfg, sealer, err := f.prepare()
	if err != nil {
		return err
	}
	public := cfg.PublicURL
	if public == "" {
		public = "http://" + cfg.Listen
	}
	s, err := store.Open(ctx, store.Options{
		URL: cfg.DatabaseURL, Dir: cfg.DataDir, Sealer: sealer, Now: utcNow, Logger: cfg.logger(),
	})
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	staff := auth.NewStaff(auth.StaffOptions{Store: s, Sealer: sealer, Links: bowline.NewLinks(public), Now: utcNow, Logger: cfg.logger()})
	return errors.Join(do(staff), s.Close())
}
