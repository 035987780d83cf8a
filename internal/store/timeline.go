package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/bowline/bowline"
)

// AppendHistory adds a line to a connection's timeline.
func (tx *Tx) AppendHistory(ctx context.Context, h bowline.ConnectionHistory) error {
	err := tx.exec(ctx, `INSERT INTO connection_history
		(connection_id, id, instance_id, company_id, at, trigger_name, from_status, to_status, reason, actor, correlation_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		[]any{
			string(h.ConnectionID), string(h.ID), string(h.InstanceID), string(h.CompanyID), micros(h.At), string(h.Trigger),
			string(h.From), string(h.To), h.Reason, string(h.Actor), h.CorrelationID,
		})
	if err != nil {
		return fmt.Errorf("append history: %w", err)
	}
	return nil
}

// History returns a connection's timeline, the oldest line first.
func (s *Store) History(ctx context.Context, instance, connection bowline.ID) ([]bowline.ConnectionHistory, error) {
	var list []bowline.ConnectionHistory
	err := s.read(ctx, `SELECT id, company_id, at, trigger_name, from_status, to_status, reason, actor, correlation_id
		FROM connection_history WHERE connection_id = $1 AND instance_id = $2 ORDER BY at, id`,
		[]any{string(connection), string(instance)}, func(r *row) error {
			list = append(list, bowline.ConnectionHistory{
				InstanceID: instance, ConnectionID: connection,
				ID: r.id(), CompanyID: r.id(), At: r.time(), Trigger: bowline.Trigger(r.text()), From: bowline.Status(r.text()),
				To: bowline.Status(r.text()), Reason: r.text(), Actor: bowline.Actor(r.text()), CorrelationID: r.text(),
			})
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read history: %w", err)
	}
	return list, nil
}

// InsertConsent records what a person agreed to; [ErrNotFound] when the
// connection is gone.
func (tx *Tx) InsertConsent(ctx context.Context, c bowline.Consent) error {
	types, err := encode(c.DataTypes, len(c.DataTypes) == 0)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, `INSERT INTO consents
		(connection_id, id, instance_id, company_id, integration_key, text, text_version, locale, data_types,
		 granted_at, granted_from, user_agent, kind)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		[]any{
			string(c.ConnectionID), string(c.ID), string(c.InstanceID), string(c.CompanyID), c.IntegrationKey, c.Text,
			c.TextVersion, c.Locale, types, micros(c.GrantedAt), c.GrantedFrom, c.UserAgent, string(c.Kind),
		})
	if err != nil {
		return fmt.Errorf("insert consent: %w", err)
	}
	return nil
}

// HasConsent says whether a text, told by its version, is what was last agreed
// to for a connection.
func (tx *Tx) HasConsent(ctx context.Context, connection bowline.ID, version string) (bool, error) {
	found := false
	err := tx.query(ctx, `SELECT text_version FROM consents WHERE connection_id = $1 ORDER BY granted_at DESC, id DESC LIMIT 1`,
		[]any{string(connection)}, func(r *row) error {
			found = r.text() == version
			return r.err
		})
	if err != nil {
		return false, fmt.Errorf("look for consent: %w", err)
	}
	return found, nil
}

// Consents returns what was agreed to for a connection, the oldest first.
func (s *Store) Consents(ctx context.Context, instance, connection bowline.ID) ([]bowline.Consent, error) {
	return readConsents(ctx, storeReader{s}, instance, connection)
}

// Consents is [Store.Consents] inside the transaction.
func (tx *Tx) Consents(ctx context.Context, instance, connection bowline.ID) ([]bowline.Consent, error) {
	return readConsents(ctx, tx, instance, connection)
}

func readConsents(ctx context.Context, q querier, instance, connection bowline.ID) ([]bowline.Consent, error) {
	var list []bowline.Consent
	err := q.query(ctx, `SELECT id, company_id, integration_key, text, text_version, locale, data_types, granted_at,
		granted_from, user_agent, kind
		FROM consents WHERE connection_id = $1 AND instance_id = $2 ORDER BY granted_at, id`,
		[]any{string(connection), string(instance)}, func(r *row) error {
			c := bowline.Consent{
				InstanceID: instance, ConnectionID: connection, ID: r.id(), CompanyID: r.id(),
				IntegrationKey: r.text(), Text: r.text(), TextVersion: r.text(), Locale: r.text(),
			}
			r.json(&c.DataTypes)
			c.GrantedAt, c.GrantedFrom, c.UserAgent, c.Kind = r.time(), r.text(), r.text(), bowline.ConsentKind(r.text())
			list = append(list, c)
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read consents: %w", err)
	}
	return list, nil
}

// AppendEvent records an event in the transaction of what it tells of.
func (tx *Tx) AppendEvent(ctx context.Context, e bowline.Event) error {
	tx.work.Events = true
	return tx.insertEvent(ctx, e, eventWaits)
}

// The values of events.fanned.
const (
	eventWaits     = int64(0) // nobody has been told
	eventDone      = int64(1) // all who want to know have a message
	eventExample   = int64(2) // for one consumer, which has asked for it
	eventRestWaits = int64(3) // some have a message, others were put off
)

func (tx *Tx) insertEvent(ctx context.Context, e bowline.Event, fanned int64) error {
	tags, err := encode(e.CompanyTags, len(e.CompanyTags) == 0)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, `INSERT INTO events (id, instance_id, company_id, connection_id, event_type, generated, payload, fanned, tags)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		[]any{
			string(e.ID), string(e.InstanceID), string(e.CompanyID), string(e.ConnectionID), string(e.EventType),
			micros(e.GeneratedDate), string(e.Payload), fanned, tags,
		})
	if err != nil {
		return fmt.Errorf("append event: %w", err)
	}
	return nil
}

// RecordedEvent is an event with its place in the order of recording.
type RecordedEvent struct {
	bowline.Event
	Seq int64 // grows; numbers may be missing
}

// Events returns at most limit events, examples aside, recorded after afterSeq, in order. On
// PostgreSQL a transaction that is still open may later show an event with a
// smaller number than one returned here, so a reader that must miss nothing
// keeps its own mark on each event instead of remembering the last number.
func (s *Store) Events(ctx context.Context, instance bowline.ID, afterSeq int64, limit int) ([]RecordedEvent, error) {
	var list []RecordedEvent
	err := s.read(ctx, `SELECT seq, id, company_id, connection_id, event_type, generated, payload, tags
		FROM events WHERE instance_id = $1 AND seq > $2 AND fanned <> 2 ORDER BY seq LIMIT $3`,
		[]any{string(instance), afterSeq, int64(limit)}, func(r *row) error {
			e := RecordedEvent{Seq: r.int()}
			e.Event = bowline.Event{
				InstanceID: instance, ID: r.id(), CompanyID: r.id(), ConnectionID: r.id(),
				EventType: bowline.EventType(r.text()), GeneratedDate: r.time(), Payload: json.RawMessage(r.text()),
			}
			r.json(&e.CompanyTags)
			list = append(list, e)
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	return list, nil
}
