package bowline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
)

// testKey was made for this test and opens nothing.
const testKey = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg6wV7RP+dP8u1xjRA\nN6yHPRPcdibSQdUlz2MfMUeZ8VWhRANCAAQUuk8bROOBkogC8H9ETzqDznmstyGo\n6n7MKEcIWCWUb8KgMiwwMW1XsHjX0O/pFr0aT0gp4OZ/VAhKN5Eah+ZM\n-----END PRIVATE KEY-----"

func TestSetupIsBroughtToItsForm(t *testing.T) {
	t.Parallel()
	scopes := []string{" read\n", "write"}
	s := IntegrationSetup{
		Key: "acme", Scopes: scopes,
		Clients: map[string]Client{
			"":      {ID: " id-1\r\n", Secret: "\thunter 2\n", PrivateKey: "\n" + testKey + "\n\n"},
			"eu":    {ID: "id-2"},
			"empty": {Secret: " \n"},
		},
		Values: map[string]string{"applicationId": " amzn1.sp \n", "nothing": "  "},
	}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	want := map[string]Client{"": {ID: "id-1", Secret: "hunter 2", PrivateKey: testKey}, "eu": {ID: "id-2"}}
	if !maps.Equal(s.Clients, want) {
		t.Errorf("clients: %d, or not trimmed", len(s.Clients))
	}
	if !maps.Equal(s.Values, map[string]string{"applicationId": "amzn1.sp"}) {
		t.Errorf("values: %v", s.Values)
	}
	if !slices.Equal(s.Scopes, []string{"read", "write"}) || scopes[0] != " read\n" {
		t.Errorf("scopes: %q, the caller's: %q", s.Scopes, scopes)
	}
	s.Scopes = []string{}
	if err := s.Validate(); err != nil || s.Scopes != nil {
		t.Errorf("no scopes are those of the file: %v %v", s.Scopes, err)
	}
	if err := (&IntegrationSetup{}).Validate(); err != nil {
		t.Errorf("nothing set: %v", err)
	}
}

func TestSetupRefusals(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	many := func(n int) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprint("s", i)
		}
		return list
	}
	clients, values := map[string]Client{}, map[string]string{}
	for _, name := range many(MaxSetupClients + 1) {
		clients[name] = Client{ID: "x"}
	}
	for _, name := range many(MaxSetupValues + 1) {
		values[name] = "x"
	}
	far, low := maxOrder+1, -maxOrder-1
	one := func(c Client) IntegrationSetup { return IntegrationSetup{Clients: map[string]Client{"": c}} }
	value := func(name, text string) IntegrationSetup {
		return IntegrationSetup{Values: map[string]string{name: text}}
	}
	for name, test := range map[string]struct {
		setup IntegrationSetup
		says  string
	}{
		"far order":              {IntegrationSetup{Order: &far}, "order"},
		"low order":              {IntegrationSetup{Order: &low}, "order"},
		"many scopes":            {IntegrationSetup{Scopes: many(MaxSetupScopes + 1)}, "scopes"},
		"empty scope":            {IntegrationSetup{Scopes: []string{"a", " "}}, "scopes[1]"},
		"two scopes in one":      {IntegrationSetup{Scopes: []string{"read " + secret}}, "scopes[0]"},
		"quotation mark":         {IntegrationSetup{Scopes: []string{`a"` + secret}}, "scopes[0]"},
		"backslash":              {IntegrationSetup{Scopes: []string{`a\` + secret}}, "scopes[0]"},
		"scope beyond ASCII":     {IntegrationSetup{Scopes: []string{"é" + secret}}, "scopes[0]"},
		"long scope":             {IntegrationSetup{Scopes: []string{strings.Repeat("x", maxScope+1)}}, "scopes[0]"},
		"scope twice":            {IntegrationSetup{Scopes: []string{secret, secret}}, "scopes[1]"},
		"many clients":           {IntegrationSetup{Clients: clients}, "clients"},
		"option with a space":    {IntegrationSetup{Clients: map[string]Client{"a " + secret: {ID: "x"}}}, "clients"},
		"long option":            {IntegrationSetup{Clients: map[string]Client{strings.Repeat("x", maxSetupName+1): {ID: "x"}}}, "clients"},
		"id in two lines":        {one(Client{ID: secret + "\r\nx"}), "clientId"},
		"id beyond ASCII":        {one(Client{ID: secret + "é"}), "clientId"},
		"long id":                {one(Client{ID: strings.Repeat("x", maxClientID+1)}), "clientId"},
		"NUL in a secret":        {one(Client{Secret: secret + "\x00x"}), "clientSecret"},
		"long secret":            {one(Client{Secret: strings.Repeat("x", maxClientSecret+1)}), "clientSecret"},
		"key without PEM":        {one(Client{PrivateKey: secret}), "privateKey"},
		"a key that cannot sign": {one(Client{PrivateKey: "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----"}), "privateKey"},
		"a certificate":          {one(Client{PrivateKey: strings.ReplaceAll(testKey, "PRIVATE KEY", "CERTIFICATE")}), "privateKey"},
		"a public key":           {one(Client{PrivateKey: strings.ReplaceAll(testKey, "PRIVATE KEY", "PUBLIC KEY")}), "privateKey"},
		"an encrypted key":       {one(Client{PrivateKey: strings.ReplaceAll(testKey, "PRIVATE", "ENCRYPTED PRIVATE")}), "password"},
		"key and more":           {one(Client{PrivateKey: testKey + "\n" + secret}), "nothing behind"},
		"long key":               {one(Client{PrivateKey: testKey + strings.Repeat("x", maxPrivateKey)}), "privateKey"},
		"many values":            {IntegrationSetup{Values: values}, "values"},
		"value without name":     {value("", secret), "values"},
		"value with odd name":    {value("a}"+secret, secret), "values"},
		"value in two lines":     {value("a", secret+"\nx"), "values.a"},
		"long value":             {value("a", strings.Repeat("x", maxSetupValue+1)), "values.a"},
		"value not in UTF-8":     {value("a", secret+"\xff"), "values.a"},
	} {
		err := test.setup.Validate()
		if CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSetupIsNeverPrinted tries every way in which it could get into a log.
func TestSetupIsNeverPrinted(t *testing.T) {
	t.Parallel()
	s := IntegrationSetup{
		Key: "acme", Clients: map[string]Client{"": {ID: "id", Secret: "hunter2", PrivateKey: "hunter2"}},
		Values: map[string]string{"a": "hunter2"},
	}
	var out bytes.Buffer
	for _, v := range []any{s, &s, s.Clients, s.Clients[""], []IntegrationSetup{s}, struct{ S IntegrationSetup }{s}, map[string]*IntegrationSetup{"a": &s}} {
		fmt.Fprintf(&out, "%v %+v %#v %s %q\n", v, v, v, v, v)
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "setup", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "setup", v)
	}
	if strings.Contains(out.String(), "hunter2") {
		t.Errorf("printed: %s", out.String())
	}
	if !strings.Contains(out.String(), "IntegrationSetup[acme]") {
		t.Error("nothing tells which one it is")
	}
}

func TestProviderRowsAreLookedAt(t *testing.T) {
	t.Parallel()
	good := ProviderRow{ID: "ob-hill", Name: "Bank of the Hill", LogoURL: "https://logos.example/hill.svg"}
	if plain := (ProviderRow{ID: "x", Name: "Übertrag"}); !good.Usable() || !plain.Usable() {
		t.Error("a good row is refused")
	}
	for name, change := range map[string]func(*ProviderRow){
		"no id":         func(r *ProviderRow) { r.ID = "" },
		"id with lines": func(r *ProviderRow) { r.ID = "a\nb" },
		"no name":       func(r *ProviderRow) { r.Name = " " },
		"control":       func(r *ProviderRow) { r.Name = "a\x00b" },
		"not UTF-8":     func(r *ProviderRow) { r.Name = "a\xffb" },
		"script":        func(r *ProviderRow) { r.LogoURL = "javascript:alert(1)" },
		"http":          func(r *ProviderRow) { r.LogoURL = "http://logos.example/hill.svg" },
	} {
		row := good
		if change(&row); row.Usable() {
			t.Errorf("%s: usable", name)
		}
	}
}
