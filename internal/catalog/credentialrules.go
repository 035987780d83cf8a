package catalog

import (
	"regexp"
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
		d.checkCredentials(in)
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

func (d *document) checkCredentials(in Integration) {
	known := map[string]Field{}
	for i, f := range in.Credentials.Fields {
		place := at{"credentials", "fields", strconv.Itoa(i)}
		if _, twice := known[f.Name]; twice {
			d.faultf(place.with("name"), "is the same as that of another field")
		}
		known[f.Name] = f
		d.checkField(place, f)
	}
	c := &callRules{document: d, fields: known, kept: map[string]ProbeKeep{}, setup: in.Setup.Fields}
	calls := in.Credentials.Calls()
	for i, call := range calls {
		place := at{"credentials", "prepare", strconv.Itoa(i)}
		if i == len(calls)-1 {
			place = at{"credentials", "probe"}
		}
		c.check(place, call)
	}
	c.checkIdentity(in.Credentials.Probe)
	if in.API.URL != "" {
		c.checkVariables(template{at{"api", "url"}, in.API.URL})
		c.checkURL(at{"api", "url"}, in.API.URL)
		for _, name := range ProbeVariables(in.API.URL) {
			if known[strings.TrimPrefix(name, "field.")].Secret {
				c.faultf(at{"api", "url"}, "cannot hold a secret")
			}
		}
	}
	root, _ := d.root.(map[string]any)
	for _, t := range d.templates(at{"credentials"}, root["credentials"]) {
		if field := t.place.kind(); !strings.HasPrefix(field, "credentials.fields.") && !probeText.MatchString(field) {
			d.faultf(t.place, "cannot hold variables")
		}
	}
	if !c.used {
		d.faultf(at{"credentials", "probe"}, "uses no field, so it would accept anything")
	}
}

// probeText matches the places of a probe that may hold variables.
var probeText = regexp.MustCompile(`^credentials\.(prepare|probe)\.(url|bearer|xml|companyName|tenantId|tenants\.within|(headers|basic|form)\..+|json(\..+)?)$`)

func (d *document) checkField(place at, f Field) {
	for _, pattern := range []struct {
		name, text string
		compiled   *regexp.Regexp
	}{{"pattern", f.Pattern, f.typed}, {"hostPattern", f.HostPattern, f.whole}, {"extract", f.Extract, f.extract}} {
		if pattern.text != "" && pattern.compiled == nil {
			d.faultf(place.with(pattern.name), "is not an RE2 expression")
		}
	}
	if f.extract != nil && f.extract.NumSubexp() != 1 {
		d.faultf(place.with("extract"), "must have exactly one group")
	}
	if f.Format == FormatAddress && (f.Prefix != "" || f.Suffix != "" || f.Secret || f.Optional) {
		d.faultf(place.with("format"), "cannot be an address for a field that is secret or optional or has a prefix or suffix")
	}
	if fault := urlFault(f.Docs); f.Docs != "" && fault != "" {
		d.faultf(place.with("docs"), "%s", fault)
	}
}

// template is one text of a file and where it stands.
type template struct {
	place at
	text  string
}
