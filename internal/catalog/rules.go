package catalog

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

var keyPattern = regexp.MustCompile(`^[a-z]{4}$`)

// Parameters that belong to the protocol; a file that set them could undo
// PKCE, state or the redirect URI.
var (
	authorizeOwn = []string{"response_type", "client_id", "redirect_uri", "scope", "state", "nonce",
		"code_challenge", "code_challenge_method", "request", "request_uri"}
	tokenOwn = []string{"grant_type", "code", "redirect_uri", "client_id", "client_secret", "code_verifier",
		"refresh_token", "client_assertion", "client_assertion_type"}
)

// checkRules adds a fault for every broken rule that the schema cannot say.
// The document has passed the schema and been expanded into in.
func (d *document) checkRules(in Integration) {
	if d.file != in.Key+".yaml" {
		d.faultf(at{"key"}, "must be the name of the file")
	}
	d.checkURLs(in)
	d.checkKind(in)
	d.checkGuides(in)
	d.checkParams("authorizeParams", in.OAuth.AuthorizeParams, authorizeOwn)
	d.checkParams("tokenParams", in.OAuth.TokenParams, tokenOwn)
	if in.Company != nil && strings.Contains(in.Company.URL, TenantVariable) && in.Tenants == nil {
		d.faultf(at{"company", "url"}, "uses %s without tenants", TenantVariable)
	}
	renamed := map[string]string{}
	for _, from := range slices.Sorted(maps.Keys(in.Claims)) {
		to := in.Claims[from]
		if renamed[to] != "" {
			d.faultf(at{"claims", from}, "has the same OpenID name as %q", renamed[to])
		}
		renamed[to] = from
	}
}

func (d *document) checkOAuth(o OAuth) {
	place := at{"oauth"}
	discovers := o.Issuer != "" && o.Discovery
	if o.Discovery && o.Issuer == "" {
		d.faultf(place.with("discovery"), "needs an issuer")
	}
	if !discovers && (o.AuthorizeURL == "" || o.TokenURL == "") {
		d.faultf(place, `needs "issuer", or both "authorizeUrl" and "tokenUrl"`)
	}
	if o.IssParameter == IssRequired && o.Issuer == "" {
		d.faultf(place.with("issParameter"), "needs an issuer to compare with")
	}
	// Without keys and issuer an id_token could not be verified, and one that
	// is not verified is worth nothing.
	if o.HasScope("openid") && !discovers && (o.Issuer == "" || o.JWKSURL == "") {
		d.faultf(place.with("scopes"), `with openid need "issuer" and, without discovery, "jwksUrl"`)
	}
	switch {
	case o.ClientAuthentication == None && o.ClientSecret != "":
		d.faultf(place.with("clientSecret"), `is not used with clientAuthentication "none"`)
	case o.ClientAuthentication == None && !o.PKCE:
		d.faultf(place.with("pkce"), "cannot be off for a client without a secret")
	case o.ClientAuthentication != None && o.ClientSecret == "":
		d.faultf(place, `needs "clientSecret", or clientAuthentication "none"`)
	}
}

func (d *document) checkParams(name string, params map[string]string, own []string) {
	for _, key := range slices.Sorted(maps.Keys(params)) {
		if slices.Contains(own, key) {
			d.faultf(at{"oauth", name, key}, "belongs to the protocol and cannot be set")
		}
	}
}

func (d *document) checkURLs(in Integration) {
	check := func(p at, text string) {
		if fault := urlFault(text); text != "" && fault != "" {
			d.faultf(p, "%s", fault)
		}
	}
	o := in.OAuth
	for _, endpoint := range []struct{ name, url string }{
		{"issuer", o.Issuer}, {"authorizeUrl", o.AuthorizeURL}, {"tokenUrl", o.TokenURL},
		{"revokeUrl", o.RevokeURL}, {"userinfoUrl", o.UserinfoURL}, {"jwksUrl", o.JWKSURL},
	} {
		check(at{"oauth", endpoint.name}, endpoint.url)
	}
	if strings.Contains(o.Issuer, "?") {
		d.faultf(at{"oauth", "issuer"}, "cannot have a query")
	}
	if in.Tenants != nil {
		check(at{"tenants", "url"}, in.Tenants.URL)
	}
	if in.Company != nil {
		check(at{"company", "url"}, in.Company.URL)
	}
}

// urlFault says what keeps text from being an absolute http(s) URL, or "".
// Variables are still there in two cases: the tenant, which may not reach into
// the host, and Lint, which knows no values and so judges the rest.
func urlFault(text string) string {
	if front := variable.FindString(text); front != TenantVariable && front != "" && strings.HasPrefix(text, front) {
		// Only Lint leaves a variable in front; its value decides.
		text = "https://variable.invalid" + strings.TrimPrefix(text, front)
	}
	if lead, _, found := strings.Cut(text, TenantVariable); found {
		if _, rest, _ := strings.Cut(lead, "://"); !strings.Contains(rest, "/") {
			return "can hold " + TenantVariable + " only after the host"
		}
	}
	u, err := url.Parse(variable.ReplaceAllString(text, "x"))
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		return "must be an absolute http or https URL"
	case u.User != nil:
		return "cannot hold a user name"
	case strings.Contains(text, "#"):
		return "cannot have a fragment"
	}
	return ""
}
