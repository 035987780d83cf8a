package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// sage is Sage 200 Standard and Sage Business Cloud Accounting.
func sage() []profile { return []profile{sage200(), sageAccounting()} }

// sage200 signs in at an Auth0-like server; how the client proves itself,
// rotation, lifetimes, and the address of its keys are unverified.
func sage200() profile {
	const audience = "s200ukipd/sage200"
	return profile{
		key: "jcrp", name: "Sage 200 Standard",
		register: func(s *Simulator) Client {
			c := plainClient("jcrp")(s)
			c.Values = map[string]string{"subscriptionKey": s.hex("subscription key", 32)}
			return c
		},
		authorize: []string{"id.sage.com/authorize"}, tokens: []string{"id.sage.com/oauth/token"},
		scopes: []string{"openid", "profile", "email", "offline_access"}, offline: "offline_access", body: eitherBody,
		accessTTL: 8 * time.Hour, refreshTTL: 90 * 24 * time.Hour, issuer: "https://id.sage.com/",
		tenantID: func(_ *Simulator, i int) string { return strconv.Itoa(i + 1) },
		claims: func(*grant) map[string]any {
			return map[string]any{"name": "Robin Sample", "email": "robin@harbourlane.example"}
		},
		tokenFault: func(c *call, f fault) {
			if f.code == "invalid_grant" {
				f.status = http.StatusForbidden
			}
			c.writeJSON(f.status, map[string]string{"error": f.code, "error_description": f.text})
		},
		mount: func(s *Simulator, p *provider) {
			s.serveKeys("id.sage.com/.well-known/jwks.json", p)
			s.serveDiscovery("id.sage.com/.well-known/openid-configuration", p, map[string]any{"jwks_uri": "https://id.sage.com/.well-known/jwks.json"})
			for _, edition := range []string{"sage200", "sage200extra"} {
				s.api("GET api.columbus.sage.com/uk/"+edition+"/accounts/v1/sites", p, func(c *call, g *grant) {
					switch {
					case c.r.Header.Get("Ocp-Apim-Subscription-Key") != p.client.Values["subscriptionKey"]:
						c.writeJSON(http.StatusUnauthorized, map[string]any{"statusCode": 401, "message": "Access denied due to missing subscription key."})
					case g.params.Get("audience") != audience:
						// Without the audience the token is for the sign-in server only.
						c.refuseCall(fault{status: http.StatusUnauthorized, code: "invalid_token", text: "The token is for another audience."})
					default:
						c.writeJSON(http.StatusOK, c.sageSites())
					}
				})
			}
		},
	}
}

func (c *call) sageSites() []map[string]any {
	sites := []map[string]any{}
	for _, t := range c.s.listed(c.p) {
		sites = append(sites, map[string]any{"company_id": numeral(t.id), "company_name": c.named(t),
			"site_id": c.s.uuid("site jcrp"), "site_name": "Head office"})
	}
	return sites
}

func sageAccounting() profile {
	return profile{
		key: "tgff", name: "Sage Business Cloud Accounting",
		register: func(s *Simulator) Client {
			return Client{ID: s.uuid("client id tgff") + "/" + s.uuid("client id tgff, second half"), Secret: "sim" + s.secret("client secret tgff")}
		},
		authorize: []string{"www.sageone.com/oauth2/auth/central"}, tokens: []string{"oauth.accounting.sage.com/token"},
		scopes: []string{"readonly", "full_access"}, pkce: checksPKCE, tokenType: "bearer",
		codeTTL: time.Minute, accessTTL: 5 * time.Minute, refreshTTL: 31 * 24 * time.Hour, denyAtAPI: true,
		tenantID: func(s *Simulator, i int) string { return s.hex("tenant tgff "+strconv.Itoa(i), 32) },
		check: func(c *call) *fault {
			if c.query("filter") != "apiv3.1" {
				return badRequest("invalid_request", "filter=apiv3.1 is missing.")
			}
			if country := c.query("country"); country != "" && !slices.Contains([]string{"ca", "de", "es", "fr", "gb", "ie", "us"}, country) {
				return badRequest("invalid_request", "The country is not known.")
			}
			return nil
		},
		callback: func(g *grant, back url.Values) {
			country := g.params.Get("country")
			if country == "" {
				country = "gb"
			}
			back.Set("country", country)
		},
		answer: func(c *call, t *issued) {
			t.fields["requested_by_id"] = t.g.user
			if t.refresh != nil {
				t.fields["refresh_token_expires_in"] = int(t.refresh.expires.Sub(c.s.now()) / time.Second)
			}
		},
		mount: mountSageAccounting,
	}
}

func mountSageAccounting(s *Simulator, p *provider) {
	const api = "GET api.accounting.sage.com/v3.1/"
	s.route.add("POST oauth.accounting.sage.com/revoke", p, func(c *call) {
		if t := c.s.ledger.tokens[c.form.Get("token")]; t != nil && !t.refresh {
			c.refuseToken(*badRequest("unsupported_token_type", "Only refresh tokens can be revoked."))
			return
		}
		c.revokeToken(func(bool) { c.writeJSON(http.StatusOK, map[string]any{"revoked": true}) })
	})
	s.api(api+"businesses", p, func(c *call, _ *grant) {
		all := c.s.listed(p)
		number, part, more := c.paged(all, "page")
		items := []map[string]any{}
		for _, t := range part {
			items = append(items, map[string]any{"id": t.id, "displayed_as": c.named(t), "$path": "/businesses/" + t.id})
		}
		var next any
		if more {
			next = "/businesses?page=" + strconv.Itoa(number+1) + "&items_per_page=" + strconv.Itoa(pageSize)
		}
		c.writeJSON(http.StatusOK, map[string]any{"$total": len(all), "$page": number, "$next": next, "$back": nil, "$items": items})
	})
	s.api(api+"business", p, func(c *call, _ *grant) {
		// Without the header the lead business answers, and nobody notices.
		want := c.r.Header.Get("X-Business")
		if want == "" {
			want = p.tenantID(c.s, 0)
		}
		for _, t := range c.s.listed(p) {
			if t.id == want {
				c.writeJSON(http.StatusOK, map[string]any{"id": t.id, "name": c.named(t), "displayed_as": c.named(t)})
				return
			}
		}
		c.refuseCall(fault{status: http.StatusForbidden, code: "forbidden", text: "No access to this business."})
	})
}
