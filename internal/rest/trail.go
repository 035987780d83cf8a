package rest

import (
	"context"

	"github.com/bowline/bowline"
)

// Trail is what became known of a request while it was answered, for the log
// that support looks into.
type Trail struct {
	Instance  bowline.ID
	Kind      bowline.CallerKind
	Caller    bowline.ID
	ErrorCode string
	Message   string // what the caller was told
}

// Identify notes whose request it is that ctx belongs to. Outside of a request
// it does nothing.
func Identify(ctx context.Context, instance bowline.ID, kind bowline.CallerKind, caller bowline.ID) {
	if req, ok := ctx.Value(requestKey{}).(*request); ok {
		req.mu.Lock()
		defer req.mu.Unlock()
		req.trail.Instance, req.trail.Kind, req.trail.Caller = instance, kind, caller
	}
}

// Explain notes what went wrong with the request that ctx belongs to, whatever
// status it is answered with: a code, and a sentence that is not secret.
func Explain(ctx context.Context, code, message string) {
	if req, ok := ctx.Value(requestKey{}).(*request); ok {
		req.mu.Lock()
		defer req.mu.Unlock()
		req.trail.ErrorCode, req.trail.Message = code, message
	}
}

// TrailOf returns what was noted of the request that ctx belongs to.
func TrailOf(ctx context.Context) Trail {
	if req, ok := ctx.Value(requestKey{}).(*request); ok {
		req.mu.Lock()
		defer req.mu.Unlock()
		return req.trail
	}
	return Trail{}
}
