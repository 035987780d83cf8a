package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/simulator"
)

type simulateCommand struct {
	Listen         string `default:"127.0.0.1:9090" help:"Address to listen on."`
	For            string `default:"http://127.0.0.1:8080" help:"Public URL of the Bowline that connects." placeholder:"URL"`
	Seed           string `default:"bowline" help:"Client ids, secrets and organisations follow from it."`
	InsecureListen bool   `help:"Listen on an address that others can reach."`
}

// Run serves the simulated providers until it is told to stop.
func (c *simulateCommand) Run(ctx context.Context) error {
	if !c.InsecureListen && !loopback(c.Listen) {
		return fmt.Errorf("simulate: %s can be reached by others, and the simulator lets everybody in; say --insecure-listen if that is wanted", c.Listen)
	}
	if u, err := url.Parse(c.For); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("simulate: --for must be an http or https URL")
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	base := "http://" + listener.Addr().String()
	s := simulator.New(simulator.Options{RedirectURI: bowline.NewLinks(c.For).Callback, Base: base, Seed: c.Seed})
	web := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second}
	fmt.Print(takeoff(base, strings.TrimRight(c.For, "/"), len(s.Keys())))
	stop := context.AfterFunc(ctx, func() { _ = web.Close() }) // nothing here is worth draining
	defer stop()
	if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("simulate: %w", err)
	}
	return nil
}

// loopback tells whether only this machine can reach an address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// takeoff says how to use the simulator.
func takeoff(base, bowlineURL string, providers int) string {
	return fmt.Sprintf(`
The flight simulator plays %[3]d providers. Nothing that it shows is real.

  Providers, client ids, secrets and what may go wrong   %[1]s/
  A provider's address, https://host/path, is here       %[1]s/host/path
  It sends people back to                                %[2]s/oauth/callback/KEY

Start Bowline so that it asks the simulator instead of the providers:

  bowline serve --simulator %[1]s

Stop with Ctrl-C; everything is forgotten then.

`, base, bowlineURL, providers)
}
