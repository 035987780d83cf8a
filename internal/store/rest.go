package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/bowline/bowline"
)

// Rest asks for messages of events of which [Store.FanOut] has put off some.
// All who are to be told are asked for again: those who were told already keep
// what they have.
type Rest struct {
	Revision int64     // of the consumers that Match knows
	Now      time.Time // when the messages come about
	Until    time.Time // end of the leases
	Holder   int64     // of the leases; see Lease
	Events   int       // at most in one transaction
	Messages int       // at most in one transaction; at least 1
	After    RestMark  // where the last call stopped; zero at first
	// Match says who is to be told. It may be asked again about the same event.
	Match func(*bowline.Event) []bowline.ID
	// Lease says whether the caller takes the message at once. It may be asked
	// about a message that is there already.
	Lease func(consumer bowline.ID) bool
}

// RestMark is a place among the messages of an event. It saves work: where it
// is forgotten, what is there already is passed over again.
type RestMark struct {
	seq      int64
	consumer bowline.ID
}

// anyPutOff is what anyWaiting is to FanOut.
const anyPutOff = `SELECT seq FROM events WHERE fanned = 3 ORDER BY seq LIMIT 1`

var insertMissing = bulk{head: insertMessages.head, width: insertMessages.width, tail: insertMessages.tail + ` RETURNING id`}

// FanOutRest makes some of the messages that were put off, in the order of
// their events, and returns those that are leased, and where to go on. More
// says that there may be further ones. Several may do this at once. It is
// [ErrStale] when consumers have changed since r.Revision.
func (s *Store) FanOutRest(ctx context.Context, r Rest) (leased []Delivery, mark RestMark, more bool, err error) {
	waiting := false
	err = s.read(ctx, anyPutOff, nil, func(*row) error {
		waiting = true
		return nil
	})
	if err == nil && waiting {
		err = s.Write(ctx, func(tx *Tx) error {
			leased, mark, more, err = tx.fanOutRest(ctx, r)
			return err
		})
	}
	if err != nil {
		return nil, RestMark{}, false, fmt.Errorf("fan out the rest of events: %w", err)
	}
	return leased, mark, more, nil
}

func (tx *Tx) fanOutRest(ctx context.Context, r Rest) (leased []Delivery, mark RestMark, more bool, err error) {
	events, err := tx.events(ctx, r.Revision, eventRestWaits, r.Events)
	if err != nil || len(events) == 0 {
		return nil, mark, false, err
	}
	more = len(events) == r.Events
	var list []Delivery
	var rows, seqs []any
	for i := range events {
		e := &events[i]
		targets := slices.Sorted(slices.Values(r.Match(&e.event)))
		if e.seq == r.After.seq {
			from, _ := slices.BinarySearch(targets, r.After.consumer+"\x00")
			targets = targets[from:]
		}
		n := min(len(targets), r.Messages)
		if len(list)+n > r.Messages { // of one event as much as there is room for
			more = true
			break
		}
		for _, consumer := range targets[:n] {
			d := Delivery{
				ID: messageID(e.event.ID, consumer), Consumer: consumer, Event: &e.event,
				Status: bowline.MessageSending, Kind: bowline.AttemptScheduled, DueAt: r.Now,
			}
			run := r.Now
			if r.Lease(consumer) {
				run, d.Fence, d.Until, d.Holder = r.Until, 1, r.Until, r.Holder
			}
			list = append(list, d)
			rows = messageRow(rows, consumer, d.ID, e, d.Kind, r.Now, run, r.Now)
			rows[len(rows)-1] = d.Holder
		}
		if n < len(targets) {
			more, mark = true, RestMark{seq: e.seq, consumer: targets[n-1]}
			// Whoever goes on behind the mark relies on what is before it.
			if err := tx.flushed(ctx); err != nil {
				return nil, RestMark{}, false, err
			}
			break
		}
		seqs = append(seqs, e.seq)
	}
	made, err := tx.insertMissing(ctx, rows)
	if err != nil {
		return nil, mark, false, err
	}
	for _, d := range list {
		if d.Fence > 0 && made[d.ID] {
			leased = append(leased, d)
		}
	}
	return leased, mark, more, markFanned.exec(ctx, tx, []any{eventDone}, seqs)
}

// insertMissing inserts messages and returns the ids of those that were not
// there before.
func (tx *Tx) insertMissing(ctx context.Context, rows []any) (map[bowline.ID]bool, error) {
	made := map[bowline.ID]bool{}
	var list []statement
	err := insertMissing.each(tx.dialect(), bulkSizes[:], rows, nil, func(sql string, args []any) error {
		list = append(list, statement{sql, args})
		return nil
	})
	if err != nil || len(list) == 0 {
		return made, err
	}
	return made, tx.queryAll(ctx, list, func(_ int, r *row) error {
		made[r.id()] = true
		return r.err
	})
}
