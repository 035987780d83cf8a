package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// bank is one provider that TrueLayer reaches.
type bank struct{ id, name, country string }

var banks = []bank{
	{"ob-monzo", "Monzo", "uk"}, {"ob-barclays", "Barclays", "uk"}, {"ob-hsbc", "HSBC", "uk"}, {"ob-lloyds", "Lloyds", "uk"},
	{"oauth-starling", "Starling", "uk"}, {"ob-nationwide", "Nationwide", "uk"},
}

// truelayer is TrueLayer's data API. The access token's life, rotation and the
// answer to the delete call are unverified.
func truelayer() []profile {
	return []profile{{
		key: "upvr", name: "TrueLayer",
		register: func(s *Simulator) Client {
			return Client{ID: "bowline-" + s.hex("client id upvr", 6), Secret: s.uuid("client secret upvr")}
		},
		authorize: []string{"auth.truelayer.com/"}, tokens: []string{"auth.truelayer.com/connect/token"},
		scopes:  []string{"info", "accounts", "balance", "cards", "transactions", "direct_debits", "standing_orders", "offline_access"},
		offline: "offline_access", accessTTL: time.Hour, refreshTTL: 90 * 24 * time.Hour, chooses: one,
		tenantID:  func(_ *Simulator, i int) string { return banks[i%len(banks)].id },
		choicesOf: truelayerBanks,
		check:     truelayerCheck,
		consented: func(c *call, _ *grant) { c.s.ledger.used[c.r.URL.RawQuery] = true },
		apiFault: func(c *call, f fault) {
			code := "invalid_token"
			if f.status == http.StatusForbidden {
				code = "access_denied"
			}
			c.writeJSON(f.status, map[string]string{"error": code, "error_description": f.text})
		},
		mount: mountTruelayer,
	}}
}

// truelayerBanks are the banks of the authorization request: those that
// providers covers, or the one that provider_id names.
func truelayerBanks(c *call) []tenant {
	var out []tenant
	for i, b := range banks {
		if only := c.query("provider_id"); (only == "" || only == b.id) && covered(c.query("providers"), b.id) {
			out = append(out, tenant{n: i, id: b.id, name: b.name})
		}
	}
	return out
}

func covered(providers, id string) bool {
	family, _, _ := strings.Cut(id, "-")
	given := strings.Fields(providers)
	return slices.Contains(given, id) || slices.Contains(given, "uk-"+family+"-all")
}

func truelayerCheck(c *call) *fault {
	switch {
	case c.s.ledger.used[c.r.URL.RawQuery]:
		return shownFault("This link was used before.")
	case c.query("providers") == "":
		return badRequest("invalid_request", "The providers are missing.")
	case len(truelayerBanks(c)) == 0:
		return badRequest("invalid_request", "There is no such bank among the providers.")
	}
	return nil
}

func mountTruelayer(s *Simulator, p *provider) {
	s.route.add("GET auth.truelayer.com/api/providers", p, func(c *call) {
		if c.apiTrouble() {
			return
		}
		if c.query("clientId") != p.client.ID {
			c.writeJSON(http.StatusBadRequest, map[string]string{"error": "invalid_client"})
			return
		}
		var list []map[string]any
		for _, b := range banks {
			list = append(list, map[string]any{"provider_id": b.id, "display_name": b.name, "country": b.country,
				"logo_url": "https://truelayer-provider-assets.s3.amazonaws.com/global/logos/" + b.id + ".svg", "scopes": p.scopes})
		}
		c.writeJSON(http.StatusOK, list)
	})
	s.api("DELETE auth.truelayer.com/api/delete", p, func(c *call, g *grant) {
		c.s.ledger.end(func(other *grant) bool { return other == g })
		c.finish(http.StatusOK, nil)
	})
	s.api("GET api.truelayer.com/data/v1/me", p, func(c *call, g *grant) {
		t := g.tenants[0]
		c.writeJSON(http.StatusOK, map[string]any{"status": "Succeeded", "results": []map[string]any{{
			"client_id": p.client.ID, "credentials_id": c.s.secret("credentials " + t.id)[:32], "consent_status": "Authorised",
			"consent_created_at": g.born.UTC().Format(time.RFC3339), "consent_expires_at": g.born.Add(p.refreshTTL).UTC().Format(time.RFC3339),
			"provider": map[string]any{"provider_id": t.id, "display_name": c.named(t), "logo_uri": "https://truelayer-provider-assets.s3.amazonaws.com/global/logos/" + t.id + ".svg"},
		}}})
	})
	s.api("GET api.truelayer.com/data/v1/info", p, func(c *call, g *grant) {
		if c.needs(g, "info") {
			c.writeJSON(http.StatusOK, map[string]any{"status": "Succeeded", "results": []map[string]any{{"full_name": "Robin Sample"}}})
		}
	})
}
