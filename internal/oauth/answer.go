package oauth

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Caps of token answers.
const (
	maxToken     = 64 << 10
	maxScopes    = 200
	maxScopeSize = 300
	// maxLife caps expires_in: beyond ten years it says nothing.
	maxLife = 10 * 365 * 24 * time.Hour
)

// tokenAnswer is a token endpoint's answer in one form, whatever form it came
// in (RFC 6749 sections 5.1 and 5.2).
type tokenAnswer struct {
	accessToken, refreshToken, idToken string
	tokenType                          string
	// expiresIn is 0 when not told.
	expiresIn time.Duration
	// scope is nil when not sent.
	scope []string
	// errorCode and errorText are the provider's; the first decides.
	errorCode, errorText string
}

// readToken decodes the body of a token answer. Providers deviate in the type
// of nearly every member; what can be understood is.
func readToken(got answer, separator string) (tokenAnswer, error) {
	members, err := tokenMembers(got)
	if err != nil {
		return tokenAnswer{}, err
	}
	answered := tokenAnswer{
		accessToken: members.text("access_token"), refreshToken: members.text("refresh_token"),
		idToken: members.text("id_token"), tokenType: strings.TrimSpace(members.text("token_type")),
		expiresIn: members.seconds("expires_in"), scope: members.list("scope", separator),
	}
	answered.errorCode, answered.errorText = members.failure()
	return answered, nil
}

// members are the members of an answer, still encoded. Their names are matched
// exactly, unlike those of a struct.
type members map[string]json.RawMessage

// tokenMembers reads JSON, and the form encoding that some providers answer
// with, under whatever media type it comes.
func tokenMembers(got answer) (members, error) {
	body := bytes.TrimSpace(got.body)
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")) // a byte order mark
	if len(body) > 0 && body[0] == '{' {
		var decoded members
		if json.Unmarshal(body, &decoded) != nil {
			return nil, errors.New("the answer is not valid JSON")
		}
		return decoded, nil
	}
	if got.media == "application/x-www-form-urlencoded" || got.media == "text/plain" {
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, errors.New("the answer is not a valid form")
		}
		decoded := members{}
		for name := range values {
			text, err := json.Marshal(values.Get(name))
			if err != nil {
				return nil, errors.New("the answer is not a valid form")
			}
			decoded[name] = text
		}
		return decoded, nil
	}
	return nil, errors.New("the answer is neither JSON nor a form")
}

// text returns a string member, "" when it is absent or of another type.
func (m members) text(name string) string {
	var text string
	if json.Unmarshal(m[name], &text) != nil {
		return ""
	}
	return text
}

// seconds reads a duration sent as an integer, a float or either in a string.
// Nothing, nonsense, zero and negative values mean that it is not known.
func (m members) seconds(name string) time.Duration {
	text := strings.Trim(string(bytes.TrimSpace(m[name])), `"`)
	number, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(number) || number <= 0 {
		return 0
	}
	if number >= maxLife.Seconds() {
		return maxLife
	}
	return time.Duration(number * float64(time.Second)).Truncate(time.Second)
}

// list reads scopes sent as one string, with the separator or with spaces, or
// as an array.
func (m members) list(name, separator string) []string {
	var parts []string
	if json.Unmarshal(m[name], &parts) != nil {
		parts = strings.FieldsFunc(m.text(name), func(r rune) bool {
			return r == ' ' || separator != "" && strings.ContainsRune(separator, r)
		})
	}
	var kept []string
	for _, part := range parts {
		if part != "" && len(part) <= maxScopeSize && printable(part) && len(kept) < maxScopes {
			kept = append(kept, part)
		}
	}
	return kept
}

// failure returns the error code and text. Some providers put an object where
// the code belongs, or use names of their own for the text.
func (m members) failure() (code, text string) {
	code = m.text("error")
	text = m.text("error_description")
	if code == "" && len(m["error"]) > 0 && m["error"][0] == '{' {
		var nested members
		if json.Unmarshal(m["error"], &nested) == nil {
			code, text = otherCode, nested.text("message")
		}
	}
	if text == "" {
		text = m.text("message")
	}
	return code, text
}

// valid checks a successful answer's tokens.
func (t tokenAnswer) valid() error {
	switch {
	case t.accessToken == "":
		return errors.New("the answer holds no access token")
	case !strings.EqualFold(t.tokenType, "bearer") && t.tokenType != "":
		return errors.New("the token is not a bearer token")
	}
	for _, token := range []string{t.accessToken, t.refreshToken, t.idToken} {
		if len(token) > maxToken || !printable(token) {
			return errors.New("a token is too long or not text")
		}
	}
	return nil
}
