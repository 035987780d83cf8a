package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/trace"
)

type testCommand struct {
	Key    string            `arg:"" help:"Key of the integration."`
	Server string            `default:"http://127.0.0.1:8080" help:"Where Bowline runs."`
	APIKey string            `name:"api-key" env:"BOWLINE_API_KEY" required:"" help:"An API key of the instance."`
	Input  map[string]string `help:"What a customer would choose or type, as name=value; may be repeated."`
	Open   bool              `help:"Open the address in the browser of this machine."`
	Color  bool              `help:"Print in color."`
	Wait   time.Duration     `default:"30m" help:"How long to wait for the sign-in."`

	every time.Duration      // between two looks; a second when 0
	open  func(string) error // for --open; the system's browser when nil
}

// Run starts a test of an integration, says where to sign in, waits for that and
// prints what went over the wire.
func (c testCommand) Run(ctx context.Context) error { return c.run(ctx, os.Stdout) }

func (c testCommand) run(ctx context.Context, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, c.Wait)
	defer cancel()
	client, err := c.client()
	if err != nil {
		return err
	}
	var begun struct{ ID, URL string }
	if err := client.call(ctx, http.MethodPost, "", map[string]any{"inputs": c.Input}, &begun); err != nil {
		return fmt.Errorf("start the test: %w", err)
	}
	if begun.URL != "" {
		if _, err := fmt.Fprintf(out, "Open this address and sign in at the provider:\n\n  %s\n\n", trace.Clean(begun.URL)); err != nil {
			return err
		}
		if c.Open {
			if err := c.browse(begun.URL); err != nil {
				_, _ = fmt.Fprintln(out, "No browser could be opened here; open the address yourself.")
			}
		}
	}
	result, err := c.wait(ctx, client, begun.ID)
	if err != nil {
		return err
	}
	return c.print(out, result)
}

// wait asks until the test is over.
func (c testCommand) wait(ctx context.Context, client testClient, id string) (testResult, error) {
	every := c.every
	if every == 0 {
		every = time.Second
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		var result testResult
		switch err := client.call(ctx, http.MethodGet, "/"+url.PathEscape(id), nil, &result); {
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			return result, errors.New("nobody has signed in in time")
		case err != nil:
			return result, fmt.Errorf("read the test: %w", err)
		case result.Status != "waiting":
			return result, nil
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// testResult is the API's answer, as far as it is printed.
type testResult struct {
	Status string
	Steps  []struct{ Name, Outcome, Detail string }
	Hops   []struct {
		trace.Hop
		Milliseconds float64
	}
	Dropped int
}

// print shows every hop, then the steps.
func (c testCommand) print(out io.Writer, r testResult) error {
	hops := make([]trace.Hop, len(r.Hops))
	for i, hop := range r.Hops {
		hops[i] = hop.Hop
		hops[i].Took = time.Duration(hop.Milliseconds * float64(time.Millisecond))
	}
	write := trace.Write
	if c.Color {
		write = trace.WriteColor
	}
	if err := write(out, hops); err != nil {
		return err
	}
	var text strings.Builder
	if r.Dropped > 0 {
		fmt.Fprintf(&text, "%d more were not kept.\n\n", r.Dropped)
	}
	for _, step := range r.Steps {
		line := fmt.Sprintf("%-8s %-14s %s", trace.Clean(step.Outcome), trace.Clean(step.Name), trace.Clean(step.Detail))
		text.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if _, err := io.WriteString(out, text.String()); err != nil {
		return err
	}
	if r.Status != "done" {
		return errors.New("the test failed")
	}
	return nil
}

// testClient speaks with the API about one integration's tests.
type testClient struct {
	http *http.Client
	base string
	key  string
}

func (c testCommand) client() (testClient, error) {
	server, err := url.Parse(strings.TrimRight(c.Server, "/"))
	if err != nil || server.Scheme != "http" && server.Scheme != "https" || server.Host == "" || server.User != nil {
		return testClient{}, errors.New("--server has to be the address of a Bowline, such as https://bowline.example")
	}
	// Whoever types an address may reach it, wherever it is.
	everywhere := []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
	return testClient{
		http: safehttp.New(safehttp.Options{Allow: everywhere, Timeout: time.Minute, MaxBody: 16 << 20}),
		base: server.String() + "/api/integrations/" + url.PathEscape(c.Key) + "/tests", key: c.APIKey,
	}, nil
}

// call makes a request and decodes the answer. A refusal is an error with the
// API's own sentence.
func (c testClient) call(ctx context.Context, method, path string, body, into any) error {
	var sent io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, sent)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(c.key)))
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode >= http.StatusMultipleChoices {
		var refusal struct{ Error string }
		if json.NewDecoder(response.Body).Decode(&refusal) != nil || refusal.Error == "" {
			refusal.Error = http.StatusText(response.StatusCode)
		}
		return fmt.Errorf("%s (%d)", trace.Clean(refusal.Error), response.StatusCode)
	}
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	return nil
}

// browse opens an address in the browser of this machine. The address is an
// argument of its own: no shell reads it.
func (c testCommand) browse(address string) error {
	target, err := url.Parse(address)
	if err != nil || target.Scheme != "http" && target.Scheme != "https" {
		return errors.New("not an address of the web")
	}
	if c.open != nil {
		return c.open(target.String())
	}
	name, args := "xdg-open", []string{target.String()}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", target.String()}
	}
	command := exec.Command(name, args...) //nolint:gosec,noctx // one of three names; it has to outlive us
	if err := command.Start(); err != nil {
		return err
	}
	return command.Process.Release()
}
