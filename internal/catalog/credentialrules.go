package catalog

import (
	"maps"
	"net/textproto"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Headers that belong to the connection; a file that set them could make a
// request be read in two ways.
var connectionHeaders = []string{"Host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Te", "Trailer",
	"Keep-Alive", "Expect", "Accept-Encoding", "Proxy-Authorization", "Proxy-Connection"}

// checkKind wants exactly one of oauth and credentials, and what belongs to one
// of them only there.
func (d *document) checkKind(in Integration) {
	fields, _ := d.root.(map[string]any)
	_, oauth := fields["oauth"]
	switch {
	case !oauth && in.Credentials == nil:
		d.faultf(nil, `needs "oauth" or "credentials"`)
	case oauth && in.Credentials != nil:
		d.faultf(at{"credentials"}, "cannot stand beside oauth")
	case oauth:
		d.checkOAuth(in.OAuth)
	default:
		for _, name := range []string{"tenants", "company", "claims"} {
			if _, said := fields[name]; said {
				d.faultf(at{name}, "is for oauth; a probe has companyName and tenantId")
			}
		}
		d.checkCredentials(*in.Credentials)
	}
}

func (d *document) checkGuides(in Integration) {
	seen := map[string]bool{}
	for _, guide := range []struct {
		name  string
		steps []GuideStep
	}{{"before", in.Before}, {"after", in.After}} {
		for i, step := range guide.steps {
			place := at{guide.name, strconv.Itoa(i)}
			if seen[step.ID] {
				d.faultf(place.with("id"), "is the same as that of another step")
			}
			seen[step.ID] = true
			if step.Link == nil {
				continue
			}
			if fault := urlFault(step.Link.URL); fault != "" {
				d.faultf(place.with("link").with("url"), "%s", fault)
			}
		}
	}
}

func (d *document) checkCredentials(c Credentials) {
	fields := map[string]Field{}
	for i, f := range c.Fields {
		place := at{"credentials", "fields", strconv.Itoa(i)}
		if _, twice := fields[f.Name]; twice {
			d.faultf(place.with("name"), "is the same as that of another field")
		}
		fields[f.Name] = f
		for _, pattern := range []struct {
			name, text string
			compiled   *regexp.Regexp
		}{{"pattern", f.Pattern, f.typed}, {"hostPattern", f.HostPattern, f.whole}} {
			if pattern.text != "" && pattern.compiled == nil {
				d.faultf(place.with(pattern.name), "is not an RE2 expression")
			}
		}
		if fault := urlFault(f.Docs); f.Docs != "" && fault != "" {
			d.faultf(place.with("docs"), "%s", fault)
		}
	}
	d.checkProbe(c.Probe, fields)
}

// template is one text of a probe and where it stands.
type template struct {
	place at
	text  string
}

func (p Probe) templates() []template {
	place := at{"credentials", "probe"}
	all := []template{{place.with("url"), p.URL}, {place.with("bearer"), p.Bearer.Reveal()}}
	for _, name := range slices.Sorted(maps.Keys(p.Headers)) {
		all = append(all, template{place.with("headers").with(name), p.Headers[name].Reveal()})
	}
	if p.Basic != nil {
		basic := place.with("basic")
		all = append(all, template{basic.with("username"), p.Basic.Username.Reveal()}, template{basic.with("password"), p.Basic.Password.Reveal()})
	}
	return all
}

func (d *document) checkProbe(p Probe, fields map[string]Field) {
	place := at{"credentials", "probe"}
	used := false
	for _, t := range p.templates() {
		for _, found := range fieldVariable.FindAllStringSubmatch(t.text, -1) {
			used = true
			if _, known := fields[found[1]]; !known {
				d.faultf(t.place, "uses %s, which is not a field", found[0])
			}
		}
	}
	if !used {
		d.faultf(place, "uses no field, so it would accept anything")
	}
	d.checkProbeURL(place.with("url"), p.URL, fields)
	authorizations := 0
	for _, name := range slices.Sorted(maps.Keys(p.Headers)) {
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		if slices.Contains(connectionHeaders, canonical) {
			d.faultf(place.with("headers").with(name), "belongs to the connection and cannot be set")
		}
		if canonical == "Authorization" {
			authorizations++
		}
	}
	if p.Basic != nil {
		authorizations++
	}
	if p.Bearer != "" {
		authorizations++
	}
	if authorizations > 1 {
		d.faultf(place, "can have only one of basic, bearer and an Authorization header")
	}
}

// hostSuffix is a suffix that leaves the registered domain to the catalog, such
// as ".shops.example".
var hostSuffix = regexp.MustCompile(`^(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?){2,}$`)

// checkProbeURL keeps customers from choosing the host of a request of ours,
// unless the file says which hosts they may choose.
func (d *document) checkProbeURL(place at, text string, fields map[string]Field) {
	if strings.HasPrefix(text, "${field.") {
		d.faultf(place, "must be an absolute http or https URL")
		return
	}
	if fault := urlFault(text); fault != "" {
		d.faultf(place, "%s", fault)
		return
	}
	scheme, host, rest := SplitHost(text)
	for _, found := range fieldVariable.FindAllStringSubmatch(host, -1) {
		f := fields[found[1]]
		switch {
		case f.Name == "": // reported already
		case f.Secret || f.Optional:
			d.faultf(place, "cannot hold a secret or optional field in its host")
		case f.HostPattern == "" && !hostSuffix.MatchString(f.Suffix):
			d.faultf(place, "can hold %s in its host only with a hostPattern, or with a suffix such as .shops.example", found[0])
		case f.HostPattern == "" && !strings.HasSuffix(host, found[0]):
			d.faultf(place, "needs %s at the end of its host", found[0])
		case scheme != "https://":
			d.faultf(place, "must be https, because customers choose the host")
		}
	}
	path, _, _ := strings.Cut(rest, "?")
	for _, found := range fieldVariable.FindAllStringSubmatch(path, -1) {
		if fields[found[1]].Optional {
			d.faultf(place, "cannot hold an optional field in its path")
		}
	}
}
