package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// market is one Amazon marketplace.
type market struct{ region, host, id, country, name string }

// markets are where a seller may start. Which host serves which country is
// partly unverified.
var markets = []market{
	{"na", "sellercentral.amazon.com", "ATVPDKIKX0DER", "US", "Amazon.com"},
	{"na", "sellercentral.amazon.ca", "A2EUQ1WTGCTBG2", "CA", "Amazon.ca"},
	{"na", "sellercentral.amazon.com.mx", "A1AM78C64UM0Y8", "MX", "Amazon.com.mx"},
	{"na", "sellercentral.amazon.com.br", "A2Q3Y263D00KWC", "BR", "Amazon.com.br"},
	{"eu", "sellercentral.amazon.co.uk", "A1F83G8C2ARO7P", "GB", "Amazon.co.uk"},
	{"eu", "sellercentral.amazon.de", "A1PA6795UKMFR9", "DE", "Amazon.de"},
	{"eu", "sellercentral.amazon.fr", "A13V1IB3VIYZZH", "FR", "Amazon.fr"},
	{"eu", "sellercentral.amazon.it", "APJ6JRA9NG5V4", "IT", "Amazon.it"},
	{"eu", "sellercentral.amazon.es", "A1RKKUPIHCS9HS", "ES", "Amazon.es"},
	{"eu", "sellercentral.amazon.nl", "A1805IZSGTT6HS", "NL", "Amazon.nl"},
	{"eu", "sellercentral.amazon.se", "A2NODRKZP88ZB9", "SE", "Amazon.se"},
	{"eu", "sellercentral.amazon.pl", "A1C3SOZRARQ6R3", "PL", "Amazon.pl"},
	{"eu", "sellercentral.amazon.com.be", "AMEN7PMS3EDWL", "BE", "Amazon.com.be"},
	{"eu", "sellercentral.amazon.com.tr", "A33AVAJ2PDY3EV", "TR", "Amazon.com.tr"},
	{"eu", "sellercentral.amazon.ae", "A2VIGQ35RCS4UG", "AE", "Amazon.ae"},
	{"eu", "sellercentral.amazon.sa", "A17E79C6D8DWNP", "SA", "Amazon.sa"},
	{"eu", "sellercentral.amazon.eg", "ARBP9OOSHTCHU", "EG", "Amazon.eg"},
	{"eu", "sellercentral.amazon.in", "A21TJRUUN4KGV", "IN", "Amazon.in"},
	{"eu", "sellercentral.amazon.co.za", "AE08WJ6YKNBMC", "ZA", "Amazon.co.za"},
	{"eu", "sellercentral-europe.amazon.com", "", "", ""},
	{"fe", "sellercentral.amazon.co.jp", "A1VC38T7YXB528", "JP", "Amazon.co.jp"},
	{"fe", "sellercentral.amazon.com.au", "A39IBJ37TRP1C6", "AU", "Amazon.com.au"},
	{"fe", "sellercentral.amazon.sg", "A19VAU5U5O7RUS", "SG", "Amazon.sg"},
}

// amazon is Amazon's Selling Partner API.
func amazon() []profile {
	p := profile{
		key: "qkdj", name: "Amazon Seller Central",
		register: func(s *Simulator) Client {
			return Client{ID: "amzn1.application-oa2-client." + s.hex("client id qkdj", 32), Secret: "amzn1.oa2-cs.v1." + s.hex("client secret qkdj", 64),
				Values: map[string]string{"applicationId": "amzn1.sp.solution." + s.uuid("application id")}}
		},
		tokens: []string{"api.amazon.com/auth/o2/token"}, pkce: refusesPKCE, codeParam: "spapi_oauth_code", redirectMay: true, typeMay: true,
		accessTTL: time.Hour, refreshTTL: 365 * 24 * time.Hour, rotation: same, tokenType: "bearer",
		tenantID: func(s *Simulator, i int) string { return "A" + s.digits("tenant qkdj "+strconv.Itoa(i), 13) },
		clientOf: func(c *call) string { return c.query("application_id") },
		check: func(c *call) *fault {
			switch {
			case c.query("state") == "":
				return shownFault("The state is missing.")
			case c.query("version") != "" && c.query("version") != "beta":
				return shownFault("The version can only be beta.")
			}
			return nil
		},
		callback: func(g *grant, back url.Values) { back.Set("selling_partner_id", g.tenants[0].id) },
		accessOf: func(r *http.Request) string { return r.Header.Get("x-amz-access-token") },
		apiFault: func(c *call, f fault) {
			// Tokens that do not work are forbidden here, not unauthorized.
			c.writeJSON(http.StatusForbidden, map[string]any{"errors": []map[string]string{
				{"code": "Unauthorized", "message": "Access to requested resource is denied.", "details": f.text}}})
		},
		chooses: one,
		mount:   mountAmazon,
	}
	for _, m := range markets {
		p.authorize = append(p.authorize, m.host+"/apps/authorize/consent")
	}
	return []profile{p}
}

func regionOf(host string) string {
	i := slices.IndexFunc(markets, func(m market) bool { return m.host == host })
	if i < 0 {
		return ""
	}
	return markets[i].region
}

func mountAmazon(s *Simulator, p *provider) {
	for _, region := range []string{"na", "eu", "fe"} {
		api := "GET sellingpartnerapi-" + region + ".amazon.com/sellers/v1/"
		elsewhere := func(c *call, g *grant) bool {
			if regionOf(g.host) == region {
				return false
			}
			c.refuseCall(fault{status: http.StatusForbidden, text: "The seller is in another region."})
			return true
		}
		s.api(api+"marketplaceParticipations", p, func(c *call, g *grant) {
			if !elsewhere(c, g) {
				c.writeJSON(http.StatusOK, map[string]any{"payload": c.participations(g, region)})
			}
		})
		s.api(api+"account", p, func(c *call, g *grant) {
			if !elsewhere(c, g) {
				c.writeJSON(http.StatusOK, map[string]any{"payload": map[string]any{"businessType": "PRIVATE_LIMITED",
					"business": map[string]any{"name": c.named(g.tenants[0])}}})
			}
		})
	}
}

// participations lists the marketplaces of a region; in the last one the seller
// takes no part.
func (c *call) participations(g *grant, region string) []map[string]any {
	list := []map[string]any{}
	if c.s.on(c.p.key, NoTenants) {
		return list
	}
	for _, m := range markets {
		if m.region == region && m.id != "" && len(list) < 3 {
			list = append(list, map[string]any{
				"marketplace":   map[string]any{"id": m.id, "name": m.name, "countryCode": m.country},
				"storeName":     c.named(g.tenants[0]),
				"participation": map[string]any{"isParticipating": len(list) < 2, "hasSuspendedListings": false},
			})
		}
	}
	return list
}
