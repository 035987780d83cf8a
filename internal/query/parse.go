package query

import (
	"strings"
	"unicode/utf8"

	"github.com/bowline/bowline"
)

// Limits of one expression. The length is the contract's (platform-api section
// 15); the others keep the compiled SQL far below the engines' own limits.
const (
	MaxLength = 2048 // characters; the text must be shorter
	maxTerms  = 128
	maxDepth  = 32
)

// Expr is a parsed expression. The zero Expr holds for everything.
type Expr struct{ root *node }

// IsZero says whether the expression is absent.
func (e Expr) IsZero() bool { return e.root == nil }

// node is either a clause (op is set) or a list joined by && or ||.
type node struct {
	any      bool // joined by ||, else by &&
	children []*node

	path, value string // of a clause; both trimmed, never empty
	op          operator
}

type operator string

const (
	opEqual    operator = "="
	opNotEqual operator = "!="
	opContains operator = "~"
	opLess     operator = "<"
	opMore     operator = ">"
	opAtMost   operator = "<="
	opAtLeast  operator = ">="
)

// operators in the order in which they are tried: the longest first.
var operators = []operator{opNotEqual, opAtLeast, opAtMost, opEqual, opContains, opMore, opLess}

// Parse reads an expression. Blank text gives the zero Expr. Faults are
// [bowline.Error] with CodeInvalid and a sentence for the caller.
func Parse(text string) (Expr, error) {
	if len(text) >= MaxLength && utf8.RuneCountInString(text) >= MaxLength {
		return Expr{}, invalid("the text has %d characters or more", MaxLength)
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return Expr{}, invalid("the text is not valid UTF-8")
	}
	p := parser{rest: strings.TrimSpace(text)}
	if p.rest == "" {
		return Expr{}, nil
	}
	root, err := p.or(0)
	if err != nil {
		return Expr{}, err
	}
	if p.rest != "" { // or stops early only at a brace that nothing opened
		return Expr{}, invalid("a closing brace has no opening one")
	}
	return Expr{root}, nil
}

func invalid(format string, args ...any) error {
	return bowline.Errorf(bowline.CodeInvalid, "Error parsing query - "+format, args...)
}

type parser struct {
	rest  string
	terms int
}

func (p *parser) or(depth int) (*node, error) {
	return p.list("||", func() (*node, error) {
		return p.list("&&", func() (*node, error) { return p.term(depth) })
	})
}

// list reads items joined by one operator; a single item stands for itself.
func (p *parser) list(join string, item func() (*node, error)) (*node, error) {
	first, err := item()
	if err != nil {
		return nil, err
	}
	n := &node{any: join == "||", children: []*node{first}}
	for p.accept(join) {
		next, err := item()
		if err != nil {
			return nil, err
		}
		n.children = append(n.children, next)
	}
	if len(n.children) == 1 {
		return first, nil
	}
	return n, nil
}

func (p *parser) accept(token string) bool {
	p.rest = strings.TrimSpace(p.rest)
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *parser) term(depth int) (*node, error) {
	if !p.accept("{") {
		return p.clause()
	}
	if depth == maxDepth {
		return nil, invalid("braces are nested more than %d deep", maxDepth)
	}
	n, err := p.or(depth + 1)
	if err != nil {
		return nil, err
	}
	if !p.accept("}") {
		return nil, invalid("a closing brace is missing")
	}
	return n, nil
}

func (p *parser) clause() (*node, error) {
	if p.terms++; p.terms > maxTerms {
		return nil, invalid("there are more than %d conditions", maxTerms)
	}
	end := strings.IndexAny(p.rest, "!=~<>{}&|")
	if end < 0 {
		return nil, invalid("an operator is missing after %s", shorten(p.rest))
	}
	n := &node{path: strings.TrimSpace(p.rest[:end])}
	if n.path == "" {
		return nil, invalid("a property name is missing")
	}
	p.rest = p.rest[end:]
	for _, op := range operators {
		if p.accept(string(op)) {
			n.op = op
			break
		}
	}
	if n.op == "" {
		return nil, invalid("an operator is missing after %s", shorten(n.path))
	}
	n.value = p.value()
	if n.value == "" {
		return nil, invalid("a value is missing after %s %s", shorten(n.path), n.op)
	}
	return n, nil
}

// value takes the text up to what ends a clause. There is no escape for the
// delimiters (platform-api section 15).
func (p *parser) value() string {
	end := len(p.rest)
	for _, stop := range []string{"&&", "||", "}"} {
		if i := strings.Index(p.rest, stop); i >= 0 {
			end = min(end, i)
		}
	}
	value := strings.TrimSpace(p.rest[:end])
	p.rest = p.rest[end:]
	return value
}

// shorten keeps what is repeated to the caller readable.
func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
