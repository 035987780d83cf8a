package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/bowline/bowline"
)

// successApart keeps notes of a consumer's successes apart: what they are for
// counts in days, and a note with each delivery would cost every delivery.
const successApart = time.Minute

// successes is what this process has noted in the database.
type successes struct {
	mu    sync.Mutex
	noted map[bowline.ID]time.Time
}

// news picks, of outcomes, the latest success of each consumer whose last note
// is old.
func (n *successes) news(outcomes []Outcome) map[bowline.ID]time.Time {
	var found map[bowline.ID]time.Time
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range outcomes {
		a, consumer := outcomes[i].Attempt, outcomes[i].Delivery.Consumer
		if a == nil || !a.Success || a.At.Before(n.noted[consumer].Add(successApart)) || !a.At.After(found[consumer]) {
			continue
		}
		if found == nil {
			found = map[bowline.ID]time.Time{}
		}
		found[consumer] = a.At
	}
	return found
}

func (n *successes) keep(noted map[bowline.ID]time.Time) {
	if len(noted) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.noted == nil {
		n.noted = map[bowline.ID]time.Time{}
	}
	maps.Copy(n.noted, noted)
}

// noteSuccesses stores them, in one order for all, so that two replicas do not
// wait for each other.
func (tx *Tx) noteSuccesses(ctx context.Context, found map[bowline.ID]time.Time) error {
	for _, consumer := range slices.Sorted(maps.Keys(found)) {
		at := micros(found[consumer])
		err := tx.exec(ctx, `UPDATE consumers SET last_success = $1 WHERE id = $2 AND last_success < $1`, []any{at, string(consumer)})
		if err != nil {
			return err
		}
	}
	return nil
}

// SucceededSince says whether any attempt to a consumer has succeeded since a
// time, by whichever replica. A success within a minute of another one may go
// unnoticed.
func (s *Store) SucceededSince(ctx context.Context, consumer bowline.ID, since time.Time) (found bool, err error) {
	err = s.read(ctx, `SELECT 1 FROM consumers WHERE id = $1 AND last_success >= $2`, []any{string(consumer), micros(since)}, func(*row) error {
		found = true
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("look for a success: %w", err)
	}
	return found, nil
}
