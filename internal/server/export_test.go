package server

import (
	"net/http"
	"time"

	"github.com/bowline/bowline"
)

// RequestLog is the log of requests before they are stored.
type RequestLog struct{ log requestLog }

// Note keeps a request as it is answered.
func (l *RequestLog) Note(area string, r *http.Request, status int, at time.Time) {
	l.log.note(area, r, status, at, time.Millisecond)
}

// Take takes what waits to be stored.
func (l *RequestLog) Take() []bowline.AnsweredRequest { return l.log.take() }

// PutBack puts back what could not be stored.
func (l *RequestLog) PutBack(list []bowline.AnsweredRequest) { l.log.putBack(list) }
