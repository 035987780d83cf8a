package webhook

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/safehttp"
)

const (
	// anyBody keeps safehttp from refusing long answers: what they begin with is
	// kept, and their length says nothing about success.
	anyBody = 1 << 60
	// drained is how much more of an answer is read to keep the connection.
	drained = 16 << 10
)

// request is what is sent, after any transformation.
type request struct {
	method string
	url    *url.URL
	body   []byte
	cancel bool // nothing is sent, and that is a success
}

// errUnsent marks an attempt that was cut off by the end of the dispatcher.
var errUnsent = errors.New("the dispatcher ends")

const (
	// heldUpFor is how long a delivery waits that we could not prepare, and
	// heldUpRest its consumer.
	heldUpFor, heldUpRest = 5 * time.Second, time.Second
	// awayPause is between looks whether we may send again.
	awayPause = 50 * time.Millisecond
)

// attempt makes one attempt and hands on its outcome. A message whose lease is
// too short is left alone: another may hold it before we are done.
func (e *endpoint) attempt(it item) {
	d := e.d
	began := d.now()
	it.Delivery = d.hands.latest(it.Delivery)
	if began.Add(leaseMargin).After(it.Until) {
		d.letGo(it)
		return
	}
	if it.Holder != d.holder.Load() { // which was taken for dead
		d.results <- result{Outcome: release(it.Delivery)}
		return
	}
	s := e.settings.Load()
	clock := time.Now()
	a := bowline.Attempt{ID: bowline.NewID(began), MessageID: it.ID, Kind: it.Kind, At: began}
	err := e.perform(s, it, &a)
	a.Duration = time.Since(clock)
	if errors.Is(err, errUnsent) {
		if !d.crash {
			d.results <- result{Outcome: release(it.Delivery)}
		}
		return
	}
	if errors.Is(err, ErrNotRun) {
		d.heldUp(err)
		e.rest()
		d.results <- result{Outcome: postpone(it.Delivery, d.now().Add(heldUpFor))}
		return
	}
	if err != nil {
		a.Error = err.Error()
	}
	if s.fresh(began) {
		a.Keep().Version = s.consumer.Version
	}
	e.learn(a.Success, a.Duration)
	ended := began.Add(a.Duration)
	o := decide(it.Delivery, a.Success, ended, d.options.Jitter())
	o.Attempt = &a
	d.results <- result{Outcome: o, endpoint: e, ended: ended}
}

// perform sends a message and fills in what came of it. Its errors are in our
// words, to be stored and shown.
func (e *endpoint) perform(s *settings, it item, a *bowline.Attempt) error {
	r, err := e.d.prepare(s, it)
	if r.url != nil {
		a.URL = shown(r.url)
	}
	if err != nil {
		if e.d.sending.Err() != nil {
			return errUnsent
		}
		a.Keep().Unmade = true
		return err
	}
	if r.cancel {
		a.Success, a.Keep().Unmade = true, true
		return nil
	}
	if s.consumer.Transformation.Enabled && e.d.now().Add(timeout).After(it.Until) {
		return errUnsent // it took too long; another may hold it before we are done
	}
	ctx, cancel := context.WithTimeout(e.d.sending, timeout)
	defer cancel()
	if len(s.keys) == 0 {
		a.Keep().Unmade = true
		return errors.New("the signing secret cannot be used")
	}
	out, err := http.NewRequestWithContext(ctx, r.method, "", bytes.NewReader(r.body))
	if err != nil {
		a.Keep().Unmade = true
		return errors.New("the request cannot be made")
	}
	out.URL, out.Host = r.url, r.url.Host
	out.Header = s.header.Clone()
	at := e.d.now() // not before: a limit may have held it up
	signed := Sign(s.keysAt(at), bowline.MessageHeader(it.ID), at, r.body)
	for name, values := range signed {
		out.Header[name] = values
	}
	keepRequest(a, it, r, at, signed)
	response, err := s.transport.RoundTrip(out)
	if err != nil {
		if e.d.sending.Err() != nil {
			return errUnsent
		}
		return explain(err)
	}
	defer func() { _ = response.Body.Close() }()
	a.StatusCode = response.StatusCode
	a.Success = response.StatusCode >= 200 && response.StatusCode < 300
	a.ResponseBody = beginning(response.Body)
	keepAnswer(a, response.Header)
	return nil
}

// keysAt are the keys that sign at a time, the present one first.
func (s *settings) keysAt(at time.Time) [][]byte {
	if len(s.keys) > 1 && !at.Before(s.formerUntil) {
		return s.keys[:1]
	}
	return s.keys
}

// prepare makes the request, through the consumer's transformation if it has
// one, whose time is not taken off that of the answer.
func (d *Dispatcher) prepare(s *settings, it item) (request, error) {
	r := request{method: http.MethodPost, url: s.url, body: it.body}
	if s.url == nil {
		return r, errors.New("the consumer's URL cannot be read")
	}
	if s.fault != nil {
		return r, s.fault
	}
	if !s.consumer.Transformation.Enabled {
		return r, nil
	}
	if d.options.Transform == nil {
		return r, errors.New("transformations are not available")
	}
	ctx, cancel := context.WithTimeout(d.sending, preparing)
	defer cancel()
	out, err := d.options.Transform(ctx, s.consumer.Transformation.Source, Transformable{
		Consumer: s.consumer.ID, Method: r.method, URL: s.consumer.URL, EventType: string(it.Event.EventType), Payload: it.body,
	})
	if errors.Is(err, ErrNotRun) {
		return r, err
	}
	if err != nil {
		return r, fmt.Errorf("transformation: %s", clean(err.Error(), bowline.MaxStoredResponse))
	}
	if out.Cancel {
		r.cancel = true
		return r, nil
	}
	r.method, r.body = out.Method, out.Payload
	if r.method != http.MethodPost && r.method != http.MethodPut {
		return r, errors.New("transformation: method must be POST or PUT")
	}
	target, err := url.Parse(out.URL)
	if err != nil || target.Host == "" || target.User != nil || target.Scheme != "https" && target.Scheme != "http" {
		return r, errors.New("transformation: url must be an absolute http or https URL without credentials")
	}
	r.url = target
	return r, nil
}

// letGo forgets items that are not sent and whose leases are left to end.
func (d *Dispatcher) letGo(list ...item) {
	for _, it := range list {
		if d.hands.drop(it.Delivery) {
			d.nudge()
			d.nudgeBehind()
		}
	}
}

// heldUp tells, once a minute at most, that deliveries wait for our sake.
func (d *Dispatcher) heldUp(err error) {
	now := time.Now().Unix()
	if last := d.warned.Load(); now-last >= 60 && d.warned.CompareAndSwap(last, now) {
		d.log.ErrorContext(d.sending, "deliveries wait because their transformations cannot be run", "error", err)
	}
}

// shown is a URL as it is recorded: a query may hold a key.
func shown(u *url.URL) string {
	return clean((&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String(), bowline.MaxConsumerURL)
}

// beginning reads what is kept of an answer, and a little more so that the
// connection can be used again.
func beginning(body io.Reader) string {
	kept, _ := io.ReadAll(io.LimitReader(body, bowline.MaxStoredResponse)) // what came before a fault counts
	if len(kept) == bowline.MaxStoredResponse {
		_, _ = io.CopyN(io.Discard, body, drained)
	}
	return clean(string(kept), bowline.MaxStoredResponse)
}

// clean makes text that every database keeps: valid, without NUL, and no
// longer than limit bytes.
func clean(text string, limit int) string {
	if len(text) > limit {
		text = text[:limit]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
}

// explain says in our words why there was no answer; the library's may list
// addresses.
func explain(err error) error {
	var blocked *safehttp.BlockedError
	var dns *net.DNSError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var timed net.Error
	switch {
	case errors.As(err, &blocked):
		return blocked
	case errors.Is(err, safehttp.ErrSwitched):
		return safehttp.ErrSwitched
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timed) && timed.Timeout():
		return fmt.Errorf("no answer within %d seconds", int(timeout.Seconds()))
	case errors.As(err, &dns):
		return errors.New("the host name cannot be found")
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("the connection was refused")
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the connection was closed before an answer came")
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid):
		return errors.New("the server's certificate was not accepted")
	}
	return errors.New("the connection failed")
}
