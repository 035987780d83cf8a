package safehttp

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// errPanicked says that a local handler panicked; what it panicked with stays
// with the handler.
var errPanicked = errors.New("local handler failed")

// localAddress is the RemoteAddr of requests served in-process.
const localAddress = "127.0.0.1:0"

// localPrefix is one entry of Options.Local, taken apart.
type localPrefix struct {
	scheme, host string
	// path ends in "/".
	path    string
	handler http.Handler
}

func localPrefixes(handlers map[string]http.Handler) []localPrefix {
	prefixes := make([]localPrefix, 0, len(handlers))
	for prefix, handler := range handlers {
		u, err := url.Parse(prefix)
		if err != nil || !isHTTP(u.Scheme) || u.Host == "" || !strings.HasSuffix(u.Path, "/") || u.RawQuery != "" {
			panic("safehttp: a key of Options.Local is not an http(s) URL ending in /")
		}
		prefixes = append(prefixes, localPrefix{scheme: u.Scheme, host: strings.ToLower(u.Host), path: u.Path, handler: handler})
	}
	// The longest path first, so that the most exact prefix serves.
	slices.SortFunc(prefixes, func(a, b localPrefix) int { return cmp.Compare(len(b.path), len(a.path)) })
	return prefixes
}

// match returns the handler for a request and the cleaned path under which it
// is to be served.
func (t *Transport) match(r *http.Request) (http.Handler, string) {
	u := r.URL
	if len(t.local) == 0 || u.User != nil || u.Opaque != "" || r.Host != "" && r.Host != u.Host {
		return nil, ""
	}
	cleaned := ""
	for _, prefix := range t.local {
		if u.Scheme != prefix.scheme || !strings.EqualFold(u.Host, prefix.host) {
			continue
		}
		if cleaned == "" {
			cleaned = cleanPath(u.Path)
		}
		if strings.HasPrefix(cleaned, prefix.path) || cleaned+"/" == prefix.path {
			return prefix.handler, cleaned
		}
	}
	return nil, ""
}

// cleanPath resolves dots and doubled slashes and keeps a final slash.
func cleanPath(p string) string {
	cleaned := path.Clean("/" + p)
	if strings.HasSuffix(p, "/") && cleaned != "/" {
		cleaned += "/"
	}
	return cleaned
}

// serveLocal serves the request by a local handler when its URL has one. It
// returns when the handler is done or the request's context ends.
func (t *Transport) serveLocal(r *http.Request) (response *http.Response, served bool, err error) {
	handler, cleaned := t.match(r)
	if handler == nil {
		return nil, false, nil
	}
	if err := r.Context().Err(); err != nil {
		closeBody(r)
		return nil, true, err
	}
	// The handler gets its own request: it may still run after we have left.
	in := inbound(r, cleaned)
	out := &recorder{header: make(http.Header), limit: t.maxBody, request: r}
	done := make(chan error, 1)
	go func() {
		defer func() {
			_ = in.Body.Close()
			if recover() != nil {
				done <- errPanicked
				return
			}
			done <- nil
		}()
		handler.ServeHTTP(out, in)
	}()
	select {
	case <-r.Context().Done():
		return nil, true, r.Context().Err()
	case err := <-done:
		if err != nil {
			return nil, true, err
		}
		return out.response(), true, nil
	}
}

// inbound turns an outgoing request into the one a server would see.
func inbound(r *http.Request, cleaned string) *http.Request {
	in := r.Clone(r.Context())
	if cleaned != r.URL.Path {
		in.URL.Path, in.URL.RawPath = cleaned, ""
	}
	in.RequestURI = in.URL.RequestURI()
	in.Host = cmp.Or(r.Host, r.URL.Host)
	in.URL.Scheme, in.URL.Host = "", ""
	in.RemoteAddr = localAddress
	in.Proto, in.ProtoMajor, in.ProtoMinor = "HTTP/1.1", 1, 1
	if in.Header == nil {
		in.Header = make(http.Header)
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	return in
}

// recorder collects a handler's answer up to the body cap.
type recorder struct {
	header  http.Header
	sent    http.Header
	status  int
	body    bytes.Buffer
	limit   int64
	over    bool
	request *http.Request
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status != 0 || status < 200 {
		return
	}
	w.status = status
	// Like a socket: headers set later do not count.
	w.sent = w.header.Clone()
}

func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		if w.header.Get("Content-Type") == "" {
			w.header.Set("Content-Type", http.DetectContentType(p))
		}
		w.WriteHeader(http.StatusOK)
	}
	if int64(w.body.Len()+len(p)) > w.limit {
		w.over = true
		return 0, ErrTooLarge
	}
	return w.body.Write(p)
}

// Flush does nothing: the answer is handed over as a whole.
func (w *recorder) Flush() {}

func (w *recorder) response() *http.Response {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	response := &http.Response{
		Status:     strconv.Itoa(w.status) + " " + http.StatusText(w.status),
		StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: w.request,
	}
	if w.over {
		response.Body, response.ContentLength = io.NopCloser(failing{}), -1
	}
	if w.request.Method == http.MethodHead {
		response.Body = http.NoBody
	}
	return response
}

// failing is the body of an answer over the cap.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, ErrTooLarge }
