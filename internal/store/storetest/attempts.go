package storetest

import (
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Attempts is the conformance of what attempts keep of request and answer.
func Attempts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	c := AddConsumer(t, s, NewConsumer(instance, "https://sink.example/hooks"))
	var events []bowline.Event
	for range 20 { // several statements, of either kind
		events = append(events, NewEvent(instance, Start))
	}
	AddEvents(t, s, events...)
	whole := bowline.Exchange{
		Unmade: true, Method: "PUT", Body: "{\"a\":\"<é>\u2028\\u0000\"}", Length: 9000, Signature: "v1,a", Stamp: 1772357401, Version: 3,
		Answer: map[string]string{"server": "a & b"},
	}
	var outcomes []store.Outcome
	for i, d := range fanOut(t, s, Start, true, c) {
		o := attempted(d, bowline.MessageSuccess, time.Time{})
		if i%2 == 1 {
			o.Attempt.Exchange = &whole
		}
		outcomes = append(outcomes, o)
	}
	wantErr(t, "finish", s.Finish(ctx, outcomes, nil), nil)
	wantErr(t, "finish once more", s.Finish(ctx, outcomes, nil), nil)
	for i, o := range outcomes {
		want := *o.Attempt
		want.Exchange = &bowline.Exchange{}
		if i%2 == 1 {
			want.Exchange = &whole
		}
		wantSame(t, "attempt", must(s.Attempt(ctx, instance, o.Delivery.ID, want.ID))(t), want)
		_, err := s.Attempt(ctx, instance, outcomes[(i+1)%len(outcomes)].Delivery.ID, want.ID)
		wantErr(t, "attempt of another message", err, store.ErrNotFound)
	}
	_, err := s.Attempt(ctx, NewInstance(t, s), outcomes[0].Delivery.ID, outcomes[0].Attempt.ID)
	wantErr(t, "attempt of another instance", err, store.ErrNotFound)
}
