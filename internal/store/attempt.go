package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/query"
)

const attemptColumns = `message_id, id, kind, url, at, duration, success, status_code, error, response`

var (
	// The answer to a commit can get lost, and then the same outcomes come again.
	// Of most attempts nothing is kept, which says so in the text: a parameter
	// that is empty costs as much as another one.
	insertAttempts = bulk{
		head: `INSERT INTO attempts (` + attemptColumns + `, exchange) VALUES `, width: 10, last: `''`,
		tail: ` ON CONFLICT (message_id, id) DO NOTHING`,
	}
	insertExchanges = bulk{
		head: `INSERT INTO attempts (` + attemptColumns + `, exchange) VALUES `, width: 11,
		tail: ` ON CONFLICT (message_id, id) DO NOTHING`,
	}
)

func (tx *Tx) insertAttempts(ctx context.Context, outcomes []Outcome) error {
	plain := make([]any, 0, len(outcomes)*insertAttempts.width)
	var kept []any
	for _, o := range outcomes {
		a := o.Attempt
		if a == nil {
			continue
		}
		rows := &plain
		if a.Exchange != nil {
			rows = &kept
		}
		*rows = append(*rows, string(o.Delivery.ID), string(a.ID), string(a.Kind), a.URL, micros(a.At), a.Duration.Microseconds(),
			flag(a.Success), int64(a.StatusCode), a.Error, a.ResponseBody)
		if a.Exchange != nil {
			text, err := encodeExchange(a.Exchange)
			if err != nil {
				return err
			}
			kept = append(kept, text)
		}
	}
	if err := insertAttempts.exec(ctx, tx, nil, plain); err != nil {
		return err
	}
	return insertExchanges.exec(ctx, tx, nil, kept)
}

// encodeExchange is encode without what HTML needs: a body is mostly quotes
// already.
func encodeExchange(e *bowline.Exchange) (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(e); err != nil {
		return "", fmt.Errorf("encode exchange: %w", err)
	}
	return string(bytes.TrimRight(text.Bytes(), "\n")), nil
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

func scanAttempt(r *row) bowline.Attempt {
	return bowline.Attempt{
		MessageID: r.id(), ID: r.id(), Kind: bowline.AttemptKind(r.text()), URL: r.text(), At: r.time(),
		Duration: time.Duration(r.int()) * time.Microsecond, Success: r.bool(), StatusCode: int(r.int()),
		Error: r.text(), ResponseBody: r.text(),
	}
}

// Attempts returns one page, the latest first, and how many attempts there are
// on all pages, without what they kept of request and answer; [ErrNotFound] when
// there is no such message.
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
	page := `SELECT ` + attemptColumns + ` FROM attempts a WHERE ` + where + ` ORDER BY a.id DESC` + f.page(l.Page)
	var list []bowline.Attempt
	var total int64
	err := s.engine.read(ctx, func(q querier) (err error) {
		if total, err = countRows(ctx, q, count, counted); err != nil || total <= l.Page.Offset() {
			return err
		}
		return q.query(ctx, page, f.args.Values(), func(r *row) error {
			list = append(list, scanAttempt(r))
			return r.err
		})
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list attempts: %w", err)
	}
	return list, total, nil
}

// Attempt returns an attempt of one of the instance's messages with all that it
// kept, or [ErrNotFound].
func (s *Store) Attempt(ctx context.Context, instance, message, id bowline.ID) (a bowline.Attempt, err error) {
	err = one(ctx, storeReader{s}, `SELECT `+attemptColumns+`, exchange FROM attempts a WHERE a.message_id = $1 AND a.id = $2
		AND EXISTS (SELECT 1 FROM messages m WHERE m.id = $1 AND m.consumer_id IN (SELECT c.id FROM consumers c WHERE c.instance_id = $3))`,
		[]any{string(message), string(id), string(instance)}, func(r *row) error {
			a = scanAttempt(r)
			if !r.null() {
				a.Exchange = &bowline.Exchange{}
				r.json(a.Exchange)
			}
			return r.err
		})
	if err != nil {
		return bowline.Attempt{}, fmt.Errorf("read attempt: %w", err)
	}
	return a, nil
}
