package sandbox

import (
	_ "embed" // for demo.json
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed demo.json
var demoFile []byte

// demo is the invented world: the people who can sign in and, for each kind
// of product, what it is called and which organisations they have there.
type demo struct {
	People   []*account        `json:"people"`
	Products map[Kind]*product `json:"products"`
}

// account is a demo person. Claims hold every OpenID claim but `sub` and
// `picture`, which depend on the provider.
type account struct {
	Key    string         `json:"key"`
	Role   string         `json:"role"`
	Claims map[string]any `json:"claims"`
}

// product is the part that the provider plays for one kind.
type product struct {
	Name    string `json:"name"`
	Tagline string `json:"tagline"`
	Look    string `json:"look"` // suffix of the style sheet's class
	Scope   string `json:"scope"`
	Reads   string `json:"reads"` // what the scope lets a program see, in plain words
	Many    string `json:"many"`  // what several organisations are called here
	// Organisations in the order in which they are shown.
	Organisations []*organisation `json:"organisations"`
	// Of lists the organisations of each account by its key; the empty key is
	// everybody who typed an address.
	Of map[string][]string `json:"of"`
}

// organisation is one set of company information, in the wire form of
// GET {issuer}/api/organisations/{id}.
type organisation struct {
	ID                 string  `json:"id"`
	CompanyName        string  `json:"companyName"`
	LegalName          string  `json:"legalName"`
	RegistrationNumber string  `json:"registrationNumber"`
	Currency           string  `json:"currency"` // ISO 4217
	Address            address `json:"address"`
}

type address struct {
	Line1      string `json:"line1"`
	City       string `json:"city"`
	PostalCode string `json:"postalCode"`
	Country    string `json:"country"` // ISO 3166-1 alpha-2
}

func loadDemo() (*demo, error) {
	var d demo
	if err := json.Unmarshal(demoFile, &d); err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	return &d, nil
}

func (a *account) email() string { s, _ := a.Claims["email"].(string); return s }
func (a *account) name() string  { s, _ := a.Claims["name"].(string); return s }

func (a *account) person() person { return person{Key: a.Key, Email: a.email()} }

func (d *demo) account(key string) *account {
	for _, a := range d.People {
		if a.Key == key {
			return a
		}
	}
	return nil
}

// signIn finds the person behind a typed address: a demo account, or a guest
// for any other. Passwords are not looked at.
func (d *demo) signIn(email string) (person, bool) {
	email = strings.ToLower(strings.TrimSpace(email))
	local, domain, ok := strings.Cut(email, "@")
	if !ok || local == "" || domain == "" || len(email) > maxHint || !utf8.ValidString(email) ||
		strings.ContainsFunc(email, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return person{}, false
	}
	for _, a := range d.People {
		if a.email() == email {
			return a.person(), true
		}
	}
	return person{Email: email}, true
}

// name is what the pages call a person: a guest is named after the address.
func (d *demo) name(who person) string {
	if a := d.account(who.Key); a != nil {
		return a.name()
	}
	local, _, _ := strings.Cut(who.Email, "@")
	words := strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '_' || r == '-' || r == '+' })
	for i, w := range words {
		r, size := utf8.DecodeRuneInString(w)
		words[i] = string(unicode.ToUpper(r)) + w[size:]
	}
	if len(words) == 0 {
		return who.Email
	}
	return strings.Join(words, " ")
}

// claims are all claims of a person. A guest has only what an address tells.
func (d *demo) claims(who person, issuer string) map[string]any {
	a := d.account(who.Key)
	if a == nil {
		return map[string]any{"name": d.name(who), "email": who.Email, "email_verified": false}
	}
	out := make(map[string]any, len(a.Claims)+1)
	for k, v := range a.Claims {
		out[k] = v
	}
	out["picture"] = issuer + "/assets/people/" + a.Key + ".svg"
	return out
}

// of returns the organisations that a person has at this product.
func (pr *product) of(who person) []*organisation {
	var out []*organisation
	for _, id := range pr.Of[who.Key] {
		if o := pr.organisation(id); o != nil {
			out = append(out, o)
		}
	}
	return out
}

func (pr *product) organisation(id string) *organisation {
	for _, o := range pr.Organisations {
		if o.ID == id {
			return o
		}
	}
	return nil
}
