package oauth

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/url"
	"strings"

	"github.com/bowline/bowline/internal/catalog"
)

// Callback is what the browser brought back from the provider (RFC 6749
// section 4.1.2, RFC 9207). Every field is the provider's word, or that of
// whoever made the link: State decides whether it counts, and the caller
// compares it.
type Callback struct {
	Code  string
	State string
	// Issuer is the iss parameter, "" when absent.
	Issuer string
	// Error and ErrorDescription are set instead of Code when the provider
	// refused; see Err.
	Error, ErrorDescription string
	// kept are the values of the catalog entry's keep.callback, by full name;
	// missing is the name of one that should be there.
	kept    catalog.Values
	missing string
	// issuerFault is true when Issuer is not what the integration expects.
	issuerFault bool
	// meaning is what the catalog entry says about Error, "" for nothing.
	meaning Reason
}

// Caps of callback parameters, in bytes.
const (
	maxCode        = 8 << 10
	maxState       = 1 << 10
	maxIssuer      = 2 << 10
	maxErrorCode   = 100
	maxDescription = 2 << 10
)

// ParseCallback reads the query of a callback. It refuses, with an *Error of
// reason Invalid, what no honest provider sends: no state, a security
// parameter twice (RFC 6749 section 3.1), characters or lengths beyond the
// protocol's.
func ParseCallback(in catalog.Integration, q url.Values) (Callback, error) {
	cb := Callback{}
	for name, field := range map[string]struct {
		to    *string
		limit int
	}{
		cmp.Or(in.OAuth.CodeParameter, "code"): {&cb.Code, maxCode}, "state": {&cb.State, maxState},
		"iss": {&cb.Issuer, maxIssuer}, "error": {&cb.Error, maxErrorCode},
	} {
		switch values := q[name]; {
		case len(values) == 0:
		case len(values) > 1:
			return Callback{}, badCallback("a parameter of the protocol appears twice")
		case len(values[0]) > field.limit || !printable(values[0]):
			return Callback{}, badCallback("a parameter of the protocol is too long or not text")
		default:
			*field.to = values[0]
		}
	}
	if cb.State == "" {
		return Callback{}, badCallback("there is no state")
	}
	if description := q.Get("error_description"); len(description) <= maxDescription {
		cb.ErrorDescription = description
	}
	cb.kept, cb.missing = kept("callback.", in.Keep.Callback, func(name string) string {
		if len(q[name]) != 1 || !printable(q.Get(name)) {
			return ""
		}
		return q.Get(name)
	})
	if cb.Error != "" {
		cb.meaning, _ = meant(in, catalog.AtCallback, 0, cb.Error)
	}
	o := in.OAuth
	cb.issuerFault = cb.Issuer == "" && o.IssParameter == catalog.IssRequired ||
		cb.Issuer != "" && o.Issuer != "" && cb.Issuer != o.Issuer
	return cb, nil
}

func badCallback(why string) error {
	return &Error{Op: "read callback", Reason: Invalid, cause: errors.New(why)}
}

// kept picks the values that an entry wants kept, by full name, and the name of
// the first one that is missing.
func kept(prefix string, wanted []catalog.Kept, of func(name string) string) (values catalog.Values, missing string) {
	values = catalog.Values{}
	for _, k := range wanted {
		value := of(k.Name)
		if k.Accepts(value) {
			values[prefix+k.Name] = value
		} else if !k.Optional && missing == "" {
			missing = k.Name
		}
	}
	return values, missing
}

// printable reports whether text is visible ASCII and spaces, the alphabet of
// every parameter of the protocol (RFC 6749 appendix A).
func printable(text string) bool {
	for i := range len(text) {
		if text[i] < 0x20 || text[i] > 0x7e {
			return false
		}
	}
	return true
}

// meant is what the entry says about an error code of the callback.
func meant(in catalog.Integration, at string, status int, code string) (Reason, bool) {
	reason, said := meanings[in.Failures.Meaning(at, status, code)]
	return reason, said
}

// Err returns what the callback itself says went wrong, as an *Error, or nil
// when there is a code to exchange. A wrong issuer comes before anything that
// issuer says.
func (cb Callback) Err() error {
	const op = "read callback"
	switch {
	case cb.issuerFault:
		return &Error{Op: op, Reason: WrongIssuer}
	case cb.Error != "":
		reason, code := classify(cb.Error, 0)
		// Words of their own for the same thing: user_cancelled_login and such.
		if own := strings.ToLower(cb.Error); code == otherCode && (strings.Contains(own, "cancel") || strings.Contains(own, "denied")) {
			reason = Denied
		}
		reason = cmp.Or(cb.meaning, reason)
		text := cb.Error
		if cb.ErrorDescription != "" {
			text += ": " + cb.ErrorDescription
		}
		return &Error{Op: op, Reason: reason, Code: code, Detail: detail(text, cb.State, cb.Code)}
	case cb.Code != "" && cb.missing != "":
		return &Error{Op: op, Reason: Invalid, cause: errors.New("the callback lacks " + cb.missing)}
	case cb.Code == "":
		return &Error{Op: op, Reason: Invalid, cause: errors.New("there is neither a code nor an error")}
	}
	return nil
}

// LogValue tells which parts are there, and the error code when it is a known
// one.
func (cb Callback) LogValue() slog.Value {
	_, code := classify(cb.Error, 0)
	return slog.GroupValue(slog.Bool("code", cb.Code != ""), slog.Bool("iss", cb.Issuer != ""), slog.String("error", code))
}

// String is for fmt what LogValue is for logs.
func (cb Callback) String() string { return "callback" + cb.LogValue().String() }

// GoString is String, for %#v.
func (cb Callback) GoString() string { return cb.String() }

// sameText compares without telling by its duration where texts differ.
func sameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
