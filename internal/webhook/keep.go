package webhook

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bowline/bowline"
)

// settling is for how long after a change a consumer may still be sent to as it
// was before: by another replica, or because a message was under way.
const settling = 10 * time.Second

// fresh says whether it is to be noted which version of the consumer these are.
// One that was never changed has only one.
func (s *settings) fresh(at time.Time) bool {
	return s.consumer.Version > 1 && at.Sub(s.consumer.Updated) < settling
}

// keepRequest keeps what does not follow from elsewhere: nothing, as long as no
// transformation has changed anything.
func keepRequest(a *bowline.Attempt, it item, r request, at time.Time, signed http.Header) {
	if at.Unix() != a.At.Unix() {
		a.Keep().Stamp = at.Unix()
	}
	if r.method != http.MethodPost {
		a.Keep().Method = r.method
	}
	if bytes.Equal(r.body, it.body) {
		return
	}
	kept := a.Keep()
	if kept.Body = clean(string(r.body[:min(len(r.body), bowline.MaxStoredRequest)]), bowline.MaxStoredRequest); len(kept.Body) < len(r.body) {
		kept.Length, kept.Signature = len(r.body), signed[headerSignature][0]
	}
}

// told are the headers of an answer that are kept: they say who answered, what,
// and what to do, and never hold anybody's session or key.
var told = map[string]bool{
	"Allow": true, "Content-Type": true, "Location": true, "Retry-After": true, "Server": true, "Via": true,
	"X-Request-Id": true, "X-Correlation-Id": true, "Request-Id": true, "X-Trace-Id": true, "X-Amzn-Requestid": true,
	"X-Amzn-Trace-Id": true, "X-Amz-Cf-Id": true, "X-Azure-Ref": true, "X-Cloud-Trace-Context": true, "Cf-Ray": true, "X-Served-By": true,
}

// keepAnswer keeps the chosen headers of an answer.
func keepAnswer(a *bowline.Attempt, answer http.Header) {
	for name, values := range answer {
		if !told[name] || len(values) == 0 {
			continue
		}
		value := values[0]
		if name == "Location" {
			value = withoutQuery(value)
		}
		if value = strings.TrimSpace(clean(value, bowline.MaxStoredHeader)); value == "" {
			continue
		}
		kept := a.Keep()
		if kept.Answer == nil {
			kept.Answer = map[string]string{}
		}
		if len(kept.Answer) < bowline.MaxStoredHeaders {
			kept.Answer[strings.ToLower(name)] = value
		}
	}
}

// withoutQuery returns where an answer sends us, without what may be a key.
func withoutQuery(location string) string {
	u, err := url.Parse(location)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}
