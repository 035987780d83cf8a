package oauth

import (
	"testing"

	"github.com/bowline/bowline/internal/catalog"
)

func TestEndings(t *testing.T) {
	t.Parallel()
	g := Grant{AccessToken: "AAAAAA", RefreshToken: "RRRRRR", Values: catalog.Values{"token.user": "u 1"}}
	tenant := Tenant{ID: "t", Values: map[string]string{"connectionId": "c/1"}}
	for name, c := range map[string]struct {
		key        catalog.Secret // of ours, in place of the access token
		revoke     *catalog.Call
		disconnect *catalog.Call
		answer     map[string]string
		want       asked
		reason     Reason
	}{
		"refresh token by RFC 7009": {answer: map[string]string{"POST /revoke": ""},
			want: asked{what: "POST /revoke", body: "client_id=me&client_secret=hush-hush&token=RRRRRR"}},
		"json with basic": {revoke: &catalog.Call{URL: "/end", Format: catalog.FormatJSON, Authentication: catalog.Basic, Params: params("token", "${grant.refreshToken}")},
			want: asked{what: "POST /end", authorization: "Basic bWU6aHVzaC1odXNo", body: `{"token":"RRRRRR"}`}},
		"bearer": {revoke: &catalog.Call{Method: "DELETE", URL: "/end", Authentication: catalog.AuthBearer},
			want: asked{what: "DELETE /end", authorization: "Bearer AAAAAA"}},
		"gone already": {revoke: &catalog.Call{Method: "DELETE", URL: "/end", Authentication: catalog.AuthBearer},
			answer: map[string]string{"DELETE /end": "401 {}"}, want: asked{what: "DELETE /end", authorization: "Bearer AAAAAA"}},
		"a token that is not known": {revoke: &catalog.Call{URL: "/end", Authentication: catalog.AuthBearer},
			answer: map[string]string{"POST /end": `401 {"error":"invalid_token"}`}, want: asked{what: "POST /end", authorization: "Bearer AAAAAA"}},
		"own key is refused": {key: "Bearer sk_ours", revoke: &catalog.Call{URL: "/end", Authentication: catalog.AuthBearer},
			answer: map[string]string{"POST /end": `401 {"error":{"message":"Invalid API Key"}}`}, reason: Misconfigured, want: asked{what: "POST /end", authorization: "Bearer sk_ours"}},
		"own key is no token": {key: "Bearer sk_ours", revoke: &catalog.Call{URL: "/end", Authentication: catalog.AuthBearer},
			answer: map[string]string{"POST /end": `401 {"error":"invalid_token"}`}, reason: Refused, want: asked{what: "POST /end", authorization: "Bearer sk_ours"}},
		"own key, and nothing there": {key: "Bearer sk_ours", revoke: &catalog.Call{Method: "DELETE", URL: "/end", Authentication: catalog.AuthBearer},
			answer: map[string]string{"DELETE /end": `404 {}`}, want: asked{what: "DELETE /end", authorization: "Bearer sk_ours"}},
		"wrong client": {answer: map[string]string{"POST /revoke": `401 {"error":"invalid_client"}`}, reason: Misconfigured,
			want: asked{what: "POST /revoke", body: "client_id=me&client_secret=hush-hush&token=RRRRRR"}},
		"own header": {revoke: &catalog.Call{URL: "/end", Authentication: catalog.None, Format: catalog.FormatJSON, Headers: params("Authorization", "Client hush"), Params: params("access_token", "${grant.accessToken}")},
			want: asked{what: "POST /end", authorization: "Client hush", body: `{"access_token":"AAAAAA","client_id":"me"}`}},
		"query": {revoke: &catalog.Call{URL: "/end?token=${grant.refreshToken}", Authentication: catalog.None},
			answer: map[string]string{"POST /end?token=RRRRRR": ""}, want: asked{what: "POST /end?token=RRRRRR", body: "client_id=me"}},
		"wrong status": {revoke: &catalog.Call{URL: "/end", Status: 204}, reason: Invalid, want: asked{what: "POST /end", body: "client_id=me&client_secret=hush-hush"}},
		"disconnect": {disconnect: &catalog.Call{Method: "DELETE", URL: "/connections/${tenant.connectionId}"},
			answer: map[string]string{"DELETE /connections/c%2F1": ""}, want: asked{what: "DELETE /connections/c%2F1", authorization: "Bearer AAAAAA"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.answer == nil {
				c.answer = map[string]string{"POST /end": "{}", "DELETE /end": "{}"}
			}
			o := newOddity(t, c.answer)
			in := o.entry()
			in.OAuth.RevokeURL, in.OAuth.Revoke, in.Disconnect = o.URL+"/revoke", c.revoke, c.disconnect
			if c.key != "" {
				in.API.Authorization = c.key
			}
			var err error
			if c.disconnect != nil {
				in.Disconnect.URL = o.URL + in.Disconnect.URL
				err = newClient(t, Options{}).Disconnect(t.Context(), in, g, tenant)
			} else {
				if c.revoke != nil {
					in.OAuth.Revoke.URL = o.URL + in.OAuth.Revoke.URL
				}
				err = newClient(t, Options{}).Revoke(t.Context(), in, g)
			}
			if ReasonOf(err) != c.reason || c.reason == "" && err != nil {
				t.Error(err)
			}
			got := o.last(t)
			if got.what != c.want.what || got.authorization != c.want.authorization || got.body != c.want.body {
				t.Errorf("asked %s %q %s", got.what, got.authorization, got.body)
			}
		})
	}
	in := newOddity(t, nil).entry()
	if err := newClient(t, Options{}).Revoke(t.Context(), in, g); err != ErrUnsupported {
		t.Error(err)
	}
	if err := newClient(t, Options{}).Disconnect(t.Context(), in, g, tenant); err != ErrUnsupported {
		t.Error(err)
	}
}

func params(name, value string) map[string]catalog.Secret {
	return map[string]catalog.Secret{name: catalog.Secret(value)}
}

func TestWhichEndingsNeedAnAccessToken(t *testing.T) {
	t.Parallel()
	bearer := &catalog.Call{Method: "DELETE", URL: "/end", Authentication: catalog.AuthBearer}
	for name, c := range map[string]struct {
		in   catalog.Integration
		want [2]bool // revoke, disconnect
	}{
		"RFC 7009":   {},
		"bearer":     {in: catalog.Integration{OAuth: catalog.OAuth{Revoke: bearer}}, want: [2]bool{true, false}},
		"own key":    {in: catalog.Integration{OAuth: catalog.OAuth{Revoke: bearer}, API: catalog.API{Authorization: "Bearer ${client.secret}"}}},
		"parameter":  {in: catalog.Integration{OAuth: catalog.OAuth{Revoke: &catalog.Call{Params: params("t", "${grant.accessToken}")}}}, want: [2]bool{true, false}},
		"refresh":    {in: catalog.Integration{OAuth: catalog.OAuth{Revoke: &catalog.Call{Params: params("t", "${grant.refreshToken}")}}}},
		"disconnect": {in: catalog.Integration{Disconnect: &catalog.Call{URL: "/end"}}, want: [2]bool{false, true}},
	} {
		if c.in.API.Authorization == "" {
			c.in.API.Authorization = catalog.BearerAuthorization
		}
		if got := [2]bool{RevokeNeedsAccess(c.in, Grant{}), DisconnectNeedsAccess(c.in, Grant{})}; got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
