package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	texttemplate "text/template"
	"unicode"
	"unicode/utf8"
)

// fillIn stands where only the provider's documentation knows; it is no URL, so
// Lint names every place that still has it.
const fillIn = "FILL-IN"

// starter is a file of a standard OAuth 2.0 integration. What most providers
// have in common needs no line.
var starter = texttemplate.Must(texttemplate.New("starter").Parse(`# yaml-language-server: $schema={{.Schema}}
# Fill in the endpoints and the scopes from the provider's documentation, then
# check the file: bowline catalog lint DIRECTORY
# Redirect URI to register there: https://YOUR-BOWLINE/oauth/callback/{{.Key}}
key: {{.Key}}
name: {{.Name}}
sourceType: Accounting # or Banking, BankFeed, Commerce, Expense, Other
logo: {monogram: {{.Monogram}}, color: "#3b5b8c"}
dataTypes: [Invoices and bills, Customers and suppliers] # shown to the customer
oauth: # the client id and secret are set up in Bowline, not here
  # A provider with OpenID Connect discovery needs "issuer" in place of these.
  authorizeUrl: {{.FillIn}}
  tokenUrl: {{.FillIn}}
  scopes: []
  # clientAuthentication: post # where the secret goes into the body; basic otherwise
  # pkce: false # only where the provider refuses it
# One sign-in may reach several businesses. Where it does, say how to list them:
# tenants:
#   url: https://api.example.com/organisations
#   items: organisations # the path to the list, without it the whole answer
#   id: id
#   name: name
`))

// maxName is the longest name of an integration, in characters.
const maxName = 100

// Starter returns the text of a new integration: commented, and valid but for
// the endpoints. name is what customers read, "" for one made of the key; schema
// is the address of the JSON Schema for the editor's sake.
func Starter(key, name, schema string) ([]byte, error) {
	if !keyPattern.MatchString(key) {
		return nil, fmt.Errorf("the key %q must be four lower-case letters", key)
	}
	if isBuiltin(key) {
		return nil, fmt.Errorf("%s is the key of a built-in integration; choose another four letters", key)
	}
	if name = strings.TrimSpace(name); name == "" {
		name = strings.ToUpper(key[:1]) + key[1:]
	}
	if utf8.RuneCountInString(name) > maxName || strings.ContainsFunc(name, unicode.IsControl) || !utf8.ValidString(name) {
		return nil, fmt.Errorf("the name must be one line of at most %d characters", maxName)
	}
	if strings.ContainsFunc(schema, unicode.IsSpace) {
		return nil, errors.New("the schema's address cannot hold spaces")
	}
	var text bytes.Buffer
	err := starter.Execute(&text, map[string]string{
		"Schema": schema, "Key": key, "Name": quoted(name), "Monogram": quoted(monogram(name, key)), "FillIn": fillIn,
	})
	return text.Bytes(), err
}

// quoted writes a text so that YAML takes it for nothing else: every JSON string
// is one of YAML's.
func quoted(text string) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // strings cannot fail
	return strings.TrimSuffix(out.String(), "\n")
}

// monogram is the first letters of up to two words of the name.
func monogram(name, key string) string {
	letters := ""
	for _, word := range strings.Fields(name) {
		for _, r := range word {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				letters += string(unicode.ToUpper(r))
				break
			}
		}
		if utf8.RuneCountInString(letters) == 2 {
			break
		}
	}
	if letters == "" {
		letters = strings.ToUpper(key[:1])
	}
	return letters
}
