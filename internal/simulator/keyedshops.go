package simulator

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// shopifyTokenLife is how long an access token of an app of the merchant's own
// is good for, less a second in what the answer says.
const shopifyTokenLife = 24 * time.Hour

const shopifyScopes = "read_customers,read_inventory,read_orders,read_all_orders,read_products,read_shopify_payments_payouts,read_shopify_payments_disputes"

var shopifyVersion = regexp.MustCompile(`^/admin/api/20\d\d-(01|04|07|10)/(shop|graphql)\.json$`)

// shopify is a store with an app that its merchant made in the Dev Dashboard.
func shopify(s *Simulator) keyed {
	d := &desk{s, "fztf", map[string]string{
		"shop": "harbour-lane", "clientId": s.hex("fztf id", 32), "clientSecret": "shpss_" + s.hex("fztf secret", 32),
	}, map[string]string{
		"shop": "maple-pine", "clientId": s.hex("other fztf id", 32), "clientSecret": "shpss_" + s.hex("other fztf secret", 32),
	}}
	tokens := map[string]time.Time{}
	return d.served(Client{}, []string{"*.myshopify.com"}, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Host != d.values["shop"]+".myshopify.com":
			nowhere(w)
		case r.URL.Path == "/admin/oauth/access_token":
			d.shopifyToken(w, r, tokens)
		default:
			d.shopifyAPI(w, r, tokens)
		}
	})
}

// shopifyToken is the client credentials grant, as a form.
func (d *desk) shopifyToken(w http.ResponseWriter, r *http.Request, tokens map[string]time.Time) {
	refuse := func(code, text string) {
		sendJSON(w, http.StatusBadRequest, map[string]string{"error": code, "error_description": text})
	}
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch {
	case r.Method != http.MethodPost:
		nowhere(w)
	case kind != "application/x-www-form-urlencoded" || r.ParseForm() != nil || r.PostForm.Get("grant_type") != "client_credentials":
		refuse("invalid_request", "The request has to be a form with the grant type client_credentials.")
	case r.PostForm.Get("client_id") != d.values["clientId"] || r.PostForm.Get("client_secret") != d.values["clientSecret"]:
		refuse("invalid_client", "The client is not known.")
	case d.is(KeyRemoved):
		refuse("app_not_installed", "The app is not installed on this shop.")
	default:
		token := d.mint("shpat_")
		tokens[token] = d.now().Add(shopifyTokenLife)
		sendJSON(w, http.StatusOK, map[string]any{"access_token": token, "scope": shopifyScopes, "expires_in": 86399})
	}
}

func (d *desk) shopifyAPI(w http.ResponseWriter, r *http.Request, tokens map[string]time.Time) {
	token := r.Header.Get("X-Shopify-Access-Token")
	ends, given := tokens[token]
	id := d.digits(d.label("fztf shop"), 11)
	switch {
	case !given || !d.now().Before(ends) || d.is(KeyRemoved):
		sendJSON(w, http.StatusUnauthorized, map[string]string{"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"})
	case r.Method == http.MethodDelete && r.URL.Path == "/admin/api_permissions/current.json": // confirmed by public clients only
		delete(tokens, token)
		sendJSON(w, http.StatusOK, map[string]string{})
	case !shopifyVersion.MatchString(r.URL.Path):
		nowhere(w)
	case d.is(MissingPermission): // status and words unverified
		sendJSON(w, http.StatusForbidden, map[string]string{"errors": "[API] This action requires merchant approval for read_orders scope."})
	case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/shop.json"):
		sendJSON(w, http.StatusOK, map[string]any{"shop": map[string]any{
			"id": json.Number(id), "name": d.business(), "domain": r.Host, "myshopify_domain": r.Host, "plan_name": "basic",
		}})
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/graphql.json"):
		sendJSON(w, http.StatusOK, map[string]any{"data": map[string]any{"shop": map[string]any{"id": "gid://shopify/Shop/" + id, "name": d.business()}}})
	default:
		nowhere(w)
	}
}

// bigCommerce is a store with an API account that its owner made.
func bigCommerce(s *Simulator) keyed {
	account := func(whose string) map[string]string {
		return map[string]string{
			"clientId": s.hex(whose+"vqzp id", 31), "clientSecret": s.hex(whose+"vqzp secret", 64), "accessToken": s.hex(whose+"vqzp token", 31),
			"apiPath": "https://api.bigcommerce.com/stores/" + s.hex(whose+"vqzp hash", 10) + "/v3/",
		}
	}
	d := &desk{s, "vqzp", account(""), account("other ")}
	return d.served(Client{}, []string{"api.bigcommerce.com"}, func(w http.ResponseWriter, r *http.Request) {
		hash := s.hex(d.label("vqzp hash"), 10)
		switch {
		case !strings.HasPrefix(r.URL.Path, "/stores/"+hash+"/") || !d.right(r.Header.Get("X-Auth-Token"), "accessToken"):
			sendJSON(w, http.StatusUnauthorized, map[string]any{"status": 401, "title": "Unauthorized"})
		case d.is(MissingPermission):
			sendJSON(w, http.StatusForbidden, map[string]any{"status": 403, "title": "You don't have a required scope to access the endpoint"})
		case r.Method == http.MethodGet && r.URL.Path == "/stores/"+hash+"/v2/store":
			sendJSON(w, http.StatusOK, map[string]any{"id": hash, "name": d.business(), "domain": "harbour-lane.example", "status": "live"})
		default:
			nowhere(w)
		}
	})
}

// prestaShop is a shop on a merchant's own server.
func prestaShop(s *Simulator) keyed {
	const host, second = "shop.example.com", "furniture.example.com"
	d := &desk{s, "zgbz", map[string]string{"storeUrl": "https://" + host, "webserviceKey": strings.ToUpper(s.hex("zgbz key", 32))},
		map[string]string{"storeUrl": "https://" + second, "webserviceKey": strings.ToUpper(s.hex("other zgbz key", 32))}}
	return d.served(Client{}, []string{host, second}, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		switch {
		case "https://"+r.Host != d.values["storeUrl"]:
			nowhere(w)
		case r.URL.Path != "/api" && !strings.HasPrefix(r.URL.Path, "/api/"):
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte("<html><body>Welcome to the shop</body></html>")) // into memory
		case !d.basic(r, "webserviceKey", ""):
			w.Header().Set("WWW-Authenticate", `Basic realm="Welcome to PrestaShop Webservice, please enter the authentication key as the login. No password required."`)
			sendXML(w, http.StatusUnauthorized, "<prestashop><errors><error><code>18</code><message>Invalid authentication key format</message></error></errors></prestashop>")
		case d.is(MissingPermission): // status and code unverified
			sendXML(w, http.StatusForbidden, "<prestashop><errors><error><code>26</code><message>Method GET is not allowed for the resource configurations with this authentication key</message></error></errors></prestashop>")
		case r.Method != http.MethodGet || strings.TrimSuffix(r.URL.Path, "/") != "/api/configurations":
			sendXML(w, http.StatusBadRequest, "<prestashop><errors><error><code>21</code><message>Resource not found</message></error></errors></prestashop>")
		case q.Get("output_format") != "JSON": // XML unless asked otherwise
			sendXML(w, http.StatusOK, `<prestashop><configurations><configuration id="239"/></configurations></prestashop>`)
		default:
			d.prestaShopSettings(w, q.Get("filter[name]"), q.Get("display") == "full")
		}
	})
}

// prestaShopSettings lists settings; without display=full only their ids.
func (d *desk) prestaShopSettings(w http.ResponseWriter, name string, full bool) {
	rows := []map[string]any{}
	for i, setting := range [][2]string{{"PS_LANG_DEFAULT", "1"}, {"PS_SHOP_NAME", d.business()}, {"PS_SHOP_EMAIL", "shop@shop.example.com"}} {
		if name != "" && strings.Trim(name, "[]") != setting[0] {
			continue
		}
		row := map[string]any{"id": 238 + i}
		if full {
			row["name"], row["value"] = setting[0], setting[1]
		}
		rows = append(rows, row)
	}
	rows = slices.Clip(rows)
	sendJSON(w, http.StatusOK, map[string]any{"configurations": rows})
}
