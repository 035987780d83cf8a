package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// stripe is Stripe Connect for Standard accounts, in live and in test mode on
// the same hosts: the client id and the secret key tell the mode.
func stripe() []profile {
	var out []profile
	for _, mode := range []struct {
		key, name, secret string
		live              bool
	}{{"exgd", "Stripe", "sk_live_", true}, {"yzth", "Stripe Test", "sk_test_", false}} {
		key := mode.key
		out = append(out, profile{
			key: key, name: mode.name,
			register: func(s *Simulator) Client {
				return withNoticeKey(Client{ID: "ca_" + s.hex("client id "+key, 32), Secret: mode.secret + s.hex("client secret "+key, 48)}, s, "whsec_", key)
			},
			authorize: []string{"connect.stripe.com/oauth/authorize"}, tokens: []string{"connect.stripe.com/oauth/token"},
			scopes: []string{"read_only", "read_write"}, pkce: refusesPKCE, redirectMay: true, secretAlone: true, tokenType: "bearer",
			codeTTL: 5 * time.Minute, rotation: same, chooses: one,
			tenantID: func(s *Simulator, i int) string { return "acct_1" + s.hex("tenant "+key+strconv.Itoa(i), 15) },
			notice:   stripeNotice,
			callback: func(g *grant, back url.Values) { back.Set("scope", g.scopeText) },
			answer: func(c *call, t *issued) {
				t.fields["stripe_user_id"] = t.g.tenants[0].id
				t.fields["stripe_publishable_key"] = "pk_" + c.s.hex("publishable "+t.g.tenants[0].id, 24)
				t.fields["livemode"] = mode.live
			},
			mount: func(s *Simulator, p *provider) {
				s.route.add("POST connect.stripe.com/oauth/deauthorize", p, stripeDeauthorize)
				s.route.add("GET api.stripe.com/v1/accounts/{account}", p, stripeAccount)
			},
		})
	}
	return out
}

// platform finds whose secret key a call carries: as a Bearer token, as the name
// in HTTP Basic, or in the form.
func (c *call) platform() bool {
	name, _, _ := c.r.BasicAuth()
	for _, p := range c.at {
		for _, given := range []string{bearer(c.r), name, c.form.Get("client_secret")} {
			if same256(given, p.client.Secret) {
				c.p = p
				return true
			}
		}
	}
	c.writeJSON(http.StatusUnauthorized, map[string]any{"error": map[string]string{"type": "invalid_request_error", "message": "Invalid API Key provided"}})
	return false
}

// connected finds the grant of an account.
func (c *call) connected(account string) *grant {
	for _, g := range c.s.ledger.grants {
		if g.p == c.p && !g.over && g.tenants[0].id == account {
			return g
		}
	}
	return nil
}

func stripeDeauthorize(c *call) {
	if !c.platform() || c.tokenTrouble() {
		return
	}
	account := c.form.Get("stripe_user_id")
	if c.form.Get("client_id") != c.p.client.ID || c.connected(account) == nil {
		c.refuseToken(fault{status: http.StatusUnauthorized, code: "invalid_client", text: "This application is not connected to this account."})
		return
	}
	c.s.ledger.end(func(g *grant) bool { return g.p == c.p && g.tenants[0].id == account })
	c.writeJSON(http.StatusOK, map[string]string{"stripe_user_id": account})
}

// stripeAccount is asked with the platform's own key, for the account that a
// header names.
func stripeAccount(c *call) {
	if !c.platform() || c.apiTrouble() {
		return
	}
	account := c.r.PathValue("account")
	g := c.connected(account)
	if g == nil || c.r.Header.Get("Stripe-Account") != account {
		c.writeJSON(http.StatusForbidden, map[string]any{"error": map[string]string{"type": "invalid_request_error", "code": "account_invalid",
			"message": "The provided key does not have access to this account (or it does not exist)."}})
		return
	}
	c.s.calls[c.p.key]++
	c.writeJSON(http.StatusOK, map[string]any{"id": account, "object": "account", "country": "GB",
		"business_profile": map[string]any{"name": c.named(g.tenants[0])},
		"settings":         map[string]any{"dashboard": map[string]any{"display_name": c.named(g.tenants[0])}}})
}
