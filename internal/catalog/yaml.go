package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Limits of one file. Real entries need a tenth of either.
const (
	maxFile  = 64 << 10
	maxDepth = 12
)

// document is one file on its way through the gates.
type document struct {
	file string
	// root holds maps, slices, strings, booleans, json.Number and nil.
	root any
	// lines maps the pointer of a place to its line.
	lines  map[string]int
	faults []Fault
}

// read parses a file of the dialect: one document of plain maps, lists and
// scalars. Anchors, aliases, merge keys, tags and directives are refused: no
// entry needs them, and with them goes every way to make a small file large.
func read(file string, source []byte) (d *document) {
	d = &document{file: file, lines: map[string]int{"": 1}}
	if len(source) > maxFile {
		d.faults = append(d.faults, Fault{File: file, Rule: "is larger than 64 KiB"})
		return d
	}
	if !utf8.Valid(source) || strings.ContainsRune(string(source), 0) {
		d.faults = append(d.faults, Fault{File: file, Rule: "file is not UTF-8 text"})
		return d
	}
	if line := tooDeep(string(source)); line > 0 {
		d.faults = append(d.faults, Fault{File: file, Line: line, Rule: fmt.Sprintf("nesting is deeper than %d levels", maxDepth)})
		return d
	}
	parsed, err := parse(source)
	if err != nil {
		d.faults = append(d.faults, syntaxFault(file, err))
		return d
	}
	if len(parsed.Docs) > 1 {
		d.faults = append(d.faults, Fault{File: file, Rule: "file holds more than one document"})
		return d
	}
	if len(parsed.Docs) == 0 || parsed.Docs[0].Body == nil {
		d.faults = append(d.faults, Fault{File: file, Rule: "file is empty"})
		return d
	}
	d.root = d.value(nil, parsed.Docs[0].Body)
	return d
}

// errPanicked stands for a panic inside the YAML library.
var errPanicked = errors.New("cannot be parsed")

// parse shields the process from panics in the parser: an operator's typing
// error is worth a message, not a stack trace.
func parse(source []byte) (file *ast.File, err error) {
	defer func() {
		if recover() != nil {
			file, err = nil, errPanicked
		}
	}()
	return parser.ParseBytes(source, 0)
}

// tooDeep returns the line on which brackets or dashes nest beyond what a
// catalog file can need, or 0. The parser recurses, so this runs before it and
// errs on the strict side for brackets inside quoted text.
func tooDeep(source string) int {
	depth, line, dashes, fresh := 0, 1, 0, true
	for _, c := range source {
		switch c {
		case '\n':
			line, dashes, fresh = line+1, 0, true
		case '[', '{':
			depth, fresh = depth+1, false
		case ']', '}':
			depth, fresh = max(depth-1, 0), false
		case '-', '?', ':':
			if fresh {
				dashes++
			}
		case ' ', '\t':
		default:
			fresh = false
		}
		if depth > maxDepth || dashes > maxDepth {
			return line
		}
	}
	return 0
}

// syntaxFault makes a fault of the parser's error. Its message is kept only
// where it does not quote the file.
func syntaxFault(file string, err error) Fault {
	fault := Fault{File: file, Rule: "is not valid YAML"}
	var located yaml.Error
	if errors.As(err, &located) && located.GetToken() != nil {
		fault.Line = located.GetToken().Position.Line
		message := located.GetMessage()
		switch {
		case strings.Contains(message, "already defined"):
			fault.Rule = fmt.Sprintf("%q appears twice", located.GetToken().Value)
		case message != "" && !strings.ContainsAny(message, "\"'`\n") && !strings.Contains(message, located.GetToken().Value):
			fault.Rule += ": " + message
		}
	}
	return fault
}

// value converts a node, recording lines and faults on the way.
func (d *document) value(p at, node ast.Node) any {
	if len(p) > maxDepth {
		d.faultf(p, "is nested deeper than %d levels", maxDepth)
		return nil
	}
	switch n := node.(type) {
	case *ast.MappingNode:
		return d.mapping(p, n.Values)
	case *ast.MappingValueNode:
		return d.mapping(p, []*ast.MappingValueNode{n})
	case *ast.SequenceNode:
		list := make([]any, 0, len(n.Values))
		for i, item := range n.Values {
			place := p.with(fmt.Sprint(i))
			d.lines[place.pointer()] = lineOf(item)
			list = append(list, d.value(place, item))
		}
		return list
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.BoolNode:
		return n.Value
	case *ast.IntegerNode:
		return json.Number(fmt.Sprint(n.Value))
	case *ast.FloatNode:
		return json.Number(fmt.Sprint(n.Value))
	case *ast.NullNode:
		return nil
	}
	d.refuse(p, node)
	return nil
}

// mapping converts a map. Keys are plain texts and unique.
func (d *document) mapping(p at, values []*ast.MappingValueNode) any {
	out := make(map[string]any, len(values))
	for _, entry := range values {
		key, ok := entry.Key.(*ast.StringNode)
		if !ok {
			d.refuse(p, entry.Key)
			continue
		}
		place := p.with(key.Value)
		if _, twice := out[key.Value]; twice {
			d.lines[place.pointer()] = lineOf(key)
			d.faultf(place, "appears twice")
			continue
		}
		d.lines[place.pointer()] = lineOf(key)
		out[key.Value] = d.value(place, entry.Value)
	}
	return out
}

// refuse adds a fault for a node outside the dialect, at the node's own line.
func (d *document) refuse(p at, node ast.Node) {
	what := "a key that is not plain text"
	switch node.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		what = "anchors, aliases and merge keys"
	case *ast.TagNode:
		what = "tags"
	case *ast.DirectiveNode:
		what = "directives"
	case *ast.InfinityNode, *ast.NanNode:
		what = "a number that is not finite"
	case *ast.CommentGroupNode:
		what = "a file without content"
	}
	d.faults = append(d.faults, Fault{File: d.file, Line: lineOf(node), Rule: strings.TrimSpace(p.field() + " uses " + what + ", which catalog files cannot have")})
}

// with returns the place one step further in.
func (p at) with(part string) at {
	return append(p[:len(p):len(p)], part)
}

func lineOf(node ast.Node) int {
	if node == nil || node.GetToken() == nil || node.GetToken().Position == nil {
		return 0
	}
	return node.GetToken().Position.Line
}
