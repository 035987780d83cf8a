package connection_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestProxyKeepsHeadersAtHome: no provider learns of the network that a request
// came through, and none tells the servers in front of Bowline what to do.
func TestProxyKeepsHeadersAtHome(t *testing.T) {
	t.Parallel()
	told := []string{
		"X-Client-Ip", "Client-Ip", "X-Cluster-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip", "X-Envoy-Original-Path", "X-Envoy-External-Address",
		"X-Forwarded", "X-Forwarded-Host", "X_Forwarded_For", "Forwarded", "X-Real-Ip", "X-Originating-Ip", "X-Remote-Addr", "Remote-Addr", "X-Scheme",
		"Fastly-Client-Ip", "X-Azure-Clientip", "X-Arr-Ssl", "X-Appengine-User-Ip", "X-Amzn-Trace-Id", "X-Amzn-Oidc-Data", "X-Goog-Iap-Jwt-Assertion",
		"X-Ms-Client-Principal", "X-Auth-Request-Email", "X-Ssl-Client-Cert", "Cdn-Loop", "Max-Forwards", "Http2-Settings", "Early-Data",
	}
	commands := []string{
		"X-Accel-Redirect", "X-Accel-Buffering", "X-Sendfile", "X-Sendfile-Type", "X-Lighttpd-Send-File", "X-Reproxy-Url", "X-Litespeed-Location",
		"X-Envoy-Immediate-Health-Check-Fail", "Surrogate-Control", "Cdn-Cache-Control", "Cloudflare-Cdn-Cache-Control", "Edge-Control", "X_Accel_Redirect",
		"Permissions-Policy", "Accept-Ch", "Speculation-Rules", "X-Permitted-Cross-Domain-Policies",
	}
	var seen http.Header
	l := newLender(t, storetest.Open(t, store.SQLite), nil, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		for _, name := range commands {
			w.Header()[name] = []string{"/internal/secrets"}
		}
		w.Header().Set("X-Limit", "9")
	})
	sent := []string{"X-Api-Version", "3", "X-Amz-Access-Token", "kept", "X_Odd", "kept"}
	for _, name := range told {
		sent = append(sent, name, "10.0.0.1")
	}
	answer, err := l.ask(l.linkedBooks(), "GET", "/a", "", sent...)
	if err != nil {
		t.Fatal(err)
	}
	_ = text(t, answer)
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, []string{"Accept-Encoding", "Authorization", "User-Agent", "X-Amz-Access-Token", "X-Api-Version", "X_odd"}) {
		t.Errorf("the provider saw %q", got)
	}
	if got := slices.Sorted(maps.Keys(answer.Header)); !slices.Equal(got, []string{"Content-Length", "Date", "X-Limit"}) && !slices.Equal(got, []string{"Date", "X-Limit"}) {
		t.Errorf("answered headers %q", got)
	}
	// Servers that take an underscore for a hyphen find one value, and it is ours.
	shop := l.linked("wvtc", "shop-1", bowline.Grant{Extra: map[string]string{"store": "harbour-lane", "key": "shop_abcd1234"}})
	if answer, err = l.ask(shop, "GET", "/a", "", "X_Shop_Key", "mine"); err != nil {
		t.Fatal(err)
	}
	_ = text(t, answer)
	if len(seen["X_shop_key"]) > 0 || seen.Get("X-Shop-Key") != "shop_abcd1234" {
		t.Errorf("the provider saw %q", seen)
	}
}
