package trace

import (
	"io"
	"net/http"
)

// Transport returns a round tripper that records into the Recorder of a
// request's context. Without one it only calls next. What the caller reads,
// when, and with which errors, is next's in both cases.
func Transport(next http.RoundTripper) http.RoundTripper { return transport{next} }

type transport struct{ next http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (t transport) RoundTrip(request *http.Request) (*http.Response, error) {
	r := From(request.Context())
	if r == nil {
		return t.next.RoundTrip(request)
	}
	h := &raw{method: request.Method, url: request.URL.String()}
	if h.method == "" {
		h.method = http.MethodGet
	}
	h.request.headers = request.Header.Clone()
	if !r.add(h) {
		return t.next.RoundTrip(request)
	}
	response, err := t.next.RoundTrip(r.watched(h, request))
	if err != nil {
		r.change(h, func(h *raw) { h.failed = err.Error() })
		return response, err
	}
	r.change(h, func(h *raw) {
		h.status, h.response.headers = response.StatusCode, response.Header.Clone()
	})
	response.Request = request
	// After 101 the body is a connection and can be written to.
	if response.Body != nil && response.Body != http.NoBody && response.StatusCode != http.StatusSwitchingProtocols {
		response.Body = &watchedBody{ReadCloser: response.Body, recorder: r, hop: h, half: &h.response}
	}
	return response, nil
}

// CloseIdleConnections lets http.Client.CloseIdleConnections through.
func (t transport) CloseIdleConnections() {
	if closer, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

// watched is the request with a body that is recorded while next reads it. A
// round tripper must not change the request that it was given.
func (r *Recorder) watched(h *raw, request *http.Request) *http.Request {
	if request.Body == nil || request.Body == http.NoBody {
		return request
	}
	watch := func(body io.ReadCloser) io.ReadCloser {
		return &watchedBody{ReadCloser: body, recorder: r, hop: h, half: &h.request}
	}
	seen := request.WithContext(request.Context())
	seen.Body = watch(request.Body)
	if request.GetBody != nil { // a lost connection may ask for the body again
		seen.GetBody = func() (io.ReadCloser, error) {
			body, err := request.GetBody()
			if err != nil {
				return nil, err
			}
			r.change(h, func(h *raw) { h.request.body, h.request.size = nil, 0 })
			return watch(body), nil
		}
	}
	return seen
}

// watchedBody copies what is read.
type watchedBody struct {
	io.ReadCloser
	recorder *Recorder
	hop      *raw
	half     *message
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 || err != nil {
		b.recorder.change(b.hop, func(h *raw) {
			b.half.size += int64(n)
			if room := MaxBody + overlap - len(b.half.body); room > 0 {
				b.half.body = append(b.half.body, p[:min(n, room)]...)
			}
			if err != nil && err != io.EOF && h.failed == "" { //nolint:errorlint // readers return io.EOF itself
				h.failed = err.Error()
			}
		})
	}
	return n, err
}
