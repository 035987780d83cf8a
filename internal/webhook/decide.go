package webhook

import (
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// decide says what an attempt that ended at the given time leads to. Whether it
// succeeded is all that counts: a redirect, 410 or 429 is a failure like any
// other (webhooks.md section 4).
func decide(d store.Delivery, success bool, at time.Time, jitter float64) store.Outcome {
	o := store.Outcome{Delivery: d, Status: d.Status, Kind: bowline.AttemptScheduled, Scheduled: d.Scheduled}
	switch {
	case success:
		o.Status = bowline.MessageSuccess
	case d.Kind.Extra():
		resume(&o)
	default:
		advance(&o, at, jitter)
	}
	return o
}

// resume goes on with the schedule after an extra attempt that failed. What has
// succeeded before stays a success.
func resume(o *store.Outcome) {
	switch {
	case o.Status == bowline.MessageSuccess:
	case o.Delivery.ResumeAt.IsZero():
		o.Status = bowline.MessageFailure
	default:
		o.Status, o.RunAt = bowline.MessageAttempting, o.Delivery.ResumeAt
	}
}

// advance takes the next place of the schedule, if there is one.
func advance(o *store.Outcome, from time.Time, jitter float64) {
	o.Scheduled++
	next, more := bowline.NextAttempt(o.Scheduled, from, jitter)
	if !more {
		o.Status, o.RunAt = bowline.MessageFailure, time.Time{}
		return
	}
	o.Status, o.RunAt = bowline.MessageAttempting, next
}

// skip passes over all attempts that fell due until now, because the consumer
// is disabled: the clock of the schedule runs on from when they were due. Extra
// attempts are dropped. A message that was never attempted is still Sending as
// long as something is to come.
func skip(d store.Delivery, now time.Time) store.Outcome {
	o := store.Outcome{Delivery: d, Status: d.Status, Kind: bowline.AttemptScheduled, Scheduled: d.Scheduled, RunAt: d.DueAt}
	if d.Kind.Extra() {
		o.RunAt = time.Time{}
		resume(&o)
	}
	for !o.RunAt.IsZero() && !o.RunAt.After(now) {
		advance(&o, o.RunAt, 0)
	}
	if d.Status == bowline.MessageSending && !o.RunAt.IsZero() {
		o.Status = bowline.MessageSending
	}
	return o
}

// postpone gives a message back as it was, for a later time.
func postpone(d store.Delivery, until time.Time) store.Outcome {
	o := release(d)
	o.RunAt = until
	return o
}

// release gives a message back as it was, to be claimed again at once.
func release(d store.Delivery) store.Outcome {
	return store.Outcome{
		Delivery: d, Status: d.Status, Kind: d.Kind, Scheduled: d.Scheduled, RunAt: d.DueAt, ResumeAt: d.ResumeAt,
	}
}
