package oauth_test

import (
	"testing"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
)

// TestAPINamesWhoIsMeant: where headers say whose data is meant, a request
// without them is none. The provider would take it for the operator's own, or
// for the first business of the customer.
func TestAPINamesWhoIsMeant(t *testing.T) {
	t.Parallel()
	cat, err := catalog.Load(catalog.Options{OmitSandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		key, name string // of a header
		values    catalog.Values
		tenant    oauth.Tenant
		never     string // a header that nobody may send in its place
	}{
		{"exgd", "Stripe-Account", catalog.Values{"token.stripe_user_id": "acct_1"}, oauth.Tenant{ID: "acct_1"}, "Stripe-Context"},
		{"yzth", "Stripe-Account", catalog.Values{"token.stripe_user_id": "acct_1"}, oauth.Tenant{ID: "acct_1"}, "Stripe-Context"},
		{"gbol", "Xero-Tenant-Id", nil, oauth.Tenant{ID: "acct_1"}, ""},
		{"tgff", "X-Business", nil, oauth.Tenant{ID: "acct_1"}, ""},
		{"jcrp", "X-Company", nil, oauth.Tenant{ID: "s/acct_1", Values: map[string]string{"siteId": "s", "companyId": "acct_1"}}, ""},
	} {
		in, _ := cat.Get(tt.key)
		a, err := oauth.API(in, oauth.Grant{AccessToken: "at", Values: tt.values}, tt.tenant)
		if err != nil || a.Header[tt.name] != "acct_1" {
			t.Errorf("%s: %s is %q, %v", tt.key, tt.name, a.Header[tt.name], err)
		}
		if value, ours := a.Header[tt.never]; tt.never != "" && (!ours || value != "") {
			t.Errorf("%s: callers may send %s", tt.key, tt.never)
		}
		if _, err := oauth.API(in, oauth.Grant{AccessToken: "at"}, oauth.Tenant{}); oauth.ReasonOf(err) != oauth.Misconfigured {
			t.Errorf("%s: without what is meant: %v", tt.key, err)
		}
	}
}
