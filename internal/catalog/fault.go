package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Fault is one broken rule in one file. It names fields and rules, never a
// value, because values can be secrets.
type Fault struct {
	// File is the file's base name.
	File string
	// Line counts from 1; 0 when the fault belongs to the file as a whole.
	Line int
	// Rule says what is wrong, beginning with the field where there is one.
	Rule string
}

// Error returns "file:line: rule".
func (f Fault) Error() string {
	if f.Line == 0 {
		return f.File + ": " + f.Rule
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Rule)
}

// join makes one error of faults, in the order in which people read files.
func join(faults []Fault) error {
	slices.SortStableFunc(faults, compareFaults)
	joined := make([]error, 0, len(faults))
	for _, fault := range faults {
		joined = append(joined, fault)
	}
	return errors.Join(joined...)
}

func compareFaults(a, b Fault) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule))
}

// at is a place in a document: the member names and indexes from the top.
type at []string

// field returns the place as people write it: oauth.scopes[2].
func (p at) field() string {
	var out strings.Builder
	for i, part := range p {
		switch {
		case isIndex(part):
			out.WriteString("[" + part + "]")
		case i > 0:
			out.WriteString("." + part)
		default:
			out.WriteString(part)
		}
	}
	return out.String()
}

func isIndex(part string) bool { return part != "" && strings.Trim(part, "0123456789") == "" }

// kind is the place without its indexes: what sort of field it is.
func (p at) kind() string {
	return strings.Join(slices.DeleteFunc(slices.Clone(p), isIndex), ".")
}

// pointer is the place as a key: parts joined by a byte that no part holds.
func (p at) pointer() string { return strings.Join(p, "\x00") }

// faultf adds a fault at a place of the document, or at the nearest place
// around it that has a line.
func (d *document) faultf(p at, format string, args ...any) {
	rule := fmt.Sprintf(format, args...)
	if field := p.field(); field != "" {
		rule = field + " " + rule
	}
	line := 0
	for n := len(p); n >= 0 && line == 0; n-- {
		line = d.lines[p[:n].pointer()]
	}
	d.faults = append(d.faults, Fault{File: d.file, Line: line, Rule: rule})
}
