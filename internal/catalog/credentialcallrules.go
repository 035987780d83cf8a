package catalog

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// callRules checks the calls of one probe in their order.
type callRules struct {
	*document
	fields map[string]Field
	kept   map[string]ProbeKeep // by the calls so far
	setup  []SetupField
	used   bool // a field was used
}

func (c *callRules) check(place at, call *ProbeCall) {
	for _, t := range call.texts(place) {
		c.checkVariables(t)
	}
	c.checkURL(place.with("url"), call.URL)
	c.checkHeaders(place, call)
	bodies := 0
	for _, has := range []bool{call.Form != nil, call.JSON != nil, call.XML != nil} {
		if has {
			bodies++
		}
	}
	switch {
	case bodies > 1:
		c.faultf(place, "can have only one of form, json and xml")
	case bodies == 1 && call.Method == "GET":
		c.faultf(place.with("method"), "cannot be GET beside a body")
	}
	if call.XML != nil {
		if err := call.XML.check(); err != nil {
			c.faultf(place.with("xml"), "%s", err)
		}
	}
	for i, condition := range call.Expect {
		c.checkMatches(place.with("expect").with(strconv.Itoa(i)), condition)
	}
	for i, row := range call.Errors {
		c.checkErrorRow(place.with("errors").with(strconv.Itoa(i)), row)
	}
	for _, name := range slices.Sorted(maps.Keys(call.Keep)) {
		keep := call.Keep[name]
		if keep.Pattern != "" && keep.whole == nil {
			c.faultf(place.with("keep").with(name).with("pattern"), "is not an RE2 expression")
		}
		if place.kind() == "credentials.probe" {
			c.faultf(place.with("keep").with(name), "is for calls that others follow")
		}
		c.kept[name] = keep
	}
}

func (c *callRules) checkErrorRow(place at, row ProbeError) {
	c.checkMatches(place, row.Condition)
	switch {
	case row.Path == "" && !row.Any():
		c.faultf(place, "needs a path for what it compares")
	case row.Path == "" && row.Status == 0:
		c.faultf(place, "needs a status, a path or both")
	}
}

func (c *callRules) checkMatches(place at, condition Condition) {
	if condition.Matches != "" && condition.whole == nil {
		c.faultf(place.with("matches"), "is not an RE2 expression")
	}
}

// checkVariables wants every variable of a text to have a value by then.
func (c *callRules) checkVariables(t template) {
	for _, found := range variable.FindAllStringSubmatch(t.text, -1) {
		prefix, name, _ := strings.Cut(found[1], ".")
		_, field := c.fields[name]
		_, kept := c.kept[name]
		switch {
		case operatorVariable(found[1]): // Lint does not fill these in
		case prefix == "field" && field:
			c.used = true
		case prefix == "field":
			c.faultf(t.place, "uses %s, which is not a field", found[0])
		case prefix == "kept" && !kept:
			c.faultf(t.place, "uses %s, which no call before keeps", found[0])
		case prefix == "setup":
			c.checkSetup(t.place, found[0], name)
		}
	}
}

func (c *callRules) checkSetup(place at, whole, name string) {
	switch i := slices.IndexFunc(c.setup, func(f SetupField) bool { return f.Name == name }); {
	case i < 0:
		c.faultf(place, "uses %s, which the file does not declare", whole)
	case c.setup[i].Optional:
		c.faultf(place, "uses %s, which is optional: there may be nothing to send", whole)
	}
}

func (c *callRules) checkHeaders(place at, call *ProbeCall) {
	authorizations := 0
	for _, name := range slices.Sorted(maps.Keys(call.Headers)) {
		if ownHeader(name) {
			c.faultf(place.with("headers").with(name), "belongs to the connection and cannot be set")
		}
		if strings.EqualFold(name, "Authorization") {
			authorizations++
		}
	}
	if call.Basic != nil {
		authorizations++
	}
	if call.Bearer != "" {
		authorizations++
	}
	if authorizations > 1 {
		c.faultf(place, "can have only one of basic, bearer and an Authorization header")
	}
}

// hostSuffix is a suffix that leaves the registered domain to the catalog, such
// as ".shops.example".
var hostSuffix = regexp.MustCompile(`^(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?){2,}$`)

// checkURL keeps customers and answers from choosing the host of a request of
// ours, unless the file says which hosts they may choose.
func (c *callRules) checkURL(place at, text string) {
	if front := variable.FindString(text); front != "" && strings.HasPrefix(text, front) && !operatorVariable(front[2:len(front)-1]) {
		c.checkFront(place, front, text)
		return
	}
	if fault := urlFault(text); fault != "" {
		c.faultf(place, "%s", fault)
		return
	}
	scheme, host, rest := SplitHost(text)
	for _, found := range variable.FindAllStringSubmatch(host, -1) {
		prefix, name, _ := strings.Cut(found[1], ".")
		f := c.fields[name]
		switch {
		case prefix == "kept" || prefix == "setup":
			c.faultf(place, "can hold %s in front of all or after the host", found[0])
		case prefix != "field" || f.Name == "": // reported already
		case f.Secret || f.Optional:
			c.faultf(place, "cannot hold a secret or optional field in its host")
		case f.HostPattern == "" && !hostSuffix.MatchString(f.Suffix):
			c.faultf(place, "can hold %s in its host only with a hostPattern, or with a suffix such as .shops.example", found[0])
		case f.HostPattern == "" && !strings.HasSuffix(host, found[0]):
			c.faultf(place, "needs %s at the end of its host", found[0])
		case scheme != "https://":
			c.faultf(place, "must be https, because customers choose the host")
		}
	}
	c.checkPath(place, rest)
}

// checkFront is checkURL for a URL that begins with a variable.
func (c *callRules) checkFront(place at, front, text string) {
	prefix, name, _ := strings.Cut(front[2:len(front)-1], ".")
	rest := strings.TrimPrefix(text, front)
	switch {
	case prefix == "field" && c.fields[name].Format != FormatAddress:
		c.faultf(place, "must be an absolute http or https URL")
	case prefix == "kept" && c.kept[name].Pattern == "":
		c.faultf(place, "can begin with %s only if what is kept has a pattern", front)
	case prefix != "field" && prefix != "kept":
		c.faultf(place, "must be an absolute http or https URL")
	case rest != "" && rest[0] != '/' && rest[0] != '?', strings.Contains(rest, "#"):
		c.faultf(place, "needs a path or a query after %s", front)
	}
	c.checkPath(place, rest)
}

func (c *callRules) checkPath(place at, rest string) {
	path, _, _ := strings.Cut(rest, "?")
	for _, name := range ProbeVariables(path) {
		if c.fields[strings.TrimPrefix(name, "field.")].Optional {
			c.faultf(place, "cannot hold an optional field in its path")
		}
	}
}

// checkIdentity looks at what says whose credentials they are.
func (c *callRules) checkIdentity(p Probe) {
	place := at{"credentials", "probe"}
	texts := []template{{place.with("companyName"), p.CompanyName}, {place.with("tenantId"), p.TenantID}}
	if p.Tenants != nil {
		texts = append(texts, template{place.with("tenants").with("within"), p.Tenants.Within})
		if p.TenantID != "" || p.CompanyName != "" {
			c.faultf(place.with("tenants"), "cannot stand beside companyName and tenantId")
		}
	}
	for _, t := range texts {
		c.checkVariables(t)
		for _, found := range variable.FindAllStringSubmatch(t.text, -1) {
			prefix, name, _ := strings.Cut(found[1], ".")
			if prefix == "setup" || c.fields[name].Secret && prefix == "field" {
				c.faultf(t.place, "cannot hold a secret")
			}
		}
	}
}
