package catalog

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Classes of variables: which prefixes may stand in a field. Each is known a
// step later than the one before.
var (
	duringAuthorize = []string{"input", "row", "setup", "client"}
	duringToken     = append(slices.Clone(duringAuthorize), "callback")
	duringRefresh   = append(slices.Clone(duringToken), "token")
	duringCalls     = append(slices.Clone(duringRefresh), "claim", "grant")
	withPage        = append(slices.Clone(duringCalls), "page")
	withEach        = append(slices.Clone(withPage), "each")
	withTenant      = append(slices.Clone(duringCalls), "tenant")
	inCredentials   = []string{"field", "kept", "setup"}
	inGuides        = []string{"company", "client", "setup"}
)

// runtime says which variables a field may hold that get their values later;
// nil for none. field is a place without indexes.
func runtime(field string) []string {
	exact := map[string][]string{
		"oauth.authorizeUrl": duringAuthorize, "oauth.scopes": duringAuthorize,
		"oauth.tokenUrl": duringToken, "oauth.refresh.url": duringRefresh, "oauth.revokeUrl": duringCalls, "oauth.userinfoUrl": duringCalls,
		"tenants.url": withEach, "tenants.otherwise": withEach, "tenants.within": withTenant, "tenants.beside": withTenant, "tenant.id": duringCalls, "tenant.name": duringCalls,
		"company.url": withTenant, "disconnect.url": withTenant, "api.authorization": withTenant,
		"api.url":                  append(slices.Clone(withTenant), "field", "kept"), // the latter with credentials, which have rules of their own
		"rows.url":                 {"setup", "client"},
		"notices.signature.signed": {"notice"}, "notices.signature.key": {"setup", "client"},
		"before.body": inGuides, "before.copies.value": inGuides, "after.body": inGuides, "after.copies.value": inGuides,
	}
	if allowed, known := exact[field]; known {
		return allowed
	}
	for _, below := range []struct {
		prefix  string
		allowed []string
	}{
		{"oauth.authorizeParams.", duringAuthorize}, {"oauth.tokenParams.", duringToken}, {"oauth.refreshParams.", duringRefresh},
		{"oauth.revoke.", duringCalls}, {"tenants.each.", withPage}, {"tenants.params.", withEach}, {"tenants.headers.", withEach},
		{"company.", withTenant}, {"disconnect.", withTenant}, {"api.headers.", withTenant}, {"api.logins.", withTenant}, {"credentials.prepare.", inCredentials}, {"credentials.probe.", inCredentials},
	} {
		if strings.HasPrefix(field, below.prefix) {
			return below.allowed
		}
	}
	return nil
}

// secretive fields are redacted wherever they are printed; only they may hold
// secrets of the operator and tokens.
func secretive(field string) bool {
	return field == "api.authorization" || field == "notices.signature.key" || strings.HasPrefix(field, "api.headers.") || strings.HasPrefix(field, "api.logins.") ||
		strings.Contains(field, ".params.") || strings.Contains(field, ".headers.") || strings.HasPrefix(field, "credentials.")
}

// declared returns the full names of the variables that the file itself
// declares, each with what keeps its value from being anything.
func (in Integration) declared() map[string]bounds {
	all := map[string]bounds{"client.id": {}, "client.secret": {secret: true}, "client.name": {}, "company.id": {}, "company.name": {},
		"tenant.id": {}, "page.number": {}, NoticeURL: {}, NoticeBody: {}, NoticeTime: {}, "grant.accessToken": {secret: true}, "grant.refreshToken": {secret: true}}
	for _, f := range in.Inputs {
		b := bounds{host: f.HostPattern != "" || hostSuffix.MatchString(f.Suffix), secret: f.Secret}
		all["input."+f.Name] = b
		for _, o := range f.Options {
			for name := range o.Set {
				all["input."+f.Name+"."+name] = bounds{host: true, origin: true}
			}
		}
		if len(f.Options) > 0 {
			all["input."+f.Name] = bounds{host: true, origin: true, secret: f.Secret}
		}
	}
	if in.Rows != nil {
		all["row.id"] = bounds{}
	}
	for _, f := range in.Setup.Fields {
		all["setup."+f.Name] = bounds{secret: f.Secret, host: true}
	}
	for prefix, list := range map[string][]Kept{"callback.": in.Keep.Callback, "token.": in.Keep.Token, "claim.": in.Keep.Claims} {
		for _, k := range list {
			all[prefix+k.Name] = bounds{host: len(k.OneOf) > 0 || k.Pattern != "", origin: len(k.OneOf) > 0}
		}
	}
	if in.Tenants != nil {
		for name := range in.Tenants.Keep {
			all["tenant."+name] = bounds{}
		}
		if in.Tenants.Each != nil {
			for name := range in.Tenants.Each.Keep {
				all["each."+name] = bounds{}
				all["tenant."+name] = bounds{} // what led to the tenant belongs to it
			}
		}
	}
	return all
}

// bounds say what a variable's value can be.
type bounds struct {
	host   bool // only what may stand in a host
	origin bool // only what may stand in front of a URL
	secret bool
}

// checkTemplates adds a fault for every variable that is not declared, known
// only later, or not safe where it stands.
func (d *document) checkTemplates(in Integration) {
	declared := in.declared()
	for _, t := range d.templates(nil, d.root) {
		field := t.place.kind()
		if strings.HasPrefix(field, "credentials.") || field == "api.url" && in.UsesCredentials() { // have rules of their own
			continue
		}
		for _, found := range variable.FindAllStringSubmatch(t.text, -1) {
			if operatorVariable(found[1]) {
				continue
			}
			b, known := declared[found[1]]
			switch {
			case !known:
				d.faultf(t.place, "uses %s, which the file does not declare", found[0])
			case b.secret && !secretive(field):
				d.faultf(t.place, "cannot hold a secret")
			}
		}
		if strings.HasSuffix(strings.ToLower(field), "url") || field == "tenants.otherwise" {
			d.checkOrigin(t, declared)
		}
	}
}

// checkOrigin keeps values from outside from choosing the host of a request of
// ours, unless the file says which hosts they may choose.
func (d *document) checkOrigin(t template, declared map[string]bounds) {
	if front := variable.FindString(t.text); front != "" && strings.HasPrefix(t.text, front) {
		b, known := declared[front[2:len(front)-1]]
		rest := strings.TrimPrefix(t.text, front)
		switch {
		case !known: // the server's, or reported already
		case !b.origin:
			d.faultf(t.place, "can begin with %s only if the file lists its values", front)
		case rest != "" && rest[0] != '/' && rest[0] != '?': // it would become part of the host
			d.faultf(t.place, "needs a path or a query after %s", front)
		}
		return
	}
	scheme, host, _ := SplitHost(t.text)
	for _, found := range variable.FindAllStringSubmatch(host, -1) {
		b, known := declared[found[1]]
		switch {
		case !known: // the server's, or reported already
		case !b.host:
			d.faultf(t.place, "can hold %s in its host only if the file bounds its values", found[0])
		case scheme != "https://":
			d.faultf(t.place, "must be https, because its host is chosen")
		}
	}
}

// templates returns every text of a document that holds a variable.
func (d *document) templates(p at, value any) []template {
	var all []template
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			all = append(all, d.templates(p.with(name), v[name])...)
		}
	case []any:
		for i, item := range v {
			all = append(all, d.templates(p.with(strconv.Itoa(i)), item)...)
		}
	case string:
		if strings.Contains(v, "${") {
			all = append(all, template{p, v})
		}
	}
	return all
}
