package trace

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// span is a range of a text that is not shown.
type span struct {
	from, to int
	// shown takes its place; "" for the usual words.
	shown string
	// quoted: the usual words become a JSON string.
	quoted bool
}

// text is something to be masked.
type text struct {
	text string
	form bool // a form or a URL
	// number: what only looks like a token is none.
	number bool
}

// mask hides credentials.
type mask struct{ known []string }

func newMask(secrets []string) mask { return mask{secrets} }

// hop masks one hop.
func (m mask) hop(h *raw) Hop {
	return Hop{
		At: h.at, Took: h.took, Kind: m.line(text{text: h.kind}), Method: m.line(text{text: h.method}),
		URL:            m.line(text{text: h.url, form: true}),
		RequestHeaders: m.headers(h.request.headers), RequestBody: m.body(h.request), Status: h.status,
		ResponseHeaders: m.headers(h.response.headers), ResponseBody: m.body(h.response),
		Error: m.line(text{text: h.failed}),
	}
}

// texts are the parts of a hop in which members have names.
func (h *raw) texts() []text {
	return []text{{text: h.url, form: true}, h.request.text(), h.response.text(), {text: h.failed}}
}

func (b message) text() text {
	if !b.readable() {
		return text{}
	}
	return text{text: string(b.body), form: b.media() == "application/x-www-form-urlencoded"}
}

func (b message) media() string {
	media, _, err := mime.ParseMediaType(b.headers.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return media
}

// readable says whether a body is text. Its end may be the middle of a
// character when only its beginning was kept.
func (b message) readable() bool {
	if coding := b.headers.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return false
	}
	body := b.body
	if int64(len(body)) < b.size {
		for range utf8.UTFMax - 1 {
			if last, size := utf8.DecodeLastRune(body); last != utf8.RuneError || size != 1 {
				break
			}
			body = body[:len(body)-1]
		}
	}
	return utf8.Valid(body) && !slices.ContainsFunc(body, func(c byte) bool {
		return c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f'
	})
}

// body is a body as it is shown: masked text with a note of what is missing, or
// only a size.
func (m mask) body(b message) string {
	switch {
	case b.size == 0:
		return ""
	case !b.readable():
		return fmt.Sprintf("[%d bytes, not text]", b.size)
	}
	shown := m.text(b.text(), MaxBody)
	if b.size > MaxBody {
		shown += fmt.Sprintf("\n[cut: the first %d of %d bytes]", MaxBody, b.size)
	}
	return shown
}

// line is m.text for what has no bound of its own.
func (m mask) line(t text) string {
	shown := m.text(t, maxLine)
	if len(t.text) > maxLine {
		shown += fmt.Sprintf(" [cut: the first %d of %d bytes]", maxLine, len(t.text))
	}
	return shown
}

func (m mask) headers(headers http.Header) []Header {
	var shown []Header
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		for _, value := range headers[name] {
			if len(shown) == maxHeaders {
				return shown
			}
			shown = append(shown, Header{m.line(text{text: name}), m.header(name, value)})
		}
	}
	return shown
}

func (m mask) header(name, value string) string {
	if !credentialHeader(name, value) {
		return m.line(text{text: value, number: requestNumber(name)})
	}
	scheme, credentials := splitScheme(name, value)
	return m.line(text{text: scheme}) + m.all(credentials)
}

// maxScheme is how long the name of an authentication scheme may be, in bytes.
const maxScheme = 16

// splitScheme parts an Authorization header (RFC 9110 section 11.4) into the
// scheme with its space, which may be shown, and the rest.
func splitScheme(name, value string) (scheme, credentials string) {
	if name != "Authorization" && name != "Proxy-Authorization" {
		return "", value
	}
	scheme, credentials, ok := strings.Cut(value, " ")
	if !ok || len(scheme) > maxScheme {
		return "", value
	}
	for _, c := range []byte(scheme) {
		if !isPieceByte(c) && c != '-' {
			return "", value
		}
	}
	return scheme + " ", credentials
}

// all hides a whole value, except what is told of a JWT.
func (m mask) all(value string) string {
	if value == "" {
		return ""
	}
	spans := append(m.jwts(view{text: value}), span{from: 0, to: len(value)})
	return render(value, spans, len(value))
}

// text hides what is to be hidden in the first limit bytes of a text. All of
// it is searched.
func (m mask) text(t text, limit int) string {
	if t.text == "" {
		return ""
	}
	var spans []span
	readings := views(t.text, maxNesting)
	if len(readings) > maxViews {
		return fmt.Sprintf("[%d bytes, escaped too often]", len(t.text))
	}
	for _, v := range readings {
		found := func(from, to int) { spans = append(spans, v.source(from, to)) }
		quoted := func(from, to int) {
			s := v.source(from, to)
			s.quoted = v.at == nil // in an escaped text a quote would end the string
			spans = append(spans, s)
		}
		m.inPlain(v.text, found)
		m.inPacked(v.text, maxPacking, found)
		inMembers(v, t.form, found, quoted)
		inQuotedHeaders(v.text, found)
		inURLs(v.text, found)
		if !t.number {
			inRuns(v.text, found)
		}
		inEncodedJSON(v.text, found)
		spans = append(spans, m.jwts(v)...)
	}
	return strings.ToValidUTF8(render(t.text, spans, limit), "\uFFFD")
}

// inMembers finds the values of members whose names speak of credentials.
func inMembers(v view, form bool, found, quoted find) {
	if form && v.at == nil {
		inForm(v.text, found)
	}
	inText(v.text, found)
	inJSON(v.text, found, quoted)
	inXML(v.text, found)
	inParts(v.text, found)
}

// jwts finds JWTs and says what is shown of them. One that carries a known
// secret in what would be shown is hidden like anything else.
func (m mask) jwts(v view) []span {
	var spans []span
	inJWTs(v.text, func(from, to int, header, claims map[string]json.RawMessage) {
		s := v.source(from, to)
		s.shown = describe(to-from, header, claims)
		for name, value := range header {
			if m.knows(name) || m.knows(string(value)) {
				s.shown = ""
			}
		}
		for name := range claims {
			if m.knows(name) {
				s.shown = ""
			}
		}
		spans = append(spans, s)
	})
	return spans
}

// knows says whether a text holds a known secret.
func (m mask) knows(text string) bool {
	known := false
	for _, v := range views(text, maxNesting) {
		m.inPlain(v.text, func(int, int) { known = true })
		m.inPacked(v.text, maxPacking, func(int, int) { known = true })
	}
	return known
}

// render puts words in the place of what is hidden. A JWT's words win over
// those of a larger range around it.
func render(source string, spans []span, limit int) string {
	var out strings.Builder
	done := 0
	limit = min(limit, len(source))
	for _, s := range merged(spans) {
		if s.from >= limit {
			break
		}
		out.WriteString(source[done:s.from])
		out.WriteString(s.words(source))
		done = s.to
	}
	if done < limit {
		for limit > done && limit < len(source) && !utf8.RuneStart(source[limit]) {
			limit--
		}
		out.WriteString(source[done:limit])
	}
	return out.String()
}

func (s span) words(source string) string {
	if s.shown != "" {
		return s.shown
	}
	words := fmt.Sprintf("[masked, %d characters]", utf8.RuneCountInString(source[s.from:s.to]))
	if s.quoted {
		return `"` + words + `"`
	}
	return words
}

// merged returns the spans in order and without overlap.
func merged(spans []span) []span {
	var told, plain []span
	for _, s := range spans {
		switch {
		case s.from >= s.to:
		case s.shown != "":
			told = append(told, s)
		default:
			plain = append(plain, s)
		}
	}
	told = union(told)
	var all []span
	for _, s := range union(plain) {
		all = append(all, s.without(told)...)
	}
	all = append(all, told...)
	slices.SortFunc(all, func(a, b span) int { return a.from - b.from })
	return all
}

// union joins spans that touch or overlap; of spans with words of their own the
// longest keeps them.
func union(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
	var joined []span
	for _, s := range spans {
		last := len(joined) - 1
		if last < 0 || s.from > joined[last].to {
			joined = append(joined, s)
			continue
		}
		switch into := &joined[last]; {
		case s.to > into.to:
			into.to, into.quoted = s.to, false
		case s.from == into.from && s.to == into.to:
			into.quoted = into.quoted || s.quoted
		}
	}
	return joined
}

// without cuts the others out of s.
func (s span) without(others []span) []span {
	var left []span
	for _, other := range others {
		if other.to <= s.from || other.from >= s.to {
			continue
		}
		if other.from > s.from {
			left = append(left, span{from: s.from, to: other.from})
		}
		s.from = other.to
	}
	if s.from < s.to {
		left = append(left, s)
	}
	return left
}
