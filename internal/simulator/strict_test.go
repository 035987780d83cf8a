package simulator

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestAuthorizationRequests has one row for each thing that a provider wants, or
// refuses, in particular. An error of "page" is shown to the person.
func TestAuthorizationRequests(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		key, name, value, wants string
	}{
		{"trji", "response_mode", "form_post", "invalid_request"},
		{"trji", "scope", "openid https://graph.microsoft.com/User.Read", "invalid_scope"},
		{"rqwd", "resource", "", "invalid_resource"},
		{"rqwd", "resource", "https://evil.example", "invalid_resource"},
		{"qudb", "scope", "financial", "invalid_scope"},
		{"qudb", "force_login", "maybe", "invalid_request"},
		{"fbrh", "scope", "read", "invalid_scope"},
		{"vxvy", "scope", "user:profile:read,user:business:read", "invalid_scope"},
		{"pdvj", "scope", "CompanyFile", "invalid_scope"},
		{"pdvj", "scope", "sme-general-ledger", "invalid_scope"},
		{"pdvj", "scope", "", "invalid_scope"},
		{"qhyg", "state", "", "page"},
		{"tgff", "filter", "", "invalid_request"},
		{"tgff", "filter", "apiv3", "invalid_request"},
		{"tgff", "country", "au", "invalid_request"},
		{"tgff", "country", "ie", ""},
		{"pbtz", "approval_prompt", "always", "invalid_request"},
		{"pbtz", "code_challenge", "plainly-known-plainly-known-plainly-known-43", "invalid_request"},
		{"gbol", "scope", "openid accounting.reports.balancesheets.read", "invalid_scope"},
		{"gbol", "scope", "openid accounting.transactions", "invalid_scope"},
		{"gbol", "scope", "openid accounting.invoices.read bankfeeds", ""},
		{"rwuv", "scope", "ZohoBooks.settings.READ ZohoBooks.contacts.READ", "invalid_scope"},
		{"rwuv", "scope", "ZohoBooks.fullaccess.all", ""},
		{"upvr", "providers", "", "invalid_request"},
		{"upvr", "providers", "uk-oauth-all", "invalid_request"},
		{"upvr", "provider_id", "ob-nobody", "invalid_request"},
		{"qkdj", "state", "", "page"},
		{"qkdj", "application_id", "", "page"},
		{"qkdj", "version", "alpha", "page"},
		{"qkdj", "version", "", ""},
		{"qkdj", "redirect_uri", "", ""},
		{"qkdj", "scope", "profile", "invalid_scope"},
		{"qkdj", "code_challenge", "x", "invalid_request"},
		{"fqly", "redirect_uri", "", ""},
		{"zsth", "session", "", "page"},
		{"zsth", "session", "true", "page"},
		{"zsth", "scope", "MERCHANT_PROFILE_READ,PAYMENTS_READ", "invalid_scope"},
		{"exgd", "code_challenge", "x", "invalid_request"},
		{"exgd", "scope", "read_only read_write extra", "invalid_scope"},
		{"yzth", "code_challenge", "x", "invalid_request"},
		{"dxfw", "code_challenge", "x", "invalid_request"},
		{"dxfw", "approval_prompt", "yes", "invalid_request"},
		{"ugxp", "scope", "READ:PURCHASE,READ:USERINFO", "invalid_scope"},
		{"vxvy", "redirect_uri", "", "page"},
	} {
		f := board(t, planOf(t, row.key))
		if row.value != "" {
			f.authMore = url.Values{row.name: {row.value}}
		} else {
			f.authMore = url.Values{row.name: nil}
		}
		back, err := f.visit(Decision{})
		switch got := back.Get("error"); {
		case row.wants == "page" && err == nil, row.wants != "page" && (err != nil || got != row.wants):
			t.Errorf("%s %s=%q: %v %v, want %q", row.key, row.name, row.value, back, err, row.wants)
		}
	}
}

// TestWhatComesBack looks at the callbacks and token answers that are special.
func TestWhatComesBack(t *testing.T) {
	t.Parallel()
	for key, wants := range map[string]struct{ back, token string }{
		"trji": {"session_state", "refresh_token expires_in id_token"},
		"rqwd": {"session_state", "id_token"},
		"fbrh": {"", "refresh_token_expires_in"},
		"vxvy": {"", "created_at"},
		"pdvj": {"businessId businessName", "refresh_token"},
		"qhyg": {"realmId", "x_refresh_token_expires_in x_refresh_token_hard_expires_in id_token"},
		"jcrp": {"", "id_token"},
		"tgff": {"country", "refresh_token_expires_in requested_by_id"},
		"gbol": {"scope session_state", "id_token"},
		"rwuv": {"location accounts-server", "api_domain refresh_token"},
		"qkdj": {"selling_partner_id spapi_oauth_code", ""},
		"fqly": {"merchant_id employee_id client_id", "access_token_expiration refresh_token_expiration"},
		"zsth": {"", "expires_at merchant_id"},
		"exgd": {"scope", "stripe_user_id livemode"},
		"ldgh": {"iss session_state", "refresh_expires_in"},
	} {
		f := aboard(t, key)
		for _, name := range strings.Fields(wants.back) {
			if !f.back.Has(name) {
				t.Errorf("%s: no %s in the callback %v", key, name, f.back)
			}
		}
		for _, name := range strings.Fields(wants.token) {
			if f.tokens[name] == nil {
				t.Errorf("%s: no %s in the token answer %v", key, name, f.tokens)
			}
		}
	}
	if f := aboard(t, "zsth"); f.tokens["expires_in"] != nil || f.tokens["expires_at"] != "2026-06-03T10:00:00Z" {
		t.Errorf("Square: %v", f.tokens)
	}
	if f := aboard(t, "fqly"); f.tokens["expires_in"] != nil || f.tokens["token_type"] != nil {
		t.Errorf("Clover: %v", f.tokens)
	}
	if f := aboard(t, "exgd"); f.tokens["expires_in"] != nil || f.tokens["livemode"] != true {
		t.Errorf("Stripe: %v", f.tokens)
	}
	if f := aboard(t, "yzth"); f.tokens["livemode"] != false {
		t.Errorf("Stripe Test: %v", f.tokens)
	}
}

// TestWhatIsMissingStaysMissing leaves out what a provider needs to hand over more.
func TestWhatIsMissingStaysMissing(t *testing.T) {
	t.Parallel()
	f := board(t, planOf(t, "pdvj"))
	f.authMore = url.Values{"prompt": nil}
	if f.connect(); f.back.Has("businessId") {
		t.Errorf("MYOB names the business without prompt=consent: %v", f.back)
	}
	f = board(t, planOf(t, "rwuv"))
	f.authMore = url.Values{"access_type": nil}
	if f.connect(); f.refreshToken() != "" {
		t.Error("Zoho hands out a refresh token without access_type=offline")
	}
	f = aboard(t, "rwuv")
	f.authMore = url.Values{"prompt": nil}
	f.tokens = nil
	if f.connect(); f.refreshToken() != "" {
		t.Error("Zoho hands out a second refresh token without prompt=consent")
	}
	for key, scope := range map[string]string{"trji": "openid", "gbol": "openid", "pbtz": "business:read", "upvr": "info", "jcrp": "openid", "ldgh": "items"} {
		f := board(t, planOf(t, key))
		f.authMore = url.Values{"scope": {scope}}
		if f.connect(); f.refreshToken() != "" {
			t.Errorf("%s hands out a refresh token without offline_access", key)
		}
	}
}

// TestChallenges goes through PKCE where it is checked.
func TestChallenges(t *testing.T) {
	t.Parallel()
	const verifier = "a-verifier-of-enough-length-0123456789-0123456789"
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	for _, key := range []string{"trji", "rqwd", "tgff", "pbtz", "gbol", "zsth", "pshf"} {
		f := board(t, planOf(t, key))
		f.authMore = url.Values{"code_challenge": {challenge}, "code_challenge_method": {"S256"}}
		back, err := f.visit(Decision{})
		if err != nil {
			t.Fatal(err)
		}
		f.back = back
		for _, wrong := range []url.Values{nil, {"code_verifier": {"another"}}} {
			if r := f.redeem(wrong, nil); strings.Contains(r.body, "access_token") {
				t.Errorf("%s: exchanged with %v", key, wrong)
			}
		}
		if r := f.redeem(url.Values{"code_verifier": {verifier}}, nil); !strings.Contains(r.body, "access_token") {
			t.Errorf("%s: %s", key, r.body)
		}
	}
	// Clover and Square have a flow without a secret; Clover refuses a mixture.
	public := func(f *flight) func(*http.Request, url.Values) {
		return func(_ *http.Request, fields url.Values) { fields.Set("client_id", f.client.ID) }
	}
	for _, key := range []string{"fqly", "zsth"} {
		f := board(t, planOf(t, key))
		f.authMore = url.Values{"code_challenge": {challenge}, "code_challenge_method": {"S256"}}
		f.back, _ = f.visit(Decision{})
		if r := f.redeem(url.Values{"code_verifier": {verifier}}, nil); key == "fqly" && r.status == http.StatusOK {
			t.Error("Clover takes a secret together with a challenge")
		} else if key == "zsth" {
			continue
		}
		if r := f.redeem(url.Values{"code_verifier": {verifier}}, public(f)); r.status != http.StatusOK {
			t.Errorf("%s: %s", key, r.body)
		}
	}
	f := board(t, planOf(t, "zsth"))
	f.authMore = url.Values{"code_challenge": {challenge}, "code_challenge_method": {"S256"}}
	f.back, _ = f.visit(Decision{})
	f.tokens = f.redeem(url.Values{"code_verifier": {verifier}}, public(f)).object(t)
	first := f.refreshToken()
	again := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {first}, "client_id": {f.client.ID}}
	if r := f.post(f.token, again, public(f)); r.status != http.StatusOK {
		t.Errorf("Square without a secret: %s", r.body)
	}
	if r := f.post(f.token, again, public(f)); r.status == http.StatusOK {
		t.Error("Square's refresh token without a secret works twice")
	}
}

// TestAddressesAreExact tries addresses that are almost right.
func TestAddressesAreExact(t *testing.T) {
	t.Parallel()
	f := board(t, planOf(t, "vxvy"))
	for call, status := range map[string]int{
		"GET https://auth.freshbooks.com/oauth/authorize":     http.StatusNotFound,
		"GET https://api.waveapps.com/oauth2/authorize":       http.StatusNotFound,
		"POST https://api.waveapps.com/oauth2/token":          http.StatusNotFound,
		"GET https://api.waveapps.com/oauth2/token/":          http.StatusMethodNotAllowed,
		"GET https://login.xero.com/connect/authorize":        http.StatusNotFound,
		"GET https://secure.myob.com/oauth2/v1/authorize":     http.StatusMethodNotAllowed,
		"GET https://api.freeagent.com/v2/company":            http.StatusUnauthorized,
		"GET https://api.freeagent.com/v2/company/":           http.StatusNotFound,
		"GET https://www.sageone.com/oauth2/auth":             http.StatusNotFound,
		"GET https://login.microsoftonline.com/x/oauth2/auth": http.StatusNotFound,
	} {
		if r := f.ring(call); r.status != status {
			t.Errorf("%s: %d, want %d", call, r.status, status)
		}
	}
	f = board(t, planOf(t, "trji"))
	f.authorize = "https://login.microsoftonline.com/" + f.s.uuid("some directory") + "/oauth2/v2.0/authorize"
	if _, err := f.visit(Decision{}); err == nil {
		t.Error("Business Central signs in at a directory nobody knows")
	}
}

// TestHeadersOfTheAPI leaves out what calls need besides the token.
func TestHeadersOfTheAPI(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		key, header string
		status      int
	}{
		{"pdvj", "x-myobapi-key", http.StatusForbidden}, {"pdvj", "x-myobapi-version", http.StatusBadRequest},
		{"jcrp", "Ocp-Apim-Subscription-Key", http.StatusUnauthorized}, {"qkdj", "x-amz-access-token", http.StatusForbidden},
		{"exgd", "Stripe-Account", http.StatusForbidden}, {"exgd", "Authorization", http.StatusUnauthorized},
	} {
		f := aboard(t, row.key)
		headers := map[string]string{}
		for name, value := range f.headers {
			if name != row.header {
				headers[name] = value
			}
		}
		f.headers = headers
		if r := f.use(); r.status != row.status {
			t.Errorf("%s without %s: %d %s", row.key, row.header, r.status, r.body)
		}
	}
	f := aboard(t, "rwuv")
	if f.scheme = "Bearer"; f.use().status != http.StatusUnauthorized {
		t.Error("Zoho takes Bearer")
	}
	f = aboard(t, "exgd")
	f.headers = map[string]string{"Stripe-Account": "{stripe_user_id}", "Authorization": "Bearer {access_token}"}
	if r := f.use(); r.status != http.StatusUnauthorized {
		t.Errorf("Stripe takes the account's token for the platform's key: %d", r.status)
	}
	f = board(t, planOf(t, "jcrp"))
	f.authMore = url.Values{"audience": nil}
	if f.connect(); f.use().status != http.StatusUnauthorized {
		t.Error("Sage 200 takes a token for another audience")
	}
	f = aboard(t, "dlqr")
	if r := f.ring("GET https://api.mollie.com/v2/organizations/me"); r.status != http.StatusBadRequest {
		t.Errorf("Mollie Test answers without testmode: %d", r.status)
	}
}

// TestDocumentsInXML asks without saying that JSON is wanted.
func TestDocumentsInXML(t *testing.T) {
	t.Parallel()
	for key, call := range map[string]string{"qudb": "GET https://start.exactonline.nl/api/v1/current/Me", "qhyg": planOf(t, "qhyg").call} {
		f := aboard(t, key)
		f.headers = map[string]string{"Accept": "*/*"}
		if r := f.ring(call); !strings.HasPrefix(r.body, "<") || r.status != http.StatusOK {
			t.Errorf("%s: %d %s", key, r.status, r.body)
		}
	}
}

// TestRegions keeps data centres and regions apart.
func TestRegions(t *testing.T) {
	t.Parallel()
	f := board(t, planOf(t, "rwuv"))
	f.token = "https://accounts.zoho.com/oauth/v2/token"
	f.back, _ = f.visit(Decision{})
	if r := f.redeem(nil, nil); r.status != http.StatusOK || r.object(t)["error"] != "invalid_code" {
		t.Errorf("Zoho redeems at the wrong data centre: %s", r.body)
	}
	f = aboard(t, "rwuv")
	if r := f.ring("GET https://www.zohoapis.com/books/v3/organizations"); r.status != http.StatusUnauthorized {
		t.Errorf("Zoho: %d", r.status)
	}
	f = board(t, planOf(t, "fqly"))
	f.token = "https://api.clover.com/oauth/v2/token"
	f.back, _ = f.visit(Decision{})
	if r := f.redeem(nil, nil); r.status == http.StatusOK {
		t.Error("Clover redeems in the wrong region")
	}
	f = aboard(t, "qkdj")
	if r := f.ring("GET https://sellingpartnerapi-na.amazon.com/sellers/v1/marketplaceParticipations"); r.status != http.StatusForbidden {
		t.Errorf("Amazon: %d", r.status)
	}
	f = aboard(t, "qhyg")
	if r := f.ring(strings.Replace(f.call, "quickbooks.api", "sandbox-quickbooks.api", 1)); r.status != http.StatusUnauthorized {
		t.Errorf("production keys open Intuit's sandbox: %d", r.status)
	}
	f = aboard(t, "rqwd")
	if r := f.ring("GET https://other.operations.dynamics.com/data/LegalEntities"); r.status != http.StatusUnauthorized {
		t.Errorf("Finance & Operations: %d", r.status)
	}
	f = aboard(t, "upvr")
	if _, err := f.visitAgain(Decision{}); err == nil {
		t.Error("a link of TrueLayer works twice")
	}
}

// TestZohoCounts reaches the two limits of Zoho's tokens.
func TestZohoCounts(t *testing.T) {
	t.Parallel()
	f := aboard(t, "rwuv")
	first := f.refreshToken()
	for range zohoAccessTokens {
		if r := f.again(first); !strings.Contains(r.body, "access_token") {
			t.Fatalf("%s", r.body)
		}
	}
	if r := f.again(first); r.status != http.StatusOK || r.object(t)["error"] != "Access Denied" {
		t.Errorf("%d %s", r.status, r.body)
	}
	f.pass(zohoWindow)
	if r := f.again(first); !strings.Contains(r.body, "access_token") {
		t.Errorf("%s", r.body)
	}
	for range zohoRefreshTokens {
		f.connect()
	}
	if r := f.again(first); r.object(t)["error"] != "invalid_code" {
		t.Errorf("the first of %d refresh tokens still works: %s", zohoRefreshTokens+1, r.body)
	}
}
