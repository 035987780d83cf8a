package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// BulkActions is the conformance of resend, recover, replay and example.
func BulkActions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	c := AddConsumer(t, s, NewConsumer(instance, "https://a.example"))
	AddEvents(t, s, NewEvent(instance, Start), NewEvent(instance, Start), NewEvent(instance, Start))
	held := fanOut(t, s, Start, true, c)
	retry := Start.Add(time.Hour)
	wantErr(t, "finish", s.Finish(ctx, []store.Outcome{
		attempted(held[0], bowline.MessageAttempting, retry), attempted(held[1], bowline.MessageFailure, time.Time{}),
		attempted(held[2], bowline.MessageSuccess, time.Time{}),
	}, nil), nil)
	resend := func(instance, id bowline.ID) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Resend(ctx, instance, id, Start) })
	}
	wantErr(t, "resend for another instance", resend(NewInstance(t, s), held[0].ID), store.ErrNotFound)
	for _, d := range held {
		wantErr(t, "resend", resend(instance, d.ID), nil)
	}
	extra := claim(t, s, c, Start, 10)
	wantSame(t, "resent", len(extra), 3)
	for i, d := range extra {
		wantSame(t, "kind", d.Kind, bowline.AttemptResent)
		wantSame(t, "the schedule goes on", d.ResumeAt.Equal(retry), i == 0)
	}
	wantErr(t, "finish", s.Finish(ctx, []store.Outcome{
		attempted(extra[0], bowline.MessageAttempting, retry), attempted(extra[1], bowline.MessageFailure, time.Time{}),
		attempted(extra[2], bowline.MessageSuccess, time.Time{}),
	}, nil), nil)

	bulk := store.Bulk{Consumer: c, Since: Start.Add(-time.Minute), Now: Start, Spacing: time.Second}
	wantSame(t, "recovered", must(s.Recover(ctx, bulk))(t).Messages, 2)
	wantSame(t, "recovered twice", must(s.Recover(ctx, bulk))(t).Messages, 0)
	wantSame(t, "spaced out", len(claim(t, s, c, Start, 10)), 1)
	next := claim(t, s, c, Start.Add(time.Second), 10)
	wantSame(t, "the next", []any{len(next), next[0].Kind}, []any{1, bowline.AttemptRecovered})
	bulk.Since = Start.Add(time.Hour)
	wantSame(t, "nothing since", must(s.Recover(ctx, bulk))(t).Messages, 0)

	// What nobody was told of: recorded before the consumer wanted it.
	late := AddConsumer(t, s, NewConsumer(instance, "https://b.example"))
	bulk = store.Bulk{Consumer: late, Since: Start, Now: retry, Spacing: time.Second}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		example := NewEvent(instance, retry)
		example.CompanyID = ""
		id, err := tx.InsertExample(ctx, c.ID, example, retry)
		if err == nil {
			wantSame(t, "id of the example", id != "", true)
		}
		return err
	})
	kinds := map[bowline.AttemptKind]int{}
	for _, d := range claim(t, s, c, retry, 10) {
		kinds[d.Kind]++
	}
	wantSame(t, "example, beside what was recovered", kinds, map[bowline.AttemptKind]int{bowline.AttemptExample: 1, bowline.AttemptRecovered: 2})
	wantSame(t, "an example is for one", len(fanOut(t, s, retry, true, late)), 0)
	old := NewEvent(instance, Start.Add(-time.Hour))
	AddEvents(t, s, old)
	fanOut(t, s, Start, true)
	wantSame(t, "replayed", must(s.ReplayMissing(ctx, bulk))(t).Messages, 3)
	wantSame(t, "replayed twice", must(s.ReplayMissing(ctx, bulk))(t).Messages, 0)
	replayed := claim(t, s, late, retry.Add(2*time.Second), 10)
	wantSame(t, "in order, spaced out", []any{len(replayed), replayed[2].Event.ID, replayed[2].DueAt, replayed[2].Kind},
		[]any{3, held[2].Event.ID, retry.Add(2 * time.Second), bowline.AttemptReplayed})
	wantSame(t, "as they were", *replayed[0].Event, *held[0].Event)
}

// MessageLists is the conformance of the lists of messages and attempts.
func MessageLists(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	c := AddConsumer(t, s, NewConsumer(instance, "https://a.example"))
	var held []store.Delivery
	for i := range 4 {
		e := NewEvent(instance, Start.Add(time.Duration(i)*time.Minute))
		if i == 3 {
			e.EventType = bowline.ConnectionConnected
		}
		AddEvents(t, s, e)
		held = append(held, fanOut(t, s, e.GeneratedDate, true, c)...)
	}
	wantErr(t, "finish", s.Finish(ctx, []store.Outcome{
		attempted(held[0], bowline.MessageFailure, time.Time{}), attempted(held[1], bowline.MessageSuccess, time.Time{}),
	}, nil), nil)
	list := func(l store.MessageList) (ids []bowline.ID, total int64) {
		t.Helper()
		l.InstanceID, l.ConsumerID = instance, c.ID
		if l.Page.Size == 0 {
			l.Page = bowline.Page{Number: 1, Size: 10}
		}
		messages, found, err := s.Messages(ctx, l)
		wantErr(t, "list", err, nil)
		for _, m := range messages {
			ids = append(ids, m.ID)
		}
		wantSame(t, "all was looked through", found.Rest, bowline.ID(""))
		return ids, found.Total
	}
	for _, test := range []struct {
		about string
		list  store.MessageList
		want  []int
		total int64
	}{
		{"all", store.MessageList{}, []int{3, 2, 1, 0}, 4},
		{"second page", store.MessageList{Page: bowline.Page{Number: 2, Size: 3}}, []int{0}, 4},
		{"behind the end", store.MessageList{Page: bowline.Page{Number: 3, Size: 3}}, nil, 4},
		{"status", store.MessageList{Status: bowline.MessageFailure}, []int{0}, 1},
		{"type", store.MessageList{EventType: bowline.ConnectionConnected}, []int{3}, 1},
		{"company", store.MessageList{CompanyID: held[2].Event.CompanyID}, []int{2}, 1},
		{"behind one", store.MessageList{Before: held[2].ID}, []int{1, 0}, 2},
		{"the time of the last", store.MessageList{To: Start.Add(3 * time.Minute)}, []int{2, 1, 0}, 3},
		{"long ago", store.MessageList{To: Start.Add(-time.Hour)}, nil, 0},
		{"time", store.MessageList{From: Start.Add(time.Minute), To: Start.Add(3 * time.Minute)}, []int{2, 1}, 2},
		{"all at once", store.MessageList{Status: bowline.MessageSuccess, EventType: bowline.ConnectionCreated, From: Start}, []int{1}, 1},
	} {
		var want []bowline.ID
		for _, i := range test.want {
			want = append(want, held[i].ID)
		}
		ids, total := list(test.list)
		wantSame(t, test.about, []any{ids, total}, []any{want, test.total})
	}
	_, _, err := s.Messages(ctx, store.MessageList{InstanceID: NewInstance(t, s), ConsumerID: c.ID, Page: bowline.Page{Number: 1, Size: 1}})
	wantErr(t, "another instance's", err, store.ErrNotFound)
	yes := true
	for about, l := range map[string]store.AttemptList{
		"successes": {Success: &yes}, "later": {From: Start.Add(time.Hour)}, "before": {To: Start},
	} {
		l.InstanceID, l.MessageID, l.Page = instance, held[0].ID, bowline.Page{Number: 1, Size: 5}
		_, total, err := s.Attempts(ctx, l)
		wantErr(t, about, err, nil)
		wantSame(t, about, total, int64(0))
	}
}

// Retention is the conformance of pruning.
func Retention(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	consumers := []bowline.Consumer{
		AddConsumer(t, s, NewConsumer(instance, "https://a.example")), AddConsumer(t, s, NewConsumer(instance, "https://b.example")),
	}
	for i := range 5 {
		e := NewEvent(instance, Start.Add(time.Duration(i)*time.Hour))
		e.ID = idAt(e.GeneratedDate)
		AddEvents(t, s, e)
		var outcomes []store.Outcome
		for _, d := range fanOut(t, s, e.GeneratedDate, true, consumers...) {
			o := attempted(d, bowline.MessageSuccess, time.Time{})
			o.Attempt.ID = idAt(e.GeneratedDate)
			outcomes = append(outcomes, o)
		}
		wantErr(t, "finish", s.Finish(ctx, outcomes, nil), nil)
	}
	wantSame(t, "nothing is old", must(s.PruneMessages(ctx, Start.Add(-time.Second), 100))(t)+must(s.PruneAttempts(ctx, Start.Add(-time.Second), 100))(t), 0)
	before := Start.Add(3 * time.Hour)
	wantSame(t, "attempts, a step", must(s.PruneAttempts(ctx, before, 4))(t), 4)
	wantSame(t, "attempts, the rest", must(s.PruneAttempts(ctx, before, 4))(t), 2)
	wantSame(t, "messages, a step", must(s.PruneMessages(ctx, before, 4))(t), 4)
	wantSame(t, "messages and events, the rest", must(s.PruneMessages(ctx, before, 100))(t), 2+3)
	wantSame(t, "done", must(s.PruneMessages(ctx, before, 100))(t), 0)
	_, found, err := s.Messages(ctx, store.MessageList{InstanceID: instance, ConsumerID: consumers[0].ID, Page: bowline.Page{Number: 1, Size: 5}})
	wantErr(t, "list", err, nil)
	wantSame(t, "messages left", found.Total, int64(2))
	wantSame(t, "events left", len(must(s.Events(ctx, instance, 0, 10))(t)), 2)
}

// idAt returns an id of that very time: those of NewID never go back.
func idAt(at time.Time) bowline.ID {
	ms := at.UnixMilli()
	return bowline.ID(fmt.Sprintf("%08x-%04x", ms>>16, ms&0xffff)) + bowline.NewID(at)[13:]
}
