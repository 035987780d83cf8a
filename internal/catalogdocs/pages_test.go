package catalogdocs

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/google/go-cmp/cmp"
)

// acme says everything that a file can say about OAuth.
const acme = `key: acme
name: Acme | Books
sourceType: Accounting
status: limited
description: Books of cafes.
logo: {icon: xero, color: "#13b5ea"}
dataTypes: [Invoices and bills, Customers]
consentButton: Connect to Acme
signIn: {role: administrator, note: An adviser cannot allow it.}
device: {mobileOptimised: false}
inputs:
  - name: region
    label: Region
    options:
      - {value: eu, label: Europe, set: {host: acme.example}}
      - {value: us, label: America, set: {host: acme-us.example}}
before:
  - {id: prepare, title: Prepare it, body: "Open **Settings**.", confirm: Done, copies: [{label: Name, value: "${client.name}"}]}
oauth:
  authorizeUrl: https://login.acme.example/authorize
  tokenUrl: https://login.acme.example/token
  revokeUrl: https://login.acme.example/revoke
  clientAuthentication: post
  scopes: [books.read, offline]
  scopeSeparator: ","
  pkce: false
  authorizeParams: {prompt: consent}
  codeParameter: acme_code
  tokenFormat: json
  expires: {field: expires_at, form: unix}
  refresh: {grace: 60, window: 30, idleDays: 30, endDays: 365}
tenants:
  url: https://api.acme.example/organisations
  headers: {X-Api-Secret: hush-hush}
  items: data
  id: id
  name: name
  multiple: true
company: {url: "https://api.acme.example/organisations/${tenant.id}", name: companyName}
disconnect: {method: DELETE, url: "https://api.acme.example/organisations/${tenant.id}"}
failures:
  rules:
    - {at: api, status: 403, codes: [RateLimit], means: later}
limits: {connections: 5, consentDays: 90, codeSeconds: 180, accessTokenSeconds: 1800}
setup:
  console: https://developer.acme.example/apps
  steps: [Create an app., Paste the redirect URI.]
  review: Two weeks, with a security questionnaire.
  fields: [{name: applicationId, label: Application ID, help: On the app's page.}]
claims: {givenName: given_name}
notes: [Throttling comes as 403.]
unverified: ["limits.connections: seen in a forum only."]
`

const keys = `key: keyd
name: Keyed
sourceType: Commerce
logo: {monogram: K, color: "#336699"}
dataTypes: [Orders]
credentials:
  fields: [{name: key, label: API key, help: Under Settings., secret: true}]
  probe: {url: "https://api.keyed.example/me", bearer: "${field.key}"}
`

func described(t *testing.T, files map[string]string) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := catalog.Described(dir)
	if err != nil {
		t.Fatal(err)
	}
	return Pages(Options{Catalog: c, Emulated: func(key string) bool { return key == "acme" }})
}

func TestPageTellsEverything(t *testing.T) {
	t.Parallel()
	pages := described(t, map[string]string{"acme.yaml": acme, "keyd.yaml": keys})
	for _, want := range []string{
		"# Acme \\| Books\n", "| state | limited: the provider lets few apps in |",
		"- Invoices and bills\n", "an administrator has to sign in", "- An adviser cannot allow it.", "“Connect to Acme”", "hard to use on a small screen",
		"may connect several at once", "| Region | – | one of: Europe, America |", "**Prepare it**", "> Open **Settings**.", "- to copy: Name, `${client.name}`", "- to tick: Done",
		"<https://developer.acme.example/apps>", "`{public_url}/oauth/callback/acme`", "1. Create an app.\n2. Paste the redirect URI.\n", "Two weeks, with a security questionnaire.",
		"| Client ID | text | |", "| Client secret | secret | |", "| Application ID | text | On the app's page. |",
		"| authorization endpoint | `https://login.acme.example/authorize` |", "| PKCE | not sent |", "| client authentication | id and secret in the body |",
		"| scopes | `books.read` `offline`, separated by `,` |", "| extra parameters, authorization | `prompt=consent` |", "| parameter with the code | `acme_code` |",
		"| token request | JSON |", "| end of the access token | `expires_at`, Unix time |", "`https://login.acme.example/revoke` (RFC 7009)",
		"| ends one connection | `DELETE` `https://api.acme.example/organisations/${tenant.id}` |", "| list of organizations | `GET` `https://api.acme.example/organisations` at `data` |",
		"| `givenName` | `given_name` |", "| api | try again later | 403 | `RateLimit` |",
		"the former one works for another 1 minute.", "only in the last 30 seconds", "that nobody uses for 30 days", "end 365 days after the consent",
		"The code is good for 3 minutes.", "usually lives 30 minutes.", "may connect 5 businesses;", "Every 90 days the customer has to agree again.", "- Throttling comes as 403.",
		"| exchange of the code | by tests, with an emulator |", "| against the real provider | **never**: no account was used |", "- limits.connections: seen in a forum only.",
	} {
		if !bytes.Contains(pages["acme-acme-books.md"], []byte(want)) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, want := range []string{
		"| API key | Under Settings. | secret |", "Nothing: customers bring their own keys.", "1. `GET` `https://api.keyed.example/me`\n",
		"| the form, and the check of what was typed | **not at all**: there is no emulator of this provider |", "The file names no such fact.",
	} {
		if !bytes.Contains(pages["keyd-keyed.md"], []byte(want)) {
			t.Errorf("the page of keys lacks %q", want)
		}
	}
	for name, text := range pages {
		if !bytes.HasPrefix(text, []byte(mark)) || bytes.Contains(text, []byte("hush-hush")) || bytes.Contains(text, []byte("\n\n\n")) {
			t.Errorf("%s: no mark, a secret, or a gap:\n%s", name, text)
		}
	}
	for _, want := range []string{
		"| [Acme \\| Books](acme-acme-books.md) | `acme` | Accounting | sign-in | limited | emulator | 1 |",
		"| [Keyed](keyd-keyed.md) | `keyd` | Commerce | keys | active | **nothing** | 0 |",
		"| [Accounting Sandbox](mqjo-accounting-sandbox.md) | `mqjo` | Accounting | sign-in | active, sandbox | own sandbox | 0 |",
	} {
		if !strings.Contains(string(pages[index]), want) {
			t.Errorf("the index lacks %q:\n%s", want, pages[index])
		}
	}
}

// TestWriteKeepsWhatIsNotItsOwn: pages of integrations that have gone go too,
// and nothing else does.
func TestWriteKeepsWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "integrations")
	if err := Write(dir, map[string][]byte{"acme-acme.md": []byte(mark), index: []byte(mark)}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "own.md"), []byte("# Mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, map[string][]byte{index: []byte(mark + "new")}); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if diff := cmp.Diff([]string{index, "own.md"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestDurations(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "", 1: "1 second", 30: "30 seconds", 90: "90 seconds", 60: "1 minute", 3600: "1 hour", 86400: "1 day", 7776000: "90 days"} {
		if got := seconds(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
