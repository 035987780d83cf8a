package catalog

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Credentials says what the customer types and how to find out whether it is
// right (link.md 1.3.7).
type Credentials struct {
	Fields []Field `json:"fields"`
	// Prepare are calls that come before Probe, in their order, at most two of
	// them: such as the one that trades a secret for a token. What they Keep is
	// known to those after them.
	Prepare []ProbeCall `json:"prepare"`
	Probe   Probe       `json:"probe"`
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
	// Default is what counts when an optional input stays empty, as if it had
	// been typed.
	Default string `json:"default"`
	// Prefix and Suffix are part of the value but not typed.
	Prefix string `json:"prefix"`
	Suffix string `json:"suffix"`
	// Format is FormatAddress for the address of a website, "" for any text.
	Format string `json:"format"`
	// Extract is an RE2 expression with one group. Where it matches all of what
	// is typed, the group is taken in place of it: people paste whole addresses.
	Extract string `json:"extract"`
	// Pattern is an RE2 expression for all of what is typed, "" for anything.
	Pattern string `json:"pattern"`
	// HostPattern is an RE2 expression for the whole value. It lets a field
	// without Suffix stand in the host of the probe's URL.
	HostPattern string `json:"hostPattern"`
	// MaxLength bounds what is typed, in characters; 500 when the file is
	// silent.
	MaxLength int `json:"maxLength"`
	// Options are the values between which the customer chooses; none for a
	// field that takes text.
	Options []Option `json:"options"`

	typed, whole, extract *regexp.Regexp // Pattern, HostPattern and Extract, compiled
}

// FormatAddress is the value of Field.Format that makes the field the address
// of a website: https, a host name, perhaps a port and a folder. Only such a
// field can stand in front of a URL.
const FormatAddress = "address"

const defaultFieldLength = 500

// complete sets the defaults and compiles the patterns. One that does not
// compile is left out; the rules report it.
func (c *Credentials) complete() {
	for _, call := range c.Calls() {
		call.complete()
	}
	for i := range c.Fields {
		f := &c.Fields[i]
		if f.MaxLength == 0 {
			f.MaxLength = defaultFieldLength
		}
		f.typed, f.whole, f.extract = anchored(f.Pattern), anchored(f.HostPattern), anchored(f.Extract)
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
	if f.extract != nil {
		if found := f.extract.FindStringSubmatch(value); len(found) == 2 {
			value = found[1]
		}
	}
	if f.Format == FormatAddress {
		return trimAddress(value)
	}
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
		len(f.Options) > 0 && !slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == value }),
		f.typed != nil && !f.typed.MatchString(value),
		f.whole != nil && !f.whole.MatchString(f.Whole(value)),
		f.Format == FormatAddress && !IsAddress(value):
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
