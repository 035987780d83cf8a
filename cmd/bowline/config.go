package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/bowline/bowline"
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
	Permissions       []bowline.Permission
	AccessOff         []bowline.Permission
	EncryptionKeyset  string
	OutboundAllow     []netip.Prefix
	CatalogDir        string
	Simulator         string
	Sandbox           bool
	CompanyLimit      int
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
	return c, errors.Join(faults...)
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

func nonEmpty(s string) error {
	if s == "" {
		return errors.New("must not be empty")
	}
	return nil
}

func hostPort(s string) error {
	_, port, err := net.SplitHostPort(s)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return errors.New("must be host:port, such as 127.0.0.1:8080")
	}
	return nil
}

func publicURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("must be an http or https URL without a path, such as https://connect.example.com")
	}
	return nil
}

func databaseURL(s string) error {
	if s != "" && !strings.HasPrefix(s, "postgres://") && !strings.HasPrefix(s, "postgresql://") {
		return errors.New("must be empty or begin with postgres://")
	}
	return nil
}

// minBootstrapKey is the least length of a key that an operator makes up.
const minBootstrapKey = 24

func bootstrapKey(s string) error {
	if s != "" && (len(s) < minBootstrapKey || strings.ContainsAny(s, " \t\r\n:")) {
		return fmt.Errorf("must have at least %d characters, without spaces or colons", minBootstrapKey)
	}
	return nil
}

func prefixes(s string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, errors.New("must hold networks such as 10.0.0.0/8, with commas between")
		}
		list = append(list, p.Masked())
	}
	return list, nil
}

func boolean(s string) (bool, error) {
	b, err := strconv.ParseBool(s)
	if err != nil {
		return false, errors.New("must be true or false")
	}
	return b, nil
}

func count(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, errors.New("must be a whole number of 0 or more")
	}
	return n, nil
}

// days reads whole days, such as 90d.
func days(s string, least uint64) (time.Duration, error) {
	const most = 36500
	text, found := strings.CutSuffix(s, "d")
	n, err := strconv.ParseUint(text, 10, 16)
	if !found || err != nil || n < least || n > most {
		return 0, fmt.Errorf("must be a number of days such as 90d, and %dd at least", least)
	}
	return time.Duration(n) * 24 * time.Hour, nil //nolint:gosec // bounded above
}

func duration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, errors.New("must be a duration such as 20s")
	}
	return d, nil
}

func permissions(s string) ([]bowline.Permission, error) {
	var list []bowline.Permission
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, bowline.Permission(part))
		}
	}
	list, err := bowline.CheckPermissions(list)
	if err != nil {
		return nil, errors.New("must hold credentials, proxy and export, with commas between")
	}
	return list, nil
}
