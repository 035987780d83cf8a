package webhook

import (
	"strconv"
	"time"

	"github.com/bowline/bowline"
)

// encode returns the body of an event (webhooks.md section 1), as json.Marshal
// would. By hand, because it is made for every event and that would read the
// payload twice more, which is JSON already.
func encode(e *bowline.Event) []byte {
	b := make([]byte, 0, len(e.Payload)+160)
	b = append(b, `{"id":"`...)
	b = append(b, e.ID...)
	b = append(b, `","eventType":`...)
	b = strconv.AppendQuoteToASCII(b, string(e.EventType)) // of the catalogue: letters, digits and dots
	b = append(b, `,"generatedDate":"`...)
	b = e.GeneratedDate.AppendFormat(b, time.RFC3339Nano)
	b = append(b, `","payload":`...)
	b = append(b, e.Payload...)
	return append(b, '}')
}
