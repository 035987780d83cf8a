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
