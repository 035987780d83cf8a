package bowline

// Limits of what an attempt keeps beside its answer's body.
const (
	// MaxStoredRequest is how much of a transformed body is kept, in bytes.
	MaxStoredRequest = 8 << 10
	// MaxStoredHeader bounds the value of one header of an answer, and
	// MaxStoredHeaders how many there are, in bytes and in number.
	MaxStoredHeader, MaxStoredHeaders = 256, 12
)

// Header is one header of a request or of an answer.
type Header struct {
	Name   string // in lower case
	Value  string // empty when it is hidden
	Hidden bool   // an operator chose the value, which may be a credential
}

// Exchange is what an attempt keeps of request and answer because it does not
// follow from the message, its event and its consumer. Of most attempts that is
// next to nothing, as there are so many of them.
type Exchange struct {
	Unmade bool   `json:"unmade,omitempty"` // there was no request
	Method string `json:"method,omitempty"` // where it was not POST
	// Body is what a transformation made of the event, or its beginning; empty
	// where the event itself was sent.
	Body      string `json:"body,omitempty"`
	Length    int    `json:"length,omitempty"`    // of the whole body in bytes, where Body is its beginning
	Signature string `json:"signature,omitempty"` // there too, as it no longer follows from Body
	Stamp     int64  `json:"stamp,omitempty"`     // webhook-timestamp, where the attempt began in another second
	// Version is the consumer's, where it had been changed only just.
	Version int64 `json:"version,omitempty"`
	// Answer are chosen headers of the answer, by their names in lower case.
	Answer map[string]string `json:"answer,omitempty"`
}

// Keep returns what an attempt keeps, for something to be added.
func (a *Attempt) Keep() *Exchange {
	if a.Exchange == nil {
		a.Exchange = &Exchange{}
	}
	return a.Exchange
}
