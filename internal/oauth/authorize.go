package oauth

import (
	"context"
	"errors"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

// AuthorizeURL returns the provider's authorization endpoint with the request
// in its query (RFC 6749 section 4.1.1): where to send the browser. It reads
// the discovery document when that is not cached; its errors are *Error.
func (c *Client) AuthorizeURL(ctx context.Context, r Request) (string, error) {
	const op = "authorize"
	if err := r.check(); err != nil {
		return "", &Error{Op: op, Reason: Misconfigured, cause: err}
	}
	server, err := c.endpoints(ctx, op, r.Integration.OAuth)
	if err != nil {
		return "", err
	}
	o, scopes := r.Integration.OAuth, r.scopes()
	config := oauth2.Config{
		ClientID: o.ClientID, RedirectURL: r.RedirectURI,
		Endpoint: oauth2.Endpoint{AuthURL: server.AuthorizeURL},
	}
	var params []oauth2.AuthCodeOption
	for key, value := range o.AuthorizeParams {
		params = append(params, oauth2.SetAuthURLParam(key, value))
	}
	if len(scopes) > 0 {
		// As a parameter, because the library joins with spaces only.
		params = append(params, oauth2.SetAuthURLParam("scope", strings.Join(scopes, o.ScopeSeparator)))
	}
	if o.PKCE {
		params = append(params, oauth2.S256ChallengeOption(r.Verifier))
	}
	if slices.Contains(scopes, "openid") {
		params = append(params, oauth2.SetAuthURLParam("nonce", r.Nonce))
	}
	return config.AuthCodeURL(r.State, params...), nil
}

// scopes returns the integration's scopes and the extra ones, each once.
func (r Request) scopes() []string {
	scopes := slices.Clone(r.Integration.OAuth.Scopes)
	for _, extra := range r.ExtraScopes {
		if !slices.Contains(scopes, extra) {
			scopes = append(scopes, extra)
		}
	}
	return scopes
}

// check finds requests that would be sent without one of their protections.
func (r Request) check() error {
	switch o := r.Integration.OAuth; {
	case r.RedirectURI == "":
		return errors.New("request has no redirect uri")
	case len(r.State) < 16:
		return errors.New("request has no state, or a short one")
	case o.PKCE && (len(r.Verifier) < 43 || len(r.Verifier) > 128):
		return errors.New("request has no verifier of 43 to 128 characters")
	case r.Nonce == "" && slices.Contains(r.scopes(), "openid"):
		return errors.New("request has no nonce")
	}
	return nil
}
