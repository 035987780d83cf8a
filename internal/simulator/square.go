package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// square is Square and its sandbox, alike on two hosts.
func square() []profile {
	var out []profile
	for _, env := range []struct{ key, name, host, prefix string }{
		{"zsth", "Square", "connect.squareup.com", "sq0idp-"},
		{"xcwv", "Square Sandbox", "connect.squareupsandbox.com", "sandbox-sq0idb-"},
	} {
		key := env.key
		out = append(out, profile{
			key: key, name: env.name,
			register: func(s *Simulator) Client {
				return withNoticeKey(Client{ID: env.prefix + s.secret("client id " + key)[:22], Secret: "sq0csp-" + s.secret("client secret "+key)}, s, "", key)
			},
			authorize: []string{env.host + "/oauth2/authorize"}, tokens: []string{env.host + "/oauth2/token"},
			scopes: []string{"MERCHANT_PROFILE_READ", "PAYMENTS_READ", "ORDERS_READ", "ITEMS_READ", "CUSTOMERS_READ", "DISPUTES_READ",
				"PAYOUTS_READ"},
			body: jsonBody, pkce: checksPKCE, redirectMay: true, typeMay: true, tokenType: "bearer", rotation: same, chooses: one,
			codeTTL: 5 * time.Minute, accessTTL: 30 * 24 * time.Hour,
			tenantID: func(s *Simulator, i int) string {
				return "ML" + strings.ToUpper(s.hex("tenant "+key+string(rune('a'+i%26)), 11))
			},
			notice: squareNotice,
			check: func(c *call) *fault {
				if c.query("session") != "false" {
					return shownFault("session=false is missing.")
				}
				return nil
			},
			publicMay:  squarePublic,
			answer:     squareAnswer,
			tokenFault: squareTokenFault,
			apiFault:   squareFault,
			mount:      func(s *Simulator, p *provider) { mountSquare(s, p, env.host) },
		})
	}
	return out
}

// squarePublic tells the PKCE flow, in which there is no secret.
func squarePublic(c *call) bool {
	t := c.s.ledger.tokens[c.form.Get("refresh_token")]
	return !c.form.Has("client_secret") && (c.form.Has("code_verifier") || t != nil && t.single)
}

func squareAnswer(c *call, t *issued) {
	if !c.form.Has("client_secret") && t.refresh != nil {
		// The PKCE flow's refresh tokens work once, within 90 days.
		t.refresh.single = true
		if t.refresh.expires.IsZero() {
			t.refresh.expires = c.s.now().Add(90 * 24 * time.Hour)
		}
		t.fields["refresh_token_expires_at"] = t.refresh.expires.UTC().Format(time.RFC3339)
	}
	delete(t.fields, "expires_in")
	delete(t.fields, "scope")
	t.fields["expires_at"] = c.clock().Add(c.p.accessTTL).Format(time.RFC3339)
	t.fields["merchant_id"] = t.g.tenants[0].id
	t.fields["short_lived"] = false
}

// squareTokenFault answers refused grants with 401 (unverified).
func squareTokenFault(c *call, f fault) {
	if f.code == "invalid_grant" {
		f.status = http.StatusUnauthorized
	}
	kind := "bad_request"
	if f.status == http.StatusUnauthorized {
		kind = "service.not_authorized"
	}
	c.writeJSON(f.status, map[string]string{"message": f.text, "type": kind})
}

func squareFault(c *call, f fault) {
	code := map[string]string{"revoked": "ACCESS_TOKEN_REVOKED", "expired": "ACCESS_TOKEN_EXPIRED", "insufficient_scope": "INSUFFICIENT_SCOPES"}[f.code]
	if code == "" {
		code = "UNAUTHORIZED"
	}
	c.writeJSON(f.status, map[string]any{"errors": []map[string]string{{"category": "AUTHENTICATION_ERROR", "code": code, "detail": f.text}}})
}

func mountSquare(s *Simulator, p *provider, host string) {
	s.route.add("POST "+host+"/oauth2/revoke", p, squareRevoke)
	s.api("POST "+host+"/oauth2/token/status", p, func(c *call, g *grant) {
		expires := c.s.ledger.tokens[bearer(c.r)].expires
		c.writeJSON(http.StatusOK, map[string]any{"scopes": g.scopes, "expires_at": expires.UTC().Format(time.RFC3339),
			"client_id": p.client.ID, "merchant_id": g.tenants[0].id})
	})
	s.api("GET "+host+"/v2/merchants/me", p, func(c *call, g *grant) {
		if c.needs(g, "MERCHANT_PROFILE_READ") {
			c.writeJSON(http.StatusOK, map[string]any{"merchant": map[string]any{"id": g.tenants[0].id, "business_name": c.named(g.tenants[0]),
				"country": "GB", "currency": "GBP", "status": "ACTIVE"}})
		}
	})
}

// squareRevoke wants the secret under a scheme of its own, and ends every token
// of the seller unless told otherwise.
func squareRevoke(c *call) {
	secret, proven := strings.CutPrefix(c.r.Header.Get("Authorization"), "Client ")
	c.p = c.at[0]
	l := &c.s.ledger
	t := l.tokens[c.form.Get("access_token")]
	switch {
	case !proven || !same256(secret, c.p.client.Secret) || c.form.Get("client_id") != c.p.client.ID:
		squareFault(c, fault{status: http.StatusUnauthorized, text: "The application is not authorized."})
		return
	case c.tokenTrouble():
		return
	case !c.json || c.form.Has("access_token") == c.form.Has("merchant_id"):
		squareTokenFault(c, *badRequest("invalid_request", "Give access_token or merchant_id, as JSON."))
		return
	case t != nil && t.g.p != c.p:
		t = nil
	}
	merchant := c.form.Get("merchant_id")
	if t != nil && c.form.Get("revoke_only_access_token") == "true" {
		t.expires = c.s.now()
	} else {
		if t != nil {
			merchant = t.g.tenants[0].id
		}
		l.end(func(g *grant) bool {
			return g.p == c.p && slices.ContainsFunc(g.tenants, func(o tenant) bool { return o.id == merchant })
		})
	}
	c.writeJSON(http.StatusOK, map[string]bool{"success": true})
}
