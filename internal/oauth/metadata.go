package oauth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/bowline/bowline/internal/catalog"
)

// Lifetimes of what is cached.
const (
	metadataLife = time.Hour
	// staleLife is how long an old document serves while the issuer cannot be
	// asked; retryAfter is how long nobody asks again after a failure.
	staleLife  = 24 * time.Hour
	retryAfter = 30 * time.Second
	// readLimit bounds a read that nobody may be waiting for any more.
	readLimit = 20 * time.Second
)

// metadata is what is known about an authorization server (OpenID Connect
// Discovery 1.0 section 3, RFC 8414 section 2).
type metadata struct {
	Issuer       string   `json:"issuer"`
	AuthorizeURL string   `json:"authorization_endpoint"`
	TokenURL     string   `json:"token_endpoint"`
	RevokeURL    string   `json:"revocation_endpoint"`
	UserinfoURL  string   `json:"userinfo_endpoint"`
	JWKSURL      string   `json:"jwks_uri"`
	Algorithms   []string `json:"id_token_signing_alg_values_supported"`
	// SendsIssuer promises iss in every authorization response; a response
	// without it is then not the server's (RFC 9207 section 2.4).
	SendsIssuer bool `json:"authorization_response_iss_parameter_supported"`
}

type cachedMetadata struct {
	metadata
	// read is when the document was read, retry when to ask again.
	read, retry time.Time
}

// endpoints returns where and how to reach the provider: the entry's own
// endpoints, completed from discovery when one is missing.
func (c *Client) endpoints(ctx context.Context, op string, o catalog.OAuth) (metadata, error) {
	var found metadata
	own := []string{o.AuthorizeURL, o.TokenURL, o.RevokeURL, o.UserinfoURL, o.JWKSURL}
	if o.Issuer != "" && o.Discovery && slices.Contains(own, "") {
		var err error
		if found, err = c.discover(ctx, op, o.Issuer); err != nil {
			return metadata{}, err
		}
	}
	found.Issuer = o.Issuer
	found.AuthorizeURL = cmp.Or(o.AuthorizeURL, found.AuthorizeURL)
	found.TokenURL = cmp.Or(o.TokenURL, found.TokenURL)
	found.RevokeURL = cmp.Or(o.RevokeURL, found.RevokeURL)
	found.UserinfoURL = cmp.Or(o.UserinfoURL, found.UserinfoURL)
	found.JWKSURL = cmp.Or(o.JWKSURL, found.JWKSURL)
	if found.AuthorizeURL == "" || found.TokenURL == "" {
		return metadata{}, &Error{Op: op, Reason: Misconfigured, cause: errors.New("discovery names no authorization or token endpoint")}
	}
	return found, nil
}

// discover returns the issuer's document from the cache, or reads it. One
// request serves all who wait, and a document that is out of date is better
// than none while the issuer does not answer.
func (c *Client) discover(ctx context.Context, op, issuer string) (metadata, error) {
	now := c.now()
	c.mu.Lock()
	cached, known := c.metadata[issuer]
	c.mu.Unlock()
	if known && now.Before(cached.retry) {
		return cached.metadata, nil
	}
	flight := c.flights.DoChan(issuer, func() (any, error) {
		// Detached: the first to wait may leave before the others.
		detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), readLimit)
		defer cancel()
		return c.readMetadata(detached, op, issuer)
	})
	select {
	case <-ctx.Done():
		return metadata{}, sendError(op, ctx.Err())
	case done := <-flight:
		if done.Err == nil {
			return done.Val.(metadata), nil
		}
		if !known || now.Sub(cached.read) > staleLife {
			return metadata{}, done.Err
		}
		c.logger.WarnContext(ctx, "using an old discovery document", "issuer", issuer, "error", done.Err)
		cached.retry = now.Add(retryAfter)
		c.mu.Lock()
		c.metadata[issuer] = cached
		c.mu.Unlock()
		return cached.metadata, nil
	}
}

// readMetadata fetches, checks and caches the issuer's document.
func (c *Client) readMetadata(ctx context.Context, op, issuer string) (metadata, error) {
	got, err := c.get(ctx, op, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", "")
	if err != nil {
		return metadata{}, err
	}
	broken := func(why string) error {
		reason := Misconfigured
		if got.status >= 500 || got.status == 429 {
			reason = Unavailable
		}
		return &Error{Op: op, Reason: reason, Status: got.status, cause: errors.New("discovery: " + why)}
	}
	if !got.ok() {
		return metadata{}, broken("the issuer does not serve its document")
	}
	var found metadata
	if json.Unmarshal(got.body, &found) != nil {
		return metadata{}, broken("the document is not JSON of the expected form")
	}
	// Otherwise one server could speak in the name of another (OpenID Connect
	// Discovery 1.0 section 4.3).
	if found.Issuer != issuer {
		return metadata{}, broken("the document belongs to another issuer")
	}
	secure := strings.HasPrefix(issuer, "https:")
	for _, endpoint := range []string{found.AuthorizeURL, found.TokenURL, found.RevokeURL, found.UserinfoURL, found.JWKSURL} {
		if endpoint != "" && !usable(endpoint, secure) {
			return metadata{}, broken("an endpoint is not an absolute URL, or less secure than the issuer")
		}
	}
	now := c.now()
	c.mu.Lock()
	c.metadata[issuer] = cachedMetadata{metadata: found, read: now, retry: now.Add(metadataLife)}
	c.mu.Unlock()
	return found, nil
}

func usable(endpoint string, secure bool) bool {
	u, err := url.Parse(endpoint)
	return err == nil && u.Host != "" && u.User == nil && u.Fragment == "" &&
		!strings.Contains(endpoint, "${") && // variables are the entry's, and would be filled with the customer's values
		(u.Scheme == "https" || u.Scheme == "http" && !secure)
}

type cachedKeys struct {
	set  *oidc.RemoteKeySet
	born time.Time
}

// keys returns the signing keys behind a JWKS URL. The set caches them and
// asks again for a key it has not seen; it is replaced when it gets old, so
// that a key the provider withdrew is forgotten.
func (c *Client) keys(jwksURL string) *oidc.RemoteKeySet {
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	cached, ok := c.keySets[jwksURL]
	if !ok || now.Sub(cached.born) > metadataLife {
		ctx := oidc.ClientContext(context.Background(), c.http)
		cached = cachedKeys{set: oidc.NewRemoteKeySet(ctx, jwksURL), born: now}
		c.keySets[jwksURL] = cached
	}
	return cached.set
}
