package oauth

import (
	"context"
	"errors"
	"net/url"
	"slices"

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
	o := r.Integration.OAuth
	server, err := c.endpoints(ctx, op, o)
	if err != nil {
		return Grant{}, err
	}
	if !rightIssuer(o, server, cb) {
		return Grant{}, &Error{Op: op, Reason: WrongIssuer}
	}
	values := url.Values{"grant_type": {"authorization_code"}, "code": {cb.Code}, "redirect_uri": {r.RedirectURI}}
	if o.PKCE {
		values.Set("code_verifier", r.Verifier)
	}
	given, err := c.token(ctx, op, server.TokenURL, form{oauth: o, values: values})
	if err != nil {
		return Grant{}, err
	}
	if given.Scopes == nil {
		given.Scopes = r.scopes()
	}
	if slices.Contains(r.scopes(), "openid") {
		if given.Claims, err = c.verify(ctx, r, server, given); err != nil {
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

// Refresh gets a new access token (RFC 6749 section 6). The Grant holds the
// refresh token to use from now on: a new one, or the same when the provider
// sent none. It holds no id_token and no claims, because failing on those
// would lose a refresh token that was already replaced. Errors are *Error;
// only Refused means that the grant is over. A provider that rotates voids the
// old token at once: serialize calls per grant and store before use.
func (c *Client) Refresh(ctx context.Context, in catalog.Integration, refreshToken Secret) (Grant, error) {
	const op = "refresh token"
	if refreshToken == "" {
		return Grant{}, &Error{Op: op, Reason: Refused, cause: errors.New("there is no refresh token")}
	}
	server, err := c.endpoints(ctx, op, in.OAuth)
	if err != nil {
		return Grant{}, err
	}
	values := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refreshToken.Reveal()}}
	given, err := c.token(ctx, op, server.TokenURL, form{oauth: in.OAuth, values: values})
	if err != nil {
		return Grant{}, err
	}
	if given.RefreshToken == "" {
		given.RefreshToken = refreshToken
	}
	given.IDToken = ""
	return given, nil
}

// token sends a token request and reads the answer.
func (c *Client) token(ctx context.Context, op, endpoint string, call form) (Grant, error) {
	for key, value := range call.oauth.TokenParams {
		call.values.Set(key, value)
	}
	sent := c.now()
	got, err := c.postForm(ctx, op, endpoint, call)
	if err != nil {
		return Grant{}, err
	}
	answered, err := readToken(got, call.oauth.ScopeSeparator)
	if !got.ok() || answered.errorCode != "" {
		return Grant{}, refused(op, got, answered, call)
	}
	if err == nil {
		err = answered.valid()
	}
	if err != nil {
		return Grant{}, &Error{Op: op, Reason: Invalid, Status: got.status, cause: err}
	}
	given := Grant{
		AccessToken: Secret(answered.accessToken), RefreshToken: Secret(answered.refreshToken),
		IDToken: Secret(answered.idToken), TokenType: "Bearer", Scopes: answered.scope,
	}
	if answered.expiresIn > 0 {
		// From when we asked: early is harmless, late is not.
		given.ExpiresAt = sent.Add(answered.expiresIn).UTC()
	}
	return given, nil
}

// refused makes an *Error of an answer that is not a success.
func refused(op string, got answer, answered tokenAnswer, call form) *Error {
	reason, code := classify(answered.errorCode, got.status)
	switch {
	case got.status >= 300 && got.status < 400:
		reason = Invalid
	case reason == Refused && (code == "" || code == otherCode):
		// A 401 or 403 from these endpoints that does not say more is about
		// the client (RFC 6749 section 5.2), not about the grant.
		reason = Misconfigured
	}
	text := answered.errorText
	if text == "" && code == otherCode {
		text = answered.errorCode
	}
	secrets := []string{call.oauth.ClientSecret.Reveal()}
	for _, name := range []string{"code", "code_verifier", "refresh_token", "token"} {
		secrets = append(secrets, call.values.Get(name))
	}
	return &Error{Op: op, Reason: reason, Status: got.status, Code: code, Detail: detail(text, secrets...)}
}

// Revoke ends a grant by its refresh or access token (RFC 7009). A token that
// the provider no longer knows counts as revoked. ErrUnsupported when there is
// no revocation endpoint, otherwise errors are *Error.
func (c *Client) Revoke(ctx context.Context, in catalog.Integration, token Secret) error {
	const op = "revoke token"
	server, err := c.endpoints(ctx, op, in.OAuth)
	if err != nil {
		return err
	}
	if server.RevokeURL == "" {
		return ErrUnsupported
	}
	call := form{oauth: in.OAuth, values: url.Values{"token": {token.Reveal()}}}
	got, err := c.postForm(ctx, op, server.RevokeURL, call)
	if err != nil {
		return err
	}
	if got.ok() {
		return nil
	}
	// Whatever the body is: the status alone already says that it failed.
	answered, _ := readToken(got, " ")
	failed := refused(op, got, answered, call)
	if failed.Code == "invalid_grant" || failed.Code == "invalid_token" {
		return nil
	}
	return failed
}
