package oauth

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bowline/bowline/internal/catalog"
)

func TestAuthorizeVarieties(t *testing.T) {
	t.Parallel()
	o := newOddity(t, nil)
	in := o.entry()
	in.OAuth.AuthorizeURL = "https://${input.region.host}/consent?fixed=1"
	in.OAuth.Scopes = []string{"https://${input.env}/.default", "${input.unset}", "offline"}
	in.OAuth.ScopeSeparator = ","
	in.OAuth.AuthorizeParams = map[string]string{"application_id": "app", "provider_id": "${row.id}", "none": "${row.unset}"}
	r := Request{Integration: in, RedirectURI: "https://ours.example/cb", State: NewToken(), Verifier: NewToken(),
		Values: catalog.Values{"input.region.host": "EU.Clover.example", "input.env": "e.example", "row.id": "ob-a&b"}}
	seen := func(address string) string { return "http://127.0.0.1:9/" + strings.TrimPrefix(address, "https://") }
	address, err := newClient(t, Options{Visible: seen}).AuthorizeURL(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil || u.Host != "127.0.0.1:9" || u.Path != "/eu.clover.example/consent" {
		t.Fatal(address)
	}
	q := u.Query()
	q.Del("state")
	if diff := cmp.Diff(url.Values{"fixed": {"1"}, "response_type": {"code"}, "client_id": {"me"}, "redirect_uri": {"https://ours.example/cb"},
		"scope": {"https://e.example/.default,offline"}, "application_id": {"app"}, "provider_id": {"ob-a&b"}}, q); diff != "" {
		t.Error(diff)
	}
	r.Values = nil
	if _, err = newClient(t, Options{}).AuthorizeURL(t.Context(), r); ReasonOf(err) != Misconfigured {
		t.Errorf("without a host: %v", err)
	}
}

// FuzzAddresses puts anything into every place of an address: what comes out
// stays where the entry means it to be.
func FuzzAddresses(f *testing.F) {
	for _, seed := range []string{"a", "a.b", "../x", "a@b", "a:1", "a/b", "a#b?c", "%2e%2e", "ä", "\x00", "${x}", ".."} {
		f.Add(seed, seed, seed)
	}
	f.Fuzz(func(t *testing.T, host, segment, value string) {
		got, err := catalog.FillURL("https://${input.h}.site.example/p/${tenant.id}/q?r=${tenant.id}&s=${callback.v}",
			catalog.Values{"input.h": host, "tenant.id": segment, "callback.v": value})
		if err != nil {
			return
		}
		u, err := url.Parse(got)
		if err != nil {
			t.Fatalf("%q: %v", got, err)
		}
		segments := strings.Split(u.EscapedPath(), "/")
		if !strings.HasSuffix(u.Host, ".site.example") || strings.ContainsAny(u.Host, "@:/ ") || u.User != nil || u.Fragment != "" ||
			len(segments) != 4 || segments[1] != "p" || segments[3] != "q" || segments[2] == ".." ||
			len(u.Query()) != 2 || u.Query().Get("r") != segment || u.Query().Get("s") != value {
			t.Errorf("%q of %q %q %q", got, host, segment, value)
		}
	})
}
