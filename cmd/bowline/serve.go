package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/bowline/bowline/internal/server"
	"github.com/bowline/bowline/internal/store"
)

// firstInstance names the fintech until it sets its own name (PUT /profile).
const firstInstance = "Demo Lender"

type serveCommand struct {
	settingFlags
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(ctx context.Context) error {
	cfg, sealer, err := c.prepare()
	if err != nil {
		return err
	}
	server.TuneMemory()
	s, err := server.Open(ctx, server.Options{
		Listen: cfg.Listen, PublicURL: cfg.PublicURL, DataDir: cfg.DataDir, DatabaseURL: cfg.DatabaseURL,
		Sealer: sealer, BootstrapAPIKey: cfg.BootstrapAPIKey,
		BootstrapAdmin: server.Account{Email: cfg.AdminEmail, Password: cfg.AdminPassword}, Granted: cfg.Permissions, AccessOff: cfg.AccessOff,
		TrustedProxies: cfg.TrustedProxies, OutboundAllow: cfg.OutboundAllow, CatalogDir: cfg.CatalogDir, Simulator: cfg.Simulator,
		Sandbox: cfg.Sandbox, CompanyLimit: cfg.CompanyLimit, ConsumerLimit: cfg.ConsumerLimit, InsecureConsumers: cfg.InsecureConsumers,
		UnicodeNames: cfg.UnicodeNames, MessagesKept: cfg.MessagesKept, AttemptsKept: cfg.AttemptsKept,
		MetricsListen: cfg.MetricsListen, ShutdownTimeout: cfg.ShutdownTimeout, Version: version,
		Logger: cfg.logger(), Now: utcNow, Env: os.LookupEnv, FirstStartInstance: firstInstance,
	})
	if err != nil {
		return err
	}
	fmt.Print(welcome(s.Welcome()))
	stop := onHangup(ctx, func() { _ = s.Reload(ctx) }) // which logs its faults
	defer stop()
	return s.Serve(ctx)
}

// onHangup calls do for each SIGHUP, the usual sign that files have changed,
// until ctx ends. Signals that come while it is at work are one.
func onHangup(ctx context.Context, do func()) (stop func()) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangups:
				do()
			}
		}
	}()
	return func() { signal.Stop(hangups) }
}

// utcNow is the clock of the process, as fine as both engines store it, so that
// an answer to a write shows the same time as every later read.
func utcNow() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// welcome is what a first start prints, once; on later ones it is the set-up link
// alone, until there is an administrator, and then nothing. Key and link go to the
// terminal and nowhere else.
func welcome(w server.Welcome) string {
	if w.APIKey == "" {
		return setUpNote(w)
	}
	credentials := base64.StdEncoding.EncodeToString([]byte(w.APIKey))
	return fmt.Sprintf(`
Welcome to Bowline. This is shown once; keep the key.

%[4]s  Portal    %[1]s/portal/
  API key   %[2]s
  API docs  %[1]s/docs/api

Create a company and print its Link URL:

  curl -s %[1]s/api/companies \
    -H 'Authorization: Basic %[3]s' \
    -H 'Content-Type: application/json' \
    -d '{"name":"Harbour Bakery"}' | grep -o '"redirect":"[^"]*' | cut -d'"' -f4

`, w.PublicURL, w.APIKey, credentials, setUpLine(w))
}

func setUpLine(w server.Welcome) string {
	if w.SetUpURL == "" {
		return ""
	}
	return "  Set up    " + w.SetUpURL + "\n            (works once, within 24 hours: it makes you the first administrator)\n"
}

func setUpNote(w server.Welcome) string {
	if w.SetUpURL == "" {
		return ""
	}
	return "\nNobody is an administrator of the Portal yet. This link makes you one; it works once, within 24 hours.\n\n" + setUpLine(w) + "\n"
}

type migrateCommand struct {
	settingFlags
}

// Run opens the database, which migrates it, and closes it again.
func (c *migrateCommand) Run(ctx context.Context) error {
	cfg, sealer, err := c.prepare()
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{
		URL: cfg.DatabaseURL, Dir: cfg.DataDir, Sealer: sealer, Now: utcNow, Logger: cfg.logger(),
	})
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	fmt.Println("The database is up to date.")
	return s.Close()
}
