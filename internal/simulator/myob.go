package simulator

import (
	"net/http"
	"net/url"
	"time"
)

// myob is MYOB Business. Lifetimes are unverified.
func myob() []profile {
	return []profile{{
		key: "pdvj", name: "MYOB Business", register: entraLike("pdvj"),
		authorize: []string{"secure.myob.com/oauth2/account/authorize"}, tokens: []string{"secure.myob.com/oauth2/v1/authorize"},
		// Only the names for keys that were made after March 2025.
		scopes: []string{"sme-company-file", "sme-company-settings", "sme-general-ledger", "sme-contacts-customer", "sme-contacts-supplier",
			"sme-sales", "sme-purchases", "sme-banking", "sme-contacts-employee", "sme-contacts-personal", "sme-inventory", "sme-payroll",
			"sme-timebilling"},
		mustScope: "sme-company-file",
		codeTTL:   2 * time.Minute, accessTTL: 20 * time.Minute, refreshTTL: 7 * 24 * time.Hour,
		tokenType: "bearer", chooses: one, denyAtAPI: true, tenantID: uuidTenant("pdvj"),
		callback: func(g *grant, back url.Values) {
			if g.params.Get("prompt") == "consent" {
				back.Set("businessId", g.tenants[0].id)
				back.Set("businessName", g.tenants[0].name)
			}
		},
		answer: func(_ *call, t *issued) {
			t.fields["user"] = map[string]any{"uid": t.g.user, "username": "robin@harbourlane.example"}
		},
		apiFault: myobFault,
		mount: func(s *Simulator, p *provider) {
			s.api("GET api.myob.com/accountright/", p, func(c *call, _ *grant) {
				if c.myobHeaders() {
					c.writeJSON(http.StatusOK, []string{}) // no files for new keys
				}
			})
			s.api("GET api.myob.com/accountright/{file}/Company", p, func(c *call, g *grant) {
				switch {
				case !c.myobHeaders():
				case c.r.PathValue("file") != g.tenants[0].id:
					c.refuseCall(fault{status: http.StatusForbidden, code: "AccessDenied", text: "Access to the requested resource is denied."})
				default:
					c.writeJSON(http.StatusOK, map[string]any{"CompanyName": c.named(g.tenants[0]), "SerialNumber": "000000000000"})
				}
			})
		},
	}}
}

// myobHeaders checks what every call has to carry besides the token.
func (c *call) myobHeaders() bool {
	if c.r.Header.Get("x-myobapi-key") != c.p.client.ID {
		c.refuseCall(fault{status: http.StatusForbidden, code: "DeveloperInactive", text: "The API key is missing or not active."})
		return false
	}
	if c.r.Header.Get("x-myobapi-version") != "v2" {
		c.refuseCall(fault{status: http.StatusBadRequest, code: "VersionError", text: "The API version is missing."})
		return false
	}
	return true
}

// myobFault writes an error of the API. The name is what tells errors apart;
// whether it stands on top or in a list is unverified, so it is in both places.
func myobFault(c *call, f fault) {
	if f.status == http.StatusUnauthorized {
		f.code = "OAuthTokenIsInvalid"
	}
	row := map[string]any{"Name": f.code, "Message": f.text}
	c.writeJSON(f.status, map[string]any{"Name": f.code, "Message": f.text, "Errors": []any{row}})
}
