package query

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// test is a clause whose value has been read by the kind of its field.
type test struct {
	op     operator
	text   string  // String, Enum, UUID: folded to lower case
	number float64 // Number
	truth  bool    // Bool
	from   int64   // Date: first microsecond that equals the value
	until  int64   // Date: first microsecond after it
}

// bind checks a clause against its field and reads its value.
func bind(n *node, f Field) (test, error) {
	t := test{op: n.op}
	if !valid(n.op, f.Kind) {
		return t, invalid("operator %s cannot be used with property %s", n.op, shorten(n.path))
	}
	var err error
	switch f.Kind {
	case Number:
		t.number, err = strconv.ParseFloat(n.value, 64)
		if err != nil || t.number != t.number || t.number-t.number != 0 {
			return t, invalid("%s is not a number", shorten(n.value))
		}
	case Bool:
		switch fold(n.value) {
		case "true":
			t.truth = true
		case "false":
		default:
			return t, invalid("property %s is either true or false", shorten(n.path))
		}
	case Date:
		if t.from, t.until, err = readDate(n.value); err != nil {
			return t, invalid("%s is not a date such as 2026-01-31 or 2026-01-31T09:30:00Z", shorten(n.value))
		}
	case Enum:
		t.text = fold(n.value)
		if n.op != opContains && len(f.Enum) > 0 && !slices.ContainsFunc(f.Enum, func(v string) bool { return fold(v) == t.text }) {
			return t, invalid("%s is not one of %s", shorten(n.value), strings.Join(f.Enum, ", "))
		}
	default:
		t.text = fold(n.value)
	}
	return t, nil
}

// valid is the table of platform-api section 15.
func valid(op operator, k Kind) bool {
	switch op {
	case opEqual, opNotEqual:
		return true
	case opContains:
		return k == String || k == Enum || k == UUID
	}
	return k == Number || k == Date
}

// dateLayouts are the forms of ISO 8601 that a value may have; one without a
// zone is UTC. The fraction is optional in all of them.
var dateLayouts = []string{
	"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04",
}

var errBadDate = errors.New("not a date")

// readDate returns the span of microseconds that a date stands for.
func readDate(s string) (from, until int64, err error) {
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return day.UnixMicro(), day.AddDate(0, 0, 1).UnixMicro(), nil
	}
	// A plus sign that was not percent-encoded arrives as a space.
	s = strings.ToUpper(strings.Replace(s, " ", "+", 1))
	for _, layout := range dateLayouts {
		if at, err := time.Parse(layout, s); err == nil {
			return at.UnixMicro(), at.UnixMicro() + 1, nil
		}
	}
	return 0, 0, errBadDate
}

// fold lowers ASCII letters only, as lower() does in both engines (SQLite by
// itself, PostgreSQL for columns of the collation "C").
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
