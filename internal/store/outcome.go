package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/bowline/bowline"
)

// Outcome is what came of a delivery, as its holder decided.
type Outcome struct {
	Delivery  Delivery
	Attempt   *bowline.Attempt // nil when none was made: released, or skipped
	Status    bowline.MessageStatus
	Kind      bowline.AttemptKind // of the attempt to come
	Scheduled int
	RunAt     time.Time // of the attempt to come; zero when there is none
	ResumeAt  time.Time
}

// HealthChange is a new state of a consumer's health.
type HealthChange struct {
	Instance, Consumer bowline.ID
	Health             bowline.ConsumerHealth
	Disable            bool // with ReasonFailing, unless somebody saw a success since
	At                 time.Time
}

var (
	// The answer to a commit can get lost, and then the same outcomes come again.
	insertAttempts = bulk{
		head: `INSERT INTO attempts (message_id, id, kind, url, at, duration, success, status_code, error, response) VALUES `, width: 10,
		tail: ` ON CONFLICT (message_id, id) DO NOTHING`,
	}
	// A message that lost its lease keeps what another holder decides, but a
	// success is a success.
	succeedMessages = bulk{
		head: `UPDATE messages SET status = 'Success', attempts = attempts + 1,
			run_at = CASE WHEN fence = $1 THEN NULL ELSE run_at END
			WHERE consumer_id = $2 AND id IN (`, tail: `)`, fixed: 2, part: true,
	}
)

// Finish ends leases in one transaction: it records the attempts, and stores
// what was decided about messages that are still held. Changes of health go
// along.
func (s *Store) Finish(ctx context.Context, outcomes []Outcome, health []HealthChange) error {
	err := s.Write(ctx, func(tx *Tx) error {
		if err := tx.insertAttempts(ctx, outcomes); err != nil {
			return err
		}
		if err := tx.finishMessages(ctx, outcomes); err != nil {
			return err
		}
		for _, change := range health {
			if err := tx.changeHealth(ctx, change); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("finish deliveries: %w", err)
	}
	return nil
}

func (tx *Tx) insertAttempts(ctx context.Context, outcomes []Outcome) error {
	rows := make([]any, 0, len(outcomes)*insertAttempts.width)
	for _, o := range outcomes {
		if a := o.Attempt; a != nil {
			rows = append(rows, string(o.Delivery.ID), string(a.ID), string(a.Kind), a.URL, micros(a.At), a.Duration.Microseconds(),
				flag(a.Success), int64(a.StatusCode), a.Error, a.ResponseBody)
		}
	}
	return insertAttempts.exec(ctx, tx, nil, rows)
}

// byLease groups messages that one statement can change together.
type byLease struct {
	consumer bowline.ID
	fence    int64
}

func (tx *Tx) finishMessages(ctx context.Context, outcomes []Outcome) error {
	succeeded := map[byLease][]any{}
	var order []byLease
	for i := range outcomes {
		o := &outcomes[i]
		if o.Status == bowline.MessageSuccess && o.Attempt != nil && o.Attempt.Success {
			lease := byLease{o.Delivery.Consumer, o.Delivery.Fence}
			if succeeded[lease] == nil {
				order = append(order, lease)
			}
			succeeded[lease] = append(succeeded[lease], string(o.Delivery.ID))
			continue
		}
		if err := tx.finishMessage(ctx, o); err != nil {
			return err
		}
	}
	for _, lease := range order {
		err := succeedMessages.exec(ctx, tx, []any{lease.fence, string(lease.consumer)}, succeeded[lease])
		if err != nil {
			return err
		}
	}
	return nil
}

// finishMessage stores what was decided. A message that somebody else has
// brought to success meanwhile has nothing more to come.
func (tx *Tx) finishMessage(ctx context.Context, o *Outcome) error {
	made := int64(0)
	if o.Attempt != nil {
		made = 1
	}
	run := any(nil)
	if !o.RunAt.IsZero() {
		run = micros(o.RunAt)
	}
	return tx.exec(ctx, `UPDATE messages SET attempts = attempts + $1,
		status = CASE WHEN fence <> $2 OR status = 'Success' THEN status ELSE $3 END,
		kind = CASE WHEN fence <> $2 THEN kind ELSE $4 END,
		scheduled = CASE WHEN fence <> $2 THEN scheduled ELSE $5 END,
		run_at = CASE WHEN fence <> $2 THEN run_at WHEN status = 'Success' AND $3 <> 'Success' THEN NULL ELSE $6 END,
		due_at = CASE WHEN fence <> $2 THEN due_at ELSE coalesce($6, due_at) END,
		resume_at = CASE WHEN fence <> $2 THEN resume_at ELSE $7 END
		WHERE consumer_id = $8 AND id = $9`,
		[]any{
			made, o.Delivery.Fence, string(o.Status), string(o.Kind), int64(o.Scheduled), run, micros(o.ResumeAt),
			string(o.Delivery.Consumer), string(o.Delivery.ID),
		})
}

func (tx *Tx) changeHealth(ctx context.Context, change HealthChange) error {
	if !change.Disable { // of which only those who deliver need to know
		return tx.exec(ctx, `UPDATE consumers SET first_failure = $1, failing_since = $2 WHERE id = $3`,
			[]any{micros(change.Health.FirstFailure), micros(change.Health.FailingSince), string(change.Consumer)})
	}
	// The revision first, in the order in which all lock the two.
	if err := tx.countConsumers(ctx); err != nil {
		return err
	}
	// A replica that saw a success meanwhile has cleared the time.
	n, err := tx.execCount(ctx, `UPDATE consumers SET disabled = 1, disabled_reason = $1, version = version + 1, updated = $2
		WHERE id = $3 AND disabled = 0 AND failing_since = $4`,
		[]any{bowline.ReasonFailing, micros(change.At), string(change.Consumer), micros(change.Health.FailingSince)})
	if err != nil || n == 0 {
		return err
	}
	return tx.AppendConsumerHistory(ctx, change.Instance, bowline.ConsumerChange{
		ID: bowline.NewID(change.At), ConsumerID: change.Consumer, At: change.At, What: bowline.ConsumerDisabled,
		Reason: bowline.ReasonFailing, Actor: bowline.ActorSystem,
	})
}

// SucceededSince says whether any attempt to a consumer has succeeded since a
// time.
func (s *Store) SucceededSince(ctx context.Context, consumer bowline.ID, since time.Time) (found bool, err error) {
	err = s.read(ctx, `SELECT 1 FROM messages m JOIN attempts a ON a.message_id = m.id
		WHERE m.consumer_id = $1 AND m.id > $2 AND m.status = 'Success' AND a.success = 1 AND a.at >= $3 LIMIT 1`,
		[]any{string(consumer), firstID(since.Add(-bowline.ReplayReach)), micros(since)}, func(*row) error {
			found = true
			return nil
		})
	if err != nil {
		return false, fmt.Errorf("look for a success: %w", err)
	}
	return found, nil
}

// Resend makes an extra attempt of a message due at once, whatever became of
// it; one that has not been sent yet is left as it is. [ErrNotFound] when there
// is no such message of the instance's consumers.
func (tx *Tx) Resend(ctx context.Context, instance, message bowline.ID, now time.Time) error {
	tx.work.Messages = true
	err := tx.execOne(ctx, ErrNotFound, `UPDATE messages SET
		fence = CASE WHEN status = 'Sending' THEN fence ELSE fence + 1 END,
		resume_at = CASE WHEN status = 'Attempting' AND run_at IS NOT NULL AND kind = 'Scheduled' THEN due_at ELSE resume_at END,
		kind = CASE WHEN status = 'Sending' THEN kind ELSE 'Resent' END,
		due_at = CASE WHEN status = 'Sending' THEN due_at ELSE $1 END,
		run_at = CASE WHEN status = 'Sending' THEN run_at ELSE $1 END
		WHERE consumer_id IN (SELECT id FROM consumers WHERE instance_id = $2) AND id = $3`,
		[]any{micros(now), string(instance), string(message)})
	if err != nil {
		return fmt.Errorf("resend message: %w", err)
	}
	return nil
}

// Bulk asks for many messages of one consumer to be sent (webhooks.md section
// 6). Their attempts begin Spacing apart, to spare the receiver.
type Bulk struct {
	Consumer bowline.Consumer
	Since    time.Time // of the events
	Now      time.Time
	Spacing  time.Duration
}

// bulkStep is how many messages one transaction of a bulk action takes.
const bulkStep = 500

var recoverMessages = bulk{
	head: `UPDATE messages SET fence = fence + 1,
		resume_at = CASE WHEN status = 'Attempting' AND run_at IS NOT NULL AND kind = 'Scheduled' THEN due_at ELSE resume_at END,
		kind = 'Recovered', due_at = $1, run_at = $1
		WHERE consumer_id = $2 AND status IN ('Attempting', 'Failure') AND id IN (`, tail: `)`, fixed: 2, part: true,
}

// Recover gives every message that has failed so far an extra attempt, and
// returns how many there are.
func (s *Store) Recover(ctx context.Context, b Bulk) (total int, err error) {
	after := firstID(b.Since)
	for {
		var ids []any
		err := s.read(ctx, `SELECT id FROM messages WHERE consumer_id = $1 AND id > $2 AND status IN ('Attempting', 'Failure')
			AND kind NOT IN ('Resent', 'Recovered') ORDER BY id LIMIT CAST($3 AS BIGINT)`,
			[]any{string(b.Consumer.ID), after, int64(bulkStep)}, func(r *row) error {
				after = r.text()
				ids = append(ids, after)
				return r.err
			})
		if err == nil && len(ids) > 0 {
			err = s.Write(ctx, func(tx *Tx) error {
				tx.work.Messages = true
				for i, id := range ids {
					at := b.Now.Add(time.Duration(total+i) * b.Spacing)
					if err := recoverMessages.exec(ctx, tx, []any{micros(at), string(b.Consumer.ID)}, []any{id}); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err != nil {
			return total, fmt.Errorf("recover messages: %w", err)
		}
		if total += len(ids); len(ids) < bulkStep {
			return total, nil
		}
	}
}

// firstID is before the ids of everything made at or after the given time.
func firstID(at time.Time) string {
	ms := at.UnixMilli()
	return fmt.Sprintf("%08x-%04x-7", ms>>16, ms&0xffff)
}

// ReplayMissing makes messages of the events that a consumer wants now and was
// never told of, and returns how many there are.
func (s *Store) ReplayMissing(ctx context.Context, b Bulk) (total int, err error) {
	seq, err := s.lastSeqBefore(ctx, b.Since)
	for err == nil {
		var events []waitingEvent
		err = s.read(ctx, `SELECT `+eventColumns+` FROM events e WHERE e.seq > $1 AND e.fanned = 1 ORDER BY e.seq LIMIT CAST($2 AS BIGINT)`,
			[]any{seq, int64(bulkStep)}, func(r *row) error {
				events = append(events, scanEvent(r))
				return r.err
			})
		if err != nil {
			break
		}
		full := len(events) == bulkStep
		if len(events) > 0 {
			seq = events[len(events)-1].seq
		}
		events = slices.DeleteFunc(events, func(e waitingEvent) bool {
			return e.event.GeneratedDate.Before(b.Since) || !b.Consumer.Wants(&e.event)
		})
		var n int
		if n, err = s.replay(ctx, b, events, total); err != nil {
			break
		}
		if total += n; !full {
			return total, nil
		}
	}
	return total, fmt.Errorf("replay messages: %w", err)
}

func (s *Store) replay(ctx context.Context, b Bulk, events []waitingEvent, before int) (made int, err error) {
	if len(events) == 0 {
		return 0, nil
	}
	err = s.Write(ctx, func(tx *Tx) error {
		tx.work.Messages = true
		made = 0
		for i := range events {
			at := b.Now.Add(time.Duration(before+made) * b.Spacing)
			row := messageRow(nil, b.Consumer.ID, messageID(events[i].event.ID, b.Consumer.ID), &events[i], bowline.AttemptReplayed, b.Now, at, at)
			n, err := tx.execCount(ctx, insertMessages.text(1), row)
			if err != nil {
				return err
			}
			made += int(n)
		}
		return nil
	})
	return made, err
}

// lastSeqBefore finds where events of a time begin: their numbers grow with
// their times, but for what was written at once.
func (s *Store) lastSeqBefore(ctx context.Context, at time.Time) (int64, error) {
	at = at.Add(-time.Minute) // longer than any transaction
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
