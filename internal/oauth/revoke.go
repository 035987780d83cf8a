package oauth

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/bowline/bowline/internal/catalog"
)

// Revoke ends a grant, by RFC 7009 with its refresh or access token, or as the
// entry says. A grant that the provider no longer knows counts as revoked.
// ErrUnsupported when there is no such call, otherwise errors are *Error.
func (c *Client) Revoke(ctx context.Context, in catalog.Integration, g Grant) error {
	const op = "revoke token"
	in = in.ForInputs(g.Values)
	if in.OAuth.Revoke != nil {
		return c.end(ctx, op, in, *in.OAuth.Revoke, g.variables())
	}
	server, err := c.endpoints(ctx, op, in.OAuth)
	if err != nil {
		return err
	}
	if server.RevokeURL == "" {
		return ErrUnsupported
	}
	token := cmp.Or(g.RefreshToken, g.AccessToken)
	return c.end(ctx, op, in, catalog.Call{Method: http.MethodPost, URL: server.RevokeURL, Format: catalog.FormatForm,
		Params: map[string]Secret{"token": token}}, g.Values)
}

// Disconnect ends one connection of a grant and leaves the grant to the others.
// An access token that has ended makes it look as if nothing were left, so
// refresh it before. ErrUnsupported when the provider has no such call,
// otherwise errors are *Error.
func (c *Client) Disconnect(ctx context.Context, in catalog.Integration, g Grant, t Tenant) error {
	in = in.ForInputs(g.Values)
	if in.Disconnect == nil {
		return ErrUnsupported
	}
	call := *in.Disconnect
	call.Authentication = cmp.Or(call.Authentication, catalog.AuthBearer)
	return c.end(ctx, "disconnect tenant", in, call, g.variables().With(t.variables()))
}

// end makes a call that ends something. It shows who we are as the token
// endpoint wants it, unless the call says otherwise.
func (c *Client) end(ctx context.Context, op string, in catalog.Integration, call catalog.Call, values catalog.Values) error {
	call.Method = cmp.Or(call.Method, http.MethodPost)
	call.Authentication = cmp.Or(call.Authentication, in.OAuth.ClientAuthentication)
	m, err := c.compose(op, in, call, values)
	if err != nil {
		return err
	}
	got, err := c.deliver(ctx, m)
	if err != nil {
		return err
	}
	// Whatever the body is: the status alone already says whether it failed.
	answered, _ := readToken(got, in.OAuth)
	if got.good(call.Status) && answered.errorCode == "" {
		return nil
	}
	failed := refused(got, answered, m)
	// A call that carries a key of ours instead of the grant's token is refused
	// because of that key; what became of the grant it does not tell.
	ours := call.Authentication == catalog.AuthBearer && !sendsAccess(in, call)
	switch {
	case failed.Code == "invalid_grant" || failed.Code == "invalid_token" && !ours:
		return nil
	case call.Authentication == catalog.AuthBearer && (got.status == http.StatusUnauthorized && !ours || got.status == http.StatusNotFound):
		return nil // nothing is left that could be ended
	}
	return failed
}

// RevokeNeedsAccess says whether [Client.Revoke] wants an access token that has
// not ended.
func RevokeNeedsAccess(in catalog.Integration, g Grant) bool {
	in = in.ForInputs(g.Values)
	return in.OAuth.Revoke != nil && sendsAccess(in, *in.OAuth.Revoke)
}

// DisconnectNeedsAccess is RevokeNeedsAccess for [Client.Disconnect].
func DisconnectNeedsAccess(in catalog.Integration, g Grant) bool {
	in = in.ForInputs(g.Values)
	if in.Disconnect == nil {
		return false
	}
	call := *in.Disconnect
	call.Authentication = cmp.Or(call.Authentication, catalog.AuthBearer)
	return sendsAccess(in, call)
}

// sendsAccess says whether a call carries the grant's access token.
func sendsAccess(in catalog.Integration, call catalog.Call) bool {
	texts := []string{call.URL}
	for _, values := range []map[string]Secret{call.Params, call.Headers} {
		for _, value := range values {
			texts = append(texts, value.Reveal())
		}
	}
	if call.Authentication == catalog.AuthBearer {
		texts = append(texts, in.API.Authorization.Reveal())
	}
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, "grant.accessToken") })
}
