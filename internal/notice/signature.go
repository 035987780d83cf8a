package notice

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bowline/bowline/internal/catalog"
)

// maxValues bounds the signatures of one header that are compared: a provider
// sends two while its key is being replaced.
const maxValues = 8

// signed says whether the signature of a notice is right, in a time that does not
// depend on how wrong it is. address is where the operator had it sent.
func signed(s catalog.Signature, header http.Header, address string, body []byte, now time.Time) bool {
	given := header.Get(s.Header)
	if given == "" || s.Algorithm != catalog.HMACSHA256 {
		return false
	}
	values, at := []string{given}, ""
	if s.Value != "" {
		values, at = parts(given, s.Value, s.Time)
	}
	if s.Time != "" {
		unix, err := strconv.ParseInt(at, 10, 64)
		if err != nil || now.Sub(time.Unix(unix, 0)).Abs() > time.Duration(s.Seconds)*time.Second {
			return false
		}
	}
	text, err := catalog.FillText(s.Signed, catalog.Values{
		catalog.NoticeURL: address, catalog.NoticeBody: string(body), catalog.NoticeTime: at,
	})
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(s.Key.Reveal()))
	mac.Write([]byte(text))
	want := mac.Sum(nil)
	right := false
	for _, value := range values {
		if got, ok := decoded(s.Encoding, value); ok && hmac.Equal(got, want) {
			right = true
		}
	}
	return right
}

// parts reads a header like "t=1700000000,v1=abc,v1=def".
func parts(given, value, at string) (values []string, when string) {
	for _, part := range strings.Split(given, ",") {
		switch name, text, _ := strings.Cut(strings.TrimSpace(part), "="); {
		case name == value && len(values) < maxValues:
			values = append(values, text)
		case name == at && when == "":
			when = text
		}
	}
	return values, when
}

func decoded(encoding, text string) ([]byte, bool) {
	var sum []byte
	var err error
	if encoding == catalog.EncodingBase64 {
		sum, err = base64.StdEncoding.DecodeString(text)
	} else {
		sum, err = hex.DecodeString(text)
	}
	return sum, err == nil && len(sum) == sha256.Size
}
