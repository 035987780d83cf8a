package trace

import (
	"net/url"
	"strings"
)

// find is told of a range of a text that holds a credential.
type find func(from, to int)

// inForm finds credentials among the members of a form or a URL, whose values
// reach to the next separator.
func inForm(text string, found find) {
	for i := 0; i < len(text); i++ {
		if text[i] != '=' || !hides(nameBefore(text, i), unknownValue) {
			continue
		}
		end := len(text)
		if j := strings.IndexAny(text[i:], "&#"); j >= 0 {
			end = i + j
		}
		// Here a code of few digits is no error's number.
		if name := nameBefore(text, i); hides(name, plainValue(text[i+1:end])) || isCode(wordsOf(name)) {
			found(i+1, end)
			i = end - 1
		}
	}
}

// unknownValue stands for a value that has not been read yet: it is no number
// and long enough for a credential.
var unknownValue = strings.Repeat("value", maxAbout)

// inText finds name=value and name="value" in text of any kind: in messages, in
// the attributes of markup, in URLs that are quoted.
func inText(text string, found find) {
	for i := 0; i < len(text); i++ {
		if text[i] != '=' {
			continue
		}
		name := nameBefore(text, spacesBefore(text, i))
		if !hides(name, unknownValue) {
			continue
		}
		from, end := i+1, len(text)
		for from < end && text[from] == ' ' {
			from++
		}
		if from < end && (text[from] == '"' || text[from] == '\'') {
			from++
			if j := strings.IndexByte(text[from:], text[from-1]); j >= 0 {
				end = from + j
			}
		} else if j := strings.IndexAny(text[from:], "&#;\"'<> \t\r\n"); j >= 0 {
			end = from + j
		}
		if hides(name, plainValue(text[from:end])) {
			found(from, end)
			i = end - 1
		}
	}
}

// spacesBefore returns where the few spaces before i begin.
func spacesBefore(text string, i int) int {
	for from := i; from > 0 && i-from <= 8; from-- {
		if text[from-1] != ' ' {
			return from
		}
	}
	return i
}

// nameBefore is the name that ends before i, with its escapes undone.
func nameBefore(text string, i int) string {
	from := i
	for from > 0 && i-from < 128 && isNameByte(text[from-1]) {
		from--
	}
	return plainValue(text[from:i])
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_-.[]%$", c) >= 0
}

func plainValue(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// inJSON finds credentials among the members of JSON at any depth, also in JSON
// that is cut off or surrounded by other text. Numbers are found with quoted,
// so that what takes their place can be made a string.
func inJSON(text string, found, quoted find) {
	s := jsonScan{text: text, found: found, quoted: quoted}
	for i := strings.IndexByte(text, '"'); i >= 0 && i < len(text); {
		end := s.stringEnd(i + 1)
		value := s.valueAfter(end)
		if value < 0 {
			// The closing quote may be an opening one: then this was the text
			// between two strings.
			i = end
		} else {
			i = s.member(text[i+1:end], value)
		}
		next := strings.IndexByte(text[min(i, len(text)):], '"')
		if next < 0 {
			return
		}
		i += next
	}
}

type jsonScan struct {
	text          string
	found, quoted find
}

// stringEnd returns where the string that begins at i ends: at its quote, or at
// the end of the text.
func (s jsonScan) stringEnd(i int) int {
	for ; i < len(s.text); i++ {
		switch s.text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(s.text)
}

// valueAfter returns where the value begins of which the name's closing quote
// is at end, or -1 when it is no name.
func (s jsonScan) valueAfter(end int) int {
	i := s.skipSpace(end + 1)
	if i >= len(s.text) || s.text[i] != ':' {
		return -1
	}
	return s.skipSpace(i + 1)
}

func (s jsonScan) skipSpace(i int) int {
	for i < len(s.text) && strings.IndexByte(" \t\r\n", s.text[i]) >= 0 {
		i++
	}
	return min(i, len(s.text))
}

// member looks at one member and returns where to go on.
func (s jsonScan) member(name string, i int) int {
	if i >= len(s.text) {
		return i
	}
	switch c := s.text[i]; c {
	case '"':
		end := s.stringEnd(i + 1)
		if !hides(name, s.text[i+1:end]) {
			return i // it may hold JSON itself
		}
		s.found(i+1, end)
		return end + 1
	case '{', '[':
		if hides(name, unknownValue) {
			return s.within(name, i)
		}
		return i + 1
	default:
		end := s.scalarEnd(i)
		if hides(name, s.text[i:end]) {
			s.quoted(i, end)
		}
		return end
	}
}

// within hides every value of an object or array, and returns where it ends.
func (s jsonScan) within(name string, i int) int {
	depth := 0
	for i < len(s.text) {
		switch c := s.text[i]; {
		case c == '{' || c == '[':
			depth++
			i++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
			i++
		case c == '"':
			end := s.stringEnd(i + 1)
			if s.valueAfter(end) < 0 && hides(name, s.text[i+1:end]) {
				s.found(i+1, end)
			}
			i = end + 1
		case c >= '0' && c <= '9' || c == '-':
			end := s.scalarEnd(i)
			if hides(name, s.text[i:end]) {
				s.quoted(i, end)
			}
			i = end
		default:
			i++
		}
	}
	return i
}

func (s jsonScan) scalarEnd(i int) int {
	for i < len(s.text) && strings.IndexByte(",}] \t\r\n\"", s.text[i]) < 0 {
		i++
	}
	return i
}

// maxTag is how long the name of an element may be, in bytes.
const maxTag = 128

// inXML finds credentials among the elements of XML: everything between the
// tags of an element whose name speaks of one.
func inXML(text string, found find) {
	for i := 0; i < len(text); i++ {
		if text[i] != '<' {
			continue
		}
		length := strings.IndexAny(text[i+1:min(len(text), i+1+maxTag)], " \t\r\n/>")
		if length <= 0 {
			continue
		}
		tag := text[i+1 : i+1+length]
		name := tag[strings.IndexByte(tag, ':')+1:]
		if !hides(name, unknownValue) {
			continue
		}
		opened := strings.IndexByte(text[i:], '>')
		if opened < 0 {
			return
		}
		if text[i+opened-1] == '/' {
			continue
		}
		from, end := i+opened+1, len(text)
		if j := strings.Index(text[from:], "</"+tag); j >= 0 {
			end = from + j
		}
		if hides(name, strings.TrimSpace(text[from:end])) {
			found(from, end)
		}
		i = end - 1
	}
}

// inParts finds credentials among the parts of multipart/form-data (RFC 7578).
func inParts(text string, found find) {
	const opening = `form-data; name="`
	for i := strings.Index(text, opening); i >= 0; {
		nameFrom := i + len(opening)
		name, _, _ := strings.Cut(text[nameFrom:], `"`)
		end := len(text)
		if head := strings.Index(text[nameFrom:], "\r\n\r\n"); head >= 0 {
			from := nameFrom + head + 4
			if j := strings.Index(text[from:], "\r\n--"); j >= 0 {
				end = from + j
			}
			if hides(name, text[from:end]) {
				found(from, end)
			}
		}
		next := strings.Index(text[end:], opening)
		if next < 0 {
			return
		}
		i = end + next
	}
}
