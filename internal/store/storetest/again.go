package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// skipped passes over a place of the schedule, as for a consumer that is off.
func skipped(d store.Delivery, status bowline.MessageStatus, run time.Time) store.Outcome {
	return store.Outcome{Delivery: d, Status: status, Kind: bowline.AttemptScheduled, Scheduled: d.Scheduled + 1, RunAt: run}
}

func resend(t testing.TB, s *store.Store, instance, id bowline.ID, now time.Time) error {
	t.Helper()
	return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Resend(ctx, instance, id, now) })
}

// Resend is the conformance of sending one message again: brought forward while
// it waits, left alone while somebody holds it.
func Resend(t *testing.T, s *store.Store) {
	instance := NewInstance(t, s)
	c := AddConsumer(t, s, NewConsumer(instance, "https://a.example"))
	AddEvents(t, s, NewEvent(instance, Start))
	held := fanOut(t, s, Start, true, c)[0]
	wantErr(t, "resend of what is under way for the first time", resend(t, s, instance, held.ID, Start), store.ErrConflict)
	wantErr(t, "resend of nothing", resend(t, s, instance, bowline.NewID(Start), Start), store.ErrNotFound)

	// A first attempt that waits, as after a replay of many.
	hour := Start.Add(time.Hour)
	wait := store.Outcome{Delivery: held, Status: held.Status, Kind: held.Kind, RunAt: hour}
	wantErr(t, "finish", s.Finish(t.Context(), []store.Outcome{wait}, nil), nil)
	wantErr(t, "resend of what waits", resend(t, s, instance, held.ID, Start.Add(time.Minute)), nil)
	first := claim(t, s, c, Start.Add(time.Minute), 10)
	wantSame(t, "brought forward", []any{len(first), first[0].Kind, first[0].ResumeAt.IsZero()}, []any{1, bowline.AttemptScheduled, true})
	wantErr(t, "resend of what is in somebody's hands", resend(t, s, instance, held.ID, Start.Add(time.Minute)), store.ErrConflict)

	// One that was passed over keeps its schedule.
	wantErr(t, "finish", s.Finish(t.Context(), []store.Outcome{skipped(first[0], bowline.MessageSending, hour)}, nil), nil)
	wantErr(t, "resend of what was passed over", resend(t, s, instance, held.ID, Start.Add(2*time.Minute)), nil)
	extra := claim(t, s, c, Start.Add(2*time.Minute), 10)
	wantSame(t, "an extra attempt", []any{len(extra), extra[0].Kind, extra[0].ResumeAt}, []any{1, bowline.AttemptResent, hour})
}

// Skipped is the conformance of messages that came due while their consumer was
// off: their status is true, and recovery and replay find them.
func Skipped(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	c := AddConsumer(t, s, NewConsumer(instance, "https://a.example"))
	AddEvents(t, s, NewEvent(instance, Start), NewEvent(instance, Start), NewEvent(instance, Start), NewEvent(instance, Start))
	held := fanOut(t, s, Start, true, c)
	tomorrow := Start.Add(24 * time.Hour)
	wantErr(t, "finish", s.Finish(ctx, []store.Outcome{
		skipped(held[0], bowline.MessageFailure, time.Time{}), skipped(held[1], bowline.MessageSending, tomorrow),
		attempted(held[2], bowline.MessageFailure, time.Time{}),
	}, nil), nil) // and the fourth is under way
	for i, want := range []bowline.MessageStatus{bowline.MessageFailure, bowline.MessageSending, bowline.MessageFailure, bowline.MessageSending} {
		m := message(t, s, instance, held[i].ID)
		wantSame(t, "status", m.Status, want)
	}

	bulk := store.Bulk{Consumer: c, Since: Start, Now: Start.Add(30 * time.Second), Spacing: time.Second}
	wantSame(t, "replayed: what was never attempted", must(s.ReplayMissing(ctx, bulk))(t).Messages, 2)
	wantSame(t, "replayed twice", must(s.ReplayMissing(ctx, bulk))(t).Messages, 0)
	again := claim(t, s, c, Start.Add(31*time.Second), 10)
	wantSame(t, "they begin anew", len(again), 2)
	for i, d := range again {
		wantSame(t, "as it was", []any{d.ID, d.Kind, d.Scheduled, d.Status}, []any{held[i].ID, bowline.AttemptReplayed, 0, bowline.MessageSending})
	}
	wantErr(t, "finish", s.Finish(ctx, []store.Outcome{
		skipped(again[0], bowline.MessageFailure, time.Time{}), skipped(again[1], bowline.MessageSending, tomorrow),
	}, nil), nil)

	bulk.Now = Start.Add(time.Hour)
	wantSame(t, "recovered: also what was attempted", must(s.Recover(ctx, bulk))(t).Messages, 3)
	wantSame(t, "recovered twice", must(s.Recover(ctx, bulk))(t).Messages, 0)
	extra := claim(t, s, c, Start.Add(2*time.Hour), 10)
	// The fourth was in hands that let it go.
	wantSame(t, "due, spaced out", len(extra), 4)
	for i, d := range extra[1:] {
		wantSame(t, "extra", []any{d.ID, d.Kind, d.DueAt, d.ResumeAt.Equal(tomorrow)},
			[]any{held[i].ID, bowline.AttemptRecovered, bulk.Now.Add(time.Duration(i) * time.Second), i == 1})
	}
}

// BulkSteps is the conformance of actions on more messages than a step takes:
// they can be stopped between steps, and go on where they were.
func BulkSteps(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	c := NewConsumer(instance, "https://a.example")
	const n = 1203
	events := make([]bowline.Event, n)
	for i := range events {
		events[i] = NewEvent(instance, Start.Add(time.Duration(i)*time.Minute))
		events[i].ID = idAt(events[i].GeneratedDate)
	}
	AddEvents(t, s, events...)
	for range n/100 + 1 {
		fanOut(t, s, Start, false)
	}
	AddConsumer(t, s, c)
	now := Start.Add(30 * 24 * time.Hour)
	bulk := store.Bulk{Consumer: c, Since: Start, Now: now, Spacing: time.Second}
	wantSame(t, "replayed", must(s.ReplayMissing(ctx, bulk))(t), store.BulkResult{Messages: n})
	last := now.Add((n - 1) * time.Second)
	due := claim(t, s, c, last, 2*n)
	wantSame(t, "spaced out over all steps", []any{len(due), due[n-1].DueAt, due[n-1].Event.ID}, []any{n, last, events[n-1].ID})
	var outcomes []store.Outcome
	for _, d := range due {
		outcomes = append(outcomes, attempted(d, bowline.MessageAttempting, last.Add(24*time.Hour)))
	}
	wantErr(t, "finish", s.Finish(ctx, outcomes, nil), nil)

	bulk.Stop = func() bool { return true }
	total, calls := 0, 0
	for more := true; more; calls++ {
		result := must(s.Recover(ctx, bulk))(t)
		total += result.Messages
		bulk.Since, more = result.Rest, !result.Rest.IsZero()
	}
	wantSame(t, "recovered in pieces", []int{total, calls}, []int{n, 4})
	// Behind what the replay planned, all of them one second apart.
	first := now.Add(n * time.Second)
	again := claim(t, s, c, first.Add((n-1)*time.Second), 2*n)
	wantSame(t, "spaced out over all pieces", []any{len(again), again[0].DueAt, again[n-1].DueAt}, []any{n, first, first.Add((n - 1) * time.Second)})
}

// Successes is the conformance of what is known of a consumer's last success.
func Successes(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	c := AddConsumer(t, s, NewConsumer(instance, "https://a.example"))
	since := func(at time.Time) bool { return must(s.SucceededSince(ctx, c.ID, at))(t) }
	at := func(when time.Time, success bool) {
		AddEvents(t, s, NewEvent(instance, when))
		o := attempted(fanOut(t, s, when, true, c)[0], bowline.MessageAttempting, when.Add(time.Hour))
		if success {
			o.Status, o.RunAt = bowline.MessageSuccess, time.Time{}
		}
		o.Attempt.At, o.Attempt.Success = when, success
		wantErr(t, "finish", s.Finish(ctx, []store.Outcome{o}, nil), nil)
	}
	wantSame(t, "nothing yet", since(Start), false)
	at(Start, false)
	wantSame(t, "a failure", since(Start), false)
	at(Start.Add(time.Second), true)
	wantSame(t, "a success", []bool{since(Start), since(Start.Add(time.Second)), since(Start.Add(2 * time.Second))}, []bool{true, true, false})
	at(Start.Add(time.Hour), true)
	wantSame(t, "a later one", []bool{since(Start.Add(time.Hour)), since(Start.Add(2 * time.Hour))}, []bool{true, false})
}

// MessageReach is the conformance of lists of more messages than one list looks
// through: what few of them pass is found in pieces, none twice.
func MessageReach(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	c := AddConsumer(t, s, NewConsumer(instance, "https://a.example"))
	const n, reach = 95, 30
	for i := range n {
		e := NewEvent(instance, Start.Add(time.Duration(i)*time.Minute))
		if i == 3 || i == 70 {
			e.EventType = bowline.ConnectionConnected
		}
		AddEvents(t, s, e)
	}
	held := fanOut(t, s, Start, true, c)
	var outcomes []store.Outcome
	for i, d := range held {
		if i == 4 {
			outcomes = append(outcomes, attempted(d, bowline.MessageFailure, time.Time{}))
		} else {
			outcomes = append(outcomes, attempted(d, bowline.MessageSuccess, time.Time{}))
		}
	}
	wantErr(t, "finish", s.Finish(ctx, outcomes, nil), nil)
	list := func(l store.MessageList) ([]bowline.Message, store.MessagesFound) {
		t.Helper()
		l.InstanceID, l.ConsumerID, l.Reach, l.Page = instance, c.ID, reach, bowline.Page{Number: 1, Size: 100}
		messages, found, err := s.Messages(ctx, l)
		wantErr(t, "list", err, nil)
		return messages, found
	}
	_, found := list(store.MessageList{})
	wantSame(t, "the latest", found, store.MessagesFound{Total: reach, Rest: held[n-reach].ID})
	var types []bowline.ID
	var totals []int64
	for before, more := bowline.ID(""), true; more; {
		messages, found := list(store.MessageList{EventType: bowline.ConnectionConnected, Before: before})
		for _, m := range messages {
			types = append(types, m.ID)
		}
		totals = append(totals, found.Total)
		before, more = found.Rest, found.Rest != ""
	}
	wantSame(t, "in pieces", []any{types, totals}, []any{[]bowline.ID{held[70].ID, held[3].ID}, []int64{1, 0, 0, 1}})
	messages, found := list(store.MessageList{Status: bowline.MessageFailure})
	wantSame(t, "failures have an index", []any{len(messages), found}, []any{1, store.MessagesFound{Total: 1}})
	messages, found = list(store.MessageList{From: Start, To: Start.Add(4 * time.Minute)})
	wantSame(t, "so have times", []any{len(messages), found.Total, found.Rest}, []any{4, int64(4), bowline.ID("")})
}
