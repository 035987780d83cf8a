package oauth

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/bowline/bowline/internal/catalog"
)

// ErrUnsupported says that the integration has no endpoint for the operation.
var ErrUnsupported = errors.New("integration does not support this")

// Reason is why an operation failed, as far as a caller must act on it.
type Reason string

// The reasons.
const (
	// Denied: the person, or the provider on their behalf, said no.
	Denied Reason = "denied"
	// Refused: the code or refresh token is not accepted (invalid_grant); only
	// a new consent helps.
	Refused Reason = "refused"
	// Unavailable: network, timeout, 5xx or 429; trying again later may help.
	Unavailable Reason = "unavailable"
	// Misconfigured: the operator's registration with the provider or the
	// catalog entry is wrong; the customer cannot help it.
	Misconfigured Reason = "misconfigured"
	// Invalid: the provider's answer cannot be understood or trusted.
	Invalid Reason = "invalid"
	// Role: the person who signed in may not allow this; another one can.
	Role Reason = "role"
	// Lapsed: the business's subscription with the provider lacks this.
	Lapsed Reason = "lapsed"
	// WrongIssuer: the answer came from another authorization server than the
	// one asked (RFC 9207 section 2.4); nothing was sent to either.
	WrongIssuer Reason = "wrong issuer"
)

// Error is the failure of one operation.
type Error struct {
	// Op is what was being done, such as "exchange code".
	Op     string
	Reason Reason
	// Status is the HTTP status of the provider's answer, 0 without one.
	Status int
	// Code is the error code of RFC 6749 and its extensions when the provider
	// sent one from the closed list, "other" for any other code, "" for none.
	Code string
	// Named says that the catalog entry gives this answer its Reason.
	Named bool
	// RetryAfter is how long the provider wants to be left alone (RFC 9110
	// section 10.2.3), 0 when it did not say; at most an hour.
	RetryAfter time.Duration
	// Detail is the provider's own text, for statusText: at most 200 runes,
	// without control characters and without any secret of this operation.
	// Never log it, never show it as our own words.
	Detail string
	// cause is ours and free of provider text.
	cause error
}

// Error tells operation, reason, status and code; never Detail.
func (e *Error) Error() string {
	text := e.Op + ": " + string(e.Reason)
	if e.Code != "" {
		text += ": " + e.Code
	}
	if e.Status != 0 {
		text += fmt.Sprintf(" (status %d)", e.Status)
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap returns the cause, such as context.Canceled, or nil.
func (e *Error) Unwrap() error { return e.cause }

// ReasonOf returns the Reason of the *Error in err's chain, or "" when there
// is none.
func ReasonOf(err error) Reason {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}

// otherCode stands for every error code that is not on the list.
const otherCode = "other"

// reasons is the closed list of error codes: RFC 6749 sections 4.1.2.1 and
// 5.2, RFC 7009 section 2.2.1, RFC 6750 section 3.1, RFC 8707 section 2 and
// OpenID Connect Core section 3.1.2.6.
var reasons = map[string]Reason{
	"access_denied":              Denied,
	"consent_required":           Denied,
	"interaction_required":       Denied,
	"login_required":             Denied,
	"account_selection_required": Denied,
	"invalid_grant":              Refused,
	"invalid_token":              Refused,
	"insufficient_scope":         Refused,
	"server_error":               Unavailable,
	"temporarily_unavailable":    Unavailable,
	"slow_down":                  Unavailable,
	"invalid_client":             Misconfigured,
	"invalid_redirect_uri":       Misconfigured,
	"invalid_request":            Misconfigured,
	"invalid_request_object":     Misconfigured,
	"invalid_request_uri":        Misconfigured,
	"invalid_scope":              Misconfigured,
	"invalid_target":             Misconfigured,
	"redirect_uri_mismatch":      Misconfigured,
	"registration_not_supported": Misconfigured,
	"request_not_supported":      Misconfigured,
	"request_uri_not_supported":  Misconfigured,
	"unauthorized_client":        Misconfigured,
	"unsupported_grant_type":     Misconfigured,
	"unsupported_response_type":  Misconfigured,
	"unsupported_token_type":     Misconfigured,
}

// meanings are the reasons of what a catalog entry says about an error.
var meanings = map[string]Reason{
	catalog.MeansDenied: Denied, catalog.MeansRevoked: Refused, catalog.MeansLater: Unavailable,
	catalog.MeansOperator: Misconfigured, catalog.MeansRole: Role, catalog.MeansPlan: Lapsed,
}

// classify maps a provider's error code and status to the closed lists. An
// unknown code falls back on the status, and without a telling status the
// request that the provider will not serve counts as misconfigured.
func classify(code string, status int) (Reason, string) {
	if status >= 500 || status == 429 || status == 408 {
		if _, known := reasons[code]; !known && code != "" {
			code = otherCode
		}
		return Unavailable, code
	}
	if reason, known := reasons[code]; known {
		return reason, code
	}
	if code != "" {
		code = otherCode
	}
	switch {
	case status == 401 || status == 403:
		return Refused, code
	case status >= 400 || status == 0:
		return Misconfigured, code
	}
	return Invalid, code
}

// maxDetail caps Error.Detail, in runes.
const maxDetail = 200

// detail cleans a provider's text for Error.Detail. Texts that some providers
// echo are cut out, the whole secret or nothing of it.
func detail(text string, secrets ...string) string {
	for _, secret := range secrets {
		// Shorter ones are no secrets, and cutting them would only garble.
		if len(secret) >= 6 {
			text = strings.ReplaceAll(text, secret, "[removed]")
			text = strings.ReplaceAll(text, url.QueryEscape(secret), "[removed]")
		}
	}
	return clean(text, maxDetail)
}

// clean makes one line of valid, printable text of at most limit runes out of
// anything. Characters that reorder or hide text go as well, because the
// result is shown to people beside our own words.
func clean(text string, limit int) string {
	var out strings.Builder
	count, space := 0, false
	for _, r := range text {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			space = true
			continue
		case r == unicode.ReplacementChar || !unicode.IsPrint(r):
			continue
		}
		if space && count > 0 {
			if count++; count > limit {
				break
			}
			out.WriteByte(' ')
		}
		space = false
		if count++; count > limit {
			break
		}
		out.WriteRune(r)
	}
	return strings.TrimSuffix(out.String(), " ")
}
