package simulator

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// intuit is QuickBooks Online with production and with development keys, which
// share the hosts for signing in but not those of the API.
func intuit() []profile {
	var out []profile
	for _, env := range []struct{ key, name, prefix, discovery string }{
		{"qhyg", "QuickBooks Online", "", "openid_configuration"},
		{"ndsk", "QuickBooks Online Sandbox", "sandbox-", "openid_sandbox_configuration"},
	} {
		key := env.key
		out = append(out, profile{
			key: key, name: env.name,
			register: func(s *Simulator) Client {
				return Client{ID: "AB" + s.hex("client id "+key, 48), Secret: s.secret("client secret " + key)[:40]}
			},
			authorize: []string{"appcenter.intuit.com/connect/oauth2"},
			tokens:    []string{"oauth.platform.intuit.com/oauth2/v1/tokens/bearer"},
			scopes:    []string{"com.intuit.quickbooks.accounting", "openid", "profile", "email", "phone", "address"},
			auth:      basicOnly, accessTTL: time.Hour, refreshTTL: 100 * 24 * time.Hour, rotation: daily, tokenType: "bearer",
			issuer: "https://oauth.platform.intuit.com/op/v1", chooses: one, tenantID: digitTenant(key, 16),
			check: func(c *call) *fault {
				if c.query("state") == "" {
					return shownFault("The state is missing.")
				}
				return nil
			},
			notice:   intuitNotice,
			callback: func(g *grant, back url.Values) { back.Set("realmId", g.tenants[0].id) },
			answer:   intuitAnswer,
			claims:   func(g *grant) map[string]any { return map[string]any{"realmid": g.tenants[0].id} },
			apiFault: func(c *call, f fault) {
				kind := "AUTHENTICATION"
				if f.status == http.StatusForbidden {
					kind = "AUTHORIZATION"
				}
				c.writeJSON(f.status, map[string]any{"fault": map[string]any{"type": kind,
					"error": []map[string]string{{"code": "3200", "message": "message=" + f.text + "; errorCode=003200"}}}})
			},
			mount: func(s *Simulator, p *provider) { mountIntuit(s, p, env.prefix, env.discovery) },
		})
	}
	return out
}

func intuitAnswer(c *call, t *issued) {
	delete(t.fields, "scope")
	if t.refresh == nil {
		return
	}
	now := c.s.now()
	t.fields["x_refresh_token_expires_in"] = int(t.refresh.expires.Sub(now) / time.Second)
	t.fields["x_refresh_token_hard_expires_in"] = int(t.g.born.AddDate(5, 0, 0).Sub(now) / time.Second)
}

func mountIntuit(s *Simulator, p *provider, prefix, discovery string) {
	const oauth = "oauth.platform.intuit.com/op/v1"
	accounts := prefix + "accounts.platform.intuit.com/v1/openid_connect/userinfo"
	s.serveKeys(oauth+"/jwks", p)
	s.serveDiscovery("developer.api.intuit.com/.well-known/"+discovery, p, map[string]any{
		"jwks_uri": "https://" + oauth + "/jwks", "userinfo_endpoint": "https://" + accounts,
		"revocation_endpoint": "https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
	})
	s.api("GET "+accounts, p, intuitUserinfo)
	s.route.add("POST developer.api.intuit.com/v2/oauth2/tokens/revoke", p, intuitRevoke)
	s.api("GET "+prefix+"quickbooks.api.intuit.com/v3/company/{realm}/companyinfo/{again}", p, func(c *call, g *grant) {
		if !c.needs(g, "com.intuit.quickbooks.accounting") {
			return
		}
		realm := g.tenants[0]
		if c.r.PathValue("realm") != realm.id || c.r.PathValue("again") != realm.id {
			c.refuseCall(fault{status: http.StatusForbidden, code: "ApplicationAuthorizationFailed", text: "The token is for another company"})
			return
		}
		if !wantsJSON(c.r) {
			var name strings.Builder
			_ = xml.EscapeText(&name, []byte(c.named(realm))) // a Builder takes everything
			c.w.header.Set("Content-Type", "application/xml")
			c.finish(http.StatusOK, []byte("<IntuitResponse><CompanyInfo><CompanyName>"+name.String()+"</CompanyName></CompanyInfo></IntuitResponse>"))
			return
		}
		c.writeJSON(http.StatusOK, map[string]any{"CompanyInfo": map[string]any{"CompanyName": c.named(realm), "LegalName": c.named(realm),
			"Country": "GB", "Id": "1"}, "time": c.clock().Format(time.RFC3339)})
	})
}

// intuitUserinfo writes claims in Intuit's spelling.
func intuitUserinfo(c *call, g *grant) {
	if !c.needs(g, "openid") {
		return
	}
	claims := map[string]any{"sub": g.user}
	for scope, values := range map[string]map[string]any{
		"profile": {"givenName": "Robin", "familyName": "Sample"},
		"email":   {"email": "robin@harbourlane.example", "emailVerified": true},
		"phone":   {"phoneNumber": "+44 1632 960001", "phoneNumberVerified": true},
		"address": {"address": map[string]string{"streetAddress": "1 Harbour Lane", "locality": "Seaford", "postalCode": "BN25 1AA", "country": "GB"}},
	} {
		if !slices.Contains(g.scopes, scope) {
			continue
		}
		for name, value := range values {
			claims[name] = value
		}
	}
	c.writeJSON(http.StatusOK, claims)
}

// intuitRevoke wants JSON and HTTP Basic; either token ends the whole grant.
func intuitRevoke(c *call) {
	if !c.json {
		c.refuseToken(*badRequest("invalid_request", "The body must be JSON."))
		return
	}
	c.json = false // the engine wants token requests of this provider as forms
	c.revokeToken(func(found bool) {
		if !found {
			c.refuseToken(*badRequest("invalid_request", "There is no such token."))
			return
		}
		c.finish(http.StatusOK, nil)
	})
}
