package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// keyed is a small valid file with credentials.
const keyed = `key: abcd
name: Shop
sourceType: Commerce
logo: {monogram: S, color: "#336699"}
dataTypes: [Orders]
credentials:
  fields:
    - name: store
      label: Store
      suffix: .shops.example
    - name: key
      label: Key
      secret: true
    - name: note
      label: Note
      optional: true
  probe:
    url: https://${field.store}/account
    bearer: ${field.key}
`

func TestBadCredentials(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"fits":              {keyed, ""},
		"base, fits":        {keyed + "api: {url: \"https://${field.store}/v1\"}\n", ""},
		"base, free host":   {keyed + "api: {url: \"https://${field.store}.example/v1\"}\n", "20: api.url needs ${field.store} at the end of its host"},
		"base, secret":      {keyed + "api: {url: \"https://${field.store}/${field.key}\"}\n", "20: api.url cannot hold a secret"},
		"base, unknown":     {keyed + "api: {url: \"https://${field.store}/${field.kay}\"}\n", "20: api.url uses ${field.kay}, which is not a field"},
		"base, no grant":    {keyed + "api: {url: \"https://${field.store}/v1\", authorization: \"Token ${grant.accessToken}\"}\n", "20: api.authorization is for oauth; with credentials, requests carry what the probe carries"},
		"nothing":           {strings.Split(keyed, "credentials:")[0], `1: needs "oauth" or "credentials"`},
		"both":              {plain + "credentials: {fields: [{name: a, label: A}], probe: {url: \"https://a.example/?${field.a}\"}}\n", "10: credentials cannot stand beside oauth"},
		"tenants":           {keyed + "tenants: {url: \"https://a.example\", id: id}\n", "20: tenants is for oauth; a probe has companyName and tenantId"},
		"no fields":         {swap(keyed, "fields:", "fields: []\n  field:"), "7: credentials.fields must have at least 1 items\n8: credentials.field is not a known field"},
		"field twice":       {swap(keyed, "name: key", "name: store", "${field.key}", "${field.store}"), "11: credentials.fields[1].name is the same as that of another field\n18: credentials.probe.url cannot hold a secret or optional field in its host"},
		"field name":        {swap(keyed, "name: key", "name: Key"), "11: credentials.fields[1].name must match ^[a-z][A-Za-z0-9]{0,39}$"},
		"unknown field":     {swap(keyed, "${field.key}", "${field.kay}"), "19: credentials.probe.bearer uses ${field.kay}, which is not a field"},
		"odd field":         {swap(keyed, "${field.key}", "${field.Key}"), "19: credentials.probe.bearer uses ${field.Key}, which is not a field"},
		"field elsewhere":   {swap(keyed, "label: Key", "label: ${field.key}"), "12: credentials.fields[1].label cannot hold variables"},
		"proves nothing":    {swap(keyed, "${field.store}", "a.example", "${field.key}", "fixed"), "17: credentials.probe uses no field, so it would accept anything"},
		"pattern":           {swap(keyed, "secret: true", "pattern: \"(a\""), "13: credentials.fields[1].pattern is not an RE2 expression"},
		"backreference":     {swap(keyed, "secret: true", "pattern: \"(a)\\\\1\""), "13: credentials.fields[1].pattern is not an RE2 expression"},
		"long pattern":      {swap(keyed, "secret: true", "pattern: \""+strings.Repeat("a", 201)+"\""), "13: credentials.fields[1].pattern must have at most 200 characters"},
		"docs":              {swap(keyed, "secret: true", "docs: /help"), "13: credentials.fields[1].docs must be an absolute http or https URL"},
		"any host":          {swap(keyed, "suffix: .shops.example", "help: h"), "18: credentials.probe.url can hold ${field.store} in its host only with a hostPattern, or with a suffix such as .shops.example"},
		"wide suffix":       {swap(keyed, "suffix: .shops.example", "suffix: .example"), "18: credentials.probe.url can hold ${field.store} in its host only with a hostPattern, or with a suffix such as .shops.example"},
		"suffix, no dot":    {swap(keyed, "suffix: .shops.example", "suffix: shops.example"), "18: credentials.probe.url can hold ${field.store} in its host only with a hostPattern, or with a suffix such as .shops.example"},
		"host pattern":      {swap(keyed, "suffix: .shops.example", "hostPattern: \"[a-z.-]+\""), ""},
		"more behind":       {swap(keyed, "${field.store}/", "${field.store}.example/"), "18: credentials.probe.url needs ${field.store} at the end of its host"},
		"plain host":        {swap(keyed, "https://${field.store}", "http://${field.store}"), "18: credentials.probe.url must be https, because customers choose the host"},
		"secret host":       {swap(keyed, "https://${field.store}", "https://${field.key}"), "18: credentials.probe.url cannot hold a secret or optional field in its host"},
		"whole url":         {swap(keyed, "https://${field.store}/account", "${field.store}/account"), "18: credentials.probe.url must be an absolute http or https URL"},
		"scheme":            {swap(keyed, "https://${field.store}/account", "ftp://a.example/${field.store}"), "18: credentials.probe.url must be an absolute http or https URL"},
		"user name":         {swap(keyed, "https://${field.store}", "https://${field.key}@a.example"), "18: credentials.probe.url cannot hold a user name"},
		"optional path":     {swap(keyed, "/account", "/${field.note}"), "18: credentials.probe.url cannot hold an optional field in its path"},
		"optional query":    {swap(keyed, "/account", "/account?note=${field.note}"), ""},
		"two ways":          {keyed + "    basic: {username: \"${field.key}\", password: x}\n", "17: credentials.probe can have only one of basic, bearer and an Authorization header"},
		"bearer and header": {keyed + "    headers: {authorization: x}\n", "17: credentials.probe can have only one of basic, bearer and an Authorization header"},
		"host header":       {keyed + "    headers: {host: x}\n", "20: credentials.probe.headers.host belongs to the connection and cannot be set"},
		"environment":       {keyed + "    headers: {X-App: \"${env.SET}\"}\n", ""},
		"server's secret":   {keyed + "    headers: {X-App: \"${server.secret.mqjo}\"}\n", "20: credentials.probe.headers.X-App cannot hold a secret"},
		"status":            {keyed + "    status: 404\n", "20: credentials.probe.status must be at most 299"},
		"same step":         {keyed + "before: [{id: a, title: A, body: B}]\nafter: [{id: a, title: A, body: B}]\n", "21: after[0].id is the same as that of another step"},
		"step's link":       {keyed + "before: [{id: a, title: A, body: B, link: {label: L, url: \"javascript:1\"}}]\n", "20: before[0].link.url must be an absolute http or https URL"},
		"step's variables":  {keyed + "before: [{id: a, title: A, body: \"${company.name} ${client.name}\", copies: [{label: L, value: \"${company.id} ${env.SET}\"}]}]\n", ""},
		"misplaced":         {keyed + "before: [{id: a, title: \"${company.name}\", body: B}]\n", "20: before[0].title cannot hold variables"},
		"unknown in step":   {keyed + "before: [{id: a, title: A, body: \"${tenant.id}\"}]\n", "20: before[0].body uses ${tenant.id}, which is not known here"},
		"device":            {keyed + "device: {desktopOnly: yes}\n", "20: device.desktopOnly must be boolean, not string"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := writeFiles(t, map[string]string{"abcd.yaml": c.text})
			_, err := Load(Options{Dir: dir, Vars: testVars, Env: func(name string) (string, bool) { return "value", name == "SET" }})
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

func swap(text string, replacements ...string) string {
	return strings.NewReplacer(replacements...).Replace(text)
}

func TestGuideDefaults(t *testing.T) {
	t.Parallel()
	c := load(t, Options{})
	plainOne, _ := c.Get("mqjo")
	if plainOne.Kind() != KindOAuth || plainOne.UsesCredentials() || !plainOne.Device.MobileOptimised || plainOne.RecommendAnother || !plainOne.Tenants.Multiple {
		t.Errorf("%+v", plainOne)
	}
	if bank, _ := c.Get("qhnd"); !bank.RecommendAnother {
		t.Error("another account is not recommended for a bank")
	}
	desktop, _ := c.Get("dkpu")
	if !desktop.Device.DesktopOnly || desktop.Device.MobileOptimised || len(desktop.Before) != 1 {
		t.Errorf("%+v", desktop)
	}
	keys, _ := c.Get("wvtc")
	if keys.Kind() != KindCredentials || keys.OAuth.PKCE || keys.OAuth.ClientID != "" || keys.Credentials.Probe.Status != 200 ||
		keys.Credentials.Fields[1].MaxLength != 500 || keys.Credentials.Probe.URL != "http://127.0.0.1:8080/sandbox/shop/${field.store}/account" {
		t.Errorf("%+v", keys)
	}
}

func TestGuideFill(t *testing.T) {
	t.Parallel()
	step := GuideStep{Body: "${company.name} for ${client.name}, ${company.id}", Copies: []GuideCopy{{"L", "${company.name}|${company.id}"}}}
	got := step.Fill(GuideValues{CompanyID: "id-1", CompanyName: "A [b](https://c.example)\n# ${client.name}", ClientName: "Lender"})
	if want := `A \[b\](https://c.example) # ${client.name} for Lender, id-1`; got.Body != want {
		t.Errorf("body %q, want %q", got.Body, want)
	}
	if want := "A [b](https://c.example)\n# ${client.name}|id-1"; got.Copies[0].Value != want {
		t.Errorf("value %q, want %q", got.Copies[0].Value, want)
	}
	if step.Copies[0].Value != "${company.name}|${company.id}" {
		t.Error("the catalog's own step was changed")
	}
}

func TestCheckCredentials(t *testing.T) {
	t.Parallel()
	c := Credentials{Fields: []Field{
		{Name: "store", Suffix: ".shops.example", Pattern: "[a-z-]+", MaxLength: 20},
		{Name: "key", Secret: true, Prefix: "id-"},
		{Name: "note", Optional: true, HostPattern: "x+"},
	}}
	c.complete()
	for name, test := range map[string]struct {
		typed, values map[string]string
		faults        map[string]FieldFault
	}{
		"right":            {map[string]string{"store": "my-shop", "key": "k"}, map[string]string{"store": "my-shop", "key": "k"}, nil},
		"pasted":           {map[string]string{"store": " https://my-shop.SHOPS.example/ ", "key": "\tid-k\n"}, map[string]string{"store": "my-shop", "key": "k"}, nil},
		"nothing":          {nil, map[string]string{}, map[string]FieldFault{"store": FieldMissing, "key": FieldMissing}},
		"only the suffix":  {map[string]string{"store": ".shops.example", "key": "id-"}, map[string]string{}, map[string]FieldFault{"store": FieldMissing, "key": FieldMissing}},
		"form":             {map[string]string{"store": "my shop", "key": "k"}, map[string]string{"store": "my shop", "key": "k"}, map[string]FieldFault{"store": FieldMalformed}},
		"a line more":      {map[string]string{"store": "shop\nx", "key": "k"}, map[string]string{"store": "shop\nx", "key": "k"}, map[string]FieldFault{"store": FieldMalformed}},
		"control":          {map[string]string{"store": "shop", "key": "k\x00k"}, map[string]string{"store": "shop", "key": "k\x00k"}, map[string]FieldFault{"key": FieldMalformed}},
		"long":             {map[string]string{"store": strings.Repeat("s", 21), "key": "k"}, map[string]string{"store": strings.Repeat("s", 21), "key": "k"}, map[string]FieldFault{"store": FieldTooLong}},
		"optional":         {map[string]string{"store": "s", "key": "k", "note": "y"}, map[string]string{"store": "s", "key": "k", "note": "y"}, map[string]FieldFault{"note": FieldMalformed}},
		"strangers vanish": {map[string]string{"store": "s", "key": "k", "other": "o"}, map[string]string{"store": "s", "key": "k"}, nil},
	} {
		values, faults := c.Check(test.typed)
		if test.faults == nil {
			test.faults = map[string]FieldFault{}
		}
		if diff := cmp.Diff(test.values, values) + cmp.Diff(test.faults, faults); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if whole := c.Whole(map[string]string{"store": "s", "key": "k"}); whole["store"] != "s.shops.example" || whole["key"] != "id-k" || whole["note"] != "" {
		t.Errorf("whole values %v", whole)
	}
}
