package server

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/bowline/bowline/internal/rest"
)

// errPanic answers for a handler that panicked; the log line before it says why.
var errPanic = errors.New("handler panicked")

// area wraps a part of the server with what every request gets: a correlation
// id, a metric, a log line, and an answer even after a panic.
func (s *Server) area(name string, next http.Handler) http.Handler {
	return rest.Correlate(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			if fault := recover(); fault != nil {
				if fault == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so too
					panic(fault)
				}
				s.log.ErrorContext(r.Context(), "handler panicked", "area", name, "fault", fault, "stack", string(debug.Stack()))
				if !rec.wrote {
					rest.WriteError(rec, r, errPanic)
				}
			}
			took := time.Since(began)
			s.metrics.observeRequest(name, r.Method, rec.status, took)
			s.logRequest(name, r, rec.status, took)
			s.requests.note(name, r, rec.status, began, took)
		}()
		next.ServeHTTP(rec, r)
	}), s.log)
}

// logRequest writes one line. It names the path but never the query, which can
// hold a code, nor what of a path is a provider's, which can hold anything;
// successful reads are for debugging only.
func (s *Server) logRequest(area string, r *http.Request, status int, took time.Duration) {
	level := slog.LevelInfo
	switch {
	case status >= http.StatusInternalServerError:
		level = slog.LevelError
	case status < http.StatusBadRequest && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		level = slog.LevelDebug
	}
	if !s.log.Enabled(r.Context(), level) {
		return
	}
	s.log.LogAttrs(r.Context(), level, "request",
		slog.String("area", area), slog.String("method", knownMethod(r.Method)), slog.String("path", ownPath(r.URL.Path)),
		slog.Int("status", status), slog.Duration("took", took),
		slog.String("correlationId", rest.CorrelationID(r.Context())))
}

// ownPath is a path without that of a provider behind it.
func ownPath(path string) string {
	const proxied = "/proxy/"
	if before, _, found := strings.Cut(path, proxied); found && (strings.HasPrefix(path, "/api/companies/") || strings.HasPrefix(path, "/portal/api/companies/")) {
		return before + proxied
	}
	return path
}

// recorder remembers the status that was answered.
type recorder struct {
	http.ResponseWriter
	status int
	wrote  bool
}

// WriteHeader remembers the status.
func (r *recorder) WriteHeader(status int) {
	if !r.wrote {
		r.status, r.wrote = status, true
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write remembers that an answer has begun.
func (r *recorder) Write(b []byte) (int, error) {
	r.wrote = true
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
