package probe

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bowline/bowline/internal/catalog"
)

// Limits of an XML answer.
const (
	maxDepth    = 64
	maxElements = 20_000
)

// answer is what came back from one call.
type answer struct {
	status int
	format string // catalog.AnswerJSON or AnswerXML
	body   []byte

	parsed any // of body, nil before and for what is no document
	tried  bool
}

func (a *answer) invalid(cause string) *Error {
	return &Error{Reason: Invalid, Status: a.status, cause: cause}
}

// document is the body as objects, arrays, texts and numbers, or nil.
func (a *answer) document() any {
	if !a.tried {
		a.tried = true
		if a.format == catalog.AnswerXML {
			a.parsed, _ = parseXML(a.body)
		} else {
			a.parsed = parseJSON(a.body)
		}
	}
	return a.parsed
}

// text is the first text or number at a path, or "".
func (a *answer) text(path string) string { return text(first(a.document(), path)) }

// any says whether a value at the condition's path is accepted.
func (a *answer) any(c catalog.Condition) bool {
	for _, node := range at(a.document(), c.Path) {
		if c.Any() || c.Accepts(text(node)) {
			return true
		}
	}
	return false
}

// all says whether there are values at the condition's path and all of them are
// accepted.
func (a *answer) all(c catalog.Condition) bool {
	nodes := at(a.document(), c.Path)
	for _, node := range nodes {
		if !c.Any() && !c.Accepts(text(node)) {
			return false
		}
	}
	return len(nodes) > 0
}

func parseJSON(body []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // ids can be integers beyond what a float holds
	var document any
	if decoder.Decode(&document) != nil || decoder.More() {
		return nil
	}
	return document
}

var errXML = errors.New("not an acceptable XML document")

// parseXML makes objects of an XML document. Elements and attributes go by
// their names without a prefix, attributes with an @ in front; an element of
// text only is that text, other text stands under #text; elements that repeat
// are an array. A document type is refused, and with it entities of its own.
func parseXML(body []byte) (any, error) {
	decoder := xml.NewDecoder(bytes.NewReader(body))
	stack := []*element{{members: map[string]any{}}}
	for elements := 0; ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && len(stack) == 1 && elements > 0 {
			return stack[0].members, nil
		}
		if err != nil {
			return nil, errXML
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.Directive:
			return nil, errXML
		case xml.StartElement:
			if elements++; elements > maxElements || len(stack) > maxDepth || len(stack) == 1 && elements > 1 {
				return nil, errXML
			}
			stack = append(stack, opened(t))
		case xml.CharData:
			top.text = append(top.text, t...)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
			stack[len(stack)-1].add(t.Name.Local, top.value())
		}
	}
}

// element is an XML element that is being read.
type element struct {
	members map[string]any
	text    []byte
}

func opened(t xml.StartElement) *element {
	e := &element{members: map[string]any{}}
	for _, a := range t.Attr {
		if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
			e.members["@"+a.Name.Local] = a.Value
		}
	}
	return e
}

func (e *element) add(name string, value any) {
	switch before := e.members[name].(type) {
	case nil:
		e.members[name] = value
	case []any:
		e.members[name] = append(before, value)
	default:
		e.members[name] = []any{before, value}
	}
}

func (e *element) value() any {
	content := strings.TrimSpace(string(e.text))
	if len(e.members) == 0 {
		return content
	}
	if content != "" {
		e.members["#text"] = content
	}
	return e.members
}

// at follows a dotted path and returns what it leads to. In an array a number
// picks one item and a name asks all of them; 0 also picks what is there alone,
// because XML does not tell one item from a list of one.
func at(document any, path string) []any {
	if path == "" || document == nil {
		return nil
	}
	nodes := []any{document}
	for _, part := range strings.Split(path, ".") {
		var next []any
		for _, node := range nodes {
			next = append(next, step(node, part)...)
		}
		nodes = next
	}
	return nodes
}

func step(node any, part string) []any {
	switch container := node.(type) {
	case map[string]any:
		if value, has := container[part]; has && value != nil {
			return []any{value}
		}
	case []any:
		if index, err := strconv.Atoi(part); err == nil {
			if index >= 0 && index < len(container) && container[index] != nil {
				return []any{container[index]}
			}
			return nil
		}
		var all []any
		for _, item := range container {
			all = append(all, step(item, part)...)
		}
		return all
	}
	if part == "0" {
		return []any{node}
	}
	return nil
}

func first(document any, path string) any {
	if nodes := at(document, path); len(nodes) > 0 {
		return nodes[0]
	}
	return nil
}

// items returns the items of the lists at a path; what stands there alone is a
// list of one.
func items(document any, path string) []any {
	var all []any
	for _, node := range at(document, path) {
		if list, isList := node.([]any); isList {
			all = append(all, list...)
			continue
		}
		all = append(all, node)
	}
	return all
}

// text returns a text, number or truth value as text, and "" of anything else.
func text(node any) string {
	switch v := node.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case map[string]any:
		content, _ := v["#text"].(string)
		return content
	}
	return ""
}

// line makes one line of printable text of a provider's text: it is shown to
// people beside our own words.
func line(text string) string {
	if !utf8.ValidString(text) {
		return ""
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, text)
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > maxText {
		runes = runes[:maxText]
	}
	return strings.TrimSpace(string(runes))
}
