package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bowline/bowline/internal/seal"
	"github.com/bowline/bowline/internal/server"
)

// apiKey is known to this process only and to the database it throws away.
const apiKey = "bwl_benchmark_key_of_a_throw_away_database" //nolint:gosec // as it says

// system is a running Bowline with its usual configuration.
type system struct {
	host, url string
	header    string // of an API request
	stop      context.CancelFunc
	ended     chan error
	log       *os.File
}

// place is where a Bowline keeps what it keeps: SQLite in a folder, or a
// PostgreSQL database.
type place struct {
	dir    string
	url    string // of PostgreSQL; empty for SQLite
	keyset string
	sealer *seal.Sealer
}

// newPlace makes a keyset for a place that is still empty.
func newPlace(dir, databaseURL string) (place, error) {
	text, err := seal.Generate()
	if err != nil {
		return place{}, err
	}
	sealer, err := seal.Parse(text)
	return place{dir: dir, url: databaseURL, keyset: text, sealer: sealer}, err
}

// loopback is where the benchmark's own webhook consumers are.
var loopback = netip.MustParsePrefix("127.0.0.0/8")

// startSystem opens Bowline and lets it serve. It logs as by default, to where
// nobody reads.
func startSystem(ctx context.Context, p place) (*system, error) {
	log, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	s := &system{stop: stop, ended: make(chan error, 1), log: log}
	opened, err := server.Open(ctx, server.Options{
		Listen: "127.0.0.1:0", DataDir: p.dir, DatabaseURL: p.url, Sealer: p.sealer, BootstrapAPIKey: apiKey,
		OutboundAllow: []netip.Prefix{loopback}, InsecureConsumers: true,
		Sandbox: true, ShutdownTimeout: callLimit, Version: "benchmark", Logger: slog.New(slog.NewTextHandler(log, nil)),
		Now: func() time.Time { return time.Now().UTC() }, Env: os.LookupEnv, FirstStartInstance: "Benchmark",
	})
	if err != nil {
		stop()
		return nil, errors.Join(err, log.Close())
	}
	s.url = opened.URL()
	s.host = strings.TrimPrefix(s.url, "http://")
	s.header = apiHeader
	go func() { s.ended <- opened.Serve(ctx) }()
	return s, nil
}

// apiHeader goes with every request to the API.
var apiHeader = "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(apiKey)) + "\r\nContent-Type: application/json\r\n"

func (s *system) close() error {
	s.stop()
	return errors.Join(<-s.ended, s.log.Close())
}

// newCompany creates a company over the API and returns its id.
func (s *system) newCompany(c *client) (string, error) {
	got, err := c.expect(200, call{method: "POST", path: "/api/companies", header: s.header, body: `{"name":"Harbour Bakery"}`})
	if err != nil {
		return "", err
	}
	return member(got.body, "id")
}

// member finds a string in JSON by the first member of that name. The load
// generator knows the answers it gets; to decode them whole would measure the
// decoder.
func member(body []byte, name string) (string, error) {
	_, rest, ok := strings.Cut(string(body), `"`+name+`":"`)
	if ok {
		if end := strings.IndexByte(rest, '"'); end >= 0 && strings.IndexByte(rest[:end], '\\') < 0 {
			return rest[:end], nil
		}
		var text string
		if err := json.NewDecoder(strings.NewReader(`"` + rest)).Decode(&text); err == nil {
			return text, nil
		}
	}
	return "", fmt.Errorf("no %s in the answer: %.300s", name, body)
}

// postgres is a server on which the benchmark has a schema of its own.
type postgres struct{ url, base, schema string }

// openPostgres makes the schema. It refuses a server that does not write
// durably: its figures would be no figures.
func openPostgres(ctx context.Context, base string) (*postgres, error) {
	conn, err := pgx.Connect(ctx, base)
	if err != nil {
		return nil, fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		if err := conn.QueryRow(ctx, "SHOW "+setting).Scan(&value); err != nil {
			return nil, fmt.Errorf("ask PostgreSQL for %s: %w", setting, err)
		}
		if value != "on" {
			return nil, fmt.Errorf("PostgreSQL runs with %s=%s, which is not durable", setting, value)
		}
	}
	p := &postgres{base: base, schema: fmt.Sprintf("benchmark_%d", time.Now().UnixNano())}
	if _, err := conn.Exec(ctx, "CREATE SCHEMA "+p.schema); err != nil {
		return nil, fmt.Errorf("create schema: %w", err)
	}
	address, err := url.Parse(base)
	if err != nil {
		return nil, errors.New("the address of PostgreSQL cannot be read")
	}
	query := address.Query()
	query.Set("search_path", p.schema)
	address.RawQuery = query.Encode()
	p.url = address.String()
	return p, nil
}

func (p *postgres) close(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, p.base)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "DROP SCHEMA "+p.schema+" CASCADE")
	return errors.Join(err, conn.Close(ctx))
}

func subfolder(dir, name string) (string, error) {
	path := filepath.Join(dir, name)
	return path, os.MkdirAll(path, 0o700)
}
