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

// CompanyOnce is Company with a one-time password (link.md 4.3).
func (l Links) CompanyOnce(id ID, password string) string {
	return l.Company(id) + "?link.otp=" + password
}

// BrandedCompany is Company with the fintech's name in it (link.md 4.1). The
// name is decoration: the id alone decides. A name that leaves nothing to write
// gives the plain form.
func (l Links) BrandedCompany(client string, id ID) string {
	slug := Slug(client)
	if slug == "" {
		return l.Company(id)
	}
	return l.PublicURL + "/link/" + slug + "/company/" + string(id)
}

// Closed is where a provider's tab ends when another page waits for the result
// (link.md 1.3.9).
func (l Links) Closed() string { return l.PublicURL + "/link/closed" }

// Connection starts one connection at its provider (link.md 4.1, field linkUrl).
func (l Links) Connection(company, connection ID) string {
	return l.PublicURL + "/link/companies/" + string(company) + "/connections/" + string(connection) + "/start"
}

// ConnectionOnce is Connection with a one-time password (link.md 4.3).
func (l Links) ConnectionOnce(company, connection ID, password string) string {
	return l.Connection(company, connection) + "?otp=" + password
}

// Go is the page that takes the code of a hand-over, from its fragment.
func (l Links) Go() string { return l.PublicURL + "/link/go" }

// Invite is the page where a company that is not known yet names itself
// (link.md 4.1).
func (l Links) Invite(instance ID) string { return l.PublicURL + "/link/invite/" + string(instance) }

// Portal is the company's page for the fintech's staff.
func (l Links) Portal(company ID) string {
	return l.PublicURL + "/portal/companies/" + string(company) + "/summary"
}

// Preview is the page, for a frame in the Portal, that shows the journey with a
// draft of settings. The token stands in the fragment, which no server is told.
// With exit the page begins by asking whether to leave.
func (l Links) Preview(id ID, token string, exit bool) string {
	query := ""
	if exit {
		query = "?exit"
	}
	return l.PublicURL + PreviewPath + string(id) + query + "#" + token
}

// PreviewPath is where such pages are; an id follows.
const PreviewPath = "/portal/preview/"

// Logo is the picture of an integration.
func (l Links) Logo(integrationKey string) string {
	return l.PublicURL + "/link/logos/" + integrationKey + ".svg"
}

// Button is the official picture of the button that leads to an integration, or
// with hover the one under a pointer.
func (l Links) Button(integrationKey string, hover bool) string {
	state := ""
	if hover {
		state = "-hover"
	}
	return l.PublicURL + "/link/logos/" + integrationKey + ".button" + state + ".svg"
}

// Callback is the OAuth redirect URI of one integration; every integration has
// its own, so that a response of one provider cannot be passed off as
// another's (RFC 9700 section 4.4).
func (l Links) Callback(integrationKey string) string {
	return l.PublicURL + "/oauth/callback/" + integrationKey
}

// Notice is where a provider tells an instance that a customer has ended a grant
// there.
func (l Links) Notice(integrationKey string, instance ID) string {
	return l.PublicURL + "/hooks/" + integrationKey + "/" + string(instance)
}
