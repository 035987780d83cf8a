package api

import (
	"context"
	"errors"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// MessageRecovery is the body that recovers messages.
type MessageRecovery struct {
	Since time.Time `json:"since" doc:"Messages of events since then, UTC."`
}

// MessageReplay is the optional body that replays messages.
type MessageReplay struct {
	Since *time.Time `json:"since,omitempty" doc:"Events since then, UTC. Left out, or longer ago than two weeks: two weeks."`
}

// MessageExample is the body that sends an example.
type MessageExample struct {
	EventType string `json:"eventType" doc:"A type of the catalogue, whether the consumer lists it or not."`
}

// MessagesAccepted says what will be sent.
type MessagesAccepted struct {
	Messages  int        `json:"messages" doc:"How many messages will be sent."`
	MessageID string     `json:"messageId,omitempty" doc:"Id of the message, where it is about one."`
	Since     *time.Time `json:"since,omitempty" doc:"There is more to send than one request can take: repeat it with this since. Absent when that was all."`
}

type acceptedOutput struct{ Body MessagesAccepted }

// bulkSpacing lies between the messages of an action on many of them, to spare
// a receiver that has just come back (webhooks.md section 6).
const bulkSpacing = 20 * time.Millisecond

// bulkTime is how long one request may go on with such an action. What is left
// then is for the next one.
const bulkTime = 10 * time.Second

var errUnderWay error = bowline.Errorf(bowline.CodeConflict, "The message is on its way at this moment. See what becomes of it, then resend it if need be.")

var errConsumerOff error = bowline.Errorf(bowline.CodeConflict, "The webhook consumer is disabled. Switch it on first.")

func (a *API) resendMessage(ctx context.Context, in *MessagePath) (*acceptedOutput, error) {
	m, _, err := a.message(ctx, in)
	if err != nil {
		return nil, err
	}
	if _, err := a.listening(ctx, &ConsumerPath{ID: string(m.ConsumerID)}); err != nil {
		return nil, err
	}
	err = a.Store.Write(ctx, func(tx *store.Tx) error { return tx.Resend(ctx, m.InstanceID, m.ID, a.Now().UTC()) })
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, noMessage(m.ID)
	case errors.Is(err, store.ErrConflict):
		return nil, errUnderWay
	}
	return acceptOne(m.ID, err)
}

func (a *API) recoverMessages(ctx context.Context, in *struct {
	ConsumerPath
	Body MessageRecovery
}) (*acceptedOutput, error) {
	c, err := a.listening(ctx, &in.ConsumerPath)
	if err != nil {
		return nil, err
	}
	return a.sendMany(ctx, a.Store.Recover, c, in.Body.Since)
}

func (a *API) replayMessages(ctx context.Context, in *struct {
	ConsumerPath
	Body *MessageReplay
}) (*acceptedOutput, error) {
	c, err := a.listening(ctx, &in.ConsumerPath)
	if err != nil {
		return nil, err
	}
	since := a.Now().UTC().Add(-bowline.ReplayReach)
	if in.Body != nil && in.Body.Since != nil && in.Body.Since.After(since) {
		since = in.Body.Since.UTC()
	}
	return a.sendMany(ctx, a.Store.ReplayMissing, c, since)
}

func (a *API) sendExample(ctx context.Context, in *struct {
	ConsumerPath
	Body MessageExample
}) (*acceptedOutput, error) {
	c, err := a.listening(ctx, &in.ConsumerPath)
	if err != nil {
		return nil, err
	}
	now := a.Now().UTC()
	example, err := bowline.ExampleEvent(c.InstanceID, bowline.EventType(in.Body.EventType), now)
	if err != nil {
		return nil, err
	}
	var message bowline.ID
	err = a.Store.Write(ctx, func(tx *store.Tx) error {
		var err error
		message, err = tx.InsertExample(ctx, c.ID, example, now)
		return err
	})
	return acceptOne(message, err)
}

// listening reads the consumer of a path, which must be switched on: to one
// that is not, nothing is sent.
func (a *API) listening(ctx context.Context, in *ConsumerPath) (bowline.Consumer, error) {
	c, err := a.consumer(ctx, in)
	if err == nil && c.Disabled {
		err = errConsumerOff
	}
	return c, err
}

// sendMany runs an action on many messages, spaced out and no faster than the
// consumer wants.
func (a *API) sendMany(ctx context.Context, action func(context.Context, store.Bulk) (store.BulkResult, error), c bowline.Consumer, since time.Time) (*acceptedOutput, error) {
	began := time.Now() // how long it really takes, whatever the clock of tests says
	bulk := store.Bulk{
		Consumer: c, Since: since, Now: a.Now().UTC(), Spacing: bulkSpacing,
		Stop: func() bool { return time.Since(began) >= a.bulkTime || ctx.Err() != nil },
	}
	if c.RateLimit > 0 {
		bulk.Spacing = max(bulk.Spacing, time.Second/time.Duration(c.RateLimit))
	}
	done, err := action(ctx, bulk)
	if err != nil {
		return nil, err
	}
	return &acceptedOutput{MessagesAccepted{Messages: done.Messages, Since: timeOrNone(done.Rest)}}, nil
}

func acceptOne(message bowline.ID, err error) (*acceptedOutput, error) {
	if err != nil {
		return nil, err
	}
	return &acceptedOutput{MessagesAccepted{Messages: 1, MessageID: bowline.MessageHeader(message)}}, nil
}
