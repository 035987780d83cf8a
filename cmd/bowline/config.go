package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
)

// config is everything that must be known before the database opens. Each key
// has one name: --data-dir on the command line, BOWLINE_DATA_DIR in the
// environment, data_dir in the file. The command line beats the environment,
// which beats the file, which beats the default.
type config struct {
	Listen            string
	PublicURL         string
	DataDir           string
	DatabaseURL       string
	BootstrapAPIKey   string
	AdminEmail        string
	AdminPassword     string
	Permissions       []bowline.Permission
	AccessOff         []bowline.Permission
	EncryptionKeyset  string
	TrustedProxies    []netip.Prefix
	OutboundAllow     []netip.Prefix
	CatalogDir        string
	Simulator         string
	Sandbox           bool
	CompanyLimit      int
	ConsumerLimit     int
	InsecureConsumers bool
	UnicodeNames      bool
	MessagesKept      time.Duration
	AttemptsKept      time.Duration
	MetricsListen     string
	ShutdownTimeout   time.Duration
	LogLevel          slog.Level
	LogFormat         string
}

// LogValue keeps secrets out of logs: it names only what is harmless.
func (c config) LogValue() slog.Value {
	return slog.GroupValue(slog.String("listen", c.Listen), slog.String("publicUrl", c.PublicURL), slog.String("dataDir", c.DataDir))
}

// key is one configuration key: its name in the file, its default, and how its
// text becomes a value.
type key struct {
	name, def, help string
	set             func(*config, string) error
}

// maxConsumerLimit is how many webhook consumers are still listed without pages.
const maxConsumerLimit = 1000

var keys = []key{
	{"listen", "127.0.0.1:8080", "address to listen on", func(c *config, s string) error {
		c.Listen = s
		return hostPort(s)
	}},
	{"public_url", "", "URL by which browsers reach this deployment (default: http:// and the address)", func(c *config, s string) error {
		c.PublicURL = strings.TrimRight(s, "/")
		return publicURL(c.PublicURL)
	}},
	{"data_dir", "./data", "directory for the database and the keyset", func(c *config, s string) error {
		c.DataDir = s
		return nonEmpty(s)
	}},
	{"database_url", "", "postgres://... for PostgreSQL; empty for SQLite in the data directory", func(c *config, s string) error {
		c.DatabaseURL = s
		return databaseURL(s)
	}},
	{"bootstrap_api_key", "", "a first API key set from outside, 24 characters or more", func(c *config, s string) error {
		c.BootstrapAPIKey = s
		return bootstrapKey(s)
	}},
	{"bootstrap_admin_email", "", "e-mail address of a first administrator; without one the first start prints a set-up link", func(c *config, s string) (err error) {
		c.AdminEmail = s
		if s != "" {
			_, err = bowline.CleanEmail(s)
		}
		return orRule(err, "must be an e-mail address")
	}},
	{"bootstrap_admin_password", "", "their password until they choose another, 12 characters or more", func(c *config, s string) (err error) {
		c.AdminPassword = s
		if s != "" {
			err = auth.CheckPassword(s, c.AdminEmail)
		}
		return orRule(err, "must have 12 to 128 characters and not be easy to guess")
	}},
	{"bootstrap_permissions", "", "what the bootstrap key, or else the first key, may do with grants: credentials, proxy, export; commas between", func(c *config, s string) (err error) {
		c.Permissions, err = permissions(s)
		return err
	}},
	{"access_off", "", "what no key may do with grants: credentials, proxy, export; commas between", func(c *config, s string) (err error) {
		c.AccessOff, err = permissions(s)
		return err
	}},
	{"encryption_keyset", "", "the keyset, or file:PATH of one (default: a file in the data directory, made when missing)", func(c *config, s string) error {
		c.EncryptionKeyset = s
		return nil
	}},
	{"trusted_proxies", "", "networks, as CIDR with commas between, of proxies in front: their X-Forwarded-For and X-Forwarded-Proto count", func(c *config, s string) (err error) {
		c.TrustedProxies, err = prefixes(s)
		if slices.ContainsFunc(c.TrustedProxies, func(p netip.Prefix) bool { return p.Bits() == 0 }) {
			err = errors.New("must not hold every address: anybody could claim any other one then")
		}
		return err
	}},
	{"outbound_allow", "", "networks, as CIDR with commas between, that outbound HTTP may reach although they are private", func(c *config, s string) (err error) {
		c.OutboundAllow, err = prefixes(s)
		return err
	}},
	{"catalog_dir", "", "directory with integrations of your own", func(c *config, s string) error {
		c.CatalogDir = s
		return nil
	}},
	{"simulator", "", "URL of a running bowline simulate, which then stands for every provider; never with real customers", func(c *config, s string) error {
		c.Simulator = strings.TrimRight(s, "/")
		return publicURL(c.Simulator)
	}},
	{"sandbox", "true", "offer the sandbox integrations", func(c *config, s string) (err error) {
		c.Sandbox, err = boolean(s)
		return err
	}},
	{"consumer_limit", "50", "how many webhook consumers an instance may have, 1,000 at most", func(c *config, s string) (err error) {
		if c.ConsumerLimit, err = count(s); err == nil && (c.ConsumerLimit < 1 || c.ConsumerLimit > maxConsumerLimit) {
			err = fmt.Errorf("must be from 1 to %d", maxConsumerLimit)
		}
		return err
	}},
	{"company_limit", "0", "how many companies may exist; 0 for no limit", func(c *config, s string) (err error) {
		c.CompanyLimit, err = count(s)
		return err
	}},
	{"insecure_consumers", "false", "let webhook consumers use plain http", func(c *config, s string) (err error) {
		c.InsecureConsumers, err = boolean(s)
		return err
	}},
	{"unicode_names", "false", "keep letters beyond ASCII in the names of companies", func(c *config, s string) (err error) {
		c.UnicodeNames, err = boolean(s)
		return err
	}},
	{"messages_kept", "90d", "how long messages to webhook consumers, and their events, are kept", func(c *config, s string) (err error) {
		c.MessagesKept, err = days(s, 2) // the last of the eight attempts is made on the second day
		return err
	}},
	{"attempts_kept", "30d", "how long attempts to deliver them are kept; no longer than messages", func(c *config, s string) (err error) {
		c.AttemptsKept, err = days(s, 1)
		return err
	}},
	{"metrics_listen", "", "separate address for /metrics (default: on the main one)", func(c *config, s string) error {
		c.MetricsListen = s
		if s == "" {
			return nil
		}
		return hostPort(s)
	}},
	{"shutdown_timeout", "60s", "how long requests under way may take to end", func(c *config, s string) (err error) {
		c.ShutdownTimeout, err = duration(s)
		return err
	}},
	{"log_level", "info", "debug, info, warn or error", func(c *config, s string) error {
		if c.LogLevel.UnmarshalText([]byte(s)) != nil {
			return errors.New("must be debug, info, warn or error")
		}
		return nil
	}},
	{"log_format", "text", "text or json", func(c *config, s string) error {
		c.LogFormat = s
		if s != "text" && s != "json" {
			return errors.New("must be text or json")
		}
		return nil
	}},
}

const (
	envPrefix = "BOWLINE_"
	fileEnv   = "BOWLINE_CONFIG" // names the file; so does --config
)

// sources are the places from which configuration comes.
type sources struct {
	flags   map[string]string // by key name
	environ []string          // as os.Environ
	file    string            // path, or empty
}

// load reads, checks and merges all sources. It reports every fault at once;
// no message repeats a value, since some of them are secrets.
func load(src sources) (config, error) {
	var faults []error
	values := map[string]string{}
	from := map[string]string{}
	take := func(name, value, where string) { values[name], from[name] = value, where }
	for _, k := range keys {
		take(k.name, k.def, "default of "+k.name)
	}
	env, envFaults := readEnviron(src)
	faults = append(faults, envFaults...)
	path := src.file
	if path == "" {
		path = env["config"]
	}
	file, err := readFile(path)
	if err != nil {
		faults = append(faults, err)
	}
	for name, value := range file {
		take(name, value, path+": "+name)
	}
	for name, value := range env {
		take(name, value, envPrefix+strings.ToUpper(name))
	}
	for name, value := range src.flags {
		take(name, value, "--"+strings.ReplaceAll(name, "_", "-"))
	}
	var c config
	for _, k := range keys {
		if err := k.set(&c, values[k.name]); err != nil {
			faults = append(faults, fmt.Errorf("%s %w", from[k.name], err))
		}
	}
	if c.AttemptsKept > c.MessagesKept && c.MessagesKept > 0 {
		faults = append(faults, fmt.Errorf("%s must not be longer than messages_kept", from["attempts_kept"]))
	}
	if (c.AdminEmail == "") != (c.AdminPassword == "") {
		faults = append(faults, errors.New("bootstrap_admin_email and bootstrap_admin_password belong together"))
	}
	return c, errors.Join(faults...)
}

// orRule says the rule that a value breaks, and nothing of the value.
func orRule(err error, rule string) error {
	if err == nil {
		return nil
	}
	return errors.New(rule)
}

// readEnviron finds our variables and refuses unknown ones, so that a misspelt
// name is not taken for a default.
func readEnviron(src sources) (map[string]string, []error) {
	found := map[string]string{}
	var faults []error
	for _, entry := range src.environ {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, envPrefix) {
			continue
		}
		short := strings.ToLower(strings.TrimPrefix(name, envPrefix))
		if name != fileEnv && !known(short) {
			faults = append(faults, fmt.Errorf("%s is not a configuration key", name))
			continue
		}
		found[short] = value
	}
	return found, faults
}

// readFile reads a YAML mapping of keys to scalars.
func readFile(path string) (map[string]string, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the configuration file: %w", err)
	}
	var raw map[string]any
	if err := yaml.Unmarshal(text, &raw); err != nil {
		// The parser's message quotes the file, which may hold secrets.
		return nil, fmt.Errorf("%s is not a YAML mapping of keys to values", path)
	}
	values := map[string]string{}
	var faults []error
	for name, value := range raw {
		if !known(name) {
			faults = append(faults, fmt.Errorf("%s: %s is not a configuration key", path, name))
			continue
		}
		switch value := value.(type) {
		case []any:
			parts := make([]string, len(value))
			for i, part := range value {
				parts[i] = fmt.Sprint(part)
			}
			values[name] = strings.Join(parts, ",")
		case map[string]any:
			faults = append(faults, fmt.Errorf("%s: %s must be a plain value", path, name))
		case nil:
			values[name] = ""
		default:
			values[name] = fmt.Sprint(value)
		}
	}
	return values, errors.Join(faults...)
}

func known(name string) bool {
	return slices.ContainsFunc(keys, func(k key) bool { return k.name == name })
}
