package bowline

import (
	"errors"
	"testing"
)

// TestRefusalsNameTheirMember: a form shows a refusal at the field that it is
// about, so each says which one that is.
func TestRefusalsNameTheirMember(t *testing.T) {
	t.Parallel()
	profile := func(change func(*Profile)) error {
		p := Profile{Name: "Harbour Lending"}
		change(&p)
		return p.Validate()
	}
	consumer := func(change func(*Consumer)) error {
		c := Consumer{URL: "https://hooks.example", EventTypes: []string{"company.created"}}
		change(&c)
		return c.Validate(false)
	}
	link := func(change func(*LinkSettings)) error {
		l := DefaultLinkSettings()
		change(&l)
		return l.Validate()
	}
	for member, err := range map[string]error{
		"name":          profile(func(p *Profile) { p.Name = " " }),
		"redirectUrl":   profile(func(p *Profile) { p.RedirectURL = "nowhere" }),
		"logoUrl":       profile(func(p *Profile) { p.LogoURL = "nowhere" }),
		"whiteListUrls": profile(func(p *Profile) { p.RedirectURL = "https://{site}/ok" }),
		"url":           consumer(func(c *Consumer) { c.URL = "nowhere" }),
		"eventTypes":    consumer(func(c *Consumer) { c.EventTypes = nil }),
		"companyTags":   consumer(func(c *Consumer) { c.CompanyTags = []string{"north"} }),
		"rateLimit":     consumer(func(c *Consumer) { c.RateLimit = -1 }),
		"headers":       consumer(func(c *Consumer) { c.Headers = map[string]string{"Host": "x"} }),
		"pem":           consumer(func(c *Consumer) { c.ClientCertificate = "none" }),
		"source":        consumer(func(c *Consumer) { c.Transformation = Transformation{Enabled: true} }),
		"landing.title": link(func(l *LinkSettings) { l.Landing.Title = string(make([]byte, 60)) }),
		"securityUrl":   link(func(l *LinkSettings) { l.SecurityURL = "http://plain.example" }),
		"locales":       link(func(l *LinkSettings) { l.Locales = []string{"xx"} }),
		"sourceTypes.banking.consent.dataTypes[1]": link(func(l *LinkSettings) {
			l.SourceTypes.Banking.Consent.DataTypes = []string{"Balances", " "}
		}),
		"allowedOrigins": (&AllowedOrigins{AllowedOrigins: []string{"https://a.example/path"}}).Validate(),
	} {
		var refusal *Error
		if !errors.As(err, &refusal) || len(refusal.Items) != 1 || refusal.Items[0].ItemID != member || refusal.Items[0].Message != refusal.Message {
			t.Errorf("%s: %+v", member, err)
		}
	}
}
