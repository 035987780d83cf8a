package oauth

import (
	"context"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"github.com/bowline/bowline/internal/safehttp"
)

// maxAnswer caps what is read of any answer, in bytes, whatever the HTTP
// client allows.
const maxAnswer = 1 << 20

// answer is a provider's answer, read to its end.
type answer struct {
	status int
	// media is the media type in lower case, without parameters.
	media string
	body  []byte
	// off is how far the provider's clock is ahead of ours; see clockOff.
	off time.Duration
	// retry is what Retry-After says, 0 for nothing.
	retry time.Duration
	// next is what the header Link calls the next page, "" for nothing.
	next string
}

func (a answer) ok() bool { return a.status >= 200 && a.status < 300 }

// good says whether the status is the wanted one; 0 wants any success.
func (a answer) good(wanted int) bool { return a.ok() && (wanted == 0 || a.status == wanted) }

// get reads a JSON resource; token may be empty.
func (c *Client) get(ctx context.Context, op, endpoint string, token Secret) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint, nil)
	if err != nil {
		return answer{}, &Error{Op: op, Reason: Misconfigured, cause: errors.New("endpoint is not a URL")}
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token.Reveal())
	}
	return c.send(op, request)
}

func (c *Client) send(op string, request *http.Request) (answer, error) {
	for name, usual := range map[string]string{"Accept": "application/json", "User-Agent": "Bowline"} {
		if request.Header.Get(name) == "" { // the entry may want another one
			request.Header.Set(name, usual)
		}
	}
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, sendError(op, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		err = safehttp.ErrTooLarge
	}
	if err != nil {
		failed := sendError(op, err)
		failed.Status = response.StatusCode
		return answer{}, failed
	}
	media, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil {
		media = ""
	}
	got := answer{status: response.StatusCode, media: media, body: body, off: clockOff(response.Header.Get("Date"), c.now())}
	got.next = nextOf(response.Header.Values("Link"))
	got.retry = waitTold(response.Header.Get("Retry-After"), c.now().Add(got.off))
	return got, nil
}

// maxRetry caps what Retry-After can ask for: beyond that we ask again.
const maxRetry = time.Hour

// waitTold reads Retry-After (RFC 9110 section 10.2.3): seconds, or a time by
// the provider's clock.
func waitTold(told string, theirs time.Time) time.Duration {
	if told == "" {
		return 0
	}
	var wait time.Duration
	if seconds, err := strconv.ParseUint(told, 10, 31); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(told); err == nil {
		wait = at.Sub(theirs)
	}
	return min(max(wait, 0), maxRetry)
}

// A clock that is less than clockTrue off is right: the Date header counts
// seconds, and answers travel. One that is off by more than clockWrong is not
// believed.
const (
	clockTrue  = time.Minute
	clockWrong = 15 * time.Minute
)

// clockOff reads from the Date of an answer (RFC 9110 section 6.6.1) how far the
// provider's clock is ahead of ours, negative for behind. Whatever names a time
// in the same answer is by that clock.
func clockOff(date string, now time.Time) time.Duration {
	told, err := http.ParseTime(date)
	if err != nil {
		return 0
	}
	if off := told.Sub(now); off.Abs() >= clockTrue && off.Abs() <= clockWrong {
		return off
	}
	return 0
}

// sendError makes an *Error of a failed exchange of bytes. Errors of net/http
// can quote URLs and the provider's bytes, so only kinds that do neither are
// kept as the cause.
func sendError(op string, err error) *Error {
	failed := &Error{Op: op, Reason: Unavailable}
	var (
		blocked *safehttp.BlockedError
		dns     *net.DNSError
		errno   syscall.Errno
		timeout interface{ Timeout() bool }
	)
	switch {
	case errors.As(err, &blocked):
		// Only the operator can allow the network or correct the entry.
		failed.Reason, failed.cause = Misconfigured, blocked
	case errors.Is(err, safehttp.ErrTooLarge):
		failed.Reason, failed.cause = Invalid, safehttp.ErrTooLarge
	case errors.Is(err, context.Canceled):
		failed.cause = context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		failed.cause = context.DeadlineExceeded
	case errors.As(err, &timeout) && timeout.Timeout():
		failed.cause = errors.New("no answer in time")
	case errors.As(err, &dns):
		failed.cause = errors.New("name lookup failed")
	case errors.As(err, &errno):
		failed.cause = errno
	default:
		failed.cause = errors.New("connection failed")
	}
	return failed
}
