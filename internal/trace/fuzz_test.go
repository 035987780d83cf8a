package trace

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// encodings are the ways in which a secret may be written on the wire.
var encodings = map[string]func(string) string{
	"plain":   func(s string) string { return s },
	"query":   url.QueryEscape,
	"path":    url.PathEscape,
	"percent": func(s string) string { return eachByte(s, "%%%02x") },
	"json": func(s string) string {
		text, _ := json.Marshal(s)
		return string(text[1 : len(text)-1])
	},
	"json as \\u": func(s string) string {
		var out strings.Builder
		for _, c := range s {
			if c > 0xffff {
				c -= 0x10000
				fmt.Fprintf(&out, `\u%04X\u%04x`, 0xd800+c>>10, 0xdc00+c&0x3ff)
				continue
			}
			fmt.Fprintf(&out, `\u%04x`, c)
		}
		return out.String()
	},
	"html":       html.EscapeString,
	"xml":        func(s string) string { return eachRune(s, "&#x%X;") },
	"base64":     func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64url":  func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"base64 + 1": func(s string) string { return base64.StdEncoding.EncodeToString([]byte(":" + s)) },
	"base64 + 2": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("u:" + s + "\n")) },
	"hex":        func(s string) string { return hex.EncodeToString([]byte(s)) },
}

func eachByte(s, format string) string {
	var out strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&out, format, s[i])
	}
	return out.String()
}

func eachRune(s, format string) string {
	var out strings.Builder
	for _, c := range s {
		fmt.Fprintf(&out, format, c)
	}
	return out.String()
}

// surviving names the encoding, or pair of them, in which a secret is still to
// be found in the JSON of a recording.
func surviving(t *testing.T, r *Recorder, secret string) string {
	t.Helper()
	encoded, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var hops []Hop
	if err := json.Unmarshal(encoded, &hops); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, h := range hops {
		texts = append(texts, h.Kind, h.Method, h.URL, h.RequestBody, h.ResponseBody, h.Error)
		for _, header := range append(h.RequestHeaders, h.ResponseHeaders...) {
			texts = append(texts, header.Name, header.Value)
		}
	}
	shown := strings.Join(texts, "\x00")
	for name, encode := range encodings {
		for outer, again := range encodings {
			// The ends of base64 depend on the neighbours.
			written := again(encode(secret))
			if strings.Contains(outer, "base64") || strings.Contains(name, "base64") && outer == "plain" {
				if len(written) < 12 {
					continue
				}
				written = written[3 : len(written)-4]
			}
			if len(written) >= MinSecret && strings.Contains(shown, written) {
				return fmt.Sprintf("%q as %s in %s", shown, name, outer)
			}
		}
	}
	return ""
}

// FuzzNoSecretSurvives registers a secret and writes it in two encodings within
// each other, into each part of a hop.
func FuzzNoSecretSurvives(f *testing.F) {
	names := []string{
		"plain", "query", "path", "percent", "json", "json as \\u", "html", "xml", "base64", "base64url", "base64 + 1", "base64 + 2", "hex",
	}
	f.Add("hunter2hunter2", uint8(0), uint8(0), "before", "after")
	f.Add(known, uint8(4), uint8(1), `{"a":"`, `"}`)
	f.Add("ab%41\\u0041&amp;+ /cd", uint8(3), uint8(5), "x=", "&y=z")
	f.Add("aaaaaa", uint8(8), uint8(4), "<a>", "</a>")
	f.Add(idToken, uint8(0), uint8(0), "Bearer ", ";")
	f.Add("\U0001f600 six", uint8(5), uint8(7), "", "")
	f.Fuzz(func(t *testing.T, secret string, inner, outer uint8, before, after string) {
		if len(secret) < MinSecret || len(secret) > overlap/16 || !utf8.ValidString(secret) || len(before)+len(after) > 1000 {
			t.Skip("no secret that is looked for") // the property speaks of others
		}
		// Words of ours that a secret could be made of.
		for _, ours := range []string{"[masked JWT, 0123456789 characters, header alg= claims ]", "GET", "https://h.example/?q=", "X-Header", "bytes, not text]", "[cut: the first of"} {
			for i := 0; i+3 <= len(ours); i++ {
				if strings.Contains(secret, ours[i:i+3]) {
					t.Skip("made of our own words")
				}
			}
		}
		written := encodings[names[int(outer)%len(names)]](encodings[names[int(inner)%len(names)]](secret))
		// Neighbours that would be read as one escape with the secret's first
		// character make it another text.
		line := strings.TrimRight(before, `\%&#0123456789abcdefABCDEFuUxX;+/_=-`) + " " + written + " " + after
		r := &Recorder{}
		r.Secret(secret)
		r.hops = []*raw{{
			method: "GET", url: "https://h.example/?q=" + line, failed: line, kind: line,
			request: message{headers: http.Header{"X-Header": {line}, "Authorization": {"Basic " + line}}, body: []byte(line), size: int64(len(line))},
			response: message{
				headers: http.Header{line: {"x"}, "Content-Type": {"application/x-www-form-urlencoded"}},
				body:    []byte(line), size: int64(len(line)),
			},
		}}
		if where := surviving(t, r, secret); where != "" {
			t.Errorf("%q survives in %s", secret, where)
		}
	})
}
