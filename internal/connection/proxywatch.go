package connection

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/safehttp"
)

// errStalled ends a request that stands still.
var errStalled = errors.New("nothing moved for too long")

// watch ends a request when no byte has moved in either direction for a while. A
// limit for the whole would end large ones that go well.
type watch struct {
	ctx    context.Context //nolint:containedctx // it is the request's
	cancel context.CancelCauseFunc
	timer  *time.Timer
	limit  time.Duration
	body   atomic.Bool // the caller's body broke off
}

func newWatch(ctx context.Context, limit time.Duration) *watch {
	w := &watch{limit: limit}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	w.timer = time.AfterFunc(limit, func() { w.cancel(errStalled) })
	return w
}

func (w *watch) stop() {
	w.timer.Stop()
	w.cancel(nil)
}

func (w *watch) moved(n int) {
	if n > 0 && w.ctx.Err() == nil {
		w.timer.Reset(w.limit)
	}
}

// reading watches the body of the request. It hides all but Read and Close, and
// never closes what is not its own.
func (w *watch) reading(from io.Reader) io.ReadCloser { return &watchedRequest{w, from} }

type watchedRequest struct {
	w    *watch
	from io.Reader
}

// Read reads and notes the progress.
func (r *watchedRequest) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.w.moved(n)
	if err != nil && !errors.Is(err, io.EOF) {
		r.w.body.Store(true)
	}
	return n, err
}

// Close leaves the body to whoever it belongs to.
func (r *watchedRequest) Close() error { return nil }

// closing watches the body of the answer until it is closed.
func (w *watch) closing(body io.ReadCloser) io.ReadCloser {
	w.moved(1)
	return &watchedAnswer{w, body}
}

type watchedAnswer struct {
	w *watch
	io.ReadCloser
}

// Read reads and notes the progress.
func (r *watchedAnswer) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.w.moved(n)
	return n, err
}

// Close ends the request.
func (r *watchedAnswer) Close() error {
	err := r.ReadCloser.Close()
	r.w.stop()
	return err
}

// failure gives a request that got no answer its public form. Errors of net/http
// can quote what the provider sent, so that only their kinds go on.
func (w *watch) failure(err error) error {
	refuse := func(code bowline.Code, message, cause string) error {
		return &bowline.Error{Code: code, Message: message, Cause: errors.New(cause)}
	}
	switch {
	case errors.Is(context.Cause(w.ctx), errStalled):
		return refuse(bowline.CodeUpstream, "The provider did not answer in time; whether it did what was asked is not known.", "stalled")
	case w.ctx.Err() != nil:
		return context.Cause(w.ctx)
	case w.body.Load():
		return errBody
	case errors.Is(err, safehttp.ErrBlocked):
		return refuse(bowline.CodeUnavailable, "Bowline may not reach the address of this provider.", "address not allowed")
	case unsent(err):
		return refuse(bowline.CodeUnavailable, "The provider cannot be reached at the moment; try again later.", "no connection")
	case errors.Is(err, safehttp.ErrSwitched):
		return refuse(bowline.CodeUpstream, "The provider changed to another protocol, which is not passed on.", "switched protocols")
	}
	return refuse(bowline.CodeUpstream, "The connection to the provider broke off; whether it did what was asked is not known.", "broken off")
}
