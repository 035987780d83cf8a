package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"

	"github.com/bowline/bowline"
)

// MaxBody is the greatest request body read, in bytes.
const MaxBody = 1 << 20

// contentTypeJSON is shared by all answers; nobody may append to it.
var contentTypeJSON = []string{"application/json"}

// buffers avoids a fresh buffer per answer. Great ones are left to the garbage
// collector, or one long list would stay in memory for good.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const maxPooledBuffer = 64 << 10

// WriteJSON answers with v as JSON. A value that cannot be encoded is a mistake
// in the program and panics.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	buf, _ := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	if err := EncodeJSON(buf, v); err != nil {
		panic("rest: encode answer: " + err.Error())
	}
	w.Header()["Content-Type"] = contentTypeJSON
	w.WriteHeader(status)
	_, _ = w.Write(buf.Bytes()) // the caller may be gone; nobody is left to tell
	if buf.Cap() <= maxPooledBuffer {
		buffers.Put(buf)
	}
}

// EncodeJSON writes v as JSON without escaping characters for HTML, so that
// URLs stay readable.
func EncodeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// ReadJSON reads the request's body into v: exactly one JSON value of at most
// MaxBody bytes, with known members only. Its errors are of code CodeInvalid
// and repeat nothing of the body.
func ReadJSON(w http.ResponseWriter, r *http.Request, v any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return bowline.Errorf(bowline.CodeInvalid, "The Content-Type must be application/json.")
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, MaxBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return &bowline.Error{Code: bowline.CodeInvalid, Message: decodeMessage(err), Cause: errors.New("read body: refused")}
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return bowline.Errorf(bowline.CodeInvalid, "The body must be one JSON value and nothing after it.")
	}
	return nil
}

// decodeMessage says what is wrong with a body in our own words: the decoder's
// own text can quote the body.
func decodeMessage(err error) string {
	var size *http.MaxBytesError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return "A JSON body is required."
	case errors.As(err, &size):
		return "The body is larger than 1 MiB."
	case errors.As(err, &kind):
		if kind.Field == "" {
			return "The body has the wrong JSON type."
		}
		return "The member " + kind.Field + " has the wrong JSON type."
	case strings.HasPrefix(err.Error(), "json: unknown field"):
		return "The body has a member that is not known."
	}
	return "The body is not valid JSON."
}
