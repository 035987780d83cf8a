package trace

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
)

// maxPacking is how many times packed a secret is looked for: as base64 in
// base64, say.
const maxPacking = 2

// inPlain finds the known secrets as they are.
func (m mask) inPlain(text string, found find) {
	for _, secret := range m.known {
		for i := 0; ; {
			j := strings.Index(text[i:], secret)
			if j < 0 {
				break
			}
			found(i+j, i+j+len(secret))
			i += j + 1 // occurrences may overlap
		}
	}
}

// inPacked finds the runs of base64 and hex in which a known secret is packed,
// alone or with other text.
func (m mask) inPacked(text string, depth int, found find) {
	if len(m.known) == 0 {
		return
	}
	for i := 0; i < len(text); {
		if !isPackedByte(text[i]) {
			i++
			continue
		}
		end := i
		for end < len(text) && isPackedByte(text[end]) {
			end++
		}
		if m.packs(text[i:end], depth) {
			padded := end
			for padded < len(text) && text[padded] == '=' {
				padded++
			}
			found(i, padded)
		}
		i = end
	}
}

func isPackedByte(c byte) bool { return isPieceByte(c) || strings.IndexByte("+/_-", c) >= 0 }

// packs says whether a known secret is packed in a run. Where the packing
// begins in it is not known: a word may stand before.
func (m mask) packs(run string, depth int) bool {
	if len(run) < base64.RawStdEncoding.EncodedLen(MinSecret) {
		return false
	}
	standard := strings.NewReplacer("-", "+", "_", "/").Replace(run)
	for shift := range 4 {
		coded := standard[shift:]
		if len(coded)%4 == 1 { // what is no base64 may follow
			coded = coded[:len(coded)-1]
		}
		// Strictness about the last bits would only miss something.
		if plain, err := base64.RawStdEncoding.DecodeString(coded); err == nil && m.holds(string(plain), depth-1) {
			return true
		}
	}
	for _, piece := range strings.FieldsFunc(run, func(c rune) bool { return !strings.ContainsRune(hexDigits, c) }) {
		for shift := range 2 {
			coded := piece[shift:]
			plain, err := hex.DecodeString(coded[:len(coded)&^1])
			if err == nil && m.holds(string(plain), depth-1) {
				return true
			}
		}
	}
	return false
}

const hexDigits = "0123456789abcdefABCDEF"

// holds says whether what was packed holds a known secret, escaped once at most.
func (m mask) holds(text string, depth int) bool {
	known := false
	seen := func(int, int) { known = true }
	for _, v := range views(text, 1) {
		m.inPlain(v.text, seen)
		if depth > 0 && !known {
			m.inPacked(v.text, depth, seen)
		}
		if known {
			return true
		}
	}
	return false
}

// minLearned is how long a value must be to be looked for elsewhere because of
// its member's name.
const minLearned = 16

// maxLearned bounds what an answer full of such values could cost.
const maxLearned = 100

// learn collects values that their names give away, so that they are hidden
// where they appear without a name.
func learn(hops []*raw) []string {
	var learned []string
	keep := func(value string) {
		if len(learned) < maxLearned && len(value) >= minLearned && pieceKind(value) == strange && !slices.Contains(learned, value) {
			learned = append(learned, value)
		}
	}
	for _, h := range hops {
		for _, t := range h.texts() {
			for _, v := range views(t.text, maxNesting) {
				note := func(from, to int) { keep(v.text[from:to]) }
				inMembers(v, t.form, note, note)
			}
		}
		for _, headers := range []http.Header{h.request.headers, h.response.headers} {
			learnHeaders(headers, keep)
		}
	}
	return learned
}

func learnHeaders(headers http.Header, keep func(string)) {
	for name, values := range headers {
		for _, value := range values {
			if !credentialHeader(name, value) {
				continue
			}
			_, credentials := splitScheme(name, value)
			keep(credentials)
			if pair, err := base64.StdEncoding.DecodeString(credentials); err == nil {
				_, password, _ := strings.Cut(string(pair), ":") // RFC 7617
				keep(password)
				keep(plainValue(password))
			}
		}
	}
}
