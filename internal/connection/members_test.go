package connection

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

// TestMembersOfEveryIntegration: what is exported of a grant is read back into
// the same grant, for every integration with a sign-in.
func TestMembersOfEveryIntegration(t *testing.T) {
	t.Parallel()
	given := map[string]string{ // whatever some integration asks or is told
		"realmId": "4611686018427387904", "businessId": "0a1b-2c3d", "businessName": "Harbour Bakery", "region": "europe", "marketplace": "US",
		"selling_partner_id": "A2B3C4", "accounts-server": "https://accounts.zoho.eu", "api_domain": "https://www.zohoapis.eu", "dc": "eu",
		"environmentUrl": "harbour.operations.dynamics.com", "tenantId": "organizations", "stripe_user_id": "acct_1", "livemode": "true",
		"merchant_id": "M1", "companyFileUsername": "me", "companyFilePassword": "hush", "country": "gb", "location": "eu",
	}
	entries, err := catalog.Described("")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	s := &Service{Now: func() time.Time { return now }}
	read := 0
	for _, in := range entries.All() {
		if in.UsesCredentials() {
			continue
		}
		values, missing := in.KeptValues(given)
		if in.Key == "yzth" {
			values, missing = in.KeptValues(map[string]string{"stripe_user_id": "acct_1", "livemode": "false"})
		}
		if missing != "" {
			t.Errorf("%s: the test has no %s", in.Key, missing)
			continue
		}
		extra := maps.Clone(values)
		extra["tenant.connectionId"] = "kept of the tenant, and asked for again"
		r := reached{in: in, conn: bowline.Connection{TenantID: "t-1"}, grant: bowline.Grant{
			AccessToken: "at", RefreshToken: "rt", Extra: extra, ExpiresAt: now.Add(90 * time.Second), RefreshExpiresAt: now.Add(time.Hour), Scopes: []string{"a", "b"},
		}}
		members := r.members(now)
		got, err := s.parse(in, members)
		if err != nil || got.AccessToken != "at" || got.RefreshToken != "rt" || !got.ExpiresAt.Equal(r.grant.ExpiresAt) ||
			!got.RefreshExpiresAt.Equal(r.grant.RefreshExpiresAt) || !slices.Equal(got.Scopes, r.grant.Scopes) || !maps.Equal(got.Values, values) || members[tenantMember(in)] != "t-1" {
			t.Errorf("%s: %v: %q became %q", in.Key, err, values, got.Values)
		}
		read++
	}
	if read < 25 {
		t.Errorf("%d integrations", read)
	}
}
