package oauth

import (
	"log/slog"
	"time"

	"github.com/bowline/bowline/internal/catalog"
)

// Secret is the redacting text type of the catalog, used for every token.
type Secret = catalog.Secret

// Request is one authorization request: what AuthorizeURL sends and what
// Exchange must repeat or compare. The caller keeps it, sealed, between the
// two. It logs without its secrets.
type Request struct {
	Integration catalog.Integration
	// RedirectURI is ours and identical in both steps; one per integration
	// (RFC 9700 section 4.4.2.1).
	RedirectURI string
	// State ties the callback to the browser; the caller makes and checks it.
	State string
	// Nonce ties the id_token to this request (OpenID Connect Core 3.1.2.1);
	// needed when the scopes hold openid, else ignored. Make one with NewToken.
	Nonce string
	// Verifier is the PKCE code verifier (RFC 7636 section 4.1); needed unless
	// the integration forbids PKCE. Make one with NewToken.
	Verifier string
	// ExtraScopes are asked for after the integration's own.
	ExtraScopes []string
	// Values are those of what the customer chose and typed before the sign-in
	// (catalog.Integration.InputValues), and of the chosen row.
	Values catalog.Values
}

// client returns the integration with the client that the values belong to.
func (r Request) client() catalog.Integration { return r.Integration.ForInputs(r.Values) }

// LogValue names the integration and nothing else.
func (r Request) LogValue() slog.Value {
	return slog.GroupValue(slog.String("integration", r.Integration.Key))
}

// String is for fmt what LogValue is for logs.
func (r Request) String() string { return "request to " + r.Integration.Key }

// GoString is String, for %#v.
func (r Request) GoString() string { return r.String() }

// Grant is what a provider gave: tokens and what they are good for.
type Grant struct {
	AccessToken Secret
	// RefreshToken is empty when the provider gave none.
	RefreshToken Secret
	// IDToken is the raw id_token, empty when the provider gave none.
	IDToken Secret
	// TokenType is "Bearer", whatever case the provider used.
	TokenType string
	// ExpiresAt is when the access token ends, UTC; zero when not told.
	ExpiresAt time.Time
	// IssuedAt is when it was asked for, UTC; zero for one that was handed over.
	IssuedAt time.Time
	// Scopes are those granted: the provider's list, or those asked for when
	// it sent none (RFC 6749 section 5.1). After Refresh, nil when it sent
	// none: they have not changed.
	Scopes []string
	// Claims are the claims of the verified id_token under OpenID names; nil
	// without openid in the scopes. Numbers are json.Number, as sent.
	Claims map[string]any
	// RefreshExpiresAt is when the refresh token ends, UTC; zero when not told.
	RefreshExpiresAt time.Time
	// Values are the Request's and what the catalog entry says to keep of the
	// callback and the token answer, by full name. Whatever is asked of the
	// provider later needs them, so keep them with the tokens.
	Values catalog.Values
}

// variables are the grant's values together with its tokens.
func (g Grant) variables() catalog.Values {
	return g.Values.With(catalog.Values{"grant.accessToken": g.AccessToken.Reveal(), "grant.refreshToken": g.RefreshToken.Reveal()})
}

// LogValue tells the shape of the grant without its tokens and claims.
func (g Grant) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Bool("refreshable", g.RefreshToken != ""),
		slog.Time("expiresAt", g.ExpiresAt),
		slog.Any("scopes", g.Scopes),
	)
}

// Tenant is one organisation that a grant reaches. Its texts are cleaned:
// valid UTF-8 without control characters.
type Tenant struct {
	// ID is the provider's, at most 200 runes, exactly as sent.
	ID string
	// Name is at most 200 runes and never empty.
	Name string
	// Values are what the catalog entry keeps of it, by name without
	// "tenant."; nil for none.
	Values map[string]string
}

// variables are the tenant's values by full name.
func (t Tenant) variables() catalog.Values {
	values := catalog.Values{"tenant.id": t.ID}
	for name, value := range t.Values {
		values["tenant."+name] = value
	}
	return values
}
