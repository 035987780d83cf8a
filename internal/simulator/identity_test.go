package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// claims checks a token against the keys at an address.
func (f *flight) claims(token any, keysAt string) map[string]any {
	f.Helper()
	r := f.ring("GET " + keysAt)
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(r.body), &keys); err != nil || len(keys.Keys) == 0 {
		f.Fatalf("%s: %d %s %v", keysAt, r.status, r.body, err)
	}
	text, _ := token.(string)
	parsed, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		f.Fatalf("%v: %v", token, err)
	}
	var claims map[string]any
	if err := parsed.Claims(keys, &claims); err != nil {
		f.Fatal(err)
	}
	return claims
}

func TestIDTokens(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ key, discovery, keys, issuer string }{
		{"qhyg", "https://developer.api.intuit.com/.well-known/openid_configuration", "https://oauth.platform.intuit.com/op/v1/jwks",
			"https://oauth.platform.intuit.com/op/v1"},
		{"ndsk", "https://developer.api.intuit.com/.well-known/openid_sandbox_configuration", "https://oauth.platform.intuit.com/op/v1/jwks",
			"https://oauth.platform.intuit.com/op/v1"},
		{"gbol", "https://identity.xero.com/.well-known/openid-configuration", "https://identity.xero.com/.well-known/openid-configuration/jwks",
			"https://identity.xero.com"},
		{"jcrp", "", "https://id.sage.com/.well-known/jwks.json", "https://id.sage.com/"},
		{"trji", "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
			"https://login.microsoftonline.com/common/discovery/v2.0/keys", "https://login.microsoftonline.com/{directory}/v2.0"},
	} {
		f := board(t, planOf(t, row.key))
		f.authMore = map[string][]string{"nonce": {"n-1"}}
		f.connect()
		claims := f.claims(f.tokens["id_token"], row.keys)
		if claims["iss"] != f.fill(row.issuer) || claims["aud"] != f.client.ID || claims["nonce"] != "n-1" || claims["sub"] == "" {
			t.Errorf("%s: %v", row.key, claims)
		}
		if row.discovery == "" {
			continue
		}
		document := f.ring("GET " + row.discovery).object(t)
		if document["jwks_uri"] != row.keys || document["token_endpoint"] == nil {
			t.Errorf("%s: %v", row.key, document)
		}
	}
}

// TestIntuitSpellsClaimsItsOwnWay reads userinfo.
func TestIntuitSpellsClaimsItsOwnWay(t *testing.T) {
	t.Parallel()
	f := aboard(t, "qhyg")
	claims := f.ring("GET https://accounts.platform.intuit.com/v1/openid_connect/userinfo").object(t)
	if claims["givenName"] != "Robin" || claims["emailVerified"] != true || claims["phoneNumber"] != nil || claims["given_name"] != nil {
		t.Errorf("%v", claims)
	}
	idToken := f.claims(f.tokens["id_token"], "https://oauth.platform.intuit.com/op/v1/jwks")
	if idToken["sub"] != claims["sub"] {
		t.Errorf("two people: %v and %v", idToken, claims)
	}
}

// TestFirstCalls makes those beside the one that each plan has.
func TestFirstCalls(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ key, call, wants string }{
		{"trji", "GET https://api.businesscentral.dynamics.com/environments/v1.2", `"name":"Sandbox"`},
		{"trji", "GET https://api.businesscentral.dynamics.com/v2.0/{directory}/Production/api/v2.0/companies({tenant})", first},
		{"trji", "GET https://api.businesscentral.dynamics.com/v2.0/{directory}/Production/api/v2.0/companies", "CRONUS"},
		{"qudb", "GET https://start.exactonline.nl/api/v1/current/Me?$select=CurrentDivision", `{"d":{"results":[{"CurrentDivision":{tenant}}]}}`},
		{"qudb", "GET https://start.exactonline.nl/api/v1/{tenant}/system/Divisions?$filter=Code%20eq%20{tenant}", `"Code":{tenant}`},
		{"vxvy", "GET https://api.freshbooks.com/auth/api/v1/users/me", `"account_id":"{tenant}"`},
		{"tgff", "GET https://api.accounting.sage.com/v3.1/business", first},
		{"ugxp", "GET https://oauth.zettle.com/users/self", `"organizationUuid":"{tenant}"`},
		{"upvr", "GET https://api.truelayer.com/data/v1/info", "Robin Sample"},
		{"upvr", "GET https://auth.truelayer.com/api/providers?clientId={id}", `"provider_id":"ob-monzo"`},
		{"qkdj", "GET https://sellingpartnerapi-eu.amazon.com/sellers/v1/account", first},
		{"gbol", "GET https://identity.xero.com/connect/userinfo", `"given_name":"Robin"`},
		{"zsth", "POST https://connect.squareup.com/oauth2/token/status", `"merchant_id":"{tenant}"`},
	} {
		f := aboard(t, row.key)
		if r := f.ring(row.call); r.status != http.StatusOK || !strings.Contains(r.body, f.fill(row.wants)) {
			t.Errorf("%s: %d %s", f.fill(row.call), r.status, r.body)
		}
	}
	f := aboard(t, "tgff")
	f.headers = map[string]string{"X-Business": "nobody"}
	if r := f.ring("GET https://api.accounting.sage.com/v3.1/business"); r.status != http.StatusForbidden {
		t.Errorf("Sage answers for a business of others: %d", r.status)
	}
	f = aboard(t, "pbtz")
	f.body = `{"query":"{ user { id } }"}`
	if r := f.use(); !strings.Contains(r.body, `"errors"`) {
		t.Errorf("Wave: %s", r.body)
	}
	old := f.fill("{access_token}")
	f.renewed()
	f.tokens["access_token"] = old
	if r := f.use(); r.status != http.StatusUnauthorized {
		t.Errorf("Wave's access token outlives a refresh: %d", r.status)
	}
}
