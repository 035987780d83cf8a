package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/bowline/bowline"
)

// ErrStale says that consumers have changed since the caller read them.
var ErrStale = errors.New("consumers have changed")

// Delivery is a message in the hands of somebody who is to attempt it, until
// the lease ends.
type Delivery struct {
	ID        bowline.ID
	Consumer  bowline.ID
	Event     *bowline.Event // shared by the messages of one event in a batch
	Status    bowline.MessageStatus
	Kind      bowline.AttemptKind // of the attempt that is due
	Scheduled int                 // attempts of the schedule made or skipped so far
	Fence     int64
	DueAt     time.Time // when the attempt was due
	ResumeAt  time.Time // where the schedule goes on after an extra attempt; may be zero
	Until     time.Time // end of the lease
	Holder    int64     // whose it is, as Lease names it
}

// Lease says for whom messages are held, from when and how long. Holder is
// [Holder.ID], or 0.
type Lease struct {
	Holder     int64
	Now, Until time.Time
}

// Target is a consumer that is to be told of an event. Leased gives the message
// to the caller at once; otherwise it waits to be claimed. Later leaves the
// message to [Store.FanOutRest].
type Target struct {
	Consumer bowline.ID
	Leased   bool
	Later    bool
}

// FanOut asks for events to be turned into messages.
type FanOut struct {
	Revision int64     // of the consumers that Match knows
	Now      time.Time // when the messages come about
	Until    time.Time // end of the leases
	Holder   int64     // of the leases; see Lease
	Limit    int       // of events
	// Match says who is to be told. It may be asked again about the same event.
	Match func(*bowline.Event) []Target
}

// messageID follows from event and consumer: made twice it is the same, so that
// nobody is told twice, and it sorts as the event's id does.
func messageID(event, consumer bowline.ID) bowline.ID {
	digest := sha256.Sum256([]byte(string(event) + string(consumer)))
	var tail [16]byte
	digest[0] = digest[0]&0x3f | 0x80 // the variant of a UUID
	hex.Encode(tail[:], digest[:8])
	return event[:min(len(event), 19)] + bowline.ID(tail[:4]) + "-" + bowline.ID(tail[4:])
}

var insertMessages = bulk{
	head: `INSERT INTO messages (consumer_id, id, instance_id, event_seq, event_type, company_id, status, kind,
		created, attempts, scheduled, fence, run_at, due_at, resume_at, holder) VALUES `,
	width: 16, tail: ` ON CONFLICT (consumer_id, id) DO NOTHING`,
}

// messageRow appends the columns of a new message.
func messageRow(rows []any, consumer, id bowline.ID, e *waitingEvent, kind bowline.AttemptKind, created, run, due time.Time) []any {
	fence := int64(0)
	if !run.Equal(due) {
		fence = 1
	}
	return append(rows, string(consumer), string(id), string(e.event.InstanceID), e.seq, string(e.event.EventType), string(e.event.CompanyID),
		string(bowline.MessageSending), string(kind), micros(created), int64(0), int64(0), fence, micros(run), micros(due), int64(0), int64(0))
}

type waitingEvent struct {
	seq   int64
	event bowline.Event
}

const eventColumns = `e.seq, e.id, e.instance_id, e.company_id, e.connection_id, e.event_type, e.generated, e.payload, e.tags`

func scanEvent(r *row) waitingEvent {
	e := waitingEvent{seq: r.int()}
	e.event = bowline.Event{
		ID: r.id(), InstanceID: r.id(), CompanyID: r.id(), ConnectionID: r.id(),
		EventType: bowline.EventType(r.text()), GeneratedDate: r.time(), Payload: json.RawMessage(r.text()),
	}
	r.json(&e.event.CompanyTags)
	return e
}

// anyWaiting finds the first event that nobody has been told of. In order,
// because PostgreSQL would else read the table where its statistics say that
// many wait.
const anyWaiting = `SELECT seq FROM events WHERE fanned = 0 ORDER BY seq LIMIT 1`

var markFanned = bulk{head: `UPDATE events SET fanned = $1 WHERE seq IN (`, tail: `)`, fixed: 1}

// FanOut turns events that nobody has been told of into messages, in the order
// in which they were recorded, and returns those that are leased. Messages that
// f.Match puts off are left to [Store.FanOutRest]. More says
// that there may be further events. Several may do this at once. It is
// [ErrStale] when consumers have changed since f.Revision.
func (s *Store) FanOut(ctx context.Context, f FanOut) (leased []Delivery, more bool, err error) {
	// A look without a transaction: mostly there is nothing, on PostgreSQL also
	// because another replica was faster.
	waiting := false
	err = s.read(ctx, anyWaiting, nil, func(*row) error {
		waiting = true
		return nil
	})
	if err == nil && waiting {
		err = s.Write(ctx, func(tx *Tx) error {
			leased, more, err = tx.fanOut(ctx, f)
			return err
		})
	}
	if err != nil {
		return nil, false, fmt.Errorf("fan out events: %w", err)
	}
	return leased, more, nil
}

func (tx *Tx) fanOut(ctx context.Context, f FanOut) (leased []Delivery, more bool, err error) {
	events, err := tx.events(ctx, f.Revision, eventWaits, f.Limit)
	if err != nil || len(events) == 0 {
		return nil, false, err
	}
	rows, done := make([]any, 0, len(events)*insertMessages.width), make([]any, 0, len(events))
	var later []any
	for i := range events {
		e := &events[i]
		whole := true
		for _, target := range f.Match(&e.event) {
			if target.Later {
				whole = false
				continue
			}
			id := messageID(e.event.ID, target.Consumer)
			run := f.Now
			if target.Leased {
				run = f.Until
				leased = append(leased, Delivery{
					ID: id, Consumer: target.Consumer, Event: &e.event, Status: bowline.MessageSending, Kind: bowline.AttemptScheduled,
					Fence: 1, DueAt: f.Now, Until: f.Until, Holder: f.Holder,
				})
			}
			rows = messageRow(rows, target.Consumer, id, e, bowline.AttemptScheduled, f.Now, run, f.Now)
			if target.Leased {
				rows[len(rows)-1] = f.Holder
			}
		}
		if whole {
			done = append(done, e.seq)
		} else {
			later = append(later, e.seq)
		}
	}
	if err := insertMessages.exec(ctx, tx, nil, rows); err != nil {
		return nil, false, err
	}
	if err := markFanned.exec(ctx, tx, []any{eventRestWaits}, later); err != nil {
		return nil, false, err
	}
	return leased, len(events) == f.Limit, markFanned.exec(ctx, tx, []any{eventDone}, done)
}

// events reads the first events in a state that nobody else holds, and keeps
// consumers from changing until the messages are there; ErrStale when they have
// changed since a revision.
func (tx *Tx) events(ctx context.Context, revision, fanned int64, limit int) (list []waitingEvent, err error) {
	d, current := tx.dialect(), int64(0)
	err = tx.queryAll(ctx, []statement{
		{sql: consumersRevision + d.share},
		// The state stands in the text, for the index that has only such events.
		{`SELECT ` + eventColumns + ` FROM events e WHERE e.fanned = ` + strconv.FormatInt(fanned, 10) + `
			ORDER BY e.seq LIMIT CAST($1 AS BIGINT)` + d.skipLocked, []any{int64(limit)}},
	}, func(from int, r *row) error {
		if from == 0 {
			current = r.int()
		} else {
			list = append(list, scanEvent(r))
		}
		return r.err
	})
	if err == nil && current != revision {
		err = ErrStale
	}
	return list, err
}

// Due says when a consumer's next attempt may start.
type Due struct {
	Consumer bowline.ID
	At       time.Time
}

// dueConsumers begins a query with the consumers that have attempts to come, one
// leap in the index for each.
const dueConsumers = `WITH RECURSIVE due (consumer_id) AS (
		SELECT min(consumer_id) FROM messages WHERE run_at IS NOT NULL
		UNION ALL
		SELECT (SELECT min(m.consumer_id) FROM messages m WHERE m.run_at IS NOT NULL AND m.consumer_id > due.consumer_id)
		FROM due WHERE due.consumer_id IS NOT NULL) `

// DueConsumers returns every consumer that has attempts to come, with the time
// of the first: also consumers that are disabled or gone. Its cost grows with
// the consumers, not with the messages.
func (s *Store) DueConsumers(ctx context.Context) ([]Due, error) {
	var list []Due
	err := s.read(ctx, dueConsumers+`SELECT consumer_id, (SELECT min(m.run_at) FROM messages m WHERE m.consumer_id = due.consumer_id AND m.run_at IS NOT NULL)
		FROM due WHERE consumer_id IS NOT NULL`, nil, func(r *row) error {
		list = append(list, Due{r.id(), r.time()})
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("read due consumers: %w", err)
	}
	return list, nil
}

// Want asks for messages of one consumer.
type Want struct {
	Consumer bowline.ID
	Limit    int
}

var leaseMessages = bulk{
	head: `UPDATE messages SET run_at = $1, holder = $2, fence = fence + 1 WHERE consumer_id = $3 AND id IN (`, tail: `)`, fixed: 3, part: true,
}

// Claim leases messages whose next attempt is due, the longest due first. What
// others hold is left to them.
func (s *Store) Claim(ctx context.Context, wants []Want, l Lease) ([]Delivery, error) {
	var list []Delivery
	err := s.Write(ctx, func(tx *Tx) error {
		var err error
		if list, err = tx.due(ctx, wants, l.Now); err != nil {
			return err
		}
		for from := 0; from < len(list); {
			consumer, ids := list[from].Consumer, make([]any, 0, len(list)-from)
			for ; from < len(list) && list[from].Consumer == consumer; from++ {
				list[from].Until, list[from].Holder = l.Until, l.Holder
				ids = append(ids, string(list[from].ID))
			}
			if err := leaseMessages.exec(ctx, tx, []any{micros(l.Until), l.Holder, string(consumer)}, ids); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	return list, nil
}

// due reads what is wanted, consumer by consumer.
func (tx *Tx) due(ctx context.Context, wants []Want, now time.Time) (list []Delivery, err error) {
	text := `SELECT m.id, m.status, m.kind, m.scheduled, m.fence, m.due_at, m.resume_at, ` + eventColumns + `
		FROM (SELECT id, event_seq, status, kind, scheduled, fence, run_at, due_at, resume_at FROM messages
			WHERE consumer_id = $1 AND run_at <= $2 ORDER BY run_at, id LIMIT CAST($3 AS BIGINT)` + tx.dialect().skipLocked + `) m
		JOIN events e ON e.seq = m.event_seq ORDER BY m.run_at, m.id`
	statements := make([]statement, len(wants))
	for n, want := range wants {
		statements[n] = statement{text, []any{string(want.Consumer), micros(now), int64(want.Limit)}}
	}
	err = tx.queryAll(ctx, statements, func(from int, r *row) error {
		d := Delivery{
			ID: r.id(), Consumer: wants[from].Consumer, Status: bowline.MessageStatus(r.text()), Kind: bowline.AttemptKind(r.text()),
			Scheduled: int(r.int()), Fence: r.int() + 1, DueAt: r.time(), ResumeAt: r.time(),
		}
		event := scanEvent(r).event
		d.Event = &event
		list = append(list, d)
		return r.err
	})
	return list, err
}

// FreeLeases makes all leased messages due again at once: for the start of the
// only process that works on a database.
func (s *Store) FreeLeases(ctx context.Context) error {
	err := s.Write(ctx, func(tx *Tx) error {
		return tx.exec(ctx, `UPDATE messages SET run_at = due_at WHERE run_at IS NOT NULL AND run_at <> due_at`, nil)
	})
	if err != nil {
		return fmt.Errorf("free leases: %w", err)
	}
	return nil
}

// DropMessages deletes at most limit messages to come of a consumer that is
// gone, and returns how many.
func (s *Store) DropMessages(ctx context.Context, consumer bowline.ID, limit int) (n int, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		count, err := tx.execCount(ctx, `DELETE FROM messages WHERE consumer_id = $1 AND id IN (SELECT m.id FROM messages m
			WHERE m.consumer_id = $1 AND m.run_at IS NOT NULL ORDER BY m.run_at, m.id LIMIT CAST($2 AS BIGINT))
			AND NOT EXISTS (SELECT 1 FROM consumers WHERE consumers.id = $1)`,
			[]any{string(consumer), int64(limit)})
		n = int(count)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("drop messages: %w", err)
	}
	return n, nil
}
