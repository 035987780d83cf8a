package catalog

import (
	"maps"
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
	d.checkParams("refreshParams", in.OAuth.RefreshParams, tokenOwn)
	d.checkTemplates(in)
	d.checkTold(in)
	d.checkPages(in)
	d.checkNotices(in)
	if in.Company != nil && strings.Contains(in.Company.URL, TenantVariable) && in.Tenants == nil && in.Tenant == nil {
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
	case o.ClientAuthentication == PrivateKeyJWT && o.ClientSecret != "":
		d.faultf(place.with("clientSecret"), `is not used with clientAuthentication "privateKeyJwt"`)
	case o.ClientAuthentication != PrivateKeyJWT && o.PrivateKey != "":
		d.faultf(place.with("privateKey"), `needs clientAuthentication "privateKeyJwt"`)
	case o.ClientID != "" && len(missingClient(o)) > 0:
		d.faultf(place, "needs %q beside the clientId", missingClient(o)[0])
	}
}

func (d *document) checkParams(name string, params map[string]string, own []string) {
	for _, key := range slices.Sorted(maps.Keys(params)) {
		if slices.Contains(own, key) {
			d.faultf(at{"oauth", name, key}, "belongs to the protocol and cannot be set")
		}
	}
}
