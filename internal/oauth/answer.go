package oauth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bowline/bowline/internal/catalog"
)

// Caps of token answers.
const (
	maxToken     = 64 << 10
	maxScopes    = 200
	maxScopeSize = 300
	// maxLife caps expires_in: beyond ten years it says nothing.
	maxLife = 10 * 365 * 24 * time.Hour
	// maxUnix is a time beyond the year 9000, in seconds.
	maxUnix = 1 << 38
)

// tokenAnswer is a token endpoint's answer in one form, whatever form it came
// in (RFC 6749 sections 5.1 and 5.2).
type tokenAnswer struct {
	accessToken, refreshToken, idToken string
	tokenType                          string
	// expires and refreshExpires are zero when not told.
	expires, refreshExpires ending
	// scope is nil when not sent.
	scope []string
	// errorCode and errorText are the provider's; the first decides.
	errorCode, errorText string
}

// readToken decodes the body of a token answer. Providers deviate in the type
// of nearly every member; what can be understood is.
func readToken(got answer, o catalog.OAuth) (tokenAnswer, error) {
	members, err := tokenMembers(got)
	if err != nil {
		return tokenAnswer{}, err
	}
	answered := tokenAnswer{
		accessToken: members.text("access_token"), refreshToken: members.text("refresh_token"),
		idToken: members.text("id_token"), tokenType: strings.TrimSpace(members.text("token_type")),
		expires: members.ending(o.Expires), refreshExpires: members.ending(o.RefreshExpires),
		scope: members.list("scope", o.ScopeSeparator),
	}
	if o.Expires == nil {
		answered.expires = ending{in: members.seconds("expires_in")}
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

// scalar returns a text, number or boolean member as text, "" for anything else.
func (m members) scalar(name string) string {
	decoder := json.NewDecoder(bytes.NewReader(m[name]))
	decoder.UseNumber()
	var value any
	if len(m[name]) == 0 || decoder.Decode(&value) != nil {
		return ""
	}
	return catalog.Text(value)
}

// jwtClaims reads the claims of a token that looks like a JWT (RFC 7519). They
// are not verified.
func jwtClaims(token Secret) members {
	parts := strings.Split(token.Reveal(), ".")
	if len(parts) != 3 {
		return nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil
	}
	var claims members
	if json.Unmarshal(payload, &claims) != nil {
		return nil
	}
	return claims
}

// ending is when a token ends: so long after it was asked for, or at a time.
type ending struct {
	in time.Duration
	at time.Time
}

// after returns the time in UTC by our clock, zero when it is not known. off is
// how far the provider's is ahead.
func (e ending) after(asked time.Time, off time.Duration) time.Time {
	switch {
	case e.in > 0:
		return asked.Add(e.in).UTC()
	case e.at.IsZero():
		return time.Time{}
	}
	return e.at.Add(-off)
}

// ending reads the end of a token as the entry says that it is told. What
// cannot be understood is not known.
func (m members) ending(told *catalog.Expiry) ending {
	if told == nil {
		return ending{}
	}
	switch told.Form {
	case catalog.ExpiryUnix:
		if unix, err := strconv.ParseInt(m.scalar(told.Field), 10, 64); err == nil && unix > 0 && unix < maxUnix {
			return ending{at: time.Unix(unix, 0).UTC()}
		}
	case catalog.ExpiryISO:
		if at, err := time.Parse(time.RFC3339, m.text(told.Field)); err == nil {
			return ending{at: at.UTC()}
		}
	default:
		return ending{in: m.seconds(told.Field)}
	}
	return ending{}
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
