package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// skew is how far what signs may be behind the clock that its answer tells.
const skew = time.Minute

// asymmetric lists the signature algorithms accepted for id_tokens. "none" and
// the HMAC family are out: the first is no signature, the second would make
// the client secret a signing key.
var asymmetric = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512,
	oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA,
}

// issued is a grant just given, and how far the clock of who gave it is ahead of
// ours. The id_token comes in the same answer, so it goes by the same clock.
type issued struct {
	Grant
	off time.Duration
}

// verify checks an id_token by the rules of OpenID Connect Core section
// 3.1.3.7 and returns its claims.
func (c *Client) verify(ctx context.Context, r Request, server metadata, given issued) (map[string]any, error) {
	const op = "verify id_token"
	invalid := func(why string) error {
		return &Error{Op: op, Reason: Invalid, cause: errors.New(why)}
	}
	if given.IDToken == "" {
		return nil, invalid("the answer holds none")
	}
	if server.JWKSURL == "" {
		return nil, &Error{Op: op, Reason: Misconfigured, cause: errors.New("no signing keys are known")}
	}
	clientID := r.client().OAuth.ClientID
	keys := &watchedKeys{set: c.keys(server.JWKSURL)}
	token, err := oidc.NewVerifier(server.Issuer, keys, &oidc.Config{
		ClientID:             clientID,
		SupportedSigningAlgs: algorithms(server.Algorithms),
		Now:                  func() time.Time { return c.now().Add(given.off - skew) },
	}).Verify(ctx, given.IDToken.Reveal())
	if err != nil {
		// The library's words quote the token, so they stay here.
		if keys.unavailable {
			return nil, &Error{Op: op, Reason: Unavailable, cause: errors.New("the signing keys cannot be read")}
		}
		return nil, invalid("signature, issuer, audience or lifetime is wrong")
	}
	if !sameText(token.Nonce, r.Nonce) {
		return nil, invalid("the nonce is another request's")
	}
	if token.AccessTokenHash != "" && token.VerifyAccessToken(given.AccessToken.Reveal()) != nil {
		return nil, invalid("it belongs to another access token")
	}
	var claims exactClaims
	if token.Claims(&claims) != nil {
		return nil, invalid("the claims are not an object")
	}
	if party, sent := claims["azp"]; sent && party != clientID || !sent && len(token.Audience) > 1 {
		return nil, invalid("it was issued to another client")
	}
	if token.Subject == "" {
		return nil, invalid("it names nobody")
	}
	// They served their purpose and say nothing about the person.
	for _, spent := range []string{"nonce", "at_hash", "c_hash"} {
		delete(claims, spent)
	}
	return renamed(claims, r.Integration.Claims), nil
}

// algorithms narrows the list of the discovery document to what we accept. A
// document without a list means RS256, which every provider must support
// (OpenID Connect Core section 15.1).
func algorithms(announced []string) []string {
	if len(announced) == 0 {
		return []string{oidc.RS256, oidc.ES256}
	}
	accepted := []string{}
	for _, algorithm := range asymmetric {
		if slices.Contains(announced, algorithm) {
			accepted = append(accepted, algorithm)
		}
	}
	if len(accepted) == 0 {
		// An empty list would mean the library's default.
		return asymmetric[:1]
	}
	return accepted
}

// watchedKeys remembers whether keys could not be fetched, which the verifier
// folds into the same error as a wrong signature.
type watchedKeys struct {
	set         *oidc.RemoteKeySet
	unavailable bool
}

// VerifySignature implements oidc.KeySet.
func (k *watchedKeys) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.set.VerifySignature(ctx, jwt)
	k.unavailable = err != nil && (strings.HasPrefix(err.Error(), "fetching keys") || ctx.Err() != nil)
	return payload, err
}

// renamed returns claims under OpenID names; names is provider name to OpenID
// name.
func renamed(claims map[string]any, names map[string]string) map[string]any {
	if len(names) == 0 {
		return claims
	}
	out := make(map[string]any, len(claims))
	for name, value := range claims {
		if _, moved := names[name]; !moved {
			out[name] = value
		}
	}
	for from, to := range names {
		if value, sent := claims[from]; sent {
			out[to] = value
		}
	}
	return out
}

// exactClaims decodes numbers as they were sent: updated_at is a count of
// seconds that a float would print as 1.7e+09.
type exactClaims map[string]any

// UnmarshalJSON implements json.Unmarshaler.
func (c *exactClaims) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return decoder.Decode((*map[string]any)(c))
}
