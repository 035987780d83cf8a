package server

import (
	"log/slog"
	"net/netip"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/seal"
)

// Options is what must be known before the database opens. Everything else is a
// setting in the database.
type Options struct {
	Listen             string // host:port; port 0 picks a free one
	PublicURL          string // how browsers reach this deployment; derived from Listen when empty
	DataDir            string
	DatabaseURL        string // empty: SQLite in DataDir; postgres://...: PostgreSQL
	Sealer             *seal.Sealer
	BootstrapAPIKey    string
	BootstrapAdmin     Account              // an administrator to begin with; zero: a set-up link is made
	Granted            []bowline.Permission // of keys that nobody makes through the API: the bootstrap key and the first one
	AccessOff          []bowline.Permission // uses of grants that nobody may make
	TrustedProxies     []netip.Prefix       // whose X-Forwarded-For and X-Forwarded-Proto count
	OutboundAllow      []netip.Prefix       // private networks that outbound HTTP may reach
	CatalogDir         string               // an operator's own integrations
	Simulator          string               // URL of a running simulator that stands for every provider; empty: the real ones
	Sandbox            bool                 // serve the sandbox provider and its integrations
	CompanyLimit       int                  // 0: no limit
	InsecureConsumers  bool                 // webhook consumers may use plain http
	ConsumerLimit      int                  // webhook consumers per instance; 0: [bowline.MaxConsumers]
	UnicodeNames       bool                 // names of companies keep letters beyond ASCII
	MessagesKept       time.Duration        // deliveries' messages and events; 0: bowline.MessagesKept
	AttemptsKept       time.Duration        // 0: bowline.AttemptsKept
	MetricsListen      string               // empty: /metrics on the main listener
	ShutdownTimeout    time.Duration        // how long requests may take to end
	Version            string
	Logger             *slog.Logger
	Now                func() time.Time
	Env                func(string) (string, bool) // for ${env.NAME} in integrations
	OAuthTimeout       time.Duration               // per outbound call; 15 s when zero
	PasswordCost       auth.Cost                   // of staff's passwords; zero: what is safe
	FirstStartInstance string                      // name of the fintech until it sets its own
}

// Account is how somebody signs in.
type Account struct{ Email, Password string }

// String never prints the password.
func (a Account) String() string { return "Account" }

// GoString never prints the password.
func (a Account) GoString() string { return a.String() }

// Welcome is what a first start has to tell the operator, once.
type Welcome struct {
	PublicURL string
	SetUpURL  string // makes the first administrator; empty when there is one
	APIKey    string // empty when it came from the configuration or this is no first start
}
