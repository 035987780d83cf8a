package oauth

import (
	"cmp"
	"context"
	"net/http"

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
	switch {
	case failed.Code == "invalid_grant" || failed.Code == "invalid_token":
		return nil
	case call.Authentication == catalog.AuthBearer && (got.status == http.StatusUnauthorized || got.status == http.StatusNotFound):
		return nil // nothing is left that could be ended
	}
	return failed
}
