package probe

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/safehttp"
)

// meanings are the reasons that the rows of an entry give.
var meanings = map[string]Reason{
	catalog.MeansRefused: Refused, catalog.MeansLater: Unavailable,
	catalog.MeansOperator: Misconfigured, catalog.MeansPermission: Permission,
}

// mapped judges an answer by the rows of the entry; nil when none fits.
func mapped(call *catalog.ProbeCall, got *answer) *Error {
	for _, row := range call.Errors {
		if row.Status != 0 && row.Status != got.status || row.Path != "" && !got.any(row.Condition) {
			continue
		}
		if reason, known := meanings[row.Means]; known {
			return &Error{Reason: reason, Status: got.status, Named: true, cause: "the provider says so"}
		}
	}
	return nil
}

// refusal judges a status that is not the wanted one. Where customers choose a
// part of the address, a place that is not there means a wrong address.
func refusal(status int, call *catalog.ProbeCall) *Error {
	e := &Error{Reason: Misconfigured, Status: status}
	chosen := false
	for _, name := range catalog.ProbeVariables(call.URL) {
		chosen = chosen || strings.HasPrefix(name, "field.")
	}
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden ||
		status == http.StatusBadRequest || status == http.StatusUnprocessableEntity:
		e.Reason = Refused
	case status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500:
		e.Reason = Unavailable
	case status < 300:
		e.Reason = Invalid
	case chosen:
		e.Reason = Refused
	}
	return e
}

// unanswered judges a request without an answer. The error's own text can name
// the host, and with it what was typed, so it is left behind.
func unanswered(err error, call *catalog.ProbeCall) *Error {
	chosen := choosesHost(call)
	var lookup *net.DNSError
	switch {
	case errors.Is(err, safehttp.ErrBlocked) && chosen:
		return &Error{Reason: Refused, cause: "the address is not allowed"}
	case errors.Is(err, safehttp.ErrBlocked):
		return &Error{Reason: Misconfigured, cause: "the address is not allowed"}
	case errors.As(err, &lookup) && lookup.IsNotFound && chosen:
		return &Error{Reason: Refused, cause: "there is no such host"}
	case errors.Is(err, context.Canceled):
		return &Error{Reason: Unavailable, cause: "cancelled"}
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Reason: Unavailable, cause: "no answer in time"}
	}
	return &Error{Reason: Unavailable, cause: "no connection"}
}
