package oauth

import (
	"crypto/rand"
	"encoding/base64"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Options are what a Client needs. HTTP is required.
type Options struct {
	// HTTP carries every request; in the product it is safehttp's client,
	// which follows no redirects and caps answers.
	HTTP *http.Client
	// Now is the clock, time.Now when nil.
	Now func() time.Time
	// Visible, if set, turns the address of an authorization endpoint into the
	// one that browsers reach it at: that of a simulator.
	Visible func(address string) string
	// Logger gets warnings about providers, slog.Default when nil.
	Logger *slog.Logger
}

// Client speaks with providers. It is safe for concurrent use; make one per
// process, because it holds the caches of discovery documents and keys.
type Client struct {
	http   *http.Client
	now    func() time.Time
	logger *slog.Logger
	seen   func(string) string // Options.Visible

	// flights makes concurrent discoveries of one issuer a single request.
	flights singleflight.Group
	mu      sync.Mutex
	// metadata is keyed by issuer, keySets by JWKS URL. Both come from the
	// catalog and discovery documents, so their number is bounded by the
	// catalog's.
	metadata map[string]cachedMetadata
	keySets  map[string]cachedKeys
}

// NewClient returns a Client.
func NewClient(o Options) *Client {
	c := &Client{
		http: o.HTTP, now: o.Now, logger: o.Logger, seen: o.Visible,
		metadata: map[string]cachedMetadata{}, keySets: map[string]cachedKeys{},
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.seen == nil {
		c.seen = func(address string) string { return address }
	}
	if c.logger == nil {
		c.logger = slog.Default()
	}
	return c
}

// NewToken returns 256 random bits as 43 characters of base64url: a state, a
// nonce or a PKCE verifier (RFC 7636 section 4.1).
func NewToken() string {
	var raw [32]byte
	// It never fails: since Go 1.24 a broken system source ends the process.
	_, _ = rand.Read(raw[:])
	return base64.RawURLEncoding.EncodeToString(raw[:])
}
