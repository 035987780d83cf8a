package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bowline/bowline"
)

// tallies are attempts that this process has recorded since their sums were last
// stored: a sum written with each of them would cost every delivery.
type tallies struct {
	mu    sync.Mutex
	hours map[consumerHour]Tally
}

type consumerHour struct {
	consumer bowline.ID
	hour     int64 // in microseconds
}

// Tally counts the attempts of an hour.
type Tally struct {
	At                time.Time // when the hour began
	Succeeded, Failed int64
}

func (t *tallies) add(outcomes []Outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range outcomes {
		a := outcomes[i].Attempt
		if a == nil {
			continue
		}
		if t.hours == nil {
			t.hours = map[consumerHour]Tally{}
		}
		key := consumerHour{outcomes[i].Delivery.Consumer, micros(a.At.Truncate(time.Hour))}
		sum := t.hours[key]
		if a.Success {
			sum.Succeeded++
		} else {
			sum.Failed++
		}
		t.hours[key] = sum
	}
}

func (t *tallies) take() map[consumerHour]Tally {
	t.mu.Lock()
	defer t.mu.Unlock()
	taken := t.hours
	t.hours = nil
	return taken
}

func (t *tallies) putBack(taken map[consumerHour]Tally) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.hours == nil {
		t.hours = map[consumerHour]Tally{}
	}
	for key, n := range taken {
		sum := t.hours[key]
		sum.Succeeded, sum.Failed = sum.Succeeded+n.Succeeded, sum.Failed+n.Failed
		t.hours[key] = sum
	}
}

// FlushTallies adds what attempts were recorded since the last time to the sums
// of their hours. What cannot be stored is kept for the next time.
func (s *Store) FlushTallies(ctx context.Context) error {
	taken := s.tallies.take()
	if len(taken) == 0 {
		return nil
	}
	order := slices.SortedFunc(maps.Keys(taken), func(a, b consumerHour) int {
		return strings.Compare(string(a.consumer), string(b.consumer))
	})
	err := s.Write(Behind(ctx), func(tx *Tx) error {
		for _, key := range order {
			err := tx.exec(ctx, `INSERT INTO consumer_hours (hour, succeeded, failed, consumer_id)
				SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), id FROM consumers WHERE id = $4
				ON CONFLICT (consumer_id, hour) DO UPDATE
				SET succeeded = consumer_hours.succeeded + excluded.succeeded, failed = consumer_hours.failed + excluded.failed`,
				[]any{key.hour, taken[key].Succeeded, taken[key].Failed, string(key.consumer)})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.tallies.putBack(taken)
		return fmt.Errorf("store sums of deliveries: %w", err)
	}
	return nil
}

// Tallies returns the attempts of a consumer by the hour, from a time on, the
// oldest first; hours without any are left out. [ErrNotFound] when there is no
// such consumer.
func (s *Store) Tallies(ctx context.Context, instance, consumer bowline.ID, from time.Time) ([]Tally, error) {
	list := []Tally{}
	err := s.engine.read(ctx, func(q querier) error {
		err := one(ctx, q, `SELECT 1 FROM consumers WHERE id = $1 AND instance_id = $2`, []any{string(consumer), string(instance)},
			func(*row) error { return nil })
		if err != nil {
			return err
		}
		return q.query(ctx, `SELECT hour, succeeded, failed FROM consumer_hours WHERE consumer_id = $1 AND hour >= $2 ORDER BY hour`,
			[]any{string(consumer), micros(from)}, func(r *row) error {
				list = append(list, Tally{At: r.time(), Succeeded: r.int(), Failed: r.int()})
				return r.err
			})
	})
	if err != nil {
		return nil, fmt.Errorf("read sums of deliveries: %w", err)
	}
	return list, nil
}

// ForgetTallies deletes at most limit sums of hours before a time, and returns
// how many there were.
func (tx *Tx) ForgetTallies(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := tx.execCount(ctx, `DELETE FROM consumer_hours WHERE (consumer_id, hour) IN (
			SELECT consumer_id, hour FROM consumer_hours WHERE hour < $1 ORDER BY hour LIMIT CAST($2 AS BIGINT))`,
		[]any{micros(before), int64(limit)})
	if err != nil {
		return 0, fmt.Errorf("forget sums of deliveries: %w", err)
	}
	return int(n), nil
}
