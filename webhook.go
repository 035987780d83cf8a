package bowline

import (
	"errors"
	"strings"
	"time"
)

// MessageStatus is what has become of a message (webhooks.md section 4).
type MessageStatus string

// The statuses of a message.
const (
	MessageSending    MessageStatus = "Sending"    // no attempt made yet, at least one to come
	MessageAttempting MessageStatus = "Attempting" // failed so far, more attempts to come
	MessageSuccess    MessageStatus = "Success"    // at least one attempt succeeded
	MessageFailure    MessageStatus = "Failure"    // attempts exhausted or passed over, none succeeded
)

// Valid says whether it is one of the statuses.
func (s MessageStatus) Valid() bool {
	switch s {
	case MessageSending, MessageAttempting, MessageSuccess, MessageFailure:
		return true
	}
	return false
}

// AttemptKind says why an attempt is made (webhooks.md section 6).
type AttemptKind string

// The kinds of attempts. Resent and Recovered ones are extra: they come on top
// of the schedule and leave it as it is. Replayed and Example name the first
// attempt of a message that came about so; its further ones are Scheduled.
const (
	AttemptScheduled AttemptKind = "Scheduled"
	AttemptResent    AttemptKind = "Resent"
	AttemptRecovered AttemptKind = "Recovered"
	AttemptReplayed  AttemptKind = "Replayed"
	AttemptExample   AttemptKind = "Example"
)

// Extra says whether an attempt of this kind is outside of the schedule.
func (k AttemptKind) Extra() bool { return k == AttemptResent || k == AttemptRecovered }

// Message is one event on its way to one consumer. All its attempts carry the
// same webhook-id.
type Message struct {
	ID          ID            `json:"id"`
	InstanceID  ID            `json:"-"`
	ConsumerID  ID            `json:"webhookId"`
	EventID     ID            `json:"eventId"`
	EventType   EventType     `json:"eventType"`
	CompanyID   ID            `json:"companyId,omitempty"`
	Status      MessageStatus `json:"status"`
	Attempts    int           `json:"attempts"`              // made so far, of any kind
	Created     time.Time     `json:"created"`               // when the message came about
	Generated   time.Time     `json:"generatedDate"`         // when the event happened
	NextAttempt *time.Time    `json:"nextAttempt,omitempty"` // nil when nothing more is due
}

// ErrBadMessageID says that a text is neither a message's id nor its webhook-id.
var ErrBadMessageID = errors.New("not a message id")

// messagePrefix begins what receivers see as webhook-id; it holds no dot, which
// the signature uses to separate (webhooks.md section 3).
const messagePrefix = "msg_"

// MessageHeader returns the value of webhook-id for a message.
func MessageHeader(id ID) string { return messagePrefix + strings.ReplaceAll(string(id), "-", "") }

// ParseMessageID reads a message's id in either form: as in our lists, or as a
// receiver saw it in webhook-id.
func ParseMessageID(text string) (ID, error) {
	if compact, found := strings.CutPrefix(text, messagePrefix); found && len(compact) == 32 {
		text = compact[:8] + "-" + compact[8:12] + "-" + compact[12:16] + "-" + compact[16:20] + "-" + compact[20:]
	}
	id, err := ParseID(text)
	if err != nil {
		return "", ErrBadMessageID
	}
	return id, nil
}

// MaxStoredResponse is how much of a response body is kept, in bytes.
const MaxStoredResponse = 4 << 10

// Attempt is one try to deliver a message.
type Attempt struct {
	ID           ID            `json:"id"`
	MessageID    ID            `json:"messageId"`
	Kind         AttemptKind   `json:"kind"`
	URL          string        `json:"url"`                    // where it went, after transformation; without its query
	At           time.Time     `json:"at"`                     // when it began
	Duration     time.Duration `json:"-"`                      // until its result was known
	Success      bool          `json:"success"`                //
	StatusCode   int           `json:"statusCode,omitempty"`   // 0 when there was no response
	Error        string        `json:"error,omitempty"`        // why there was none, in our words
	ResponseBody string        `json:"responseBody,omitempty"` // at most MaxStoredResponse bytes, valid UTF-8
	// Exchange is nil on the way into the store where there is nothing to keep,
	// and on the way out where an attempt is from before anything was kept.
	Exchange *Exchange `json:"-"`
}

// retryDelays lie between the failure of an attempt and the next one
// (webhooks.md section 4). The first attempt is immediate.
var retryDelays = [...]time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 10 * time.Hour,
}

// ScheduledAttempts is how many attempts the schedule has.
const ScheduledAttempts = len(retryDelays) + 1

// maxJitter bounds what is added to a delay, and jitterShare is its part of a
// short one: receivers that came back are not met by everything at once, and
// the published delays stay true.
const (
	maxJitter   = 30 * time.Second
	jitterShare = 10 // a tenth
)

// NextAttempt says when a message is tried again after scheduled attempts of
// which the last failed at failedAt, and whether at all. Jitter is from 0 to 1
// and only ever delays.
func NextAttempt(scheduled int, failedAt time.Time, jitter float64) (time.Time, bool) {
	if scheduled < 1 || scheduled >= ScheduledAttempts {
		return time.Time{}, false
	}
	delay := retryDelays[scheduled-1]
	spread := min(delay/jitterShare, maxJitter)
	return failedAt.Add(delay + time.Duration(min(max(jitter, 0), 1)*float64(spread))), true
}

// Times of the automatic disabling of a consumer (webhooks.md sections 4 and 11).
const (
	// DisableAfter is for how long everything must have failed.
	DisableAfter = 5 * 24 * time.Hour
	// failuresApart and failuresWithin: the time only counts from failures that
	// lie this far apart, so that the attempts of one bad hour are not enough.
	failuresApart, failuresWithin = 12 * time.Hour, 24 * time.Hour
)

// ConsumerHealth is for how long a consumer has been failing. The zero value is
// a healthy one.
type ConsumerHealth struct {
	FirstFailure time.Time // since the last success, or within the last day
	FailingSince time.Time // zero until failures are far enough apart
}

// After returns the health after an attempt that ended at the given time, and
// whether the consumer is to be disabled.
func (h ConsumerHealth) After(success bool, at time.Time) (next ConsumerHealth, disable bool) {
	switch {
	case success:
		return ConsumerHealth{}, false
	case !h.FailingSince.IsZero():
		return h, at.Sub(h.FailingSince) >= DisableAfter
	case h.FirstFailure.IsZero() || at.Sub(h.FirstFailure) > failuresWithin:
		return ConsumerHealth{FirstFailure: at}, false
	case at.Sub(h.FirstFailure) >= failuresApart:
		h.FailingSince = h.FirstFailure
	}
	return h, false
}

// ReplayReach is how far back messages can be replayed (webhooks.md section 6).
const ReplayReach = 14 * 24 * time.Hour

// Retention of deliveries, unless configured otherwise.
const (
	MessagesKept = 90 * 24 * time.Hour
	AttemptsKept = 30 * 24 * time.Hour
)

// ConsumerChange is a line in a consumer's history.
type ConsumerChange struct {
	ID         ID        `json:"id"`
	ConsumerID ID        `json:"-"`
	At         time.Time `json:"at"`
	What       string    `json:"what"` // such as Disabled
	Reason     string    `json:"reason,omitempty"`
	Actor      Actor     `json:"actor"`
	ActorName  string    `json:"actorName,omitempty"` // of a person or an API key that is still known
}

// What a line of a consumer's history tells of.
const (
	ConsumerCreated  = "Created"
	ConsumerUpdated  = "Updated"
	ConsumerEnabled  = "Enabled"
	ConsumerDisabled = "Disabled"
	ConsumerRotated  = "SecretRotated"
)

// ReasonFailing is why a consumer was disabled without anybody asking for it.
const ReasonFailing = "Every delivery has failed for five days."
