package rest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/bowline/bowline"
)

// Service is the value of the envelope's member of the same name.
const Service = "PublicApi"

// Values of Envelope.CanBeRetried: strings, by contract (platform-api W7).
const (
	RetryYes     = "True"
	RetryNo      = "False"
	RetryUnknown = "Unknown"
)

// Envelope is the one shape of an error (platform-api section 12.1).
type Envelope struct {
	StatusCode        int         `json:"statusCode"`
	Service           string      `json:"service"`
	Message           string      `json:"error"`
	CorrelationID     string      `json:"correlationId"`
	CanBeRetried      string      `json:"canBeRetried"`
	DetailedErrorCode int         `json:"detailedErrorCode"`
	Validation        *Validation `json:"validation,omitempty"`
}

// Validation lists what exactly was wrong; the envelope omits it when there is
// nothing to list.
type Validation struct {
	Errors   []bowline.ValidationItem `json:"errors"`
	Warnings []bowline.ValidationItem `json:"warnings"`
}

// statuses turns codes into HTTP statuses (platform-api section 12.2).
var statuses = map[bowline.Code]int{
	bowline.CodeInvalid:      http.StatusBadRequest,
	bowline.CodeUnauthorized: http.StatusUnauthorized,
	bowline.CodeLimit:        http.StatusPaymentRequired,
	bowline.CodeForbidden:    http.StatusForbidden,
	bowline.CodeNotFound:     http.StatusNotFound,
	bowline.CodeConflict:     http.StatusConflict,
	bowline.CodeExpired:      http.StatusGone,
	bowline.CodeChanged:      http.StatusPreconditionFailed,
	bowline.CodeTooMany:      http.StatusTooManyRequests,
	bowline.CodeInternal:     http.StatusInternalServerError,
	bowline.CodeUpstream:     http.StatusBadGateway,
	bowline.CodeUnavailable:  http.StatusServiceUnavailable,
}

// internalMessage is all that a caller learns about a fault of ours.
const internalMessage = "Something went wrong on our side. The correlation id finds the cause in the log."

// NewEnvelope turns an error into what the caller may see. Anything that is not
// a [bowline.Error] becomes a 500 with a neutral sentence.
func NewEnvelope(ctx context.Context, err error) Envelope {
	e := &bowline.Error{Code: bowline.CodeInternal}
	var public *bowline.Error
	if errors.As(err, &public) {
		e = public
	}
	status, ok := statuses[e.Code]
	if !ok {
		status = http.StatusInternalServerError
	}
	message := e.Message
	if status == http.StatusInternalServerError || message == "" {
		message = internalMessage
	}
	envelope := Status(ctx, status, message)
	if len(e.Items) > 0 && status != http.StatusInternalServerError {
		envelope.Validation = &Validation{Errors: e.Items, Warnings: []bowline.ValidationItem{}}
	}
	return envelope
}

// Status returns an envelope for faults that are about HTTP rather than about
// the product, such as 405.
func Status(ctx context.Context, status int, message string) Envelope {
	return Envelope{
		StatusCode: status, Service: Service, Message: message,
		CorrelationID: CorrelationID(ctx), CanBeRetried: retry(status),
	}
}

// retry says whether the same request may succeed later. A conflict depends on
// what else is going on, a fault of ours on its cause, and a request that broke
// off on what came of it: all are unknown.
func retry(status int) string {
	switch status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return RetryYes
	case http.StatusConflict, http.StatusInternalServerError, http.StatusBadGateway:
		return RetryUnknown
	}
	return RetryNo
}

// WriteError answers with the envelope of err and logs what the caller does not
// see, once.
func WriteError(w http.ResponseWriter, r *http.Request, err error) {
	envelope := NewEnvelope(r.Context(), err)
	LogError(r.Context(), envelope, err)
	WriteJSON(w, envelope.StatusCode, envelope.In(r.Context()))
}

// LogError logs an error that was answered with envelope: faults of ours as
// errors, the private cause of any other at debug level. Call it only where
// WriteError is not used.
func LogError(ctx context.Context, envelope Envelope, err error) {
	Explain(ctx, string(bowline.CodeOf(err)), envelope.Message)
	level := slog.LevelDebug
	if envelope.StatusCode >= http.StatusInternalServerError && ctx.Err() == nil {
		level = slog.LevelError // a caller who went away is no fault of ours
	}
	logger := loggerOf(ctx)
	if !logger.Enabled(ctx, level) {
		return
	}
	logger.LogAttrs(ctx, level, "request failed",
		slog.String("correlationId", envelope.CorrelationID),
		slog.Int("status", envelope.StatusCode),
		slog.String("error", err.Error()))
}
