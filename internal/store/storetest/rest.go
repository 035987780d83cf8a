package storetest

import (
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// FanOutRests is the conformance of messages that are put off.
func FanOutRests(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	var crowd []bowline.Consumer
	for range 20 {
		crowd = append(crowd, AddConsumer(t, s, NewConsumer(instance, "https://a.example")))
	}
	first := crowd[7] // keeps up
	revision := must(s.ConsumersRevision(ctx))(t)
	events := []bowline.Event{NewEvent(instance, Start), NewEvent(instance, Start.Add(time.Second))}
	AddEvents(t, s, events...)
	list, _, err := s.FanOut(ctx, store.FanOut{
		Revision: revision, Now: Start, Until: Start.Add(lease), Holder: 5, Limit: 10,
		Match: func(*bowline.Event) (targets []store.Target) {
			for _, c := range crowd {
				targets = append(targets, store.Target{Consumer: c.ID, Leased: true, Later: c.ID != first.ID})
			}
			return targets
		},
	})
	wantErr(t, "fan out", err, nil)
	wantSame(t, "told at once", []any{len(list), list[0].Consumer}, []any{2, first.ID})
	wantSame(t, "not told twice", len(fanOut(t, s, Start, true, crowd...)), 0)
	wantSame(t, "events wait for the rest", must(s.PruneMessages(ctx, Start.Add(-time.Second), 10))(t), 0)

	seen := map[bowline.ID]bool{list[0].ID: true, list[1].ID: true}
	var order []bowline.ID // of events
	rest := store.Rest{
		Revision: revision, Now: Start, Until: Start.Add(lease), Holder: 5, Events: 3, Messages: 6,
		Match: func(*bowline.Event) (ids []bowline.ID) {
			for _, c := range crowd {
				ids = append(ids, c.ID)
			}
			return ids
		},
		Lease: func(consumer bowline.ID) bool { return consumer != crowd[3].ID },
	}
	_, _, _, err = s.FanOutRest(ctx, store.Rest{Revision: -1, Events: 1, Messages: 1})
	wantErr(t, "the rest with old consumers", err, store.ErrStale)
	steps := 0
	for more := true; more; steps++ {
		var list []store.Delivery
		list, rest.After, more, err = s.FanOutRest(ctx, rest)
		wantErr(t, "the rest", err, nil)
		wantSame(t, "at most so many at once", len(list) <= rest.Messages, true)
		for _, d := range list {
			wantSame(t, "told once", seen[d.ID], false)
			wantSame(t, "lease", []any{d.Fence, d.Holder, d.Until}, []any{int64(1), int64(5), Start.Add(lease)})
			seen[d.ID] = true
			order = append(order, d.Event.ID)
		}
		if steps == 1 { // whoever did this died: what is made is made
			rest.After = store.RestMark{}
		}
	}
	wantSame(t, "steps", steps > 6, true)
	wantSame(t, "all but those not leased", len(seen), 2*len(crowd)-2)
	wantSame(t, "in the order of events", []bool{order[0] == events[0].ID, order[len(order)-1] == events[1].ID}, []bool{true, true})
	wantSame(t, "not leased, so due", len(claim(t, s, crowd[3], Start, 10)), 2)
	wantSame(t, "leased, so not due", len(claim(t, s, crowd[4], Start, 10)), 0)
	_, _, more, err := s.FanOutRest(ctx, rest)
	wantErr(t, "nothing left", err, nil)
	wantSame(t, "more", more, false)

	total := 0
	for range 20 {
		AddEvents(t, s, NewEvent(instance, Start))
	}
	_, _, err = s.FanOut(ctx, store.FanOut{
		Revision: revision, Now: Start, Until: Start.Add(lease), Limit: 100,
		Match: func(*bowline.Event) []store.Target { return []store.Target{{Consumer: first.ID, Later: true}} },
	})
	wantErr(t, "fan out", err, nil)
	counts := make([]int, 4)
	rest.Match = func(*bowline.Event) []bowline.ID { return []bowline.ID{first.ID} }
	for _, err := range concurrently(len(counts), func(n int) error {
		mine := rest
		mine.After = store.RestMark{}
		for range 20 {
			var list []store.Delivery
			var err error
			if list, mine.After, _, err = s.FanOutRest(ctx, mine); err != nil {
				return err
			}
			counts[n] += len(list)
		}
		return nil
	}) {
		wantErr(t, "race for the rest", err, nil)
	}
	for _, n := range counts {
		total += n
	}
	wantSame(t, "leased by one each", total, 20)
}
