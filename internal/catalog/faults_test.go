package catalog

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plain is the smallest valid file.
const plain = `key: abcd
name: Books
sourceType: Accounting
logo: {monogram: B, color: "#336699"}
dataTypes: [Invoices]
oauth:
  issuer: https://issuer.example
  clientId: me
  clientSecret: hush-hush
`

// reached is a list of organisations on a line of its own.
const reached = "tenants: {url: \"https://api.example/a\", id: id}\n"

func edit(replacements ...string) string {
	return strings.NewReplacer(replacements...).Replace(plain)
}

func TestBadFiles(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 40) + strings.Repeat("]", 40)
	for name, c := range map[string]struct {
		text string
		want string // all faults, one a line, without the file's name
	}{
		"fits":              {plain, ""},
		"empty":             {"", " file is empty"},
		"only a comment":    {"# nothing\n", " file is empty"},
		"scalar":            {"hello\n", "1: must be object, not string"},
		"list":              {"- a\n", "1: must be object, not array"},
		"two documents":     {plain + "---\n" + plain, " file holds more than one document"},
		"syntax":            {plain + "\"open\n", "10: is not valid YAML: could not find end character of double-quoted text"},
		"duplicate":         {plain + "name: Again\n", `10: "name" appears twice`},
		"duplicate inside":  {edit("clientId: me", "clientId: me\n  clientId: you"), `9: "clientId" appears twice`},
		"flow duplicate":    {edit(`{monogram: B,`, `{monogram: B, monogram: C,`), `4: "monogram" appears twice`},
		"anchor":            {edit("[Invoices]", "&a [Invoices]"), "5: dataTypes uses anchors, aliases and merge keys, which catalog files cannot have"},
		"alias":             {edit("[Invoices]", "*a"), "5: dataTypes uses anchors, aliases and merge keys, which catalog files cannot have"},
		"merge":             {plain + "<<: {beta: true}\n", "10: uses anchors, aliases and merge keys, which catalog files cannot have"},
		"tag":               {edit("Books", "!!str Books"), "2: name uses tags, which catalog files cannot have"},
		"number as key":     {plain + "claims: {1: sub}\n", "10: claims uses a key that is not plain text, which catalog files cannot have"},
		"deep":              {edit("[Invoices]", deep), "5: nesting is deeper than 12 levels"},
		"deep dashes":       {edit("[Invoices]", "\n  "+strings.Repeat("- ", 40)+"a"), "6: nesting is deeper than 12 levels"},
		"nul":               {plain + "\x00", " file is not UTF-8 text"},
		"latin-1":           {edit("Books", "B\xfccher"), " file is not UTF-8 text"},
		"large":             {plain + strings.Repeat("# padding\n", 7000), " is larger than 64 KiB"},
		"unknown field":     {plain + "colour: red\n", "10: colour is not a known field"},
		"unknown inside":    {edit("issuer:", "isuer:"), "7: oauth.isuer is not a known field"},
		"missing":           {"key: abcd\n", "1: needs \"dataTypes\"\n1: needs \"logo\"\n1: needs \"name\"\n1: needs \"sourceType\""},
		"wrong types":       {edit("Books", "3", "[Invoices]", "Invoices"), "2: name must be string, not number\n5: dataTypes must be array, not string"},
		"null":              {edit("Books", "null"), "2: name must be string, not null"},
		"base, fits":        {plain + "api: {url: \"https://api.example/v1?site=a\", rate: {requests: 5, seconds: 1}}\n", ""},
		"base, slash":       {plain + "api: {url: \"https://api.example/v1/\"}\n", "10: api.url cannot end with a slash"},
		"base, query":       {plain + "api: {url: \"https://api.example/v1?\"}\n", "10: api.url has a query that is none"},
		"base, user":        {plain + "api: {url: \"https://me@api.example/v1\"}\n", "10: api.url cannot hold a user name"},
		"base, scheme":      {plain + "api: {url: \"ftp://api.example/v1\"}\n", "10: api.url must be an absolute http or https URL"},
		"base, token":       {plain + "api: {url: \"https://api.example/${grant.accessToken}\"}\n", "10: api.url cannot hold a secret"},
		"base, free host":   {plain + "api: {url: \"https://${tenant.id}.example/v1\"}\n", "10: api.url can hold ${tenant.id} in its host only if the file bounds its values"},
		"base, field":       {plain + "api: {url: \"https://api.example/${field.a}\"}\n", "10: api.url uses ${field.a}, which the file does not declare"},
		"rate, nothing":     {plain + "api: {rate: {requests: 0, seconds: 1}}\n", "10: api.rate.requests must be at least 1"},
		"pages, fit":        {plain + "tenants: {url: \"https://api.example/a?p=${page.number}\", id: id, pages: {count: n}}\n", ""},
		"pages, two ways":   {plain + "tenants: {url: \"https://api.example/a\", id: id, pages: {link: n, header: true}}\n", "10: tenants.pages must have at most 1 fields"},
		"pages, no number":  {plain + "tenants: {url: \"https://api.example/a\", id: id, pages: {more: n}}\n", "10: tenants.pages needs ${page.number} in the call"},
		"pages, and number": {plain + "tenants: {url: \"https://api.example/a?p=${page.number}\", id: id, pages: {link: n}}\n", "10: tenants.pages follows a URL, so the call cannot use ${page.number}"},
		"pages, by POST":    {plain + "tenants: {url: \"https://api.example/a\", method: POST, id: id, pages: {link: n}}\n", "10: tenants.pages follows a URL, which needs the method GET"},
		"number, no pages":  {plain + "tenants: {url: \"https://api.example/a?p=${page.number}\", id: id}\n", "10: tenants uses ${page.number} without pages"},
		"number elsewhere":  {plain + "tenant: {id: \"${page.number}\"}\n", "10: tenant.id uses ${page.number}, which is not known here"},
		"notices, fit":      {plain + reached + "notices: {event: e, events: [x], tenant: t, register: There., signature: {header: X-S, algorithm: hmacSha256, encoding: hex, signed: \"${notice.body}\", key: k}}\n", ""},
		"landing, fits":     {plain + reached + "notices: {landing: realm, register: There.}\n", ""},
		"notices, for none": {plain + "notices: {landing: realm, register: There.}\n", "10: notices need a call that says whether a grant still stands: company, tenants or oauth.userinfoUrl\n10: notices need a tenant or tenants, by whose id they are told apart"},
		"notices, halves":   {plain + reached + "notices: {event: e, register: There.}\n", "11: notices need event, events, tenant and signature"},
		"notices, nothing":  {plain + reached + "notices: {register: There.}\n", "11: notices need event, events, tenant and signature, or landing"},
		"notices, unsigned": {plain + reached + "notices: {event: e, events: [x], tenant: t, register: There., signature: {header: X-S, algorithm: hmacSha256, encoding: hex, signed: \"${notice.url}\", key: k}}\n", "11: notices.signature.signed must hold ${notice.body}, or anybody could write it"},
		"notices, timeless": {plain + reached + "notices: {event: e, events: [x], tenant: t, register: There., signature: {header: X-S, algorithm: hmacSha256, encoding: hex, signed: \"${notice.body}\", key: k, time: t}}\n", "11: notices.signature.time goes together with ${notice.time}\n11: notices.signature.value must name the signature beside the time"},
		"key form":          {edit("abcd", "ABCD"), "1: key must match ^[a-z]{4}$"},
		"key is not file":   {edit("abcd", "abce"), "1: key must be the name of the file"},
		"source type":       {edit("Accounting", "Ledger"), `3: sourceType must be one of "Accounting", "Banking", "BankFeed", "Commerce", "Expense", "Other", "Unknown"`},
		"color":             {edit("#336699", "red"), "4: logo.color must match ^#[0-9a-f]{6}$"},
		"half a tile":       {edit(`, color: "#336699"`, ""), `4: logo needs "color" beside "monogram"`},
		"logo file":         {edit(`{monogram: B, color: "#336699"}`, "{file: ../x.svg}"), `4: logo.file must match ^[a-z0-9][a-z0-9_-]{0,63}\.(svg|png)$`},
		"logo not there":    {edit(`{monogram: B, color: "#336699"}`, "{file: none.svg}"), "4: logo.file there is no such file in the directory"},
		"two equal types":   {edit("[Invoices]", "[Invoices, Invoices]"), "5: dataTypes must not repeat an item"},
		"item in a list":    {edit("[Invoices]", "\n  - Invoices\n  - 7"), "7: dataTypes[1] must be string, not number"},
		"no endpoints":      {edit("  issuer: https://issuer.example\n", ""), `6: oauth needs "issuer", or both "authorizeUrl" and "tokenUrl"`},
		"discovery alone":   {edit("issuer: https://issuer.example", "discovery: true"), "6: oauth needs \"issuer\", or both \"authorizeUrl\" and \"tokenUrl\"\n7: oauth.discovery needs an issuer"},
		"relative url":      {edit("https://issuer.example", "/sandbox"), "7: oauth.issuer must be an absolute http or https URL"},
		"other scheme":      {edit("https://issuer.example", "file:///etc/passwd"), "7: oauth.issuer must be an absolute http or https URL"},
		"no host":           {edit("https://issuer.example", "https://:443/"), "7: oauth.issuer must be an absolute http or https URL"},
		"user in url":       {edit("https://issuer", "https://a:b@issuer"), "7: oauth.issuer cannot hold a user name"},
		"fragment":          {edit(".example", ".example/#"), "7: oauth.issuer cannot have a fragment"},
		"issuer query":      {edit(".example", ".example?a=b"), "7: oauth.issuer cannot have a query"},
		"secret missing":    {edit("  clientSecret: hush-hush\n", ""), `6: oauth needs "clientSecret" beside the clientId`},
		"secret too many":   {plain + "  clientAuthentication: none\n", `9: oauth.clientSecret is not used with clientAuthentication "none"`},
		"public, no pkce":   {edit("clientSecret: hush-hush", "clientAuthentication: none\n  pkce: false"), "10: oauth.pkce cannot be off for a client without a secret"},
		"own parameter":     {plain + "  authorizeParams:\n    prompt: consent\n    state: x\n", "12: oauth.authorizeParams.state belongs to the protocol and cannot be set"},
		"own token param":   {plain + "  tokenParams: {code_verifier: x}\n", "10: oauth.tokenParams.code_verifier belongs to the protocol and cannot be set"},
		"openid unverified": {plain + "  discovery: false\n  authorizeUrl: https://a.example/a\n  tokenUrl: https://a.example/t\n  scopes: [openid]\n", `13: oauth.scopes with openid need "issuer" and, without discovery, "jwksUrl"`},
		"scope with space":  {plain + "  scopes: [\"a b\"]\n", "10: oauth.scopes[0] must match ^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,300}$"},
		"unset variable":    {edit("hush-hush", "${env.ABCD_SECRET}"), "9: oauth.clientSecret uses ${env.ABCD_SECRET}, which is not set"},
		"empty variable":    {edit("hush-hush", "${env.EMPTY}"), "9: oauth.clientSecret uses ${env.EMPTY}, which is not set"},
		"unknown variable":  {edit("hush-hush", "${server.key}"), "9: oauth.clientSecret uses ${server.key}, which is not a variable"},
		"odd env name":      {edit("hush-hush", "${env.path}"), "9: oauth.clientSecret names an environment variable that is not in capitals, digits and underscores"},
		"open variable":     {edit("hush-hush", "${env.SET"), "9: oauth.clientSecret holds a ${ that is not a variable"},
		"misplaced":         {edit("Books", "${env.SET}"), "2: name cannot hold variables"},
		"secret in url":     {edit("https://issuer.example", "https://x.example/${server.secret.mqjo}"), "7: oauth.issuer cannot hold a secret"},
		"tenant elsewhere":  {plain + "tenants: {url: \"https://a.example/${tenant.id}\", id: id}\n", "10: tenants.url uses ${tenant.id}, which is not known here"},
		"tenant in host":    {plain + "tenants: {url: \"https://a.example\", id: id}\ncompany: {url: \"https://${tenant.id}.example/\", name: n}\n", "11: company.url can hold ${tenant.id} in its host only if the file bounds its values"},
		"tenant, no list":   {plain + "company: {url: \"https://a.example/${tenant.id}\", name: n}\n", "10: company.url uses ${tenant.id} without tenants"},
		"claims twice":      {plain + "claims: {a: email, b: email}\n", `10: claims.b has the same OpenID name as "a"`},
		"unknown claim":     {plain + "claims: {a: shoe_size}\n", `10: claims.a must be one of "sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "phone_number_verified", "address", "updated_at"`},
		"several at once":   {edit("abcd", "no", "Books", "3"), "1: key must match ^[a-z]{4}$\n2: name must be string, not number"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := writeFiles(t, map[string]string{"abcd.yaml": c.text})
			_, err := Load(Options{Dir: dir, Vars: testVars, Env: func(name string) (string, bool) {
				value, ok := map[string]string{"SET": "value", "EMPTY": ""}[name]
				return value, ok
			}})
			var got []string
			if err != nil {
				for _, line := range strings.Split(err.Error(), "\n") {
					got = append(got, strings.TrimPrefix(line, "abcd.yaml:"))
				}
				if strings.Contains(err.Error(), "hush-hush") {
					t.Error("an error tells the secret")
				}
			}
			if diff := cmp.Diff(c.want, strings.Join(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFaultsOfAllFilesTogether(t *testing.T) {
	t.Parallel()
	dir := writeFiles(t, map[string]string{
		"abcd.yaml": edit("Books", "3"), "efgh.yaml": "", "ijkl.yml": plain, "mnop.yaml": strings.Repeat("#", 70<<10),
		"qrst.yaml": edit("abcd", "qrst") + "id: 00000000-0000-7000-8000-000000000001\n",
		"uvwx.yaml": edit("abcd", "uvwx") + "id: 00000000-0000-7000-8000-000000000001\n",
		"yzab.yaml": edit("abcd", "yzab", `{monogram: B, color: "#336699"}`, "{file: bad.svg}"), "bad.svg": "<svg><SCRIPT/></svg>",
		"yzac.yaml": edit("abcd", "yzac", `{monogram: B, color: "#336699"}`, "{file: bad.png}"), "bad.png": "<svg/>",
	})
	want := `abcd.yaml:2: name must be string, not number
efgh.yaml: file is empty
ijkl.yml: file must end in ".yaml"
mnop.yaml: is larger than 64 KiB
uvwx.yaml:10: id is the same as in qrst.yaml
yzab.yaml:4: logo.file holds a script
yzac.yaml:4: logo.file is not a PNG image`
	_, err := Load(Options{Dir: dir, Vars: testVars})
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Error(diff)
	}
	var fault Fault
	if !errors.As(err, &fault) || fault.File != "abcd.yaml" || fault.Line != 2 {
		t.Errorf("errors.As gives %+v", fault)
	}
	if diff := cmp.Diff(want, fmt.Sprint(Lint(dir))); diff != "" {
		t.Errorf("Lint: %s", diff)
	}
	if _, err := Load(Options{Dir: filepath.Join(dir, "none"), Vars: testVars}); err == nil {
		t.Error("a directory that is not there is accepted")
	}
}
