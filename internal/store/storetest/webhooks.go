package storetest

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// NewConsumer returns a consumer of two event types as the API would insert it.
func NewConsumer(instance bowline.ID, url string) bowline.Consumer {
	return bowline.Consumer{ //nolint:gosec // the secret of no consumer but that of the tests
		ID: bowline.NewID(Start), InstanceID: instance, URL: url, Created: Start, Updated: Start, Version: 1,
		Secret:     "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
		EventTypes: []string{string(bowline.ConnectionCreated), string(bowline.ConnectionConnected)},
	}
}

// NewEvent returns an event of a company with a tag.
func NewEvent(instance bowline.ID, at time.Time) bowline.Event {
	return bowline.Event{
		ID: bowline.NewID(at), InstanceID: instance, CompanyID: bowline.NewID(Start), EventType: bowline.ConnectionCreated,
		GeneratedDate: at, Payload: json.RawMessage(`{"a":"b"}`), CompanyTags: map[string]string{"desk": "north"},
	}
}

// AddConsumer inserts a consumer.
func AddConsumer(t testing.TB, s *store.Store, c bowline.Consumer) bowline.Consumer {
	t.Helper()
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertConsumer(ctx, c) })
	return c
}

// AddEvents records events in one transaction.
func AddEvents(t testing.TB, s *store.Store, events ...bowline.Event) {
	t.Helper()
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for _, e := range events {
			if err := tx.AppendEvent(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// lease is how long the tests hold messages.
const lease = time.Minute

// fanOut turns what is waiting into messages for consumers, leased or not.
func fanOut(t testing.TB, s *store.Store, now time.Time, leased bool, to ...bowline.Consumer) []store.Delivery {
	t.Helper()
	list, _, err := s.FanOut(t.Context(), store.FanOut{
		Revision: must(s.ConsumersRevision(t.Context()))(t), Now: now, Until: now.Add(lease), Limit: 100,
		Match: func(e *bowline.Event) (targets []store.Target) {
			for _, c := range to {
				if c.Wants(e) {
					targets = append(targets, store.Target{Consumer: c.ID, Leased: leased})
				}
			}
			return targets
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func claim(t testing.TB, s *store.Store, c bowline.Consumer, now time.Time, limit int) []store.Delivery {
	t.Helper()
	return must(s.Claim(t.Context(), []store.Want{{Consumer: c.ID, Limit: limit}}, store.Lease{Now: now, Until: now.Add(lease)}))(t)
}

// attempted returns the outcome of one attempt.
func attempted(d store.Delivery, status bowline.MessageStatus, run time.Time) store.Outcome {
	return store.Outcome{
		Delivery: d, Status: status, Kind: bowline.AttemptScheduled, Scheduled: d.Scheduled + 1, RunAt: run,
		Attempt: &bowline.Attempt{
			ID: bowline.NewID(Start), MessageID: d.ID, Kind: d.Kind, URL: "https://sink.example/hooks", At: Start,
			Duration: 1500 * time.Microsecond, Success: status == bowline.MessageSuccess, StatusCode: 204, Error: "e", ResponseBody: "é",
		},
	}
}

func message(t testing.TB, s *store.Store, instance, id bowline.ID) bowline.Message {
	t.Helper()
	m, _, err := s.Message(t.Context(), instance, id)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Consumers is the conformance of what operators decide about consumers.
func Consumers(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance, other := NewInstance(t, s), NewInstance(t, s)
	last := must(s.ConsumersRevision(ctx))(t)
	moved := func(about string, want bool) {
		t.Helper()
		now := must(s.ConsumersRevision(ctx))(t)
		wantSame(t, about+": revision has moved", now > last, want)
		last = now
	}
	c := NewConsumer(instance, "https://sink.example/hooks")
	c.Headers, c.ClientCertificate = map[string]string{"Authorization": "hunter2"}, "-----BEGIN"
	c.RateLimit, c.Transformation, c.CompanyTags = 7, bowline.Transformation{Source: "x", Enabled: true}, []string{"desk:north"}
	AddConsumer(t, s, c)
	moved("insert", true)
	wantSame(t, "consumer", must(s.Consumer(ctx, instance, c.ID))(t), c)
	wantSame(t, "all consumers", must(s.AllConsumers(ctx))(t), []bowline.Consumer{c})
	_, err := s.Consumer(ctx, other, c.ID)
	wantErr(t, "consumer of another instance", err, store.ErrNotFound)

	update := func(c bowline.Consumer) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateConsumer(ctx, c) })
	}
	c.URL, c.Headers, c.ClientCertificate, c.Disabled, c.Updated = "https://other.example/", nil, "", true, Start.Add(time.Hour)
	wantErr(t, "update", update(c), nil)
	moved("update", true)
	wantErr(t, "update of an old version", update(c), store.ErrConflict)
	moved("update of an old version", false)
	c.Version++
	wantSame(t, "updated", must(s.Consumer(ctx, instance, c.ID))(t), c)

	rotate := func(instance bowline.ID, secret string) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.RotateConsumerSecret(ctx, instance, c.ID, secret, Start.Add(24*time.Hour), Start.Add(2*time.Hour))
		})
	}
	wantErr(t, "rotate", rotate(instance, "whsec_new"), nil)
	moved("rotate", true)
	wantErr(t, "rotate another instance's", rotate(other, "whsec_x"), store.ErrNotFound)
	c.FormerSecret, c.Secret, c.FormerUntil, c.Updated = c.Secret, "whsec_new", Start.Add(24*time.Hour), Start.Add(2*time.Hour)
	c.Version++
	wantSame(t, "rotated", must(s.Consumer(ctx, instance, c.ID))(t), c)

	line := bowline.ConsumerChange{ID: bowline.NewID(Start), ConsumerID: c.ID, At: Start, What: bowline.ConsumerRotated, Actor: bowline.ActorSystem}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AppendConsumerHistory(ctx, instance, line) })
	wantSame(t, "history", must(s.ConsumerHistory(ctx, instance, c.ID, 10))(t), []bowline.ConsumerChange{line})
	wantSame(t, "history for another instance", len(must(s.ConsumerHistory(ctx, other, c.ID, 10))(t)), 0)

	c.Disabled = false
	wantErr(t, "enable", update(c), nil)
	failing := bowline.ConsumerHealth{FirstFailure: Start, FailingSince: Start}
	finish := func(change store.HealthChange) {
		t.Helper()
		wantErr(t, "finish", s.Finish(ctx, nil, []store.HealthChange{change}), nil)
	}
	finish(store.HealthChange{Instance: instance, Consumer: c.ID, Health: failing})
	wantSame(t, "health", must(s.Consumer(ctx, instance, c.ID))(t).Health, failing)
	finish(store.HealthChange{Instance: instance, Consumer: c.ID, Health: bowline.ConsumerHealth{FailingSince: Start.Add(time.Second)}, Disable: true, At: Start})
	wantSame(t, "disabled although another saw a success", must(s.Consumer(ctx, instance, c.ID))(t).Disabled, false)
	finish(store.HealthChange{Instance: instance, Consumer: c.ID, Health: failing, Disable: true, At: Start.Add(time.Hour)})
	c = must(s.Consumer(ctx, instance, c.ID))(t)
	wantSame(t, "disabled", []any{c.Disabled, c.DisabledReason, c.Updated}, []any{true, bowline.ReasonFailing, Start.Add(time.Hour)})
	wantSame(t, "line about it", must(s.ConsumerHistory(ctx, instance, c.ID, 10))(t)[0].What, bowline.ConsumerDisabled)
	c.Disabled, c.DisabledReason = false, ""
	wantErr(t, "enable", update(c), nil)
	wantSame(t, "health of one that is enabled again", must(s.Consumer(ctx, instance, c.ID))(t).Health, bowline.ConsumerHealth{})
}

// FanOuts is the conformance of turning events into messages.
func FanOuts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	one, two := AddConsumer(t, s, NewConsumer(instance, "https://a.example")), AddConsumer(t, s, NewConsumer(instance, "https://b.example"))
	two.CompanyTags = []string{"desk:south"}
	var told store.Work
	s.OnWork(func(w store.Work) { told = w })
	events := []bowline.Event{NewEvent(instance, Start), NewEvent(instance, Start), NewEvent(instance, Start)}
	events[1].CompanyTags = map[string]string{"desk": "south"}
	events[2].EventType = bowline.CompanyCreated // nobody wants it
	AddEvents(t, s, events...)
	s.OnWork(nil)
	wantSame(t, "work", told, store.Work{Events: true})

	_, _, err := s.FanOut(ctx, store.FanOut{Revision: -1, Limit: 10})
	wantErr(t, "fan out with old consumers", err, store.ErrStale)
	now := Start.Add(time.Second)
	list := fanOut(t, s, now, true, one, two)
	wantSame(t, "deliveries", len(list), 3)
	wantSame(t, "first event", *list[0].Event, events[0])
	wantSame(t, "to whom", []bowline.ID{list[0].Consumer, list[1].Consumer, list[2].Consumer}, []bowline.ID{one.ID, one.ID, two.ID})
	wantSame(t, "one event, encoded once", list[1].Event == list[2].Event, true)
	wantSame(t, "ids sort as the events", list[0].ID < list[1].ID, true)
	wantSame(t, "ids of two consumers differ", list[1].ID != list[2].ID, true)
	wantSame(t, "fan out again", len(fanOut(t, s, now, true, one, two)), 0)
	wantSame(t, "leased", len(claim(t, s, one, now, 10)), 0)
	m := message(t, s, instance, list[0].ID)
	due := now
	wantSame(t, "message", m, bowline.Message{
		ID: list[0].ID, InstanceID: instance, ConsumerID: one.ID, EventID: events[0].ID, EventType: events[0].EventType, CompanyID: events[0].CompanyID,
		Status: bowline.MessageSending, Created: now, Generated: events[0].GeneratedDate, NextAttempt: &due,
	})
	again := claim(t, s, one, now.Add(lease), 1)
	want := list[0]
	want.Fence, want.Until = 2, now.Add(2*lease)
	wantSame(t, "claimed after the lease", again, []store.Delivery{want})
	wantErr(t, "free leases", s.FreeLeases(ctx), nil)
	wantSame(t, "freed", len(claim(t, s, one, now, 10)), 2)

	wantSame(t, "races for events", raceToFanOut(t, s, instance, one), 40)
}

// raceToFanOut lets several turn the same events into messages, and returns how
// many deliveries they hold together.
func raceToFanOut(t *testing.T, s *store.Store, instance bowline.ID, c bowline.Consumer) (total int) {
	for range 40 {
		AddEvents(t, s, NewEvent(instance, Start))
	}
	counts := make([]int, 4)
	for _, err := range concurrently(4, func(n int) error {
		for range 20 {
			counts[n] += len(fanOut(t, s, Start, true, c))
		}
		return nil
	}) {
		wantErr(t, "fan out", err, nil)
	}
	for _, n := range counts {
		total += n
	}
	return total
}

// Deliveries is the conformance of claims and what comes of them.
func Deliveries(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	c := AddConsumer(t, s, NewConsumer(instance, "https://a.example"))
	other := AddConsumer(t, s, NewConsumer(instance, "https://b.example"))
	for range 50 { // more than a statement takes
		AddEvents(t, s, NewEvent(instance, Start))
	}
	finish := func(outcomes ...store.Outcome) {
		t.Helper()
		wantErr(t, "finish", s.Finish(ctx, outcomes, nil), nil)
	}
	wantSame(t, "unleased", len(fanOut(t, s, Start, false, c, other)), 0)
	dues := must(s.DueConsumers(ctx))(t)
	wantSame(t, "due", dues, []store.Due{{Consumer: c.ID, At: Start}, {Consumer: other.ID, At: Start}})
	held := claim(t, s, c, Start, 45)
	wantSame(t, "claimed", len(held), 45)
	wantSame(t, "the rest", len(claim(t, s, c, Start, 45)), 5)

	later := Start.Add(5 * time.Second)
	outcomes := []store.Outcome{attempted(held[0], bowline.MessageAttempting, later)}
	for _, d := range held[1:] {
		outcomes = append(outcomes, attempted(d, bowline.MessageSuccess, time.Time{}))
	}
	finish(outcomes...)
	m := message(t, s, instance, held[0].ID)
	wantSame(t, "failed once", []any{m.Status, m.Attempts, *m.NextAttempt}, []any{bowline.MessageAttempting, 1, later})
	m = message(t, s, instance, held[44].ID)
	wantSame(t, "succeeded", []any{m.Status, m.Attempts, m.NextAttempt == nil}, []any{bowline.MessageSuccess, 1, true})
	attempts, total, err := s.Attempts(ctx, store.AttemptList{InstanceID: instance, MessageID: held[44].ID, Page: bowline.Page{Number: 1, Size: 10}})
	wantErr(t, "attempts", err, nil)
	wantSame(t, "attempts", []any{attempts, total}, []any{[]bowline.Attempt{*outcomes[44].Attempt}, int64(1)})

	second := claim(t, s, c, later, 10)
	wantSame(t, "due again", []any{len(second), second[0].ID, second[0].Scheduled, second[0].Fence}, []any{1, held[0].ID, 1, int64(2)})
	// Whoever lost the lease decides nothing, but for a success.
	lost := attempted(held[0], bowline.MessageFailure, time.Time{})
	finish(lost)
	m = message(t, s, instance, held[0].ID)
	wantSame(t, "finished by one who lost the lease", []any{m.Status, m.Attempts, m.NextAttempt != nil}, []any{bowline.MessageAttempting, 2, true})
	finish(attempted(held[0], bowline.MessageSuccess, time.Time{}))
	finish(attempted(second[0], bowline.MessageFailure, time.Time{}))
	m = message(t, s, instance, held[0].ID)
	wantSame(t, "a success stays one", []any{m.Status, m.Attempts, m.NextAttempt == nil}, []any{bowline.MessageSuccess, 4, true})

	released := claim(t, s, other, Start, 1)[0]
	finish(store.Outcome{Delivery: released, Status: released.Status, Kind: released.Kind, RunAt: released.DueAt})
	again := claim(t, s, other, Start, 1)[0]
	wantSame(t, "released", []any{again.ID, again.Fence, again.Status}, []any{released.ID, int64(2), bowline.MessageSending})

	wantSame(t, "drop of a consumer that is there", must(s.DropMessages(ctx, other.ID, 100))(t), 0)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteConsumer(ctx, instance, other.ID) })
	wantSame(t, "drop", must(s.DropMessages(ctx, other.ID, 30))(t), 30)
	wantSame(t, "drop the rest", must(s.DropMessages(ctx, other.ID, 30))(t), 20)
	wantSame(t, "due of one that is gone", len(claim(t, s, other, Start.Add(time.Hour), 10)), 0)
	_, _, err = s.Message(ctx, NewInstance(t, s), held[0].ID)
	wantErr(t, "message of another instance", err, store.ErrNotFound)
}
