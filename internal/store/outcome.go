package store

import (
	"context"
	"fmt"
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
	Disabled           bool // set by Finish: this has disabled the consumer
}

var (
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
	succeeded := s.successes.news(outcomes)
	err := s.Write(ctx, func(tx *Tx) error {
		if err := tx.insertAttempts(ctx, outcomes); err != nil {
			return err
		}
		if err := tx.finishMessages(ctx, outcomes); err != nil {
			return err
		}
		for i := range health {
			if err := tx.changeHealth(ctx, &health[i]); err != nil {
				return err
			}
		}
		return tx.noteSuccesses(ctx, succeeded)
	})
	if err != nil {
		return fmt.Errorf("finish deliveries: %w", err)
	}
	s.successes.keep(succeeded)
	s.tallies.add(outcomes)
	return nil
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

func (tx *Tx) changeHealth(ctx context.Context, change *HealthChange) error {
	change.Disabled = false
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
	change.Disabled = true
	return tx.AppendConsumerHistory(ctx, change.Instance, bowline.ConsumerChange{
		ID: bowline.NewID(change.At), ConsumerID: change.Consumer, At: change.At, What: bowline.ConsumerDisabled,
		Reason: bowline.ReasonFailing, Actor: bowline.ActorSystem,
	})
}
