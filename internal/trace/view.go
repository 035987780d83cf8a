package trace

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// view is a text with some escapes undone, and where each byte came from. What
// is found in a view is masked in the text itself.
type view struct {
	text string
	// at holds the source offset of each byte and, last, the source's length;
	// nil when the view is the text itself.
	at []int
}

// source translates a range of the view.
func (v view) source(from, to int) span {
	if v.at != nil {
		from, to = v.at[from], v.at[to]
	}
	return span{from: from, to: to}
}

// unescape undoes one escape at the start of a text: what it stands for, and
// its length, 0 when the text begins with none.
type unescape func(text string) (plain string, length int)

// unescapes are the ways of writing that nest in practice: a URL in a JSON
// string, JSON in a form, a form in XML.
var unescapes = []unescape{fromPercent, fromForm, fromJSON, fromXML}

// maxNesting is how many escapes within each other are undone.
const maxNesting = 3

// maxViews is more readings than any honest text has; a text with more is not
// shown.
const maxViews = 24

// views returns the text and its different readings with at most depth escapes
// undone. It stops when there are more than maxViews.
func views(text string, depth int) []view {
	all := []view{{text: text}}
	seen := map[string]bool{text: true}
	for level, from := 0, 0; level < depth; level++ {
		until := len(all)
		for _, parent := range all[from:until] {
			for _, undo := range unescapes {
				if child, ok := parent.undone(undo); ok && !seen[child.text] {
					seen[child.text] = true
					all = append(all, child)
					if len(all) > maxViews {
						return all
					}
				}
			}
		}
		from = until
	}
	return all
}

// undone returns the view with one kind of escape undone, and whether there was
// any.
func (v view) undone(undo unescape) (view, bool) {
	if !strings.ContainsAny(v.text, `%+\&`) {
		return view{}, false
	}
	var plain strings.Builder
	at, found := make([]int, 0, len(v.text)+1), false
	origin := func(i int) int { return v.source(i, i).from }
	for i := 0; i < len(v.text); {
		piece, length := undo(v.text[i:])
		if length == 0 {
			piece, length = v.text[i:i+1], 1
		} else {
			found = true
		}
		for range len(piece) {
			at = append(at, origin(i))
		}
		plain.WriteString(piece)
		i += length
	}
	if !found {
		return view{}, false
	}
	return view{plain.String(), append(at, origin(len(v.text)))}, true
}

func fromPercent(text string) (string, int) {
	if len(text) < 3 || text[0] != '%' {
		return "", 0
	}
	value, ok := hexNumber(text[1:3])
	if !ok {
		return "", 0
	}
	return string([]byte{byte(value)}), 3 //nolint:gosec // two hex digits are a byte
}

func fromForm(text string) (string, int) {
	if text[0] == '+' {
		return " ", 1
	}
	return fromPercent(text)
}

// fromJSON undoes the escapes of RFC 8259 section 7.
func fromJSON(text string) (string, int) {
	if len(text) < 2 || text[0] != '\\' {
		return "", 0
	}
	if i := strings.IndexByte(`"\/bfnrt`, text[1]); i >= 0 {
		return "\"\\/\b\f\n\r\t"[i : i+1], 2
	}
	first, ok := unicodeEscape(text)
	if !ok {
		return "", 0
	}
	if second, ok := unicodeEscape(text[6:]); ok && utf16.IsSurrogate(first) {
		if joined := utf16.DecodeRune(first, second); joined != unicode.ReplacementChar {
			return string(joined), 12
		}
	}
	return string(first), 6
}

func unicodeEscape(text string) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	value, ok := hexNumber(text[2:6])
	return rune(value), ok //nolint:gosec // four hex digits
}

// maxEntity is longer than every entity that the product could meet.
const maxEntity = 12

// fromXML undoes the entities of XML and HTML.
func fromXML(text string) (string, int) {
	if text[0] != '&' {
		return "", 0
	}
	end := strings.IndexByte(text[:min(len(text), maxEntity)], ';')
	if end < 0 {
		return "", 0
	}
	plain := html.UnescapeString(text[:end+1])
	if plain == text[:end+1] || !utf8.ValidString(plain) {
		return "", 0
	}
	return plain, end + 1
}

func hexNumber(digits string) (int, bool) {
	value := 0
	for _, c := range []byte(digits) {
		switch {
		case c >= '0' && c <= '9':
			value = value<<4 | int(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			value = value<<4 | int(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return value, true
}
