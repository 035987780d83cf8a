package catalogdocs

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/bowline/bowline/internal/catalog"
)

// wire says what goes over the network. Values of headers and bodies can be the
// operator's secrets, so that only their names stand here.
func (s subject) wire(p *page) {
	p.heading(2, "On the wire")
	p.table([]string{"fact", "value"}, append(append(s.oauth(), s.tokens()...), s.calls()...))
	if s.UsesCredentials() {
		s.probe(p)
	}
	s.claims(p)
	s.failures(p)
}

func (s subject) oauth() [][]string {
	if s.UsesCredentials() {
		return nil
	}
	o := s.OAuth
	found := ""
	if o.Discovery {
		found = "from the issuer's metadata"
	}
	pkce := "S256"
	if !o.PKCE {
		pkce = "not sent"
	}
	scopes := codes(o.Scopes)
	if len(o.Scopes) > 1 && o.ScopeSeparator != " " {
		scopes += ", separated by " + code(o.ScopeSeparator)
	}
	iss := ""
	if o.IssParameter == catalog.IssRequired {
		iss = "required in the callback, and compared (RFC 9207)"
	}
	parameter := ""
	if o.CodeParameter != "code" {
		parameter = code(o.CodeParameter)
	}
	return [][]string{
		{"issuer", code(o.Issuer)},
		{"authorization endpoint", cmp.Or(code(o.AuthorizeURL), found)},
		{"token endpoint", cmp.Or(code(o.TokenURL), found)},
		{"PKCE", pkce},
		{"client authentication", authentication(o.ClientAuthentication)},
		{"scopes", cmp.Or(scopes, "none")},
		{"extra parameters, authorization", parameters(o.AuthorizeParams)},
		{"extra parameters, token", parameters(o.TokenParams)},
		{"extra parameters, refresh", parameters(o.RefreshParams)},
		{"parameter with the code", parameter},
		{"`iss`", iss},
		{"kept of the callback", kept(s.Keep.Callback)},
	}
}

// tokens says how tokens come, are renewed and ended.
func (s subject) tokens() [][]string {
	if s.UsesCredentials() {
		return nil
	}
	o := s.OAuth
	format := "form"
	if o.TokenFormat == catalog.FormatJSON {
		format = "JSON"
	}
	revoke := cmp.Or(code(o.RevokeURL), "no call is known")
	switch {
	case o.Revoke != nil:
		revoke = call(*o.Revoke)
	case o.RevokeURL != "":
		revoke += " (RFC 7009)"
	case o.Discovery:
		revoke = "from the issuer's metadata, if it names one"
	}
	if o.RevokeEnds == catalog.EndsAccount {
		revoke += "; it ends every sign-in to the account, so it is not made while another connection uses the account"
	}
	end := ""
	if s.Disconnect != nil {
		end = call(*s.Disconnect)
	}
	return [][]string{
		{"token request", format},
		{"refresh endpoint, where different", code(o.Refresh.URL)},
		{"client authentication of a refresh, where different", orNothing(o.Refresh.ClientAuthentication)},
		{"end of the access token", expiry(o.Expires)},
		{"end of the refresh token", expiry(o.RefreshExpires)},
		{"kept of the token answer", kept(s.Keep.Token)},
		{"kept of the access token's claims", kept(s.Keep.Claims)},
		{"ends the whole permission", revoke},
		{"ends one connection", end},
		{"user information", code(o.UserinfoURL)},
	}
}

// calls are those of the API.
func (s subject) calls() [][]string {
	var rows [][]string
	add := func(what, value string) { rows = append(rows, []string{what, value}) }
	add("base of proxied requests", cmp.Or(code(s.API.URL), "none: it cannot be asked through Bowline"))
	if r := s.API.Rate; r != nil {
		whom := "each organization"
		if r.Per == catalog.RateClient {
			whom = "each registration"
		}
		add("requests that the provider takes", count(r.Requests, "request")+" in "+seconds(r.Seconds)+" for "+whom)
	}
	if names := slices.Sorted(maps.Keys(s.API.Headers)); len(names) > 0 {
		add("headers of every API request", codes(names))
	}
	if value := s.API.Authorization.Reveal(); value != "" && value != catalog.BearerAuthorization && !s.UsesCredentials() {
		scheme, _, _ := strings.Cut(value, " ")
		add("scheme of the Authorization header", code(scheme))
	}
	if t := s.Tenant; t != nil {
		add("the organization", "told along with the permission: "+code(t.ID))
	}
	if t := s.Tenants; t != nil {
		if t.Each != nil {
			add("first of two lists", call(t.Each.Call)+path(t.Each.Items)+pages(t.Each.Pages))
		}
		add("list of organizations", call(t.Call)+path(t.Items)+pages(t.Pages))
		if t.Otherwise != "" {
			add("asked when that list is empty", code(t.Otherwise))
		}
		add("left in the list", conditions(t.Where))
	}
	if c := s.Company; c != nil {
		add("name of the business", call(c.Call)+path(c.Name))
	}
	add("tells of the end of a permission", told(s.Notices))
	if r := s.Rows; r != nil {
		add("rows of the picker", "`GET` "+code(r.URL)+", asked again after "+count(r.Hours, "hour"))
	}
	return rows
}

func (s subject) probe(p *page) {
	var calls []string
	for _, c := range s.Credentials.Calls() {
		calls = append(calls, code(cmp.Or(c.Method, "GET"))+" "+code(c.URL))
	}
	p.paragraph("What was typed is checked with:")
	p.steps(calls)
}

// claims lists the claims that are renamed.
func (s subject) claims(p *page) {
	var rows [][]string
	for _, from := range slices.Sorted(maps.Keys(s.Claims)) {
		rows = append(rows, []string{code(from), code(s.Claims[from])})
	}
	p.table([]string{"claim of the provider", "OpenID Connect"}, rows)
}

// failures lists how errors are read that the standards do not explain.
func (s subject) failures(p *page) {
	var rows [][]string
	for _, rule := range s.Failures.Rules {
		status := ""
		if rule.Status != 0 {
			status = strconv.Itoa(rule.Status)
		}
		rows = append(rows, []string{cmp.Or(rule.At, "anywhere"), meaning(rule.Means), status, codes(rule.Codes)})
	}
	p.table([]string{"an error at", "is read as", "status", "code"}, rows)
}

func meaning(means string) string {
	return cmp.Or(map[string]string{
		catalog.MeansDenied:   "the person said no",
		catalog.MeansRevoked:  "the permission is over",
		catalog.MeansLater:    "try again later",
		catalog.MeansOperator: "the operator's registration is wrong",
		catalog.MeansRole:     "the person may not allow it",
		catalog.MeansPlan:     "the customer's plan lacks it",
	}[means], means)
}

func authentication(name string) string {
	return cmp.Or(map[string]string{
		catalog.Basic:         "HTTP Basic",
		catalog.Post:          "id and secret in the body",
		catalog.SecretOnly:    "secret in the body, no id",
		catalog.PrivateKeyJWT: "signed assertion (RFC 7523)",
		catalog.None:          "none: a public client",
	}[name], name)
}

func orNothing(name string) string {
	if name == "" {
		return ""
	}
	return authentication(name)
}

func parameters(params map[string]string) string {
	var shown []string
	for _, name := range slices.Sorted(maps.Keys(params)) {
		shown = append(shown, name+"="+params[name])
	}
	return codes(shown)
}

func kept(list []catalog.Kept) string {
	var names []string
	for _, k := range list {
		names = append(names, k.Name)
	}
	return codes(names)
}

func expiry(e *catalog.Expiry) string {
	if e == nil {
		return ""
	}
	form := map[string]string{
		catalog.ExpirySeconds: "seconds from now", catalog.ExpiryUnix: "Unix time", catalog.ExpiryISO: "RFC 3339 time",
	}[e.Form]
	return code(e.Field) + ", " + form
}

func call(c catalog.Call) string {
	method := c.Method
	if method == "" {
		method = "GET"
		if len(c.Params) > 0 && (c.Format == catalog.FormatForm || c.Format == catalog.FormatJSON) {
			method = "POST"
		}
	}
	text := code(method) + " " + code(c.URL)
	if names := slices.Sorted(maps.Keys(c.Params)); len(names) > 0 {
		text += " with " + codes(names)
	}
	return text
}

func path(items string) string {
	if items == "" {
		return ""
	}
	return " at " + code(items)
}

// pages says how a list goes on.
func pages(p *catalog.Pages) string {
	switch {
	case p == nil:
		return ""
	case p.Link != "":
		return ", and on at the URL at " + code(p.Link)
	case p.Header:
		return ", and on at the URL of the header `Link`"
	case p.Count != "":
		return ", in as many pages as " + code(p.Count) + " says"
	}
	return ", in pages as long as there is " + code(p.More)
}

// told says how the provider's notices come.
func told(n *catalog.Notices) string {
	switch {
	case n == nil:
		return ""
	case n.Landing != "":
		return "by sending the customer's browser, with the organization in " + code(n.Landing) + "; not signed"
	}
	return codes(n.Events) + " at " + code(n.Event) + ", the organization at " + code(n.Tenant) + ", signed in the header " + code(n.Signature.Header)
}

func conditions(where map[string]string) string {
	var shown []string
	for _, name := range slices.Sorted(maps.Keys(where)) {
		shown = append(shown, name+" = "+where[name])
	}
	return codes(shown)
}
