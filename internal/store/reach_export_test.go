package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
)

// Analyze brings the planner's statistics up to date.
func Analyze(ctx context.Context, s *Store) error {
	return s.Write(ctx, func(tx *Tx) error { return tx.exec(ctx, `ANALYZE`, nil) })
}

// Stuff stores messages of events a second apart as if they had been sent long
// ago.
func Stuff(ctx context.Context, s *Store, c bowline.Consumer, from time.Time, n int) error {
	insertEvents := bulk{head: `INSERT INTO events (id, instance_id, company_id, connection_id, event_type, generated, payload, fanned) VALUES `, width: 8}
	company := string(bowline.NewID(from))
	for at := 0; at < n; at += 5000 {
		err := s.Write(ctx, func(tx *Tx) error {
			last, err := countRows(ctx, tx, `SELECT coalesce(max(seq), 0) FROM events`, nil)
			if err != nil {
				return err
			}
			var events, messages []any
			for i := at; i < min(n, at+5000); i++ {
				when := from.Add(time.Duration(i) * time.Second)
				id := bowline.ID(firstID(when)) + bowline.NewID(when)[15:]
				events = append(events, string(id), string(c.InstanceID), company, "", "connection.created", micros(when), `{"a":"b"}`, int64(1))
				status, scheduled, run := "Success", int64(0), any(nil)
				if i%100 == 0 {
					status, scheduled = "Failure", int64(8)
				}
				if i == n-1 {
					status, scheduled, run = "Sending", 0, any(micros(when))
				}
				messages = append(messages, string(c.ID), string(messageID(id, c.ID)), string(c.InstanceID), last+1+int64(i-at), "connection.created", company,
					status, "Scheduled", micros(when), int64(1), scheduled, int64(1), run, micros(when), int64(0), int64(0))
			}
			if err := insertEvents.exec(ctx, tx, nil, events); err != nil {
				return err
			}
			return insertMessages.exec(ctx, tx, nil, messages)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// MessagePlans are the planner's plans for a list.
func MessagePlans(t testing.TB, s *Store, l MessageList) map[string]string {
	t.Helper()
	to, err := s.messagesBefore(t.Context(), l.To)
	if err != nil {
		t.Fatal(err)
	}
	q := l.queries(s.engine.dialect().failedHint, to)
	explain := "EXPLAIN "
	if s.Engine() == SQLite {
		explain = "EXPLAIN QUERY PLAN "
	}
	plans := map[string]string{}
	for what, sql := range map[string]struct {
		text string
		args []any
	}{"count": {q.count, q.countArgs}, "page": {q.page, q.pageArgs}} {
		var plan strings.Builder
		err := s.read(t.Context(), explain+sql.text, sql.args, func(r *row) error {
			if s.Engine() == SQLite {
				r.next = 3
			}
			plan.WriteString(r.text() + "\n")
			return r.err
		})
		if err != nil {
			t.Fatalf("%s: %v\n%s", what, err, sql.text)
		}
		plans[what] = plan.String()
	}
	return plans
}
