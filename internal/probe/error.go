package probe

import (
	"errors"
	"fmt"
)

// Reason is why a probe failed, as far as a caller must act on it.
type Reason string

// The reasons.
const (
	// Refused: what was typed is not right. The customer can correct it.
	Refused Reason = "refused"
	// Unavailable: network, timeout, 5xx or 429; trying again later may help.
	Unavailable Reason = "unavailable"
	// Misconfigured: the catalog entry cannot be asked like this; the customer
	// cannot help it.
	Misconfigured Reason = "misconfigured"
	// Permission: what was typed is right, but may not read what is needed. The
	// customer, or an administrator of theirs, can change that.
	Permission Reason = "permission"
	// NoTenants: what was typed is right, but reaches no business.
	NoTenants Reason = "noTenants"
	// Invalid: something answered, but not as the entry says.
	Invalid Reason = "invalid"
)

// ErrNoAPI says that the entry does not tell how to ask the provider's API.
var ErrNoAPI = errors.New("the entry names no base of the API")

// Error is a failed probe. It holds no value of a field and no text of the
// provider.
type Error struct {
	Reason Reason
	// Status is the HTTP status of the answer, 0 without one.
	Status int
	// Named says that the catalog entry gives this answer its Reason.
	Named bool

	cause string
}

// Error tells reason, status and what was found.
func (e *Error) Error() string {
	text := "probe credentials: " + string(e.Reason)
	if e.Status != 0 {
		text += fmt.Sprintf(" (status %d)", e.Status)
	}
	if e.cause != "" {
		text += ": " + e.cause
	}
	return text
}

// ReasonOf returns the Reason of the *Error in err's chain, or "" when there is
// none.
func ReasonOf(err error) Reason {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}
