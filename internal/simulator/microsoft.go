package simulator

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

const businessCentral = "https://api.businesscentral.dynamics.com"

// microsoft is the two products behind Entra ID. Lifetimes are unverified.
func microsoft() []profile {
	const login = "login.microsoftonline.com/{tenantId}/oauth2"
	entra := profile{
		codeTTL: 10 * time.Minute, accessTTL: time.Hour, refreshTTL: 90 * 24 * time.Hour, denyAtAPI: true, pkce: checksPKCE,
		callback: func(g *grant, back url.Values) { back.Set("session_state", g.user) },
		claims: func(g *grant) map[string]any {
			return map[string]any{"name": "Robin Sample", "preferred_username": "robin@harbourlane.example", "email": "robin@harbourlane.example",
				"oid": g.user, "ver": "2.0"}
		},
	}
	bc, fo := entra, entra

	bc.key, bc.name = "trji", "Microsoft Dynamics 365 Business Central"
	bc.register = entraClient("trji")
	bc.authorize, bc.tokens = []string{login + "/v2.0/authorize"}, []string{login + "/v2.0/token"}
	bc.scopes = []string{businessCentral + "/Financials.ReadWrite.All", businessCentral + "/user_impersonation",
		"offline_access", "openid", "profile", "email"}
	bc.offline = "offline_access"
	bc.issuer = "https://login.microsoftonline.com/{tid}/v2.0"
	bc.tenantID = uuidTenant("trji")
	bc.check = func(c *call) *fault {
		if mode := c.query("response_mode"); mode != "" && mode != "query" {
			return badRequest("invalid_request", "Only response_mode=query brings the code in the query.")
		}
		return authority(c, "organizations", "common")
	}
	bc.exchange = func(c *call, _ *grant) *fault { return authority(c, "organizations", "common") }
	bc.mount = mountBusinessCentral

	fo.key, fo.name = "rqwd", "Microsoft Dynamics 365 Finance & Operations"
	fo.register = entraClient("rqwd")
	fo.authorize = []string{login + "/authorize", login + "/v2.0/authorize"}
	fo.tokens = []string{login + "/token", login + "/v2.0/token"}
	fo.issuer, fo.alwaysID = "https://sts.windows.net/{tid}/", true
	fo.tenantID = func(s *Simulator, i int) string {
		return strings.ToUpper(s.hex("tenant rqwd", 2)) + string(rune('A'+i/26%26)) + string(rune('A'+i%26))
	}
	fo.scopeOK = func(c *call, scope string) bool {
		return v1(c.r) || scope == "offline_access" || scope == "openid" || scope == "profile" || environment.MatchString(strings.TrimSuffix(scope, "/.default"))
	}
	fo.handsRefresh = func(g *grant) bool { return g.params.Has("resource") || slices.Contains(g.scopes, "offline_access") }
	fo.check = checkFinance
	fo.exchange = func(c *call, g *grant) *fault {
		if resource := g.params.Get("resource"); v1(c.r) && c.form.Get("resource") != resource {
			return badRequest("invalid_resource", "The resource differs from the one before.")
		}
		return authority(c, "organizations", "common", "guid")
	}
	fo.mount = mountFinance
	return []profile{bc, fo}
}

func entraClient(key string) func(*Simulator) Client {
	return func(s *Simulator) Client {
		return Client{ID: s.uuid("client id " + key), Secret: "sim~" + s.secret("client secret "+key)}
	}
}

var (
	guid        = regexp.MustCompile(`^[0-9a-fA-F-]{36}$`)
	environment = regexp.MustCompile(`^https://[a-z0-9.-]+\.dynamics\.com$`)
)

// authority checks the directory that the address names.
func authority(c *call, known ...string) *fault {
	id := c.r.PathValue("tenantId")
	if slices.Contains(known, id) || slices.Contains(known, "guid") && guid.MatchString(id) {
		return nil
	}
	return shownFault("AADSTS90002: there is no such directory.")
}

// v1 tells the older Entra endpoints, which take a resource instead of scopes.
func v1(r *http.Request) bool { return !strings.Contains(r.URL.Path, "/v2.0/") }

func checkFinance(c *call) *fault {
	if v1(c.r) && !environment.MatchString(c.query("resource")) {
		return badRequest("invalid_resource", "AADSTS50001: the resource is missing or unknown.")
	}
	if !v1(c.r) && !slices.ContainsFunc(c.asked(), func(scope string) bool { return strings.HasSuffix(scope, "/.default") }) {
		return badRequest("invalid_scope", "The scope of the environment is missing.")
	}
	return authority(c, "organizations", "common", "guid")
}

// directory is the Entra id of the customer.
func (s *Simulator) directory() string { return s.uuid("directory") }

func mountBusinessCentral(s *Simulator, p *provider) {
	const api = "GET api.businesscentral.dynamics.com"
	const common = "login.microsoftonline.com/common"
	s.serveDiscovery(common+"/v2.0/.well-known/openid-configuration", p, map[string]any{
		"issuer":                 "https://login.microsoftonline.com/{tenantid}/v2.0",
		"authorization_endpoint": "https://" + common + "/oauth2/v2.0/authorize",
		"token_endpoint":         "https://" + common + "/oauth2/v2.0/token",
		"jwks_uri":               "https://" + common + "/discovery/v2.0/keys",
	})
	s.serveKeys(common+"/discovery/v2.0/keys", p)
	for _, version := range []string{"v1.1", "v1.2"} {
		s.api(api+"/environments/"+version, p, func(c *call, _ *grant) {
			var list []map[string]any
			for _, name := range environments {
				list = append(list, map[string]any{"name": name, "type": name, "aadTenantId": c.s.directory(), "applicationFamily": "BusinessCentral",
					"countryCode": "GB", "ringName": "Production", "webServiceUrl": businessCentral})
			}
			c.writeJSON(http.StatusOK, map[string]any{"value": list})
		})
	}
	s.api(api+"/v2.0/{directory}/{environment}/api/v2.0/companies", p, func(c *call, _ *grant) {
		if !c.inEnvironment() {
			return
		}
		list := []map[string]any{}
		number, part, more := c.paged(c.s.listed(p), "$skiptoken")
		for _, t := range part {
			list = append(list, c.centralCompany(t))
		}
		if len(list) > 0 && number == 1 {
			list = append(list, map[string]any{"id": c.s.uuid("cronus"), "name": "CRONUS UK Ltd.", "displayName": "CRONUS UK Ltd."})
		}
		c.odata(businessCentral+"/$metadata#companies", list, number, more)
	})
	s.api(api+"/v2.0/{directory}/{environment}/api/v2.0/{company}", p, func(c *call, _ *grant) {
		if !c.inEnvironment() {
			return
		}
		for _, t := range c.s.listed(p) {
			if c.r.PathValue("company") == "companies("+t.id+")" {
				c.writeJSON(http.StatusOK, c.centralCompany(t))
				return
			}
		}
		c.writeJSON(http.StatusNotFound, map[string]any{"error": map[string]string{"code": "BadRequest_NotFound", "message": "No such company."}})
	})
}

// environments of a customer; both kinds appear.
var environments = []string{"Production", "Sandbox"}

func (c *call) inEnvironment() bool {
	if c.r.PathValue("directory") == c.s.directory() && slices.Contains(environments, c.r.PathValue("environment")) {
		return true
	}
	c.writeJSON(http.StatusNotFound, map[string]any{"error": map[string]string{"code": "NoEnvironment", "message": "The environment does not exist."}})
	return false
}

// centralCompany leaves the display name of every second company empty, as
// customers do; the name is there then.
func (c *call) centralCompany(t tenant) map[string]any {
	display := c.named(t)
	if t.n%2 == 1 {
		display = ""
	}
	return map[string]any{"id": t.id, "name": c.named(t), "displayName": display}
}

func mountFinance(s *Simulator, p *provider) {
	s.serveKeys("login.microsoftonline.com/common/discovery/keys", p)
	s.api("GET *.dynamics.com/data/LegalEntities", p, func(c *call, g *grant) {
		if g.params.Get("resource") != "https://"+c.r.Host && !slices.Contains(g.scopes, "https://"+c.r.Host+"/.default") {
			c.refuseCall(fault{status: http.StatusUnauthorized, code: "invalid_token", text: "The access token is for another environment."})
			return
		}
		list := []map[string]any{}
		number, part, more := c.paged(c.s.listed(p), "$skiptoken")
		for _, t := range part {
			list = append(list, map[string]any{"LegalEntityId": t.id, "Name": c.named(t)})
		}
		c.odata("https://"+c.r.Host+"/data/$metadata#LegalEntities", list, number, more)
	})
}

// odata answers with a page of a list.
func (c *call) odata(context string, list []map[string]any, number int, more bool) {
	document := map[string]any{"@odata.context": context, "value": list}
	if more {
		document["@odata.nextLink"] = c.pageAt("$skiptoken", number+1)
	}
	c.writeJSON(http.StatusOK, document)
}
