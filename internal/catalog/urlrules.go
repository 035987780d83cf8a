package catalog

import (
	"maps"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// checkURLs adds a fault for every URL that is none.
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
	check(at{"oauth", "refresh", "url"}, o.Refresh.URL)
	check(at{"setup", "console"}, in.Setup.Console)
	for i, f := range in.Inputs {
		check(at{"inputs", strconv.Itoa(i), "docs"}, f.Docs)
	}
	if in.Rows != nil {
		check(at{"rows", "url"}, in.Rows.URL)
	}
	if in.Tenants != nil {
		check(at{"tenants", "otherwise"}, in.Tenants.Otherwise)
	}
	d.checkBase(in)
	for _, call := range in.calls() {
		check(call.place.with("url"), call.URL)
	}
}

// checkBase adds a fault for a base of proxied requests that nothing could
// follow.
func (d *document) checkBase(in Integration) {
	place := at{"api", "url"}
	base, query, asked := strings.Cut(in.API.URL, "?")
	if !in.UsesCredentials() { // a field that is an address may stand in front of all
		if fault := urlFault(in.API.URL); in.API.URL != "" && fault != "" {
			d.faultf(place, "%s", fault)
		}
	}
	if strings.HasSuffix(base, "/") {
		d.faultf(place, "cannot end with a slash")
	}
	if _, err := url.ParseQuery(variable.ReplaceAllString(query, "x")); asked && (query == "" || err != nil) {
		d.faultf(place, "has a query that is none")
	}
	if in.UsesCredentials() {
		root, _ := d.root.(map[string]any)
		said, _ := root["api"].(map[string]any)
		for _, name := range []string{"authorization", "headers", "logins"} {
			if _, there := said[name]; there {
				d.faultf(at{"api", name}, "is for oauth; with credentials, requests carry what the probe carries")
			}
		}
	}
}

// placedCall is a Call and where it stands.
type placedCall struct {
	place at
	Call
}

func (in Integration) calls() []placedCall {
	var all []placedCall
	add := func(call *Call, place ...string) {
		if call != nil {
			all = append(all, placedCall{at(place), *call})
		}
	}
	add(in.OAuth.Revoke, "oauth", "revoke")
	add(in.Disconnect, "disconnect")
	if in.Tenants != nil {
		add(&in.Tenants.Call, "tenants")
		if in.Tenants.Each != nil {
			add(&in.Tenants.Each.Call, "tenants", "each")
		}
	}
	if in.Company != nil {
		add(&in.Company.Call, "company")
	}
	return all
}

// ownHeader says that a header belongs to the connection.
func ownHeader(name string) bool {
	return slices.Contains(connectionHeaders, textproto.CanonicalMIMEHeaderKey(name))
}

// checkTold adds faults for what the parts of an entry say of each other.
func (d *document) checkTold(in Integration) {
	for _, call := range in.calls() {
		for name := range call.Headers {
			if ownHeader(name) {
				d.faultf(call.place.with("headers").with(name), "belongs to the connection and cannot be set")
			}
		}
	}
	for part, names := range map[string][]string{"headers": slices.Collect(maps.Keys(in.API.Headers)), "logins": slices.Collect(maps.Keys(in.API.Logins))} {
		for _, name := range names {
			if ownHeader(name) || strings.EqualFold(name, "Authorization") {
				d.faultf(at{"api", part, name}, "belongs to the connection and cannot be set")
			}
		}
	}
	for _, list := range []struct {
		name string
		kept []Kept
	}{{"callback", in.Keep.Callback}, {"token", in.Keep.Token}, {"claims", in.Keep.Claims}} {
		for i, k := range list.kept {
			place := at{"keep", list.name, strconv.Itoa(i)}
			if k.Pattern != "" && k.whole == nil {
				d.faultf(place.with("pattern"), "is not an RE2 expression")
			}
			if slices.ContainsFunc(list.kept[:i], func(other Kept) bool { return other.Name == k.Name }) {
				d.faultf(place.with("name"), "is the same as that of another one")
			}
		}
	}
	if in.Tenants != nil && strings.Contains(in.Tenants.Within+in.Tenants.Beside, TenantVariable) {
		d.faultf(at{"tenants"}, "cannot hold %s in within or beside, which make it", TenantVariable)
	}
	if in.Tenant != nil && in.Tenants != nil {
		d.faultf(at{"tenant"}, "cannot stand beside tenants")
	}
	d.checkInputs(in)
}

func (d *document) checkInputs(in Integration) {
	seen := map[string]bool{}
	for i, f := range in.Inputs {
		place := at{"inputs", strconv.Itoa(i)}
		if seen[f.Name] {
			d.faultf(place.with("name"), "is the same as that of another field")
		}
		seen[f.Name] = true
		if f.Pattern != "" && f.typed == nil {
			d.faultf(place.with("pattern"), "is not an RE2 expression")
		}
		if f.HostPattern != "" && f.whole == nil {
			d.faultf(place.with("hostPattern"), "is not an RE2 expression")
		}
		if f.Default != "" && (!f.Optional || f.fault(f.Default) != "") {
			d.faultf(place.with("default"), "needs an optional field that accepts it")
		}
	}
	if in.Credentials != nil {
		for i, f := range in.Credentials.Fields {
			if f.Default != "" {
				d.faultf(at{"credentials", "fields", strconv.Itoa(i), "default"}, "is for inputs")
			}
		}
	}
	if per := in.Setup.ClientPer; per != "" && !slices.ContainsFunc(in.Inputs, func(f Field) bool {
		return f.Name == per && len(f.Options) > 0 && !f.Optional
	}) {
		d.faultf(at{"setup", "clientPer"}, "must name an input with options that is not optional")
	}
	if len(in.Inputs) > 0 && in.UsesCredentials() {
		d.faultf(at{"inputs"}, "are for oauth; credentials have fields")
	}
}

// urlFault says what keeps text from being an absolute http(s) URL, or "".
// Variables are still there: those whose values come later, and with Lint all.
func urlFault(text string) string {
	if front := variable.FindString(text); front != "" && strings.HasPrefix(text, front) {
		text = "https://variable.invalid" + strings.TrimPrefix(text, front) // its value decides
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
