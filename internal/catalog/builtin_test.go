package catalog

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The OAuth 2.0 providers that the product brings along, and those that others
// have withdrawn while their endpoints still answer.
var (
	offeredOAuth = strings.Fields("trji rqwd qudb pbbf fbrh vxvy pdvj qhyg ndsk jcrp tgff pbtz gbol rwuv upvr qkdj fqly " +
		"zsth xcwv exgd yzth ugxp")
	withdrawnOAuth = strings.Fields("ldgh lrhd ltes dxfw dlqr pshf")
)

// registrations are of every integration and lack nothing.
func registrations(c *Catalog) map[string]Registration {
	all := map[string]Registration{}
	for _, in := range c.current.Load().files {
		all[in.Key] = registration(in)
	}
	return all
}

func registration(in Integration) Registration {
	r := Registration{Values: map[string]Secret{}, Clients: map[string]Client{}}
	for _, name := range in.SetupNames() {
		r.Values[name] = Secret("value-of-" + name)
	}
	if !in.UsesCredentials() {
		for _, option := range clientOptions(in) {
			r.Clients[option] = Client{ID: "id-of-" + in.Key + option, Secret: Secret("secret-of-" + in.Key + option)}
		}
	}
	return r
}

func clientOptions(in Integration) []string {
	for _, f := range in.Inputs {
		if f.Name == in.Setup.ClientPer {
			var options []string
			for _, o := range f.Options {
				options = append(options, o.Value)
			}
			return options
		}
	}
	return []string{""}
}

// TestBuiltinFilesAreAccepted runs the schema and all rules over the files that
// Load takes from the binary without the schema.
func TestBuiltinFilesAreAccepted(t *testing.T) {
	t.Parallel()
	if err := Lint("integrations"); err != nil {
		t.Error(err)
	}
}

func TestEveryProviderIsThere(t *testing.T) {
	t.Parallel()
	c := load(t, Options{})
	files := map[string]Integration{}
	for _, in := range c.current.Load().files {
		files[in.Key] = in
	}
	for _, key := range slices.Concat(offeredOAuth, withdrawnOAuth) {
		in, ok := files[key]
		if !ok || in.Kind() != KindOAuth {
			t.Errorf("%s is not there", key)
			continue
		}
		if withdrawn := slices.Contains(withdrawnOAuth, key); withdrawn != (in.Status == StatusWithdrawn) || withdrawn == in.Enabled {
			t.Errorf("%s: status %s, enabled %t", key, in.Status, in.Enabled)
		}
		if in.Description == "" || in.Setup.Console == "" || in.Setup.Review == "" || len(in.Setup.Steps) == 0 || len(in.Notes) == 0 || len(in.Unverified) == 0 {
			t.Errorf("%s lacks a part that the documentation shows", key)
		}
		if in.OAuth.ClientID != "" || in.OAuth.ClientSecret != "" {
			t.Errorf("%s brings a client along", key)
		}
	}
	// PKCE is sent only where a source says that the provider takes it.
	var challenged []string
	for in := range c.Each() {
		if in.Kind() == KindOAuth && !strings.HasPrefix(in.OAuth.ClientID, "sandbox-") && in.OAuth.PKCE {
			challenged = append(challenged, in.Key)
		}
	}
	slices.Sort(challenged)
	if diff := cmp.Diff([]string{"gbol", "pbtz", "pshf", "rqwd", "tgff", "trji"}, challenged); diff != "" {
		t.Error(diff)
	}
}

func TestNothingIsOfferedUnregistered(t *testing.T) {
	t.Parallel()
	base := load(t, Options{OmitSandbox: true})
	for in := range base.With(nil).Each() {
		if in.Kind() == KindOAuth && (in.Enabled || len(in.Missing()) == 0) {
			t.Errorf("%s is offered without a registration", in.Key)
		}
	}
	registered := registrations(base)
	for in := range base.With(registered).Each() {
		if in.Kind() == KindCredentials { // needs no registration, so somebody has to ask for it
			if in.Enabled || !slices.Contains(in.Missing(), "enabled") {
				t.Errorf("%s is offered though nobody enabled it", in.Key)
			}
			continue
		}
		if in.Enabled != (in.Status != StatusWithdrawn) || len(in.Missing()) != 0 {
			t.Errorf("%s with its registration: enabled %t, missing %v", in.Key, in.Enabled, in.Missing())
		}
	}
	yes := true
	for key, r := range registered {
		r.Enabled = &yes
		registered[key] = r
	}
	for in := range base.With(registered).Each() {
		if !in.Enabled {
			t.Errorf("%s stays off though an operator enabled it", in.Key)
		}
	}
}

// TestRegistrationReachesTheFile looks at where operators' values end.
func TestRegistrationReachesTheFile(t *testing.T) {
	t.Parallel()
	base := load(t, Options{OmitSandbox: true})
	registered := registrations(base)
	delete(registered["qkdj"].Values, "version")
	delete(registered["fqly"].Clients, "europe")
	c := base.With(registered)
	get := func(key string) Integration {
		in, _ := c.Get(key)
		return in
	}
	amazon := FillParams(get("qkdj").OAuth.AuthorizeParams, nil)
	if diff := cmp.Diff(map[string]string{"application_id": "value-of-applicationId"}, amazon); diff != "" {
		t.Errorf("an empty optional value is sent: %s", diff)
	}
	for _, c := range []struct{ name, got, want string }{
		{"MYOB", get("pdvj").API.Headers["x-myobapi-key"].Reveal(), "id-of-pdvj"},
		{"Sage 200", get("jcrp").API.Headers["Ocp-Apim-Subscription-Key"].Reveal(), "value-of-subscriptionKey"},
		{"Stripe", get("exgd").API.Authorization.Reveal(), "Bearer secret-of-exgd"},
		{"Square", get("zsth").OAuth.Revoke.Headers["Authorization"].Reveal(), "Client secret-of-zsth"},
		{"TrueLayer", get("upvr").Rows.URL, "https://auth.truelayer.com/api/providers?clientId=id-of-upvr"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
	clover := get("fqly")
	if options := clientOptions(clover); !slices.Equal(options, []string{"northAmerica", "latinAmerica"}) {
		t.Errorf("regions without a client can be chosen: %v", options)
	}
	values := clover.InputValues(map[string]string{"region": "latinAmerica"})
	if in := clover.ForInputs(values); in.OAuth.ClientID != "id-of-fqlylatinAmerica" {
		t.Errorf("client of a region: %q", in.OAuth.ClientID)
	}
	if url, err := FillURL(clover.OAuth.Refresh.URL, values); err != nil || url != "https://api.la.clover.com/oauth/v2/refresh" {
		t.Errorf("%q, %v", url, err)
	}
}

// TestInputDefaults fills the addresses of those who leave a field empty.
func TestInputDefaults(t *testing.T) {
	t.Parallel()
	c := load(t, Options{OmitSandbox: true})
	for _, want := range []struct{ key, typed, url string }{
		{"rwuv", "", "https://accounts.zoho.com/oauth/v2/auth"},
		{"rwuv", "ca", "https://accounts.zohocloud.ca/oauth/v2/auth"},
		{"rqwd", "", "https://login.microsoftonline.com/organizations/oauth2/authorize"},
		{"rqwd", "a1b2c3d4-e5f6-47a8-9b0c-d1234567890f", "https://login.microsoftonline.com/a1b2c3d4-e5f6-47a8-9b0c-d1234567890f/oauth2/authorize"},
	} {
		in, _ := c.Get(want.key)
		field := in.Inputs[len(in.Inputs)-1]
		if got, err := FillURL(in.OAuth.AuthorizeURL, in.InputValues(map[string]string{field.Name: want.typed})); err != nil || got != want.url {
			t.Errorf("%s with %q: %q, %v", want.key, want.typed, got, err)
		}
	}
	in, _ := c.Get("rqwd")
	for typed, want := range map[string]FieldFault{
		"mycompany.operations.dynamics.com": "", "https://mycompany.operations.dynamics.com/?cmp=usmf": "",
		"evil.example": FieldMalformed, "dynamics.com": FieldMalformed, "x.dynamics.com.evil.example": FieldMalformed, "xdynamics.com": FieldMalformed,
	} {
		if _, faults := in.CheckInputs(map[string]string{"environmentUrl": typed}); faults["environmentUrl"] != want {
			t.Errorf("%q: %q", typed, faults["environmentUrl"])
		}
	}
}

func TestTenantsAreToldApart(t *testing.T) {
	t.Parallel()
	c := load(t, Options{OmitSandbox: true})
	for _, want := range []struct {
		key, id, name string
		known         Values
		whole, shown  string
	}{
		{"gbol", "t1", "Harbour Lane", nil, "t1", "Harbour Lane"},
		{"jcrp", "7", "Harbour Lane", Values{"tenant.siteId": "site"}, "site/7", "Harbour Lane"},
		{"jcrp", "7", "Harbour Lane", nil, "", "Harbour Lane"},
		{"trji", "c1", "CRONUS", Values{"tenant.environment": "Sandbox"}, "Sandbox/c1", "CRONUS (Sandbox)"},
		{"qkdj", "A1F", "Shop", Values{"callback.selling_partner_id": "S1"}, "S1/A1F", "Shop"},
	} {
		in, _ := c.Get(want.key)
		if whole, shown := in.Tenants.Identify(want.id, want.name, want.known); whole != want.whole || shown != want.shown {
			t.Errorf("%s: %q %q", want.key, whole, shown)
		}
	}
}

func TestSecondLogin(t *testing.T) {
	t.Parallel()
	in, _ := load(t, Options{OmitSandbox: true}).Get("pdvj")
	for _, c := range []struct {
		typed map[string]string
		want  map[string]string
	}{
		{nil, map[string]string{}},
		{map[string]string{"companyFilePassword": "p"}, map[string]string{}},
		{map[string]string{"companyFileUsername": "Administrator"}, map[string]string{"x-myobapi-cftoken": "QWRtaW5pc3RyYXRvcjo="}},
		{map[string]string{"companyFileUsername": "a", "companyFilePassword": "b:c"}, map[string]string{"x-myobapi-cftoken": "YTpiOmM="}},
	} {
		if diff := cmp.Diff(c.want, in.API.LoginHeaders(in.InputValues(c.typed))); diff != "" {
			t.Error(diff)
		}
	}
}

func TestFailuresMean(t *testing.T) {
	t.Parallel()
	c := load(t, Options{OmitSandbox: true})
	for _, want := range []struct {
		key, at string
		status  int
		code    string
		means   string
	}{
		{"pdvj", AtAPI, 403, "RateLimitError", MeansLater}, {"pdvj", AtAPI, 403, "AccessDenied", MeansRole},
		{"pdvj", AtAPI, 403, "DeveloperInactive", MeansOperator}, {"pdvj", AtAPI, 403, "", MeansLater}, {"pdvj", AtToken, 403, "", ""},
		{"rwuv", AtRefresh, 200, "invalid_code", MeansRevoked}, {"rwuv", AtToken, 200, "Access Denied", MeansLater}, {"rwuv", AtAPI, 401, "57", MeansOperator},
		{"pbtz", AtRefresh, 403, "", MeansPlan}, {"pbtz", AtAPI, 403, "", MeansPlan},
		{"qudb", AtRefresh, 401, "", MeansLater}, {"qudb", AtToken, 401, "", ""},
		{"fqly", AtRefresh, 401, "", MeansRevoked}, {"fqly", AtToken, 401, "", ""},
		{"gbol", AtAPI, 403, "AuthenticationUnsuccessful", MeansRevoked}, {"exgd", AtAPI, 401, "", MeansOperator},
	} {
		in, _ := c.Get(want.key)
		if got := in.Failures.Meaning(want.at, want.status, want.code); got != want.means {
			t.Errorf("%s %s %d %q means %q, want %q", want.key, want.at, want.status, want.code, got, want.means)
		}
	}
}

// documentary members of a file are for people who read the documentation;
// without them it works the same.
var documentary = []string{"description", "dataProvidedBy", "setup", "limits", "notes", "unverified"}

// TestStandardEntryIsShort proves that a provider without oddities takes at
// most 20 lines: a new one as short as can be, and two that are built in.
func TestStandardEntryIsShort(t *testing.T) {
	t.Parallel()
	const shortest = `# yaml-language-server: $schema=../schema.json
key: acme
name: Acme Books
sourceType: Accounting
logo: {monogram: Ac, color: "#336699"}
dataTypes:
  - Invoices and bills
  - Customers and suppliers
oauth:
  authorizeUrl: https://login.acme.example/oauth/authorize
  tokenUrl: https://login.acme.example/oauth/token
  revokeUrl: https://login.acme.example/oauth/revoke
  scopes: [offline_access, accounting.read]
tenants:
  url: https://api.acme.example/organizations
  items: organizations
  id: id
  name: name
`
	if lines := strings.Count(shortest, "\n"); lines > 20 {
		t.Errorf("takes %d lines", lines)
	}
	c := load(t, Options{Dir: writeFiles(t, map[string]string{"acme.yaml": shortest}), OmitSandbox: true})
	if in, ok := c.With(map[string]Registration{"acme": {Clients: map[string]Client{"": {ID: "i", Secret: "s"}}}}).Get("acme"); !ok || !in.Enabled {
		t.Errorf("not ready: %+v", in)
	}
	sources, _, err := directory("integrations")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"fbrh", "ugxp"} {
		if lines := wireLines(sources[key+".yaml"].text); lines > 20 {
			t.Errorf("%s takes %d lines beside its documentation", key, lines)
		}
	}
}

// wireLines counts the lines of a file without documentary members.
func wireLines(text []byte) int {
	count, skipped := 0, false
	for line := range bytes.Lines(text) {
		name, _, member := strings.Cut(string(line), ":")
		if member && !strings.HasPrefix(name, " ") {
			skipped = slices.Contains(documentary, name)
		}
		if !skipped {
			count++
		}
	}
	return count
}

func TestRulesOfInputsAndTenants(t *testing.T) {
	t.Parallel()
	const tenants = "tenants: {url: \"https://a.example\", id: id, "
	for text, want := range map[string]string{
		plain + "inputs: [{name: a, label: A, optional: true, default: b, options: [{value: b, label: B}]}]\n": "",
		plain + "inputs: [{name: a, label: A, default: b}]\n":                                                  "10: inputs[0].default needs an optional field that accepts it",
		plain + "inputs: [{name: a, label: A, optional: true, default: b, pattern: c}]\n":                      "10: inputs[0].default needs an optional field that accepts it",
		plain + tenants + "keep: {site: s}, within: \"${tenant.site}\", beside: \"${tenant.site}\"}\n":         "",
		plain + tenants + "within: \"${tenant.id}\"}\n":                                                        "10: tenants cannot hold ${tenant.id} in within or beside, which make it",
		plain + tenants + "beside: \"${tenant.site}\"}\n":                                                      "10: tenants.beside uses ${tenant.site}, which the file does not declare",
		plain + tenants + "within: \"${grant.accessToken}\"}\n":                                                "10: tenants.within cannot hold a secret",
		plain + "api: {logins: {authorization: {username: a}}}\n":                                              "10: api.logins.authorization belongs to the connection and cannot be set",
		plain + "api: {logins: {x-login: {password: a}}}\n":                                                    "10: api.logins.x-login needs \"username\"",
		plain + "failures: {rules: [{at: refresh, means: later}]}\n":                                           "",
	} {
		var got string
		if err := Lint(writeFiles(t, map[string]string{"abcd.yaml": text})); err != nil {
			got = strings.ReplaceAll(err.Error(), "abcd.yaml:", "")
		}
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", strings.TrimPrefix(text, plain), got, want)
		}
	}
}

func TestOrdersDiffer(t *testing.T) {
	t.Parallel()
	taken := map[int]string{}
	c := load(t, Options{OmitSandbox: true})
	for _, key := range slices.Sorted(maps.Keys(c.current.Load().byKey)) {
		in, _ := c.Get(key)
		if other := taken[in.Order]; other != "" && in.Kind() == KindOAuth {
			t.Errorf("%s has the order of %s", key, other)
		}
		taken[in.Order] = key
	}
}
