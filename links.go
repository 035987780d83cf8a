package bowline

import "strings"

// Links builds the addresses that appear in API responses, events and pages
// from the public URL of this deployment (without a trailing slash).
type Links struct{ PublicURL string }

// NewLinks returns Links for a public URL, with or without a trailing slash.
func NewLinks(publicURL string) Links {
	return Links{PublicURL: strings.TrimRight(publicURL, "/")}
}

// Company is the Link URL of a company (link.md 4.1, field redirect).
func (l Links) Company(id ID) string { return l.PublicURL + "/link/company/" + string(id) }

// Connection starts one connection at its provider (link.md 4.1, field linkUrl).
func (l Links) Connection(company, connection ID) string {
	return l.PublicURL + "/link/companies/" + string(company) + "/connections/" + string(connection) + "/start"
}

// Portal is the company's page for the fintech's staff.
func (l Links) Portal(company ID) string {
	return l.PublicURL + "/portal/companies/" + string(company) + "/summary"
}

// Logo is the picture of an integration.
func (l Links) Logo(integrationKey string) string {
	return l.PublicURL + "/link/logos/" + integrationKey + ".svg"
}

// Callback is the OAuth redirect URI of one integration; every integration has
// its own, so that a response of one provider cannot be passed off as
// another's (RFC 9700 section 4.4).
func (l Links) Callback(integrationKey string) string {
	return l.PublicURL + "/oauth/callback/" + integrationKey
}
