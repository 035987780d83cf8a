package simulator

import (
	"net/http"
	"regexp"
	"strings"
	"time"
)

// wave is Wave. The access token's life is unverified, and so is one scope.
func wave() []profile {
	return []profile{{
		key: "pbtz", name: "Wave", register: plainClient("pbtz"),
		authorize: []string{"api.waveapps.com/oauth2/authorize/"}, tokens: []string{"api.waveapps.com/oauth2/token/"},
		scopes: []string{"business:read", "account:read", "customer:read", "invoice:read", "product:read", "sales_tax:read",
			"transaction:read", "vendor:read", "user:read", "offline_access"},
		offline: "offline_access", pkce: checksPKCES256, killsAccess: true,
		codeTTL: 10 * time.Minute, accessTTL: 2 * time.Hour, chooses: one, tenantID: uuidTenant("pbtz"),
		check: func(c *call) *fault {
			if prompt := c.query("approval_prompt"); prompt != "" && prompt != "auto" && prompt != "force" {
				return badRequest("invalid_request", "approval_prompt is auto or force.")
			}
			return nil
		},
		choicesOf: func(c *call) []tenant {
			var out []tenant
			for i := range firstNames {
				if t := c.s.tenant(c.p, i); c.query("businessId") == "" || c.query("businessId") == t.id {
					out = append(out, t)
				}
			}
			return out
		},
		mount: func(s *Simulator, p *provider) {
			s.api("POST gql.waveapps.com/graphql/public", p, waveQuery)
			s.route.add("POST api.waveapps.com/oauth2/token-revoke/", p, func(c *call) {
				c.revokeToken(func(bool) { c.writeJSON(http.StatusOK, map[string]any{}) })
			})
		},
	}}
}

// waveQuery answers the one GraphQL query that matters here: the businesses
// with their ids and names, limited to the one that the consent is for.
func waveQuery(c *call, g *grant) {
	query := c.form.Get("query")
	if !c.json || query == "" {
		c.writeJSON(http.StatusBadRequest, waveErrors("Must provide query string."))
		return
	}
	for _, word := range []string{"businesses", "edges", "node", "id", "name"} {
		if !strings.Contains(query, word) {
			c.writeJSON(http.StatusOK, waveErrors("This query cannot be answered here."))
			return
		}
	}
	if !c.needs(g, "business:read") {
		return
	}
	total := 0
	if !c.s.on(c.p.key, NoTenants) && len(g.tenants) > 0 {
		total = 1
	}
	edges, number := []map[string]any{}, 1
	if asked := wavePage.FindStringSubmatch(query); asked != nil {
		number = atLeastOne(asked[1])
	}
	if number == 1 && total > 0 {
		edges = append(edges, map[string]any{"node": map[string]any{"id": g.tenants[0].id, "name": c.named(g.tenants[0]), "isPersonal": false}})
	}
	c.writeJSON(http.StatusOK, map[string]any{"data": map[string]any{"businesses": map[string]any{
		"pageInfo": map[string]any{"currentPage": number, "totalPages": total, "totalCount": total}, "edges": edges,
	}}})
}

// wavePage finds the page that a query wants, the first unless it says so.
var wavePage = regexp.MustCompile(`page:\s*([0-9]+)`)

func waveErrors(text string) map[string]any {
	return map[string]any{"errors": []map[string]any{{"message": text, "extensions": map[string]any{"code": "GRAPHQL_VALIDATION_FAILED"}}}}
}
