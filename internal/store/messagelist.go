package store

import (
	"context"
	"fmt"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/query"
)

// MessageList asks for one page of a consumer's messages. Empty members do not
// filter.
type MessageList struct {
	InstanceID bowline.ID
	ConsumerID bowline.ID
	Status     bowline.MessageStatus
	EventType  bowline.EventType
	CompanyID  bowline.ID
	From, To   time.Time // of the message; To is not included
	Page       bowline.Page
}

const messageColumns = `m.id, m.consumer_id, e.id, m.event_type, m.company_id, m.status, m.attempts, m.created, m.run_at, m.due_at`

func scanMessage(r *row, instance bowline.ID) bowline.Message {
	m := bowline.Message{
		InstanceID: instance, ID: r.id(), ConsumerID: r.id(), EventID: r.id(), EventType: bowline.EventType(r.text()), CompanyID: r.id(),
		Status: bowline.MessageStatus(r.text()), Attempts: int(r.int()), Created: r.time(),
	}
	pending := !r.null()
	r.next++
	if due := r.time(); pending {
		m.NextAttempt = &due
	}
	return m
}

// Messages returns one page, the latest event first, and how many messages
// there are on all pages; [ErrNotFound] when there is no such consumer.
func (s *Store) Messages(ctx context.Context, l MessageList) ([]bowline.Message, int64, error) {
	var args query.Args
	where := `m.consumer_id = ` + args.Add(string(l.ConsumerID))
	for _, f := range []struct{ column, value string }{
		{"m.status", string(l.Status)}, {"m.event_type", string(l.EventType)}, {"m.company_id", string(l.CompanyID)},
	} {
		if f.value != "" {
			where += ` AND ` + f.column + ` = ` + args.Add(f.value)
		}
	}
	if !l.From.IsZero() {
		where += ` AND m.created >= ` + args.Add(micros(l.From))
	}
	if !l.To.IsZero() {
		where += ` AND m.created < ` + args.Add(micros(l.To))
	}
	count := `SELECT count(*) FROM messages m WHERE ` + where
	counted := args.Values()
	f := filter{args: args}
	page := `SELECT ` + messageColumns + ` FROM (SELECT * FROM messages m WHERE ` + where + ` ORDER BY m.id DESC` + f.page(l.Page) + `) m
		JOIN events e ON e.seq = m.event_seq ORDER BY m.id DESC`
	var list []bowline.Message
	var total int64
	err := s.engine.read(ctx, func(q querier) error {
		err := one(ctx, q, `SELECT 1 FROM consumers WHERE id = $1 AND instance_id = $2`,
			[]any{string(l.ConsumerID), string(l.InstanceID)}, func(*row) error { return nil })
		if err != nil {
			return err
		}
		if total, err = countRows(ctx, q, count, counted); err != nil || total <= l.Page.Offset() {
			return err
		}
		return q.query(ctx, page, f.args.Values(), func(r *row) error {
			list = append(list, scanMessage(r, l.InstanceID))
			return r.err
		})
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list messages: %w", err)
	}
	return list, total, nil
}

// Message returns a message of one of the instance's consumers and the event
// that it is about, or [ErrNotFound].
func (s *Store) Message(ctx context.Context, instance, id bowline.ID) (bowline.Message, bowline.Event, error) {
	var m bowline.Message
	var e bowline.Event
	err := one(ctx, storeReader{s}, `SELECT `+messageColumns+`, `+eventColumns+` FROM messages m JOIN events e ON e.seq = m.event_seq
		WHERE m.consumer_id IN (SELECT c.id FROM consumers c WHERE c.instance_id = $1) AND m.id = $2`,
		[]any{string(instance), string(id)}, func(r *row) error {
			m = scanMessage(r, instance)
			e = scanEvent(r).event
			return r.err
		})
	if err != nil {
		return bowline.Message{}, bowline.Event{}, fmt.Errorf("read message: %w", err)
	}
	return m, e, nil
}

// AttemptList asks for one page of the attempts of a message. Empty members do
// not filter.
type AttemptList struct {
	InstanceID bowline.ID
	MessageID  bowline.ID
	Success    *bool
	From, To   time.Time // of the attempt; To is not included
	Page       bowline.Page
}

// Attempts returns one page, the latest first, and how many attempts there are
// on all pages; [ErrNotFound] when there is no such message.
func (s *Store) Attempts(ctx context.Context, l AttemptList) ([]bowline.Attempt, int64, error) {
	if _, _, err := s.Message(ctx, l.InstanceID, l.MessageID); err != nil {
		return nil, 0, fmt.Errorf("list attempts: %w", err)
	}
	var args query.Args
	where := `a.message_id = ` + args.Add(string(l.MessageID))
	if l.Success != nil {
		where += ` AND a.success = ` + args.Add(flag(*l.Success))
	}
	if !l.From.IsZero() {
		where += ` AND a.at >= ` + args.Add(micros(l.From))
	}
	if !l.To.IsZero() {
		where += ` AND a.at < ` + args.Add(micros(l.To))
	}
	count, counted := `SELECT count(*) FROM attempts a WHERE `+where, args.Values()
	f := filter{args: args}
	page := `SELECT a.id, a.kind, a.url, a.at, a.duration, a.success, a.status_code, a.error, a.response
		FROM attempts a WHERE ` + where + ` ORDER BY a.id DESC` + f.page(l.Page)
	var list []bowline.Attempt
	var total int64
	err := s.engine.read(ctx, func(q querier) (err error) {
		if total, err = countRows(ctx, q, count, counted); err != nil || total <= l.Page.Offset() {
			return err
		}
		return q.query(ctx, page, f.args.Values(), func(r *row) error {
			list = append(list, bowline.Attempt{
				MessageID: l.MessageID, ID: r.id(), Kind: bowline.AttemptKind(r.text()), URL: r.text(), At: r.time(),
				Duration: time.Duration(r.int()) * time.Microsecond, Success: r.bool(), StatusCode: int(r.int()),
				Error: r.text(), ResponseBody: r.text(),
			})
			return r.err
		})
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list attempts: %w", err)
	}
	return list, total, nil
}

// PruneMessages deletes at most limit messages of events from before the given
// time, whatever became of them, and then events that no message is about. It
// returns how many rows went: less than limit when it is done.
func (s *Store) PruneMessages(ctx context.Context, before time.Time, limit int) (n int, err error) {
	for consumer := ""; err == nil && n < limit; {
		next := ""
		err = s.read(ctx, `SELECT min(consumer_id) FROM messages WHERE consumer_id > $1`, []any{consumer}, func(r *row) error {
			next = r.text()
			return r.err
		})
		if next == "" {
			break
		}
		consumer = next
		var gone int
		gone, err = s.prune(ctx, `DELETE FROM messages WHERE consumer_id = $1 AND id IN (SELECT m.id FROM messages m
			WHERE m.consumer_id = $1 AND m.id < $2 ORDER BY m.id LIMIT CAST($3 AS BIGINT))`, consumer, firstID(before), int64(limit-n))
		n += gone
	}
	if err == nil && n < limit {
		// The head of the table is the oldest: a look at it says when to stop.
		var gone int
		gone, err = s.prune(ctx, `DELETE FROM events WHERE seq IN (SELECT h.seq FROM (SELECT e.seq, e.generated, e.fanned
			FROM events e ORDER BY e.seq LIMIT CAST($1 AS BIGINT)) h WHERE h.generated < $2 AND h.fanned <> 0)`,
			int64(limit-n), micros(before))
		n += gone
	}
	if err != nil {
		return n, fmt.Errorf("prune messages: %w", err)
	}
	return n, nil
}

// PruneAttempts deletes at most limit attempts from before the given time of
// messages from before it, and returns how many.
func (s *Store) PruneAttempts(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := s.prune(ctx, `DELETE FROM attempts WHERE (message_id, id) IN (SELECT message_id, id FROM attempts
		WHERE message_id < $1 AND id < $1 ORDER BY message_id, id LIMIT CAST($2 AS BIGINT))`, firstID(before), int64(limit))
	if err != nil {
		return 0, fmt.Errorf("prune attempts: %w", err)
	}
	return n, nil
}

func (s *Store) prune(ctx context.Context, sql string, args ...any) (n int, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		count, err := tx.execCount(ctx, sql, args)
		n = int(count)
		return err
	})
	return n, err
}
