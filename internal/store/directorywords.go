package store

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/bowline/bowline"
)

// What a company can be found by are terms. A term is three letters in a row, in
// the place where they stand; the one or two letters that a word begins with;
// or a mark: a tag, an integration, an owner, the set of statuses. The first two
// are of the words: name, who created it, ids and platforms, each on a line.
const (
	wordStart = "\x02" // before the beginning of a word
	markStart = "\x01"
)

func tagMark(key, value string) string        { return mark("t", key+"\x00"+value) }
func integrationMark(key string) string       { return mark("i", key) }
func ownerMark(id bowline.ID) string          { return mark("o", string(id)) }
func statusMark(set int64) string             { return markStart + "m" + strconv.FormatInt(set, 10) }
func mark(kind, value string) string          { return markStart + kind + quoted(value) }
func (e *entry) marked(mark string) bool      { return strings.Contains(e.marks, mark+"\n") }
func (e *entry) terms() map[string]bool       { return termsOf(e.words, e.marks, e.mask) }
func (b *directoryRow) term() map[string]bool { return termsOf(b.words, b.marks, b.mask) }

// quoted keeps a mark on its line, and free of NUL.
func quoted(value string) string {
	text, _ := json.Marshal(value) // of a string it cannot fail
	return string(text)
}

// folded makes texts alike that people take for the same: without case, accents,
// and what cannot be seen, one space between words.
func folded(text string) string {
	var out strings.Builder
	space := false
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.IsSpace(r):
			space = out.Len() > 0
			continue
		case unicode.In(r, unicode.Mn, unicode.Cc, unicode.Cf):
			continue
		}
		if space {
			out.WriteByte(' ')
			space = false
		}
		switch r = unicode.ToLower(r); r {
		case 'ß':
			out.WriteString("ss")
		case 'æ':
			out.WriteString("ae")
		case 'œ':
			out.WriteString("oe")
		case 'ø':
			out.WriteByte('o')
		case 'ł':
			out.WriteByte('l')
		case 'ς':
			out.WriteRune('σ')
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// maxNameKey bounds what names are sorted by: an index has no room for more.
const maxNameKey = 256

func nameKey(folded string) string {
	if len(folded) <= maxNameKey {
		return folded
	}
	cut := maxNameKey
	for cut > 0 && !utf8.RuneStart(folded[cut]) {
		cut--
	}
	return folded[:cut]
}

// kept are the terms of a row that are counted.
func kept(mask int64, marks string) []string {
	list := []string{statusMark(mask)}
	for line := range strings.SplitSeq(marks, "\n") {
		if line != "" {
			list = append(list, line)
		}
	}
	return list
}

// termsOf returns all terms of a row.
func termsOf(words, marks string, mask int64) map[string]bool {
	terms := map[string]bool{}
	eachTerm(words, marks, mask, func(term string) { terms[term] = true })
	return terms
}

// eachTerm hands out the terms of a row, some of them several times.
func eachTerm(words, marks string, mask int64, hand func(string)) {
	hand(statusMark(mask))
	for line := range strings.SplitSeq(words, "\n") {
		eachGram(line, hand)
	}
	for line := range strings.SplitSeq(marks, "\n") {
		if line != "" {
			hand(line)
		}
	}
}

func eachGram(line string, hand func(string)) {
	var at [3]int // where the last three letters begin
	inside := false
	seen := 0
	for i, r := range line {
		end := i + utf8.RuneLen(r)
		at[0], at[1], at[2] = at[1], at[2], i
		if seen++; seen >= 3 {
			hand(line[at[0]:end])
		}
		letter := isLetter(r)
		if letter && !inside {
			hand(wordStart + line[i:end])
			if next, size := utf8.DecodeRuneInString(line[end:]); size > 0 && isLetter(next) {
				hand(wordStart + line[i:end+size])
			}
		}
		inside = letter
	}
}

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	}
	return unicode.In(r, unicode.L, unicode.N)
}

// grams returns the terms that whatever holds the folded text has.
func grams(text string) []string {
	if utf8.RuneCountInString(text) < 3 {
		return []string{wordStart + text}
	}
	var list []string
	eachGram(text, func(term string) {
		if !strings.HasPrefix(term, wordStart) {
			list = append(list, term)
		}
	})
	slices.Sort(list)
	return slices.Compact(list)
}

// holds says whether words hold the folded text: anywhere, or where it has one
// or two letters at the beginning of a word.
func holds(words, text string) bool {
	if utf8.RuneCountInString(text) >= 3 {
		return strings.Contains(words, text)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return !isLetter(r) }) {
		return false // no word begins so
	}
	for at := 0; ; {
		i := strings.Index(words[at:], text)
		if i < 0 {
			return false
		}
		at += i
		if before, _ := utf8.DecodeLastRuneInString(words[:at]); at == 0 || !isLetter(before) {
			return true
		}
		_, size := utf8.DecodeRuneInString(words[at:])
		at += size
	}
}
