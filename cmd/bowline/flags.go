package main

import (
	"log/slog"
	"os"

	"github.com/bowline/bowline/internal/seal"
)

// settingFlags are the configuration keys as flags. Every one is a text here
// and is checked together with the other sources, so that all faults are
// reported at once; a pointer tells "not given" from "given as empty".
type settingFlags struct {
	Config            string  `help:"Configuration file (YAML)." placeholder:"FILE"`
	Listen            *string `help:"Address to listen on (127.0.0.1:8080)."`
	PublicURL         *string `name:"public-url" help:"URL by which browsers reach this deployment."`
	DataDir           *string `help:"Directory for the database and the keyset (./data)."`
	DatabaseURL       *string `name:"database-url" help:"postgres://... for PostgreSQL; empty for SQLite."`
	BootstrapAPIKey   *string `name:"bootstrap-api-key" help:"A first API key. The environment is a safer place for it."`
	AdminEmail        *string `name:"bootstrap-admin-email" help:"E-mail address of a first administrator of the Portal."`
	AdminPassword     *string `name:"bootstrap-admin-password" help:"Their first password. The environment is a safer place for it."`
	Permissions       *string `name:"bootstrap-permissions" help:"What the bootstrap key or the first key may do with grants (credentials, proxy, export)."`
	AccessOff         *string `help:"What no key may do with grants (credentials, proxy, export)."`
	EncryptionKeyset  *string `help:"The keyset, or file:PATH of one. The environment is a safer place for it."`
	TrustedProxies    *string `help:"Networks of proxies in front whose X-Forwarded-For counts (CIDR, commas between)."`
	OutboundAllow     *string `help:"Private networks that outbound HTTP may reach (CIDR, commas between)."`
	CatalogDir        *string `help:"Directory with integrations of your own."`
	Simulator         *string `help:"URL of a running bowline simulate, which then stands for every provider."`
	Sandbox           *string `help:"Offer the sandbox integrations (true)."`
	ConsumerLimit     *string `help:"How many webhook consumers an instance may have (50)."`
	CompanyLimit      *string `help:"How many companies may exist; 0 for no limit."`
	InsecureConsumers *string `help:"Let webhook consumers use plain http (false)."`
	UnicodeNames      *string `help:"Keep letters beyond ASCII in the names of companies (false)."`
	MessagesKept      *string `help:"How long messages to webhook consumers are kept (90d)."`
	AttemptsKept      *string `help:"How long attempts to deliver them are kept (30d)."`
	MetricsListen     *string `help:"Separate address for /metrics."`
	ShutdownTimeout   *string `help:"How long requests under way may take to end (60s)."`
	LogLevel          *string `help:"debug, info, warn or error (info)."`
	LogFormat         *string `help:"text or json (text)."`
}

func (f settingFlags) given() map[string]string {
	given := map[string]string{}
	for name, value := range map[string]*string{
		"listen": f.Listen, "public_url": f.PublicURL, "data_dir": f.DataDir, "database_url": f.DatabaseURL,
		"bootstrap_admin_email": f.AdminEmail, "bootstrap_admin_password": f.AdminPassword,
		"bootstrap_api_key": f.BootstrapAPIKey, "bootstrap_permissions": f.Permissions, "access_off": f.AccessOff, "encryption_keyset": f.EncryptionKeyset, "outbound_allow": f.OutboundAllow,
		"trusted_proxies": f.TrustedProxies, "catalog_dir": f.CatalogDir, "simulator": f.Simulator, "sandbox": f.Sandbox, "company_limit": f.CompanyLimit, "consumer_limit": f.ConsumerLimit,
		"insecure_consumers": f.InsecureConsumers, "unicode_names": f.UnicodeNames,
		"messages_kept": f.MessagesKept, "attempts_kept": f.AttemptsKept, "metrics_listen": f.MetricsListen,
		"shutdown_timeout": f.ShutdownTimeout, "log_level": f.LogLevel, "log_format": f.LogFormat,
	} {
		if value != nil {
			given[name] = *value
		}
	}
	return given
}

// load reads the configuration with these flags on top.
func (f settingFlags) load() (config, error) {
	return load(sources{flags: f.given(), environ: os.Environ(), file: f.Config})
}

// prepare reads the configuration and opens the keyset that it names.
func (f settingFlags) prepare() (config, *seal.Sealer, error) {
	cfg, err := f.load()
	if err != nil {
		return config{}, nil, err
	}
	sealer, err := cfg.sealer()
	return cfg, sealer, err
}

// logger writes to standard error, so that what a command prints stays apart.
func (c config) logger() *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}
