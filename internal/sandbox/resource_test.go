package sandbox

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// everyClaim is each standard claim of OpenID Connect Core section 5.1.
var everyClaim = []string{"sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile",
	"picture", "website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number",
	"phone_number_verified", "address", "updated_at"}

func (b *bench) userinfo(token string) map[string]any {
	b.t.Helper()
	res := b.api("/userinfo", token)
	var claims map[string]any
	if err := json.Unmarshal([]byte(res.body), &claims); err != nil || res.StatusCode != http.StatusOK {
		b.t.Fatalf("userinfo: %d %s", res.StatusCode, res.body)
	}
	return claims
}

func TestEveryDemoAccountHasEveryClaim(t *testing.T) {
	t.Parallel()
	b := start(t)
	subjects := map[any]bool{}
	for _, a := range b.p.demo.People {
		claims := b.userinfo(b.connect("account", a.Key).AccessToken)
		want, got := slices.Sorted(slices.Values(everyClaim)), slices.Sorted(maps.Keys(claims))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: claims (-want +got):\n%s", a.Key, diff)
		}
		subjects[claims["sub"]] = true
		if _, ok := claims["address"].(map[string]any)["formatted"].(string); !ok {
			t.Errorf("%s: address is %T", a.Key, claims["address"])
		}
		for name, kind := range map[string]any{"email_verified": true, "phone_number_verified": true, "updated_at": 1.0, "birthdate": ""} {
			if gotType, wantType := typeName(claims[name]), typeName(kind); gotType != wantType {
				t.Errorf("%s: %s is %s, want %s", a.Key, name, gotType, wantType)
			}
		}
	}
	if len(subjects) != len(b.p.demo.People) {
		t.Errorf("subjects are not unique: %v", subjects)
	}
}

func typeName(v any) string {
	switch v.(type) {
	case bool:
		return "boolean"
	case float64:
		return "number"
	case string:
		return "string"
	}
	return "other"
}

func TestClaimsFollowScopes(t *testing.T) {
	t.Parallel()
	b := start(t)
	for scope, want := range map[string][]string{
		"openid":                {"sub"},
		"openid email":          {"email", "email_verified", "sub"},
		"openid phone":          {"phone_number", "phone_number_verified", "sub"},
		"openid address":        {"address", "sub"},
		"openid profile":        slices.Sorted(slices.Values(append([]string{"sub"}, profileClaims...))),
		"openid offline_access": {"sub"},
	} {
		got := slices.Sorted(maps.Keys(b.userinfo(b.connect("scope", scope).AccessToken)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", scope, diff)
		}
	}
	if res := b.api("/userinfo", b.connect("scope", "profile").AccessToken); res.StatusCode != 403 {
		t.Errorf("without openid: %d", res.StatusCode)
	}
	guest := b.userinfo(b.connect("account", "", "email", "jane.doe@example.org").AccessToken)
	if guest["name"] != "Jane Doe" || guest["email_verified"] != false || guest["phone_number"] != nil {
		t.Errorf("guest claims: %v", guest)
	}
}

func TestOrganisations(t *testing.T) {
	t.Parallel()
	b := start(t)
	token := b.connect().AccessToken
	var list struct {
		Organisations []struct{ ID, Name, Country string }
	}
	if err := json.Unmarshal([]byte(b.api("/api/organisations", token).body), &list); err != nil || len(list.Organisations) != 3 {
		t.Fatalf("list %+v: %v", list, err)
	}
	longest := 0
	for _, o := range list.Organisations {
		longest = max(longest, len(o.Name))
		res := b.api("/api/organisations/"+o.ID, token)
		var full organisation
		if err := json.Unmarshal([]byte(res.body), &full); err != nil || full.CompanyName != o.Name || full.LegalName == "" ||
			full.RegistrationNumber == "" || len(full.Currency) != 3 || full.Address.Country != o.Country {
			t.Errorf("company information %s: %v", res.body, err)
		}
	}
	if longest < 100 {
		t.Error("no organisation has a very long name")
	}
	for _, id := range []string{b.p.demo.Products[Accounting].Of["robin"][0], "00000000-0000-4000-8000-000000000000"} {
		b.wantError(b.api("/api/organisations/"+id, token), 404, "not_found")
	}
	if res := b.get("/api/organisations"); res.StatusCode != 401 || res.Header.Get("WWW-Authenticate") != `Bearer realm="sandbox"` {
		t.Errorf("without token: %d %q", res.StatusCode, res.Header.Get("WWW-Authenticate"))
	}
	if res := b.api("/api/organisations", b.connect("scope", "openid").AccessToken); res.StatusCode != 403 ||
		!strings.Contains(res.Header.Get("WWW-Authenticate"), "insufficient_scope") {
		t.Errorf("without scope: %d", res.StatusCode)
	}
}

func TestDemoWorldIsComplete(t *testing.T) {
	t.Parallel()
	d, err := loadDemo()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, kind := range []Kind{Accounting, Banking, Commerce} {
		product := d.Products[kind]
		if product == nil || !slices.Contains(allScopes, product.Scope) {
			t.Fatalf("%s: no product or unknown scope", kind)
		}
		for _, o := range product.Organisations {
			if ids[o.ID] {
				t.Errorf("organisation id %s is used twice", o.ID)
			}
			ids[o.ID] = true
		}
		for _, who := range append([]string{""}, "robin", "sam", "zoe") {
			if got := product.of(person{Key: who}); len(got) == 0 || len(got) != len(product.Of[who]) {
				t.Errorf("%s: account %q has %d of %d organisations", kind, who, len(got), len(product.Of[who]))
			}
		}
	}
}
