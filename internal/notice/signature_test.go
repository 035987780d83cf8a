package notice

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline/internal/catalog"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func sum(key string, texts ...string) []byte {
	m := hmac.New(sha256.New, []byte(key))
	for _, text := range texts {
		m.Write([]byte(text))
	}
	return m.Sum(nil)
}

// TestSignatures: of each form only what the holder of the key has made, for this
// address and now.
func TestSignatures(t *testing.T) {
	t.Parallel()
	const address, body, key = "https://bowline.example/hooks/abcd/1", `{"a":1}`, "the-key"
	plain := catalog.Signature{Header: "X-Sum", Algorithm: catalog.HMACSHA256, Encoding: catalog.EncodingBase64, Signed: "${notice.url}${notice.body}", Key: key}
	stamped := catalog.Signature{Header: "X-Sum", Algorithm: catalog.HMACSHA256, Encoding: catalog.EncodingHex, Signed: "${notice.time}.${notice.body}",
		Value: "v1", Time: "t", Seconds: 300, Key: key}
	b64 := func(key string, texts ...string) string { return base64.StdEncoding.EncodeToString(sum(key, texts...)) }
	at := func(d time.Duration, key string) string {
		unix := strconv.FormatInt(now.Add(d).Unix(), 10)
		return "t=" + unix + ",v1=" + hex.EncodeToString(sum(key, unix, ".", body))
	}
	unix := strconv.FormatInt(now.Unix(), 10)
	for name, c := range map[string]struct {
		how    catalog.Signature
		header string
		right  bool
	}{
		"right":             {plain, b64(key, address, body), true},
		"none":              {plain, "", false},
		"another key":       {plain, b64("other", address, body), false},
		"another address":   {plain, b64(key, address+"2", body), false},
		"another body":      {plain, b64(key, address, body+" "), false},
		"hex":               {plain, hex.EncodeToString(sum(key, address, body)), false},
		"cut":               {plain, b64(key, address, body)[:20], false},
		"an empty sum":      {plain, "=", false},
		"stamped":           {stamped, at(0, key), true},
		"upper case":        {stamped, strings.ToUpper(at(0, key)), false},
		"with spaces":       {stamped, strings.ReplaceAll(at(0, key), ",", ", "), true},
		"the second of two": {stamped, "v1=" + strings.Repeat("0", 64) + "," + at(0, key), true},
		"the ninth":         {stamped, strings.Repeat("v1=00,", 8) + at(0, key), false},
		"a little old":      {stamped, at(-299*time.Second, key), true},
		"too old":           {stamped, at(-301*time.Second, key), false},
		"a little ahead":    {stamped, at(299*time.Second, key), true},
		"too far ahead":     {stamped, at(301*time.Second, key), false},
		"another time":      {stamped, strings.Replace(at(0, key), "t="+unix, "t="+strconv.FormatInt(now.Unix()+1, 10), 1), false},
		"two times":         {stamped, "t=1," + at(0, key), false},
		"no time":           {stamped, "v1=" + hex.EncodeToString(sum(key, unix, ".", body)), false},
		"time is no number": {stamped, "t=now,v1=" + hex.EncodeToString(sum(key, "now", ".", body)), false},
		"endless time":      {stamped, "t=9223372036854775807,v1=" + hex.EncodeToString(sum(key, "9223372036854775807", ".", body)), false},
		"stamped, no key":   {stamped, at(0, "other"), false},
		"no algorithm":      {catalog.Signature{Header: "X-Sum", Encoding: catalog.EncodingBase64, Signed: plain.Signed, Key: key}, b64(key, address, body), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			if c.header != "" {
				header.Set("X-Sum", c.header)
			}
			if signed(c.how, header, address, []byte(body), now) != c.right {
				t.Errorf("accepted: %t", !c.right)
			}
		})
	}
}

// FuzzSignature: no header makes it fail otherwise than by refusing.
func FuzzSignature(f *testing.F) {
	f.Add("t=1,v1=ab", `{}`)
	f.Add(",,=,t==,v1", "")
	how := catalog.Signature{Header: "X-Sum", Algorithm: catalog.HMACSHA256, Encoding: catalog.EncodingHex, Signed: "${notice.time}.${notice.body}",
		Value: "v1", Time: "t", Seconds: 300, Key: "a key that nobody guesses"}
	f.Fuzz(func(t *testing.T, header, body string) {
		if signed(how, http.Header{"X-Sum": {header}}, "https://bowline.example", []byte(body), now) {
			t.Error("accepted")
		}
	})
}

// TestLanguages: the page speaks the language that the browser asks for first.
func TestLanguages(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{"": "en", "fr-CA,fr;q=0.9,en": "fr", "ja, de;q=0.8": "de", "zz": "en", "EN-gb": "en"} {
		if got := preferred(header); got != want {
			t.Errorf("%q: %s", header, got)
		}
	}
}
