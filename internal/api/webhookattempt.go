package api

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/webhook"
)

// AttemptDetails are an attempt with what was sent and what came back.
type AttemptDetails struct {
	Attempt
	Request    *AttemptRequest  `json:"request,omitempty" doc:"What was sent; absent when nothing was, and when unrecorded says that it is not known."`
	Unrecorded bool             `json:"unrecorded,omitempty" doc:"true: the attempt is from before Bowline kept what it sent."`
	Response   *AttemptResponse `json:"response,omitempty" doc:"What the receiver answered; absent when it did not."`
}

// AttemptRequest is what one attempt sent.
type AttemptRequest struct {
	Method      string          `json:"method" enum:"POST,PUT" doc:"Method of the request."`
	URL         string          `json:"url" doc:"Where it went, without a query string."`
	Headers     []AttemptHeader `json:"headers" doc:"Its headers."`
	Body        string          `json:"body" doc:"Its body, after any transformation; of one that was transformed, the first 8 KiB."`
	BodyLength  int             `json:"bodyLength" doc:"Length of the whole body in bytes."`
	BodyCut     bool            `json:"bodyCut,omitempty" doc:"true: body is only the beginning."`
	Transformed bool            `json:"transformed,omitempty" doc:"true: a transformation made this body of the event."`
	Doubtful    bool            `json:"doubtful,omitempty" doc:"true: the consumer was changed since, or just before. Its own headers are listed as they are now."`
}

// AttemptResponse is what a receiver answered.
type AttemptResponse struct {
	StatusCode int             `json:"statusCode" doc:"HTTP status."`
	Headers    []AttemptHeader `json:"headers" doc:"Headers that tell who answered and what; the others are not kept."`
	Body       string          `json:"body,omitempty" doc:"The first 4 KiB."`
}

// AttemptHeader is a header of a request or of an answer.
type AttemptHeader struct {
	Name   string `json:"name" doc:"In lower case."`
	Value  string `json:"value,omitempty" doc:"Absent when it is hidden."`
	Hidden bool   `json:"hidden,omitempty" doc:"true: the value was chosen by an operator, and is not told."`
}

// AttemptPath names an attempt in a path.
type AttemptPath struct {
	MessagePath
	AttemptID string `path:"attemptId" doc:"The attempt's id."`
}

const attemptNoun = "attempt"

func (a *API) getAttempt(ctx context.Context, in *AttemptPath) (*struct{ Body AttemptDetails }, error) {
	m, e, err := a.message(ctx, &in.MessagePath)
	if err != nil {
		return nil, err
	}
	id, err := idOf(attemptNoun, in.AttemptID)
	if err != nil {
		return nil, err
	}
	attempt, err := a.Store.Attempt(ctx, auth.From(ctx).Instance, m.ID, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound(attemptNoun, id)
	}
	if err != nil {
		return nil, err
	}
	consumer, err := a.Store.Consumer(ctx, m.InstanceID, m.ConsumerID)
	if err != nil {
		return nil, err
	}
	history, err := a.Store.ConsumerHistory(ctx, m.InstanceID, m.ConsumerID, maxConsumerHistory)
	if err != nil {
		return nil, err
	}
	shown := AttemptDetails{
		Attempt: showAttempt(ctx, attempt), Unrecorded: attempt.Exchange == nil, Request: showSent(webhook.Sent(&consumer, history, &e, &attempt)), Response: showAnswer(attempt),
	}
	return &struct{ Body AttemptDetails }{shown}, nil
}

func showSent(r *webhook.SentRequest) *AttemptRequest {
	if r == nil {
		return nil
	}
	shown := AttemptRequest{
		Method: r.Method, URL: r.URL, Headers: make([]AttemptHeader, 0, len(r.Headers)), Body: r.Body, BodyLength: r.Length,
		BodyCut: r.Length > len(r.Body), Transformed: r.Transformed, Doubtful: r.Doubtful,
	}
	for _, h := range r.Headers {
		shown.Headers = append(shown.Headers, AttemptHeader(h))
	}
	return &shown
}

func showAnswer(a bowline.Attempt) *AttemptResponse {
	if a.StatusCode == 0 {
		return nil
	}
	shown := AttemptResponse{StatusCode: a.StatusCode, Headers: []AttemptHeader{}, Body: a.ResponseBody}
	if a.Exchange != nil {
		for _, name := range slices.Sorted(maps.Keys(a.Exchange.Answer)) {
			shown.Headers = append(shown.Headers, AttemptHeader{Name: name, Value: a.Exchange.Answer[name]})
		}
	}
	return &shown
}
