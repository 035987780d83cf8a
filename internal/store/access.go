package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bowline/bowline"
)

// joined and permissions keep a list of permissions in one text.
func joined(list []bowline.Permission) string {
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = string(p)
	}
	return strings.Join(texts, ",")
}

func permissions(text string) []bowline.Permission {
	if text == "" {
		return nil
	}
	var list []bowline.Permission
	for p := range strings.SplitSeq(text, ",") {
		list = append(list, bowline.Permission(p))
	}
	return list
}

// SetAPIKeyPermissions replaces what a key may do; [ErrNotFound] when there is
// no such key.
func (tx *Tx) SetAPIKeyPermissions(ctx context.Context, instance, id bowline.ID, list []bowline.Permission) error {
	err := tx.execOne(ctx, ErrNotFound, `UPDATE api_keys SET permissions = $1 WHERE id = $2 AND instance_id = $3`,
		[]any{joined(list), string(id), string(instance)})
	if err != nil {
		return fmt.Errorf("set permissions of api key: %w", err)
	}
	return nil
}

// PutAccessOff replaces which uses of grants an instance has switched off;
// [ErrNotFound] when there is no such instance.
func (tx *Tx) PutAccessOff(ctx context.Context, instance bowline.ID, off []bowline.Permission) error {
	err := tx.execOne(ctx, ErrNotFound, `UPDATE instances SET access_off = $1 WHERE id = $2`, []any{joined(off), string(instance)})
	if err != nil {
		return fmt.Errorf("switch access: %w", err)
	}
	return nil
}

// AccessOff returns which uses of grants an instance has switched off, or
// [ErrNotFound].
func (s *Store) AccessOff(ctx context.Context, instance bowline.ID) ([]bowline.Permission, error) {
	return accessOff(ctx, storeReader{s}, instance, "")
}

// AccessOff is [Store.AccessOff] inside the transaction. Until its end nobody
// else switches anything.
func (tx *Tx) AccessOff(ctx context.Context, instance bowline.ID) ([]bowline.Permission, error) {
	return accessOff(ctx, tx, instance, tx.dialect().lock)
}

func accessOff(ctx context.Context, q querier, instance bowline.ID, lock string) ([]bowline.Permission, error) {
	var off []bowline.Permission
	err := one(ctx, q, `SELECT access_off FROM instances WHERE id = $1`+lock, []any{string(instance)}, func(r *row) error {
		off = permissions(r.text())
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("read switches of access: %w", err)
	}
	return off, nil
}

// RecordAccess adds to what was done with a connection in the hour of a.First.
// A connection that is gone by now is passed over.
func (tx *Tx) RecordAccess(ctx context.Context, a bowline.Access) error {
	err := tx.exec(ctx, `INSERT INTO connection_access
		(hour, kind, actor, id, requests, failed, first_at, last_at, connection_id, instance_id, company_id)
		SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT),
			CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT), CAST($8 AS BIGINT), id, instance_id, company_id
		FROM connections WHERE id = $9 AND instance_id = $10
		ON CONFLICT (connection_id, hour, kind, actor) DO UPDATE
		SET requests = connection_access.requests + excluded.requests, failed = connection_access.failed + excluded.failed,
			first_at = CASE WHEN excluded.first_at < connection_access.first_at THEN excluded.first_at ELSE connection_access.first_at END,
			last_at = CASE WHEN excluded.last_at > connection_access.last_at THEN excluded.last_at ELSE connection_access.last_at END`,
		[]any{
			micros(a.First.Truncate(time.Hour)), string(a.Permission), string(a.Actor), string(bowline.NewID(a.First)),
			a.Requests, a.Failed, micros(a.First), micros(a.Last), string(a.ConnectionID), string(a.InstanceID),
		})
	if err != nil {
		return fmt.Errorf("record access: %w", err)
	}
	return nil
}

// SyncedEvery is how exactly the last exchange of data is known: it is written
// once in that time, because each change of it goes through the directory.
const SyncedEvery = time.Hour

// Synced notes that data was exchanged over a connection at a.Last. A connection
// that is gone by now is passed over.
func (tx *Tx) Synced(ctx context.Context, a bowline.Access) error {
	company := bowline.ID("")
	err := tx.query(ctx, `SELECT company_id FROM connections
		WHERE id = $1 AND instance_id = $2 AND (last_sync IS NULL OR last_sync <= $3)`,
		[]any{string(a.ConnectionID), string(a.InstanceID), micros(a.Last.Add(-SyncedEvery))}, func(r *row) error {
			company = r.id()
			return r.err
		})
	if err == nil && company != "" {
		const later = ` SET last_sync = $1 WHERE id = $2 AND (last_sync IS NULL OR last_sync < $1)`
		err = errors.Join( // the company first, as everybody does
			tx.exec(ctx, `UPDATE companies`+later, []any{micros(a.Last), string(company)}),
			tx.exec(ctx, `UPDATE connections`+later, []any{micros(a.Last), string(a.ConnectionID)}),
			tx.changed(ctx, a.InstanceID, company))
	}
	if err != nil {
		return fmt.Errorf("note an exchange: %w", err)
	}
	return nil
}

// PruneAccess deletes at most limit of the hours that ended before a time, and
// returns how many.
func (s *Store) PruneAccess(ctx context.Context, before time.Time, limit int) (n int, err error) {
	const key = `connection_id, hour, kind, actor`
	err = s.Write(ctx, func(tx *Tx) error {
		count, err := tx.execCount(ctx, `DELETE FROM connection_access WHERE (`+key+`) IN (SELECT `+key+` FROM connection_access
			WHERE hour <= $1 ORDER BY hour LIMIT CAST($2 AS BIGINT)`+tx.dialect().skipLocked+`)`,
			[]any{micros(before.Add(-time.Hour)), int64(limit)})
		n = int(count)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("prune access: %w", err)
	}
	return n, nil
}

// timelineSQL brings the lines of a timeline together; $1 is the connection and
// $2 the instance.
const timelineSQL = `SELECT at, id, 'history' AS line, trigger_name AS a, from_status AS b, to_status AS c, reason AS d, actor,
		correlation_id, 0 AS requests, 0 AS failed, 0 AS until
	FROM connection_history WHERE connection_id = $1 AND instance_id = $2
	UNION ALL SELECT granted_at, id, 'consent', kind, text_version, locale, data_types, 'customer', '', 0, 0, 0
	FROM consents WHERE connection_id = $1 AND instance_id = $2
	UNION ALL SELECT first_at, id, 'access', kind, '', '', '', actor, '', requests, failed, last_at
	FROM connection_access WHERE connection_id = $1 AND instance_id = $2`

// Timeline returns a page of a connection's life, the latest first, and how
// many lines there are. [ErrNotFound] when the connection is not there.
func (s *Store) Timeline(ctx context.Context, c bowline.Connection, page bowline.Page) ([]bowline.TimelineEntry, int64, error) {
	var f filter
	f.args.Add(string(c.ID))
	f.args.Add(string(c.InstanceID))
	const lines = `(` + timelineSQL + `) AS lines`
	total, err := countRows(ctx, storeReader{s}, `SELECT count(*) FROM `+lines, f.args.Values())
	if err != nil {
		return nil, 0, fmt.Errorf("count timeline: %w", err)
	}
	list := []bowline.TimelineEntry{}
	err = s.read(ctx, `SELECT at, id, line, a, b, c, d, actor, correlation_id, requests, failed, until FROM `+lines+
		` ORDER BY at DESC, id DESC`+f.page(page), f.args.Values(), func(r *row) error {
		list = append(list, timelineEntry(r))
		return r.err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read timeline: %w", err)
	}
	return list, total, nil
}

func timelineEntry(r *row) bowline.TimelineEntry {
	e := bowline.TimelineEntry{At: r.time(), ID: r.id()}
	line, a, b, c := r.text(), r.text(), r.text(), r.text()
	switch line {
	case "consent":
		e.Type, e.Consent = bowline.ConsentGiven, &bowline.TimelineConsent{Kind: bowline.ConsentKind(a), TextVersion: b, Locale: c}
		r.json(&e.Consent.DataTypes)
	case "access":
		e.Type, e.Access = bowline.AccessByKey, &bowline.TimelineAccess{Permission: bowline.Permission(a)}
		_ = r.text()
	default:
		e.Type, e.Trigger, e.From, e.To, e.Reason = bowline.TimelineTransition, bowline.Trigger(a), bowline.Status(b), bowline.Status(c), r.text()
		if e.From == e.To {
			e.Type = bowline.TimelineNote
		}
	}
	e.Actor, e.CorrelationID = bowline.Actor(r.text()), r.text()
	requests, failed, until := r.int(), r.int(), r.time()
	if e.Access != nil {
		e.Access.Requests, e.Access.Failed, e.Access.Until = requests, failed, until
	}
	return e
}
