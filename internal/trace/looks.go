package trace

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
)

const (
	// minRun is how long a run of base64-like text must be to be taken for a
	// credential by its look alone, in bytes.
	minRun = 32
	// minBits is the least entropy per character of such a run: padding and
	// rulers have less.
	minBits = 2
	// longestWord is how long a word of a natural language is taken to be.
	longestWord = 16
	// longestNumber is longer than every number of an account or an
	// organisation.
	longestNumber = 20
)

// wordlike is a word, or several in camel case.
var wordlike = regexp.MustCompile(`^([A-Z]?[a-z]{2,}|[A-Z]{2,6}|[A-Z]{2,}$)+$`)

// inRuns finds what looks like a key or a token: a long stretch of pieces that
// are no words.
func inRuns(text string, found find) {
	for i := 0; i < len(text); {
		if !isRunByte(text[i]) {
			i++
			continue
		}
		end := i
		for end < len(text) && isRunByte(text[end]) {
			end++
		}
		inRun(text, i, end, found)
		i = end
	}
}

func isRunByte(c byte) bool { return isPieceByte(c) || strings.IndexByte("+/_-.~", c) >= 0 }

func isPieceByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// inRun looks at the pieces between a run's punctuation. Words part stretches;
// short pieces and numbers belong to the stretch that they touch.
func inRun(text string, from, to int, found find) {
	start, end, opaque := -1, -1, false
	flush := func() {
		if opaque && end-start >= minRun && entropy(text[start:end]) >= minBits {
			found(start, end)
		}
		start, opaque = -1, false
	}
	for i := from; i < to; {
		if !isPieceByte(text[i]) {
			i++
			continue
		}
		next := i
		for next < to && isPieceByte(text[next]) {
			next++
		}
		if kind := pieceKind(text[i:next]); kind == word {
			flush()
		} else {
			if start < 0 {
				start = i
			}
			end, opaque = next, opaque || kind == strange
		}
		i = next
	}
	flush()
}

type piece int

const (
	word piece = iota
	neutral
	strange
)

func pieceKind(text string) piece {
	switch {
	case len(text) <= 4:
		return neutral
	case len(text) <= longestNumber && strings.Trim(text, "0123456789") == "":
		return neutral
	case len(text) <= 2*longestWord && wordlike.MatchString(text) && (len(text) <= longestWord || hasHumps(text)):
		return word
	}
	return strange
}

// hasHumps says whether a long piece is several words in camel case.
func hasHumps(text string) bool {
	return strings.ToLower(text[1:]) != text[1:] && strings.ToUpper(text) != text
}

// entropy is Shannon's, in bits per byte.
func entropy(text string) float64 {
	var counts [256]int
	for _, c := range []byte(text) {
		counts[c]++
	}
	bits := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(text))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

// schemes finds the credentials of an Authorization header that is quoted in a
// text.
var schemes = regexp.MustCompile(`(?i)\b(?:bearer|basic)\s+([A-Za-z0-9+/._~=-]{6,})`)

func inQuotedHeaders(text string, found find) {
	for _, match := range schemes.FindAllStringSubmatchIndex(text, -1) {
		value := text[match[2]:match[3]]
		parameter := strings.HasSuffix(value, "=") && strings.HasPrefix(text[match[3]:], `"`) // RFC 9110 section 11.2
		if !parameter && pieceKind(strings.Trim(value, "._~=-")) != word {
			found(match[2], match[3])
		}
	}
}

// inURLs finds passwords before the host of a URL.
var userinfo = regexp.MustCompile(`://([^/?#@\s"'<>]+)@`)

func inURLs(text string, found find) {
	for _, match := range userinfo.FindAllStringSubmatchIndex(text, -1) {
		found(match[2], match[3])
	}
}

// inEncodedJSON finds base64 that holds a JSON object, however short.
func inEncodedJSON(text string, found find) {
	eachSegment(text, 0, func(from, to int) int {
		if decodeObject(text[from:to]) != nil {
			found(from, to)
		}
		return to
	})
}

// inJWTs finds JSON Web Tokens (RFC 7519), signed or encrypted, and says what
// may be shown of each.
func inJWTs(text string, found func(from, to int, header, claims map[string]json.RawMessage)) {
	eachSegment(text, 0, func(from, to int) int {
		header := decodeObject(text[from:to])
		if header["alg"] == nil {
			return to
		}
		end, parts := to, []string{text[from:to]}
		for len(parts) < 5 && end < len(text) && text[end] == '.' {
			next := end + 1
			for next < len(text) && isSegmentByte(text[next]) {
				next++
			}
			parts, end = append(parts, text[end+1:next]), next
		}
		if len(parts) == 1 {
			return to
		}
		found(from, end, header, decodeObject(parts[1]))
		return end
	})
}

// eachSegment calls visit for each run of base64url characters; visit returns
// where to go on.
func eachSegment(text string, i int, visit func(from, to int) int) {
	for i < len(text) {
		if !isSegmentByte(text[i]) {
			i++
			continue
		}
		to := i
		for to < len(text) && isSegmentByte(text[to]) {
			to++
		}
		i = max(visit(i, to), to)
	}
}

func isSegmentByte(c byte) bool { return isPieceByte(c) || c == '-' || c == '_' }

// decodeObject returns the members of a JSON object in base64url, or nil.
func decodeObject(text string) map[string]json.RawMessage {
	if len(text) < 4 {
		return nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || !bytes.HasPrefix(bytes.TrimSpace(plain), []byte("{")) {
		return nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(plain, &members) != nil {
		return nil
	}
	return members
}

const (
	maxClaims = 40
	maxClaim  = 64 // of a claim's name or a header's value, in bytes
)

// describe tells a JWT's header and the names of its claims, without characters
// that could end a string of JSON or a value of XML.
func describe(length int, header, claims map[string]json.RawMessage) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(header)) {
		parts = append(parts, harmless(name)+"="+harmless(strings.Trim(string(header[name]), `"`)))
	}
	text := fmt.Sprintf("[masked JWT, %d characters, header %s", length, strings.Join(parts[:min(len(parts), maxClaims)], " "))
	if claims != nil {
		names := slices.Sorted(maps.Keys(claims))
		for i, name := range names {
			names[i] = harmless(name)
		}
		text += ", claims " + strings.Join(names[:min(len(names), maxClaims)], " ")
	}
	return text + "]"
}

func harmless(text string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || strings.ContainsRune("\"'\\<>&{}[],", c) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(text[:min(len(text), maxClaim)], ""))
}
