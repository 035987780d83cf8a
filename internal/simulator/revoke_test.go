package simulator

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestRevocationCalls ends a grant in the way that each provider wants.
func TestRevocationCalls(t *testing.T) {
	t.Parallel()
	none := func(*http.Request, url.Values) {}
	for key, end := range map[string]func(f *flight) reply{
		"qhyg": func(f *flight) reply {
			f.json = true
			defer func() { f.json = false }()
			return f.post("https://developer.api.intuit.com/v2/oauth2/tokens/revoke", url.Values{"token": {f.refreshToken()}}, nil)
		},
		"gbol": func(f *flight) reply {
			return f.post("https://identity.xero.com/connect/revocation", url.Values{"token": {f.refreshToken()}}, nil)
		},
		"tgff": func(f *flight) reply {
			return f.post("https://oauth.accounting.sage.com/revoke", url.Values{"token": {f.refreshToken()}}, nil)
		},
		"vxvy": func(f *flight) reply {
			return f.post("https://api.freshbooks.com/auth/oauth/revoke", url.Values{"token": {f.refreshToken()}}, nil)
		},
		"pbtz": func(f *flight) reply {
			return f.post("https://api.waveapps.com/oauth2/token-revoke/", url.Values{"token": {f.refreshToken()}}, nil)
		},
		"rwuv": func(f *flight) reply {
			return f.post(f.fill("{accounts-server}/oauth/v2/token/revoke?token={refresh_token}"), url.Values{}, none)
		},
		"zsth": func(f *flight) reply {
			return f.post("https://connect.squareup.com/oauth2/revoke", url.Values{"client_id": {f.client.ID}, "access_token": {f.fill("{access_token}")}},
				func(r *http.Request, _ url.Values) { r.Header.Set("Authorization", "Client "+f.client.Secret) })
		},
		"exgd": func(f *flight) reply {
			return f.post("https://connect.stripe.com/oauth/deauthorize", url.Values{"client_id": {f.client.ID}, "stripe_user_id": {f.fill("{stripe_user_id}")}},
				func(r *http.Request, _ url.Values) { r.Header.Set("Authorization", "Bearer "+f.client.Secret) })
		},
		"ugxp": func(f *flight) reply { return f.ring("DELETE https://oauth.zettle.com/application-connections/self") },
		"upvr": func(f *flight) reply { return f.ring("DELETE https://auth.truelayer.com/api/delete") },
		"ldgh": func(f *flight) reply {
			return f.post("https://auth.lsk-prod.app/realms/k-series/protocol/openid-connect/revoke", url.Values{"token": {f.refreshToken()}}, nil)
		},
		"dxfw": func(f *flight) reply {
			body := url.Values{"token_type_hint": {"refresh_token"}, "token": {f.refreshToken()}}
			request, err := http.NewRequestWithContext(f.Context(), http.MethodDelete, "https://api.mollie.com/oauth2/tokens", strings.NewReader(body.Encode()))
			if err != nil {
				f.Fatal(err)
			}
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			request.SetBasicAuth(f.client.ID, f.client.Secret)
			return f.send(request)
		},
	} {
		f := aboard(t, key)
		if r := end(f); r.status != http.StatusOK && r.status != http.StatusNoContent {
			t.Errorf("%s: %d %s", key, r.status, r.body)
		}
		if r := f.again(f.refreshToken()); strings.Contains(r.body, "access_token") {
			t.Errorf("%s: a refresh works after the revocation", key)
		}
		if r := f.use(); r.status == http.StatusOK {
			t.Errorf("%s: a call works after the revocation", key)
		}
	}
}

// TestRevocationsThatAreRefused sends what a provider does not take.
func TestRevocationsThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, send := range map[string]func() (*flight, reply){
		"Sage, an access token": func() (*flight, reply) {
			f := aboard(t, "tgff")
			return f, f.post("https://oauth.accounting.sage.com/revoke", url.Values{"token": {f.fill("{access_token}")}}, nil)
		},
		"Intuit, a form": func() (*flight, reply) {
			f := aboard(t, "qhyg")
			return f, f.post("https://developer.api.intuit.com/v2/oauth2/tokens/revoke", url.Values{"token": {f.refreshToken()}}, nil)
		},
		"Square, Basic": func() (*flight, reply) {
			f := aboard(t, "zsth")
			return f, f.post("https://connect.squareup.com/oauth2/revoke", url.Values{"client_id": {f.client.ID}, "access_token": {f.fill("{access_token}")}},
				func(r *http.Request, _ url.Values) { r.SetBasicAuth(f.client.ID, f.client.Secret) })
		},
		"Stripe, the key of the other mode": func() (*flight, reply) {
			f := aboard(t, "exgd")
			return f, f.post("https://connect.stripe.com/oauth/deauthorize", url.Values{"client_id": {f.client.ID}, "stripe_user_id": {f.fill("{stripe_user_id}")}},
				func(r *http.Request, _ url.Values) {
					r.Header.Set("Authorization", "Bearer "+f.s.Client("yzth").Secret)
				})
		},
		"FreshBooks, a wrong secret": func() (*flight, reply) {
			f := aboard(t, "vxvy")
			return f, f.post("https://api.freshbooks.com/auth/oauth/revoke",
				url.Values{"token": {f.refreshToken()}, "client_id": {f.client.ID}, "client_secret": {"guessed"}}, func(*http.Request, url.Values) {})
		},
	} {
		f, r := send()
		if r.status < 400 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
		if r := f.use(); r.status != http.StatusOK {
			t.Errorf("%s: the grant is gone", name)
		}
	}
}

// TestSquareEndsOneTokenOrAll tells revoke_only_access_token from the rest.
func TestSquareEndsOneTokenOrAll(t *testing.T) {
	t.Parallel()
	f := aboard(t, "zsth")
	r := f.post("https://connect.squareup.com/oauth2/revoke",
		url.Values{"client_id": {f.client.ID}, "access_token": {f.fill("{access_token}")}, "revoke_only_access_token": {"true"}},
		func(r *http.Request, _ url.Values) { r.Header.Set("Authorization", "Client "+f.client.Secret) })
	if r.status != http.StatusOK || f.use().status != http.StatusUnauthorized {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := f.renewed(); r.status != http.StatusOK {
		t.Errorf("the refresh token went with the access token: %d", r.status)
	}
	f.usable("after a refresh")
}
