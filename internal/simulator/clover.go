package simulator

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// cloverHosts are the sites for people and, for each, the host of its API.
// Every region is a developer account of its own; here one client serves all.
var cloverHosts = map[string]string{"www.clover.com": "api.clover.com", "www.eu.clover.com": "api.eu.clover.com",
	"www.la.clover.com": "api.la.clover.com", "sandbox.dev.clover.com": "apisandbox.dev.clover.com"}

// clover is Clover. Lifetimes are told in each answer as absolute times and
// must not be assumed; those here are unverified, and so are error bodies.
func clover() []profile {
	p := profile{
		key: "fqly", name: "Clover",
		register: func(s *Simulator) Client {
			return Client{ID: strings.ToUpper(s.hex("client id fqly", 13)), Secret: s.uuid("client secret fqly")}
		},
		body: jsonBody, pkce: checksPKCE, redirectMay: true, typeMay: true, noGrantType: true, noSecretAgain: true, chooses: one,
		accessTTL: 30 * time.Minute, refreshTTL: 365 * 24 * time.Hour,
		tenantID: func(s *Simulator, i int) string {
			return strings.ToUpper(s.hex("tenant fqly "+string(rune('a'+i%26)), 13))
		},
		callback: func(g *grant, back url.Values) {
			back.Set("merchant_id", g.tenants[0].id)
			back.Set("employee_id", strings.ToUpper(g.user[:8]))
			back.Set("client_id", g.p.client.ID)
		},
		publicMay: func(c *call) bool {
			return strings.HasSuffix(c.r.URL.Path, "/refresh") || c.form.Has("code_verifier") && !c.form.Has("client_secret")
		},
		exchange: func(c *call, g *grant) *fault {
			switch {
			case c.r.Host != cloverHosts[g.host]:
				return badRequest("invalid_grant", "The merchant is in another region.")
			case g.params.Has("code_challenge") && c.form.Has("client_secret"):
				return badRequest("invalid_grant", "An app with a secret does not use a challenge.")
			}
			return nil
		},
		answer: func(c *call, t *issued) {
			// All that there is, under names of its own.
			t.fields = map[string]any{"access_token": t.access.value, "access_token_expiration": c.clock().Add(c.p.accessTTL).Unix()}
			if t.refresh != nil {
				t.fields["refresh_token"] = t.refresh.value
				t.fields["refresh_token_expiration"] = c.clock().Add(c.p.refreshTTL).Unix()
			}
		},
		tokenFault: func(c *call, f fault) {
			if f.code == "invalid_grant" {
				f.status = http.StatusUnauthorized
			}
			c.writeJSON(f.status, map[string]string{"message": f.text})
		},
		apiFault: func(c *call, f fault) { c.writeJSON(f.status, map[string]string{"message": f.text}) },
		mount: func(s *Simulator, p *provider) {
			for site, api := range cloverHosts {
				s.api("GET "+api+"/v3/merchants/{merchant}", p, func(c *call, g *grant) {
					if g.host != site || c.r.PathValue("merchant") != g.tenants[0].id {
						c.refuseCall(fault{status: http.StatusUnauthorized, text: "The token is for another merchant."})
						return
					}
					c.writeJSON(http.StatusOK, map[string]any{"id": g.tenants[0].id, "name": c.named(g.tenants[0])})
				})
			}
		},
	}
	for site, api := range cloverHosts {
		p.authorize = append(p.authorize, site+"/oauth/v2/authorize")
		p.tokens = append(p.tokens, api+"/oauth/v2/token")
		p.refreshes = append(p.refreshes, api+"/oauth/v2/refresh")
	}
	return []profile{p}
}
