package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// zohoCentre is where the person's account lives, whichever data centre the
// journey starts at.
const zohoCentre = "eu"

// zohoAccounts are the accounts servers by data centre. Canada's is on another
// domain (unverified).
var zohoAccounts = map[string]string{"com": "accounts.zoho.com", "eu": "accounts.zoho.eu", "in": "accounts.zoho.in",
	"com.au": "accounts.zoho.com.au", "com.cn": "accounts.zoho.com.cn", "jp": "accounts.zoho.jp", "ca": "accounts.zohocloud.ca",
	"sa": "accounts.zoho.sa"}

// Limits of Zoho: refresh tokens for each user and client, and access tokens
// for each refresh token within the window.
const (
	zohoRefreshTokens = 20
	zohoAccessTokens  = 10
	zohoWindow        = 10 * time.Minute
)

// zoho is Zoho Books. Scopes beyond settings, contacts, invoices and bills are
// unverified.
func zoho() []profile {
	var scopes []string
	for _, area := range []string{"settings", "contacts", "invoices", "customerpayments", "creditnotes", "bills", "vendorpayments", "debitnotes",
		"expenses", "purchaseorders", "salesorders", "banking", "accountants"} {
		scopes = append(scopes, "ZohoBooks."+area+".READ")
	}
	p := profile{
		key: "rwuv", name: "Zoho Books",
		register: func(s *Simulator) Client {
			return Client{ID: "1000." + strings.ToUpper(s.hex("client id rwuv", 30)), Secret: s.hex("client secret rwuv", 42)}
		},
		scopes: append(scopes, "ZohoBooks.fullaccess.all"), comma: true, codeTTL: 2 * time.Minute, accessTTL: time.Hour, rotation: untold,
		tenantID: digitTenant("rwuv", 11),
		handsRefresh: func(g *grant) bool {
			return g.params.Get("access_type") == "offline" && (g.params.Get("prompt") == "consent" || g.event == "first")
		},
		callback: func(_ *grant, back url.Values) {
			back.Set("location", zohoCentre)
			back.Set("accounts-server", "https://"+zohoAccounts[zohoCentre])
		},
		consented: zohoConsented,
		exchange:  zohoExchange,
		answer:    func(_ *call, t *issued) { t.fields["api_domain"] = "https://www.zohoapis." + zohoCentre },
		// Errors come with status 200.
		tokenFault: func(c *call, f fault) {
			code := f.code
			if code == "invalid_grant" {
				code = "invalid_code"
			}
			c.writeJSON(http.StatusOK, map[string]string{"error": code})
		},
		accessOf: func(r *http.Request) string {
			value, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Zoho-oauthtoken ")
			return value
		},
		apiFault: func(c *call, f fault) {
			code := 14 // INVALID_OAUTHTOKEN
			if f.status == http.StatusForbidden {
				f.status, code = http.StatusUnauthorized, 57 // not authorized for this operation
			}
			c.writeJSON(f.status, map[string]any{"code": code, "message": f.text})
		},
		mount: mountZoho,
	}
	for _, host := range zohoAccounts {
		p.authorize = append(p.authorize, host+"/oauth/v2/auth")
		p.tokens = append(p.tokens, host+"/oauth/v2/token")
	}
	return []profile{p}
}

// zohoConsented keeps to the limit: one refresh token too many removes the oldest.
func zohoConsented(c *call, g *grant) {
	var alive []*grant
	for _, other := range c.s.ledger.grants {
		if other.p == c.p && !other.over && other != g {
			alive = append(alive, other)
		}
	}
	if len(alive) == 0 {
		g.event = "first"
	}
	if len(alive) >= zohoRefreshTokens {
		alive[0].over = true
	}
}

func zohoExchange(c *call, g *grant) *fault {
	if c.r.Host != zohoAccounts[zohoCentre] {
		return badRequest("invalid_grant", "The code is of another data centre.")
	}
	if c.form.Get("grant_type") != "refresh_token" {
		return nil
	}
	now := c.s.now()
	g.refreshed = slices.DeleteFunc(g.refreshed, func(at time.Time) bool { return now.Sub(at) >= zohoWindow })
	if len(g.refreshed) >= zohoAccessTokens {
		return badRequest("Access Denied", "Too many requests.")
	}
	return nil
}

func mountZoho(s *Simulator, p *provider) {
	for centre, host := range zohoAccounts {
		s.route.add("POST "+host+"/oauth/v2/token/revoke", p, zohoRevoke)
		s.api("GET www.zohoapis."+centre+"/books/v3/organizations", p, func(c *call, g *grant) {
			if centre != zohoCentre {
				c.refuseCall(fault{status: http.StatusUnauthorized, text: "The token is of another data centre."})
				return
			}
			if !slices.Contains(g.scopes, "ZohoBooks.settings.READ") && !slices.Contains(g.scopes, "ZohoBooks.fullaccess.all") {
				c.refuseCall(fault{status: http.StatusForbidden, text: "You are not authorized to perform this operation"})
				return
			}
			list := []map[string]any{}
			for i, t := range c.s.listed(p) {
				list = append(list, map[string]any{"organization_id": t.id, "name": c.named(t), "is_default_org": i == 0})
			}
			c.writeJSON(http.StatusOK, map[string]any{"code": 0, "message": "success", "organizations": list})
		})
	}
}

// zohoRevoke takes the refresh token in the query and asks for no proof.
func zohoRevoke(c *call) {
	c.p = c.at[0]
	if c.tokenTrouble() {
		return
	}
	t := c.s.ledger.tokens[c.query("token")]
	if t == nil || !t.refresh || t.g.p != c.p || t.g.over || c.r.Host != zohoAccounts[zohoCentre] {
		c.writeJSON(http.StatusOK, map[string]string{"error": "invalid_token"})
		return
	}
	c.s.ledger.end(func(g *grant) bool { return g == t.g })
	c.writeJSON(http.StatusOK, map[string]string{"status": "success"})
}
