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
	From, To   time.Time  // of the event; To is not included
	Before     bowline.ID // a message: only those that come behind it in the list
	Page       bowline.Page
	Reach      int // how many messages are looked through at most; 0 is MessageReach
}

// MessageReach is how many messages one list looks through. Filters that only
// few messages pass would else read all that a consumer ever had, and an index
// for each of them would make every delivery dearer.
const MessageReach = 20_000

// MessagesFound is what a list came upon.
type MessagesFound struct {
	Total int64 // on all pages of what was looked through
	// Rest is where to go on, as MessageList.Before; empty when all was looked
	// through.
	Rest bowline.ID
}

// messageColumns look the event up for each row of a page: a join would let
// PostgreSQL read all events for a large page.
const messageColumns = `m.id, m.consumer_id, (SELECT e.id FROM events e WHERE e.seq = m.event_seq), m.event_type, m.company_id, m.status,
	m.attempts, m.created, m.run_at, m.due_at, (SELECT e.generated FROM events e WHERE e.seq = m.event_seq)`

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
	m.Generated = r.time()
	return m
}

// failedMessages says that a message has failed so far, or that its consumer
// was off when it was due. It stands as it is in the index of such messages.
const failedMessages = `(status = 'Attempting' OR status = 'Failure' OR (status = 'Sending' AND scheduled > 0))`

// messageQueries are the texts of a list: what it found, and one page.
type messageQueries struct {
	count, page         string
	countArgs, pageArgs []any
}

func (l *MessageList) queries(hint string, to string) messageQueries {
	var args query.Args
	// What is looked through: a part of the primary key, or of the index of what
	// has failed. Its limit holds whatever the filters are.
	looked := `SELECT * FROM messages`
	if l.Status == bowline.MessageAttempting || l.Status == bowline.MessageFailure {
		looked += hint + ` WHERE ` + failedMessages + ` AND`
	} else {
		looked += ` WHERE`
	}
	looked += ` consumer_id = ` + args.Add(string(l.ConsumerID))
	if !l.From.IsZero() {
		looked += ` AND id > ` + args.Add(firstID(l.From)) // an id is made when the event happens
	}
	for _, before := range []string{to, string(l.Before)} {
		if before != "" {
			looked += ` AND id < ` + args.Add(before)
		}
	}
	reach := l.Reach
	if reach <= 0 {
		reach = MessageReach
	}
	looked += ` ORDER BY id DESC LIMIT CAST(` + args.Add(int64(reach)) + ` AS BIGINT)`
	where := `1 = 1`
	for _, f := range []struct{ column, value string }{
		{"m.status", string(l.Status)}, {"m.event_type", string(l.EventType)}, {"m.company_id", string(l.CompanyID)},
	} {
		if f.value != "" {
			where += ` AND ` + f.column + ` = ` + args.Add(f.value)
		}
	}
	const generated = ` AND (SELECT e.generated FROM events e WHERE e.seq = m.event_seq) `
	if !l.From.IsZero() {
		where += generated + `>= ` + args.Add(micros(l.From))
	}
	if !l.To.IsZero() {
		where += generated + `< ` + args.Add(micros(l.To))
	}
	q := messageQueries{countArgs: args.Values()}
	q.count = `WITH m AS (` + looked + `) SELECT count(*), min(m.id), sum(CASE WHEN ` + where + ` THEN 1 ELSE 0 END) FROM m`
	f := filter{args: args}
	q.page = `SELECT ` + messageColumns + ` FROM (SELECT * FROM (` + looked + `) m WHERE ` + where + ` ORDER BY m.id DESC` + f.page(l.Page) + `) m ORDER BY m.id DESC`
	q.pageArgs = f.args.Values()
	return q
}

// Messages returns one page, the latest event first, and what there is on all
// pages; [ErrNotFound] when there is no such consumer. Its cost is bounded,
// however many messages there are.
func (s *Store) Messages(ctx context.Context, l MessageList) ([]bowline.Message, MessagesFound, error) {
	to, err := s.messagesBefore(ctx, l.To)
	if err != nil {
		return nil, MessagesFound{}, fmt.Errorf("list messages: %w", err)
	}
	sql := l.queries(s.engine.dialect().failedHint, to)
	reach := int64(l.Reach)
	if reach <= 0 {
		reach = MessageReach
	}
	var list []bowline.Message
	var found MessagesFound
	err = s.engine.read(ctx, func(q querier) error {
		err := one(ctx, q, `SELECT 1 FROM consumers WHERE id = $1 AND instance_id = $2`,
			[]any{string(l.ConsumerID), string(l.InstanceID)}, func(*row) error { return nil })
		if err != nil {
			return err
		}
		err = q.query(ctx, sql.count, sql.countArgs, func(r *row) error {
			looked, last := r.int(), r.id()
			if found.Total = r.int(); looked == reach {
				found.Rest = last
			}
			return r.err
		})
		if err != nil || found.Total <= l.Page.Offset() {
			return err
		}
		return q.query(ctx, sql.page, sql.pageArgs, func(r *row) error {
			list = append(list, scanMessage(r, l.InstanceID))
			return r.err
		})
	})
	if err != nil {
		return nil, MessagesFound{}, fmt.Errorf("list messages: %w", err)
	}
	return list, found, nil
}

// messagesBefore returns an id that the messages of all events before a time
// come before; empty when there is nothing later. Not the time itself: the ids
// of a process never go back, and its clock may.
func (s *Store) messagesBefore(ctx context.Context, to time.Time) (id string, err error) {
	if to.IsZero() {
		return "", nil
	}
	seq, err := s.lastSeqBefore(ctx, to.Add(2*sameTime)) // of which it takes one off
	if err == nil {
		err = s.read(ctx, `SELECT id FROM events WHERE seq > $1 ORDER BY seq LIMIT 1`, []any{seq}, func(r *row) error {
			id = r.text()
			return r.err
		})
	}
	return id, err
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
			FROM events e ORDER BY e.seq LIMIT CAST($1 AS BIGINT)) h WHERE h.generated < $2 AND h.fanned NOT IN (0, 3))`,
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
