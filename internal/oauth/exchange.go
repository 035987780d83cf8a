package oauth

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/bowline/bowline/internal/catalog"
)

// Exchange turns the code of a callback into a Grant (RFC 6749 section 4.1.3).
// The caller has compared the state; Exchange compares the issuer before the
// code leaves (RFC 9207 section 2.4), and verifies the id_token when openid is
// among the scopes. The code is sent once and never again, whatever happens:
// call it once per callback. Errors are *Error.
func (c *Client) Exchange(ctx context.Context, r Request, cb Callback) (Grant, error) {
	const op = "exchange code"
	if err := cb.Err(); err != nil {
		return Grant{}, err
	}
	if err := r.check(); err != nil {
		return Grant{}, &Error{Op: op, Reason: Misconfigured, cause: err}
	}
	in := r.client()
	o := in.OAuth
	server, err := c.endpoints(ctx, op, o)
	if err != nil {
		return Grant{}, err
	}
	if !rightIssuer(o, server, cb) {
		return Grant{}, &Error{Op: op, Reason: WrongIssuer}
	}
	values := r.Values.With(cb.kept)
	address, err := filled(op, server.TokenURL, values)
	if err != nil {
		return Grant{}, err
	}
	body := map[string]string{"grant_type": "authorization_code", "code": cb.Code, "redirect_uri": r.RedirectURI}
	if o.PKCE {
		body["code_verifier"] = r.Verifier
	}
	given, off, err := c.token(ctx, message{op: op, in: in, method: "POST", address: address,
		format: cmp.Or(o.TokenFormat, catalog.FormatForm), authentication: o.ClientAuthentication, body: body}, values)
	if err != nil {
		return Grant{}, err
	}
	if given.Scopes == nil {
		given.Scopes = r.scopes()
	}
	if slices.Contains(r.scopes(), "openid") {
		if given.Claims, err = c.verify(ctx, r, server, issued{given, off}); err != nil {
			return Grant{}, err
		}
	}
	return given, nil
}

// rightIssuer repeats the check of ParseCallback, because a Callback can be
// made by other means, and adds what only the metadata tell.
func rightIssuer(o catalog.OAuth, server metadata, cb Callback) bool {
	if cb.Issuer == "" {
		return o.IssParameter != catalog.IssRequired && !server.SendsIssuer
	}
	return o.Issuer == "" || cb.Issuer == o.Issuer
}

// RefreshFrom returns the earliest time at which the provider accepts a refresh
// of the grant; zero for any time.
func RefreshFrom(in catalog.Integration, g Grant) time.Time {
	ends := Expiry(in, g)
	if in.OAuth.Refresh.Window == 0 || ends.IsZero() {
		return time.Time{}
	}
	return ends.Add(-time.Duration(in.OAuth.Refresh.Window) * time.Second)
}

// opRefresh is the Op of errors of Refresh.
const opRefresh = "refresh token"

// Refresh gets a new access token (RFC 6749 section 6). The Grant holds the
// refresh token to use from now on: a new one, or the same when the provider
// sent none. It holds no id_token and no claims, because failing on those
// would lose a refresh token that was already replaced; its Values are those of
// g with what the answer renewed. Errors are *Error; only Refused means that
// the grant is over. Before RefreshFrom nothing is asked, and the error is
// Unavailable. ErrUnsupported says that the access token does not expire. A
// provider that rotates voids the old token at once: serialize calls per grant
// and store before use.
func (c *Client) Refresh(ctx context.Context, in catalog.Integration, g Grant) (Grant, error) {
	const op = opRefresh
	in = in.ForInputs(g.Values)
	o := in.OAuth
	switch from := RefreshFrom(in, g); {
	case o.Refresh.Never:
		return Grant{}, ErrUnsupported
	case g.RefreshToken == "":
		return Grant{}, &Error{Op: op, Reason: Refused, cause: errors.New("there is no refresh token")}
	case c.now().Before(from):
		return Grant{}, &Error{Op: op, Reason: Unavailable, cause: errors.New("it is too early for this provider")}
	}
	server, err := c.endpoints(ctx, op, o)
	if err != nil {
		return Grant{}, err
	}
	address, err := filled(op, cmp.Or(o.Refresh.URL, server.TokenURL), g.variables())
	if err != nil {
		return Grant{}, err
	}
	body := map[string]string{"grant_type": "refresh_token", "refresh_token": g.RefreshToken.Reveal()}
	given, _, err := c.token(ctx, message{op: op, in: in, method: "POST", address: address,
		format:         cmp.Or(o.TokenFormat, catalog.FormatForm),
		authentication: cmp.Or(o.Refresh.ClientAuthentication, o.ClientAuthentication), body: body}, g.Values)
	if err != nil {
		return Grant{}, err
	}
	if given.RefreshToken == "" {
		given.RefreshToken = g.RefreshToken
		if given.RefreshExpiresAt.IsZero() {
			given.RefreshExpiresAt = g.RefreshExpiresAt
		}
	}
	given.IDToken = ""
	return given, nil
}

// token sends a token request and reads the answer. values are kept with the
// grant, together with what the entry keeps of the answer. It also returns how
// far the provider's clock is ahead of ours.
func (c *Client) token(ctx context.Context, m message, values catalog.Values) (Grant, time.Duration, error) {
	o := m.in.OAuth
	maps.Copy(m.body, catalog.FillParams(o.TokenParams, values))
	if m.op == opRefresh {
		maps.Copy(m.body, catalog.FillParams(o.RefreshParams, values))
	}
	sent := c.now()
	got, err := c.deliver(ctx, m)
	if err != nil {
		return Grant{}, 0, err
	}
	answered, err := readToken(got, o)
	if !got.ok() || answered.errorCode != "" {
		return Grant{}, 0, refused(got, answered, m)
	}
	if err == nil {
		err = answered.valid()
	}
	if err != nil {
		return Grant{}, 0, &Error{Op: m.op, Reason: Invalid, Status: got.status, cause: err}
	}
	given := Grant{
		AccessToken: Secret(answered.accessToken), RefreshToken: Secret(answered.refreshToken),
		IDToken: Secret(answered.idToken), TokenType: "Bearer", Scopes: answered.scope, IssuedAt: sent.UTC(),
		// From when we asked: early is harmless, late is not.
		ExpiresAt: answered.expires.after(sent, got.off), RefreshExpiresAt: answered.refreshExpires.after(sent, got.off),
	}
	if given.Values, err = c.keep(m, values, got, given); err != nil {
		return Grant{}, 0, err
	}
	return given, got.off, nil
}

// keep adds to values what the entry keeps of a token answer. A refresh need
// not repeat what the exchange told, and may lack what the entry keeps only
// since then: failing on that would lose the new refresh token.
func (c *Client) keep(m message, values catalog.Values, got answer, given Grant) (catalog.Values, error) {
	sent, err := tokenMembers(got)
	if err != nil {
		return nil, &Error{Op: m.op, Reason: Invalid, Status: got.status, cause: err}
	}
	told, missing := kept("token.", m.in.Keep.Token, sent.scalar)
	claims, without := kept("claim.", m.in.Keep.Claims, jwtClaims(given.AccessToken).scalar)
	all := values.With(told).With(claims)
	for prefix, name := range map[string]string{"token.": missing, "claim.": without} {
		if name != "" && all[prefix+name] == "" && m.op != opRefresh {
			return nil, &Error{Op: m.op, Reason: Invalid, Status: got.status, cause: errors.New("the answer lacks " + name)}
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	return all, nil
}

// refused makes an *Error of an answer that is not a success.
func refused(got answer, answered tokenAnswer, m message) *Error {
	reason, code := classify(answered.errorCode, got.status)
	switch {
	case got.status >= 300 && got.status < 400:
		reason = Invalid
	case reason == Refused && (code == "" || code == otherCode):
		// A 401 or 403 from these endpoints that does not say more is about
		// the client (RFC 6749 section 5.2), not about the grant.
		reason = Misconfigured
	}
	place := catalog.AtToken
	if m.op == opRefresh {
		place = catalog.AtRefresh
	}
	said, means := meant(m.in, place, got.status, cmp.Or(own(got, m.in), answered.errorCode))
	if means {
		reason = said
	}
	text := answered.errorText
	if text == "" && code == otherCode {
		text = answered.errorCode
	}
	return &Error{Op: m.op, Reason: reason, Status: got.status, Code: code, Named: means, RetryAfter: got.retry, Detail: detail(text, m.secrets()...)}
}
