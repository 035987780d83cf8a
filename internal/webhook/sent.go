package webhook

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bowline/bowline"
)

// SentRequest is the request of one attempt, as far as it may be shown.
type SentRequest struct {
	Method  string
	URL     string // without its query
	Headers []bowline.Header
	Body    string
	Length  int // of the whole body in bytes; Body may be its beginning
	// Transformed says that the body is not the event itself.
	Transformed bool
	// Doubtful says that the consumer was changed since, so that its own headers
	// may have been others. The signature is left out where its secret is gone.
	Doubtful bool
}

// headersOf are what goes with every request to a consumer, before its
// signature.
func headersOf(c *bowline.Consumer) http.Header {
	header := http.Header{}
	for name, value := range c.Headers {
		header.Set(name, value)
	}
	if header.Get("User-Agent") == "" {
		header.Set("User-Agent", "Bowline-Webhooks")
	}
	header.Set("Content-Type", "application/json")
	return header
}

// Sent says what an attempt sent: what it kept, and for the rest what event and
// consumer say. History are the consumer's changes. It is nil where there was no
// request, or where an older version of Bowline kept nothing of it.
func Sent(c *bowline.Consumer, history []bowline.ConsumerChange, e *bowline.Event, a *bowline.Attempt) *SentRequest {
	kept := a.Exchange
	if kept == nil || kept.Unmade {
		return nil
	}
	body := kept.Body
	if body == "" {
		body = string(encode(e))
	}
	r := &SentRequest{
		Method: cmp.Or(kept.Method, http.MethodPost), URL: a.URL, Body: body, Length: cmp.Or(kept.Length, len(body)),
		Transformed: kept.Body != "",
	}
	at := a.At
	if kept.Stamp != 0 {
		at = time.Unix(kept.Stamp, 0)
	}
	changed, rotated := false, false
	if kept.Version != c.Version {
		changed, rotated = changes(history, a.At.Add(-settling))
	}
	r.Doubtful = changed
	signature := kept.Signature
	if signature == "" && !rotated {
		signature = signatureOf(c, a, at, body)
	}
	r.Headers = append(r.Headers,
		bowline.Header{Name: strings.ToLower(headerID), Value: bowline.MessageHeader(a.MessageID)},
		bowline.Header{Name: strings.ToLower(headerTimestamp), Value: strconv.FormatInt(at.Unix(), 10)})
	if signature != "" {
		r.Headers = append(r.Headers, bowline.Header{Name: strings.ToLower(headerSignature), Value: signature})
	}
	r.Headers = append(r.Headers, bowline.Header{Name: "content-length", Value: strconv.Itoa(r.Length)})
	return r.with(c)
}

// with adds the headers that go with every request, those of ours first. The
// values that an operator chose stay hidden.
func (r *SentRequest) with(c *bowline.Consumer) *SentRequest {
	own := map[string]bool{}
	for name := range c.Headers {
		own[http.CanonicalHeaderKey(name)] = true
	}
	var rest []bowline.Header
	for name, values := range headersOf(c) {
		header := bowline.Header{Name: strings.ToLower(name), Hidden: own[name]}
		if !header.Hidden {
			header.Value = values[0]
		}
		rest = append(rest, header)
	}
	slices.SortFunc(rest, func(a, b bowline.Header) int {
		if a.Hidden != b.Hidden {
			if a.Hidden {
				return 1
			}
			return -1
		}
		return cmp.Compare(a.Name, b.Name)
	})
	r.Headers = append(r.Headers, rest...)
	return r
}

// changes says whether a consumer was changed since, and its secret replaced.
func changes(history []bowline.ConsumerChange, since time.Time) (changed, rotated bool) {
	for _, line := range history {
		if !line.At.After(since) {
			continue
		}
		switch line.What {
		case bowline.ConsumerRotated:
			rotated = true
		case bowline.ConsumerUpdated, bowline.ConsumerEnabled, bowline.ConsumerDisabled:
			changed = changed || line.Actor != bowline.ActorSystem
		}
	}
	return changed, rotated
}

// signatureOf makes a signature once more, with the secrets that were valid;
// empty where that cannot be.
func signatureOf(c *bowline.Consumer, a *bowline.Attempt, at time.Time, body string) string {
	keys, err := keysOf(c)
	if err != nil {
		return ""
	}
	s := &settings{keys: keys, formerUntil: c.FormerUntil}
	return Sign(s.keysAt(at), bowline.MessageHeader(a.MessageID), at, []byte(body))[headerSignature][0]
}
