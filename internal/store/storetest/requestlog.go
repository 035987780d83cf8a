package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// RequestLog is the conformance of the log of requests.
func RequestLog(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance, other := NewInstance(t, s), NewInstance(t, s)
	company := Add(t, s, NewCompany(instance, "Harbour Bakery"))
	var all []bowline.AnsweredRequest
	for i := range 20 {
		all = append(all, bowline.AnsweredRequest{
			InstanceID: instance, ID: fmt.Sprintf("%032x", i), At: Start.Add(time.Duration(i) * time.Second), Area: "api", Method: "GET",
			Path: fmt.Sprintf("/api/%d/%%_x", i%2), Status: []int{200, 404, 500, 201, 200}[i%5], Duration: time.Millisecond + time.Microsecond,
			CallerKind: bowline.CallerCompany, CallerID: company.ID, CallerName: company.Name, Message: "é", LeftOut: int64(i),
		})
	}
	all[3].ErrorCode = "denied" // shown to a customer under a status of success
	stranger := bowline.AnsweredRequest{ID: "f0000000000000000000000000000000", At: Start, Area: "api", Method: "GET", Path: "/api", Status: 401}
	theirs := bowline.AnsweredRequest{InstanceID: other, ID: "e0000000000000000000000000000000", At: Start, Area: "api", Method: "GET", Path: "/api", Status: 500}
	for range 2 { // what was stored and put back counts once
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertRequests(ctx, append([]bowline.AnsweredRequest{stranger, theirs}, all...))
		})
	}
	list := func(l store.RequestList) (ids []string, next string) {
		t.Helper()
		l.InstanceID = instance
		if l.Reach == 0 {
			l.Reach = 1000
		}
		found, next, err := s.Requests(ctx, l)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range found {
			ids = append(ids, q.ID[30:])
		}
		return ids, next
	}
	found, next := list(store.RequestList{Limit: 3})
	wantSame(t, "the latest", found, []string{"13", "12", "11"})
	found, next = list(store.RequestList{Limit: 100, Before: next})
	wantSame(t, "all others", []any{len(found), next}, []any{17, ""})
	found, _ = list(store.RequestList{Limit: 100, MinStatus: 500, MaxStatus: 599})
	wantSame(t, "5xx", found, []string{"11", "0c", "07", "02"})
	found, _ = list(store.RequestList{Limit: 100, Failed: true, Before: all[7].ID})
	wantSame(t, "failed", found, []string{"06", "03", "02", "01"})
	found, _ = list(store.RequestList{Limit: 100, Path: "/api/1/%_", Before: all[6].ID})
	wantSame(t, "by path", found, []string{"05", "03", "01"})
	found, next = list(store.RequestList{Limit: 100, Path: "/api/0", Reach: 3})
	wantSame(t, "as far as it reaches", []any{found, next}, []any{[]string{"12"}, all[17].ID})

	wantSame(t, "one", must(s.Request(ctx, instance, all[3].ID))(t), all[3])
	wantSame(t, "one of nobody", must(s.Request(ctx, instance, stranger.ID))(t), stranger)
	_, err := s.Request(ctx, instance, theirs.ID)
	wantErr(t, "one of another instance", err, store.ErrNotFound)
	wantSame(t, "the oldest", must(s.OldestRequest(ctx, instance))(t), Start)
	wantSame(t, "the third latest", must(s.RequestBehind(ctx, instance, 2))(t), all[17].ID)
	wantSame(t, "beyond", must(s.RequestBehind(ctx, instance, 20))(t), "")
	for _, want := range []int{2, 1, 0} {
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			n, err := tx.ForgetRequests(ctx, instance, all[3].ID, 2)
			wantSame(t, "forgotten", n, want)
			return err
		})
	}
	wantSame(t, "the oldest left", must(s.OldestRequest(ctx, instance))(t), all[3].At)
}

// Tallies is the conformance of the sums of deliveries.
func Tallies(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	consumer := AddConsumer(t, s, NewConsumer(instance, "https://a.example"))
	attempt := func(consumer bowline.ID, at time.Time, success bool) store.Outcome {
		return store.Outcome{
			Delivery: store.Delivery{Consumer: consumer, ID: bowline.NewID(at)},
			Attempt:  &bowline.Attempt{ID: bowline.NewID(at), Kind: bowline.AttemptScheduled, At: at, Success: success}, Status: bowline.MessageFailure,
		}
	}
	for range 2 {
		err := s.Finish(ctx, []store.Outcome{
			attempt(consumer.ID, Start, true), attempt(consumer.ID, Start.Add(time.Minute), false), attempt(consumer.ID, Start.Add(time.Hour), false),
			attempt(bowline.NewID(Start), Start, true), // of a consumer that is gone
			{Delivery: store.Delivery{Consumer: consumer.ID, ID: bowline.NewID(Start)}, Status: bowline.MessageSending},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.FlushTallies(ctx); err != nil {
			t.Fatal(err)
		}
	}
	hour := Start.Truncate(time.Hour)
	want := []store.Tally{{At: hour, Succeeded: 2, Failed: 2}, {At: hour.Add(time.Hour), Failed: 2}}
	wantSame(t, "sums", must(s.Tallies(ctx, instance, consumer.ID, hour))(t), want)
	wantSame(t, "later ones", must(s.Tallies(ctx, instance, consumer.ID, hour.Add(time.Second)))(t), want[1:])
	_, err := s.Tallies(ctx, NewInstance(t, s), consumer.ID, hour)
	wantErr(t, "of another instance", err, store.ErrNotFound)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.ForgetTallies(ctx, hour.Add(time.Hour), 10)
		wantSame(t, "forgotten", n, 1)
		return err
	})
	wantSame(t, "what is left", must(s.Tallies(ctx, instance, consumer.ID, hour))(t), want[1:])
}
