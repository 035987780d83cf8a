package query

import (
	"strconv"
	"strings"
)

// Args collects the values of one SQL statement. Placeholders are numbered in
// the order of first use, so that every driver binds them alike.
type Args struct{ values []any }

// Add appends a value and returns its placeholder, e.g. $3.
func (a *Args) Add(value any) string {
	a.values = append(a.values, value)
	return "$" + strconv.Itoa(len(a.values))
}

// Values returns what was added, in order: string, int64, float64 or bool from
// this package.
func (a *Args) Values() []any { return a.values }

// Compile checks an expression against a schema and returns it as a SQL
// condition that both engines understand. Values go to args; the zero Expr
// gives TRUE. Faults are [bowline.Error] with CodeInvalid.
func Compile(e Expr, s Schema, args *Args) (string, error) {
	return compile(e, func(n *node) (string, error) {
		f, err := s.field(n.path)
		if err != nil {
			return "", err
		}
		t, err := bind(n, f)
		if err != nil {
			return "", err
		}
		if f.Many == nil {
			return t.sql(f, args), nil
		}
		if t.op != opNotEqual {
			return exists(*f.Many, t.sql(f, args)), nil
		}
		t.op = opEqual
		return "NOT " + exists(*f.Many, t.sql(f, args)), nil
	})
}

// CompileTags is Compile for the tags parameter (platform-api section 1.4):
// the left-hand sides are tag keys, everything compares with regard to case,
// and the operators are =, != and ~. A record without the key fails = and ~
// and passes !=.
func CompileTags(e Expr, t Tags, args *Args) (string, error) {
	return compile(e, func(n *node) (string, error) {
		if err := tagOperator(n); err != nil {
			return "", err
		}
		key := t.Key + " = " + args.Add(n.path) + " AND "
		switch n.op {
		case opContains:
			return exists(t.Join, key+contains(t.Value, args.Add(n.value))), nil
		case opNotEqual:
			return "NOT " + exists(t.Join, key+t.Value+" = "+args.Add(n.value)), nil
		}
		return exists(t.Join, key+t.Value+" = "+args.Add(n.value)), nil
	})
}

func tagOperator(n *node) error {
	switch n.op {
	case opEqual, opNotEqual, opContains:
		return nil
	}
	return invalid("operator %s cannot be used with tags", n.op)
}

func exists(j Join, condition string) string {
	return "EXISTS (SELECT 1 FROM " + j.Table + " WHERE " + j.On + " AND " + condition + ")"
}

// contains says portably and without pattern characters that a text holds
// another one: taking it out changes the text.
func contains(column, placeholder string) string {
	return "replace(" + column + ", " + placeholder + ", '') <> " + column
}

func compile(e Expr, clause func(*node) (string, error)) (string, error) {
	if e.root == nil {
		return "TRUE", nil
	}
	return compileNode(e.root, clause)
}

func compileNode(n *node, clause func(*node) (string, error)) (string, error) {
	if n.op != "" {
		return clause(n)
	}
	parts := make([]string, len(n.children))
	for i, child := range n.children {
		part, err := compileNode(child, clause)
		if err != nil {
			return "", err
		}
		parts[i] = part
	}
	if n.any {
		return "(" + strings.Join(parts, " OR ") + ")", nil
	}
	return "(" + strings.Join(parts, " AND ") + ")", nil
}

// sql returns the condition of one clause on one value. An absent value (NULL)
// passes != and nothing else.
func (t test) sql(f Field, args *Args) string {
	if t.op == opNotEqual {
		t.op = opEqual
		return "(" + t.sql(f, args) + ") IS NOT TRUE"
	}
	switch f.Kind {
	case Number:
		return f.Column + " " + string(t.op) + " CAST(" + args.Add(t.number) + " AS DOUBLE PRECISION)"
	case Bool:
		return f.Column + " = " + args.Add(t.truth)
	case Date:
		return t.dateSQL(f.Column, args)
	}
	column := "lower(" + f.Column + ")"
	if f.Kind == UUID { // already in lower case: leave the index usable
		column = f.Column
	}
	if t.op == opContains {
		return contains(column, args.Add(t.text))
	}
	return column + " = " + args.Add(t.text)
}

func (t test) dateSQL(column string, args *Args) string {
	switch t.op {
	case opLess:
		return column + " < " + args.Add(t.from)
	case opAtMost:
		return column + " < " + args.Add(t.until)
	case opMore:
		return column + " >= " + args.Add(t.until)
	case opAtLeast:
		return column + " >= " + args.Add(t.from)
	}
	return column + " >= " + args.Add(t.from) + " AND " + column + " < " + args.Add(t.until)
}
