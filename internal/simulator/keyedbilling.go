package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// chargebee takes the key as the user name of HTTP Basic, without a password.
func chargebee(s *Simulator) keyed {
	d := &desk{s, "xwsy", map[string]string{"site": "harbour-lane", "apiKey": "live_" + s.hex("xwsy key", 40)},
		map[string]string{"site": "maple-pine", "apiKey": "live_" + s.hex("other xwsy key", 40)}}
	refuse := func(w http.ResponseWriter, status int, code, text string) {
		sendJSON(w, status, map[string]any{"message": text, "api_error_code": code, "error_code": code, "http_status_code": status})
	}
	return d.served(Client{}, []string{"*.chargebee.com"}, func(w http.ResponseWriter, r *http.Request) {
		resource, isAPI := strings.CutPrefix(r.URL.Path, "/api/v2/")
		switch {
		case r.Host != d.values["site"]+".chargebee.com": // code unverified
			refuse(w, http.StatusNotFound, "site_not_found", "Sorry, we couldn't find the site.")
		case !d.basic(r, "apiKey", ""):
			refuse(w, http.StatusUnauthorized, "api_authentication_failed", "Sorry, authentication failed. Please check your API key.")
		case d.is(MissingPermission): // code unverified
			refuse(w, http.StatusForbidden, "api_authorization_failed", "The key may not read this.")
		case r.Method != http.MethodGet || !isAPI || !slices.Contains([]string{"customers", "subscriptions", "invoices", "transactions", "items"}, resource):
			refuse(w, http.StatusNotFound, "resource_not_found", "There is nothing here.")
		default:
			one := map[string]any{strings.TrimSuffix(resource, "s"): map[string]any{"id": s.hex("xwsy row", 16), "object": strings.TrimSuffix(resource, "s")}}
			sendJSON(w, http.StatusOK, map[string]any{"list": []any{one}})
		}
	})
}

// chargify takes the key as the user name of HTTP Basic, with the password X.
// It is called Maxio Advanced Billing now, and answers under both names.
func chargify(s *Simulator) keyed {
	d := &desk{s, "rkgp", map[string]string{"hostname": "harbour-lane.chargify.com", "apiKey": s.secret("rkgp key")},
		map[string]string{"hostname": "maple-pine.chargify.com", "apiKey": s.secret("other rkgp key")}}
	return d.served(Client{}, []string{"*.chargify.com", "*.ebilling.maxio.com"}, func(w http.ResponseWriter, r *http.Request) {
		site, _, _ := strings.Cut(r.Host, ".")
		own, _, _ := strings.Cut(d.values["hostname"], ".")
		switch {
		case site != own || strings.Count(r.Host, ".") > 3:
			nowhere(w)
		case !d.basic(r, "apiKey", "X"):
			w.Header().Set("WWW-Authenticate", `Basic realm="Advanced Billing"`)
			http.Error(w, "HTTP Basic: Access denied.", http.StatusUnauthorized)
		case d.is(MissingPermission): // status unverified
			sendJSON(w, http.StatusForbidden, map[string]any{"errors": []string{"The key may not read this."}})
		case r.Method != http.MethodGet || r.URL.Path != "/site.json":
			nowhere(w)
		default:
			sendJSON(w, http.StatusOK, map[string]any{"site": map[string]any{
				"id": json.Number(s.digits(d.label("rkgp site"), 6)), "name": d.business(), "subdomain": site, "currency": "USD", "test": false,
			}})
		}
	})
}

// recurly takes the key as the user name of HTTP Basic, without a password, and
// wants to be told which version of its API is meant.
func recurly(s *Simulator) keyed {
	d := &desk{s, "lhcb", map[string]string{"apiKey": s.hex("lhcb key", 32)}, map[string]string{"apiKey": s.hex("other lhcb key", 32)}}
	refuse := func(w http.ResponseWriter, status int, kind, text string) {
		sendJSON(w, status, map[string]any{"error": map[string]any{"type": kind, "message": text}})
	}
	return d.served(Client{}, []string{"v3.recurly.com"}, func(w http.ResponseWriter, r *http.Request) {
		version := strings.TrimSuffix(r.Header.Get("Accept"), "+json")
		switch {
		case !slices.Contains([]string{"application/vnd.recurly.v2021-02-25", "application/vnd.recurly.v2019-10-10"}, version): // status unverified
			refuse(w, http.StatusNotAcceptable, "invalid_api_version", "Please say which version you mean.")
		case !d.basic(r, "apiKey", ""):
			refuse(w, http.StatusUnauthorized, "unauthorized", "The key is not valid.")
		case d.is(MissingPermission):
			refuse(w, http.StatusForbidden, "forbidden", "The key may not read this.")
		case r.Method != http.MethodGet || r.URL.Path != "/sites":
			refuse(w, http.StatusNotFound, "not_found", "There is nothing here.")
		default:
			name := map[bool]string{false: "harbour-lane", true: "maple-pine"}[d.is(OtherBusiness)]
			site := map[string]any{"id": s.hex(d.label("lhcb site"), 12), "object": "site", "subdomain": name, "mode": "production"}
			sendJSON(w, http.StatusOK, map[string]any{"object": "list", "has_more": false, "next": nil, "data": []any{site}})
		}
	})
}
