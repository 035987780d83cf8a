package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/bowline/bowline"
)

const (
	svgSpace   = "http://www.w3.org/2000/svg"
	xlinkSpace = "http://www.w3.org/1999/xlink"

	maxSVGNodes = 50_000
	maxSVGDepth = 100
)

var (
	errSVG       error = bowline.Errorf(bowline.CodeInvalid, "The SVG cannot be read. Export it again as plain SVG in UTF-8, without a document type.")
	errSVGLarge  error = bowline.Errorf(bowline.CodeInvalid, "The SVG is too intricate. Simplify its shapes, or upload a PNG.")
	errSVGNested error = bowline.Errorf(bowline.CodeInvalid, "The SVG repeats parts of itself too often. Export it with its symbols expanded, or upload a PNG.")
)

// maxSVG bounds what is taken apart, in bytes.
const maxSVG = 1 << 20

// Sanitize writes an SVG anew from the elements, attributes and values that are
// known to draw and to do nothing else. Nothing in the result runs, fetches or
// refers to anything outside of it; what is not on the lists is left out with
// all that is in it. Documents that are no SVG, have a document type or would
// take a browser too long are CodeInvalid errors. The size is 0 where the
// document does not say one.
func Sanitize(data []byte) (clean []byte, width, height int, err error) {
	if len(data) > maxSVG {
		return nil, 0, 0, errSVGLarge
	}
	s := sanitizer{in: xml.NewDecoder(bytes.NewReader(data)), uses: graph{edges: map[string][]string{}, sizes: map[string]int{}}}
	if err := s.run(); err != nil {
		return nil, 0, 0, err
	}
	if !s.apply() || !s.uses.bounded() {
		return nil, 0, 0, errSVGNested
	}
	return s.out.Bytes(), s.width, s.height, nil
}

// sanitizer goes through a document once. Names are compared without their
// prefixes, which a document may choose, and none is ever written.
type sanitizer struct {
	in            *xml.Decoder
	out           bytes.Buffer
	open          []element // that are being written
	nodes         int
	width, height int
	uses          graph
	sheets        []rule // that draw other parts
	drawn         []seen // what rules may apply to
}

// element is one that is open.
type element struct {
	name string
	id   string
	text strings.Builder // of a style, until its end
}

func (s *sanitizer) run() error {
	for {
		token, err := s.in.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errSVG
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = s.start(t)
		case xml.EndElement:
			s.end()
		case xml.CharData:
			s.chars(string(t))
		case xml.Directive: // a document type, which may declare entities
			return errSVG
		}
		if err != nil {
			return err
		}
	}
	if s.nodes == 0 || len(s.open) > 0 {
		return errSVG
	}
	return nil
}

func (s *sanitizer) start(t xml.StartElement) error {
	first := s.nodes == 0
	if s.nodes++; s.nodes > maxSVGNodes || len(s.open) > maxSVGDepth {
		return errSVGLarge
	}
	name := t.Name.Local
	switch {
	case first && (name != "svg" || t.Name.Space != svgSpace):
		return errSVG
	case !first && len(s.open) == 0: // a second root
		return errSVG
	case t.Name.Space != svgSpace || !elements[name] || s.inText() && !texts[name]:
		if err := s.in.Skip(); err != nil {
			return errSVG
		}
		return nil
	}
	if first {
		s.size(t)
	}
	s.open = append(s.open, element{name: name})
	if name == "style" { // written at its end
		return nil
	}
	s.out.WriteString("<" + name)
	if first {
		s.out.WriteString(` xmlns="` + svgSpace + `"`)
	}
	s.attributes(t)
	s.out.WriteByte('>')
	s.see(t)
	return nil
}

// inText says whether what is open holds text, and nothing that draws.
func (s *sanitizer) inText() bool {
	if len(s.open) == 0 {
		return false
	}
	switch s.open[len(s.open)-1].name {
	case "text", "tspan", "title", "desc", "style":
		return true
	}
	return false
}

// texts may stand inside of text.
var texts = map[string]bool{"tspan": true}

// attributes writes those that are harmless, each once: a browser refuses a
// document that has one twice.
func (s *sanitizer) attributes(t xml.StartElement) {
	done := map[string]bool{}
	here := &s.open[len(s.open)-1]
	for _, a := range t.Attr {
		name, value := a.Name.Local, a.Value
		switch a.Name.Space {
		case "":
		case xlinkSpace:
			if name != "href" {
				continue
			}
		default:
			continue
		}
		if done[name] || strings.HasPrefix(strings.ToLower(name), "on") {
			continue
		}
		switch {
		case name == "id":
			if !identifier.MatchString(value) {
				continue
			}
			here.id = value
		case name == "href":
			target, local := strings.CutPrefix(strings.TrimSpace(value), "#")
			if !local || !refers[here.name] || !identifier.MatchString(target) {
				continue
			}
			value = "#" + target
		case name == "style":
			if value = declarations(value); value == "" {
				continue
			}
		case presentation[name]:
			if value = unquoted.Replace(value); !harmless(value) {
				continue
			}
		case !attributes[name]:
			continue
		}
		done[name] = true
		s.out.WriteString(" " + name + `="`)
		s.escape(value)
		s.out.WriteByte('"')
		s.note(value)
	}
}

// note remembers which other parts of the document a value draws.
func (s *sanitizer) note(value string) {
	for _, found := range references.FindAllStringSubmatch(value, -1) {
		s.uses.add("", found[1]+found[2])
		for _, e := range s.open {
			if e.id != "" {
				s.uses.add(e.id, found[1]+found[2])
			}
		}
	}
}

func (s *sanitizer) end() {
	if len(s.open) == 0 {
		return
	}
	last := &s.open[len(s.open)-1]
	if last.name == "style" {
		if rules := styleSheet(last.text.String()); len(rules) > 0 {
			s.out.WriteString("<style>")
			for _, r := range rules {
				s.escape(r.selector + "{" + r.body + "}")
				if strings.Contains(r.body, "url(") {
					s.sheets = append(s.sheets, r)
				}
			}
			s.out.WriteString("</style>")
		}
	} else {
		s.out.WriteString("</" + last.name + ">")
	}
	s.open = s.open[:len(s.open)-1]
}

func (s *sanitizer) chars(text string) {
	if !s.inText() {
		return
	}
	if last := &s.open[len(s.open)-1]; last.name == "style" {
		last.text.WriteString(text)
		return
	}
	s.escape(text)
}

// escape writes text for where text and attributes stand. What no XML document
// may hold becomes U+FFFD.
func (s *sanitizer) escape(text string) {
	_ = xml.EscapeText(&s.out, []byte(text)) // writing to memory does not fail
}

// size reads how large the drawing is, from its view box or else from its
// measures.
func (s *sanitizer) size(t xml.StartElement) {
	var box, w, h string
	for _, a := range t.Attr {
		switch a.Name.Local {
		case "viewBox":
			box = a.Value
		case "width":
			w = a.Value
		case "height":
			h = a.Value
		}
	}
	if parts := strings.FieldsFunc(box, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' }); len(parts) == 4 {
		w, h = parts[2], parts[3]
	}
	s.width, s.height = measure(w), measure(h)
	if s.width == 0 || s.height == 0 {
		s.width, s.height = 0, 0
	}
}

func measure(text string) int {
	n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(text), "px"), 64)
	if err != nil || math.IsNaN(n) || n < 0.5 || n > 1_000_000 {
		return 0
	}
	return int(math.Round(n))
}
