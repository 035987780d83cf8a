package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/seal"
	"github.com/bowline/bowline/internal/store"
)

// Options are what an Authenticator needs. Store and Sealer are required.
type Options struct {
	Store  *store.Store
	Sealer *seal.Sealer
	Now    func() time.Time // time.Now when nil
	// Granted are the permissions of keys that nobody made through the API: the
	// one from the configuration, and the one that a first start prints.
	Granted []bowline.Permission
}

// Authenticator recognizes callers and keeps the API keys. It is safe for
// concurrent use.
type Authenticator struct {
	store  *store.Store
	sealer *seal.Sealer
	now    func() time.Time
	grants []bowline.Permission

	known      keyCache
	uses       keyUses
	configured atomic.Bool // a bootstrap key stands in the configuration
}

// New returns an Authenticator.
func New(o Options) *Authenticator {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Authenticator{
		store: o.Store, sealer: o.Sealer, now: o.Now, grants: o.Granted,
		known: keyCache{entries: map[digest]cachedKey{}},
	}
}

// Refusals. They are one value each, because they are made per bad request and
// carry nothing of it.
var (
	errNoCredentials = bowline.Errorf(bowline.CodeUnauthorized,
		"An API key is required: send it as Authorization: Basic with the base64 form of the key.")
	errUnknownKey = bowline.Errorf(bowline.CodeUnauthorized, "The API key is not known.")
	errBadToken   = bowline.Errorf(bowline.CodeUnauthorized, "The company access token is not valid or has expired.")
)

// FromRequest tells who sent r by its Authorization header (platform-api
// section 11): Basic with base64 of an API key, or Bearer with a company access
// token. Everything else, and everything unknown, is CodeUnauthorized.
func (a *Authenticator) FromRequest(r *http.Request) (Caller, error) {
	scheme, credentials, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	credentials = strings.TrimSpace(credentials)
	switch {
	case credentials == "":
		return Caller{}, errNoCredentials
	case strings.EqualFold(scheme, "Basic"):
		secret, ok := decodeBasic(credentials)
		if !ok {
			return Caller{}, errUnknownKey
		}
		return a.byKey(r.Context(), secret)
	case strings.EqualFold(scheme, "Bearer"):
		return a.byToken(credentials)
	}
	return Caller{}, errNoCredentials
}

// decodeBasic returns the key inside Basic credentials. Keys of other services
// are valid base64 themselves, so it always decodes first and never compares
// the header's text as it stands. Generic HTTP clients append a colon.
func decodeBasic(credentials string) (string, bool) {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(credentials, "="))
	if err != nil {
		return "", false
	}
	return strings.TrimSuffix(string(raw), ":"), true
}

func (a *Authenticator) byKey(ctx context.Context, secret string) (Caller, error) {
	hash, now := hashOf(secret), a.now()
	if caller, ok := a.known.get(hash, now); ok {
		a.uses.note(caller.Key, now)
		return caller, nil
	}
	generation := a.known.generation.Load()
	key, err := a.store.APIKeyByHash(ctx, hash.String())
	if errors.Is(err, store.ErrNotFound) {
		return Caller{}, errUnknownKey
	}
	if err != nil {
		return Caller{}, err
	}
	if key.Expired(now) {
		return Caller{}, errUnknownKey
	}
	caller := Caller{Instance: key.InstanceID, Key: key.ID, Permissions: key.Permissions, Expires: key.Expires}
	entry := cachedKey{caller: caller, readAt: now}
	if key.Expires != nil {
		entry.expires = *key.Expires
	}
	a.known.put(hash, entry, generation)
	a.uses.note(caller.Key, now)
	return caller, nil
}

// keyLifetime is how long a key may work after another replica deleted it. Our
// own deletions count at once.
const keyLifetime = 2 * time.Second

// maxKnown bounds the cache. Only keys that exist enter it.
const maxKnown = 1024

// keyCache spares the hot path a query per request. The generation grows with
// each deletion, so that a key read before one cannot be put in after it.
type keyCache struct {
	generation atomic.Uint64
	mu         sync.RWMutex
	entries    map[digest]cachedKey
}

type cachedKey struct {
	caller  Caller
	readAt  time.Time
	expires time.Time // zero: it does not
}

func (c *keyCache) get(hash digest, now time.Time) (Caller, bool) {
	c.mu.RLock()
	entry, ok := c.entries[hash]
	c.mu.RUnlock()
	age := now.Sub(entry.readAt)
	return entry.caller, ok && age >= 0 && age < keyLifetime && (entry.expires.IsZero() || now.Before(entry.expires))
}

func (c *keyCache) put(hash digest, entry cachedKey, generation uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation.Load() != generation {
		return
	}
	if len(c.entries) >= maxKnown {
		clear(c.entries)
	}
	c.entries[hash] = entry
}

// forget empties the cache after a deletion; keys in use come back with their
// next request.
func (c *keyCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.generation.Add(1)
	clear(c.entries)
}
