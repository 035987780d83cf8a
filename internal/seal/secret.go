package seal

import (
	"fmt"
	"log/slog"
)

// redacted is what a Secret shows of itself everywhere but in Reveal.
const redacted = "[redacted]"

// Secret is a text that must not reach a log, an error or a JSON answer by
// accident. Printing, logging and encoding it yield "[redacted]"; only Reveal
// returns the text. (As the key of a map it is no longer safe: encoding/json
// takes string keys as they are.) The empty Secret is redacted as well, so that
// a log does not tell which secrets are set.
type Secret string

// Reveal returns the text itself. Each call is a place to look at in review.
func (s Secret) Reveal() string { return string(s) }

// String returns "[redacted]".
func (s Secret) String() string { return redacted }

// GoString returns "[redacted]", for %#v.
func (s Secret) GoString() string { return redacted }

// Format writes "[redacted]" for every verb, %x and %q included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue returns "[redacted]", for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON returns "[redacted]" as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
