package catalog

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// ProbeCall is one request with what the customer typed. URL, Headers, Basic,
// Bearer, Form, JSON and XML may hold ${field.NAME}, which stands for the whole
// value of a field: prefix, what was typed, suffix; ${kept.NAME}, which an
// earlier call kept; and ${setup.NAME} of the operator's.
type ProbeCall struct {
	// Method is GET or POST; POST for a call with a body, else GET, when the
	// file is silent.
	Method string `json:"method"`
	URL    string `json:"url"`
	// Headers can hold keys of the operator's, so they do not print.
	Headers map[string]Secret `json:"headers"`
	// Basic is HTTP Basic authentication (RFC 7617), nil for none.
	Basic *BasicAuth `json:"basic"`
	// Bearer is a bearer token (RFC 6750), "" for none.
	Bearer Secret `json:"bearer"`
	// Form, JSON and XML are the body, at most one of them.
	Form map[string]Secret `json:"form"`
	JSON *Tree             `json:"json"`
	XML  *XMLText          `json:"xml"`
	// Answer is AnswerJSON or AnswerXML: how to read the answer. XML for a call
	// with an XML body, else JSON, when the file is silent.
	Answer string `json:"answer"`
	// Status is what the answer must be; 200 when the file is silent.
	Status int `json:"status"`
	// Expect are conditions that a right answer meets, all of them.
	Expect []Condition `json:"expect"`
	// Errors say what wrong answers mean; the first row that fits counts, also
	// for an answer with the wanted status.
	Errors []ProbeError `json:"errors"`
	// Keep are values of the answer for the calls after this one, by name.
	Keep map[string]ProbeKeep `json:"keep"`
}

// Probe is the last call: its answer says whose credentials they are.
type Probe struct {
	ProbeCall
	// CompanyName and TenantID are dotted paths in the answer: to the name of
	// the business, and to what identifies it for good. One that holds a
	// variable is a text instead, for providers that do not say. Each may be "".
	CompanyName string `json:"companyName"`
	TenantID    string `json:"tenantId"`
	// Tenants lists the businesses to choose from; nil when the credentials are
	// of exactly one.
	Tenants *ProbeTenants `json:"tenants"`
}

// ProbeTenants says where the answer of a Probe lists businesses.
type ProbeTenants struct {
	// Items is the dotted path to them.
	Items string `json:"items"`
	// ID and Name are dotted paths within one item; an empty Name means that
	// the id is shown.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Within is a text of fields that stands in front of each id, with a slash
	// between, where ids are unique within something only.
	Within string `json:"within"`
	// Multiple allows to connect several of them at once.
	Multiple bool `json:"multiple"`
}

// BasicAuth holds templates for HTTP Basic authentication.
type BasicAuth struct {
	Username Secret `json:"username"`
	Password Secret `json:"password"`
}

// The values of ProbeCall.Answer.
const (
	AnswerJSON = "json"
	AnswerXML  = "xml"
)

// Condition is about the texts and numbers at a dotted path of an answer. In an
// array, a number picks one item and a name asks all of them. A condition with
// nothing but a path wants something to be there.
type Condition struct {
	Path string `json:"path"`
	// Equals and OneOf are what the value may be, Matches an RE2 expression for
	// all of it; "" and empty for anything.
	Equals  string   `json:"equals"`
	OneOf   []string `json:"oneOf"`
	Matches string   `json:"matches"`

	whole *regexp.Regexp // Matches, compiled
}

// Accepts says whether one value is as the condition wants it.
func (c Condition) Accepts(value string) bool {
	return (c.Equals == "" || value == c.Equals) && (len(c.OneOf) == 0 || slices.Contains(c.OneOf, value)) &&
		(c.whole == nil || c.whole.MatchString(value))
}

// Any says whether the condition accepts whatever is there.
func (c Condition) Any() bool { return c.Equals == "" && len(c.OneOf) == 0 && c.Matches == "" }

// ProbeError is one row of how to read a wrong answer: it fits when its status
// is that of the answer, or 0, and one of the values at its path, if it has
// one, is accepted.
type ProbeError struct {
	Condition
	Status int    `json:"status"`
	Means  string `json:"means"`
}

// The values of ProbeError.Means that a Failure has not; it shares MeansLater
// and MeansOperator.
const (
	MeansRefused    = "refused"    // what was typed is not right
	MeansPermission = "permission" // it is right, but may not read enough
)

// ProbeKeep is one value of an answer to keep. In a file it may be just the
// path.
type ProbeKeep struct {
	Path string `json:"path"`
	// Pattern is an RE2 expression for all of the value. Only a value with one
	// can stand in front of a URL.
	Pattern string `json:"pattern"`

	whole *regexp.Regexp // Pattern, compiled
}

// UnmarshalJSON reads a path or an object.
func (k *ProbeKeep) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte(`"`)) {
		return json.Unmarshal(text, &k.Path)
	}
	type plain ProbeKeep
	return json.Unmarshal(text, (*plain)(k))
}

// maxProbeKeep bounds a kept value, in bytes.
const maxProbeKeep = 4096

// Accepts says whether a value is one to keep: a single line that is not
// empty, as the file describes it.
func (k ProbeKeep) Accepts(value string) bool {
	return value != "" && len(value) <= maxProbeKeep && !strings.ContainsFunc(value, isControl) &&
		(k.whole == nil || k.whole.MatchString(value))
}

// ListsSeveral says whether several of the businesses that the credentials reach
// may be connected at once.
func (c *Credentials) ListsSeveral() bool {
	return c != nil && c.Probe.Tenants != nil && c.Probe.Tenants.Multiple
}

// Calls returns the calls in the order in which they are made, Probe last.
func (c *Credentials) Calls() []*ProbeCall {
	calls := make([]*ProbeCall, 0, len(c.Prepare)+1)
	for i := range c.Prepare {
		calls = append(calls, &c.Prepare[i])
	}
	return append(calls, &c.Probe.ProbeCall)
}

// complete sets the defaults and compiles the expressions. One that does not
// compile is left out; the rules report it.
func (p *ProbeCall) complete() {
	if p.Status == 0 {
		p.Status = 200
	}
	body := p.Form != nil || p.JSON != nil || p.XML != nil
	if p.Method == "" {
		p.Method = map[bool]string{true: "POST", false: "GET"}[body]
	}
	if p.Answer == "" {
		p.Answer = map[bool]string{true: AnswerXML, false: AnswerJSON}[p.XML != nil]
	}
	for i := range p.Expect {
		p.Expect[i].whole = anchored(p.Expect[i].Matches)
	}
	for i := range p.Errors {
		p.Errors[i].whole = anchored(p.Errors[i].Matches)
	}
	for name, keep := range p.Keep {
		keep.whole = anchored(keep.Pattern)
		p.Keep[name] = keep
	}
}

// probeVariable finds the variables of a probe. Those of the operator's setup
// have been filled in before it is made.
var probeVariable = regexp.MustCompile(`\$\{((?:field|kept)\.[a-z][A-Za-z0-9]{0,39})\}`)

// FillProbe replaces ${field.NAME} and ${kept.NAME} in a template of a probe by
// form(value); values has them by "field.NAME" and "kept.NAME". They are put in
// as they are: one that looks like a variable stays text.
func FillProbe(template string, values map[string]string, form func(string) string) string {
	return probeVariable.ReplaceAllStringFunc(template, func(whole string) string {
		return form(values[whole[2:len(whole)-1]])
	})
}

// ProbeVariables returns the names of the variables in a template of a probe,
// such as "field.store", in their order.
func ProbeVariables(template string) []string {
	var names []string
	for _, found := range probeVariable.FindAllStringSubmatch(template, -1) {
		names = append(names, found[1])
	}
	return names
}

// SplitHost cuts the URL of a Probe into scheme with "://", host with port, and
// the rest, each still a template.
func SplitHost(url string) (scheme, host, rest string) {
	scheme, after, found := strings.Cut(url, "://")
	if !found {
		return "", "", url
	}
	end := strings.IndexAny(after, "/?")
	if end < 0 {
		end = len(after)
	}
	return scheme + "://", after[:end], after[end:]
}

// texts returns what may hold variables in a call, by place.
func (p *ProbeCall) texts(place at) []template {
	all := []template{{place.with("url"), p.URL}, {place.with("bearer"), p.Bearer.Reveal()}}
	for _, group := range []struct {
		name  string
		texts map[string]Secret
	}{{"headers", p.Headers}, {"form", p.Form}} {
		for _, name := range slices.Sorted(maps.Keys(group.texts)) {
			all = append(all, template{place.with(group.name).with(name), group.texts[name].Reveal()})
		}
	}
	if p.Basic != nil {
		basic := place.with("basic")
		all = append(all, template{basic.with("username"), p.Basic.Username.Reveal()}, template{basic.with("password"), p.Basic.Password.Reveal()})
	}
	if p.JSON != nil {
		for _, text := range p.JSON.texts(nil) {
			all = append(all, template{place.with("json"), text})
		}
	}
	if p.XML != nil {
		for _, part := range p.XML.Parts {
			all = append(all, template{place.with("xml"), part.Variable.Reveal()})
		}
	}
	return all
}
