package probe

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/safehttp"
)

// Limits of one probe.
const (
	limit     = 15 * time.Second
	maxAnswer = 256 << 10 // bytes
	maxText   = 200       // runes of a name or an id
)

// Client makes probes. It is safe for concurrent use.
type Client struct {
	// HTTP carries every request and is required; in the product it is
	// safehttp's client, which follows no redirects.
	HTTP *http.Client
}

// Result is who answered to right credentials. Both are "" where the entry has
// no path to them, the name also where the answer holds none.
type Result struct {
	TenantID    string
	CompanyName string
}

// Probe asks the provider of an integration with credentials, given by values
// as Credentials.Check returns them. Errors are *Error, also when ctx ends.
func (c *Client) Probe(ctx context.Context, in catalog.Integration, values map[string]string) (Result, error) {
	if in.Credentials == nil {
		return Result{}, &Error{Reason: Misconfigured, cause: "the integration has no credentials"}
	}
	chosen := *in.Credentials
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	r, err := request(chosen, chosen.Whole(values))
	if err != nil {
		return Result{}, err
	}
	response, err := c.HTTP.Do(r.WithContext(ctx))
	if err != nil {
		return Result{}, unanswered(err, chosen)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != chosen.Probe.Status {
		return Result{}, refusal(response.StatusCode, chosen)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case errors.Is(err, safehttp.ErrTooLarge) || len(body) > maxAnswer:
		return Result{}, &Error{Reason: Invalid, Status: response.StatusCode, cause: "the answer is too large"}
	case err != nil:
		return Result{}, &Error{Reason: Unavailable, Status: response.StatusCode, cause: "the answer broke off"}
	}
	return read(chosen.Probe, body)
}

// refusal judges a status that is not the wanted one. Where customers choose a
// part of the address, a place that is not there means a wrong address.
func refusal(status int, c catalog.Credentials) *Error {
	e := &Error{Reason: Misconfigured, Status: status}
	chosen := catalog.FillFields(c.Probe.URL, nil, strings.ToLower) != c.Probe.URL
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden ||
		status == http.StatusBadRequest || status == http.StatusUnprocessableEntity:
		e.Reason = Refused
	case status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500:
		e.Reason = Unavailable
	case status < 300:
		e.Reason = Invalid
	case chosen:
		e.Reason = Refused
	}
	return e
}

// unanswered judges a request without an answer. The error's own text can name
// the host, and with it what was typed, so it is left behind.
func unanswered(err error, c catalog.Credentials) *Error {
	_, host, _ := catalog.SplitHost(c.Probe.URL)
	chosen := catalog.FillFields(host, nil, strings.ToLower) != host
	var lookup *net.DNSError
	switch {
	case errors.Is(err, safehttp.ErrBlocked) && chosen:
		return &Error{Reason: Refused, cause: "the address is not allowed"}
	case errors.Is(err, safehttp.ErrBlocked):
		return &Error{Reason: Misconfigured, cause: "the address is not allowed"}
	case errors.As(err, &lookup) && lookup.IsNotFound && chosen:
		return &Error{Reason: Refused, cause: "there is no such host"}
	case errors.Is(err, context.Canceled):
		return &Error{Reason: Unavailable, cause: "cancelled"}
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Reason: Unavailable, cause: "no answer in time"}
	}
	return &Error{Reason: Unavailable, cause: "no connection"}
}

// read takes from the answer what the entry points at. An entry that points
// anywhere wants a JSON object: a page that answers everybody is no proof.
func read(p catalog.Probe, body []byte) (Result, error) {
	if p.CompanyName == "" && p.TenantID == "" {
		return Result{}, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // ids can be integers beyond what a float holds
	var document any
	if decoder.Decode(&document) != nil || decoder.More() {
		return Result{}, &Error{Reason: Invalid, Status: p.Status, cause: "the answer is not valid JSON"}
	}
	found := Result{CompanyName: line(at(document, p.CompanyName))}
	if p.TenantID != "" {
		if found.TenantID = line(at(document, p.TenantID)); found.TenantID == "" {
			return Result{}, &Error{Reason: Invalid, Status: p.Status, cause: "the answer names no business"}
		}
	}
	if _, isObject := document.(map[string]any); !isObject && found == (Result{}) {
		return Result{}, &Error{Reason: Invalid, Status: p.Status, cause: "the answer is not an object"}
	}
	return found, nil
}

// at follows a dotted path through objects and, by number, arrays. It returns
// a string or a number as text, and "" for anything else.
func at(value any, path string) string {
	if path == "" {
		return ""
	}
	for _, part := range strings.Split(path, ".") {
		switch container := value.(type) {
		case map[string]any:
			value = container[part]
		case []any:
			index, err := strconv.Atoi(part)
			if err != nil || index < 0 || index >= len(container) {
				return ""
			}
			value = container[index]
		default:
			return ""
		}
	}
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// line makes one line of printable text of a provider's text: it is shown to
// people beside our own words.
func line(text string) string {
	if !utf8.ValidString(text) {
		return ""
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, text)
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > maxText {
		runes = runes[:maxText]
	}
	return strings.TrimSpace(string(runes))
}
