package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// called is a small valid file whose credentials take two calls.
const called = `key: abcd
name: Shop
sourceType: Commerce
logo: {monogram: S, color: "#336699"}
dataTypes: [Orders]
setup:
  fields: [{name: app, label: App}, {name: word, label: Word, secret: true}]
credentials:
  fields:
    - {name: site, label: Site, format: address}
    - {name: key, label: Key, secret: true}
    - {name: note, label: Note, optional: true}
  prepare:
    - url: ${field.site}/token
      form: {key: "${field.key}", app: "${setup.app}", word: "${setup.word}"}
      keep:
        token: access_token
        place: {path: endpoint, pattern: 'https://[a-z]+\.api\.example/v'}
  probe:
    url: ${kept.place}
    xml: <a b="${kept.token}"/>
    expect: [{path: a.b, equals: c}]
    errors: [{status: 409, means: later}, {path: a.c, matches: "x+", means: permission}]
    companyName: a.name
    tenantId: ${field.site}
`

func TestBadCalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"fits":                  {called, ""},
		"three calls before":    {swap(called, "  prepare:\n", "  prepare: [{url: \"https://a.example\"}, {url: \"https://a.example\"}, {url: \"https://a.example\"}]\n  prepared:\n"), "13: credentials.prepare must have at most 2 items\n14: credentials.prepared is not a known field"},
		"not kept":              {swap(called, "${kept.token}", "${kept.other}"), "21: credentials.probe.xml uses ${kept.other}, which no call before keeps"},
		"kept too late":         {swap(called, "key: \"${field.key}\"", "key: \"${kept.token}${field.key}\""), "15: credentials.prepare[0].form.key uses ${kept.token}, which no call before keeps"},
		"not set up":            {swap(called, "${setup.app}", "${setup.other}"), "15: credentials.prepare[0].form.app uses ${setup.other}, which the file does not declare"},
		"perhaps not set up":    {swap(called, "label: App}", "label: App, optional: true}"), "15: credentials.prepare[0].form.app uses ${setup.app}, which is optional: there may be nothing to send"},
		"place without pattern": {swap(called, "place: {path: endpoint, pattern: 'https://[a-z]+\\.api\\.example/v'}", "place: endpoint"), "20: credentials.probe.url can begin with ${kept.place} only if what is kept has a pattern"},
		"kept in a host":        {swap(called, "url: ${kept.place}", "url: https://${kept.token}.api.example"), "20: credentials.probe.url can hold ${kept.token} in front of all or after the host"},
		"operator in front":     {swap(called, "url: ${kept.place}", "url: ${setup.app}/x"), "20: credentials.probe.url must be an absolute http or https URL"},
		"no address in front":   {swap(called, ", format: address", ""), "14: credentials.prepare[0].url must be an absolute http or https URL"},
		"glued to the host":     {swap(called, "${field.site}/token", "${field.site}.evil.example"), "14: credentials.prepare[0].url needs a path or a query after ${field.site}"},
		"optional in a path":    {swap(called, "/token", "/${field.note}"), "14: credentials.prepare[0].url cannot hold an optional field in its path"},
		"secret address":        {swap(called, "format: address", "format: address, secret: true"), "10: credentials.fields[0].format cannot be an address for a field that is secret or optional or has a prefix or suffix\n25: credentials.probe.tenantId cannot hold a secret"},
		"groups":                {swap(called, "label: Key", "label: Key, extract: \"(a)(b)\""), "11: credentials.fields[1].extract must have exactly one group"},
		"odd extract":           {swap(called, "label: Key", "label: Key, extract: \"(a\""), "11: credentials.fields[1].extract is not an RE2 expression"},
		"two bodies":            {swap(called, "    expect:", "    form: {a: b}\n    expect:"), "19: credentials.probe can have only one of form, json and xml"},
		"GET with a body":       {swap(called, "    expect:", "    method: GET\n    expect:"), "22: credentials.probe.method cannot be GET beside a body"},
		"other methods":         {swap(called, "    expect:", "    method: PUT\n    expect:"), `22: credentials.probe.method must be one of "GET", "POST"`},
		"broken XML":            {swap(called, "<a b=\"${kept.token}\"/>", "<a b=\"${kept.token}\">"), "21: credentials.probe.xml is not well-formed XML"},
		"variable as a name":    {swap(called, "<a b=\"${kept.token}\"/>", "<a><${kept.token}/></a>"), "21: credentials.probe.xml can hold variables in texts and attributes only"},
		"variable in a comment": {swap(called, "<a b=\"${kept.token}\"/>", "<a><!-- ${kept.token} --></a>"), "21: credentials.probe.xml can hold variables in texts and attributes only"},
		"CDATA":                 {swap(called, "<a b=\"${kept.token}\"/>", "<a><![CDATA[${kept.token}]]></a>"), "21: credentials.probe.xml cannot hold CDATA sections"},
		"document type":         {swap(called, "<a b=\"${kept.token}\"/>", "<!DOCTYPE a><a>${kept.token}</a>"), "21: credentials.probe.xml cannot have a document type"},
		"row about nothing":     {swap(called, "{status: 409, means: later}", "{means: later}"), "23: credentials.probe.errors[0] needs a status, a path or both"},
		"row without a path":    {swap(called, "{status: 409, means: later}", "{status: 409, equals: x, means: later}"), "23: credentials.probe.errors[0] needs a path for what it compares"},
		"unknown meaning":       {swap(called, "means: later", "means: magic"), `23: credentials.probe.errors[0].means must be one of "refused", "later", "operator", "permission"`},
		"odd expression":        {swap(called, "\"x+\"", "\"x(\""), "23: credentials.probe.errors[1].matches is not an RE2 expression"},
		"meaning expected":      {swap(called, "equals: c}", "equals: c, means: later}"), "22: credentials.probe.expect[0].means is not a known field"},
		"names before the end":  {swap(called, "      keep:", "      companyName: a\n      keep:"), "16: credentials.prepare[0].companyName is not a known field"},
		"keeps at the end":      {called + "    keep: {a: b}\n", "26: credentials.probe.keep.a is for calls that others follow"},
		"secret identity":       {swap(called, "tenantId: ${field.site}", "tenantId: ${field.key}"), "25: credentials.probe.tenantId cannot hold a secret"},
		"unknown identity":      {swap(called, "tenantId: ${field.site}", "tenantId: ${field.other}"), "25: credentials.probe.tenantId uses ${field.other}, which is not a field"},
		"tenants and one":       {called + "    tenants: {items: a, id: b}\n", "26: credentials.probe.tenants cannot stand beside companyName and tenantId"},
		"variable in a label":   {swap(called, "label: Note", "label: \"${field.key}\""), "12: credentials.fields[2].label cannot hold variables"},
		"variable in a path":    {swap(called, "path: a.b,", "path: \"a.${field.key}\","), "22: credentials.probe.expect[0].path cannot hold variables"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := Lint(writeFiles(t, map[string]string{"abcd.yaml": c.text}))
			got := ""
			if err != nil {
				got = strings.ReplaceAll(err.Error(), "abcd.yaml:", "")
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCallDefaults(t *testing.T) {
	t.Parallel()
	loaded, err := Load(Options{Dir: writeFiles(t, map[string]string{"abcd.yaml": called}), Vars: testVars})
	if err != nil {
		t.Fatal(err)
	}
	in, _ := loaded.Get("abcd")
	calls := in.Credentials.Calls()
	if len(calls) != 2 || calls[0].Method != "POST" || calls[0].Answer != AnswerJSON || calls[0].Status != 200 || calls[1].Answer != AnswerXML ||
		calls[0].Keep["token"].Path != "access_token" || !calls[0].Keep["place"].Accepts("https://eu.api.example/v") ||
		calls[0].Keep["place"].Accepts("https://evil.example/?.api.example/v") || calls[0].Keep["token"].Accepts("a\nb") {
		t.Errorf("%+v", calls)
	}
}

// TestOperatorValuesInCalls: what the operator sets up is in the calls, escaped
// where they are XML, and changes nothing in the catalog that it came from.
func TestOperatorValuesInCalls(t *testing.T) {
	t.Parallel()
	text := swap(called, `<a b="${kept.token}"/>`, `<a b="${setup.word}">${field.key}</a>`)
	loaded, err := Load(Options{Dir: writeFiles(t, map[string]string{"abcd.yaml": text}), Vars: testVars})
	if err != nil {
		t.Fatal(err)
	}
	const hostile = `"><b>${field.key}`
	set := loaded.With(map[string]Registration{"abcd": {Values: map[string]Secret{"app": "my app", "word": hostile}}})
	in, _ := set.Get("abcd")
	fill := func(s string) string { return "[" + s + "]" }
	calls := in.Credentials.Calls()
	if got, want := string(calls[1].XML.Fill(fill)), `<a b="&#34;&gt;&lt;b&gt;${field.key}">[${field.key}]</a>`; got != want {
		t.Errorf("xml %s, want %s", got, want)
	}
	if got := calls[0].Form["app"].Reveal(); got != "my app" {
		t.Errorf("form %q", got)
	}
	before, _ := loaded.Get("abcd")
	if got := before.Credentials.Prepare[0].Form["app"].Reveal(); got != "${setup.app}" {
		t.Errorf("the catalog itself has %q", got)
	}
}

func TestExtract(t *testing.T) {
	t.Parallel()
	c := Credentials{Fields: []Field{
		{Name: "path", Extract: `(?i)https://api\.example/stores/([a-z0-9]+)/v[23]/?`, Pattern: "[A-Za-z0-9]+"},
		{Name: "site", Format: FormatAddress},
	}}
	c.complete()
	for typed, want := range map[string]string{
		"https://api.example/stores/abc123/v3/": "abc123", " https://API.example/stores/abc123/v2": "abc123", "abc123": "abc123",
	} {
		values, faults := c.Check(map[string]string{"path": typed, "site": "Shop.example/"})
		if values["path"] != want || values["site"] != "https://shop.example" || len(faults) != 0 {
			t.Errorf("%q becomes %v, %v", typed, values, faults)
		}
	}
	for _, typed := range []string{"https://api.example/stores/abc123/v3/x", "https://evil.example/stores/abc123/v3/", "a b"} {
		if _, faults := c.Check(map[string]string{"path": typed, "site": "shop"}); faults["path"] != FieldMalformed || faults["site"] != FieldMalformed {
			t.Errorf("%q: %v", typed, faults)
		}
	}
}
