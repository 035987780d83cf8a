package bowline

import (
	"errors"
	"fmt"
)

// Code classifies an [Error]. The REST layer turns it into an HTTP status
// (platform-api section 12.2); the journey turns it into a screen.
type Code string

// The codes, in the order of the statuses they become.
const (
	CodeInvalid      Code = "invalid"      // 400: malformed or refused input
	CodeUnauthorized Code = "unauthorized" // 401: no or unknown credentials
	CodeLimit        Code = "limit"        // 402: a limit of the plan or of the operator
	CodeForbidden    Code = "forbidden"    // 403: known caller, not allowed
	CodeNotFound     Code = "notFound"     // 404: unknown, deleted, or of another instance
	CodeConflict     Code = "conflict"     // 409: the present state does not allow it
	CodeExpired      Code = "expired"      // 410: was valid once
	CodeChanged      Code = "changed"      // 412: not as it was when the caller read it
	CodeTooMany      Code = "tooMany"      // 429: slow down
	CodeInternal     Code = "internal"     // 500: our fault; the text is never shown
	CodeUpstream     Code = "upstream"     // 502: a provider broke off; what it did is not known
	CodeUnavailable  Code = "unavailable"  // 503: try again later
)

// Error is a failure with a public sentence and a private cause. Only Message
// and Items may reach a caller; the cause is for the log.
type Error struct {
	Code    Code
	Message string           // a sentence for the caller, without secrets
	Items   []ValidationItem // what exactly was wrong, for CodeInvalid and CodeLimit
	Cause   error            // private; may be nil
}

// ValidationItem is one entry of the error envelope's validation list
// (platform-api section 12.1).
type ValidationItem struct {
	ItemID        string `json:"itemId,omitempty"`
	Message       string `json:"message,omitempty"`
	ValidatorName string `json:"validatorName,omitempty"`
}

// Error returns the private form: code, sentence and cause.
func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.Cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// Unwrap returns the private cause.
func (e *Error) Unwrap() error { return e.Cause }

// Errorf returns an [Error] whose public sentence is formatted from args. Use
// it only with values that the caller may see.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// At says which member of what was sent the sentence is about, so that a form can
// show it there.
func (e *Error) At(member string) *Error {
	e.Items = append(e.Items, ValidationItem{ItemID: member, Message: e.Message})
	return e
}

// CodeOf returns the code of the first [Error] in err's chain, CodeInternal
// for any other error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}
