package oauth

import (
	"context"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/bowline/bowline/internal/catalog"
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
}

func (a answer) ok() bool { return a.status >= 200 && a.status < 300 }

// postForm sends a form to an endpoint with the client's credentials as the
// integration wants them (RFC 6749 section 2.3.1). It is sent once: neither we
// nor net/http repeat a POST of which the provider may have seen a byte.
func (c *Client) postForm(ctx context.Context, op, endpoint string, call form) (answer, error) {
	o := call.oauth
	switch o.ClientAuthentication {
	case catalog.Post:
		call.values.Set("client_id", o.ClientID)
		call.values.Set("client_secret", o.ClientSecret.Reveal())
	case catalog.None:
		call.values.Set("client_id", o.ClientID)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(call.values.Encode()))
	if err != nil {
		return answer{}, &Error{Op: op, Reason: Misconfigured, cause: errors.New("endpoint is not a URL")}
	}
	if o.ClientAuthentication == catalog.Basic || o.ClientAuthentication == "" {
		request.SetBasicAuth(url.QueryEscape(o.ClientID), url.QueryEscape(o.ClientSecret.Reveal()))
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.send(op, request)
}

// form is a POST to one of the provider's endpoints.
type form struct {
	oauth  catalog.OAuth
	values url.Values
}

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
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "Bowline")
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
	return answer{status: response.StatusCode, media: media, body: body}, nil
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
