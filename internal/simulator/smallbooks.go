package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// smallBooks is FreeAgent and FreshBooks.
func smallBooks() []profile {
	return []profile{freeAgent(), freshBooks()}
}

func freeAgent() profile {
	return profile{
		key: "fbrh", name: "FreeAgent", register: plainClient("fbrh"),
		authorize: []string{"api.freeagent.com/v2/approve_app"}, tokens: []string{"api.freeagent.com/v2/token_endpoint"},
		auth: basicOnly, codeTTL: 15 * time.Minute, accessTTL: time.Hour, refreshTTL: freeAgentRefresh,
		tokenType: "bearer", chooses: one, denyAtAPI: true, tenantID: plainTenant("fbrh"),
		answer: func(c *call, t *issued) {
			if t.refresh != nil {
				t.fields["refresh_token_expires_in"] = int(freeAgentRefresh / time.Second)
			}
		},
		mount: func(s *Simulator, p *provider) {
			s.api("GET api.freeagent.com/v2/company", p, func(c *call, g *grant) {
				c.writeJSON(http.StatusOK, map[string]any{"company": map[string]any{
					"url": "https://api.freeagent.com/v2/company", "name": c.named(g.tenants[0]), "subdomain": "company" + g.tenants[0].id[:6],
				}})
			})
		},
	}
}

// freeAgentRefresh is told in each answer; the length is unverified.
const freeAgentRefresh = 20 * 365 * 24 * time.Hour

func plainTenant(key string) func(*Simulator, int) string {
	return func(s *Simulator, i int) string { return s.hex("tenant "+key+" "+strconv.Itoa(i), 12) }
}

func freshBooks() profile {
	read := []string{"profile", "business", "bills", "bill_payments", "bill_vendors", "clients", "credit_notes", "estimates", "expenses",
		"journal_entries", "online_payments", "payments", "projects", "retainers", "taxes", "billable_items", "invoices", "other_income",
		"reports", "teams"}
	for i, name := range read {
		read[i] = "user:" + name + ":read"
	}
	return profile{
		key: "vxvy", name: "FreshBooks", register: plainClient("vxvy"),
		authorize: []string{"auth.freshbooks.com/oauth/authorize/"}, tokens: []string{"api.freshbooks.com/auth/oauth/token"},
		scopes: read, body: eitherBody, codeTTL: 5 * time.Minute, accessTTL: 12 * time.Hour,
		tenantID: func(s *Simulator, i int) string { return s.hex("tenant vxvy "+strconv.Itoa(i), 6) },
		answer:   func(c *call, t *issued) { t.fields["created_at"] = c.clock().Unix() },
		tokenFault: func(c *call, f fault) {
			if f.code == "invalid_grant" {
				f.status = http.StatusUnauthorized // 400 is seen as well
			}
			c.writeJSON(f.status, map[string]string{"error": f.code, "error_description": f.text})
		},
		mount: func(s *Simulator, p *provider) {
			s.api("GET api.freshbooks.com/auth/api/v1/users/me", p, freshBooksMe)
			s.route.add("POST api.freshbooks.com/auth/oauth/revoke", p, func(c *call) {
				c.revokeToken(func(bool) { c.writeJSON(http.StatusOK, map[string]any{}) })
			})
		},
	}
}

func freshBooksMe(c *call, g *grant) {
	if missing := "user:profile:read"; !slices.Contains(g.scopes, missing) {
		c.writeJSON(http.StatusForbidden, map[string]any{"error": "insufficient_scope", "missing": []string{missing}})
		return
	}
	members := []map[string]any{}
	for _, t := range c.s.listed(c.p) {
		label := "business vxvy " + t.id
		members = append(members, map[string]any{"id": numeral(c.s.digits(label, 6)), "role": "owner", "business": map[string]any{
			"id": numeral(c.s.digits(label+" number", 7)), "account_id": t.id, "business_uuid": c.s.uuid(label), "name": c.named(t),
		}})
	}
	c.writeJSON(http.StatusOK, map[string]any{"response": map[string]any{
		"id": numeral(c.s.digits("person vxvy", 7)), "first_name": "Robin", "last_name": "Sample", "email": "robin@harbourlane.example",
		"business_memberships": members,
	}})
}
