package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// zettle is Zettle. Where the organisation's name comes from is unverified.
func zettle() []profile {
	return []profile{{
		key: "ugxp", name: "Zettle", register: entraLike("ugxp"),
		authorize: []string{"oauth.zettle.com/authorize"}, tokens: []string{"oauth.zettle.com/token"},
		scopes:    []string{"READ:PURCHASE", "READ:FINANCE", "READ:PRODUCT", "READ:USERINFO"},
		accessTTL: 2 * time.Hour, refreshTTL: 180 * 24 * time.Hour, chooses: one, tenantID: uuidTenant("ugxp"),
		apiFault: func(c *call, f fault) {
			code := "ACCESS_TOKEN_INVALID"
			if f.code == "expired" {
				code = "ACCESS_TOKEN_EXPIRED"
			}
			c.writeJSON(f.status, map[string]string{"error": code, "error_description": f.text})
		},
		mount: func(s *Simulator, p *provider) {
			s.api("GET oauth.zettle.com/users/self", p, func(c *call, g *grant) {
				c.writeJSON(http.StatusOK, map[string]string{"uuid": g.user, "organizationUuid": g.tenants[0].id})
			})
			s.api("DELETE oauth.zettle.com/application-connections/self", p, func(c *call, g *grant) {
				c.s.ledger.end(func(other *grant) bool { return other == g })
				c.finish(http.StatusNoContent, nil)
			})
			s.api("GET purchase.izettle.com/purchases/v2", p, func(c *call, g *grant) {
				if c.needs(g, "READ:PURCHASE") {
					c.writeJSON(http.StatusOK, map[string]any{"purchases": []any{}})
				}
			})
			s.api("GET secure.izettle.com/api/resources/organizations/self", p, func(c *call, g *grant) {
				c.writeJSON(http.StatusOK, map[string]string{"uuid": g.tenants[0].id, "name": c.named(g.tenants[0])})
			})
		},
	}}
}

// sumup is SumUp, withdrawn upstream. Lifetimes and rotation are unverified.
func sumup() []profile {
	return []profile{{
		key: "pshf", name: "SumUp", register: plainClient("pshf"),
		authorize: []string{"api.sumup.com/authorize"}, tokens: []string{"api.sumup.com/token"},
		scopes: []string{"transactions.history", "user.profile_readonly"}, pkce: checksPKCE,
		accessTTL: time.Hour, refreshTTL: 180 * 24 * time.Hour, chooses: one,
		tenantID: func(s *Simulator, i int) string {
			return "M" + strings.ToUpper(s.hex("tenant pshf "+strconv.Itoa(i), 7))
		},
		mount: func(s *Simulator, p *provider) {
			s.api("GET api.sumup.com/v0.1/me", p, func(c *call, g *grant) {
				if c.needs(g, "user.profile_readonly") {
					c.writeJSON(http.StatusOK, map[string]any{"merchant_profile": map[string]any{
						"company_name": c.named(g.tenants[0]), "merchant_code": g.tenants[0].id}})
				}
			})
		},
	}}
}

// mollie is Mollie and its test mode, withdrawn upstream: one grant, and calls
// in test mode say so. Almost all of it is unverified.
func mollie() []profile {
	var out []profile
	for _, mode := range []struct {
		key, name string
		test      bool
	}{{"dxfw", "Mollie", false}, {"dlqr", "Mollie Test", true}} {
		key := mode.key
		out = append(out, profile{
			key: key, name: mode.name,
			register: func(s *Simulator) Client {
				return Client{ID: "app_" + s.hex("client id "+key, 20), Secret: "sim" + s.secret("client secret "+key)}
			},
			authorize: []string{"my.mollie.com/oauth2/authorize"}, tokens: []string{"api.mollie.com/oauth2/tokens"},
			scopes: []string{"organizations.read", "profiles.read", "payments.read", "refunds.read", "customers.read", "orders.read",
				"settlements.read", "balances.read"},
			auth: basicOnly, pkce: refusesPKCE, tokenType: "bearer", accessTTL: time.Hour, rotation: same, chooses: one,
			tenantID: func(s *Simulator, i int) string { return "org_" + s.digits("tenant "+key+strconv.Itoa(i), 8) },
			check: func(c *call) *fault {
				if prompt := c.query("approval_prompt"); prompt != "" && prompt != "auto" && prompt != "force" {
					return badRequest("invalid_request", "approval_prompt is auto or force.")
				}
				return nil
			},
			mount: func(s *Simulator, p *provider) {
				s.route.add("DELETE api.mollie.com/oauth2/tokens", p, func(c *call) {
					if hint := c.form.Get("token_type_hint"); hint != "access_token" && hint != "refresh_token" {
						c.refuseToken(*badRequest("unsupported_token_type", "The token_type_hint is missing."))
						return
					}
					c.revokeToken(func(bool) { c.finish(http.StatusNoContent, nil) })
				})
				s.api("GET api.mollie.com/v2/organizations/me", p, mollieMe)
			},
		})
	}
	return out
}

func mollieMe(c *call, g *grant) {
	test := c.query("testmode") == "true"
	if test != (c.p.key == "dlqr") {
		c.writeJSON(http.StatusBadRequest, map[string]any{"status": 400, "title": "Bad Request", "detail": "testmode does not fit this app"})
		return
	}
	if c.needs(g, "organizations.read") {
		c.writeJSON(http.StatusOK, map[string]string{"resource": "organization", "id": g.tenants[0].id, "name": c.named(g.tenants[0])})
	}
}

// lightspeed is Lightspeed Restaurant K-Series, withdrawn upstream. Its sandbox
// and its trial are assumed to share the demo realm (unverified, like
// lifetimes and the revocation address).
func lightspeed() []profile {
	var out []profile
	for _, env := range []struct{ key, name, auth, api string }{
		{"ldgh", "Lightspeed K", "auth.lsk-prod.app", "api.lsk.lightspeed.app"},
		{"lrhd", "Lightspeed K Sandbox", "auth.lsk-demo.app", "api.trial.lsk.lightspeed.app"},
		{"ltes", "Lightspeed K Trial", "auth.lsk-demo.app", "api.trial.lsk.lightspeed.app"},
	} {
		realm := env.auth + "/realms/k-series"
		connect := realm + "/protocol/openid-connect"
		out = append(out, profile{
			key: env.key, name: env.name, register: plainClient(env.key),
			authorize: []string{connect + "/auth"}, tokens: []string{connect + "/token"},
			scopes:  []string{"financial-api", "items", "orders-api", "offline_access", "openid"},
			offline: "offline_access", auth: basicOnly, accessTTL: 5 * time.Minute,
			issuer: "https://" + realm, issuerBack: "https://" + realm,
			tenantID: digitTenant(env.key, 9),
			callback: func(g *grant, back url.Values) { back.Set("session_state", g.user) },
			answer: func(_ *call, t *issued) {
				t.fields["refresh_expires_in"] = 0 // no limit for offline tokens
				t.fields["not-before-policy"] = 0
				t.fields["session_state"] = t.g.user
			},
			mount: func(s *Simulator, p *provider) {
				s.serveKeys(connect+"/certs", p)
				s.route.add("POST "+connect+"/revoke", p, func(c *call) { c.revokeToken(func(bool) { c.finish(http.StatusOK, nil) }) })
				s.api("GET "+env.api+"/o/op/data/businesses", p, lightspeedBusinesses)
			},
		})
	}
	return out
}

func lightspeedBusinesses(c *call, _ *grant) {
	list := []map[string]any{}
	for _, t := range c.s.listed(c.p) {
		list = append(list, map[string]any{"id": numeral(t.id), "name": c.named(t),
			"businessLocations": []map[string]any{{"id": numeral(t.id) + 1, "name": c.named(t) + ", Main Street"}}})
	}
	c.writeJSON(http.StatusOK, list)
}
