package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/query"
)

// notHeld leaves out messages of which an attempt is under way, or waits its
// turn in somebody's hands.
const notHeld = `(run_at IS NULL OR run_at = due_at)`

// resumeAfter keeps where the schedule goes on after an extra attempt.
const resumeAfter = `CASE WHEN status IN ('Sending', 'Attempting') AND run_at IS NOT NULL AND kind = 'Scheduled' THEN due_at ELSE resume_at END`

// Resend makes an extra attempt of a message due at once, whatever became of
// it; the first attempt of one that waits for it is brought forward. It is
// [ErrConflict] while an attempt is under way, and [ErrNotFound] when there is
// no such message of the instance's consumers.
func (tx *Tx) Resend(ctx context.Context, instance, message bowline.ID, now time.Time) error {
	tx.work.Messages = true
	consumer := ""
	err := one(ctx, tx, `SELECT consumer_id FROM messages WHERE consumer_id IN (SELECT id FROM consumers WHERE instance_id = $1) AND id = $2`,
		[]any{string(instance), string(message)}, func(r *row) error {
			consumer = r.text()
			return r.err
		})
	if err == nil {
		const first = `status = 'Sending' AND scheduled = 0`
		err = tx.execOne(ctx, ErrConflict, `UPDATE messages SET fence = fence + 1,
			resume_at = CASE WHEN `+first+` THEN 0 ELSE `+resumeAfter+` END,
			kind = CASE WHEN `+first+` THEN kind ELSE 'Resent' END,
			due_at = CASE WHEN `+first+` AND due_at < $1 THEN due_at ELSE $1 END,
			run_at = CASE WHEN `+first+` AND due_at < $1 THEN due_at ELSE $1 END
			WHERE consumer_id = $2 AND id = $3 AND `+notHeld,
			[]any{micros(now), consumer, string(message)})
	}
	if err != nil {
		return fmt.Errorf("resend message: %w", err)
	}
	return nil
}

// Bulk asks for many messages of one consumer to be sent (webhooks.md section
// 6). Their attempts begin Spacing apart, to spare the receiver, and behind
// those of earlier bulk actions.
type Bulk struct {
	Consumer bowline.Consumer
	Since    time.Time // of the events
	Now      time.Time
	Spacing  time.Duration
	// Stop is asked between steps whether to leave the rest; nil never does.
	Stop func() bool
}

// BulkResult is what came of a bulk action.
type BulkResult struct {
	Messages int // that will be sent
	// Rest is what to go on with as Bulk.Since, when the action was stopped;
	// nothing is done twice then.
	Rest time.Time
}

func (b *Bulk) stopped() bool { return b.Stop != nil && b.Stop() }

// bulkStep is how many messages one transaction of a bulk action takes, and
// replayStep how many numbers of events are looked at in one go.
const bulkStep, replayStep = 500, 2000

// Recover gives every message that has failed so far an extra attempt; also
// those whose consumer was off when they were due. What is under way is left to
// itself. It works in steps: an error, or a stop, leaves what was done.
func (s *Store) Recover(ctx context.Context, b Bulk) (result BulkResult, err error) {
	for after := firstID(b.Since); ; {
		last, count := "", 0
		err := s.read(ctx, `SELECT id FROM messages`+s.engine.dialect().failedHint+` WHERE consumer_id = $1 AND id > $2 AND `+failedMessages+`
			AND kind NOT IN ('Resent', 'Recovered') AND `+notHeld+` ORDER BY id LIMIT CAST($3 AS BIGINT)`,
			[]any{string(b.Consumer.ID), after, int64(bulkStep)}, func(r *row) error {
				last = r.text()
				count++
				return r.err
			})
		if err == nil && count > 0 {
			count, err = s.recoverStep(ctx, b, after, last)
		}
		if err != nil {
			return result, fmt.Errorf("recover messages: %w", err)
		}
		if last == "" {
			return result, nil
		}
		result.Messages, after = result.Messages+count, last
		if b.stopped() {
			result.Rest = timeOf(last)
			return result, nil
		}
	}
}

// recoverStep takes the messages behind one up to another in one statement.
func (s *Store) recoverStep(ctx context.Context, b Bulk, after, last string) (n int, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		tx.work.Messages = true
		start, err := tx.bulkStart(ctx, b)
		if err != nil {
			return err
		}
		hint := tx.dialect().failedHint
		count, err := tx.execCount(ctx, `UPDATE messages`+hint+` SET fence = fence + 1, resume_at = `+resumeAfter+`,
			kind = 'Recovered', due_at = picked.start, run_at = picked.start
			FROM (SELECT id AS message, CAST($1 AS BIGINT) + (row_number() OVER (ORDER BY id) - 1) * CAST($2 AS BIGINT) AS start
				FROM messages`+hint+` WHERE consumer_id = $3 AND id > $4 AND id <= $5 AND `+failedMessages+`
				AND kind NOT IN ('Resent', 'Recovered') AND `+notHeld+`) picked
			WHERE id = picked.message AND consumer_id = $3 AND id > $4 AND id <= $5 AND `+failedMessages+` AND `+notHeld,
			[]any{micros(start), b.Spacing.Microseconds(), string(b.Consumer.ID), after, last})
		if err != nil {
			return err
		}
		n = int(count)
		return tx.bulkEnd(ctx, b, start, n)
	})
	return n, err
}

// bulkStart is when the first attempt of a step may begin: not before those of
// the steps and actions before.
func (tx *Tx) bulkStart(ctx context.Context, b Bulk) (time.Time, error) {
	until, err := countRows(ctx, tx, `SELECT bulk_until FROM consumers WHERE id = $1`, []any{string(b.Consumer.ID)})
	return time.UnixMicro(max(until, micros(b.Now))).UTC(), err
}

func (tx *Tx) bulkEnd(ctx context.Context, b Bulk, start time.Time, n int) error {
	if n == 0 {
		return nil
	}
	return tx.exec(ctx, `UPDATE consumers SET bulk_until = $1 WHERE id = $2`,
		[]any{micros(start.Add(time.Duration(n) * b.Spacing)), string(b.Consumer.ID)})
}

// firstID is before the ids of everything made at or after the given time.
func firstID(at time.Time) string {
	ms := at.UnixMilli()
	return fmt.Sprintf("%08x-%04x-7", ms>>16, ms&0xffff)
}

// timeOf is the time in an id, to the millisecond.
func timeOf(id string) time.Time {
	var high, low int64
	if _, err := fmt.Sscanf(id, "%8x-%4x", &high, &low); err != nil {
		return time.Time{}
	}
	return time.UnixMilli(high<<16 | low).UTC()
}

// ReplayMissing makes messages of the events that a consumer wants now and was
// never sent: it was never told of them, or was off at each attempt. The latter
// begin their schedule anew. It works in steps, as [Store.Recover] does.
func (s *Store) ReplayMissing(ctx context.Context, b Bulk) (result BulkResult, err error) {
	after, err := s.lastSeqBefore(ctx, b.Since)
	var last int64
	if err == nil {
		last, err = countRows(ctx, storeReader{s}, `SELECT coalesce(max(seq), 0) FROM events`, nil)
	}
	for err == nil && after < last {
		var events []waitingEvent
		if events, err = s.missing(ctx, b, after); err != nil {
			break
		}
		for len(events) > 0 && err == nil {
			step := events[:min(len(events), bulkStep)]
			events = events[len(step):]
			var n int
			n, err = s.replayStep(ctx, b, step)
			result.Messages += n
		}
		if after += replayStep; err == nil && after < last && b.stopped() {
			result.Rest, err = s.generatedAfter(ctx, after)
			break
		}
	}
	if err != nil {
		return result, fmt.Errorf("replay messages: %w", err)
	}
	return result, nil
}

// missing reads, of the events behind a number, those that a consumer wants and
// no message of its own is about, or one that was never attempted.
func (s *Store) missing(ctx context.Context, b Bulk, after int64) ([]waitingEvent, error) {
	var args query.Args
	where := ` e.seq > ` + args.Add(after) + ` AND e.seq <= ` + args.Add(after+replayStep) + ` AND e.instance_id = ` + args.Add(string(b.Consumer.InstanceID)) +
		` AND e.generated >= ` + args.Add(micros(b.Since)) + ` AND e.event_type IN (''`
	for _, t := range b.Consumer.EventTypes {
		where += `, ` + args.Add(t)
	}
	where += `) AND e.fanned NOT IN (0, 2)` // what waits will be told of anyway
	var list []waitingEvent
	var first, last bowline.ID // of their messages
	err := s.read(ctx, `SELECT e.seq, e.id, e.company_id, e.event_type, e.tags FROM events e WHERE`+where+` ORDER BY e.seq`, args.Values(),
		func(r *row) error {
			e := waitingEvent{seq: r.int(), event: bowline.Event{
				InstanceID: b.Consumer.InstanceID, ID: r.id(), CompanyID: r.id(), EventType: bowline.EventType(r.text()),
			}}
			if r.json(&e.event.CompanyTags); b.Consumer.Wants(&e.event) {
				id := messageID(e.event.ID, b.Consumer.ID)
				if list = append(list, e); len(list) == 1 {
					first = id
				}
				first, last = min(first, id), max(last, id)
			}
			return r.err
		})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	// Ids of messages follow from those of the events and sort alike, so that
	// this is a short part of the primary key; PostgreSQL would rather hash all
	// messages of the consumer than join the two.
	told := map[bowline.ID]bool{}
	err = s.read(ctx, `SELECT m.id FROM messages m WHERE m.consumer_id = $1 AND m.id >= $2 AND m.id <= $3 AND NOT (`+skippedMessages+`)`,
		[]any{string(b.Consumer.ID), string(first), string(last)}, func(r *row) error {
			told[r.id()] = true
			return r.err
		})
	return slices.DeleteFunc(list, func(e waitingEvent) bool { return told[messageID(e.event.ID, b.Consumer.ID)] }), err
}

// skippedMessages says that a message was due while its consumer was off, and
// never attempted.
const skippedMessages = `m.attempts = 0 AND m.scheduled > 0 AND (m.run_at IS NULL OR m.run_at = m.due_at)`

// replayMessages are inserted, or begin anew.
var replayMessages = bulk{
	head: insertMessages.head, width: insertMessages.width,
	tail: ` ON CONFLICT (consumer_id, id) DO UPDATE SET status = excluded.status, kind = excluded.kind, scheduled = 0,
		fence = messages.fence + 1, run_at = excluded.run_at, due_at = excluded.due_at, resume_at = 0
		WHERE messages.attempts = 0 AND messages.scheduled > 0 AND (messages.run_at IS NULL OR messages.run_at = messages.due_at)`,
}

func (s *Store) replayStep(ctx context.Context, b Bulk, events []waitingEvent) (n int, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		n = 0
		tx.work.Messages = true
		start, err := tx.bulkStart(ctx, b)
		if err != nil {
			return err
		}
		rows := make([]any, 0, len(events)*replayMessages.width)
		for i := range events {
			at := start.Add(time.Duration(i) * b.Spacing)
			id := messageID(events[i].event.ID, b.Consumer.ID)
			rows = messageRow(rows, b.Consumer.ID, id, &events[i], bowline.AttemptReplayed, b.Now, at, at)
		}
		err = replayMessages.each(tx.dialect(), bulkSizes[:], rows, nil, func(sql string, args []any) error {
			count, err := tx.execCount(ctx, sql, args)
			n += int(count)
			return err
		})
		if err != nil {
			return err
		}
		return tx.bulkEnd(ctx, b, start, len(events))
	})
	return n, err
}

// generatedAfter is when the first event behind a number happened.
func (s *Store) generatedAfter(ctx context.Context, seq int64) (at time.Time, err error) {
	err = s.read(ctx, `SELECT generated FROM events WHERE seq > $1 ORDER BY seq LIMIT 1`, []any{seq}, func(r *row) error {
		at = r.time()
		return r.err
	})
	return at, err
}

// sameTime is longer than any transaction: numbers of events grow with their
// times, but for what was written at once.
const sameTime = time.Minute

// lastSeqBefore finds where events of a time begin.
func (s *Store) lastSeqBefore(ctx context.Context, at time.Time) (int64, error) {
	at = at.Add(-sameTime)
	high, err := countRows(ctx, storeReader{s}, `SELECT coalesce(max(seq), 0) FROM events`, nil)
	low := int64(0)
	for err == nil && low < high {
		middle := (low + high + 1) / 2
		before := true
		err = s.read(ctx, `SELECT generated FROM events WHERE seq >= $1 ORDER BY seq LIMIT 1`, []any{middle}, func(r *row) error {
			before = r.time().Before(at)
			return r.err
		})
		if before {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low, err
}

// InsertExample records an event that only one consumer is told of, once, and
// returns the message's id.
func (tx *Tx) InsertExample(ctx context.Context, consumer bowline.ID, e bowline.Event, now time.Time) (bowline.ID, error) {
	tx.work.Messages = true
	if err := tx.insertEvent(ctx, e, eventExample); err != nil {
		return "", err
	}
	seq, err := countRows(ctx, tx, `SELECT max(seq) FROM events WHERE id = $1 AND fanned = 2`, []any{string(e.ID)})
	if err != nil {
		return "", fmt.Errorf("insert example: %w", err)
	}
	id := messageID(e.ID, consumer)
	rows := messageRow(nil, consumer, id, &waitingEvent{seq, e}, bowline.AttemptExample, now, now, now)
	return id, insertMessages.exec(ctx, tx, nil, rows)
}
