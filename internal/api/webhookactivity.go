package api

import (
	"context"
	"errors"
	"time"

	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
)

// WebhookActivity is a chart of the attempts to deliver to a consumer.
type WebhookActivity struct {
	Buckets []WebhookActivityBucket `json:"buckets" doc:"The oldest first, without gaps; the last one is not over yet."`
	Hours   int                     `json:"hours" doc:"How many hours a bucket is long: one up to three days, six up to two weeks, else 24."`
}

// WebhookActivityBucket counts the attempts of some hours.
type WebhookActivityBucket struct {
	At        time.Time `json:"at" doc:"When it began, UTC."`
	Succeeded int64     `json:"succeeded" doc:"Attempts that the receiver took."`
	Failed    int64     `json:"failed" doc:"Attempts that it did not."`
}

type (
	activityInput struct {
		ConsumerPath
		Days int `query:"days" minimum:"1" maximum:"90" default:"7" doc:"How many days, today included."`
	}
	activityOutput struct{ Body WebhookActivity }
)

func (a *API) getWebhookActivity(ctx context.Context, in *activityInput) (*activityOutput, error) {
	id, err := idOf(consumerNoun, in.ID)
	if err != nil {
		return nil, err
	}
	chart := WebhookActivity{Buckets: []WebhookActivityBucket{}, Hours: 24}
	switch {
	case in.Days <= 3:
		chart.Hours = 1
	case in.Days <= 14:
		chart.Hours = 6
	}
	step := time.Duration(chart.Hours) * time.Hour
	now := a.Now().UTC()
	from := now.Truncate(24*time.Hour).AddDate(0, 0, 1-in.Days)
	tallies, err := a.Store.Tallies(ctx, auth.From(ctx).Instance, id, from)
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound(consumerNoun, id)
	}
	if err != nil {
		return nil, err
	}
	for at := from; !at.After(now); at = at.Add(step) {
		bucket := WebhookActivityBucket{At: at}
		for len(tallies) > 0 && tallies[0].At.Before(at.Add(step)) {
			bucket.Succeeded, bucket.Failed = bucket.Succeeded+tallies[0].Succeeded, bucket.Failed+tallies[0].Failed
			tallies = tallies[1:]
		}
		chart.Buckets = append(chart.Buckets, bucket)
	}
	return &activityOutput{chart}, nil
}
