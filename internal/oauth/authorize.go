package oauth

import (
	"context"
	"errors"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"github.com/bowline/bowline/internal/catalog"
)

// AuthorizeURL returns the provider's authorization endpoint with the request
// in its query (RFC 6749 section 4.1.1): where to send the browser. It reads
// the discovery document when that is not cached; its errors are *Error.
func (c *Client) AuthorizeURL(ctx context.Context, r Request) (string, error) {
	const op = "authorize"
	if err := r.check(); err != nil {
		return "", &Error{Op: op, Reason: Misconfigured, cause: err}
	}
	o := r.client().OAuth
	server, err := c.endpoints(ctx, op, o)
	if err != nil {
		return "", err
	}
	address, err := filled(op, server.AuthorizeURL, r.Values)
	if err != nil {
		return "", err
	}
	scopes := r.scopes()
	config := oauth2.Config{
		ClientID: o.ClientID, RedirectURL: r.RedirectURI,
		Endpoint: oauth2.Endpoint{AuthURL: address},
	}
	var params []oauth2.AuthCodeOption
	for key, value := range catalog.FillParams(o.AuthorizeParams, r.Values) {
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
	return c.seen(config.AuthCodeURL(r.State, params...)), nil
}

// filled is an address with its variables replaced.
func filled(op, template string, values catalog.Values) (string, error) {
	address, err := catalog.FillURL(template, values)
	if err != nil {
		return "", &Error{Op: op, Reason: Misconfigured, cause: err}
	}
	return address, nil
}

// scopes returns the integration's scopes and the extra ones, each once.
func (r Request) scopes() []string {
	var scopes []string
	for _, scope := range r.client().OAuth.Scopes {
		if filled, err := catalog.FillText(scope, r.Values); err == nil {
			scopes = append(scopes, filled)
		}
	}
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
