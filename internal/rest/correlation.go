package rest

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// CorrelationHeader carries the correlation id of a request back to the caller,
// on successes as well as on errors (platform-api section 12.3).
const CorrelationHeader = "X-Correlation-Id"

type requestKey struct{}

// request is what every handler of one request shares.
type request struct {
	id     string
	logger *slog.Logger

	mu    sync.Mutex
	trail Trail
}

// Correlate gives each request a correlation id of 32 lower-case hex digits, of
// which later ones sort behind earlier ones: in its context, in the answer's headers and in every error of it. Ids sent by
// callers are not adopted, because the id must be unique and safe to log.
// Errors of the request are logged to logger, slog.Default when nil. A request
// that has an id already keeps it, so that the middleware may be applied twice.
func Correlate(next http.Handler, logger *slog.Logger) http.Handler {
	if logger == nil {
		logger = slog.Default()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := r.Context().Value(requestKey{}).(*request); ok {
			next.ServeHTTP(w, r)
			return
		}
		req := &request{id: NewCorrelationID(), logger: logger}
		w.Header()[CorrelationHeader] = []string{req.id}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, req)))
	})
}

// NewCorrelationID returns 32 lower-case hex digits, for work that no request
// started: the milliseconds since 1970 in twelve of them, and then random ones. So
// what is kept by correlation id lies by time, and nobody guesses one.
func NewCorrelationID() string {
	var raw [16]byte
	_, _ = rand.Read(raw[correlationTime:]) // never fails: it aborts the process instead
	putTime(raw[:correlationTime], time.Now())
	return hex.EncodeToString(raw[:])
}

// correlationTime is how many bytes of a correlation id tell the time.
const correlationTime = 6

func putTime(into []byte, t time.Time) {
	var millis [8]byte
	binary.BigEndian.PutUint64(millis[:], uint64(max(t.UnixMilli(), 0))) //nolint:gosec // not negative
	copy(into, millis[len(millis)-correlationTime:])
}

// FirstCorrelationID is what no correlation id of a time or later sorts before.
func FirstCorrelationID(t time.Time) string {
	var raw [16]byte
	putTime(raw[:correlationTime], t)
	return hex.EncodeToString(raw[:])
}

// CorrelationID returns the id that Correlate gave to the request, or "" for a
// context outside of one.
func CorrelationID(ctx context.Context) string {
	if req, ok := ctx.Value(requestKey{}).(*request); ok {
		return req.id
	}
	return ""
}

func loggerOf(ctx context.Context) *slog.Logger {
	if req, ok := ctx.Value(requestKey{}).(*request); ok {
		return req.logger
	}
	return slog.Default()
}
