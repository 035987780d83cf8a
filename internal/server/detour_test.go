package server

import (
	"net/http"
	"net/netip"
	"testing"
)

func TestDetour(t *testing.T) {
	t.Parallel()
	d, err := newDetour("http://127.0.0.1:9090/")
	if err != nil {
		t.Fatal(err)
	}
	d.emulates = func(host string) bool { return host == "provider.example" }
	for from, to := range map[string]string{
		"https://provider.example/oauth/token":    "http://127.0.0.1:9090/provider.example/oauth/token",
		"https://provider.example/a%2Fb?c=d%26":   "http://127.0.0.1:9090/provider.example/a%2Fb?c=d%26",
		"https://provider.example":                "http://127.0.0.1:9090/provider.example",
		"https://other.example/oauth/token":       "https://other.example/oauth/token",
		"http://provider.example/oauth/token":     "http://provider.example/oauth/token",
		"https://provider.example.evil.example/x": "https://provider.example.evil.example/x",
		"https://provider.example:8443/x":         "https://provider.example:8443/x",
		"::":                                      "::",
	} {
		if got := d.visible(from); got != to {
			t.Errorf("%s leads to %s, not %s", from, got, to)
		}
	}
	var seen *http.Request
	client := http.Client{Transport: d.transport(roundTripper(func(r *http.Request) (*http.Response, error) {
		seen = r
		return &http.Response{StatusCode: 204, Body: http.NoBody}, nil
	}))}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://provider.example/token", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if seen.URL.String() != "http://127.0.0.1:9090/provider.example/token" || seen.Host != "" || request.URL.Host != "provider.example" {
		t.Errorf("%s with host %q, and the request says %s", seen.URL, seen.Host, request.URL)
	}
	if got := d.allow([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}); len(got) != 2 || got[1].String() != "127.0.0.1/32" {
		t.Errorf("%v", got)
	}
	none, err := newDetour("")
	if none != nil || err != nil || none.visible("https://provider.example/x") != "https://provider.example/x" || none.allow(nil) != nil {
		t.Errorf("%v, %v", none, err)
	}
}
