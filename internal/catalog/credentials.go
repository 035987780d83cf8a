package catalog

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Credentials says what the customer types and how to find out whether it is
// right (link.md 1.3.7).
type Credentials struct {
	Fields []Field `json:"fields"`
	Probe  Probe   `json:"probe"`
}

// Field is one field of the credentials form.
type Field struct {
	// Name is unique in the form and the key under which the value is kept.
	Name  string `json:"name"`
	Label string `json:"label"`
	Help  string `json:"help"`
	// Placeholder is an example, shown while the field is empty.
	Placeholder string `json:"placeholder"`
	// Docs is where the provider explains the field, "" for nowhere.
	Docs string `json:"docs"`
	// Secret fields are masked and never shown again.
	Secret   bool `json:"secret"`
	Optional bool `json:"optional"`
	// Prefix and Suffix are part of the value but not typed.
	Prefix string `json:"prefix"`
	Suffix string `json:"suffix"`
	// Pattern is an RE2 expression for all of what is typed, "" for anything.
	Pattern string `json:"pattern"`
	// HostPattern is an RE2 expression for the whole value. It lets a field
	// without Suffix stand in the host of the probe's URL.
	HostPattern string `json:"hostPattern"`
	// MaxLength bounds what is typed, in characters; 500 when the file is
	// silent.
	MaxLength int `json:"maxLength"`

	typed, whole *regexp.Regexp // Pattern and HostPattern, compiled
}

// Probe is the GET that shows whether credentials are right. URL, header
// values, Basic and Bearer may hold ${field.NAME}, which stands for the whole
// value of a field: prefix, what was typed, suffix.
type Probe struct {
	URL string `json:"url"`
	// Headers can hold keys of the operator's, so they do not print.
	Headers map[string]Secret `json:"headers"`
	// Basic is HTTP Basic authentication (RFC 7617), nil for none.
	Basic *BasicAuth `json:"basic"`
	// Bearer is a bearer token (RFC 6750), "" for none.
	Bearer Secret `json:"bearer"`
	// Status is what the answer must be; 200 when the file is silent.
	Status int `json:"status"`
	// CompanyName and TenantID are dotted paths in the answer, a JSON document:
	// to the name of the business, and to what identifies it for good. Each may
	// be "".
	CompanyName string `json:"companyName"`
	TenantID    string `json:"tenantId"`
}

// BasicAuth holds templates for HTTP Basic authentication.
type BasicAuth struct {
	Username Secret `json:"username"`
	Password Secret `json:"password"`
}

const defaultFieldLength = 500

// fieldVariable finds ${field.NAME}.
var fieldVariable = regexp.MustCompile(`\$\{field\.([a-z][A-Za-z0-9]{0,39})\}`)

// complete sets the defaults and compiles the patterns. One that does not
// compile is left out; the rules report it.
func (c *Credentials) complete() {
	if c.Probe.Status == 0 {
		c.Probe.Status = 200
	}
	for i := range c.Fields {
		f := &c.Fields[i]
		if f.MaxLength == 0 {
			f.MaxLength = defaultFieldLength
		}
		f.typed, f.whole = anchored(f.Pattern), anchored(f.HostPattern)
	}
}

// anchored compiles an expression that must match all of a text.
func anchored(pattern string) *regexp.Regexp {
	if pattern == "" {
		return nil
	}
	compiled, err := regexp.Compile(`^(?:` + pattern + `)$`)
	if err != nil {
		return nil
	}
	return compiled
}

// FieldFault is what is wrong with a typed value.
type FieldFault string

// The faults of a typed value.
const (
	FieldMissing   FieldFault = "missing"
	FieldTooLong   FieldFault = "tooLong"
	FieldMalformed FieldFault = "malformed"
)

// Check takes what a customer typed. It returns the values to keep by field
// name, those of optional fields only when there is one, and what is wrong with
// fields; members that are no fields are left out. White space around a value
// and a prefix or suffix that was typed along are cut off.
func (c Credentials) Check(typed map[string]string) (values map[string]string, faults map[string]FieldFault) {
	values, faults = map[string]string{}, map[string]FieldFault{}
	for _, f := range c.Fields {
		value := f.trim(typed[f.Name])
		if fault := f.fault(value); fault != "" {
			faults[f.Name] = fault
		}
		if value != "" {
			values[f.Name] = value
		}
	}
	return values, faults
}

// trim takes away what people paste along with a value.
func (f Field) trim(value string) string {
	value = strings.TrimSpace(value)
	if f.Suffix != "" && f.Prefix == "" {
		if _, rest, found := strings.Cut(value, "://"); found { // copied from the address bar
			value = rest
		}
		value = strings.TrimRight(value, "/")
	}
	if n := len(f.Prefix); n > 0 && len(value) >= n && strings.EqualFold(value[:n], f.Prefix) {
		value = value[n:]
	}
	if n := len(value) - len(f.Suffix); f.Suffix != "" && n >= 0 && strings.EqualFold(value[n:], f.Suffix) {
		value = value[:n]
	}
	return value
}

func (f Field) fault(value string) FieldFault {
	switch {
	case value == "" && f.Optional:
		return ""
	case value == "":
		return FieldMissing
	case utf8.RuneCountInString(value) > f.MaxLength:
		return FieldTooLong
	case !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl),
		f.typed != nil && !f.typed.MatchString(value),
		f.whole != nil && !f.whole.MatchString(f.Whole(value)):
		return FieldMalformed
	}
	return ""
}

// Whole returns the value with its prefix and suffix, or "" of "".
func (f Field) Whole(value string) string {
	if value == "" {
		return ""
	}
	return f.Prefix + value + f.Suffix
}

// Whole returns the whole values of kept ones, by field name.
func (c Credentials) Whole(values map[string]string) map[string]string {
	whole := make(map[string]string, len(c.Fields))
	for _, f := range c.Fields {
		whole[f.Name] = f.Whole(values[f.Name])
	}
	return whole
}

// FillFields replaces ${field.NAME} in a template of a Probe by form(value).
// Values are put in as they are: one that looks like a variable stays text.
func FillFields(template string, values map[string]string, form func(string) string) string {
	return fieldVariable.ReplaceAllStringFunc(template, func(variable string) string {
		return form(values[variable[len("${field."):len(variable)-1]])
	})
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
