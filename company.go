package bowline

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of a company (platform-api section 1.1).
const (
	MaxCompanyName        = 250
	MaxCompanyDescription = 2000
	MaxTags               = 10
	MaxTagKey             = 27
	MaxTagValue           = 100
)

// Company is a small business that shares its books (platform-api section
// 1.2). Redirect and the URLs inside DataConnections and references are filled
// by [Links] when the company is shown; they are not stored.
type Company struct {
	ID                           ID                 `json:"id"`
	InstanceID                   ID                 `json:"-"`
	Name                         string             `json:"name"`
	Description                  string             `json:"description,omitempty"`
	Platform                     string             `json:"platform"` // always empty; kept for old clients
	Redirect                     string             `json:"redirect"`
	LastSync                     *time.Time         `json:"lastSync,omitempty"`
	Created                      time.Time          `json:"created"`
	CreatedByUserName            string             `json:"createdByUserName,omitempty"`
	Products                     []string           `json:"products"`
	Tags                         map[string]string  `json:"tags,omitempty"`
	ReferenceParentCompany       *CompanyReference  `json:"referenceParentCompany,omitempty"`
	ReferenceSubsidiaryCompanies []CompanyReference `json:"referenceSubsidiaryCompanies"`
	OwnerUserIDs                 []ID               `json:"ownerUserIds"`
	DataConnections              []Connection       `json:"dataConnections"`
}

// CompanyReference points at a company from another one and from events
// (platform-api section 1.2).
type CompanyReference struct {
	ID          ID                `json:"id,omitempty"`
	Name        string            `json:"name,omitempty"`
	Description string            `json:"description,omitempty"`
	Links       *ReferenceLinks   `json:"links,omitempty"`
	Tags        map[string]string `json:"tags,omitempty"`
}

// ReferenceLinks holds the Portal address of a referenced company.
type ReferenceLinks struct {
	Portal string `json:"portal"`
}

// Show fills the addresses and the members that are always sent.
func (c *Company) Show(l Links) {
	c.Redirect = l.Company(c.ID)
	if c.Products == nil {
		c.Products = []string{}
	}
	if c.ReferenceSubsidiaryCompanies == nil {
		c.ReferenceSubsidiaryCompanies = []CompanyReference{}
	}
	if c.OwnerUserIDs == nil {
		c.OwnerUserIDs = []ID{}
	}
	if c.DataConnections == nil {
		c.DataConnections = []Connection{}
	}
	c.showReferences(l)
	for i := range c.DataConnections {
		c.DataConnections[i].Show(l)
	}
}

// showReferences fills copies, since other copies of the company share the
// references.
func (c *Company) showReferences(l Links) {
	if c.ReferenceParentCompany != nil {
		parent := *c.ReferenceParentCompany
		parent.Links = &ReferenceLinks{Portal: l.Portal(parent.ID)}
		c.ReferenceParentCompany = &parent
	}
	c.ReferenceSubsidiaryCompanies = slices.Clone(c.ReferenceSubsidiaryCompanies)
	for i := range c.ReferenceSubsidiaryCompanies {
		subsidiary := &c.ReferenceSubsidiaryCompanies[i]
		subsidiary.Links = &ReferenceLinks{Portal: l.Portal(subsidiary.ID)}
	}
}

// Reference returns the short form of the company.
func (c *Company) Reference(l Links) CompanyReference {
	return CompanyReference{
		ID: c.ID, Name: c.Name, Description: c.Description,
		Links: &ReferenceLinks{Portal: l.Portal(c.ID)}, Tags: c.Tags,
	}
}

// CleanCompanyName removes, as platform-api section 1.1 says, every character
// that a company's name may not hold, and trims what is left. Allowed are ASCII
// letters and digits, white space and - ' , & @ . ? !; with unicodeLetters also
// the letters, digits and combining marks of every other script. A mark goes
// with what it belongs to, so that none of an emoji's stays, and there what goes
// from between white space leaves no gap.
func CleanCompanyName(name string, unicodeLetters bool) string {
	var clean strings.Builder
	var last rune    // the last one that stays
	removed := false // something has gone since
	for _, r := range name {
		stays := allowedInName(r, unicodeLetters)
		switch {
		case stays && unicode.Is(unicode.M, r):
			stays = !removed && unicode.In(last, unicode.L, unicode.M)
		case stays && removed && unicode.IsSpace(r):
			stays = !unicodeLetters || !unicode.IsSpace(last)
		case r == '\u200c' || r == '\u200d':
			// A joiner: a mark behind it belongs to the letter before it.
			continue
		}
		if !stays {
			removed = true
			continue
		}
		clean.WriteRune(r)
		last, removed = r, false
	}
	return strings.TrimSpace(clean.String())
}

// allowedInName says whether a company's name may hold the character at all.
func allowedInName(r rune, unicodeLetters bool) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return true
	case strings.ContainsRune(" \t\n\r\v\f-',&@.?!", r):
		return true
	}
	return unicodeLetters && unicode.In(r, unicode.L, unicode.M, unicode.Nd)
}

// Validate refuses a company outside the limits. It expects a cleaned name.
func (c *Company) Validate() error {
	var items []ValidationItem
	fault := func(item, message string) {
		items = append(items, ValidationItem{ItemID: item, Message: message, ValidatorName: "Company"})
	}
	if c.Name == "" {
		fault("name", "A company needs a name of at least one letter or digit.")
	}
	if utf8.RuneCountInString(c.Name) > MaxCompanyName {
		fault("name", "The name is longer than 250 characters.")
	}
	if utf8.RuneCountInString(c.Description) > MaxCompanyDescription {
		fault("description", "The description is longer than 2000 characters.")
	}
	if len(c.Tags) > MaxTags {
		fault("tags", "A company has at most 10 tags.")
	}
	for key, value := range c.Tags {
		if n := utf8.RuneCountInString(key); n < 1 || n > MaxTagKey {
			fault("tags", "A tag's key has 1 to 27 characters.")
		}
		if utf8.RuneCountInString(value) > MaxTagValue {
			fault("tags", "A tag's value has at most 100 characters.")
		}
	}
	if len(items) > 0 {
		return &Error{Code: CodeInvalid, Message: items[0].Message, Items: items}
	}
	return nil
}
