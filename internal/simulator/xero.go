package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// connection is one organisation that a Xero user gave the app, in whichever
// consent. It outlives that consent.
type connection struct {
	id      string
	tenant  tenant
	kind    string // ORGANISATION or PRACTICE
	event   string // the consent that made it
	created time.Time
}

// xero is Xero. That a used refresh token still works for 30 minutes, and that
// confirming an organisation again leaves it with its first consent, is
// unverified.
func xero() []profile {
	data := []string{"accounting.settings", "accounting.contacts", "accounting.invoices", "accounting.payments", "accounting.banktransactions",
		"accounting.manualjournals", "accounting.attachments"}
	// The names for apps made since 2 March 2026; "balancesheets" is not one.
	scopes := []string{"offline_access", "openid", "profile", "email", "accounting.reports.balancesheet.read",
		"accounting.reports.profitandloss.read", "accounting.reports.banksummary.read", "bankfeeds"}
	for _, scope := range data {
		scopes = append(scopes, scope, scope+".read")
	}
	return []profile{{
		key: "gbol", name: "Xero", register: func(s *Simulator) Client {
			return Client{ID: s.hex("client id gbol", 32), Secret: s.secret("client secret gbol")}
		},
		authorize: []string{"login.xero.com/identity/connect/authorize"}, tokens: []string{"identity.xero.com/connect/token"},
		scopes: scopes, offline: "offline_access", auth: basicOnly, pkce: checksPKCE, accessTTL: 30 * time.Minute,
		refreshTTL: 60 * 24 * time.Hour, grace: 30 * time.Minute, issuer: "https://identity.xero.com", chooses: several,
		tenantID: uuidTenant("gbol"),
		callback: func(g *grant, back url.Values) {
			back.Set("scope", g.scopeText)
			back.Set("session_state", g.event)
		},
		claims: func(g *grant) map[string]any {
			claims := map[string]any{"xero_userid": g.user}
			if slices.Contains(g.scopes, "profile") {
				claims["given_name"], claims["family_name"], claims["name"] = "Robin", "Sample", "Robin Sample"
			}
			if slices.Contains(g.scopes, "email") {
				claims["email"] = "robin@harbourlane.example"
			}
			return claims
		},
		consented:   xeroConsented,
		removed:     func(l *ledger) { l.xero = nil },
		accessValue: xeroAccess,
		apiFault:    xeroFault,
		mount:       mountXero,
	}}
}

// xeroConsented remembers what was ticked. The user is an accountant who gave
// the app an organisation once before, and whose practice comes along.
func xeroConsented(c *call, g *grant) {
	c.s.counter++
	g.event = c.s.uuid("event " + strconv.FormatUint(c.s.counter, 10))
	l := &c.s.ledger
	if !slices.ContainsFunc(l.xero, func(x *connection) bool { return x.tenant.n == earlier }) {
		l.xero = append(l.xero, c.connection(tenant{n: earlier, id: c.s.uuid("earlier organisation"), name: "Northgate Hardware"},
			"ORGANISATION", c.s.uuid("earlier event")))
	}
	for _, t := range g.tenants {
		if !slices.ContainsFunc(l.xero, func(x *connection) bool { return x.tenant.id == t.id }) {
			l.xero = append(l.xero, c.connection(t, "ORGANISATION", g.event))
		}
	}
	if !slices.ContainsFunc(l.xero, func(x *connection) bool { return x.kind == "PRACTICE" }) {
		l.xero = append(l.xero, c.connection(tenant{n: practice, id: c.s.uuid("practice"), name: "Sample & Co Accountants"}, "PRACTICE", g.event))
	}
}

// earlier and practice number the tenants that are not on the consent page.
const (
	earlier  = -1
	practice = -2
)

func (c *call) connection(t tenant, kind, event string) *connection {
	c.s.counter++
	return &connection{id: c.s.uuid("connection " + strconv.FormatUint(c.s.counter, 10)), tenant: t, kind: kind, event: event, created: c.s.now()}
}

// disconnect drops the connections that a consent made.
func (l *ledger) disconnect(g *grant) {
	if g.p.key == "gbol" {
		l.xero = slices.DeleteFunc(l.xero, func(x *connection) bool { return x.event == g.event })
	}
}

// xeroAccess makes the access token, a JWT that names the consent.
func xeroAccess(c *call, g *grant) string {
	c.s.counter++
	return c.sign(c.p.issuer, g.user, c.p.issuer+"/resources", c.p.accessTTL, map[string]any{
		"client_id": c.p.client.ID, "xero_userid": g.user, "authentication_event_id": g.event, "scope": g.scopes,
		"jti": c.s.hex("jti "+strconv.FormatUint(c.s.counter, 10), 32),
	})
}

func xeroFault(c *call, f fault) {
	title := "Unauthorized"
	if f.status == http.StatusForbidden {
		title = "Forbidden"
	}
	c.writeJSON(f.status, map[string]any{"Type": nil, "Title": title, "Status": f.status, "Detail": "AuthenticationUnsuccessful", "Extensions": map[string]any{}})
}

func mountXero(s *Simulator, p *provider) {
	const identity = "identity.xero.com"
	s.serveKeys(identity+"/.well-known/openid-configuration/jwks", p)
	s.serveDiscovery(identity+"/.well-known/openid-configuration", p, map[string]any{
		"jwks_uri":            "https://" + identity + "/.well-known/openid-configuration/jwks",
		"userinfo_endpoint":   "https://" + identity + "/connect/userinfo",
		"revocation_endpoint": "https://" + identity + "/connect/revocation",
	})
	s.api("GET "+identity+"/connect/userinfo", p, func(c *call, g *grant) {
		if c.needs(g, "openid") {
			claims := p.claims(g)
			claims["sub"] = g.user
			c.writeJSON(http.StatusOK, claims)
		}
	})
	s.route.add("POST "+identity+"/connect/revocation", p, func(c *call) {
		c.revokeToken(func(found bool) {
			if found { // everything that this user gave the app
				c.s.ledger.end(func(g *grant) bool { return g.p == p })
				p.removed(&c.s.ledger)
			}
			c.finish(http.StatusOK, nil)
		})
	})
	s.api("GET api.xero.com/connections", p, xeroConnections)
	s.api("DELETE api.xero.com/connections/{id}", p, func(c *call, _ *grant) {
		l := &c.s.ledger
		before := len(l.xero)
		l.xero = slices.DeleteFunc(l.xero, func(x *connection) bool { return x.id == c.r.PathValue("id") })
		if len(l.xero) == before {
			c.writeJSON(http.StatusNotFound, map[string]any{"Title": "Not Found", "Status": http.StatusNotFound})
			return
		}
		c.finish(http.StatusNoContent, nil)
	})
	s.api("GET api.xero.com/api.xro/2.0/Organisation", p, xeroOrganisation)
}

func xeroConnections(c *call, _ *grant) {
	list := []map[string]any{}
	for _, x := range c.s.ledger.xero {
		if event := c.query("authEventId"); c.s.on(c.p.key, NoTenants) || event != "" && event != x.event {
			continue
		}
		created := x.created.UTC().Format("2006-01-02T15:04:05.0000000")
		list = append(list, map[string]any{"id": x.id, "authEventId": x.event, "tenantId": x.tenant.id, "tenantType": x.kind,
			"tenantName": c.named(x.tenant), "createdDateUtc": created, "updatedDateUtc": created})
	}
	c.writeJSON(http.StatusOK, list)
}

func xeroOrganisation(c *call, _ *grant) {
	i := slices.IndexFunc(c.s.ledger.xero, func(x *connection) bool {
		return x.tenant.id == c.r.Header.Get("xero-tenant-id") && x.kind == "ORGANISATION"
	})
	switch {
	case i < 0:
		c.refuseCall(fault{status: http.StatusForbidden, code: "AuthenticationUnsuccessful", text: "The organisation is not connected."})
	case !wantsJSON(c.r):
		c.w.header.Set("Content-Type", "text/xml")
		c.finish(http.StatusOK, []byte("<Response><Organisations></Organisations></Response>"))
	default:
		t := c.s.ledger.xero[i].tenant
		c.writeJSON(http.StatusOK, map[string]any{"Status": "OK", "Organisations": []map[string]any{
			{"Name": c.named(t), "LegalName": c.named(t), "OrganisationID": t.id, "CountryCode": "GB"},
		}})
	}
}
