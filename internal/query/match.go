package query

import (
	"slices"
	"strings"
	"time"
)

// Check reports what Compile and Match would refuse, for lists that may be
// empty.
func Check(e Expr, s Schema) error {
	_, err := Compile(e, s, new(Args))
	return err
}

// Match evaluates an expression for one record in memory and means the same as
// Compile. get returns the values at a path (in lower case, one of the
// schema's): none when absent, one for a plain property, one per element for a
// path through an array. They are string, float64, int64, bool or time.Time as
// the field's kind says; others count as absent.
func Match(e Expr, s Schema, get func(path string) []any) (bool, error) {
	if e.root == nil {
		return true, nil
	}
	return matchNode(e.root, s, get)
}

// matchNode looks at every child even when the outcome is known, so that a
// fault is reported whatever the record holds.
func matchNode(n *node, s Schema, get func(string) []any) (bool, error) {
	if n.op != "" {
		return matchClause(n, s, get)
	}
	outcome := !n.any
	for _, child := range n.children {
		ok, err := matchNode(child, s, get)
		if err != nil {
			return false, err
		}
		if n.any {
			outcome = outcome || ok
		} else {
			outcome = outcome && ok
		}
	}
	return outcome, nil
}

func matchClause(n *node, s Schema, get func(string) []any) (bool, error) {
	f, err := s.field(n.path)
	if err != nil {
		return false, err
	}
	t, err := bind(n, f)
	if err != nil {
		return false, err
	}
	negate := t.op == opNotEqual
	if negate {
		t.op = opEqual
	}
	return slices.ContainsFunc(get(strings.ToLower(n.path)), t.holds) != negate, nil
}

// holds says whether one value passes; != has been turned into = before.
func (t test) holds(value any) bool {
	switch v := value.(type) {
	case string:
		if t.op == opContains {
			return strings.Contains(fold(v), t.text)
		}
		return fold(v) == t.text
	case bool:
		return v == t.truth
	case int64:
		return compare(t.op, float64(v), t.number)
	case float64:
		return compare(t.op, v, t.number)
	case time.Time:
		return t.holdsAt(v.UnixMicro())
	}
	return false
}

func compare(op operator, a, b float64) bool {
	switch op {
	case opLess:
		return a < b
	case opAtMost:
		return a <= b
	case opMore:
		return a > b
	case opAtLeast:
		return a >= b
	}
	return a == b
}

func (t test) holdsAt(micros int64) bool {
	switch t.op {
	case opLess:
		return micros < t.from
	case opAtMost:
		return micros < t.until
	case opMore:
		return micros >= t.until
	case opAtLeast:
		return micros >= t.from
	}
	return micros >= t.from && micros < t.until
}
