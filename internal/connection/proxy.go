package connection

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"math"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/safehttp"
)

// ProxyRequest is a request for the provider's API.
type ProxyRequest struct {
	Method string
	// Path is what follows the base of the API, percent-encoded as it came; it
	// is empty or begins with a slash.
	Path string
	// Query is as it came, without the question mark.
	Query  string
	Header http.Header
	Body   io.Reader
	Length int64 // of Body in bytes, -1 when not known
	// Here is the address that stands for the base of the API, without a slash
	// at its end: redirects within the base lead there.
	Here string
}

// ProxyAnswer is what the provider answered. Whoever gets one closes its Body.
type ProxyAnswer struct {
	Status int
	Header http.Header // without what is not for callers
	Body   io.ReadCloser
	Length int64 // of Body in bytes, -1 when not known
}

// ProxyMethods are those that a proxied request may have.
func ProxyMethods() []string {
	return []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
}

const (
	// replayed is how large a body may be to be sent a second time, in bytes.
	replayed = 1 << 20
	// stall is how long a request may stand still.
	stall = time.Minute
	// drained is how much of an answer is read to keep its connection.
	drained = 64 << 10
)

// Proxy sends a request to the provider's API with the credentials of a
// connection and returns the answer, whatever its status. It goes below the base
// that the catalog names and nowhere else, follows no redirect and is sent once;
// only an answer of 401 renews the access, and sends it again where its body is
// small enough to be kept. A request that the provider would not take yet is a
// [LimitError]. CodeUnavailable says that nothing was sent, CodeUpstream that
// nobody knows what came of it. The answer ends with ctx.
func (s *Service) Proxy(ctx context.Context, t Target, q ProxyRequest) (*ProxyAnswer, error) {
	if s.Upstream == nil {
		return nil, bowline.Errorf(bowline.CodeForbidden, "Access of the kind %s is switched off on this deployment.", bowline.PermissionProxy)
	}
	if !slices.Contains(ProxyMethods(), q.Method) {
		return nil, bowline.Errorf(bowline.CodeInvalid, "Requests with this method are not passed on.")
	}
	r, err := s.reach(ctx, t, bowline.PermissionProxy)
	if err != nil {
		return nil, err
	}
	if r.in.API.URL == "" {
		return nil, errNoAPI
	}
	if why := pathFault(q.Path); why != "" { // before anybody is asked for a token
		return nil, bowline.Errorf(bowline.CodeInvalid, "The path %s.", why)
	}
	a, err := s.admit(ctx, &r, nil)
	if err != nil {
		return nil, err
	}
	target, err := below(a.base, q.Path, q.Query)
	if err != nil {
		return nil, err
	}
	if err := s.wait(r, false); err != nil {
		return nil, err
	}
	body, err := bodyOf(q)
	if err != nil {
		return nil, err
	}
	noted := use(t, bowline.PermissionProxy, s.Now().UTC())
	if err := s.begin(ctx, noted); err != nil {
		return nil, err
	}
	answer, err := s.exchange(ctx, &r, call{q: q, body: body, admission: a, target: target})
	if err != nil || answer.Status >= http.StatusBadRequest {
		s.access.log.failed(noted)
	} else {
		s.access.log.good(noted)
	}
	return answer, err
}

// call is one proxied request on its way.
type call struct {
	admission
	q      ProxyRequest
	body   proxyBody
	target *url.URL
}

// exchange sends a request, and once more when the provider wants a new token.
func (s *Service) exchange(ctx context.Context, r *reached, c call) (*ProxyAnswer, error) {
	response, err := s.send(ctx, c)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusUnauthorized && c.renews && !s.access.renewed.lately(c.secret(), s.Now()) {
		again, err := s.renew(ctx, r, c)
		switch {
		case bowline.CodeOf(err) == bowline.CodeConflict: // the grant is over, which explains the 401
			_ = response.Body.Close()
			return nil, err
		case err != nil || !c.body.whole || maps.Equal(again.ours, c.ours): // the caller sends it again, or sees why not
		default:
			discard(response)
			_ = s.wait(*r, true)
			if response, err = s.send(ctx, again); err != nil { //nolint:bodyclose // the answer has it, whose taker closes it
				return nil, err
			}
			c = again
		}
	}
	s.heed(*r, response)
	return &ProxyAnswer{
		Status: response.StatusCode, Header: incoming(response.Header, c.target, c.base, c.admission, c.q.Here),
		Body: response.Body, Length: response.ContentLength,
	}, nil
}

// secret is what the provider is shown.
func (c call) secret() string {
	if c.token != "" {
		return c.token
	}
	return c.ours["Authorization"]
}

// renew gets new access after a refusal.
func (s *Service) renew(ctx context.Context, r *reached, c call) (call, error) {
	a, err := s.admit(ctx, r, &c.admission)
	if err != nil {
		return call{}, err
	}
	again := call{admission: a, q: c.q, body: c.body}
	s.access.renewed.note(again.secret(), s.Now())
	again.target, err = below(a.base, c.q.Path, c.q.Query)
	return again, err
}

// wait keeps to the provider's limits: it refuses rather than waits. force counts
// a request that goes out in any case.
func (s *Service) wait(r reached, force bool) error {
	share := 1
	if s.Replicas != nil {
		share = s.Replicas()
	}
	wait, told := s.access.limits.take(keyOfLimit(r), r.in.API.Rate, s.Now(), share, force)
	if wait == 0 {
		return nil
	}
	message := "Bowline held the request back: the provider has asked to be left alone for a while."
	if rate := r.in.API.Rate; !told && rate != nil {
		message = "Bowline held the request back: the provider takes " + strconv.Itoa(rate.Requests) + " requests in " + strconv.Itoa(rate.Seconds) + " seconds."
	}
	return &LimitError{Err: bowline.Errorf(bowline.CodeTooMany, "%s", message), After: wait}
}

// heed remembers that a provider wants to be left alone.
func (s *Service) heed(r reached, response *http.Response) {
	var pause time.Duration
	switch {
	case response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusServiceUnavailable:
	case throttled(r.in.Failures, response):
		pause = throttlePause
	default:
		return
	}
	now := s.Now()
	text := response.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil && seconds > 0 {
		pause = time.Duration(min(seconds, math.MaxInt32)) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		pause = at.Sub(now)
	}
	if pause > 0 {
		s.access.limits.block(keyOfLimit(r), now, pause)
	}
}

// proxyBody is the body of a request: kept as a whole, or a stream that can be
// sent once.
type proxyBody struct {
	kept   []byte
	stream io.Reader
	length int64
	whole  bool
}

// bodyOf keeps a small body, and leaves a large one a stream.
func bodyOf(q ProxyRequest) (proxyBody, error) {
	if q.Body == nil || q.Length == 0 {
		return proxyBody{whole: true}, nil
	}
	if q.Length > replayed {
		return proxyBody{stream: q.Body, length: q.Length}, nil
	}
	kept, err := io.ReadAll(io.LimitReader(q.Body, replayed+1))
	if err != nil {
		return proxyBody{}, errBody
	}
	if len(kept) > replayed {
		return proxyBody{stream: io.MultiReader(bytes.NewReader(kept), q.Body), length: -1}, nil
	}
	return proxyBody{kept: kept, length: int64(len(kept)), whole: true}, nil
}

var errBody = bowline.Errorf(bowline.CodeInvalid, "The body could not be read to its end.")

// send sends a request once.
func (s *Service) send(ctx context.Context, c call) (*http.Response, error) {
	limit := s.Stall
	if limit == 0 {
		limit = stall
	}
	watch := newWatch(ctx, limit)
	request, err := http.NewRequestWithContext(watch.ctx, c.q.Method, c.target.String(), nil)
	if err != nil {
		watch.stop()
		return nil, bowline.Errorf(bowline.CodeInvalid, "The path is not correctly encoded.")
	}
	request.URL = c.target // as it was put together, to the letter
	request.Header = outgoing(c.q.Header, c.admission)
	switch {
	case c.body.stream != nil:
		request.Body, request.ContentLength = watch.reading(c.body.stream), c.body.length
	case len(c.body.kept) > 0:
		// Without GetBody: net/http must not send it again by itself.
		request.Body, request.ContentLength = watch.reading(bytes.NewReader(c.body.kept)), c.body.length
	}
	response, err := s.Upstream.RoundTrip(request)
	if err != nil {
		failed := watch.failure(err)
		watch.stop()
		return nil, failed
	}
	if response.StatusCode < http.StatusContinue { // net/http reads it, and panics when it is to write it
		_ = response.Body.Close()
		watch.stop()
		return nil, errStatus
	}
	response.Body = watch.closing(response.Body)
	return response, nil
}

var errStatus = bowline.Errorf(bowline.CodeUpstream, "The provider's answer has no status that HTTP knows; whether it did what was asked is not known.")

// discard ends an answer that nobody will see.
func discard(response *http.Response) {
	_, _ = io.CopyN(io.Discard, response.Body, drained)
	_ = response.Body.Close()
}

// unsent says whether an error means that the provider has seen nothing.
func unsent(err error) bool {
	var operation *net.OpError
	var name *net.DNSError
	return errors.As(err, &operation) && operation.Op == "dial" || errors.As(err, &name) || errors.Is(err, safehttp.ErrBlocked)
}
